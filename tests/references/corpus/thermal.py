"""The formulas of `tests/tests/formulas/thermal.rs`, for mpmath."""

from corpus.registry import formula, ratio
from numbers60 import cos, exp, expm1, log, pi, tanh

BOLTZMANN = 1.380649e-23
PLANCK = 6.62607015e-34
LIGHT = 299792458


@formula((2.0, 3.0), (101325.0, 0.02), (0.7, 11.0))
def monatomic_energy(pressure, volume):
    return ratio(3, 2) * pressure * volume


@formula((1.4, 2.0, 3.0), (1.67, 101325.0, 0.5), (3.0, 0.1, 7.0))
def gas_energy(gamma, pressure, volume):
    return pressure * volume / (gamma - 1)


@formula((6.02e23, 300.0, 0.0224), (1e20, 77.0, 1.0), (3e25, 1000.0, 4.5))
def gas_pressure(n, temperature, volume):
    return n * BOLTZMANN * temperature / volume


@formula(
    (2.5e25, 4.8e-26, 8000.0, 250.0, 9.8),
    (1.0, 3e-27, 1e5, 1000.0, 3.7),
    (7.0, 4.8e-26, 100.0, 288.0, 9.81),
)
def barometric(n0, m, x, temperature, g):
    return n0 * exp(-m * g * x / (BOLTZMANN * temperature))


@formula((3e15, 5800.0), (1e14, 300.0), (2e15, 3000.0))
def black_body(omega, temperature):
    h_bar = PLANCK / (2 * pi)
    return h_bar * omega**3 / (pi**2 * LIGHT**2 * expm1(h_bar * omega / (BOLTZMANN * temperature)))


@formula((1.0, 2.0, 3.0, 4.0), (0.3, 1.6e-19, 12.0, 0.01), (7.0, -1.0, 0.5, 2.2))
def drift_velocity(mobility, q, voltage, d):
    return mobility * q * voltage / d


@formula((2.0, 300.0), (1e12, 77.0), (0.3, 1234.5))
def diffusion(mobility, temperature):
    return mobility * BOLTZMANN * temperature


@formula((1.4, 2.0, 3.0, 4.0), (1.67, 1.38e-23, 500.0, 1e-19), (3.0, 0.3, 0.2, 0.1))
def gas_conductivity(gamma, kb, v, area):
    return kb * v / ((gamma - 1) * area)


@formula((1.0, 2.0, 3.0, 4.0, 9.0), (6e23, 1.38e-23, 300.0, 0.5, 0.2), (2.0, 0.3, 0.7, 1.0, 20.0))
def isothermal_work(n, kb, t, v1, v2):
    return n * kb * t * log(v2 / v1)


@formula((0.6, 293.0, 273.0, 2.0, 0.1), (400.0, 20.0, 100.0, 0.01, 0.5), (1.0, 3.5, 1.0, 4.0, 7.0))
def heat_flow(kappa, t1, t2, area, d):
    return kappa * (t2 - t1) * area / d


@formula((1.0, 2.0, 0.3, 0.7, 1.5, 3.0), (5.0, 0.1, 2.0, 2.5, 0.8, 4.0), (2.0, 1.0, 1.0, -0.4, 1.0, 2.0))
def oriented_density(n0, p, field, theta, kb, t):
    return n0 * (1 + p * field * cos(theta) / (kb * t))


@formula((1.0, 2.0, 0.3, 1.5, 3.0), (1e25, 6e-30, 1e5, 1.38e-23, 300.0), (5.0, -0.1, 2.0, 0.8, 4.0))
def dipole_polarisation(n, p, field, kb, t):
    return n * p**2 * field / (3 * kb * t)


@formula((2.0, 1.0, 0.5, 1.5, 2.0), (3.0, 2.0, 1.5, 1.0, 0.9), (1e20, 9.27e-24, 5.0, 1.38e-23, 4.2))
def two_state_density(n0, moment, b, kb, t):
    x = moment * b / (kb * t)
    return n0 / (exp(x) + exp(-x))


@formula((2.0, 1.0, 0.5, 1.5, 2.0), (3.0, 2.0, 1.5, 1.0, 2.9), (1e20, 9.27e-24, 1.0, 1.38e-23, 4.2))
def paramagnet(n, moment, b, kb, t):
    return n * moment * tanh(moment * b / (kb * t))


@formula((1e-12, 1.6e-19, 0.6, 1.38e-23, 300.0), (2.0, 1.0, -0.5, 1.5, 2.0), (3.0, 2.0, 1e-6, 1.0, 0.9))
def diode(saturation, q, voltage, kb, t):
    return saturation * expm1(q * voltage / (kb * t))
