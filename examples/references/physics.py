#!/usr/bin/env python3
"""Writes `physics.tsv`: the flight of `physics.rs` in fifty digits, with derivatives that are differences.

The engine is written once more, from its description, and knows nothing of derivatives. The throw that hits is a root
of the landing, found by secants.
"""

import mpmath
from mpmath import mp, mpf

from writing import write

mp.dps = 50
STEP, SPIN, STEPS = mpf("0.004"), 4, 300
WORLD = [mpf(text) for text in ("9.81", "0.02", "200", "0.5", "40000", "0.05")]
TARGET = [mpf(5), mpf("0.6")]
# Far above the rounding, and far below what the seventeenth digit shows.
DIFFERENCE = mpf("1e-20")


def forces(place, velocity, other, world):
    gravity, drag, stiffness, length, hardness, loss = world
    apart = [b - a for a, b in zip(place, other)]
    distance = mpmath.norm(apart)
    spring = [stiffness * (1 - length / distance) * part for part in apart]
    air = [-drag * mpmath.norm(velocity) * part for part in velocity]
    ground = hardness * place[1] ** 2 * (1 - loss * velocity[1]) if place[1] < 0 else 0
    return [spring[0] + air[0], spring[1] + air[1] + ground - gravity]


def landing(velocity, world):
    arm = world[3] / 2
    places = [[-arm, mpf("1.5")], [arm, mpf("1.5")]]
    velocities = [[velocity[0], velocity[1] + side * arm * SPIN] for side in (-1, 1)]
    for _ in range(STEPS):
        pushes = [forces(places[i], velocities[i], places[1 - i], world) for i in range(2)]
        for place, velocity, push in zip(places, velocities, pushes):
            for axis in range(2):
                velocity[axis] += STEP * push[axis]
                place[axis] += STEP * velocity[axis]
    return [(places[0][axis] + places[1][axis]) / 2 for axis in range(2)]


def differences(function, point):
    """The rows of the Jacobian, one for each output."""
    columns = []
    for i in range(len(point)):
        ahead, behind = list(point), list(point)
        ahead[i] += DIFFERENCE
        behind[i] -= DIFFERENCE
        pairs = zip(function(ahead), function(behind))
        columns.append([(a - b) / (2 * DIFFERENCE) for a, b in pairs])
    return [list(row) for row in zip(*columns)]


def missed(*velocity):
    return [a - b for a, b in zip(landing(velocity, WORLD), TARGET)]


def main():
    first = [mpf(3), mpf("2.5")]
    by_velocity = differences(lambda velocity: landing(velocity, WORLD), first)
    by_world = differences(lambda world: landing(first, world), WORLD)
    hit = mpmath.findroot(missed, (mpf("4.42704"), mpf("3.49424")), tol=mpf("1e-60"))
    write(
        __file__,
        {
            "landing": landing(first, WORLD),
            "x_by_velocity": by_velocity[0],
            "y_by_velocity": by_velocity[1],
            "x_by_world": by_world[0],
            "y_by_world": by_world[1],
            "hit": list(hit),
        },
    )


if __name__ == "__main__":
    main()
