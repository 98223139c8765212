#!/usr/bin/env python3
"""Writes `eight.tsv`: by how much `eight.rs` misses at first, in fifty digits, with derivatives that are differences."""

from mpmath import mp, mpf, sqrt

from writing import write

mp.dps = 50
STRIDES = 400
# Far above the rounding, and far below what the seventeenth digit shows.
DIFFERENCE = mpf("1e-12")


def miss(orbit):
    vx, vy, period = orbit
    places = [[mpf(-1), mpf(0)], [mpf(1), mpf(0)], [mpf(0), mpf(0)]]
    velocities = [[vx, vy], [vx, vy], [-2 * vx, -2 * vy]]
    start = [number for body in places + velocities for number in body]
    forth = 1 / (2 - mpf(2) ** (mpf(1) / 3))
    for part in [forth, 1 - 2 * forth, forth] * STRIDES:
        time = part * period / STRIDES
        places = [[x + time / 2 * v for x, v in zip(*both)] for both in zip(places, velocities)]
        for i, here in enumerate(places):
            for j, there in enumerate(places):
                if i != j:
                    apart = [b - a for a, b in zip(here, there)]
                    cube = sqrt(apart[0] ** 2 + apart[1] ** 2) ** 3
                    velocities[i] = [v + time * part / cube for v, part in zip(velocities[i], apart)]
        places = [[x + time / 2 * v for x, v in zip(*both)] for both in zip(places, velocities)]
    end = [number for body in places + velocities for number in body]
    return sum((a - b) ** 2 for a, b in zip(end, start))


def beside(orbit, i, by):
    return [number + by if i == k else number for k, number in enumerate(orbit)]


def gradient(orbit):
    return [
        (miss(beside(orbit, i, DIFFERENCE)) - miss(beside(orbit, i, -DIFFERENCE))) / (2 * DIFFERENCE) for i in range(3)
    ]


guess = [mpf("0.35"), mpf("0.53"), mpf("6.35")]
numbers = {"miss": [miss(guess)], "gradient": gradient(guess)}
for i in range(3):
    up, down = gradient(beside(guess, i, DIFFERENCE)), gradient(beside(guess, i, -DIFFERENCE))
    numbers[f"row_{i}"] = [(a - b) / (2 * DIFFERENCE) for a, b in zip(up, down)]
write(__file__, numbers)
