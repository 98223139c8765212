"""The formulas of `tests/tests/formulas/quantum.rs`, for mpmath."""

from corpus.registry import formula
from numbers60 import cos, exp, pi, sin


@formula((2.0, 3.0), (6.62607015e-34, 3e15), (0.1, 0.7))
def photon_energy(h, omega):
    return h / (2 * pi) * omega


@formula((2.0, 3.0, 0.5, 1.5), (8.85e-12, 1.05e-34, 9.1e-31, 1.6e-19), (0.1, 0.7, 1.2, -4.0))
def bohr_radius(epsilon, h_bar, m, q):
    return 4 * pi * epsilon * h_bar**2 / (m * q**2)


@formula(
    (2.0, 3.0, 0.5, 1.5, False),
    (2.0, 3.0, 0.5, 1.5, True),
    (1.0, 1.3, 0.7, 2.0, True),
    (1.0, 0.9, 1.1, 0.8, False),
)
def oscillator_mean(h_bar, omega, kb, t, energy):
    occupation = 1 / (exp(h_bar * omega / (kb * t)) - 1)
    return h_bar * omega * occupation if energy else occupation


@formula((2.0, 3.0, 0.5), (9.27e-24, 1.5, 1.05e-34), (-0.1, 0.7, 1.2))
def spin_precession(moment, b, h_bar):
    return 2 * moment * b / h_bar


@formula((2.0, 0.3, 0.7), (1.0, 1.0, 1.2), (0.4, 5.0, 1.5))
def flip_probability(energy, t, h_bar):
    return sin(energy * t / h_bar) ** 2


MASER = ((2.0, 3.0, 0.5, 1.5, 7.0, 3.0), (0.1, 0.7, 1.2, 4.0, 5.0, 2.5), (1.0, 1.0, 0.9, 1.0, 1.0, 4.0))


@formula(*MASER)
def maser(p, field, t, h_bar, omega, omega0):
    phase = (omega - omega0) * t / 2
    return p * field * t / h_bar * (sin(phase) / phase) ** 2


@formula(*MASER)
def maser_by_sinc(p, field, t, h_bar, omega, omega0):
    return maser(p, field, t, h_bar, omega, omega0)


@formula((3, 1.05e-34), (-1, 0.7), (40, 2.5))
def quantised_momentum(n, h_bar):
    return n * h_bar


@formula((2.0, 3.0, 0.5, 1.5), (1.6e-19, 3e-10, 1e9, 1.05e-34), (0.1, 0.7, -1.2, 4.0))
def crystal_speed(energy, d, k, h_bar):
    return 2 * energy * d**2 * k / h_bar


@formula((2.0, 3.0, 0.5), (1.6e-19, 1e10, 1.5e-10), (0.7, -1.1, 2.0))
def spin_wave(u, k, d):
    return 2 * u * (1 - cos(k * d))


@formula((2.0, 3.0, 0.5), (1.05e-34, 1.6e-19, 3e-10), (-0.1, 0.7, 1.2))
def effective_mass(h_bar, energy, d):
    return h_bar**2 / (2 * energy * d**2)


@formula((2, 6, 0.5), (-1, 3, 1.4e-10), (5, 7, 2.0))
def ring_wave_number(alpha, n, d):
    return 2 * pi * alpha / (n * d)


@formula((2.0, 0.3, 0.5), (0.1, -0.6, 2.0), (0.7, 1.1, 1.2))
def decay_distribution(beta, alpha, theta):
    return beta * (1 + alpha * cos(theta))


@formula((2.0, 3.0, 0.5, 1.5, 1), (9.1e-31, 1.6e-19, 8.85e-12, 1.05e-34, 2), (0.1, -0.7, 1.2, 4.0, 5))
def hydrogen_level(m, q, epsilon, h_bar, n):
    return -m * q**4 / (2 * (4 * pi * epsilon) ** 2 * h_bar**2) / n**2


@formula((2.0, 3.0, 0.5, 1.5), (1e28, 1.6e-19, 1e-6, 9.1e-31), (0.1, -0.7, 1.2, 4.0))
def superconductor(rho, q, potential, m):
    return -rho * q * potential / m
