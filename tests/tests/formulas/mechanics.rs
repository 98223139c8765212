//! Feynman's mechanics: points, masses, relativity.

use chainrule::grad;

/// Newton's constant in SI units (CODATA 2018).
const NEWTON: f64 = 6.6743e-11;

/// I.8.14: distance in the plane.
#[grad]
fn distance(x1: f64, x2: f64, y1: f64, y2: f64) -> f64 {
    ((x2 - x1).powi(2) + (y2 - y1).powi(2)).sqrt()
}

/// I.9.18: gravitation between two points.
#[grad]
fn gravitation(m1: f64, m2: f64, x1: f64, x2: f64, y1: f64, y2: f64, z1: f64, z2: f64) -> f64 {
    let dx = x2 - x1;
    let dy = y2 - y1;
    let dz = z2 - z1;
    let r_squared = dx * dx + dy * dy + dz * dz;
    NEWTON * m1 * m2 / r_squared
}

/// I.10.7: relativistic mass.
#[grad]
fn relativistic_mass(m0: f64, v: f64, c: f64) -> f64 {
    m0 / (1.0 - v.powi(2) / c.powi(2)).sqrt()
}

/// I.11.19: scalar product.
#[grad]
fn scalar_product(x1: f64, x2: f64, x3: f64, y1: f64, y2: f64, y3: f64) -> f64 {
    let mut sum = x1 * y1;
    sum += x2 * y2;
    sum += x3 * y3;
    sum
}

/// I.13.4: kinetic energy from three components.
#[grad]
fn kinetic_energy(m: f64, v: f64, u: f64, w: f64) -> f64 {
    0.5 * m * (v * v + u * u + w * w)
}

/// I.13.12: work against gravity between two radii.
#[grad]
fn gravitational_work(g: f64, m1: f64, m2: f64, r1: f64, r2: f64) -> f64 {
    g * m1 * m2 * (r2.recip() - r1.recip())
}

/// I.14.3: potential energy near the ground.
#[grad]
fn potential_energy(m: f64, z: f64) -> f64 {
    const STANDARD_GRAVITY: f64 = 9.806_65;
    m * STANDARD_GRAVITY * z
}

/// I.14.4: energy of a spring.
#[grad]
fn spring_energy(k: f64, x: f64) -> f64 {
    0.5 * k * x.powi(2)
}

/// I.15.1: relativistic momentum.
#[grad]
fn relativistic_momentum(m0: f64, v: f64, c: f64) -> f64 {
    let beta = v / c;
    let gamma = (1.0 - beta * beta).sqrt().recip();
    gamma * m0 * v
}

/// I.15.3x and I.15.3t: the Lorentz transform, of space or of time.
#[grad]
fn lorentz(x: f64, t: f64, u: f64, c: f64, of_time: bool) -> f64 {
    let root = (1.0 - u * u / (c * c)).sqrt();
    let shifted = if of_time { t - u * x / (c * c) } else { x - u * t };
    shifted / root
}

/// I.16.6: addition of velocities.
#[grad]
fn velocity_sum(u: f64, v: f64, c: f64) -> f64 {
    (u + v) / (1.0 + u * v / c.powi(2))
}

/// I.18.4: centre of mass.
#[grad]
fn centre_of_mass(m1: f64, m2: f64, r1: f64, r2: f64) -> f64 {
    (m1 * r1 + m2 * r2) / (m1 + m2)
}

/// I.18.12: torque.
#[grad]
fn torque(r: f64, force: f64, theta: f64) -> f64 {
    r * force * theta.sin()
}

/// I.18.16: angular momentum, with the angle in degrees.
#[grad]
fn angular_momentum(m: f64, r: f64, v: f64, degrees: f64) -> f64 {
    let theta = degrees.to_radians();
    m * r * v * f64::sin(theta)
}

/// I.24.6: energy of a driven oscillator.
#[grad]
fn oscillator_energy(m: f64, omega: f64, omega0: f64, x: f64) -> f64 {
    let frequencies = omega.powi(2) + omega0.powi(2);
    1.0 / 2.0 * m * frequencies * 1.0 / 2.0 * x.powi(2)
}

/// I.34.8: angular frequency of a charge in a magnetic field.
#[grad]
fn cyclotron_frequency(q: f64, v: f64, b: f64, p: f64) -> f64 {
    q * v * b / p
}

/// I.48.2: relativistic energy, with the speed as a fraction of that of light.
#[grad]
fn relativistic_energy(m: f64, beta: f64) -> f64 {
    const LIGHT: f64 = 299_792_458.0;
    let gamma = 1.0 / (1.0 - beta.powi(2)).sqrt();
    let m = m * gamma;
    m * LIGHT.powi(2)
}

/// II.38.3: force in a stretched bar.
#[grad]
fn hooke_force(young: f64, area: f64, x: f64, d: f64) -> f64 {
    let strain = x / d;
    young * area * strain
}

/// II.38.14: shear modulus.
#[grad]
fn shear_modulus(young: f64, sigma: f64) -> f64 {
    young / (2.0 * (1.0 + sigma))
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (distance, distance_grad, distance_value_and_grad),
        (gravitation, gravitation_grad, gravitation_value_and_grad),
        (relativistic_mass, relativistic_mass_grad, relativistic_mass_value_and_grad),
        (scalar_product, scalar_product_grad, scalar_product_value_and_grad),
        (kinetic_energy, kinetic_energy_grad, kinetic_energy_value_and_grad),
        (gravitational_work, gravitational_work_grad, gravitational_work_value_and_grad),
        (potential_energy, potential_energy_grad, potential_energy_value_and_grad),
        (spring_energy, spring_energy_grad, spring_energy_value_and_grad),
        (relativistic_momentum, relativistic_momentum_grad, relativistic_momentum_value_and_grad),
        (lorentz, lorentz_grad, lorentz_value_and_grad),
        (velocity_sum, velocity_sum_grad, velocity_sum_value_and_grad),
        (centre_of_mass, centre_of_mass_grad, centre_of_mass_value_and_grad),
        (torque, torque_grad, torque_value_and_grad),
        (angular_momentum, angular_momentum_grad, angular_momentum_value_and_grad),
        (oscillator_energy, oscillator_energy_grad, oscillator_energy_value_and_grad),
        (cyclotron_frequency, cyclotron_frequency_grad, cyclotron_frequency_value_and_grad),
        (relativistic_energy, relativistic_energy_grad, relativistic_energy_value_and_grad),
        (hooke_force, hooke_force_grad, hooke_force_value_and_grad),
        (shear_modulus, shear_modulus_grad, shear_modulus_value_and_grad),
    ]
}
