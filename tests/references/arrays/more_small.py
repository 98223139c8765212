"""The functions of `tests/tests/arrays/more_small.rs`, for mpmath."""

from arrays.registry import ratio, with_sum
from jets import atan, exp, hypot, pi, sqrt


@with_sum(([-1.2, 1.0],), ([0.7, 2.0],), ([3.0, -0.5],))
def rosenbrock(x):
    return [10 * (x[1] - x[0] ** 2), 1 - x[0]]


@with_sum(([0.5, -2.0],), ([10.0, 3.0],), ([-4.0, 1.5],))
def freudenstein_roth(x):
    a, b = x
    return [-13 + a + 5 * b**2 - b**3 - 2 * b, -29 + a + b**3 + b**2 - 14 * b]


@with_sum(([0.5, 1.5],), ([-0.3, 2.0],), ([0.01, 0.7],))
def powell_badly_scaled(x):
    return [10000 * x[0] * x[1] - 1, exp(-x[0]) + exp(-x[1]) - ratio(10001, 10000)]


@with_sum(([1.5, 1.0],), ([2000.0, -0.5],), ([-30.0, 7.0],))
def brown_badly_scaled(x):
    return [x[0] - 1000000, x[1] - ratio(2, 1000000), x[0] * x[1] - 2]


@with_sum(([1.0, 2.0],), ([2.5, -0.7],), ([-1.5, 0.3],))
def beale(x):
    return [y - x[0] * (1 - x[1] ** (i + 1)) for i, y in enumerate([1.5, 2.25, 2.625])]


@with_sum(([0.3, 0.4],), ([0.25, -0.1],), ([-0.5, 0.2],))
def jennrich_sampson(x):
    return [2 + 2 * i - (exp(i * x[0]) + exp(i * x[1])) for i in range(1, 11)]


@with_sum(([-1.0, 0.5, 2.0],), ([0.7, 0.4, 1.5],), ([-0.3, -2.0, 7.0],), ([1.5, -0.8, 0.3],))
def helical_valley(x):
    turns = atan(x[1] / x[0]) / (2 * pi())
    if x[0] < 0:
        turns = turns + 0.5
    return [10 * (x[2] - 10 * turns), 10 * (hypot(x[0], x[1]) - 1), x[2]]


@with_sum(([0.5, 10.0, 20.0],), ([1.5, 4.0, -2.0],), ([0.3, 0.8, 1.5],))
def box_three(x):
    times = [ratio(i, 10) for i in range(1, 11)]
    return [exp(-t * x[0]) - exp(-t * x[1]) - x[2] * (exp(-t) - exp(-10 * t)) for t in times]


@with_sum(([3.0, -1.0, 0.3, 1.0],), ([0.5, 0.7, -1.1, 2.0],), ([-2.0, 0.1, 0.4, 0.9],))
def powell_singular(x):
    a, b, c, d = x
    return [a + 10 * b, sqrt(5) * (c - d), (b - 2 * c) ** 2, sqrt(10) * (a - d) ** 2]


@with_sum(([-3.0, -1.0, -3.0, -1.5],), ([0.7, 1.2, -0.4, 2.0],), ([1.5, -0.3, 0.6, 0.8],))
def wood(x):
    return [
        10 * (x[1] - x[0] ** 2),
        1 - x[0],
        sqrt(90) * (x[3] - x[2] ** 2),
        1 - x[2],
        sqrt(10) * (x[1] + x[3] - 2),
        (x[1] - x[3]) / sqrt(10),
    ]
