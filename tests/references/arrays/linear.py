"""The functions of `tests/tests/arrays/linear.rs`, for mpmath."""

from itertools import permutations
from math import prod

from arrays.registry import entry
from jets import apply, cos, dot, hypot, log, matmul, pi, sin, sqrt, squares, total

THREE = [[4.0, 1.2, -0.5], [0.7, 3.1, 0.4], [-0.9, 0.6, 2.5]]
SKEW = [[2.1, -0.4, 0.8], [0.3, -1.7, 0.9], [0.5, 1.1, 3.2]]


def eliminated(a, b):
    """The solution of a linear system, without pivoting."""
    rows = [[*row, right] for row, right in zip(a, b)]
    for k, pivot in enumerate(rows):
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot[k]
            rows[i] = [x - factor * y for x, y in zip(rows[i], pivot)]
    x = []
    for i in reversed(range(len(rows))):
        known = total([rows[i][i + 1 + j] * v for j, v in enumerate(x)])
        right = rows[i][-1] - known if x else rows[i][-1]
        x.insert(0, right / rows[i][i])
    return x


@entry((THREE, [1.0, -0.5, 2.0]), (SKEW, [0.7, 1.4, -0.3]))
def solve_three(a, b):
    return eliminated(a, b)


@entry(
    ([0.7, -0.4, 0.9, 0.3], [3.0, 2.5, 4.0, 3.5, 2.0], [0.5, 1.1, -0.6, 0.8], [1.0, -0.5, 2.0, 0.3, 1.4]),
    ([-0.2, 0.6, 0.5, -1.0], [2.0, -2.5, 3.0, 3.1, -2.7], [0.4, 0.9, 1.2, -0.3], [0.8, 1.5, -0.9, 0.4, 0.6]),
)
def tridiagonal(below, diagonal, above, right):
    d, x = [diagonal[0]], [right[0]]
    for i in range(1, 5):
        factor = below[i - 1] / d[-1]
        x.append(right[i] - factor * x[-1])
        d.append(diagonal[i] - factor * above[i - 1])
    solution = [x[4] / d[4]]
    for i in reversed(range(4)):
        solution.insert(0, (x[i] - above[i] * solution[0]) / d[i])
    return solution


def determinant(a):
    """Leibniz' sum over permutations."""
    n = len(a)

    def sign(p):
        return (-1) ** sum(p[i] > p[j] for i in range(n) for j in range(i + 1, n))

    return total(sign(p) * prod(a[i][p[i]] for i in range(n)) for p in permutations(range(n)))


@entry(([v for row in THREE for v in row],), ([v for row in SKEW for v in row],), order=2)
def determinant_three(a):
    return determinant([a[:3], a[3:6], a[6:]])


FOUR = [[4.0, 1.2, -0.5, 0.3], [0.7, 3.1, 0.4, -0.8], [-0.9, 0.6, 2.5, 0.2], [0.35, -0.45, 1.1, 3.7]]
OTHER = [[2.2, -0.4, 0.8, 1.3], [0.3, 1.9, 0.9, -0.6], [0.5, 1.1, 3.2, 0.4], [-0.7, 0.25, -0.15, 2.6]]


@entry((FOUR,), (OTHER,), order=2)
def determinant_four(a):
    return determinant(a)


@entry((FOUR,), (OTHER,), order=2)
def log_determinant(a):
    return log(determinant(a))


@entry(([4.0, 1.2, 3.1, -0.5, 0.4, 2.5],), ([2.0, -0.7, 1.5, 0.3, 0.9, 3.0],))
def cholesky(packed):
    a, b, c, d, e, f = packed
    l11 = sqrt(a)
    l21, l31 = b / l11, d / l11
    l22 = sqrt(c - l21 * l21)
    l32 = (e - l31 * l21) / l22
    return [l11, l21, l22, l31, l32, sqrt(f - l31 * l31 - l32 * l32)]


@entry((THREE,), (SKEW,))
def power_method(a):
    v = [1, 1, 1]
    for _ in range(5):
        v = apply(a, v)
    return dot(v, apply(a, v)) / squares(v)


@entry(
    ([[0.5, -1.2, 0.7], [1.1, 0.3, -0.6]], [[0.9, 0.2], [-0.4, 1.5], [0.8, -0.7]]),
    ([[2.5, 0.4, -0.9], [0.6, -1.3, 1.4]], [[-0.5, 1.2], [0.3, 0.8], [1.6, -0.1]]),
)
def product(a, b):
    return matmul(a, b)


@entry(([[0.5, 1.2], [-0.7, 0.9]],), ([[1.1, 0.3], [0.6, -0.8]],))
def matrix_power(a):
    power = a
    for _ in range(4):
        power = matmul(power, a)
    return power


@entry(([[0.5, -1.2, 0.7], [1.1, 0.3, -0.6]],), ([[2.5, 0.4, -0.9], [0.6, -1.3, 1.4]],))
def orthonormal(rows):
    first = [v / sqrt(squares(rows[0])) for v in rows[0]]
    along = dot(first, rows[1])
    second = [v - along * u for u, v in zip(first, rows[1])]
    norm = sqrt(squares(second))
    return [first, [v / norm for v in second]]


@entry(([0.5, -1.2, 0.7, 0.3],), ([-0.9, 0.4, 1.6, -2.0],), order=2)
def quadratic_form(x):
    a = [[4.0, 1.0, -0.5, 0.2], [1.0, 3.0, 0.7, -0.1], [-0.5, 0.7, 2.0, 0.3], [0.2, -0.1, 0.3, 1.5]]
    return dot(x, apply(a, x)) / 2 - dot(x, [1.0, -2.0, 0.5, 0.25])


@entry(([[0.5, 1.2], [-0.7, 0.9]],), ([[1.1, 0.3], [0.6, -0.8]],))
def inverse_two(m):
    (a, b), (c, d) = m
    scale = a * d - b * c
    return [d / scale, -b / scale, -c / scale, a / scale]


@entry((2.0, 0.7, -0.5), (-1.1, -0.4, 0.6), (3.0, 1.5, 2.2))
def eigenvalues(a, b, c):
    mean, radius = (a + c) / 2, hypot((a - c) / 2, b)
    return [mean + radius, mean - radius]


@entry(([0.5, -1.2, 0.7, 0.3], [1.1, 0.4, -0.6, 0.9]), ([-0.9, 0.4, 1.6, -2.0], [0.8, 0.3, -0.2, 1.5]))
def householder(v, x):
    factor = 2 * dot(v, x) / squares(v)
    return [b - factor * a for a, b in zip(v, x)]


@entry(
    ([[0.5, -1.2], [0.7, 0.3], [1.1, 0.4], [-0.6, 0.8]],),
    ([[-0.9, 0.4], [1.6, -2.0], [0.8, 0.3], [-0.2, 1.5]],),
)
def fourier_four(x):
    turns = [(1, 0), (0, -1), (-1, 0), (0, 1)]

    def bin(k):
        factors = [turns[k * n % 4] for n in range(4)]
        re = total(c * v[0] if c else -s * v[1] for (c, s), v in zip(factors, x))
        im = total(c * v[1] if c else s * v[0] for (c, s), v in zip(factors, x))
        return [re, im]

    return [bin(k) for k in range(4)]


@entry(([0.5, -1.2, 0.7, 0.3, 1.1, 0.4],), ([-0.9, 0.4, 1.65, -2.0, 0.8, 0.3],))
def spectrum(x):
    def power(k):
        re = total(v * cos(2 * pi() * k * n / 6) for n, v in enumerate(x))
        im = total(v * sin(2 * pi() * k * n / 6) for n, v in enumerate(x))
        return re * re + im * im

    return [power(k) for k in range(4)]
