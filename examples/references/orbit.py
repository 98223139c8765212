#!/usr/bin/env python3
"""Writes `orbit.tsv`: where the probe of `orbit.rs` is, from Kepler's equation and from the same strides in fifty digits.

Kepler's equation knows nothing of forces and steps, and the strides here nothing of derivatives: these are differences.
"""

import mpmath
from mpmath import mp, mpf

from writing import write

mp.dps = 50
START = [mpf(1), mpf(0)]
TARGET = [mpf("-0.762"), mpf("1.32")]
TIME = mpf("2.2")
STRIDES = 200
# Far above the rounding, and far below what the seventeenth digit shows.
DIFFERENCE = mpf("1e-20")


def kepler(state, time):
    """The state after some time, by the difference of eccentric anomalies and the coefficients of Lagrange."""
    x, y, vx, vy = state
    radius, outward = mpmath.hypot(x, y), x * vx + y * vy
    axis = 1 / (2 / radius - vx**2 - vy**2)
    mean_motion = axis ** mpf(-1.5)

    def equation(e):
        return (
            e
            - (1 - radius / axis) * mpmath.sin(e)
            + outward / mpmath.sqrt(axis) * (1 - mpmath.cos(e))
            - mean_motion * time
        )

    e = mpmath.findroot(equation, mean_motion * time)
    new_radius = axis + (radius - axis) * mpmath.cos(e) + outward * mpmath.sqrt(axis) * mpmath.sin(e)
    f = 1 - axis / radius * (1 - mpmath.cos(e))
    g = time - (e - mpmath.sin(e)) / mean_motion
    f_dot = -mpmath.sqrt(axis) / (radius * new_radius) * mpmath.sin(e)
    g_dot = 1 - axis / new_radius * (1 - mpmath.cos(e))
    return [f * x + g * vx, f * y + g * vy, f_dot * x + g_dot * vx, f_dot * y + g_dot * vy]


def leap(state, time):
    x, y, vx, vy = state
    x, y = x + time / 2 * vx, y + time / 2 * vy
    cube = mpmath.hypot(x, y) ** 3
    vx, vy = vx - time * x / cube, vy - time * y / cube
    return [x + time / 2 * vx, y + time / 2 * vy, vx, vy]


def flight(state, time):
    stride = time / STRIDES
    forth = stride / (2 - mpmath.cbrt(2))
    for _ in range(STRIDES):
        for part in (forth, stride - 2 * forth, forth):
            state = leap(state, part)
    return state


def difference(function, point, direction):
    ahead = function([a + DIFFERENCE * b for a, b in zip(point, direction)])
    behind = function([a - DIFFERENCE * b for a, b in zip(point, direction)])
    return [(a - b) / (2 * DIFFERENCE) for a, b in zip(ahead, behind)]


def lambert(propagate):
    def missed(vx, vy):
        return [a - b for a, b in zip(propagate([*START, vx, vy], TIME), TARGET)]

    return list(mpmath.findroot(missed, (mpf("-0.1591867"), mpf("1.2002551")), tol=mpf("1e-60")))


def main():
    first = [*START, mpf(0), mpf(1)]
    numbers = {"arrival": flight(first, TIME)[:2]}
    for name, direction in (("by_vx", [0, 0, 1, 0]), ("by_vy", [0, 0, 0, 1])):
        numbers[name] = difference(lambda state: flight(state, TIME), first, direction)[:2]
    numbers["lambert_by_strides"] = lambert(flight)
    numbers["lambert"] = lambert(kepler)

    start = [mpf(1), mpf(0), mpf("0.2"), mpf("1.1")]
    direction = [mpf("0.6"), mpf(0), mpf(0), mpf("-0.8")]
    axis = 1 / (2 - start[2] ** 2 - start[3] ** 2)
    period = 2 * mp.pi * axis ** mpf(1.5)
    numbers["period"] = [period]
    numbers["displaced"] = difference(lambda state: kepler(state, period), start, direction)
    write(__file__, numbers)


if __name__ == "__main__":
    main()
