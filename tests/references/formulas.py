#!/usr/bin/env python3
"""Writes `formulas.tsv`: values and partials of the formulas in `corpus` to fifty digits.

The partials are mpmath's numerical ones at twice the precision, hence no chain rule can be wrong here. A bound of
what ordinary arithmetic may lose (see `numbers60.Tracked`) sets the tolerance of each number; its partials come from
a chain rule of their own, and that the two agree is checked on the way.
"""

import ast
import importlib
import pathlib
import struct
import sys

import mpmath
from mpmath import mp, mpf

from corpus.registry import FORMULAS
from numbers60 import Tracked, derivative

HERE = pathlib.Path(__file__).parent
HALF_EPSILON = {"f64": mpf(2) ** -53, "f32": mpf(2) ** -24}
# What a formula is held to unless its own rounding forbids it, and the worst that a point may need.
TARGET = {"f64": mpf("1e-13"), "f32": mpf("5e-5")}
WORST = {"f64": mpf("1e-11"), "f32": mpf("5e-4")}

HEADER = """\
# Written by formulas.py; do not edit.
# formula, arguments, value, partials of the active arguments, relative tolerances of value and partials
"""


def refuse_rounded_constants(module):
    """Python rounds `1 / 3` before mpmath sees it. Such constants are written with `ratio`."""
    for node in ast.walk(ast.parse(module.read_text())):
        if not isinstance(node, ast.BinOp):
            continue
        if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
            integers = isinstance(node.left.value, int) and isinstance(node.right.value, int)
            if isinstance(node.op, ast.Div) or not integers:
                sys.exit(f"{module.name}:{node.lineno}: a constant that Python would round")


def to_f32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


def argument_text(argument):
    return str(int(argument)) if isinstance(argument, int) else repr(argument)


def tolerance(number, error, scalar):
    """Relative, rounded up to one digit; zero for an exact zero."""
    if number == 0:
        return mpf(0) if error == 0 else None
    return max(TARGET[scalar], 2 * error * HALF_EPSILON[scalar] / abs(number))


def line(name, function, scalar, point):
    if scalar == "f32":
        point = tuple(to_f32(argument) if isinstance(argument, float) else argument for argument in point)
    exact = [mpf(argument) if isinstance(argument, float) else argument for argument in point]
    active = [index for index, argument in enumerate(point) if isinstance(argument, float)]

    def along(index):
        return lambda x: function(*exact[:index], x, *exact[index + 1 :])

    value = mpf(function(*exact))
    with mp.workdps(70):
        partials = [derivative(along(index), exact[index]) for index in active]

    def seeded(index):
        partials = tuple((mpf(index == other), mpf(0)) for other in active)
        return Tracked(exact[index], 0, partials) if index in active else exact[index]

    with mp.workdps(25):
        tracked = function(*[seeded(index) for index in range(len(point))])
    # A branch may return a constant.
    if not isinstance(tracked, Tracked):
        tracked = Tracked(tracked, 0, tuple((mpf(0), mpf(0)) for _ in active))

    numbers = [value, *partials]
    bounds = [tracked.error, *(error for _, error in tracked.partials)]
    chained = [tracked.value, *(partial for partial, _ in tracked.partials)]
    tolerances = [tolerance(number, bound, scalar) for number, bound in zip(numbers, bounds)]
    complaints = []
    for number, chain, allowed in zip(numbers, chained, tolerances):
        if abs(number - chain) > mpf("1e-18") * abs(number):
            complaints.append(f"{mpmath.nstr(number, 20)} by differences, {mpmath.nstr(chain, 20)} by the chain rule")
        if allowed is None or allowed > WORST[scalar]:
            complaints.append(f"{mpmath.nstr(number, 5)} is too sensitive here: {allowed and mpmath.nstr(allowed, 2)}")
    for complaint in complaints:
        print(f"{name}{point}: {complaint}")

    texts = [mpmath.nstr(number, 50, min_fixed=0, max_fixed=1) if number else "0" for number in numbers]
    columns = (
        name,
        " ".join(map(argument_text, point)),
        texts[0],
        " ".join(texts[1:]),
        " ".join(f"{float(allowed or 0) * 1.05:.1g}" for allowed in tolerances),
    )
    return "\t".join(columns), bool(complaints)


def main():
    modules = sorted(HERE.glob("corpus/*.py"))
    for module in modules:
        refuse_rounded_constants(module)
        importlib.import_module(f"corpus.{module.stem}")
    lines = [
        line(name, function, scalar, point)
        for name, function, scalar, points in FORMULAS
        for point in points
        if sys.argv[1:] in ([], [name])
    ]
    if any(complained for _, complained in lines):
        sys.exit("nothing written")
    if not sys.argv[1:]:
        (HERE / "formulas.tsv").write_text(HEADER + "".join(text + "\n" for text, _ in lines))
    print(f"{len({name for name, *_ in FORMULAS})} formulas, {len(lines)} points")


if __name__ == "__main__":
    main()
