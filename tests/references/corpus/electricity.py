"""The formulas of `tests/tests/formulas/electricity.rs`, for mpmath."""

from corpus.registry import formula, ratio
from numbers60 import cos, hypot, pi, sin, sqrt


@formula((0.3, 20.0), (1.5, 0.02), (0.7, 11.0))
def friction(mu, normal):
    return mu * normal


@formula((1.0, 2.0, 3.0, 0.5), (1.6e-19, -1.6e-19, 8.85e-12, 5.3e-11), (0.7, 0.1, 2.0, 9.0))
def coulomb(q1, q2, epsilon, r):
    return q1 * q2 / (4 * pi * epsilon * r**2)


@formula((1.6e-19, 1e-10), (2.0, 3.0), (-0.1, 0.7))
def point_field(q, r):
    return q / (4 * pi * 8.8541878128e-12 * r**2)


@formula((2.0, 3.0), (1.6e-19, 1e6), (-0.1, 0.7))
def electric_force(q, field):
    return q * field


@formula((1.0, 2.0, 3.0, 0.5, 0.7), (1.6e-19, 1e5, 0.2, 1e6, 1.3), (0.7, 0.1, 2.0, 9.0, -0.01))
def lorentz_force(q, field, b, v, theta):
    return q * (field + b * v * sin(theta))


@formula((2.0, 3.0), (1e-6, 2.2e-9), (-0.1, 0.7))
def capacitor(q, c):
    return q / c


@formula((2.0, 3.0, 0.5), (1.6e-19, 8.85e-12, 1e-10), (-0.1, 0.7, 12.0))
def point_potential(q, epsilon, r):
    return q / (4 * pi * epsilon * r)


@formula((3.0, 2.0, 0.5, 0.7), (8.85e-12, 6e-30, 2.0, 1e-9), (0.7, -0.1, 1.0, 12.0))
def dipole_potential(epsilon, p, theta, r):
    return p * cos(theta) / (4 * pi * epsilon * r**2)


@formula((3.0, 2.0, 0.5, 0.7, 1.1), (8.85e-12, 6e-30, 2e-9, 1e-9, -3e-9), (0.7, 1.0, 3.0, 0.2, 2.5))
def dipole_field(epsilon, p, x, y, z):
    r = sqrt(x**2 + y**2 + z**2)
    return p / (4 * pi * epsilon) * 3 * z / r**5 * hypot(x, y)


@formula((3.0, 2.0, 0.5, 0.7), (8.85e-12, 6e-30, 2.0, 1e-9), (0.7, -0.1, 1.2, 12.0))
def dipole_field_polar(epsilon, p, theta, r):
    return p / (4 * pi * epsilon) * 3 * cos(theta) * sin(theta) / r**3


@formula((2.0, 3.0, 0.5), (1.6e-19, 8.85e-12, 1e-15), (-0.1, 0.7, 12.0))
def sphere_energy(q, epsilon, d):
    return ratio(3, 5) * q**2 / (4 * pi * epsilon * d)


@formula((2.0, 3.0), (8.85e-12, 1e6), (0.1, -0.7))
def field_energy(epsilon, field):
    return epsilon * field**2 / 2


@formula((2.0, 3.0, 0.5), (1e-6, 8.85e-12, 80.0), (-0.1, 0.7, 12.0))
def dielectric_field(sigma, epsilon, chi):
    return sigma / (epsilon * (1 + chi))


@formula((2.0, 3.0, 0.5, 2.0, 1.0), (1.6e-19, 10.0, 9e-31, 1e16, 3e15), (1.0, 0.7, 12.0, 0.3, 2.0))
def bound_charge(q, field, m, omega0, omega):
    return q * field / (m * (omega0**2 - omega**2))


@formula((1.0, 0.5, 2.0, 3.0), (2.5e25, 2e-29, 8.85e-12, 1e4), (0.7, 1.1, 0.3, -2.0))
def dense_polarisation(n, alpha, epsilon, field):
    return n * alpha / (1 - n * alpha / 3) * epsilon * field


@formula((1.0, 0.5), (2.5e25, 2e-29), (0.7, 1.1))
def relative_permittivity(n, alpha):
    return 1 + n * alpha / (1 - n * alpha / 3)


@formula((2.0, 3.0, 0.5), (6e-30, 1e5, 2.0), (-0.1, 0.7, 1.2))
def electric_dipole_energy(p, field, theta):
    return -p * field * cos(theta)


@formula((2.0, 3.0, 0.5, 1.0, 4.0), (1.6e-19, 8.85e-12, 1e-9, 2e8, 3e8), (-1.0, 0.7, 12.0, -0.3, 2.0))
def moving_charge(q, epsilon, r, v, c):
    return q / (4 * pi * epsilon * r * (1 - v / c))


@formula((2.0, 3.0), (8.85e-12, 1e6), (0.1, -0.7))
def light_energy(epsilon, field):
    return epsilon * field**2
