"""The functions of `tests/tests/arrays/numeric.rs`, for mpmath."""

from math import prod

import mpmath

from arrays.registry import Fixed, entry, ratio
from jets import cos, dot, exp, plain, sin, sqrt, squares, total

COEFFICIENTS = [0.5, -1.2, 0.7, 0.3, -0.4, 0.9]


@entry((COEFFICIENTS, 0.7), (COEFFICIENTS[::-1], -1.3), order=2)
def horner(c, x):
    value = c[5]
    for coefficient in c[4::-1]:
        value = value * x + coefficient
    return value


@entry((COEFFICIENTS[:5], 0.7), (COEFFICIENTS[1:], -1.3))
def horner_with_slope(c, x):
    value = total([v * x**i for i, v in enumerate(c) if i > 1]) + c[1] * x + c[0]
    slope = total([i * v * x ** (i - 1) for i, v in enumerate(c) if i > 1]) + c[1]
    return [value, slope]


@entry((COEFFICIENTS, 0.7), (COEFFICIENTS[::-1], -0.35))
def clenshaw(c, x):
    before, now = 1, x
    value = c[0] + c[1] * x
    for coefficient in c[2:]:
        before, now = now, 2 * x * now - before
        value = value + coefficient * now
    return value


def runge_kutta(slope, y, h):
    def ahead(step, k):
        return [a + step * b for a, b in zip(y, k)]

    k1 = slope(y)
    k2 = slope(ahead(h / 2, k1))
    k3 = slope(ahead(h / 2, k2))
    k4 = slope(ahead(h, k3))
    return [v + h / 6 * (a + 2 * b + 2 * c + d) for v, a, b, c, d in zip(y, k1, k2, k3, k4)]


@entry(
    ([1.0, 0.5], [1.1, 0.4, 0.1, 0.4], Fixed([0.1])),
    ([3.0, 2.0], [0.8, 0.6, 0.3, 0.9], Fixed([0.25])),
)
def predator_prey(state, rates, h):
    def slope(s):
        a, b, c, d = rates
        return [a * s[0] - b * s[0] * s[1], c * s[0] * s[1] - d * s[1]]

    return runge_kutta(slope, state, h[0])


@entry(([0.8, -0.3], 0.2), ([-1.5, 1.1], 0.7))
def pendulum(start, damping):
    y = start
    for _ in range(8):
        y = runge_kutta(lambda s: [s[1], -sin(s[0]) - damping * s[1]], y, ratio(1, 10))
    return y


@entry(([0.7, 1.3],), ([1.5, -0.4],), order=2)
def simpson(p):
    h = ratio(3, 16)
    weights = [1, 4, 2, 4, 2, 4, 2, 4, 1]
    return total(w * exp(-p[0] * (h * i) ** 2) * cos(p[1] * (h * i)) for i, w in enumerate(weights)) * h / 3


UNEVEN = [0.0, 0.3, 0.9, 1.4, 2.5, 2.7]


@entry((UNEVEN, COEFFICIENTS), ([v + 1 for v in UNEVEN], [2.0, 1.1, 0.4, 1.7, 0.6, 0.8]))
def trapezoids(x, y):
    return total((b - a) * (u + v) / 2 for a, b, u, v in zip(x, x[1:], y, y[1:]))


@entry((0.2, 1.5, 1.3), (-1.0, 0.5, 2.1))
def gauss_legendre(a, b, k):
    nodes = [0.0, 0.538469310105683, 0.906179845938664]
    weights = [0.5688888888888889, 0.47862867049936647, 0.23692688505618908]
    middle, half = (a + b) / 2, (b - a) / 2

    def f(x):
        return sin(k * x) / (1 + x * x)

    both = [w * (f(middle - half * n) + f(middle + half * n)) for n, w in zip(nodes[1:], weights[1:])]
    return half * (weights[0] * f(middle) + total(both))


GRID = [[0.5, -1.2, 0.7, 0.3], [1.1, 0.4, -0.6, 0.9], [-0.9, 0.45, 1.6, -2.0], [0.8, 0.35, -0.2, 1.5]]


@entry((GRID,), (GRID[::-1],))
def laplacian(u):
    return [
        u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] - 4 * u[i][j] for i in (1, 2) for j in (1, 2)
    ]


@entry(([0.5, 1.2, 0.7, 0.3, 1.1, 0.4], 0.2), ([1.9, 0.4, 1.6, 0.8, 0.35, 1.5], 0.15))
def heat(start, conductivity):
    u = start
    for _ in range(4):
        flows = [(1 + ratio(1, 10) * (a + b)) * (b - a) for a, b in zip(u, u[1:])]
        u = [u[0], *(v + conductivity * (r - l) for v, l, r in zip(u[1:], flows, flows[1:])), u[5]]
    return u


@entry(([0.5, 1.2, -0.7, 0.3, 1.1],), ([-0.9, 0.45, 1.6, -2.0, 0.8],))
def burgers(start):
    u = start
    for _ in range(2):
        differences = [u[i] - u[i - 1] if plain(u[i]) > 0 else u[(i + 1) % 5] - u[i] for i in range(5)]
        u = [v - ratio(1, 5) * v * d for v, d in zip(u, differences)]
    return u


@entry(([1.0, 0.2, -0.1, 0.9],), ([-0.7, 0.9, 0.8, 0.5],))
def orbit(start):
    x, y, u, v = start
    dt = ratio(1, 50)

    def pull(x, y):
        cube = (x * x + y * y) ** ratio(3, 2)
        return x / cube, y / cube

    ax, ay = pull(x, y)
    for _ in range(20):
        u, v = u - dt / 2 * ax, v - dt / 2 * ay
        x, y = x + dt * u, y + dt * v
        ax, ay = pull(x, y)
        u, v = u - dt / 2 * ax, v - dt / 2 * ay
    return [x, y, u, v]


@entry(([0.5, 1.2, -0.7, 0.3, 1.1, -0.4],), ([-1.9, 0.4, 0.6, -1.0, 0.8, 1.5],), order=2)
def three_bodies(x):
    def term(i, j, product):
        return product / sqrt((x[2 * i] - x[2 * j]) ** 2 + (x[2 * i + 1] - x[2 * j + 1]) ** 2)

    return -(term(0, 1, ratio(1, 2)) + term(0, 2, 2) + term(1, 2, 1))


@entry(
    ([0.05, 0.1, -0.1, 1.1, 0.15, 0.2, 0.4, 1.2, 0.1, 0.5, 0.35, 1.25],),
    ([0.0, 0.2, 0.1, 1.4, -0.3, 0.25, 0.7, 1.5, -0.4, 0.3, 0.6, 1.6],),
    order=2,
)
def lennard_jones(positions):
    atoms = [positions[3 * i : 3 * i + 3] for i in range(4)]

    def term(a, b):
        sixth = 1 / squares(u - v for u, v in zip(a, b)) ** 3
        return 4 * (sixth * sixth - sixth)

    return total(term(atoms[i], atoms[j]) for i in range(4) for j in range(i + 1, 4))


@entry(
    ([[0.5, -1.2], [0.7, 0.3], [1.1, 0.4], [-0.6, 0.9]], 0.3),
    ([[-0.9, 0.4], [1.6, -2.0], [0.8, 0.35], [-0.2, 1.5]], 0.85),
)
def bezier(points, t):
    weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]
    return [dot(weights, column) for column in zip(*points)]


@entry(([0.0, 0.5, 1.3, 2.0], [0.7, -1.2, 0.3, 1.1], 0.8), ([-1.0, -0.2, 0.6, 1.9], [0.4, 1.6, 0.9, -0.5], 1.2))
def lagrange(nodes, values, x):
    def basis(i):
        return prod((x - nodes[j]) / (nodes[i] - nodes[j]) for j in range(4) if i != j)

    return total(basis(i) * value for i, value in enumerate(values))


KNOTS = [0.0, 0.5, 1.5, 3.0, 5.0]


@entry(*[([0.7, -1.2, 0.3, 1.1, 0.4], x) for x in (0.2, 0.8, 2.1, 4.5)])
def piecewise_linear(values, x):
    i = max(k for k in range(4) if KNOTS[k] <= x)
    t = (x - KNOTS[i]) / (mpmath.mpf(KNOTS[i + 1]) - KNOTS[i])
    return (1 - t) * values[i] + t * values[i + 1]


SQUARE = [[0.5, -1.2, 0.7], [1.1, 0.4, -0.6], [-0.9, 0.45, 1.6]]


@entry((SQUARE, [0.3, 1.6]), (SQUARE, [1.2, 0.25]), (SQUARE[::-1], [1.7, 1.4]))
def bilinear(grid, p):
    i, j = int(plain(p[0])), int(plain(p[1]))
    u, v = p[0] - i, p[1] - j
    rows = [(1 - v) * row[j] + v * row[j + 1] for row in grid[i : i + 2]]
    return (1 - u) * rows[0] + u * rows[1]


@entry((2.0,), (0.3,), (50.0,), order=2)
def heron(a):
    x = (1 + a) / 2
    for _ in range(6):
        x = (x + a / x) / 2
    return x


@entry((0.8, 0.3), (2.5, 0.6), (-1.1, 0.1))
def kepler(mean_anomaly, eccentricity):
    e = mean_anomaly
    for _ in range(6):
        e = e - (e - eccentricity * sin(e) - mean_anomaly) / (1 - eccentricity * cos(e))
    return e


@entry(([2.7, 0.3],), ([3.4, 0.62],), order=2)
def logistic_map(p):
    rate, x = p
    for _ in range(6):
        x = rate * x * (1 - x)
    return x


@entry(([1.5, 2.2, 0.7, 3.1, 0.9],), ([-0.6, 1.3, 2.4, 0.8, 1.7],), order=2)
def continued_fraction(a):
    tail = a[4]
    for v in a[3::-1]:
        tail = v + 1 / tail
    return tail


@entry((COEFFICIENTS, 1.7), ([2.0, 1.1, 0.4, 1.7, 0.6, 0.8], -0.3))
def kahan(x, scale):
    return total(scale * v for v in x)


@entry(([0.5, -1.2, 0.7, 0.3, -0.4, 0.9, 2.1],), ([2.0, 1.1, 0.4, 1.7, 0.6, 0.8, -3.0],))
def moments(x):
    mean = total(x) / 7
    variance = squares(v - mean for v in x) / 6
    return [variance, total((v - mean) ** 3 for v in x) / 7 / variance ** ratio(3, 2)]


@entry((95.0, 0.3, Fixed([100.0])), (120.0, 0.4, Fixed([100.0])), (60.0, 0.25, Fixed([100.0])))
def american_put(spot, volatility, strike):
    up = exp(volatility / 2)
    growth = ratio(101, 100)
    p = (growth - 1 / up) / (up - 1 / up)

    def gain(i, level):
        return strike[0] - spot * up ** (2 * i - level)

    values = [gain(i, 3) if plain(gain(i, 3)) > 0 else 0 * spot for i in range(4)]
    for level in (2, 1, 0):
        held = [(p * b + (1 - p) * a) / growth for a, b in zip(values, values[1:])]
        values = [max(h, gain(i, level), key=plain) for i, h in enumerate(held)]
    return values[0]
