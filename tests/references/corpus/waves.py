"""The formulas of `tests/tests/formulas/waves.rs`, for mpmath."""

from corpus.registry import formula
from numbers60 import asin, cos, exp, pi, sin, sqrt


@formula((1.0,), (-0.3,), (2.7,), (5.5,))
def standard_normal(theta):
    return exp(-theta * theta / 2) / sqrt(2 * pi)


@formula((1.0, 2.0), (-3.5, 1.25), (0.4, 0.3))
def centred_normal(theta, sigma):
    return exp(-(theta**2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))


@formula((1.0, 2.75, 1.5), (-0.5, 0.75, 0.5), (3.0, 1.0, 1.1))
def shifted_normal(theta, theta1, sigma):
    return exp(-(((theta - theta1) / sigma) ** 2) / 2) / (sigma * sqrt(2 * pi))


@formula((0.7, 1.1), (1.33, 0.5), (0.2, -2.0), (1.5, 0.65))
def snell(n, theta2):
    return asin(n * sin(theta2))


@formula((1.0, 2.0, 1.5), (0.3, 7.0, 1.33), (10.0, 0.2, 2.0))
def focal_length(d1, d2, n):
    return 1 / (1 / d1 + n / d2)


@formula((3.0, 7.0), (3e15, 2.99792458e8), (-0.3, 0.9))
def wave_number(omega, c):
    return omega / c


@formula((1.0, 2.0, 0.3, 1.7), (3.0, 0.5, 2.0, 5.5), (0.7, 0.8, -1.0, 1.0))
def superposed_amplitude(x1, x2, theta1, theta2):
    return sqrt(x1**2 + x2**2 - 2 * x1 * x2 * cos(theta1 - theta2))


@formula((2.0, 0.7, 3.0), (1.0, 1.9, 5.0), (0.5, -2.2, 2.5))
def slits(intensity, theta, n):
    return intensity * (sin(n * theta / 2) / sin(theta / 2)) ** 2


@formula((0.5, 1.0, 2.0), (5.5e-7, 2e-6, 1.0), (1.0, 0.3, 7.0))
def diffraction_angle(wavelength, d, n):
    return asin(wavelength / (n * d))


@formula((1.0, 2.0, 3.0, 4.0), (1.6e-19, 1e20, 8.85e-12, 3e8), (-0.5, 0.1, 0.7, 1.3))
def radiated_power(q, a, epsilon, c):
    return q**2 * a**2 / (6 * pi * epsilon * c**3)


@formula(
    (1.0, 2.0, 0.5, 1.5, 2.0, 3.5),
    (8.85e-12, 3e8, 10.0, 1e-10, 3e15, 1e16),
    (2.0, 1.0, 3.0, 0.2, 5.0, 1.0),
)
def scattered_power(epsilon, c, field, r, omega, omega0):
    return epsilon * c * field**2 * 4 * pi * r**2 / 3 * omega**4 / (omega**2 - omega0**2) ** 2


@formula((3.0, 1.0, 4.0), (5.0, -2.0, 3.0), (1.0, 2.5, 3.0))
def doppler(omega0, v, c):
    return omega0 / (1 - v / c)


@formula((3.0, 1.0, 4.0), (5.0, -2.0, 3.0), (1.0, 2.5, 3.0))
def relativistic_doppler(omega0, v, c):
    return omega0 * (1 + v / c) / sqrt(1 - (v / c) ** 2)


@formula((1.0, 2.0, 0.7), (0.3, 5.0, 2.2), (4.0, 1.1, -1.0))
def interference(i1, i2, delta):
    return i1 + i2 + 2 * sqrt(i1 * i2) * cos(delta)


@formula((1.4, 101325.0, 1.225), (1.67, 2.0, 0.3), (1.3, 0.5, 9.0))
def sound_speed(gamma, pressure, rho):
    return sqrt(gamma * pressure / rho)


@formula((1.0, 2.0, 0.3, 0.1), (3.0, 0.5, 4.4, 0.7), (0.2, 1.0, 1.0, -0.3))
def nonlinear_response(x1, omega, t, alpha):
    return x1 * (cos(omega * t) + alpha * cos(omega * t) ** 2)


@formula((60.0, 2.0), (3.8e26, 1.5e11), (0.1, 0.03))
def point_flux(power, r):
    return power / (4 * pi * r**2)


@formula((5.0, 1.0, 2.0), (3e10, 3e8, 0.05), (7.0, 2.0, 1.5))
def waveguide(omega, c, d):
    return sqrt((omega / c) ** 2 - (pi / d) ** 2)


@formula((2.0, 3.0, 0.5), (8.85e-12, 3e8, 100.0), (1.0, 0.1, -4.0))
def energy_flux(epsilon, c, field):
    return epsilon * c * field**2
