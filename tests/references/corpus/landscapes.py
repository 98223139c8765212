"""The formulas of `tests/tests/formulas/landscapes.rs`, for mpmath."""

from mpmath import e

from corpus.registry import formula
from numbers60 import cos, exp, hypot, pi, sin, sqrt

tau = 2 * pi


@formula((-1.2, 1.0), (0.5, 2.0), (3.0, -0.7), (1.5, 1.0))
def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@formula((0.5, 1.0), (-4.0, 2.5), (5.0, -1.0), (1.0, 1.0))
def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@formula((1.0, 2.0), (-2.5, 0.3), (4.0, -1.5), (0.5, 1.2))
def beale(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


@formula((0.5, 1.0), (-4.0, 2.5), (5.0, -1.0))
def booth(x, y):
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


@formula((0.7, -1.3), (2.2, 3.1), (-4.4, 0.6))
def ackley(x, y):
    radius = sqrt((x**2 + y**2) / 2)
    return -20 * exp(-0.2 * radius) - exp((cos(tau * x) + cos(tau * y)) / 2) + e + 20


@formula((0.7, -1.3), (2.2, 3.1), (-4.4, 0.6))
def rastrigin(x, y):
    return 20 + x**2 - 10 * cos(tau * x) + y**2 - 10 * cos(tau * y)


@formula((0.5, 0.5), (-1.5, 1.0), (1.8, -0.3))
def goldstein_price(x, y):
    p = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    q = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return (1 + (x + y + 1) ** 2 * p) * (30 + (2 * x - 3 * y) ** 2 * q)


@formula((0.5, 1.0), (-1.0, 2.5), (3.0, -2.0))
def mccormick(x, y):
    return sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


@formula((0.5, 1.0), (-4.0, 12.0), (8.0, 7.0))
def branin(x, y):
    valley = y - 5.1 / (4 * pi**2) * x**2 + 5 / pi * x - 6
    return valley**2 + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10


@formula((0.5, 1.0), (-4.0, 2.5), (5.0, -1.0))
def styblinski_tang(x, y):
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2


@formula((0.5, 1.0), (-1.7, 0.3), (2.5, -1.4))
def six_hump_camel(x, y):
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


@formula((2.5, 3.5), (4.0, 2.0), (1.2, 4.5))
def easom(x, y):
    return -cos(x) * cos(y) * exp(-((x - pi) ** 2) - (y - pi) ** 2)


@formula((0.5, 3.0), (-4.0, 2.5), (6.0, -1.7))
def levy(x, y):
    w1 = 1 + (x - 1) / 4
    w2 = 1 + (y - 1) / 4
    middle = (w1 - 1) ** 2 * (1 + 10 * sin(pi * w1 + 1) ** 2)
    return sin(pi * w1) ** 2 + middle + (w2 - 1) ** 2 * (1 + sin(2 * pi * w2) ** 2)


@formula((0.5, 2.0), (-4.0, 2.5), (5.0, -1.0))
def matyas(x, y):
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


@formula((0.5, 1.0), (-1.7, 0.3), (2.5, -1.4))
def three_hump_camel(x, y):
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


@formula((120.0, 30.0), (-300.0, 200.0), (400.0, 350.0))
def eggholder(x, y):
    y = y + 47
    return -y * sin(sqrt(abs(x / 2 + y))) - x * sin(sqrt(abs(x - y)))


@formula((0.5, 1.0), (-4.0, 2.5), (7.0, 8.5), (-1.0, -7.0))
def holder_table(x, y):
    return -abs(sin(x) * cos(y) * exp(abs(1 - hypot(x, y) / pi)))


@formula((0.5, 1.0, 2), (-3.0, 2.5, 2), (0.5, 1.1, 4), (1.3, 0.2, 4), (2.0, 1.0, 0))
def schaffer(x, y, number):
    difference = x**2 - y**2
    numerator = {2: lambda: sin(difference) ** 2 - 0.5, 4: lambda: cos(sin(abs(difference))) ** 2 - 0.5, 0: lambda: 0}
    return 0.5 + numerator[number]() / (1 + 0.001 * (x**2 + y**2)) ** 2


@formula((-12.0, 1.0), (-7.0, 2.5), (-6.0, -1.0), (-14.0, 2.5))
def bukin_6(x, y):
    return 100 * sqrt(abs(y - 0.01 * x**2)) + 0.01 * abs(x + 10)


@formula((0.5, 1.0), (-4.0, 2.5), (7.0, -8.5))
def cross_in_tray(x, y):
    wave = abs(sin(x) * sin(y) * exp(abs(100 - hypot(x, y) / pi)))
    return -0.0001 * (wave + 1) ** 0.1


@formula((2.2, 1.5, 10), (1.1, 2.6, 1), (2.0, 0.9, 3))
def michalewicz(x, y, steepness):
    return -sin(x) * sin(x**2 / pi) ** (2 * steepness) - sin(y) * sin(2 * y**2 / pi) ** (2 * steepness)


@formula((3.0, -1.0, 0.5, 1.0), (0.2, 0.7, -1.5, 2.0), (1.0, 1.0, 3.0, -2.0))
def powell_singular(a, b, c, d):
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


@formula((-3.0, -1.0, -3.0, -1.0), (0.2, 0.7, -1.5, 2.0), (1.5, 0.3, 3.0, -2.0))
def wood(a, b, c, d):
    quadratic = 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1)
    return 100 * (a**2 - b) ** 2 + (1 - a) ** 2 + 90 * (c**2 - d) ** 2 + (1 - c) ** 2 + quadratic


@formula((0.5, 1.2), (-0.7, 0.9), (1.3, -1.1))
def brown(x, y):
    return (x**2) ** (y**2 + 1) + (y**2) ** (x**2 + 1)


@formula((0.5, 1.2), (-3.3, 0.9), (7.0, -1.1))
def salomon(x, y):
    r = hypot(x, y)
    return 1 - cos(tau * r) + 0.1 * r
