"""The functions of `tests/tests/arrays/networks.rs`, for mpmath."""

from math import prod

from mpmath import mp

from arrays.registry import Fixed, entry, ratio
from jets import apply, cos, dot, exp, log, maximum, pi, plain, sigmoid, sqrt, squares, tanh, total


@entry(
    ([[0.1, 0.5], [-0.3, 0.8]], [0.2, 0.4]),
    ([[1.5, -0.7], [0.4, 2.0]], [-1.1, 0.6]),
    order=2,
)
def squared_norm(w, x):
    return squares(apply(w, x))


CLASSES = [[0.3, -0.7, 0.2, 0.5], [-0.4, 0.9, 0.1, -0.2], [0.6, 0.2, -0.8, 0.4]]
INPUT = [0.5, -1.2, 0.7, 0.3]


@entry(
    (CLASSES, Fixed(INPUT), 0, Fixed([0.1])),
    (CLASSES, Fixed(INPUT), 1, Fixed([0.05])),
    (CLASSES, Fixed([1.3, 0.4, -0.6, 0.8]), 2, Fixed([0.2])),
)
def hinge(w, x, label, strength):
    scores = apply(w, x)
    margins = [s - scores[label] + 1 for i, s in enumerate(scores) if i != label]
    penalty = total(squares(row) for row in w)
    return total([m for m in margins if plain(m) > 0] + [strength[0] * penalty])


SCORES = [0.3, 1.2, -0.7, 2.1, 0.5]


@entry((SCORES, 0), (SCORES, 3), ([5.0, -3.0, 1.0, 2.0, -0.5], 1), order=2)
def cross_entropy(scores, label):
    return log(total(exp(s) for s in scores)) - scores[label]


@entry(([0.3, 1.2, -0.7, 2.1],), ([-1.5, 0.4, 0.8, -2.2],))
def softmax(scores):
    weights = [exp(s) for s in scores]
    return [w / total(weights) for w in weights]


FOUR_BY_THREE = [[0.2, -0.5, 0.1], [1.5, 1.3, 2.1], [0.4, 0.25, 0.2], [-0.6, 0.9, -0.3]]


@entry(
    (FOUR_BY_THREE, [0.1, -0.2, 0.3, 0.05], [0.5, 0.7, -0.4], 2),
    (FOUR_BY_THREE, [1.1, -1.2, 0.0625, 0.4], [-0.3, 0.6, 0.9], 0),
)
def classifier(w, b, x, label):
    scores = [s + c for s, c in zip(apply(w, x), b)]
    return log(total(exp(s) for s in scores)) - scores[label]


def rectified(numbers):
    return [n if plain(n) > 0 else 0 * n for n in numbers]


@entry(
    (FOUR_BY_THREE, [[0.7, -0.4, 1.1, 0.5], [-0.9, 0.3, 0.2, 0.8]], [0.5, 0.7, -0.4]),
    (FOUR_BY_THREE, [[0.3, 1.4, -0.1, 0.6], [0.9, -0.5, 0.4, 1.2]], [-0.3, 0.6, 0.9]),
)
def two_layers(w1, w2, x):
    return apply(w2, rectified(apply(w1, x)))


@entry(
    (
        [[0.5, -0.3], [0.8, 0.4], [-0.2, 0.9]],
        [[0.3, 0.7, -0.2], [-0.5, 0.6, 0.9], [0.4, -0.8, -0.3]],
        [0.7, -0.4, 1.1],
        Fixed([0.6, 0.8]),
        Fixed([0.5]),
    ),
    (
        [[1.5, 0.3], [-0.8, 0.4], [0.2, 1.9]],
        [[0.3, 0.7, 0.2], [-0.5, 0.6, -0.9], [0.4, 0.8, 0.3]],
        [0.2, 0.4, -0.6],
        Fixed([0.9, 0.2]),
        Fixed([-0.3]),
    ),
)
def three_layers(w1, w2, w3, x, target):
    return (dot(w3, rectified(apply(w2, rectified(apply(w1, x))))) - target[0]) ** 2 / 2


WEIGHTS = [0.7, 0.3, 0.1, -0.4, 0.8, 0.2, 0.9, -0.6, 0.05, -0.3, -0.2, 0.4, 0.5, -0.7, 0.6, 0.3, 0.1]


@entry((WEIGHTS, Fixed([0.5, -1.0])), (WEIGHTS[::-1], Fixed([1.5, 0.7])), order=2)
def tanh_network(p, x):
    hidden = [tanh(p[i] * x[0] + p[i + 1] * x[1] + p[i + 2]) for i in range(0, 12, 3)]
    return tanh(dot(p[12:16], hidden) + p[16])


@entry(
    ([0.5, -0.4, 0.1, 0.7, 0.3, -0.6, 1.2, -0.9, 0.2],),
    ([4.5, 4.3, -2.1, 6.0, 5.8, -8.7, 7.5, -8.2, -3.4],),
    order=2,
)
def exclusive_or(p):
    def error(x, y):
        hidden = [sigmoid(p[i] * x + p[i + 1] * y + p[i + 2]) for i in (0, 3)]
        return sigmoid(dot(p[6:8], hidden) + p[8]) - (x ^ y)

    return squares(error(x, y) for x in (0, 1) for y in (0, 1)) / 2


@entry(
    ([[0.5, -0.3], [0.8, 0.4], [-0.2, 0.9]], [0.1, -2.2, 0.3], [0.6, 0.8]),
    ([[1.5, 0.3], [-0.8, 0.4], [0.2, 1.9]], [0.4, 0.2, -0.7], [0.9, -0.2]),
)
def elu_layer(w, b, x):
    scores = [s + c for s, c in zip(apply(w, x), b)]
    return [z if plain(z) > 0 else 1.5 * (exp(z) - 1) for z in scores]


@entry(([0.5, -0.3, 1.2, -2.0, 0.1], 0.01), ([-1.5, -0.7, 0.4, 0.9, -0.2], 0.3))
def leaky(x, slope):
    return [v if plain(v) >= 0 else slope * v for v in x]


@entry(
    ([[0.5, -0.3, 0.7], [0.8, 0.4, -0.1], [-0.2, 0.9, 0.6]], [0.6, 0.8, -0.4]),
    ([[1.5, 0.3, 0.2], [-0.8, 0.4, 1.1], [0.2, 1.9, -0.5]], [0.3, -0.2, 0.9]),
)
def maxout(w, x):
    first, second, third = apply(w, x)
    return maximum(maximum(first, second), third)


SIXTEEN = [0.3, 1.2, -0.7, 2.1, 0.5, -1.4, 0.9, 1.7, -0.2, 0.6, 2.4, -0.5, 1.1, 0.1, -2.0, 0.8]


@entry((SIXTEEN,), ([v * 4 for v in SIXTEEN],), order=2)
def log_sum_exp(x):
    return log(total(exp(v) for v in x))


TEN = [0.3, -0.7, 1.2, 0.5, -0.4, 0.9, 2.0, -1.6, 0.1, 1.4]


@entry((TEN,), ([1.5, 0.8, -0.3, 2.2, -1.1, 0.6, -0.9, 1.3, 0.4, -2.4],), order=2)
def ackley(x):
    waves = total(cos(2 * pi() * v) for v in x)
    return -20 * exp(-ratio(1, 5) * sqrt(squares(x) / 10)) - exp(waves / 10) + 20 + mp.e


@entry(([-1.2, 1.1, 0.7, 2.0, 1.5, -0.5, 0.4, 0.9, -1.7, 1.3],), (TEN,), order=2)
def rosenbrock_chain(x):
    return total(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


FIVE = [0.3, -0.7, 1.2, 0.55, -0.4], [2.1, 0.9, -1.6, 0.15, 1.4]


@entry(*[(x,) for x in FIVE], order=2)
def rastrigin(x):
    return 50 + total(v * v - 10 * cos(2 * pi() * v) for v in x)


@entry(*[(x,) for x in FIVE], order=2)
def griewank(x):
    return squares(x) / 4000 - prod(cos(v / sqrt(i)) for i, v in enumerate(x, 1)) + 1


@entry(([0.3, -0.7, 1.2, 0.55, -2.9, 2.7],), ([2.1, 0.9, -1.6, 0.15, 1.4, -0.5],), order=2)
def styblinski_tang(x):
    return total(v**4 - 16 * v**2 + 5 * v for v in x) / 2


@entry(
    (
        [0.3, -0.7, 1.2, 0.55],
        [[0.5, -0.3, 0.7, 0.2], [0.8, 0.4, -0.1, 1.1], [-0.2, 0.9, 0.6, -0.4]],
        [[1.5, 0.3], [-0.8, 0.4], [0.2, 1.9]],
    ),
    (
        [1.4, 0.6, -0.9, 0.2],
        [[0.3, 1.3, -0.7, 0.5], [-0.6, 0.4, 0.9, 0.1], [0.2, -0.9, 1.6, 0.4]],
        [[0.5, -1.3], [0.7, 2.4], [-0.2, 0.6]],
    ),
)
def attention(query, keys, values):
    weights = [exp(dot(query, key) / 2) for key in keys]
    return [dot(weights, column) / total(weights) for column in zip(*values)]


@entry(
    ([0.3, -0.7, 1.2, 0.5, -0.4, 0.9, 2.0, -1.6], [0.25, 0.5, -0.3]),
    ([1.5, 0.8, -0.3, 2.2, -1.1, 0.6, -0.9, 1.3], [-1.0, 0.7, 0.4]),
)
def convolution(signal, kernel):
    return [dot(signal[i : i + 3], kernel[::-1]) for i in range(6)]


IMAGE = [[0.3, -0.7, 1.2, 0.5], [-0.4, 0.9, 2.0, -1.6], [0.1, 1.4, 0.8, -0.2], [0.6, -1.1, 0.7, 1.3]]


@entry((IMAGE, [[0.5, -0.3], [0.8, 0.4]]), (IMAGE[::-1], [[-1.0, 0.2], [0.6, 1.1]]))
def image_filter(image, kernel):
    return [
        [total(image[i + a][j + b] * kernel[a][b] for a in (0, 1) for b in (0, 1)) for j in range(3)]
        for i in range(3)
    ]


@entry((IMAGE,), ([row[::-1] for row in IMAGE[1:]] + [[0.9, 0.2, -0.8, 0.4]],))
def max_pool(image):
    def largest(i, j):
        return max((image[a][b] for a in (i, i + 1) for b in (j, j + 1)), key=plain)

    return [[largest(i, j) for j in (0, 2)] for i in (0, 2)]


SIX = [0.3, -0.7, 1.2, 0.55, -2.9, 2.7]


@entry((SIX, [1.1, 0.9, 1.2, 0.8, 1.05, 0.95], [0.1, -0.2, 0.3, 0.05, 0.4, -0.15]), (SIX[::-1], SIX, [0.5] * 6))
def layer_norm(x, scale, shift):
    mean = total(x) / 6
    variance = squares(v - mean for v in x) / 6
    return [s * (v - mean) / sqrt(variance + ratio(1, 100000)) + t for v, s, t in zip(x, scale, shift)]


@entry(([0.3, -0.7, 1.2, 0.55],), ([2.1, 0.9, -1.6, 0.15],))
def rms_norm(x):
    scale = sqrt(squares(x) / 4 + ratio(1, 1000000))
    return [v / scale for v in x]


@entry(([0.3, -0.7, 1.2, 0.55], [1.1, 0.4, 0.8, -0.6]), ([2.1, 0.9, -1.6, 0.15], [0.5, -1.3, 0.7, 2.4]), order=2)
def cosine_similarity(a, b):
    return dot(a, b) / (sqrt(squares(a)) * sqrt(squares(b)))


@entry(([0.1, 0.8, 0.5],), ([-0.6, 2.1, -1.3],), order=2)
def logistic_regression(w):
    points = [(0.5, 1.2, 1), (1.5, -0.3, 1), (-0.7, 0.8, -1), (-1.1, -1.4, -1), (0.2, -0.9, -1), (0.9, 0.4, 1)]
    loss = total(log(1 + exp(-sign * (w[0] + w[1] * x + w[2] * y))) for x, y, sign in points)
    return loss / 6 + ratio(1, 20) * squares(w[1:])


@entry(([0.3, -0.9, 1.8, 0.7, 1.2],), ([-0.5, -0.4, 1.1, 1.3, 0.9],), order=2)
def mixture(p):
    share = sigmoid(p[0])

    def density(x, m, s):
        return exp(-(((x - m) / s) ** 2) / 2) / s

    samples = [-1.3, -0.8, 0.2, 1.7, 2.4]
    return -total(log(share * density(x, p[1], p[3]) + (1 - share) * density(x, p[2], p[4])) for x in samples)


LINE = Fixed([[0.0, 0.1], [1.0, 0.9], [2.0, 2.3], [3.0, 8.0], [4.0, 3.7]])


@entry(([0.95, 0.05], LINE, Fixed([1.0])), ([0.6, -0.9], LINE, Fixed([0.7])))
def robust_line(line, points, width):
    width = width[0]

    def term(x, y):
        error = abs(line[0] * x + line[1] - y)
        return error**2 / 2 if error < width else width * (error - width / 2)

    return total(term(x, y) for x, y in points)


@entry(
    ([0.5, -0.4, 0.1, 0.7, 0.3, -0.6, 1.2, -0.9, 0.2, 0.8, 0.6, -0.3], [0.7, -1.1, 0.4]),
    ([1.5, 0.4, 0.9, -0.7, 1.3, 0.6, 0.2, 0.5, -0.2, -0.8, 0.9, 0.35], [-0.6, 0.3, 1.2]),
)
def lstm(w, inputs):
    hidden, cell = None, None
    for x in inputs:
        gates = [w[k] * x + w[k + 2] + (w[k + 1] * hidden if hidden else 0) for k in (0, 3, 6, 9)]
        forget, update, output = (sigmoid(gate) for gate in gates[:3])
        kept = forget * cell if cell else 0
        cell = update * tanh(gates[3]) + kept
        hidden = output * tanh(cell)
    return [hidden, cell]


@entry(([0.3, -0.7, 1.2, 0.55], [1.1, 0.4, 0.8, -0.6]), ([2.1, 0.9, -1.6, 0.15], [0.5, -1.3, 0.7, 2.4]))
def divergence(a, b):
    sum_a, sum_b = total(exp(v) for v in a), total(exp(v) for v in b)
    return total(exp(u) / sum_a * ((u - v) - log(sum_a / sum_b)) for u, v in zip(a, b))
