//! Feynman's electrostatics and dielectrics.

use std::f64::consts::PI;

use chainrule::grad;

/// I.12.1: friction.
#[grad]
fn friction(mu: f64, normal: f64) -> f64 {
    mu * normal
}

/// I.12.2: Coulomb's law.
#[grad]
fn coulomb(q1: f64, q2: f64, epsilon: f64, r: f64) -> f64 {
    q1 * q2 / (4.0 * PI * epsilon * r.powi(2))
}

/// I.12.4: field of a point charge, with the constant of the vacuum.
#[grad]
fn point_field(q: f64, r: f64) -> f64 {
    const EPSILON_0: f64 = 8.854_187_812_8e-12;
    let sphere = 4.0 * PI * r * r;
    q / (EPSILON_0 * sphere)
}

/// I.12.5: force in an electric field.
#[grad]
fn electric_force(q: f64, field: f64) -> f64 {
    q * field
}

/// I.12.11: force of an electric and a magnetic field.
#[grad]
fn lorentz_force(q: f64, field: f64, b: f64, v: f64, theta: f64) -> f64 {
    q * (field + b * v * theta.sin())
}

/// I.25.13: voltage of a capacitor.
#[grad]
fn capacitor(q: f64, c: f64) -> f64 {
    q / c
}

/// II.4.23: potential of a point charge.
#[grad]
fn point_potential(q: f64, epsilon: f64, r: f64) -> f64 {
    let denominator = 4.0 * PI * epsilon * r;
    q / denominator
}

/// II.6.11: potential of a dipole.
#[grad]
fn dipole_potential(epsilon: f64, p: f64, theta: f64, r: f64) -> f64 {
    1.0 / (4.0 * PI * epsilon) * p * theta.cos() / r.powi(2)
}

/// II.6.15a: transverse field of a dipole, in Cartesian coordinates.
#[grad]
fn dipole_field(epsilon: f64, p: f64, x: f64, y: f64, z: f64) -> f64 {
    let rho = x.hypot(y);
    let r = rho.hypot(z);
    p / (4.0 * PI * epsilon) * 3.0 * z / r.powi(5) * rho
}

/// II.6.15b: the same field in polar coordinates.
#[grad]
fn dipole_field_polar(epsilon: f64, p: f64, theta: f64, r: f64) -> f64 {
    let (sine, cosine) = theta.sin_cos();
    p / (4.0 * PI * epsilon) * 3.0 * cosine * sine / r.powi(3)
}

/// II.8.7: energy of a charged sphere.
#[grad]
fn sphere_energy(q: f64, epsilon: f64, d: f64) -> f64 {
    3.0 / 5.0 * q.powi(2) / (4.0 * PI * epsilon * d)
}

/// II.8.31: energy density of a field.
#[grad]
fn field_energy(epsilon: f64, field: f64) -> f64 {
    epsilon * field.powi(2) / 2.0
}

/// II.10.9: field in a dielectric.
#[grad]
fn dielectric_field(sigma: f64, epsilon: f64, chi: f64) -> f64 {
    sigma / epsilon * 1.0 / (1.0 + chi)
}

/// II.11.3: displacement of a bound charge.
#[grad]
fn bound_charge(q: f64, field: f64, m: f64, omega0: f64, omega: f64) -> f64 {
    q * field / (m * (omega0.powi(2) - omega.powi(2)))
}

/// II.11.27: polarisation of a dense dielectric.
#[grad]
fn dense_polarisation(n: f64, alpha: f64, epsilon: f64, field: f64) -> f64 {
    let local = n * alpha;
    local / (1.0 - local / 3.0) * epsilon * field
}

/// II.11.28: its relative permittivity.
#[grad]
fn relative_permittivity(n: f64, alpha: f64) -> f64 {
    let x = n * alpha;
    let mut kappa = 1.0;
    kappa += x / (1.0 - x / 3.0);
    kappa
}

/// II.15.5: energy of an electric dipole.
#[grad]
fn electric_dipole_energy(p: f64, field: f64, theta: f64) -> f64 {
    -p * field * theta.cos()
}

/// II.21.32: potential of a moving charge.
#[grad]
fn moving_charge(q: f64, epsilon: f64, r: f64, v: f64, c: f64) -> f64 {
    q / (4.0 * PI * epsilon * r * (1.0 - v / c))
}

/// II.27.18: energy density of a light wave.
#[grad]
fn light_energy(epsilon: f64, field: f64) -> f64 {
    epsilon * field.powf(2.0)
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (friction, friction_grad, friction_value_and_grad),
        (coulomb, coulomb_grad, coulomb_value_and_grad),
        (point_field, point_field_grad, point_field_value_and_grad),
        (electric_force, electric_force_grad, electric_force_value_and_grad),
        (lorentz_force, lorentz_force_grad, lorentz_force_value_and_grad),
        (capacitor, capacitor_grad, capacitor_value_and_grad),
        (point_potential, point_potential_grad, point_potential_value_and_grad),
        (dipole_potential, dipole_potential_grad, dipole_potential_value_and_grad),
        (dipole_field, dipole_field_grad, dipole_field_value_and_grad),
        (dipole_field_polar, dipole_field_polar_grad, dipole_field_polar_value_and_grad),
        (sphere_energy, sphere_energy_grad, sphere_energy_value_and_grad),
        (field_energy, field_energy_grad, field_energy_value_and_grad),
        (dielectric_field, dielectric_field_grad, dielectric_field_value_and_grad),
        (bound_charge, bound_charge_grad, bound_charge_value_and_grad),
        (dense_polarisation, dense_polarisation_grad, dense_polarisation_value_and_grad),
        (relative_permittivity, relative_permittivity_grad, relative_permittivity_value_and_grad),
        (electric_dipole_energy, electric_dipole_energy_grad, electric_dipole_energy_value_and_grad),
        (moving_charge, moving_charge_grad, moving_charge_value_and_grad),
        (light_energy, light_energy_grad, light_energy_value_and_grad),
    ]
}
