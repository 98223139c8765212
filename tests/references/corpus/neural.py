"""The formulas of `tests/tests/formulas/neural.rs`, for mpmath."""

from corpus.registry import formula
from numbers60 import exp, gelu, hypot, log, maximum, plain, sigmoid, silu, sin, softplus, tanh


@formula((0.5, -1.0, 0.7, 0.3, 0.1), (2.0, 3.0, -1.5, 0.2, 0.9), (10.0, -7.0, 1.5, 0.4, 2.0))
def neuron(x1, x2, w1, w2, bias):
    return sigmoid(w1 * x1 + w2 * x2 + bias)


@formula((3.0, -4.0), (0.5, 1.5), (-2.0, 0.3))
def lecture(x, y):
    return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)


@formula(
    (0.5, -1.0, 0.7, 0.3, 0.1, -0.4, 0.8, 0.2, 0.9, -0.6, 0.05, -0.3, -0.2, 0.4, 0.5, -0.7, 0.6, 0.3, 0.1),
    (1.5, 0.7, 0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.7, 0.8, -0.9, 0.15, 0.25, 0.35, 0.45, 0.55, -0.65, 0.75, -0.85),
    (-2.0, 1.0, 0.3, 0.3, 0.2, 0.1, -0.8, 0.3, 0.5, 0.6, 0.7, 0.2, 0.9, -0.1, 1.0, 0.3, 0.2, -0.5, 0.25),
)
def network(x, y, *weights):
    hidden = [tanh(weights[3 * i] * x + weights[3 * i + 1] * y + weights[3 * i + 2]) for i in range(4)]
    return tanh(sum(v * h for v, h in zip(weights[12:16], hidden)) + weights[16])


@formula(*[(x, w, kind) for kind in range(10) for x, w in ((0.7, 1.5), (-1.3, 0.6), (2.5, -0.8))])
def activation(x, w, kind):
    z = w * x
    positive = plain(z) > 0
    return [
        lambda: z if positive else 0 * z,
        lambda: z if positive else 0.01 * z,
        lambda: z if positive else 1.5 * (exp(z) - 1),
        lambda: gelu(z),
        lambda: silu(z),
        lambda: softplus(z),
        lambda: sigmoid(z),
        lambda: tanh(z),
        lambda: tanh(z),
        lambda: z,
    ][kind]()


@formula((0.7, True), (0.7, False), (-30.0, True), (5.0, False))
def logistic_loss(score, label):
    return -log(sigmoid(score if label else -score))


@formula((0.7, 1.0), (0.7, 0.0), (-1.5, 0.3), (2.0, 0.9))
def cross_entropy(score, label):
    p = sigmoid(score)
    return -(label * log(p) + (1 - label) * log(1 - p))


@formula((0.7, 1.0, 0.5), (3.0, 0.5, 1.0), (-2.0, 1.0, 0.7))
def huber(prediction, target, delta):
    error = abs(prediction - target)
    return error**2 / 2 if plain(error) <= plain(delta) else delta * (error - delta / 2)


@formula((0.3, 1.0), (2.5, 1.0), (-0.7, 0.5), (-0.2, 0.9))
def smooth_l1(error, beta):
    return error**2 / (2 * beta) if plain(abs(error)) <= plain(beta) else abs(error) - beta / 2


@formula((0.7, 1.0, 0.9), (3.0, 0.5, 0.1), (-2.0, 1.0, 0.5))
def quantile_loss(prediction, target, quantile):
    error = target - prediction
    return maximum(quantile * error, (quantile - 1) * error)


@formula((0.7, -0.3, 1.2), (3.0, 1.5, 0.5), (-2.0, 0.4, 1.0))
def gaussian_nll(mean, log_deviation, target):
    return log_deviation + ((target - mean) / exp(log_deviation)) ** 2 / 2


@formula((0.7, 2.0), (0.2, 0.5), (0.95, 3.5))
def focal_loss(probability, gamma):
    return -((1 - probability) ** gamma) * log(probability)


@formula((0.3, 0.4, True, 1.0), (0.3, 0.4, False, 1.0), (3.0, -4.0, False, 1.0), (3.0, -2.0, True, 0.5))
def contrastive(x, y, same, margin):
    if same:
        return x**2 + y**2 + 0 * margin
    slack = margin - hypot(x, y)
    return slack**2 if plain(slack) > 0 else 0 * slack


@formula((0.3, 0.7, 1.5, -0.8, 0.9), (-0.6, 0.2, 0.5, 2.0, -1.1), (0.9, -1.4, -0.7, 0.6, 0.4), scalar="f32")
def gated_unit(state, value, w_update, w_reset, w_new):
    update = sigmoid(w_update * (state + value))
    reset = sigmoid(w_reset * (state - value))
    return (1 - update) * state + update * tanh(w_new * (reset * state + value))


@formula((0.7, 1.0), (-3.0, 0.5), (2.5, 1.7), scalar="f32")
def swish(x, beta):
    return x * sigmoid(beta * x)


@formula((0.7, 0.1, 2.0, 0.3), (-1.5, 0.4, 0.6, 2.2), (3.0, -2.0, 1.1, -0.7), scalars=("f64", "f32"))
def squared_error(weight, bias, value, target):
    return (weight * value + bias - target) ** 2


@formula((0.7, 1.1, 2.0), (-1.5, 0.4, 0.6), (3.0, -0.2, 1.1), scalars=("f64", "f32"))
def residual_block(x, w, v):
    hidden = tanh(w * x)
    return x + v * sin(hidden) + exp(hidden)
