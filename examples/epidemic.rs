//! How infectious was the influenza in an English boarding school in 1978? The rates of a differential equation, fitted
//! through its integrator.
//!
//! Fourteen days are integrated in hourly steps of Runge and Kutta's method. The loops over days and hours stay loops;
//! what the derivative needs of each hour is kept on the stack.

#![allow(clippy::cast_precision_loss, reason = "the numbers that become floats are small")]

use std::io::{self, Write};
use std::iter::successors;

use chainrule::{grad, hvp};
use chainrule_examples::{norm, solve};

/// Boys in the school.
const BOYS: f64 = 763.0;

/// How many of them were in bed on each day (British Medical Journal, 4 March 1978, page 587).
const IN_BED: [f64; DAYS] =
    [3.0, 8.0, 26.0, 76.0, 225.0, 298.0, 258.0, 233.0, 189.0, 128.0, 68.0, 29.0, 14.0, 4.0];
const DAYS: usize = 14;

/// A first guess: infections and recoveries per day, and how many were ill the day before the first.
const GUESS: [f64; 3] = [2.0, 0.5, 1.0];

const STEPS: usize = 24;

/// The sum of squares of what the model lacks, in parts of the school. Of the healthy and the ill, `rates[0]` meet each
/// day, and `rates[1]` of the ill get well.
#[grad(wrt(rates))]
#[hvp(wrt(rates))]
fn misfit(rates: [f64; 3], observed: &[f64; DAYS]) -> f64 {
    let [infection, recovery, first] = rates;
    let step = 1.0 / STEPS as f64;
    let mut ill = first / BOYS;
    let mut healthy = 1.0 - ill;
    let mut sum = 0.0;
    for in_bed in observed {
        for _ in 0..STEPS {
            let new1 = infection * healthy * ill;
            let well1 = recovery * ill;
            let (healthy2, ill2) = (healthy - 0.5 * step * new1, ill + 0.5 * step * (new1 - well1));
            let new2 = infection * healthy2 * ill2;
            let well2 = recovery * ill2;
            let (healthy3, ill3) = (healthy - 0.5 * step * new2, ill + 0.5 * step * (new2 - well2));
            let new3 = infection * healthy3 * ill3;
            let well3 = recovery * ill3;
            let (healthy4, ill4) = (healthy - step * new3, ill + step * (new3 - well3));
            let new4 = infection * healthy4 * ill4;
            let well4 = recovery * ill4;
            let new = (new1 + 2.0 * new2 + 2.0 * new3 + new4) / 6.0;
            let well = (well1 + 2.0 * well2 + 2.0 * well3 + well4) / 6.0;
            healthy -= step * new;
            ill += step * (new - well);
        }
        let residual = ill - in_bed / BOYS;
        sum += residual * residual;
    }
    sum
}

/// The gradient and the Hessian, one column for each rate.
fn slopes(rates: [f64; 3]) -> ([f64; 3], [[f64; 3]; 3]) {
    let mut columns = [[0.0; 3]; 3];
    let mut gradient = [0.0; 3];
    for (i, column) in columns.iter_mut().enumerate() {
        let mut unit = [0.0; 3];
        unit[i] = 1.0;
        (gradient, *column) = misfit_hvp(rates, &IN_BED, unit);
    }
    // It is symmetric, so columns are rows.
    (gradient, columns)
}

/// Newton's method, held back as long as its steps lead upwards.
fn fit() -> impl Iterator<Item = [f64; 3]> {
    successors(Some(GUESS), |rates| {
        let (gradient, hessian) = slopes(*rates);
        let least = misfit(*rates, &IN_BED);
        if norm(&gradient) < 1e-13 {
            return None;
        }
        // More and more of the curvature that the steepest direction has is added to every direction.
        let size = norm(&gradient);
        (0..40).find_map(|attempt| {
            let damping = if attempt == 0 { 0.0 } else { size * 2.0_f64.powi(attempt - 6) };
            let mut damped = hessian;
            for (i, row) in damped.iter_mut().enumerate() {
                row[i] += damping;
            }
            let step = solve(damped, gradient)?;
            let next = [rates[0] - step[0], rates[1] - step[1], rates[2] - step[2]];
            let is_downwards = gradient.iter().zip(step).map(|(g, s)| g * s).sum::<f64>() > 0.0;
            (is_downwards && misfit(next, &IN_BED) <= least * (1.0 + 1e-12)).then_some(next)
        })
    })
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "step  infections  recoveries   first      misfit   gradient")?;
    let mut rates = GUESS;
    for (step, found) in fit().take(60).enumerate() {
        rates = found;
        let (value, gradient) = misfit_value_and_grad(rates, &IN_BED);
        let slope = norm(&gradient);
        let slope = if slope < 1e-10 { "none".into() } else { format!("{slope:.1e}") };
        let [infection, recovery, first] = rates;
        writeln!(out, "{step:>4} {infection:>11.6} {recovery:>11.6} {first:>7.4} {value:>11.8} {slope:>10}")?;
    }
    let [infection, recovery, _] = rates;
    writeln!(
        out,
        "\nill for {:.1} days, each infected {:.1} others at first",
        1.0 / recovery,
        infection / recovery
    )?;
    let spread = (misfit(rates, &IN_BED) / DAYS as f64).sqrt() * BOYS;
    writeln!(out, "the model is wrong by {spread:.0} boys a day")
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/epidemic.rs"]
mod tests;
