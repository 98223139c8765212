"""The formulas of `tests/tests/formulas/mechanics.rs`, for mpmath."""

from corpus.registry import formula, ratio
from numbers60 import radians, sin, sqrt


@formula((1.0, 4.0, 2.0, 6.5), (0.3, -1.7, 5.0, 2.25), (-2.5, 3.5, 0.1, 0.7))
def distance(x1, x2, y1, y2):
    return sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)


@formula(
    (3.0, 5.0, 1.0, 4.0, 2.0, 6.0, 0.5, 9.5),
    (5.97e24, 7.35e22, 0.0, 3.1e8, 1.0e7, 2.2e8, -3.0e6, 4.0e7),
    (1.5, 2.5, -1.0, 2.0, 0.3, 0.9, 3.0, 1.0),
)
def gravitation(m1, m2, x1, x2, y1, y2, z1, z2):
    return 6.6743e-11 * m1 * m2 / ((x2 - x1) ** 2 + (y2 - y1) ** 2 + (z2 - z1) ** 2)


@formula((2.0, 1.0, 4.0), (1.5, 2.9, 3.5), (0.7, 0.01, 1.0), (9.1e-31, 1.5e8, 2.99792458e8))
def relativistic_mass(m0, v, c):
    return m0 / sqrt(1 - v**2 / c**2)


@formula((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (0.1, -2.0, 0.7, 3.3, 1.4, 5.5), (1e8, 2.5, 1e-8, 0.5, 7.0, 3e8))
def scalar_product(x1, x2, x3, y1, y2, y3):
    return x1 * y1 + x2 * y2 + x3 * y3


@formula((2.0, 1.0, 3.0, 4.0), (0.4, -1.3, 2.7, 0.1), (70.0, 12.0, -9.5, 3.0))
def kinetic_energy(m, v, u, w):
    return m * (v**2 + u**2 + w**2) / 2


@formula((1.0, 2.0, 3.0, 4.0, 1.5), (6.67e-11, 6.0e24, 80.0, 6.4e6, 4.2e7), (2.0, 0.5, 1.1, 0.3, 7.7))
def gravitational_work(g, m1, m2, r1, r2):
    return g * m1 * m2 * (1 / r2 - 1 / r1)


@formula((3.0, 2.5), (0.01, 1e4), (75.5, -8.0))
def potential_energy(m, z):
    return m * 9.80665 * z


@formula((2.0, 3.0), (150.0, -0.02), (1e-3, 7.5))
def spring_energy(k, x):
    return k * x**2 / 2


@formula((2.0, 1.0, 4.0), (1.5, 2.9, 3.5), (0.7, -0.2, 1.0))
def relativistic_momentum(m0, v, c):
    return m0 * v / sqrt(1 - (v / c) ** 2)


@formula(
    (5.0, 2.0, 1.0, 4.0, True),
    (5.0, 2.0, 1.0, 4.0, False),
    (0.3, 9.0, -2.0, 3.0, True),
    (0.3, 9.0, 2.5, 3.0, False),
)
def lorentz(x, t, u, c, of_time):
    root = sqrt(1 - (u / c) ** 2)
    return (t - u * x / c**2) / root if of_time else (x - u * t) / root


@formula((1.0, 2.0, 4.0), (0.5, -0.2, 1.0), (2.9, 2.8, 3.0))
def velocity_sum(u, v, c):
    return (u + v) / (1 + u * v / c**2)


@formula((1.0, 2.0, 3.0, 5.0), (0.2, 8.0, -3.0, 1.5), (10.0, 10.5, 2.0, 4.0))
def centre_of_mass(m1, m2, r1, r2):
    return (m1 * r1 + m2 * r2) / (m1 + m2)


@formula((2.0, 3.0, 0.7), (0.1, 40.0, 2.0), (5.0, 1.0, -1.2))
def torque(r, force, theta):
    return r * force * sin(theta)


@formula((2.0, 3.0, 4.0, 30.0), (0.5, 1.0, 9.0, 117.0), (1.0, 0.2, 5.0, -60.5))
def angular_momentum(m, r, v, degrees):
    return m * r * v * sin(radians(degrees))


@formula((1.0, 2.0, 3.0, 0.5), (0.2, 7.0, 1.5, -2.0), (3.0, 0.1, 0.9, 4.0))
def oscillator_energy(m, omega, omega0, x):
    return ratio(1, 4) * m * (omega**2 + omega0**2) * x**2


@formula((1.0, 2.0, 3.0, 4.0), (1.6e-19, 2.0e6, 0.5, 1.8e-24), (-2.0, 0.3, 7.0, 1.1))
def cyclotron_frequency(q, v, b, p):
    return q * v * b / p


@formula((1.0, 0.5), (9.1e-31, 0.1), (2.0, 0.97))
def relativistic_energy(m, beta):
    return m / sqrt(1 - beta**2) * 299792458**2


@formula((2.0e11, 1e-4, 0.001, 2.0), (3.0, 4.0, 5.0, 6.0), (0.1, 0.7, -0.3, 1.9))
def hooke_force(young, area, x, d):
    return young * area * x / d


@formula((2.0e11, 0.3), (3.0, 0.49), (1.7, -0.4))
def shear_modulus(young, sigma):
    return young / (2 * (1 + sigma))
