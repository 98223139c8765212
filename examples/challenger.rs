//! Should the shuttle have flown at 31 °F? Logistic regression over slices: how likely an O-ring is damaged, by temperature.
//!
//! The loss is a loop over as many flights as there are. `#[grad]` and `#[hvp]` differentiate it by the two parameters,
//! Newton's method finds their most likely values, and the Hessian there says how certain they are.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::{grad, hvp, math};
use chainrule_examples::{inverse, norm, solve};

/// Zero of the temperatures in the model, so that neither parameter is large.
const USUAL: f64 = 70.0;

/// The temperature of the last flight.
const LAUNCH: f64 = 31.0;

/// How unlikely the observations are: minus the logarithm of their likelihood.
#[grad(wrt(w))]
#[hvp(wrt(w))]
fn loss(w: [f64; 2], temperatures: &[f64], damages: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (temperature, damage) in temperatures.iter().zip(damages) {
        let z = w[0] + w[1] * (temperature - USUAL);
        sum += math::softplus(z) - damage * z;
    }
    sum
}

/// Temperatures, and ones where there was a damage.
fn flights() -> (Vec<f64>, Vec<f64>) {
    let number = |field: &str| field.parse::<f64>().expect("the fields of challenger.tsv are numbers");
    let lines = include_str!("data/challenger.tsv").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once('\t').expect("a line of challenger.tsv has two fields"));
    pairs.map(|(temperature, damage)| (number(temperature), number(damage))).unzip()
}

/// The gradient and the Hessian, one column at a time.
fn slopes(w: [f64; 2], temperatures: &[f64], damages: &[f64]) -> ([f64; 2], [[f64; 2]; 2]) {
    let (gradient, first) = loss_hvp(w, temperatures, damages, [1.0, 0.0]);
    let (_, second) = loss_hvp(w, temperatures, damages, [0.0, 1.0]);
    (gradient, [[first[0], second[0]], [first[1], second[1]]])
}

/// Newton's method, from even odds at every temperature.
fn newton<'a>(temperatures: &'a [f64], damages: &'a [f64]) -> impl Iterator<Item = [f64; 2]> + 'a {
    successors(Some([0.0; 2]), |&w| {
        let (gradient, hessian) = slopes(w, temperatures, damages);
        let step = solve(hessian, gradient)?;
        (norm(&gradient) > 1e-12).then(|| [w[0] - step[0], w[1] - step[1]])
    })
}

/// The most likely parameters, and their standard errors.
fn fit(temperatures: &[f64], damages: &[f64]) -> ([f64; 2], [f64; 2]) {
    let w = newton(temperatures, damages).take(50).last().expect("the first step is there");
    let (_, hessian) = slopes(w, temperatures, damages);
    let covariance = inverse(hessian).expect("temperatures differ");
    (w, [covariance[0][0].sqrt(), covariance[1][1].sqrt()])
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let (temperatures, damages) = flights();
    writeln!(out, "{} flights\n", temperatures.len())?;
    writeln!(out, "step      offset       slope      loss   gradient")?;
    for (step, w) in newton(&temperatures, &damages).take(50).enumerate() {
        let (value, gradient) = loss_value_and_grad(w, &temperatures, &damages);
        let slope = norm(&gradient);
        let slope = if slope < 1e-10 { "none".into() } else { format!("{slope:.1e}") };
        writeln!(out, "{step:>4} {:>11.7} {:>11.7} {value:>9.6} {slope:>10}", w[0], w[1])?;
    }

    let (w, errors) = fit(&temperatures, &damages);
    writeln!(out, "\nslope per degree: {:.4} ± {:.4}", w[1], errors[1])?;
    writeln!(out, "\n  °F   damage")?;
    for temperature in [80.0, 70.0, 60.0, 50.0, LAUNCH] {
        let chance = math::sigmoid(w[0] + w[1] * (temperature - USUAL));
        writeln!(out, "{temperature:>4} {:>6.2} %", 100.0 * chance)?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/challenger.rs"]
mod tests;
