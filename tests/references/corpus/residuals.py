"""The formulas of `tests/tests/formulas/residuals.rs`, for mpmath."""

from corpus.registry import formula, ratio
from numbers60 import atan, exp, hypot, log, minimum, pi


@formula((-1.0, 0.5, 2.0), (0.7, 0.4, 1.5), (-0.3, -2.0, 7.0), (1.5, -0.8, 0.3))
def helical_valley(x, y, z):
    angle = atan(y / x) / (2 * pi)
    if x < 0:
        angle = angle + 0.5
    return (10 * (z - 10 * angle)) ** 2 + (10 * (hypot(x, y) - 1)) ** 2 + z**2


@formula((0.5, -2.0), (10.0, 3.0), (-4.0, 1.5))
def freudenstein_roth(x, y):
    return (-13 + x + ((5 - y) * y - 2) * y) ** 2 + (-29 + x + ((y + 1) * y - 14) * y) ** 2


@formula((0.3, 0.4, 1), (0.25, -0.1, 7), (-0.5, 0.2, 10))
def jennrich_sampson(x, y, i):
    return 2 + 2 * i - exp(i * x) - exp(i * y)


@formula((1.0, 1.0, 1.0, 3, 0.22), (0.08, 1.13, 2.34, 15, 4.39), (0.5, 2.0, 0.7, 9, 0.96))
def bard(x1, x2, x3, i, y):
    v = 16 - i
    return y - (x1 + i / (v * x2 + min(i, v) * x3))


@formula(
    (0.25, 0.39, 0.415, 0.39, 2.0, 0.1957),
    (0.2, 0.5, 0.1, 0.3, 0.0625, 0.0246),
    (1.0, 2.0, 3.0, 4.0, 0.5, 0.9),
)
def kowalik(x1, x2, x3, x4, u, y):
    return y - x1 * (u**2 + u * x2) / (u**2 + u * x3 + x4)


@formula((0.02, 4000.0, 250.0, 1), (0.0056, 6181.35, 345.22, 9), (1.5, 300.0, 100.0, 16))
def meyer(x1, x2, x3, i):
    return x1 * exp(x2 / (45 + 5 * i + x3))


@formula((0.5, 10.0, 20.0, 1), (1.5, 4.0, -2.0, 7), (0.3, 0.8, 1.0, 3))
def box_three(x, y, z, i):
    # A product that Rust rounds, hence not the exact literal times an exact integer.
    t = i * ratio(1, 10)
    return exp(-t * x) - exp(-t * y) - z * (exp(-t) - exp(-10 * t))


@formula((0.4, 1.0, 0.5, 1.5), (2.0, 0.3, -0.7, 2.25), (0.399, 1.7, 0.1, -1.0))
def gaussian(x1, x2, x3, t):
    return x1 * exp(-x2 * (t - x3) ** 2 / 2)


@formula((0.7, 2.0, 0.3, 0.5, 1.5, 1.9, 0.8, 0.1, 0.05), (1.5, 1.0, 0.2, 0.9, -0.5, 2.7, 0.6, -0.3, 2.0))
def two_peaks(x, a1, m1, s1, a2, m2, s2, slope, level):
    def peak(a, m, s):
        return a * exp(-((x - m) ** 2) / (2 * s**2))

    return peak(a1, m1, s1) + peak(a2, m2, s2) + slope * x + level


@formula((0.7, 0.2, 0.5, 0.3), (-1.5, 1.0, 2.0, 0.9), (4.0, 3.0, 0.9, 0.55))
def pseudo_voigt(x, centre, width, mix):
    u = (x - centre) / width
    return mix / (1 + u**2) + (1 - mix) * gaussian_bump(u)


def gaussian_bump(u):
    """The library's convention: no factor in the exponent but minus one."""
    return exp(-(u**2))


@formula((50.0, 25.0, 1.3, 10), (5.0, 2.5, 0.15, 30), (100.0, 30.0, 1.1, 70))
def gulf(x1, x2, x3, i):
    t = ratio(i, 100)
    y = 25 + (-50 * log(t)) ** ratio(2, 3)
    return exp(-(abs(y - x2) ** x3) / x1) - t


@formula(
    (0.5, 1.5, -1.0, 0.01, 0.02, 5),
    (0.3754, 1.9358, -1.4647, 0.01287, 0.02212, 12),
    (1.0, 2.0, 3.0, 0.03, 0.07, 2),
)
def osborne(x1, x2, x3, x4, x5, i):
    t = 10 * (i - 1)
    return x1 + x2 * exp(-t * x4) + x3 * exp(-t * x5)


@formula((2.0, 1.5, 2.7, False), (0.3, 0.5, 1.1, False), (2.0, 1.5, 3.4, True), (0.3, 0.5, 2.7, True))
def hill(concentration, half, exponent, whole):
    power = (concentration / half) ** (int(exponent) if whole else exponent)
    return power / (1 + power)
