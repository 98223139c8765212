//! Potentials and equations of state of molecular dynamics.

use chainrule::{Real, grad};

#[grad]
fn lennard_jones(r: f64, epsilon: f64, sigma: f64) -> f64 {
    let s6 = (sigma / r).powi(6);
    4.0 * epsilon * (s6 * s6 - s6)
}

/// Lennard-Jones, shifted and cut off: exactly zero beyond the cutoff.
#[grad]
fn truncated_lennard_jones(r: f64, epsilon: f64, sigma: f64) -> f64 {
    const CUTOFF: f64 = 2.5;
    let reduced = r / sigma;
    if reduced >= CUTOFF {
        return 0.0;
    }
    let inverse = reduced.powi(-6);
    let edge = CUTOFF.powi(-6);
    4.0 * epsilon * ((inverse * inverse - inverse) - (edge * edge - edge))
}

#[grad]
fn morse(r: f64, depth: f64, width: f64, equilibrium: f64) -> f64 {
    depth * (1.0 - (-width * (r - equilibrium)).exp()).powi(2)
}

#[grad]
fn buckingham(r: f64, a: f64, b: f64, c: f64) -> f64 {
    a * (-b * r).exp() - c / r.powi(6)
}

/// Screened Coulomb potential.
#[grad]
fn yukawa(r: f64, strength: f64, mass: f64) -> f64 {
    -strength * strength * (-mass * r).exp() / r
}

/// Pressure of a van der Waals gas.
#[grad]
fn van_der_waals(n: f64, volume: f64, temperature: f64, a: f64, b: f64) -> f64 {
    const GAS: f64 = 8.314_462_618_153_24;
    n * GAS * temperature / (volume - n * b) - a * n * n / (volume * volume)
}

/// Redlich–Kwong equation of state.
#[grad]
fn redlich_kwong(volume: f64, temperature: f64, a: f64, b: f64) -> f64 {
    8.314 * temperature / (volume - b) - a / (temperature.sqrt() * volume * (volume + b))
}

/// Torsion of a dihedral angle.
#[grad]
fn torsion(phi: f64, barrier: f64, phase: f64, multiplicity: i32) -> f64 {
    barrier / 2.0 * (1.0 + (multiplicity as f64 * phi - phase).cos())
}

/// Short-range part of an Ewald sum.
#[grad]
fn ewald_real(r: f64, charge: f64, splitting: f64) -> f64 {
    charge * chainrule::math::erfc(splitting * r) / r
}

/// Debye–Hückel activity in decadic logarithms.
#[grad]
fn debye_hueckel(charge: i32, strength: f64, size: f64) -> f64 {
    let root = strength.sqrt();
    let z = charge as f64;
    10f64.powf(-0.509 * z * z * root / (1.0 + 0.328 * size * root))
}

/// Arrhenius rate with a temperature exponent.
#[grad]
fn arrhenius(prefactor: f64, exponent: f64, energy: f64, temperature: f64) -> f64 {
    let rt = 8.314_462_618 * temperature;
    prefactor * (temperature / 298.15).powf(exponent) * (-energy / rt).exp()
}

/// Nernst's equation.
#[grad]
fn nernst(standard: f64, temperature: f64, electrons: i32, oxidised: f64, reduced: f64) -> f64 {
    let thermal = 8.314_462_618 * temperature / (electrons as f64 * 96_485.332_12);
    standard - thermal * (reduced.ln() - oxidised.ln())
}

/// pH of a buffer.
#[grad]
fn buffer_ph(pka: f64, acid: f64, base: f64) -> f64 {
    pka + (base / acid).log10()
}

/// Antoine's equation for the vapour pressure.
#[grad]
fn antoine(a: f64, b: f64, c: f64, celsius: f64) -> f64 {
    f64::powf(10.0, a - b / (c + celsius))
}

/// Harmonic bond, generic.
#[grad]
fn harmonic<T: Real>(r: T, stiffness: T, equilibrium: T) -> T {
    let stretch = r - equilibrium;
    stiffness * stretch * stretch
}

/// Information of a binary channel, in bits.
#[grad]
fn binary_entropy(p: f64) -> f64 {
    -p * p.log2() - (1.0 - p) * (1.0 - p).log2()
}

/// Stirling's series against the library's logarithm of gamma.
#[grad]
fn stirling_error(x: f64) -> f64 {
    let stirling = (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln();
    chainrule::math::ln_gamma(x) - stirling
}

/// Log likelihood of a gamma law.
#[grad]
fn gamma_likelihood(x: f64, shape: f64, rate: f64) -> f64 {
    shape * rate.ln() + (shape - 1.0) * x.ln() - rate * x - chainrule::math::ln_gamma(shape)
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (lennard_jones, lennard_jones_grad, lennard_jones_value_and_grad),
        (truncated_lennard_jones, truncated_lennard_jones_grad, truncated_lennard_jones_value_and_grad),
        (morse, morse_grad, morse_value_and_grad),
        (buckingham, buckingham_grad, buckingham_value_and_grad),
        (yukawa, yukawa_grad, yukawa_value_and_grad),
        (van_der_waals, van_der_waals_grad, van_der_waals_value_and_grad),
        (redlich_kwong, redlich_kwong_grad, redlich_kwong_value_and_grad),
        (torsion, torsion_grad, torsion_value_and_grad),
        (ewald_real, ewald_real_grad, ewald_real_value_and_grad),
        (debye_hueckel, debye_hueckel_grad, debye_hueckel_value_and_grad),
        (arrhenius, arrhenius_grad, arrhenius_value_and_grad),
        (nernst, nernst_grad, nernst_value_and_grad),
        (buffer_ph, buffer_ph_grad, buffer_ph_value_and_grad),
        (antoine, antoine_grad, antoine_value_and_grad),
        (harmonic::<f64>, harmonic_grad::<f64>, harmonic_value_and_grad::<f64>),
        (harmonic::<f32>, harmonic_grad::<f32>, harmonic_value_and_grad::<f32>),
        (binary_entropy, binary_entropy_grad, binary_entropy_value_and_grad),
        (stirling_error, stirling_error_grad, stirling_error_value_and_grad),
        (gamma_likelihood, gamma_likelihood_grad, gamma_likelihood_value_and_grad),
    ]
}
