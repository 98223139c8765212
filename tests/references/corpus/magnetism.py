"""The formulas of `tests/tests/formulas/magnetism.rs`, for mpmath."""

from corpus.registry import formula
from numbers60 import cos, pi, sqrt


@formula((2.0, 3.0, 0.5, 0.7), (8.85e-12, 3e8, 10.0, 0.01), (0.7, 1.1, -2.0, 5.0))
def wire_field(epsilon, c, current, r):
    return 2 * current / (4 * pi * epsilon * c**2 * r)


@formula((2.0, 1.0, 4.0, False), (2.0, 1.0, 4.0, True), (0.3, -2.9, 3.5, True), (0.3, -2.9, 3.5, False))
def moving_density(rho, v, c, as_current):
    density = rho / sqrt(1 - (v / c) ** 2)
    return density * v if as_current else density


@formula((2.0, 3.0, 0.5), (9.27e-24, 1.5, 2.0), (-0.1, 0.7, 1.2))
def moment_energy(moment, b, theta):
    return -moment * b * cos(theta)


@formula((2.0, 3.0, 0.5), (1.6e-19, 2.2e6, 5.3e-11), (-0.1, 0.7, 1.2))
def circling_current(q, v, r):
    return q * v / (2 * pi * r)


@formula((2.0, 3.0, 0.5), (1.6e-19, 2.2e6, 5.3e-11), (-0.1, 0.7, 1.2))
def circling_moment(q, v, r):
    return q * v * r / 2


@formula((2.0, 3.0, 0.5, 0.7), (2.0023, 1.6e-19, 1.5, 9.1e-31), (0.1, -0.7, 1.2, 4.0))
def precession(g, q, b, m):
    return g * q * b / (2 * m)


@formula((2.0, 3.0, 0.5), (1.6e-19, 6.6e-34, 9.1e-31), (-0.1, 0.7, 1.2))
def magneton(q, h, m):
    return q * h / (4 * pi * m)


@formula((2.0, 3.0, 0.5, 1.5, 0.7), (2.0023, 9.27e-24, 1.5, 5.3e-35, 1.05e-34), (0.1, -0.7, 1.2, 0.5, 4.0))
def zeeman(g, moment, b, j, h_bar):
    return g * moment * b * j / h_bar


@formula(
    (2.0, 3.0, 0.5, 1.5, 0.7, 3.0, 0.2),
    (1.0, 0.3, 2.0, 0.9, 1.1, 1.7, 5.0),
    (0.4, 0.1, 0.2, 2.0, 3.0, 1.0, 1.0),
)
def ferromagnet(moment, h, kt, alpha, epsilon, c, m):
    return moment * h / kt + moment * alpha * m / (epsilon * c**2 * kt)


@formula((2.0, 3.0, 0.5), (9.27e-24, -1e-5, 1.5), (-0.1, 0.7, 1.2))
def material_energy(moment, chi, b):
    return moment * (1 + chi) * b


@formula((2.0, 3.0, 0.5, 1.5), (9.27e-24, 1.5, -0.2, 0.01), (0.1, 0.7, 1.2, -4.0))
def spin_energy(moment, bx, by, bz):
    return moment * sqrt(bx**2 + by**2 + bz**2)
