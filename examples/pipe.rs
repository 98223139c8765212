//! How much friction there is in a pipe: a fixed point that a `while` loop finds, differentiated through the loop.
//!
//! Colebrook's equation has the friction on both sides, so it is iterated until nothing changes. What `#[grad]` returns is
//! compared with what the equation itself says about its solution, by the theorem of implicit functions.

use std::f64::consts::{LN_10, PI};
use std::io::{self, Write};

use chainrule::grad;

/// Density in kg/m³ and viscosity in Pa·s of water at 20 °C.
const DENSITY: f64 = 998.2;
const VISCOSITY: f64 = 1.0016e-3;

/// One over the square root of Darcy's friction factor, of a pipe with such roughness in parts of its diameter.
#[grad]
fn root_of_friction(reynolds: f64, roughness: f64) -> f64 {
    let mut x = 8.0;
    let mut change = 1.0;
    while change > 1e-14 {
        let next = -2.0 * (roughness / 3.7 + 2.51 * x / reynolds).log10();
        change = (next - x).abs() / next;
        x = next;
    }
    x
}

/// The pressure in pascals that a flow in m³/s loses in each metre of a pipe, whose lengths are in metres.
#[grad]
fn loss(flow: f64, diameter: f64, roughness: f64) -> f64 {
    let speed = flow / (0.25 * PI * diameter * diameter);
    let reynolds = DENSITY * speed * diameter / VISCOSITY;
    let x = root_of_friction(reynolds, roughness / diameter);
    0.5 * DENSITY * speed * speed / (diameter * x * x)
}

/// The derivatives of the root by those of the equation `x + 2 log₁₀(ε / 3.7 + 2.51 x / Re) = 0`.
fn implicit(reynolds: f64, roughness: f64) -> (f64, f64) {
    let x = root_of_friction(reynolds, roughness);
    let inner = roughness / 3.7 + 2.51 * x / reynolds;
    let outer = 2.0 / (LN_10 * inner);
    let by_x = 1.0 + outer * 2.51 / reynolds;
    (outer * 2.51 * x / (reynolds * reynolds) / by_x, -outer / 3.7 / by_x)
}

/// The smallest pipe that loses no more than so much, by Newton's method.
fn diameter(flow: f64, roughness: f64, allowed: f64) -> f64 {
    let mut diameter = 0.1;
    for _ in 0..100 {
        // The logarithms are nearly on a line.
        let (lost, (_, by_diameter, _)) = loss_value_and_grad(flow, diameter, roughness);
        let step = (lost / allowed).ln() / (by_diameter * diameter / lost);
        diameter *= (-step).exp();
        if step.abs() < 1e-14 {
            break;
        }
    }
    diameter
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "      Re  roughness  friction   by Re through the loop        by the equation")?;
    for (reynolds, roughness) in [(5e3, 0.0), (1e5, 0.0), (1e5, 1e-3), (1e7, 1e-3), (1e7, 0.05)] {
        let (x, (by_reynolds, _)) = root_of_friction_value_and_grad(reynolds, roughness);
        let exact = implicit(reynolds, roughness).0;
        let friction = 1.0 / (x * x);
        writeln!(
            out,
            "{reynolds:>8.0e} {roughness:>10} {friction:>9.6} {by_reynolds:>24.10e} {exact:>22.10e}"
        )?;
    }

    let (flow, roughness) = (0.02, 1.5e-4);
    let (lost, gradient) = loss_value_and_grad(flow, 0.1, roughness);
    writeln!(out, "\n20 l/s in 10 cm of galvanized iron lose {lost:.1} Pa/m; one per cent more")?;
    for (name, partial, at) in
        [("flow", gradient.0, flow), ("diameter", gradient.1, 0.1), ("roughness", gradient.2, roughness)]
    {
        writeln!(out, "{name:>10} {:>+6.2} %", partial * at / lost)?;
    }
    writeln!(out, "\nto lose 100 Pa/m it takes {:.2} cm", 100.0 * diameter(flow, roughness, 100.0))
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/pipe.rs"]
mod tests;
