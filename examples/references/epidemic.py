#!/usr/bin/env python3
"""Writes `epidemic.tsv`: what `epidemic.rs` fits, in fifty digits, with derivatives that are differences.

The fit is where differences of the misfit vanish.
"""

import mpmath
from mpmath import mp, mpf

from writing import write

mp.dps = 50
BOYS, STEPS = 763, 24
IN_BED = [3, 8, 26, 76, 225, 298, 258, 233, 189, 128, 68, 29, 14, 4]
# Far above the rounding, and far below what the seventeenth digit shows.
DIFFERENCE = mpf("1e-12")


def slope(state, rates):
    healthy, ill = state
    new = rates[0] * healthy * ill
    return -new, new - rates[1] * ill


def misfit(rates):
    state = [1 - rates[2] / BOYS, rates[2] / BOYS]
    step, total = mpf(1) / STEPS, mpf(0)
    moved = lambda by, slopes: [s + by * k for s, k in zip(state, slopes)]
    for observed in IN_BED:
        for _ in range(STEPS):
            k1 = slope(state, rates)
            k2 = slope(moved(step / 2, k1), rates)
            k3 = slope(moved(step / 2, k2), rates)
            k4 = slope(moved(step, k3), rates)
            mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(k1, k2, k3, k4)]
            state = moved(step, mean)
        total += (state[1] - mpf(observed) / BOYS) ** 2
    return total


def beside(rates, i, by):
    return [rate + by if i == k else rate for k, rate in enumerate(rates)]


def gradient(rates):
    return [
        (misfit(beside(rates, i, DIFFERENCE)) - misfit(beside(rates, i, -DIFFERENCE))) / (2 * DIFFERENCE)
        for i in range(3)
    ]


def hessian(rates):
    pairs = [(gradient(beside(rates, i, DIFFERENCE)), gradient(beside(rates, i, -DIFFERENCE))) for i in range(3)]
    return [[(a - b) / (2 * DIFFERENCE) for a, b in zip(up, down)] for up, down in pairs]


guess = [mpf(2), mpf("0.5"), mpf(1)]
numbers = {"misfit": [misfit(guess)], "gradient": gradient(guess)}
for i, row in enumerate(hessian(guess)):
    numbers[f"row_{i}"] = row
fit = [mpf("1.7"), mpf("0.45"), mpf("1")]
for _ in range(25):
    step = mpmath.lu_solve(mpmath.matrix(hessian(fit)), mpmath.matrix(gradient(fit)))
    fit = [rate - by for rate, by in zip(fit, step)]
    if mpmath.norm(step) < mpf("1e-18"):
        break
numbers["fit"] = fit
write(__file__, numbers)
