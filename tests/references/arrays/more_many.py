"""The functions of `tests/tests/arrays/more_many.rs`, for mpmath."""

from math import prod

from arrays.registry import entry, ratio, with_sum
from jets import cos, exp, sin, sqrt, squares, total


@entry(([0.3, -0.7, 1.2, 0.5, -0.4, 0.9],), ([-0.2, 1.1, -0.3, 1.7, -1.5, 0.6],))
def watson(x):
    def term(t):
        slope = total(j * x[j] * t ** (j - 1) for j in range(1, 6))
        return slope - total(v * t**j for j, v in enumerate(x)) ** 2 - 1

    return [*(term(ratio(i, 29)) for i in range(1, 30)), x[0], x[1] - x[0] ** 2 - 1]


TEN = ([-1.2, 1.1, 0.7, 2.0, 3.0, -0.5, 0.4, 0.9, -2.5, 1.3],)


@with_sum(
    ([-1.2, 1.1, 0.7, 2.0, 3.0, -0.5, 0.4, 0.9, -2.5, 1.3],),
    ([0.3, 0.1, -0.6, 1.5, 0.8, 0.2, 1.9, -1.0, 2.2, 0.7],))
def extended_rosenbrock(x):
    pairs = zip(x[::2], x[1::2])
    return [part for a, b in pairs for part in (10 * (b - a**2), 1 - a)]


EIGHT = ([3.0, -1.0, 0.3, 1.0, 0.5, 0.7, -1.1, 2.0],)


@with_sum(([-2.0, 0.1, 0.4, 0.9, 1.3, -0.6, 0.2, -1.5],))
def extended_powell(x):
    blocks = [x[:4], x[4:]]
    return [
        part
        for a, b, c, d in blocks
        for part in (a + 10 * b, sqrt(5) * (c - d), (b - 2 * c) ** 2, sqrt(10) * (a - d) ** 2)
    ]


@with_sum(([2.0, 3.0, 4.0, 5.0],), ([0.5, -0.7, 1.5, 0.2],))
def penalty_one(x):
    return [*(sqrt(ratio(1, 100000)) * (v - 1) for v in x), squares(x) - 0.25]


@with_sum(([0.5, 0.6, 0.7, 0.8],), ([1.5, -0.7, 2.5, -3.0],))
def penalty_two(x):
    scale = sqrt(ratio(1, 100000))
    ys = [exp(ratio(i + 1, 10)) + exp(ratio(i, 10)) for i in (1, 2, 3)]
    e = [exp(v / 10) for v in x]
    return [
        x[0] - ratio(1, 5),
        *(scale * (e[i + 1] + e[i] - y) for i, y in enumerate(ys)),
        *(scale * (v - exp(ratio(-1, 10))) for v in e[1:]),
        total((4 - j) * v * v for j, v in enumerate(x)) - 1,
    ]


@with_sum(([0.8, 0.6, 0.4, 0.2, 0.1],), ([1.5, -0.3, 2.0, 0.7, 1.2],))
def variably_dimensioned(x):
    weighted = total(j * (v - 1) for j, v in enumerate(x, 1))
    return [*(v - 1 for v in x), weighted, weighted**2]


@with_sum(([0.2, 0.4, -0.3, 0.7, 1.1],), ([-1.5, 0.6, 2.0, 0.9, -0.1],))
def trigonometric(x):
    cosines = total(cos(v) for v in x)
    return [5 - cosines + i * (1 - cos(v)) - sin(v) for i, v in enumerate(x, 1)]


@with_sum(([0.5, 0.6, 0.7, 0.8, 0.9],), ([1.5, -0.3, 2.0, 0.7, 1.2],))
def brown_almost_linear(x):
    return [*(v + total(x) - 6 for v in x[:4]), prod(x) - 1]


@with_sum(([-0.12, -0.2, -0.24, -0.25, -0.2, -0.12],), ([0.3, -0.7, 1.2, 0.5, -0.4, 0.9],))
def discrete_boundary_value(x):
    h = ratio(1, 7)
    padded = [0, *x, 0]
    return [
        2 * padded[i] - padded[i - 1] - padded[i + 1] + h**2 * (padded[i] + i * h + 1) ** 3 / 2
        for i in range(1, 7)
    ]


@entry(([-0.12, -0.2, -0.24, -0.25, -0.2, -0.12],), ([0.3, -0.7, 1.2, 0.5, -0.4, 0.9],))
def discrete_integral_equation(x):
    h = ratio(1, 7)

    def kernel(i, j):
        return (1 - i * h) * j * h if j <= i else i * h * (1 - j * h)

    cubes = [(v + j * h + 1) ** 3 for j, v in enumerate(x, 1)]
    return [
        x[i - 1] + h / 2 * total(kernel(i, j) * cube for j, cube in enumerate(cubes, 1)) for i in range(1, 7)
    ]


SEVEN = ([-1.0, -1.5, -0.7, -1.2, -0.9, -1.1, -0.6],)


@with_sum(SEVEN, ([0.3, -0.7, 1.2, 0.5, -0.4, 0.9, 2.0],))
def broyden_tridiagonal(x):
    padded = [0, *x, 0]
    return [(3 - 2 * b) * b - a - 2 * c + 1 for a, b, c in zip(padded, x, padded[2:])]


@with_sum(([-1.0, -1.5, -0.7, -1.2, -0.9, -1.1, -0.6, -0.8],), ([0.3, -0.7, 1.2, 0.5, -0.4, 0.9, 2.0, -0.2],))
def broyden_banded(x):
    def band(i):
        return total(x[j] * (1 + x[j]) for j in range(max(0, i - 5), min(8, i + 2)) if j != i)

    return [v * (2 + 5 * v * v) + 1 - band(i) for i, v in enumerate(x)]


LINEAR = ([1.0, 1.5, -0.5, 2.0, 0.7],), ([-0.3, 0.9, 1.1, 0.2, -1.6],)


@entry(*LINEAR)
def linear_full_rank(x):
    mean = 2 * total(x) / 8
    return [*(v - mean - 1 for v in x), -mean - 1, -mean - 1, -mean - 1]


@entry(*LINEAR)
def linear_rank_one(x):
    weighted = total(j * v for j, v in enumerate(x, 1))
    return [i * weighted - 1 for i in range(1, 9)]


@entry(*LINEAR)
def linear_rank_one_with_zeros(x):
    weighted = 2 * x[1] + 3 * x[2] + 4 * x[3]
    return [-1, *(i * weighted - 1 for i in range(1, 7)), -1]


@with_sum(([0.12, 0.35, 0.55, 0.6, 0.85],), ([0.13, 0.3, 0.45, 0.7, 0.95],))
def chebyquad(x):
    def chebyshev(degree, v):
        before, now = 1, 2 * v - 1
        for _ in range(degree - 1):
            before, now = now, 2 * (2 * v - 1) * now - before
        return now

    integrals = [0, ratio(-1, 3), 0, ratio(-1, 15), 0]
    return [total(chebyshev(i, v) for v in x) / 5 - integral for i, integral in enumerate(integrals, 1)]
