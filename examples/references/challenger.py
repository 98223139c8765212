#!/usr/bin/env python3
"""Writes `challenger.tsv`: the logistic regression of `challenger.rs` in fifty digits.

The most likely parameters are where differences of the loss vanish; standard errors are by the inverse of its second
differences, so that no derivative is written down.
"""

import pathlib

import mpmath
from mpmath import mp, mpf

from writing import write

mp.dps = 60
DATA = pathlib.Path(__file__).parent.parent / "data" / "challenger.tsv"
FLIGHTS = [tuple(map(mpf, line.split("\t"))) for line in DATA.read_text().splitlines() if line[0] != "#"]


def loss(offset, slope):
    total = mpf(0)
    for temperature, damage in FLIGHTS:
        z = offset + slope * (temperature - 70)
        total += mpmath.log(1 + mpmath.exp(z)) - damage * z
    return total


def partial(offset, slope, *order):
    return mpmath.diff(loss, (offset, slope), order)


def hessian(offset, slope):
    mixed = partial(offset, slope, 1, 1)
    return mpmath.matrix([[partial(offset, slope, 2, 0), mixed], [mixed, partial(offset, slope, 0, 2)]])


at = hessian(mpf("-0.5"), mpf("-0.125"))
numbers = {"column_0": [at[0, 0], at[1, 0]], "column_1": [at[0, 1], at[1, 1]]}
start = (mpf("-1.2"), mpf("-0.23"))
fit = mpmath.findroot([lambda a, b: partial(a, b, 1, 0), lambda a, b: partial(a, b, 0, 1)], start, tol=mpf("1e-40"))
covariance = hessian(fit[0], fit[1]) ** -1
numbers["fit"] = [fit[0], fit[1], mpmath.sqrt(covariance[0, 0]), mpmath.sqrt(covariance[1, 1])]
write(__file__, numbers)
