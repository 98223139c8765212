"""Functions that formulas are written with, over two kinds of number.

Over `mpf` they are mpmath's, at whatever precision is set. Over `Tracked` they carry along what a computation in
floating point could get wrong, so that the tolerance of a test is derived and not guessed.
"""

import mpmath
from mpmath import mp, mpf

mp.dps = 60


class Tracked:
    """A value and its partials, each with a first-order bound of its rounding error in units of half an epsilon.

    Every operation adds one unit (four for a library function) of its own result to what it inherits. The bound is
    that of differentiating forwards in ordinary arithmetic; reversing differentiates in another order, but rounds
    the same products and sums.
    """

    __slots__ = ("value", "error", "partials")

    def __init__(self, value, error=0, partials=()):
        self.value = mpf(value)
        self.error = mpf(error)
        self.partials = partials

    @classmethod
    def of(cls, number, like):
        """A constant. One that is not a small whole number or a literal was itself rounded."""
        if isinstance(number, Tracked):
            return number
        exact = isinstance(number, (int, float))
        number = mpf(number)
        error = mpf(0) if exact else abs(number)
        return cls(number, error, tuple((mpf(0), mpf(0)) for _ in like.partials))

    def __add__(self, other):
        return _combine(self, Tracked.of(other, self), lambda a, b: a + b, lambda a, b: (1, 1), None)

    def __sub__(self, other):
        return _combine(self, Tracked.of(other, self), lambda a, b: a - b, lambda a, b: (1, -1), None)

    def __mul__(self, other):
        other = Tracked.of(other, self)
        return _combine(self, other, lambda a, b: a * b, lambda a, b: (b, a), ((0, 1), (1, 0)))

    def __truediv__(self, other):
        return self * _unary(lambda v: 1 / v, Tracked.of(other, self), 1)

    def __pow__(self, exponent):
        if isinstance(exponent, Tracked):
            return exp(exponent * log(self))
        return _unary(lambda v: v**exponent, self, 4)

    def __neg__(self):
        return Tracked(-self.value, self.error, tuple((-d, e) for d, e in self.partials))

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return Tracked.of(other, self) / self

    def __rpow__(self, base):
        return exp(self * mpmath.log(base))

    def __abs__(self):
        return -self if self.value < 0 else self

    def __lt__(self, other):
        return self.value < plain(other)

    def __le__(self, other):
        return self.value <= plain(other)

    def __gt__(self, other):
        return self.value > plain(other)

    def __ge__(self, other):
        return self.value >= plain(other)

    def __int__(self):
        return int(self.value)


def derivative(function, x, order=1):
    """By differences in a step relative to `x`: mpmath's own is absolute and too large for an electron's charge."""
    if x == 0:
        return mpmath.diff(function, x, order)
    return mpmath.diff(lambda shift: function(x * (1 + shift)), 0, order) / x**order


def plain(number):
    return number.value if isinstance(number, Tracked) else number


def _combine(a, b, function, factors, second):
    """A sum or a product; `second` holds the second derivatives that move the factors of a product."""
    value = function(a.value, b.value)
    error = abs(value)
    for operand, factor in zip((a, b), factors(a.value, b.value)):
        error += abs(factor) * operand.error
    partials = []
    for (da, ea), (db, eb) in zip(a.partials, b.partials):
        fa, fb = factors(a.value, b.value)
        terms = (fa * da, fb * db)
        partial_error = abs(fa) * ea + abs(fb) * eb
        if second:
            partial_error += abs(terms[0]) + abs(terms[1]) + abs(da) * b.error + abs(db) * a.error
        if terms[0] and terms[1]:
            partial_error += abs(sum(terms))
        partials.append((sum(terms), partial_error))
    return Tracked(value, error, tuple(partials))


def _unary(function, x, own_error=4):
    if not isinstance(x, Tracked):
        return function(x)
    value = function(x.value)
    first = derivative(function, x.value)
    second = derivative(function, x.value, 2)
    error = abs(first) * x.error + own_error * abs(value)
    factor_error = abs(second) * x.error + own_error * abs(first)
    partials = tuple((first * d, abs(first) * e + (factor_error + abs(first)) * abs(d)) for d, e in x.partials)
    return Tracked(value, error, partials)


def _lift(function):
    return lambda x: _unary(function, x)


sqrt, exp, log = _lift(mpmath.sqrt), _lift(mpmath.exp), _lift(mpmath.log)
sin, cos, tan = _lift(mpmath.sin), _lift(mpmath.cos), _lift(mpmath.tan)
asin, acos, atan = _lift(mpmath.asin), _lift(mpmath.acos), _lift(mpmath.atan)
cosh, tanh = _lift(mpmath.cosh), _lift(mpmath.tanh)
expm1, log1p = _lift(mpmath.expm1), _lift(lambda x: mpmath.log(1 + x))
erf, erfc = _lift(mpmath.erf), _lift(mpmath.erfc)
ln_gamma, digamma = _lift(mpmath.loggamma), _lift(mpmath.digamma)
log2, log10 = _lift(lambda x: mpmath.log(x) / mpmath.log(2)), _lift(lambda x: mpmath.log(x) / mpmath.log(10))
sinc = _lift(lambda x: mpmath.sin(x) / x)
normal_pdf = _lift(lambda x: mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi))
normal_cdf = _lift(lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2)
sigmoid = _lift(lambda x: 1 / (1 + mpmath.exp(-x)))
softplus = _lift(lambda x: mpmath.log(1 + mpmath.exp(x)))
gelu = _lift(lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2)
silu = _lift(lambda x: x / (1 + mpmath.exp(-x)))

pi = mp.pi


def hypot(x, y):
    return sqrt(x * x + y * y)


def atan2(y, x):
    """Away from the negative half-axis."""
    return 2 * atan(y / (hypot(x, y) + x))


def radians(degrees):
    return degrees * pi / 180


def minimum(a, b):
    return a if plain(a) < plain(b) else b


def maximum(a, b):
    return a if plain(a) > plain(b) else b


def truncate(x):
    """A whole number, which no derivative passes."""
    return int(plain(x))


def floor(x):
    return int(mpmath.floor(plain(x)))
