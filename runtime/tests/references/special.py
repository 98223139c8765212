#!/usr/bin/env python3
"""Writes special.tsv: values of the special functions to 32 digits, for tests/special.rs.

Columns: function, x, second argument or "-", value, scale. The arguments are doubles, printed so that they
read back exactly. The scale is the size in whose last place the error is counted: that of the value itself, or
near a zero that no exact argument hits, that of the terms which cancel there.

    python3 special.py > special.tsv       the committed file
    python3 special.py 2000 > dense.tsv    more points, for measuring; SPECIAL_TSV=… names it to the test

Needs mpmath.
"""

import random
import sys

from mpmath import (
    besselj, bessely, cot, erf, erfc, exp, expm1, factorial, log, log1p, loggamma, mp, mpf, pi, psi, sech, sin,
    sqrt, zeta,
)

# More than the 32 digits needed, because some of mpmath's functions are accurate in absolute terms only.
mp.dps = 150
POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 40


def sigmoid(x):
    return 1 / (1 + exp(-x))


def normal_cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def sinc(x):
    return sin(x) / x if x else mpf(1)


def ln_gamma(x):
    return loggamma(x).real


def digamma_scale(x):
    return max(abs(psi(0, 1 - x)), abs(pi * cot(pi * x))) if x < 0 else 0


def polygamma_scale(x, n):
    if x > 0 or n % 2:
        return 0
    below = x - mp.floor(x)
    return factorial(n) * max(zeta(n + 1, below), zeta(n + 1, 1 - below))


def spherical(bessel, x, n):
    return sqrt(pi / (2 * x)) * bessel(n + mpf("0.5"), x)


def spherical_scale(x, n):
    """The amplitude, where the function oscillates."""
    if n == 0 or x <= n + mpf("0.5"):
        return 0
    return sqrt(spherical(besselj, x, n) ** 2 + spherical(bessely, x, n) ** 2)


def uniform(low, high):
    return lambda source: source.uniform(low, high)


def magnitudes(low, high, sign=1):
    """Powers of ten with uniform exponents."""
    return lambda source: sign * 10 ** source.uniform(low, high)


def near(centre, low=-16, high=-1):
    return lambda source: centre + source.choice([-1, 1]) * 10 ** source.uniform(low, high)


def both(draw):
    return lambda source: source.choice([-1, 1]) * draw(source)


def negative_between_poles(low):
    """Negative numbers, half of them close to an integer."""

    def draw(source):
        n = source.randint(low, -1)
        return n + (source.random() if source.random() < 0.5 else 10 ** source.uniform(-12, -1))

    return draw


def pairs(first, second):
    return lambda source: (first(source), second(source))


def one_of(*values):
    return lambda source: source.choice(values)


LINE = [both(uniform(0, 2)), both(uniform(0, 40)), both(magnitudes(-320, 0)), both(uniform(0, 760))]
ORDERS = one_of(1, 1, 2, 2, 3, 4, 5, 8)
DEGREES = one_of(0, 1, 1, 2, 2, 3, 4, 5, 8, 13, 20)

# Name, value, scale or None, where to draw arguments.
FUNCTIONS = [
    ("sigmoid", sigmoid, None, LINE),
    ("softplus", lambda x: log1p(exp(x)), None, LINE),
    ("logit", lambda p: log(p) - log1p(-p), None,
     [uniform(0, 1), near(0.5), uniform(0.2, 0.3), uniform(0.7, 0.8), magnitudes(-320, -1), near(0.75),
      lambda source: 1 - 10 ** source.uniform(-15, -1)]),
    ("elu", lambda x, a: x if x > 0 else a * expm1(x), None,
     [pairs(draw, uniform(0.1, 2)) for draw in (uniform(-40, 5), both(magnitudes(-320, 0)))]),
    ("silu", lambda x: x * sigmoid(x), None, LINE),
    ("gelu", lambda x: x * normal_cdf(x), None,
     [uniform(-3, 3), uniform(-12, 12), uniform(-38.6, -10), uniform(-38.6, -36), both(magnitudes(-320, 0))]),
    ("gaussian", lambda x: exp(-x * x), None, [both(uniform(0, 3)), both(uniform(0, 27.4)), magnitudes(-200, 0)]),
    ("erf", erf, None, [both(uniform(0, 3)), both(uniform(0, 7)), both(magnitudes(-320, 0))]),
    ("erfc", erfc, None, [both(uniform(0, 3)), uniform(-7, 27.3), both(magnitudes(-320, 0))]),
    ("normal_pdf", lambda x: exp(-x * x / 2) / sqrt(2 * pi), None,
     [both(uniform(0, 3)), both(uniform(0, 38.7)), magnitudes(-200, 0)]),
    ("normal_cdf", normal_cdf, None,
     [both(uniform(0, 3)), uniform(-38.6, 10), uniform(-38.6, -30), both(magnitudes(-320, 0))]),
    ("ln_gamma", ln_gamma, None,
     [uniform(0, 3), uniform(0, 40), near(1), near(2), magnitudes(-300, 0), magnitudes(0, 300)]),
    ("ln_gamma_reflected", ln_gamma, lambda x: max(abs(ln_gamma(-x)), abs(log(pi / abs(x * sin(pi * x))))),
     [negative_between_poles(-20), negative_between_poles(-1000), magnitudes(-300, -1, -1)]),
    ("digamma", lambda x: psi(0, x), None,
     [uniform(0, 3), uniform(0, 15), near(1.4616321449683622), uniform(1.3, 1.6), magnitudes(-300, 0),
      magnitudes(0, 300)]),
    ("digamma_reflected", lambda x: psi(0, x), digamma_scale,
     [negative_between_poles(-20), negative_between_poles(-1000), magnitudes(-300, -1, -1)]),
    ("polygamma", lambda x, n: psi(n, x), None,
     [pairs(draw, ORDERS) for draw in (uniform(0, 3), uniform(0, 30), magnitudes(-30, 0), magnitudes(0, 35))]),
    ("polygamma_reflected", lambda x, n: psi(n, x), polygamma_scale,
     [pairs(draw, ORDERS) for draw in (negative_between_poles(-5), negative_between_poles(-100))]),
    ("polygamma_high", lambda x, n: (-1) ** (n + 1) * factorial(n) * zeta(n + 1, x), None,
     [pairs(draw, one_of(10, 15, 20, 30, 50)) for draw in (uniform(0.1, 5), uniform(0.5, 100))]),
    ("sinc", sinc, None, [both(uniform(0, 10)), both(magnitudes(-320, 0)), magnitudes(0, 300), near(3.141592653589793)]),
    ("spherical_bessel", lambda x, n: spherical(besselj, x, n) if n else sinc(x), spherical_scale,
     [pairs(draw, DEGREES) for draw in (uniform(0.01, 3), uniform(0.01, 30), magnitudes(-10, 0), magnitudes(1, 15))]),
    ("spherical_bessel_high", lambda x, n: spherical(besselj, x, n), spherical_scale,
     [pairs(uniform(1, 200), one_of(30, 50, 100, 150))]),
    ("tanh_slope", lambda x: sech(x) ** 2, None, [both(uniform(0, 3)), both(uniform(0, 375)), magnitudes(-300, 0)]),
    ("sigmoid_slope", lambda x: sigmoid(x) * sigmoid(-x), None, LINE),
    ("powf_slope", lambda x, p: p * x ** (p - 1), None,
     [pairs(uniform(0.01, 10), both(uniform(0, 20))), pairs(magnitudes(-300, 300), both(uniform(0, 1)))]),
    ("powf_exponent_slope", lambda x, p: x ** p * log(x), None,
     [pairs(uniform(0.01, 10), both(uniform(0, 20))), pairs(magnitudes(-300, 300), both(uniform(0, 1)))]),
    ("powi_slope", lambda x, n: n * x ** (n - 1), None,
     [pairs(both(uniform(0.1, 3)), lambda source: source.randint(-12, 12))]),
]


def digits(value):
    return mp.nstr(value, 32, min_fixed=0, max_fixed=0) if value else "0"


def main():
    for name, value, scale, draws in FUNCTIONS:
        source = random.Random(name)
        for i in range(POINTS):
            arguments = draws[i % len(draws)](source)
            if not isinstance(arguments, tuple):
                arguments = (arguments,)
            exact = [mpf(a) if isinstance(a, float) else a for a in arguments]
            exact[0] = mpf(exact[0])
            result = value(*exact)
            size = max(abs(result), scale(*exact)) if scale else abs(result)
            second = repr(arguments[1]) if len(arguments) > 1 else "-"
            print(name, repr(float(arguments[0])), second, digits(result), mp.nstr(size, 6), sep="\t")


if __name__ == "__main__":
    main()
