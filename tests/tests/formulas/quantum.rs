//! Feynman's quantum mechanics. Level and band numbers are integers.

use std::f64::consts::{PI, TAU};

use chainrule::grad;

/// I.34.27: energy of a photon.
#[grad]
fn photon_energy(h: f64, omega: f64) -> f64 {
    h / TAU * omega
}

/// I.38.12: Bohr's radius.
#[grad]
fn bohr_radius(epsilon: f64, h_bar: f64, m: f64, q: f64) -> f64 {
    4.0 * PI * epsilon * h_bar.powi(2) / (m * q.powi(2))
}

/// III.4.32 and III.4.33: mean occupation of an oscillator, and its mean energy.
#[grad]
fn oscillator_mean(h_bar: f64, omega: f64, kb: f64, t: f64, energy: bool) -> f64 {
    let quantum = h_bar * omega;
    let occupation = 1.0 / ((quantum / (kb * t)).exp() - 1.0);
    if energy { quantum * occupation } else { occupation }
}

/// III.7.38: precession of a spin one half.
#[grad]
fn spin_precession(moment: f64, b: f64, h_bar: f64) -> f64 {
    2.0 * moment * b / h_bar
}

/// III.8.54: probability that a two-state system has flipped.
#[grad]
fn flip_probability(energy: f64, t: f64, h_bar: f64) -> f64 {
    let amplitude = (energy * t / h_bar).sin();
    amplitude * amplitude
}

/// III.9.52: transition probability of the ammonia maser.
#[grad]
fn maser(p: f64, field: f64, t: f64, h_bar: f64, omega: f64, omega0: f64) -> f64 {
    let phase = (omega - omega0) * t / 2.0;
    p * field * t / h_bar * phase.sin().powi(2) / phase.powi(2)
}

/// The same with the library's sinc.
#[grad]
fn maser_by_sinc(p: f64, field: f64, t: f64, h_bar: f64, omega: f64, omega0: f64) -> f64 {
    let phase = (omega - omega0) * t / 2.0;
    p * field * t / h_bar * chainrule::math::sinc(phase).powi(2)
}

/// III.12.43: quantised angular momentum.
#[grad]
fn quantised_momentum(n: i32, h_bar: f64) -> f64 {
    n as f64 * h_bar
}

/// III.13.18: speed of an electron in a crystal.
#[grad]
fn crystal_speed(energy: f64, d: f64, k: f64, h_bar: f64) -> f64 {
    2.0 * energy * d.powi(2) * k / h_bar
}

/// III.15.12: energy of a spin wave.
#[grad]
fn spin_wave(u: f64, k: f64, d: f64) -> f64 {
    2.0 * u * (1.0 - (k * d).cos())
}

/// III.15.14: effective mass in a crystal.
#[grad]
fn effective_mass(h_bar: f64, energy: f64, d: f64) -> f64 {
    h_bar.powi(2) / (2.0 * energy * d.powi(2))
}

/// III.15.27: allowed wave numbers of a ring.
#[grad]
fn ring_wave_number(alpha: i32, n: i32, d: f64) -> f64 {
    let turns = f64::from(alpha) / f64::from(n);
    TAU * turns / d
}

/// III.17.37: angular distribution of a decay.
#[grad]
fn decay_distribution(beta: f64, alpha: f64, theta: f64) -> f64 {
    beta * (1.0 + alpha * theta.cos())
}

/// III.19.51: levels of hydrogen.
#[grad]
fn hydrogen_level(m: f64, q: f64, epsilon: f64, h_bar: f64, n: i32) -> f64 {
    let coulomb = 4.0 * PI * epsilon;
    let ground = -m * q.powi(4) / (2.0 * coulomb.powi(2) * h_bar.powi(2));
    ground / f64::from(n * n)
}

/// III.21.20: current of a superconductor.
#[grad]
fn superconductor(rho: f64, q: f64, potential: f64, m: f64) -> f64 {
    -rho * q * potential / m
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (photon_energy, photon_energy_grad, photon_energy_value_and_grad),
        (bohr_radius, bohr_radius_grad, bohr_radius_value_and_grad),
        (oscillator_mean, oscillator_mean_grad, oscillator_mean_value_and_grad),
        (spin_precession, spin_precession_grad, spin_precession_value_and_grad),
        (flip_probability, flip_probability_grad, flip_probability_value_and_grad),
        (maser, maser_grad, maser_value_and_grad),
        (maser_by_sinc, maser_by_sinc_grad, maser_by_sinc_value_and_grad),
        (quantised_momentum, quantised_momentum_grad, quantised_momentum_value_and_grad),
        (crystal_speed, crystal_speed_grad, crystal_speed_value_and_grad),
        (spin_wave, spin_wave_grad, spin_wave_value_and_grad),
        (effective_mass, effective_mass_grad, effective_mass_value_and_grad),
        (ring_wave_number, ring_wave_number_grad, ring_wave_number_value_and_grad),
        (decay_distribution, decay_distribution_grad, decay_distribution_value_and_grad),
        (hydrogen_level, hydrogen_level_grad, hydrogen_level_value_and_grad),
        (superconductor, superconductor_grad, superconductor_value_and_grad),
    ]
}
