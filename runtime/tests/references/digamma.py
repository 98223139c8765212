#!/usr/bin/env python3
"""Prints the constants of src/special/digamma.rs: the positive zero of ψ and the rational function around it.

Needs mpmath.
"""

from mpmath import cos, findroot, floor, log, lu_solve, matrix, mp, mpf, nstr, pi, polyval, psi

mp.dps = 60
ZERO = findroot(lambda x: psi(0, x), mpf("1.4616321449683623"))


def parts(x, count, bits):
    """Numbers of at most so many bits, so that subtracting them in turn is exact in f32 too; the last is rounded."""
    for _ in range(count - 1):
        unit = mpf(2) ** (floor(log(x, 2)) + 1 - bits)
        part = floor(x / unit) * unit
        yield part
        x -= part
    yield x


def factor(t):
    """ψ(1 + t) / (1 + t - x₀) - 1, by its Taylor series close to the zero."""
    distance = 1 + t - ZERO
    if abs(distance) < mpf(10) ** -25:
        return psi(1, ZERO) - 1 + psi(2, ZERO) / 2 * distance
    return psi(0, 1 + t) / distance - 1


def interpolate(numerator, denominator):
    """The rational function of these degrees that equals `factor` at Chebyshev's nodes of [0, 1]."""
    count = numerator + denominator + 1
    rows, values = matrix(count, count), matrix(count, 1)
    for i in range(count):
        t = (1 + cos((2 * i + 1) * pi / (2 * count))) / 2
        values[i] = factor(t)
        for j in range(numerator + 1):
            rows[i, j] = t**j
        for j in range(1, denominator + 1):
            rows[i, numerator + j] = -values[i] * t**j
    solution = list(lu_solve(rows, values))
    return solution[: numerator + 1], [mpf(1)] + solution[numerator + 1 :]


def worst(p, q):
    """The relative error in ψ of the rounded coefficients, evaluated exactly."""
    p, q = ([mpf(float(c)) for c in reversed(side)] for side in (p, q))
    points = (mpf(i) / 1000 for i in range(1001))
    return max(abs((polyval(p, t) / polyval(q, t) - factor(t)) / (1 + factor(t))) for t in points)


p, q = interpolate(5, 6)
for title, values in ("zero", parts(ZERO - 1, 4, 23)), ("numerator", p), ("denominator", q):
    print(title, *(repr(float(v)) for v in values), sep="\n    ")
print("error", nstr(worst(p, q), 3))
