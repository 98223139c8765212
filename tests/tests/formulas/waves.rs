//! Feynman's optics, oscillations and waves, and the normal distribution of his first chapters.

use std::f64::consts::PI;

use chainrule::grad;

/// I.6.2a: standard normal density.
#[grad]
fn standard_normal(theta: f64) -> f64 {
    (-theta * theta / 2.0).exp() / (2.0 * PI).sqrt()
}

/// I.6.2: normal density of mean zero.
#[grad]
fn centred_normal(theta: f64, sigma: f64) -> f64 {
    let scaled = theta / sigma;
    f64::exp(-scaled.powi(2) / 2.0) / (f64::sqrt(2.0 * std::f64::consts::PI) * sigma)
}

/// I.6.2b: normal density.
#[grad]
fn shifted_normal(theta: f64, theta1: f64, sigma: f64) -> f64 {
    let theta = (theta - theta1) / sigma;
    let norm = sigma * (2.0 * PI).sqrt();
    (-0.5 * theta * theta).exp() / norm
}

/// I.26.2: Snell's law for the angle of incidence.
#[grad]
fn snell(n: f64, theta2: f64) -> f64 {
    (n * theta2.sin()).asin()
}

/// I.27.6: focal length of a refracting surface.
#[grad]
fn focal_length(d1: f64, d2: f64, n: f64) -> f64 {
    (1.0 / d1 + n / d2).recip()
}

/// I.29.4: wave number.
#[grad]
fn wave_number(omega: f64, c: f64) -> f64 {
    omega / c
}

/// I.29.16: amplitude of two superposed waves, by the law of cosines.
#[grad]
fn superposed_amplitude(x1: f64, x2: f64, theta1: f64, theta2: f64) -> f64 {
    let cross = 2.0 * x1 * x2 * (theta1 - theta2).cos();
    (x1.powi(2) + x2.powi(2) - cross).sqrt()
}

/// I.30.3: intensity of `n` equal slits.
#[grad]
fn slits(intensity: f64, theta: f64, n: f64) -> f64 {
    let half = theta / 2.0;
    let pattern = (n * half).sin() / half.sin();
    intensity * pattern * pattern
}

/// I.30.5: angle of a diffraction maximum.
#[grad]
fn diffraction_angle(lambda: f64, d: f64, n: f64) -> f64 {
    f64::asin(lambda / (n * d))
}

/// I.32.5: power that an accelerated charge radiates.
#[grad]
fn radiated_power(q: f64, a: f64, epsilon: f64, c: f64) -> f64 {
    q.powi(2) * a.powi(2) / (6.0 * PI * epsilon * c.powi(3))
}

/// I.32.17: power scattered by a bound charge.
#[grad]
fn scattered_power(epsilon: f64, c: f64, field: f64, r: f64, omega: f64, omega0: f64) -> f64 {
    let flux = 0.5 * epsilon * c * field.powi(2);
    let area = 8.0 * PI * r.powi(2) / 3.0;
    let resonance = omega.powi(4) / (omega.powi(2) - omega0.powi(2)).powi(2);
    flux * area * resonance
}

/// I.34.1: Doppler shift of a moving source.
#[grad]
fn doppler(omega0: f64, v: f64, c: f64) -> f64 {
    omega0 / (1.0 - v / c)
}

/// I.34.14: relativistic Doppler shift.
#[grad]
fn relativistic_doppler(omega0: f64, v: f64, c: f64) -> f64 {
    let beta = v / c;
    (1.0 + beta) / (1.0 - beta * beta).sqrt() * omega0
}

/// I.37.4: interference of two intensities.
#[grad]
fn interference(i1: f64, i2: f64, delta: f64) -> f64 {
    i1 + i2 + 2.0 * (i1 * i2).sqrt() * delta.cos()
}

/// I.47.23: speed of sound.
#[grad]
fn sound_speed(gamma: f64, pressure: f64, rho: f64) -> f64 {
    (gamma * pressure / rho).sqrt()
}

/// I.50.26: response of a slightly nonlinear oscillator.
#[grad]
fn nonlinear_response(x1: f64, omega: f64, t: f64, alpha: f64) -> f64 {
    let c = (omega * t).cos();
    x1 * (c + alpha * c.powi(2))
}

/// II.3.24: flux of a point source.
#[grad]
fn point_flux(power: f64, r: f64) -> f64 {
    power / (4.0 * PI * r.powi(2))
}

/// II.24.17: wave number in a waveguide.
#[grad]
fn waveguide(omega: f64, c: f64, d: f64) -> f64 {
    let free = omega / c;
    let cutoff = PI / d;
    (free * free - cutoff * cutoff).sqrt()
}

/// II.27.16: energy flux of a light wave.
#[grad]
fn energy_flux(epsilon: f64, c: f64, field: f64) -> f64 {
    epsilon * c * field.powi(2)
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (standard_normal, standard_normal_grad, standard_normal_value_and_grad),
        (centred_normal, centred_normal_grad, centred_normal_value_and_grad),
        (shifted_normal, shifted_normal_grad, shifted_normal_value_and_grad),
        (snell, snell_grad, snell_value_and_grad),
        (focal_length, focal_length_grad, focal_length_value_and_grad),
        (wave_number, wave_number_grad, wave_number_value_and_grad),
        (superposed_amplitude, superposed_amplitude_grad, superposed_amplitude_value_and_grad),
        (slits, slits_grad, slits_value_and_grad),
        (diffraction_angle, diffraction_angle_grad, diffraction_angle_value_and_grad),
        (radiated_power, radiated_power_grad, radiated_power_value_and_grad),
        (scattered_power, scattered_power_grad, scattered_power_value_and_grad),
        (doppler, doppler_grad, doppler_value_and_grad),
        (relativistic_doppler, relativistic_doppler_grad, relativistic_doppler_value_and_grad),
        (interference, interference_grad, interference_value_and_grad),
        (sound_speed, sound_speed_grad, sound_speed_value_and_grad),
        (nonlinear_response, nonlinear_response_grad, nonlinear_response_value_and_grad),
        (point_flux, point_flux_grad, point_flux_value_and_grad),
        (waveguide, waveguide_grad, waveguide_value_and_grad),
        (energy_flux, energy_flux_grad, energy_flux_value_and_grad),
    ]
}
