//! Fits `y = b₁(1 − exp(−b₂x))` to NIST's data set Misra1a by the method of Levenberg and Marquardt.
//!
//! The residuals of all observations are one function, and its Jacobian says how each of them depends on the
//! parameters. The same data by gradient descent are in `misra1a`: hundreds of steps there, a handful here, and
//! the Jacobian also yields how certain the parameters are.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::jacobian;
use chainrule_examples::{apply, dot, inverse, product, solve, transpose};

const OBSERVATIONS: usize = 14;
/// Observations less parameters.
const DEGREES_OF_FREEDOM: f64 = 12.0;

/// NIST's second starting point.
const START: [f64; 2] = [250.0, 5e-4];

/// What NIST certifies: the parameters, their standard deviations, and the sum of squares.
const CERTIFIED: [f64; 2] = [2.389_421_291_8e2, 5.501_564_318_1e-4];
const CERTIFIED_DEVIATIONS: [f64; 2] = [2.707_007_524_1, 7.266_868_843_6e-6];
const CERTIFIED_SUM: f64 = 1.245_513_889_4e-1;

/// What the model leaves over of each observation `[x, y]`.
#[jacobian(wrt(b))]
fn residuals(b: &[f64; 2], data: &[[f64; 2]; 14]) -> [f64; 14] {
    let mut residuals = [0.0; 14];
    for (residual, [x, y]) in residuals.iter_mut().zip(data) {
        *residual = y - b[0] * (1.0 - (-b[1] * x).exp());
    }
    residuals
}

/// The observations, as pairs `[x, y]`.
fn observations() -> [[f64; 2]; OBSERVATIONS] {
    let number = |field: &str| field.parse().expect("the fields of misra1a.tsv are numbers");
    let lines = include_str!("data/misra1a.tsv").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once('\t').expect("a line of misra1a.tsv has two fields"));
    let data: Vec<_> = pairs.map(|(x, y)| [number(x), number(y)]).collect();
    data.try_into().expect("misra1a.tsv has fourteen lines")
}

/// Where the fit is, and how much it trusts the linear model: the larger, the less.
#[derive(Clone, Copy)]
struct Fit {
    b: [f64; 2],
    sum: f64,
    damping: f64,
}

fn sum_of_squares(b: &[f64; 2], data: &[[f64; 2]; OBSERVATIONS]) -> f64 {
    let r = residuals(b, data);
    dot(&r, &r)
}

/// The next fit; none where no step is of use any more.
fn step(fit: Fit, data: &[[f64; 2]; OBSERVATIONS]) -> Option<Fit> {
    let (r, j) = residuals_value_and_jacobian(&fit.b, data);
    let transposed = transpose(&j);
    let (normal, slope) = (product(&transposed, &j), apply(&transposed, &r));
    let dampings = successors(Some(fit.damping), |damping| Some(10.0 * damping)).take(20);
    let mut trials = dampings.map(|damping| {
        let mut damped = normal;
        for (i, row) in damped.iter_mut().enumerate() {
            row[i] *= 1.0 + damping;
        }
        let [d1, d2] = solve(damped, slope).expect("damping makes it regular");
        let b = [fit.b[0] - d1, fit.b[1] - d2];
        Fit { b, sum: sum_of_squares(&b, data), damping: damping / 10.0 }
    });
    trials.find(|trial| trial.sum < fit.sum * (1.0 - 1e-9))
}

fn fits(start: [f64; 2], data: &[[f64; 2]; OBSERVATIONS]) -> impl Iterator<Item = Fit> {
    let start = Fit { b: start, sum: sum_of_squares(&start, data), damping: 1e-3 };
    successors(Some(start), |&fit| step(fit, data))
}

/// The standard deviations of the parameters.
fn deviations(b: &[f64; 2], data: &[[f64; 2]; OBSERVATIONS]) -> [f64; 2] {
    let j = residuals_jacobian(b, data);
    let covariance = inverse(product(&transpose(&j), &j)).expect("two parameters, fourteen observations");
    let variance = sum_of_squares(b, data) / DEGREES_OF_FREEDOM;
    [0, 1].map(|i| (variance * covariance[i][i]).sqrt())
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let data = observations();
    writeln!(out, "step        b1             b2  sum of squares")?;
    let mut b = START;
    for (step, fit) in fits(START, &data).enumerate() {
        b = fit.b;
        writeln!(out, "{step:>4} {:>9.4} {:>14.7e} {:>15.7}", b[0], b[1], fit.sum)?;
    }
    writeln!(out, "NIST {:>9.4} {:>14.7e} {CERTIFIED_SUM:>15.7}\n", CERTIFIED[0], CERTIFIED[1])?;
    writeln!(out, "standard deviations, as found and as certified")?;
    for (i, found) in deviations(&b, &data).into_iter().enumerate() {
        writeln!(out, "b{} {found:>14.6e} {:>14.6e}", i + 1, CERTIFIED_DEVIATIONS[i])?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/levenberg_marquardt.rs"]
mod tests;
