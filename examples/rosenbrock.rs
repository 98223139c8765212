//! Two ways down Rosenbrock's valley, `f(x, y) = (1 − x)² + 100(y − x²)²`, from (−1.2, 1) to (1, 1).
//!
//! Steepest descent and BFGS see the same gradient and share a line search. Only their directions differ.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::grad;

#[grad]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x.powi(2)).powi(2)
}

type Point = (f64, f64);

fn dot(a: Point, b: Point) -> f64 {
    a.0 * b.0 + a.1 * b.1
}

/// The next point from `p` along `d`, whose length is halved until the descent suffices; none at a minimum.
fn line_search(p: Point, gradient: Point, d: Point) -> Option<Point> {
    let (value, slope) = (rosenbrock(p.0, p.1), dot(gradient, d));
    successors(Some(1.0), |t| Some(0.5 * t)).take(50).find_map(|t| {
        let (x, y) = (p.0 + t * d.0, p.1 + t * d.1);
        (rosenbrock(x, y) < value + 1e-4 * t * slope).then_some((x, y))
    })
}

fn steepest_descent(start: Point) -> Vec<Point> {
    successors(Some(start), |&p| {
        let g = rosenbrock_grad(p.0, p.1);
        line_search(p, g, (-g.0, -g.1))
    })
    .collect()
}

/// Learns the inverse of the Hessian, the rows (a, b) and (b, c), from how the gradient changes.
fn bfgs(start: Point) -> Vec<Point> {
    let (mut a, mut b, mut c) = (1.0, 0.0, 1.0);
    successors(Some(start), move |&p| {
        let g = rosenbrock_grad(p.0, p.1);
        let next = line_search(p, g, (-a * g.0 - b * g.1, -b * g.0 - c * g.1))?;
        let next_g = rosenbrock_grad(next.0, next.1);
        let (s, y) = ((next.0 - p.0, next.1 - p.1), (next_g.0 - g.0, next_g.1 - g.1));
        let curvature = dot(s, y);
        if curvature > 0.0 {
            let hy = (a * y.0 + b * y.1, b * y.0 + c * y.1);
            let half = 0.5 + 0.5 * dot(y, hy) / curvature;
            let v = ((half * s.0 - hy.0) / curvature, (half * s.1 - hy.1) / curvature);
            (a, b, c) = (a + 2.0 * v.0 * s.0, b + v.0 * s.1 + v.1 * s.0, c + 2.0 * v.1 * s.1);
        }
        Some(next)
    })
    .collect()
}

/// Prints every so many points of a path, and the last.
fn print(out: &mut impl Write, name: &str, every: usize, path: &[Point]) -> io::Result<()> {
    writeln!(out, "{name}\n  step          x          y          f")?;
    let shown = path.iter().enumerate().filter(|(step, _)| step % every == 0 || step + 1 == path.len());
    for (step, &(x, y)) in shown {
        writeln!(out, "{step:>6} {x:>10.6} {y:>10.6} {:>10.2e}", rosenbrock(x, y))?;
    }
    Ok(())
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let start = (-1.2, 1.0);
    print(out, "steepest descent", 5000, &steepest_descent(start))?;
    print(out, "\nBFGS", 5, &bfgs(start))
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/rosenbrock.rs"]
mod tests;
