#!/usr/bin/env python3
"""Writes `echo.tsv`: the error of the network of `echo.rs` at first, in fifty digits, and its gradient by differences."""

from mpmath import mp, mpf, cos, frac, sin, tanh

from writing import write

mp.dps = 50
UNITS, HEARD = 6, 48
# Far above the rounding, and far below what the seventeenth digit shows.
DIFFERENCE = mpf("1e-20")

melody = [sin(mpf(time) / 2) / 2 + cos(mpf(11) / 10 * time) * 2 / 5 for time in range(HEARD)]
weights = [(frac(mpf("0.6180339887498948") * (i + 1)) - mpf(1) / 2) * 4 / 5 for i in range(UNITS * (UNITS + 3) + 1)]


def error(w):
    rows = [w[i * (UNITS + 2) : (i + 1) * (UNITS + 2)] for i in range(UNITS)]
    last, bias = w[UNITS * (UNITS + 2) : -1], w[-1]
    hidden, total = [mpf(0)] * UNITS, mpf(0)
    for heard, next_one in zip(melody, melody[1:]):
        inputs = [*hidden, heard, 1]
        hidden = [tanh(sum(a * b for a, b in zip(row, inputs))) for row in rows]
        total += (sum(a * b for a, b in zip(last, hidden)) + bias - next_one) ** 2
    return total / (HEARD - 1)


def beside(i, by):
    return [weight + by if i == k else weight for k, weight in enumerate(weights)]


slopes = [(error(beside(i, DIFFERENCE)) - error(beside(i, -DIFFERENCE))) / (2 * DIFFERENCE) for i in range(len(weights))]
write(__file__, {"error": [error(weights)], "gradient": slopes})
