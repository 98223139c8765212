#!/usr/bin/env python3
"""Writes `arrays/*.tsv`: values, Jacobians and Hessians of the functions in `arrays/*.py` to fifty digits.

Derivatives are central differences at two hundred digits, hence no chain rule can be wrong here. A bound of what
ordinary arithmetic may lose (see `jets.Jet`) sets the tolerance of each number; its derivatives come from a chain rule
of their own, and that the two agree is checked on the way.

The policy: every number is held to 1e-13 of itself. Where the bound says that its own rounding forbids it, because it
is a small difference of large terms, it is held to that bound, which may not exceed 1e-11 of the largest number in its
row: a row of the Jacobian is an output's, a row of the Hessian a variable's. A structural zero is exactly zero.
"""

import importlib
import pathlib
import sys

import mpmath
from mpmath import mp, mpf

from arrays.registry import FUNCTIONS, Fixed
from formulas import refuse_rounded_constants
from jets import Jet, triangle

HERE = pathlib.Path(__file__).parent
HALF_EPSILON = mpf(2) ** -53
TARGET, WORST, CANCELLED = mpf("1e-13"), mpf("1e-11"), mpf("1e-9")
mp.prec = 700
# Steps relative to the variable. What differences neglect is their square.
STEP, SECOND_STEP = mpf(2) ** -200, mpf(2) ** -150

HEADER = """\
# Written by write_arrays.py; do not edit.
# function, arguments, value, Jacobian by rows, lower triangle of the Hessian or -; then the relative tolerances of each
# of the last three, one for all of them or one for each
"""


def flatten(argument):
    if isinstance(argument, (list, tuple)):
        return [number for part in argument for number in flatten(part)]
    return [argument]


def rebuild(argument, replace, is_fixed=False):
    """The argument with its active numbers replaced one after the other."""
    if isinstance(argument, (list, tuple)):
        return [rebuild(part, replace, is_fixed or isinstance(argument, Fixed)) for part in argument]
    if isinstance(argument, float):
        return mpf(argument) if is_fixed else replace(argument)
    return argument


def active(argument):
    if isinstance(argument, Fixed) or isinstance(argument, int):
        return []
    if isinstance(argument, (list, tuple)):
        return [number for part in argument for number in active(part)]
    return [argument]


def on(function, point, numbers):
    """The function's outputs, its active arguments being `numbers`."""
    numbers = iter(numbers)
    arguments = [rebuild(argument, lambda _: next(numbers)) for argument in point]
    return flatten(function(*arguments))


def jacobian(function, point, x):
    columns = []
    for index, number in enumerate(x):
        step = STEP * (abs(number) or 1)
        ahead, behind = (on(function, point, moved(x, {index: shift})) for shift in (step, -step))
        columns.append([(a - b) / (2 * step) for a, b in zip(ahead, behind)])
    return [list(row) for row in zip(*columns)]


def hessian(function, point, x):
    def at(shifts):
        return on(function, point, moved(x, shifts))[0]

    steps = [SECOND_STEP * (abs(number) or 1) for number in x]
    middle = at({})
    numbers = []
    for i, j in triangle(len(x)):
        if i == j:
            numbers.append((at({i: steps[i]}) - 2 * middle + at({i: -steps[i]})) / steps[i] ** 2)
        else:
            corners = [a * b * at({i: a * steps[i], j: b * steps[j]}) for a in (1, -1) for b in (1, -1)]
            numbers.append(sum(corners) / (4 * steps[i] * steps[j]))
    return numbers


def moved(x, shifts):
    return [number + shifts.get(index, 0) for index, number in enumerate(x)]


def jets(function, point, x, order):
    """Outputs of the function over jets."""
    variables = [Jet.variable(float(number), index, len(x), order) for index, number in enumerate(x)]
    outputs = on(function, point, variables)
    # A branch may return a constant.
    return [output if isinstance(output, Jet) else variables[0].constant(output) for output in outputs]


class Checked:
    """Compares numbers with bounds, collects complaints."""

    def __init__(self):
        self.complaints = []

    def row(self, what, numbers, bounds):
        """The numbers of a row, zeros made exact, and their tolerances."""
        largest = max(abs(number) for number in numbers)
        exact, tolerances = [], []
        for index, (number, (chained, error)) in enumerate(zip(numbers, bounds)):
            bound = 2 * mpf(error) * HALF_EPSILON
            if error == 0 and chained == 0:
                if abs(number) > mpf("1e-60"):
                    self.complain(what, index, f"{mpmath.nstr(number, 5)} where the chain rule has nothing")
                exact.append(mpf(0))
                tolerances.append(TARGET)
                continue
            if abs(number - chained) > bound + mpf("1e-9") * abs(number):
                self.complain(what, index, f"{mpmath.nstr(number, 17)} by differences, {chained!r} by the chain rule")
            if bound > CANCELLED * abs(number):
                self.complain(what, index, "a difference that cancels; move the point")
                number = mpf(1)
            elif bound > WORST * largest:
                self.complain(what, index, f"{mpmath.nstr(number, 5)} uncertain by {mpmath.nstr(bound, 2)}")
            exact.append(number)
            tolerances.append(max(TARGET, bound / abs(number)))
        return exact, tolerances

    def complain(self, what, index, text):
        self.complaints.append(f"{what} {index}: {text}")


def line(entry, point):
    x = [mpf(number) for argument in point for number in active(argument)]
    bounds = jets(entry.function, point, x, entry.order)
    checked = Checked()
    groups = [checked.row("value", [mpf(v) for v in on(entry.function, point, x)], [jet.value for jet in bounds])]
    rows = jacobian(entry.function, point, x)
    parts = [
        checked.row(f"row {row} of the Jacobian,", numbers, jet.first)
        for row, (numbers, jet) in enumerate(zip(rows, bounds))
    ]
    groups.append(([n for part in parts for n in part[0]], [t for part in parts for t in part[1]]))
    if entry.order == 2:
        groups.append(second(entry, point, x, bounds[0], checked))
    for complaint in checked.complaints:
        print(f"{entry.name}{point}: {complaint}")

    arguments = [number_text(number) for argument in point for number in flatten(argument)]
    columns = [entry.name, " ".join(arguments)]
    columns += [" ".join(map(exact_text, numbers)) for numbers, _ in groups]
    columns += ["-"] * (3 - len(groups))
    columns.append("\t".join(tolerance_text(tolerances) for _, tolerances in groups))
    columns += ["-"] * (3 - len(groups))
    return "\t".join(columns), bool(checked.complaints)


def second(entry, point, x, jet, checked):
    """The lower triangle of the Hessian; its rows are those of the whole matrix."""
    places = triangle(len(x))
    numbers = dict(zip(places, hessian(entry.function, point, x)))
    bounds = dict(zip(places, jet.second))
    found = {}
    for i in range(len(x)):
        row = [(max(i, j), min(i, j)) for j in range(len(x))]
        parts = checked.row(f"row {i} of the Hessian,", [numbers[p] for p in row], [bounds[p] for p in row])
        for place, number, tolerance in zip(row, *parts):
            found[place] = (number, tolerance)
    return [found[place][0] for place in places], [found[place][1] for place in places]


def number_text(number):
    return str(int(number)) if isinstance(number, int) else repr(number)


def exact_text(number):
    return mpmath.nstr(number, 50, min_fixed=0, max_fixed=1) if number else "0"


def tolerance_text(tolerances):
    texts = [rounded_up(float(tolerance)) for tolerance in tolerances]
    return texts[0] if len(set(texts)) == 1 else " ".join(texts)


def rounded_up(number):
    """To one digit."""
    text = f"{number:.0e}"
    digit, exponent = text.split("e")
    if float(text) < number * (1 - 1e-9):
        digit = str(int(digit) + 1)
    return f"{digit}e{int(exponent)}"


def main():
    wanted = sys.argv[1:]
    modules = [path for path in sorted(HERE.glob("arrays/*.py")) if path.stem not in ("__init__", "registry")]
    for module in modules:
        refuse_rounded_constants(module)
        importlib.import_module(f"arrays.{module.stem}")
    any_complaint = False
    for module in modules:
        entries = [entry for entry in FUNCTIONS if entry.module == module.stem]
        if wanted and module.stem not in wanted:
            entries = [entry for entry in entries if entry.name in wanted]
        results = [line(entry, point) for entry in entries for point in entry.points]
        complained = any(complained for _, complained in results)
        any_complaint |= complained
        if not complained and (not wanted or module.stem in wanted):
            (HERE / f"arrays/{module.stem}.tsv").write_text(HEADER + "".join(text + "\n" for text, _ in results))
        if entries:
            print(f"{module.stem}: {len(entries)} functions, {len(results)} points", flush=True)
    if any_complaint:
        sys.exit("modules with complaints were not written")


if __name__ == "__main__":
    main()
