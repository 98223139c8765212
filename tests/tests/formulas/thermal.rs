//! Feynman's gases, heat and diffusion, partly with the physical constants of a module.

use std::f64::consts::PI;

use chainrule::grad;

/// The exact constants of the SI.
mod si {
    pub(super) const BOLTZMANN: f64 = 1.380_649e-23;
    pub(super) const PLANCK: f64 = 6.626_070_15e-34;
    pub(super) const LIGHT: f64 = 299_792_458.0;
}

/// I.39.1: energy of a monatomic gas.
#[grad]
fn monatomic_energy(pressure: f64, volume: f64) -> f64 {
    3.0 / 2.0 * pressure * volume
}

/// I.39.11: energy of an ideal gas.
#[grad]
fn gas_energy(gamma: f64, pressure: f64, volume: f64) -> f64 {
    1.0 / (gamma - 1.0) * pressure * volume
}

/// I.39.22: pressure of an ideal gas of `n` molecules.
#[grad]
fn gas_pressure(n: f64, temperature: f64, volume: f64) -> f64 {
    n * si::BOLTZMANN * temperature / volume
}

/// I.40.1: density of an isothermal atmosphere.
#[grad]
fn barometric(n0: f64, m: f64, x: f64, temperature: f64, g: f64) -> f64 {
    let potential = m * g * x;
    n0 * (-potential / (si::BOLTZMANN * temperature)).exp()
}

/// I.41.16: Planck's law of radiation.
#[grad]
fn black_body(omega: f64, temperature: f64) -> f64 {
    let reduced_planck = si::PLANCK / (2.0 * PI);
    let exponent = reduced_planck * omega / (si::BOLTZMANN * temperature);
    reduced_planck * omega.powi(3) / (PI.powi(2) * si::LIGHT.powi(2) * exponent.exp_m1())
}

/// I.43.16: drift velocity.
#[grad]
fn drift_velocity(mobility: f64, q: f64, voltage: f64, d: f64) -> f64 {
    mobility * q * voltage / d
}

/// I.43.31: Einstein's diffusion coefficient.
#[grad]
fn diffusion(mobility: f64, temperature: f64) -> f64 {
    use si::BOLTZMANN;
    mobility * BOLTZMANN * temperature
}

/// I.43.43: heat conductivity of a gas.
#[grad]
fn gas_conductivity(gamma: f64, kb: f64, v: f64, area: f64) -> f64 {
    1.0 / (gamma - 1.0) * kb * v / area
}

/// I.44.4: work of an isothermal expansion.
#[grad]
fn isothermal_work(n: f64, kb: f64, t: f64, v1: f64, v2: f64) -> f64 {
    n * kb * t * (v2 / v1).ln()
}

/// II.2.42: heat flow through a slab.
#[grad]
fn heat_flow(kappa: f64, t1: f64, t2: f64, area: f64, d: f64) -> f64 {
    let gradient = (t2 - t1) / d;
    kappa * gradient * area
}

/// II.11.17: density of oriented dipoles.
#[grad]
fn oriented_density(n0: f64, p: f64, field: f64, theta: f64, kb: f64, t: f64) -> f64 {
    n0 * (1.0 + p * field * theta.cos() / (kb * t))
}

/// II.11.20: polarisation of a gas of dipoles.
#[grad]
fn dipole_polarisation(n: f64, p: f64, field: f64, kb: f64, t: f64) -> f64 {
    n * p.powi(2) * field / (3.0 * kb * t)
}

/// II.35.18: atoms in the lower of two magnetic states.
#[grad]
fn two_state_density(n0: f64, moment: f64, b: f64, kb: f64, t: f64) -> f64 {
    let ratio = moment * b / (kb * t);
    n0 / (ratio.exp() + (-ratio).exp())
}

/// II.35.21: magnetisation of a paramagnet.
#[grad]
fn paramagnet(n: f64, moment: f64, b: f64, kb: f64, t: f64) -> f64 {
    let x = moment * b / (kb * t);
    n * moment * x.tanh()
}

/// III.14.14: the diode.
#[grad]
fn diode(saturation: f64, q: f64, voltage: f64, kb: f64, t: f64) -> f64 {
    saturation * (q * voltage / (kb * t)).exp_m1()
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (monatomic_energy, monatomic_energy_grad, monatomic_energy_value_and_grad),
        (gas_energy, gas_energy_grad, gas_energy_value_and_grad),
        (gas_pressure, gas_pressure_grad, gas_pressure_value_and_grad),
        (barometric, barometric_grad, barometric_value_and_grad),
        (black_body, black_body_grad, black_body_value_and_grad),
        (drift_velocity, drift_velocity_grad, drift_velocity_value_and_grad),
        (diffusion, diffusion_grad, diffusion_value_and_grad),
        (gas_conductivity, gas_conductivity_grad, gas_conductivity_value_and_grad),
        (isothermal_work, isothermal_work_grad, isothermal_work_value_and_grad),
        (heat_flow, heat_flow_grad, heat_flow_value_and_grad),
        (oriented_density, oriented_density_grad, oriented_density_value_and_grad),
        (dipole_polarisation, dipole_polarisation_grad, dipole_polarisation_value_and_grad),
        (two_state_density, two_state_density_grad, two_state_density_value_and_grad),
        (paramagnet, paramagnet_grad, paramagnet_value_and_grad),
        (diode, diode_grad, diode_value_and_grad),
    ]
}
