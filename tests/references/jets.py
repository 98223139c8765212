"""Functions that the array corpus is written with, over two kinds of number.

Over `mpf` they are mpmath's, at whatever precision is set. Over `Jet` they carry along, in ordinary floats, first and
second derivatives and a bound of what floating point could get wrong in each, so that the tolerance of a test is
derived and not guessed. `numbers60.Tracked` does the same for first derivatives to many digits.
"""

import math

import mpmath
from mpmath import mp, mpf

# The cost of a library function, in units of half an epsilon; every other operation is rounded once.
LIBRARY = 4


class Jet:
    """A value, its gradient and the lower triangle of its Hessian, each number with a first-order bound of its error.

    Errors are in units of half an epsilon. A number is a pair of itself and its error; `second` is empty where second
    derivatives are not asked for. The bound is that of differentiating forwards; reversing differentiates in another
    order, but rounds the same products and sums.
    """

    __slots__ = ("value", "first", "second")

    def __init__(self, value, first, second):
        self.value = value
        self.first = first
        self.second = second

    @classmethod
    def variable(cls, number, index, count, order):
        second = [(0.0, 0.0)] * (count * (count + 1) // 2) if order == 2 else []
        return cls((number, 0.0), [(float(index == other), 0.0) for other in range(count)], second)

    def constant(self, number):
        """A constant. One that is not a small whole number or a literal was itself rounded."""
        if isinstance(number, Jet):
            return number
        error = abs(float(number)) if isinstance(number, mpf) else 0.0
        return Jet((float(number), error), [(0.0, 0.0)] * len(self.first), [(0.0, 0.0)] * len(self.second))

    def __add__(self, other):
        other = self.constant(other)
        return Jet(
            add(self.value, other.value),
            [add(a, b) for a, b in zip(self.first, other.first)],
            [add(a, b) for a, b in zip(self.second, other.second)],
        )

    def __mul__(self, other):
        other = self.constant(other)
        a, b = self.value, other.value
        first = [add(mul(a, db), mul(b, da)) for da, db in zip(self.first, other.first)]
        second = []
        if self.second:
            for index, (i, j) in enumerate(triangle(len(self.first))):
                straight = add(mul(a, other.second[index]), mul(b, self.second[index]))
                crossed = add(mul(self.first[i], other.first[j]), mul(self.first[j], other.first[i]))
                second.append(add(straight, crossed))
        return Jet(mul(a, b), first, second)

    def __neg__(self):
        return Jet(minus(self.value), [minus(d) for d in self.first], [minus(d) for d in self.second])

    def __sub__(self, other):
        return self + -self.constant(other)

    def __truediv__(self, other):
        return self * reciprocal(self.constant(other))

    def __pow__(self, exponent):
        if isinstance(exponent, Jet):
            return exp(exponent * log(self))
        if isinstance(exponent, int) and exponent == 2:
            return self * self
        p = float(exponent)
        return self.through(lambda x: derivatives_of_power(x, p), LIBRARY)

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self.constant(other) / self

    def __abs__(self):
        return -self if self.value[0] < 0 else self

    def __lt__(self, other):
        return plain(self) < plain(other)

    def __le__(self, other):
        return plain(self) <= plain(other)

    def __gt__(self, other):
        return plain(self) > plain(other)

    def __ge__(self, other):
        return plain(self) >= plain(other)

    def through(self, derivatives, cost):
        """A function of this value, given by itself and its first three derivatives."""
        x, error = self.value
        f, f1, f2, f3 = derivatives(x)
        slope = (f1, abs(f2) * error + cost * abs(f1))
        bend = (f2, abs(f3) * error + cost * abs(f2))
        first = [mul(slope, d) for d in self.first]
        second = []
        if self.second:
            for index, (i, j) in enumerate(triangle(len(self.first))):
                square = mul(bend, mul(self.first[i], self.first[j]))
                second.append(add(square, mul(slope, self.second[index])))
        return Jet((f, abs(f1) * error + cost * abs(f)), first, second)


def add(a, b):
    total = a[0] + b[0]
    return (total, a[1] + b[1] + (abs(total) if a[0] and b[0] else 0.0))


def mul(a, b):
    product = a[0] * b[0]
    return (product, abs(a[0]) * b[1] + abs(b[0]) * a[1] + abs(product))


def minus(a):
    return (-a[0], a[1])


def triangle(count):
    """The places of a lower triangle, row by row."""
    return [(i, j) for i in range(count) for j in range(i + 1)]


def plain(number):
    return number.value[0] if isinstance(number, Jet) else number


def derivatives_of_power(x, p):
    return [x**p, p * x ** (p - 1), p * (p - 1) * x ** (p - 2), p * (p - 1) * (p - 2) * x ** (p - 3)]


def reciprocal(x):
    return x.through(lambda v: (1 / v, -1 / v**2, 2 / v**3, -6 / v**4), 1)


def lift(exact, derivatives):
    """A function of mpmath's that a jet knows, too."""

    def function(x):
        if isinstance(x, Jet):
            return x.through(derivatives, LIBRARY)
        return exact(mpf(x))

    return function


def _tan(x):
    t = math.tan(x)
    s = 1 + t * t
    return (t, s, 2 * t * s, 2 * s * s + 4 * t * t * s)


def _tanh(x):
    t = math.tanh(x)
    s = 1 - t * t
    return (t, s, -2 * t * s, -2 * s * s + 4 * t * t * s)


def _atan(x):
    d = 1 / (1 + x * x)
    return (math.atan(x), d, -2 * x * d * d, (6 * x * x - 2) * d**3)


def _asin(x):
    d = 1 / (1 - x * x)
    return (math.asin(x), d**0.5, x * d**1.5, (1 + 2 * x * x) * d**2.5)


def _acos(x):
    _, *rest = _asin(x)
    return (math.acos(x), *[-d for d in rest])


def _sigmoid(x):
    s = 1 / (1 + math.exp(-x))
    d = s * (1 - s)
    return (s, d, d * (1 - 2 * s), d * (1 - 6 * s + 6 * s * s))


def _softplus(x):
    s, d, dd, _ = _sigmoid(x)
    return (math.log1p(math.exp(x)), s, d, dd)


sqrt = lift(mpmath.sqrt, lambda x: derivatives_of_power(x, 0.5))
exp = lift(mpmath.exp, lambda x: (math.exp(x),) * 4)
log = lift(mpmath.log, lambda x: (math.log(x), 1 / x, -1 / x**2, 2 / x**3))
sin = lift(mpmath.sin, lambda x: (math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)))
cos = lift(mpmath.cos, lambda x: (math.cos(x), -math.sin(x), -math.cos(x), math.sin(x)))
sinh = lift(mpmath.sinh, lambda x: (math.sinh(x), math.cosh(x), math.sinh(x), math.cosh(x)))
cosh = lift(mpmath.cosh, lambda x: (math.cosh(x), math.sinh(x), math.cosh(x), math.sinh(x)))
tan, tanh = lift(mpmath.tan, _tan), lift(mpmath.tanh, _tanh)
atan, asin, acos = lift(mpmath.atan, _atan), lift(mpmath.asin, _asin), lift(mpmath.acos, _acos)
sigmoid = lift(lambda x: 1 / (1 + mpmath.exp(-x)), _sigmoid)
softplus = lift(lambda x: mpmath.log(1 + mpmath.exp(x)), _softplus)


def pi():
    return +mp.pi


def hypot(x, y):
    return sqrt(x * x + y * y)


def atan2(y, x):
    """In the right half-plane by the quotient, else from the axis that is near."""
    if plain(x) > abs(plain(y)):
        return atan(y / x)
    if plain(y) != 0 and abs(plain(y)) >= abs(plain(x)):
        half = pi() / 2
        return (half if plain(y) > 0 else -half) - atan(x / y)
    return atan(y / x) + (pi() if plain(y) >= 0 else -pi())


def maximum(a, b):
    return a if plain(a) > plain(b) else b


def minimum(a, b):
    return a if plain(a) < plain(b) else b


def total(terms):
    """A sum from the first term on: Python's starts from an integer."""
    result = None
    for term in terms:
        result = term if result is None else result + term
    return result


def dot(a, b):
    return total(x * y for x, y in zip(a, b))


def matmul(a, b):
    return [[dot(row, column) for column in zip(*b)] for row in a]


def apply(matrix, vector):
    return [dot(row, vector) for row in matrix]


def squares(numbers):
    return total(number * number for number in numbers)
