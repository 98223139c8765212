#!/usr/bin/env python3
"""Writes the moons of `network.rs` to `../data/moons.tsv`, and `network.tsv`: another training of the same network.

Here back-propagation is written by hand, and the optimiser is BFGS with the whole matrix instead of L-BFGS. Both
start from the same parameters; that they arrive at the same loss says that it is a minimum of the function meant.
"""

import math
import pathlib
import random

from writing import write

HERE = pathlib.Path(__file__).parent
HIDDEN, COUNT, DECAY = 6, 100, 1e-3


def moons():
    """Two half circles that reach into each other, blurred."""
    generator = random.Random(1)
    for i in range(COUNT):
        angle = math.pi * (i // 2) / (COUNT // 2 - 1)
        if i % 2 == 0:
            x, y, moon = math.cos(angle), math.sin(angle), 1
        else:
            x, y, moon = 1 - math.cos(angle), 0.5 - math.sin(angle), -1
        x, y = (part + generator.gauss(0, 0.15) for part in (x, y))
        yield round(x, 3), round(y, 3), moon


def loss_and_gradient(parameters, examples):
    """The parameters are two weights and a bias for each hidden neuron, then the weights and bias of the output."""
    gradient = [DECAY * p for p in parameters]
    loss = 0.5 * DECAY * sum(p * p for p in parameters)
    output = 3 * HIDDEN
    for x, y, moon in examples:
        neurons = [parameters[3 * i : 3 * i + 3] for i in range(HIDDEN)]
        hidden = [math.tanh(a * x + b * y + bias) for a, b, bias in neurons]
        opinion = sum(parameters[output + i] * hidden[i] for i in range(HIDDEN)) + parameters[-1]
        loss += math.log1p(math.exp(-moon * opinion)) / len(examples)
        back = -moon / (1 + math.exp(moon * opinion)) / len(examples)
        gradient[-1] += back
        for i in range(HIDDEN):
            gradient[output + i] += back * hidden[i]
            through = back * parameters[output + i] * (1 - hidden[i] ** 2)
            gradient[3 * i] += through * x
            gradient[3 * i + 1] += through * y
            gradient[3 * i + 2] += through
    return loss, gradient


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def bfgs(function, point):
    size = len(point)
    inverse = [[float(i == j) for j in range(size)] for i in range(size)]
    value, gradient = function(point)
    for _ in range(5000):
        if math.sqrt(dot(gradient, gradient)) < 1e-10:
            break
        direction = [-dot(row, gradient) for row in inverse]
        slope, rate = dot(direction, gradient), 1.0
        # Close to the end the loss falls by less than its rounding.
        while True:
            moved = [p + rate * d for p, d in zip(point, direction)]
            new_value, new_gradient = function(moved)
            if new_value <= value + 1e-4 * rate * slope + 1e-15:
                break
            rate *= 0.5
        step = [rate * d for d in direction]
        turned = [a - b for a, b in zip(new_gradient, gradient)]
        curvature = dot(step, turned)
        if curvature > 0:
            image = [dot(row, turned) for row in inverse]
            factor = (1 + dot(turned, image) / curvature) / curvature
            for i in range(size):
                for j in range(size):
                    mixed = image[i] * step[j] + step[i] * image[j]
                    inverse[i][j] += factor * step[i] * step[j] - mixed / curvature
        point, value, gradient = moved, new_value, new_gradient
    return point, value


def main():
    examples = list(moons())
    lines = [f"{x}\t{y}\t{moon}" for x, y, moon in examples]
    header = "# Two moons. Written by ../references/network.py; do not edit.\n# x, y, which moon\n"
    (HERE / "../data/moons.tsv").write_text(header + "\n".join(lines) + "\n")

    start = [2 * math.sin(k) for k in range(1, 4 * HIDDEN + 2)]
    loss, gradient = loss_and_gradient(start, examples)
    trained, trained_loss = bfgs(lambda point: loss_and_gradient(point, examples), start)
    write(
        __file__,
        {"loss": [loss], "gradient": gradient, "trained_loss": [trained_loss], "trained": trained},
    )


if __name__ == "__main__":
    main()
