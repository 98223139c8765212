//! Feynman's magnetism.

use core::f64::consts::PI;

use chainrule::grad;

/// II.13.17: field of a straight wire.
#[grad]
fn wire_field(epsilon: f64, c: f64, current: f64, r: f64) -> f64 {
    1.0 / (4.0 * PI * epsilon * c.powi(2)) * 2.0 * current / r
}

/// II.13.23 and II.13.34: moving charge density, and the current that it is.
#[grad]
fn moving_density(rho: f64, v: f64, c: f64, as_current: bool) -> f64 {
    let density = rho / (1.0 - v.powi(2) / c.powi(2)).sqrt();
    if as_current {
        return density * v;
    }
    density
}

/// II.15.4: energy of a magnetic moment.
#[grad]
fn moment_energy(moment: f64, b: f64, theta: f64) -> f64 {
    -moment * b * theta.cos()
}

/// II.34.2a: current of a circling charge.
#[grad]
fn circling_current(q: f64, v: f64, r: f64) -> f64 {
    q * v / (2.0 * PI * r)
}

/// II.34.2: its magnetic moment.
#[grad]
fn circling_moment(q: f64, v: f64, r: f64) -> f64 {
    q * v * r / 2.0
}

/// II.34.11: precession frequency.
#[grad]
fn precession(g: f64, q: f64, b: f64, m: f64) -> f64 {
    g * q * b / (2.0 * m)
}

/// II.34.29a: Bohr's magneton.
#[grad]
fn magneton(q: f64, h: f64, m: f64) -> f64 {
    q * h / (4.0 * PI * m)
}

/// II.34.29b: energy of a spin in a field.
#[grad]
fn zeeman(g: f64, moment: f64, b: f64, j: f64, h_bar: f64) -> f64 {
    g * moment * b * j / h_bar
}

/// II.36.38: the argument of the ferromagnet's equation of state.
#[grad]
fn ferromagnet(moment: f64, h: f64, kt: f64, alpha: f64, epsilon: f64, c: f64, m: f64) -> f64 {
    let applied = moment * h / kt;
    let molecular = moment * alpha / (epsilon * c.powi(2) * kt) * m;
    applied + molecular
}

/// II.37.1: energy of a moment in a magnetic material.
#[grad]
fn material_energy(moment: f64, chi: f64, b: f64) -> f64 {
    moment * (1.0 + chi) * b
}

/// III.10.19: energy of a spin one half in a field of any direction.
#[grad]
fn spin_energy(moment: f64, bx: f64, by: f64, bz: f64) -> f64 {
    moment * (bx.powi(2) + by.powi(2) + bz.powi(2)).sqrt()
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (wire_field, wire_field_grad, wire_field_value_and_grad),
        (moving_density, moving_density_grad, moving_density_value_and_grad),
        (moment_energy, moment_energy_grad, moment_energy_value_and_grad),
        (circling_current, circling_current_grad, circling_current_value_and_grad),
        (circling_moment, circling_moment_grad, circling_moment_value_and_grad),
        (precession, precession_grad, precession_value_and_grad),
        (magneton, magneton_grad, magneton_value_and_grad),
        (zeeman, zeeman_grad, zeeman_value_and_grad),
        (ferromagnet, ferromagnet_grad, ferromagnet_value_and_grad),
        (material_energy, material_energy_grad, material_energy_value_and_grad),
        (spin_energy, spin_energy_grad, spin_energy_value_and_grad),
    ]
}
