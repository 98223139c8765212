"""The functions of `tests/tests/arrays/more_fits.rs`, for mpmath."""

from arrays.registry import entry, ratio, with_sum
from jets import cos, exp, log, sin, total


@with_sum(([1.0, 1.0, 1.0],), ([0.08, 1.13, 2.34],), ([0.5, 2.0, 0.7],))
def bard(x):
    data = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
    terms = [(y, i, 16 - i, min(i, 16 - i)) for i, y in enumerate(data, 1)]
    return [y - (x[0] + u / (v * x[1] + w * x[2])) for y, u, v, w in terms]


@with_sum(([0.4, 1.0, 0.5],), ([0.7, 0.3, -0.7],), ([1.3, 0.6, 0.25],))
def gaussian(x):
    half = [0.3989, 0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009]
    return [x[0] * exp(-x[1] * (t * 0.5 - x[2]) ** 2 / 2) - half[abs(t)] for t in range(7, -8, -1)]


@entry(([0.02, 4000.0, 250.0],), ([0.0075, 6000.0, 345.0],))
def meyer(x):
    data = "34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872"
    return [x[0] * exp(x[1] / (45 + 5 * i + x[2])) - int(y) for i, y in enumerate(data.split(), 1)]


@entry(([5.0, 2.5, 0.15],), ([50.0, 30.0, 1.3],))
def gulf(x):
    def term(i):
        t = ratio(i, 100)
        y = 25 + (-50 * log(t)) ** ratio(2, 3)
        return exp(-(abs(y - x[1]) ** x[2]) / x[0]) - t

    return [term(i) for i in range(1, 11)]


@with_sum(([0.25, 0.39, 0.415, 0.39],), ([1.2, 0.5, 0.1, 0.3],), ([0.8, 1.5, 2.0, 0.7],))
def kowalik_osborne(x):
    us = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]
    ys = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
    exact = [(ratio(u, 1), y) for u, y in zip(us, ys)]
    return [y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]) for u, y in exact]


@with_sum(([25.0, 5.0, -5.0, -1.0],), ([2.0, 1.5, 0.7, 3.0],))
def brown_dennis(x):
    times = [ratio(i, 5) for i in range(1, 21)]
    return [(x[0] + t * x[1] - exp(t)) ** 2 + (x[2] + x[3] * sin(t) - cos(t)) ** 2 for t in times]


@entry(([0.5, 1.5, -1.0, 0.01, 0.02],), ([0.7, -0.4, 1.2, 0.013, 0.004],))
def osborne_one(x):
    data = (
        "0.844 0.908 0.932 0.936 0.925 0.908 0.881 0.850 0.818 0.784 0.751 0.718 0.685 0.658 0.628 0.603 0.580 "
        "0.558 0.538 0.522 0.506 0.490 0.478 0.467 0.457 0.448 0.438 0.431 0.424 0.420 0.414 0.411 0.406"
    )
    return [
        float(y) - (x[0] + x[1] * exp(-10 * i * x[3]) + x[2] * exp(-10 * i * x[4]))
        for i, y in enumerate(data.split())
    ]


@with_sum(([1.0, 2.0, 1.5, 1.0, 0.5, 1.0],), ([0.7, 9.0, 1.2, 5.0, 3.5, 2.5],))
def biggs_exp6(x):
    def term(t):
        model = x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4])
        return model - (exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t))

    return [term(ratio(i, 10)) for i in range(1, 14)]


@entry(([1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.03, 4.57, 5.54],))
def osborne_two(x):
    data = (
        "1.366 1.191 1.112 1.013 0.991 0.885 0.831 0.847 0.786 0.725 0.746 0.679 0.608 0.655 0.616 0.606 0.602 "
        "0.626 0.651 0.724 0.649 0.649 0.694 0.644 0.624 0.661 0.612 0.558 0.533 0.495 0.500 0.423 0.395 0.375 "
        "0.372 0.391 0.396 0.405 0.428 0.429 0.523 0.562 0.607 0.653 0.672 0.708 0.633 0.668 0.645 0.632 0.591 "
        "0.559 0.597 0.625 0.739 0.710 0.729 0.720 0.636 0.581 0.428 0.292 0.162 0.098 0.054"
    )

    def model(t):
        peaks = total(x[p] * exp(-((t - x[p + 7]) ** 2) * x[p + 4]) for p in (1, 2, 3))
        return x[0] * exp(-t * x[4]) + peaks

    return [float(y) - model(ratio(i, 10)) for i, y in enumerate(data.split())]
