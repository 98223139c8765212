//! How does a chain hang? Newton's method finds where its energy is least.
//!
//! Seven springs between two nails carry six weights. The energy is a function of twelve coordinates, the weights'
//! positions; `#[hessian]` yields its value, gradient and Hessian at once. Near the end the number of correct digits
//! doubles with every step: that is what exact second derivatives are for.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::hessian;
use chainrule_examples::{dot, norm, solve};

const N: usize = 12;

/// The slope that counts as none.
const AT_REST: f64 = 1e-8;

/// The energy of springs and weights; positions in pairs, from the left nail to the right.
#[hessian]
fn energy(p: &[f64; 12]) -> f64 {
    const STIFFNESS: f64 = 40.0;
    const LENGTH: f64 = 0.9;
    let weights = [1.0, 1.0, 3.0, 1.0, 1.0, 1.0];
    let mut energy = 0.0;
    let mut left = [0.0, 0.0];
    for i in 0..7 {
        let right = if i < 6 { [p[2 * i], p[2 * i + 1]] } else { [5.0, 1.0] };
        let (dx, dy) = (right[0] - left[0], right[1] - left[1]);
        let stretch = (dx * dx + dy * dy).sqrt() - LENGTH;
        energy += 0.5 * STIFFNESS * stretch * stretch;
        left = right;
    }
    for (i, weight) in weights.iter().enumerate() {
        energy += weight * p[2 * i + 1];
    }
    energy
}

/// One step of the search, and what the energy is like there.
struct Place {
    p: [f64; N],
    energy: f64,
    slope: f64,
}

/// The weights on a sagging line.
fn start() -> [f64; N] {
    let mut p = [0.0; N];
    for (i, place) in (1..).zip(p.chunks_exact_mut(2)) {
        let t = f64::from(i) / 7.0;
        place.copy_from_slice(&[5.0 * t, t - 4.0 * t * (1.0 - t)]);
    }
    p
}

/// Newton's direction. Where the energy is not convex, the Hessian is lifted until the direction leads down.
fn direction(gradient: &[f64; N], hessian: &[[f64; N]; N]) -> [f64; N] {
    let lifts = successors(Some(0.0), |&lift: &f64| Some((4.0 * lift).max(1.0)));
    let mut directions = lifts.map(|lift| {
        let mut lifted = *hessian;
        for (i, row) in lifted.iter_mut().enumerate() {
            row[i] += lift;
        }
        solve(lifted, gradient.map(|g| -g))
    });
    let down = |d: &[f64; N]| dot(d, gradient) < -1e-3 * norm(d) * norm(gradient);
    directions.find_map(|d| d.filter(down)).expect("a large lift turns it to steepest descent")
}

/// The way to where the slope is zero.
fn descent() -> impl Iterator<Item = Place> {
    let mut p = Some(start());
    std::iter::from_fn(move || {
        let here = p?;
        let (value, gradient, hessian) = energy_value_grad_and_hessian(&here);
        let slope = norm(&gradient);
        p = (slope > AT_REST).then(|| {
            let d = direction(&gradient, &hessian);
            let downhill = dot(&d, &gradient);
            let steps = successors(Some(1.0), |t| Some(0.5 * t)).take(30);
            let mut places = steps.map(|t| (t, std::array::from_fn(|i| here[i] + t * d[i])));
            // Close to the end the energy falls by less than its rounding.
            let falls = |t: f64, p: &[f64; N]| energy(p) <= value + 1e-4 * t * downhill + 1e-13;
            places.find(|(t, p)| falls(*t, p)).expect("the direction leads down").1
        });
        Some(Place { p: here, energy: value, slope })
    })
}

/// The chain as a picture: nails as `+`, weights as `o`, the heavy one as `O`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the picture holds the chain")]
fn draw(out: &mut impl Write, p: &[f64; N]) -> io::Result<()> {
    let mut knots = vec![([0.0, 0.0], '+')];
    knots.extend(
        p.chunks_exact(2).zip("ooOooo".chars()).map(|(place, symbol)| ([place[0], place[1]], symbol)),
    );
    knots.push(([5.0, 1.0], '+'));

    let mut lines = vec![[' '; 51]; 16];
    let mut mark = |[x, y]: [f64; 2], symbol| {
        lines[(5.0 - 5.0 * y).round() as usize][(10.0 * x).round() as usize] = symbol;
    };
    for spring in knots.windows(2) {
        let ([x1, y1], [x2, y2]) = (spring[0].0, spring[1].0);
        for t in [0.2, 0.4, 0.6, 0.8] {
            mark([x1 + t * (x2 - x1), y1 + t * (y2 - y1)], '.');
        }
    }
    for (place, symbol) in knots {
        mark(place, symbol);
    }
    let picture: Vec<String> = lines.iter().map(|line| line.iter().collect()).collect();
    for line in picture.join("\n").trim_end().lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "step      energy   slope")?;
    let mut last = start();
    for (step, place) in descent().enumerate() {
        let slope = if place.slope > AT_REST { format!("{:.1e}", place.slope) } else { "<1e-8".into() };
        writeln!(out, "{step:>4} {:>11.6} {slope:>7}", place.energy)?;
        last = place.p;
    }
    writeln!(out)?;
    draw(out, &last)
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/newton.rs"]
mod tests;
