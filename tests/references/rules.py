#!/usr/bin/env python3
"""Writes `rules.tsv`: exact partials of every function of one or two reals, over its whole domain with the ends.

A partial is written as the nearest number of the type and the remainder in units in its last place, so that a test
measures errors in ulps without arbitrary precision. The partials are closed forms, free of cancellation or computed
with digits to spare; where differences are reliable, they are compared with mpmath's numerical ones.
"""

import itertools
import pathlib
import struct
import sys

import mpmath
from mpmath import log, mp, mpf, pi, sqrt

from numbers60 import derivative

# Enough for what saturates: 1 - tanh(300) has 260 zeros.
mp.dps = 700

HERE = pathlib.Path(__file__).parent
HEADER = "# Written by rules.py; do not edit.\n# function, type, arguments, partials as nearest:remainder in ulps\n"

POSITIVE = [
    5e-324, 1e-310, 3e-308, 1e-300, 1e-200, 1e-100, 1e-50, 1e-45, 1e-40, 2e-38, 1e-30, 1e-19, 1e-16, 1e-10,
    1e-8, 1e-5, 1e-3, 0.1, 0.3, 0.5, 0.7, 1.0, 1.3, 1.47, 1.5, 2.0, 2.19, 3.0, 5.0, 7.7, 10.0, 13.5, 18.0,
    26.0, 30.0, 40.0, 88.0, 100.0, 104.0, 300.0, 700.0, 744.0, 1e3, 1e5, 1e10, 1e19, 1e20, 1e38, 1e50,
    1e100, 1e154, 1e155, 1e160, 1e200, 1e300,
]  # fmt: skip
REAL = [sign * x for x in POSITIVE for sign in (1.0, -1.0)]
# The largest below one in either type, and towards it.
BELOW_ONE = [1 - 2.0**-53, 1 - 2.0**-24, 1 - 1e-12, 1 - 1e-8, 1 - 1e-6, 0.9999, 0.99, 0.95, 0.9, 0.8]
INSIDE = [sign * x for x in [x for x in POSITIVE if x < 1] + BELOW_ONE for sign in (1.0, -1.0)]
UNIT = [x for x in INSIDE if x > 0]
ABOVE_ONE = [1 + 2.0**-52, 1 + 2.0**-23, 1 + 1e-12, 1 + 1e-8, 1 + 1e-6, 1.0001, 1.01] + [x for x in POSITIVE if x > 1]
ABOVE_MINUS_ONE = [-x for x in UNIT] + POSITIVE
TINY_TO_HUGE = [1e-200, 1e-30, 1e-5, 0.7, 1.0, 3.0, 1e5, 1e30, 1e200]
BOTH_SIGNS = [sign * x for x in TINY_TO_HUGE for sign in (1.0, -1.0)]
PAIRS = list(itertools.product(BOTH_SIGNS, BOTH_SIGNS))[::3]
ORDINARY = [(a, b) for a in (0.1, 1.0, 2.5, 7.75, 1e5, -0.35, -5.3, -40.0) for b in (0.3, 2.0, 3.5, -0.7, -2.0)]
POWERS = [
    (x, p)
    for x in (1e-300, 1e-30, 1e-10, 0.1, 0.5, 0.99999, 1.0, 1.1, 2.0, 3.7, 10.0, 1e5, 1e30, 1e100, 1e300)
    for p in (-17.3, -2.5, -1.0, -0.5, -1e-3, 1e-10, 0.3, 0.5, 1.0, 1.05, 1.5, 2.0, 3.0, 10.0, 100.0)
]
INTEGER_POWERS = [(x, n) for n in range(-5, 13) for x in (1e-30, 1e-5, -0.3, 0.7, 1.1, -2.5, 10.0, 1e5, -1e12)]
GAMMA = [x for x in POSITIVE if 1e-150 < x <= 1e10] + [1.25, 1.46, 1.4616321449683623, 1.75, 4.2, 20.3, 1e6 + 0.5]
POLES = [-0.25, -0.75, -1.25, -1.5, -2.3, -3.7, -5.5, -10.1, -19.9, -50.5]


def exp(x):
    """mpmath's, but for exponents that no type can hold and that it would take minutes for."""
    return mpmath.exp(x) if abs(x) < 10000 else mpf(0 if x < 0 else "inf")


def expm1(x):
    return mpmath.expm1(x) if abs(x) < 1 else exp(x) - 1


def sinh(x):
    return (expm1(x) - expm1(-x)) / 2


def cosh(x):
    return (exp(x) + exp(-x)) / 2


sech2 = lambda x: 4 / (exp(x) + exp(-x)) ** 2
logistic = lambda x: 1 / (1 + exp(-x))
logistic_slope = lambda x: exp(-abs(x)) / (1 + exp(-abs(x))) ** 2
density = lambda x: exp(-x * x / 2) / sqrt(2 * pi)
# mpmath's erfc is slow at hundreds of digits in the far tail and never needs more than its own.
distribution = lambda x: mpmath.ncdf(x) if abs(x) < 40 else mpf(0 if x < 0 else 1)
erf_slope = lambda x: 2 / sqrt(pi) * exp(-x * x)


def truncated_quotient(x, y):
    return mpmath.sign(x / y) * mpmath.floor(abs(x / y))


def euclidean_quotient(x, y):
    return mpmath.sign(y) * mpmath.floor(x / abs(y))


def power_partials(x, p):
    return p * x ** (p - 1), x**p * log(x)


# Name: points, partials, and the function itself where differences are to confirm them.
RULES = {
    "add": (ORDINARY, lambda x, y: (1, 1), lambda x, y: x + y),
    "sub": (ORDINARY, lambda x, y: (1, -1), lambda x, y: x - y),
    "mul": (ORDINARY, lambda x, y: (y, x), lambda x, y: x * y),
    "div": (ORDINARY + PAIRS, lambda x, y: (1 / y, -x / y**2), lambda x, y: x / y),
    "rem": (ORDINARY, lambda x, y: (1, -truncated_quotient(x, y)), lambda x, y: x - y * truncated_quotient(x, y)),
    "neg": (REAL, lambda x: -1, lambda x: -x),
    "exp": (REAL, exp, exp),
    "exp2": (REAL, lambda x: exp(x * log(2)) * log(2), lambda x: 2**x),
    "exp_m1": (REAL, exp, expm1),
    "ln": (POSITIVE, lambda x: 1 / x, log),
    "ln_1p": (ABOVE_MINUS_ONE, lambda x: 1 / (1 + x), lambda x: log(1 + x)),
    "log2": (POSITIVE, lambda x: 1 / (x * log(2)), lambda x: log(x) / log(2)),
    "log10": (POSITIVE, lambda x: 1 / (x * log(10)), lambda x: log(x) / log(10)),
    "log": (
        [(x, base) for x in (1e-300, 1e-5, 0.3, 1.5, 10.0, 1e30) for base in (0.5, 1.0001, 2.0, 10.0, 1e10, 1e-5)],
        lambda x, b: (1 / (x * log(b)), -log(x) / (b * log(b) ** 2)),
        lambda x, b: log(x) / log(b),
    ),
    "powi": (INTEGER_POWERS, lambda x, n: n * x ** (n - 1) if n else 0, lambda x, n: x**n),
    "powf": (POWERS, power_partials, lambda x, p: x**p),
    "sqrt": (POSITIVE, lambda x: 1 / (2 * sqrt(x)), sqrt),
    "cbrt": (REAL, lambda x: 1 / (3 * mpmath.cbrt(abs(x)) ** 2), lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))),
    "hypot": (PAIRS, lambda x, y: (x / sqrt(x * x + y * y), y / sqrt(x * x + y * y)), mpmath.hypot),
    "recip": (REAL, lambda x: -1 / x**2, lambda x: 1 / x),
    "sin": (REAL, mpmath.cos, mpmath.sin),
    "cos": (REAL, lambda x: -mpmath.sin(x), mpmath.cos),
    "sine_of_pair": (REAL, mpmath.cos, mpmath.sin),
    "cosine_of_pair": (REAL, lambda x: -mpmath.sin(x), mpmath.cos),
    "tan": (REAL + [1.57, 1.5707963267948966, -4.71238898038469], lambda x: 1 / mpmath.cos(x) ** 2, mpmath.tan),
    "asin": (INSIDE, lambda x: 1 / sqrt(1 - x * x), mpmath.asin),
    "acos": (INSIDE, lambda x: -1 / sqrt(1 - x * x), mpmath.acos),
    "atan": (REAL, lambda x: 1 / (1 + x * x), mpmath.atan),
    "atan2": (PAIRS, lambda y, x: (x / (x * x + y * y), -y / (x * x + y * y)), mpmath.atan2),
    "sinh": (REAL, cosh, sinh),
    "cosh": (REAL, sinh, cosh),
    "tanh": (REAL, sech2, mpmath.tanh),
    "asinh": (REAL, lambda x: 1 / sqrt(1 + x * x), mpmath.asinh),
    "acosh": (ABOVE_ONE, lambda x: 1 / sqrt(x * x - 1), mpmath.acosh),
    "atanh": (INSIDE, lambda x: 1 / (1 - x * x), mpmath.atanh),
    "abs": (REAL, mpmath.sign, abs),
    "max": (ORDINARY, lambda x, y: (int(x > y), int(x < y)), max),
    "min": (ORDINARY, lambda x, y: (int(x < y), int(x > y)), min),
    "copysign": (ORDINARY, lambda x, s: (mpmath.sign(x * s), 0), lambda x, s: abs(x) * mpmath.sign(s)),
    "fract": ([0.3, 1.7, -2.6, 1e5 + 0.25, -1e-10], lambda x: 1, lambda x: x - mpmath.sign(x) * mpmath.floor(abs(x))),
    "rem_euclid": (
        ORDINARY,
        lambda x, y: (1, -euclidean_quotient(x, y)),
        lambda x, y: x - y * euclidean_quotient(x, y),
    ),
    "midpoint": (ORDINARY, lambda x, y: (mpf(1) / 2, mpf(1) / 2), lambda x, y: (x + y) / 2),
    "to_degrees": (REAL, lambda x: 180 / pi, lambda x: x * 180 / pi),
    "to_radians": (REAL, lambda x: pi / 180, lambda x: x * pi / 180),
    "sigmoid": (REAL, logistic_slope, logistic),
    "logistic_pattern": (REAL, logistic_slope, logistic),
    "softplus": (REAL, logistic, lambda x: log(1 + exp(x))),
    "logit": (UNIT, lambda p: 1 / (p * (1 - p)), lambda p: log(p / (1 - p))),
    "relu": (REAL, lambda x: int(x > 0), lambda x: max(x, 0)),
    "leaky_relu": (ORDINARY, lambda x, a: (1, 0) if x > 0 else (a, x), lambda x, a: x if x > 0 else a * x),
    "elu": (
        ORDINARY,
        lambda x, a: (1, 0) if x > 0 else (a * exp(x), expm1(x)),
        lambda x, a: x if x > 0 else a * expm1(x),
    ),
    "gelu": (REAL, lambda x: distribution(x) + x * density(x), lambda x: x * mpmath.ncdf(x)),
    "silu": (REAL, lambda x: logistic(x) * (1 + x * logistic(-x)), lambda x: x * logistic(x)),
    "gaussian": (REAL, lambda x: -2 * x * exp(-x * x), lambda x: exp(-x * x)),
    "erf": (REAL, erf_slope, mpmath.erf),
    "erfc": (REAL, lambda x: -erf_slope(x), mpmath.erfc),
    "normal_pdf": (REAL + [37.5, -38.3], lambda x: -x * density(x), density),
    "normal_cdf": (REAL + [37.5, -38.3], density, mpmath.ncdf),
    "ln_gamma": (GAMMA + POLES, mpmath.digamma, lambda x: mpmath.loggamma(x).real),
    "digamma": (GAMMA + POLES, lambda x: mpmath.psi(1, x), mpmath.digamma),
    "sinc": (
        REAL + [4.493409457909064],
        lambda x: (x * mpmath.cos(x) - mpmath.sin(x)) / x**2,
        lambda x: mpmath.sin(x) / x,
    ),
}

# Hundreds of digits help nothing that does not saturate, and these are slow.
FEWER_DIGITS = {"ln_gamma", "digamma", "gelu"}


class Scalar:
    """A binary floating-point type."""

    def __init__(self, name, code, precision, smallest_normal, overflow):
        self.name, self.code = name, code
        self.precision, self.smallest_normal, self.overflow = precision, smallest_normal, overflow

    def round_argument(self, number):
        """The nearest of the type, or None where that is zero or infinite."""
        if isinstance(number, int):
            return number
        try:
            rounded = struct.unpack(self.code, struct.pack(self.code, number))[0]
        except OverflowError:
            return None
        return rounded or None

    def spacing(self, number):
        _, exponent = mpmath.frexp(number)
        return mpf(2) ** (max(int(exponent) - 1, self.smallest_normal) - self.precision + 1)

    def text(self, number):
        """Nearest and remainder; a remainder of zero is left out."""
        number = mpf(number)
        if number == 0:
            return "0"
        if mpmath.isinf(number):
            return "-inf" if number < 0 else "inf"
        spacing = self.spacing(number)
        nearest = mpmath.nint(number / spacing) * spacing
        if abs(nearest) >= mpf(2) ** self.overflow:
            return "-inf" if nearest < 0 else "inf"
        remainder = (number - nearest) / (self.spacing(nearest) if nearest else spacing)
        digits = f"{float(remainder):.4f}"
        return repr(float(nearest)) + ("" if remainder == 0 else f":{digits}")


SCALARS = [Scalar("f64", "<d", 53, -1022, 1024), Scalar("f32", "<f", 24, -126, 128)]


def confirm(name, function, arguments, partials):
    """Compares with differences where these are reliable."""
    if any(isinstance(a, mpf) and not mpf("1e-3") < abs(a) < 30 for a in arguments):
        return
    with mp.workdps(60):
        for index, partial in enumerate(partials):
            if isinstance(arguments[index], int):
                continue
            before, after = arguments[:index], arguments[index + 1 :]
            differences = derivative(lambda x: function(*before, x, *after), arguments[index])
            if abs(differences - partial) > mpf("1e-25") * (abs(partial) + mpf("1e-20")):
                sys.exit(f"{name}{arguments}: partial {index} is {mpmath.nstr(partial, 20)}, differences disagree")


def lines(name, points, gradient, function, scalar):
    seen = set()
    for point in points:
        point = point if isinstance(point, tuple) else (point,)
        rounded = tuple(scalar.round_argument(number) for number in point)
        if None in rounded or rounded in seen:
            continue
        seen.add(rounded)
        arguments = [mpf(number) if isinstance(number, float) else number for number in rounded]
        if not in_domain(name, arguments):
            continue
        partials = gradient(*arguments)
        partials = list(partials) if isinstance(partials, tuple) else [partials]
        # Half a power's range is lost if the power itself is subnormal, or infinite where its slope is not.
        if name in ("powf", "powi"):
            value = abs(function(*arguments))
            if not mpf(2) ** scalar.smallest_normal < value < mpf(2) ** (scalar.overflow - 1):
                continue
        if scalar.name == "f64":
            confirm(name, function, arguments, partials)
        texts = " ".join(scalar.text(partial) for partial in partials)
        yield f"{name}\t{scalar.name}\t{' '.join(repr(number) for number in rounded)}\t{texts}\n"


def in_domain(name, arguments):
    """Points of `f64` may round onto an end in `f32`; the ends are conventions and tested as such."""
    first = abs(arguments[0])
    if name in ("asin", "acos", "atanh", "logit", "ln_1p"):
        return first != 1
    return name != "acosh" or first > 1


def main():
    with open(HERE / "rules.tsv", "w") as file:
        file.write(HEADER)
        for name, (points, gradient, function) in RULES.items():
            for scalar in SCALARS:
                with mp.workdps(60 if name in FEWER_DIGITS else mp.dps):
                    file.writelines(lines(name, points, gradient, function, scalar))


if __name__ == "__main__":
    main()
