"""The formulas of `tests/tests/formulas/potentials.rs`, for mpmath."""

from corpus.registry import formula, ratio
from numbers60 import cos, erfc, exp, ln_gamma, log, log2, log10, pi, plain, sqrt


@formula((1.5, 0.7, 1.2), (3.8e-10, 1.65e-21, 3.4e-10), (0.9, 2.0, 1.0))
def lennard_jones(r, epsilon, sigma):
    return 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)


@formula((1.5, 0.7, 1.2), (5.0, 0.7, 1.2), (0.9, 2.0, 1.0))
def truncated_lennard_jones(r, epsilon, sigma):
    if plain(r) / plain(sigma) >= 2.5:
        return 0 * r

    def reduced(x):
        return 1 / x**12 - 1 / x**6

    return 4 * epsilon * (reduced(r / sigma) - (ratio(2, 5) ** 12 - ratio(2, 5) ** 6))


@formula((1.5, 4.5, 1.9, 0.74), (0.5, 4.5, 1.9, 0.74), (3.0, 1.0, 0.6, 1.2))
def morse(r, depth, width, equilibrium):
    return depth * (1 - exp(-width * (r - equilibrium))) ** 2


@formula((1.5, 1000.0, 3.0, 20.0), (3.0, 1500.0, 2.5, 100.0), (2.0, 50.0, 1.0, 7.0))
def buckingham(r, a, b, c):
    return a * exp(-b * r) - c / r**6


@formula((1.5, 0.7, 1.2), (0.2, 3.0, 0.5), (4.0, -1.0, 0.3))
def yukawa(r, strength, mass):
    return -(strength**2) * exp(-mass * r) / r


@formula((1.0, 0.0224, 300.0, 0.364, 4.27e-5), (2.0, 0.1, 500.0, 0.5, 3e-5), (1.0, 3.0, 2.0, 0.5, 0.7))
def van_der_waals(n, volume, temperature, a, b):
    return n * 8.31446261815324 * temperature / (volume - n * b) - a * (n / volume) ** 2


@formula((0.0224, 300.0, 6.5, 3e-5), (1.0, 2.0, 5.0, 0.3), (0.001, 400.0, 6.0, 2e-5))
def redlich_kwong(volume, temperature, a, b):
    return 8.314 * temperature / (volume - b) - a / (sqrt(temperature) * volume * (volume + b))


@formula((0.7, 2.0, 0.3, 3), (-1.5, 5.5, 3.14, 2), (2.5, 0.1, 0.0, 1))
def torsion(phi, barrier, phase, multiplicity):
    return barrier / 2 * (1 + cos(multiplicity * phi - phase))


@formula((1.5, 0.7, 1.2), (0.2, -3.0, 0.5), (4.0, 1.0, 0.9))
def ewald_real(r, charge, splitting):
    return charge * erfc(splitting * r) / r


@formula((1, 0.01, 3.0), (-2, 0.1, 6.0), (3, 0.001, 9.0))
def debye_hueckel(charge, strength, size):
    root = sqrt(strength)
    return 10 ** (-0.509 * charge**2 * root / (1 + 0.328 * size * root))


@formula((2.0, 0.5, 5000.0, 300.0), (1e13, -1.2, 80000.0, 700.0), (3.0, 2.0, -1000.0, 250.0))
def arrhenius(prefactor, exponent, energy, temperature):
    return prefactor * (temperature / 298.15) ** exponent * exp(-energy / (8.314462618 * temperature))


@formula((0.34, 298.15, 2, 0.1, 2.0), (0.77, 350.0, 1, 1.5, 0.02), (-0.76, 273.0, 3, 0.7, 0.3))
def nernst(standard, temperature, electrons, oxidised, reduced):
    return standard - 8.314462618 * temperature / (electrons * 96485.33212) * log(reduced / oxidised)


@formula((4.76, 0.1, 0.3), (7.2, 0.5, 0.02), (9.25, 2.0, 3.0))
def buffer_ph(pka, acid, base):
    return pka + log10(base / acid)


@formula((8.07131, 1730.63, 233.426, 25.0), (7.0, 1200.0, 220.0, 80.0), (2.0, 3.0, 4.0, 5.0))
def antoine(a, b, c, celsius):
    return 10 ** (a - b / (c + celsius))


@formula((1.5, 300.0, 1.1), (0.7, 2.0, 0.9), (3.0, 0.5, 1.25), scalars=("f64", "f32"))
def harmonic(r, stiffness, equilibrium):
    return stiffness * (r - equilibrium) ** 2


@formula((0.1,), (0.3,), (0.85,))
def binary_entropy(p):
    return -p * log2(p) - (1 - p) * log2(1 - p)


@formula((0.3,), (1.5,), (3.7,))
def stirling_error(x):
    return ln_gamma(x) - ((x - 0.5) * log(x) - x + log(2 * pi) / 2)


@formula((2.0, 3.0, 0.5), (0.3, 1.7, 4.0), (10.0, 0.6, 0.2))
def gamma_likelihood(x, shape, rate):
    return shape * log(rate) + (shape - 1) * log(x) - rate * x - ln_gamma(shape)
