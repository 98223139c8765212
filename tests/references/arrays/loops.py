"""The functions of `tests/tests/arrays/loops.rs`, for mpmath."""

from itertools import accumulate, combinations
from math import prod

from arrays.registry import entry, ratio
from jets import apply, cos, dot, exp, hypot, log, plain, sin, sqrt, squares, tanh, total

SIX = [0.55, -1.2, 0.7, 0.3, 1.1, 0.4]
OTHER = [-0.9, 0.45, 1.6, -2.0, 0.8, 0.35]
GRID = [[0.5, 1.2, 0.7], [1.1, 0.4, -0.6], [0.9, 0.45, 1.6]]
UNLIKE = [[0.3, -0.8, 1.4], [0.2, 0.6, 0.75], [1.3, 0.55, 0.15]]


@entry((SIX,), (OTHER,))
def cumulative_sums(x):
    return list(accumulate(x))


@entry((SIX[:5],), (OTHER[1:],))
def cumulative_products(x):
    return list(accumulate(x, lambda a, b: a * b))


@entry((SIX,), (OTHER,))
def running_maximum(x):
    return [max(x[: i + 1], key=plain) for i in range(6)]


@entry(([*SIX, 2.3],), ([0.9, *OTHER],))
def moving_average(x):
    return [total(x[i : i + 3]) / 3 for i in range(5)]


@entry((SIX,), (OTHER,), (sorted(SIX),))
def bubble_pass(x):
    out, largest = [], x[0]
    for v in x[1:]:
        out.append(min(largest, v, key=plain))
        largest = max(largest, v, key=plain)
    return [*out, largest]


@entry((SIX[1:],), (OTHER[:5],), (sorted(SIX[1:]),))
def sorted_weights(x):
    return total((rank + 0.5) * v * v for rank, v in enumerate(sorted(x, key=plain)))


@entry(*[(list(p),) for p in ((0.3, 1.2, 0.7), (1.2, 0.3, 0.7), (0.7, 1.2, 0.3), (1.2, 0.7, 1.9))])
def median(x):
    return sorted(x, key=plain)[1]


EIGHT = [*SIX, 0.8, -0.6]


@entry((EIGHT, 2.0), (EIGHT, 3.5), (EIGHT, 9.0), order=2)
def sum_until(x, limit):
    result = None
    for v in x:
        result = v * v if result is None else result + v * v
        if result > limit:
            break
    return sqrt(result) + ratio(1, 10) * limit


@entry((SIX,), (OTHER,), order=2)
def sum_of_positive_logs(x):
    return total(v * log(v) for v in x if plain(v) > 0)


@entry((SIX,), (OTHER,), order=2)
def there_and_back(x):
    value = 1
    for v in x[::2]:
        value = value * v + 0.5
    for v in reversed(x):
        value = value + sin(v * value)
    return value


@entry((0.7, 1.8), (2.5, 1.3), (-1.4, 2.2), (12.0, 1.5))
def doubling(x, factor):
    value, steps = x * x + 1, 0
    while value < 100 and steps < 20:
        value, steps = factor * value + x, steps + 1
    return value / (steps + 1)


@entry((0.8,), (2.5,), (-1.7,))
def halving(x):
    power, term = 1, x
    while True:
        term = term * x / (power + 1)
        power += 1
        if abs(term) < ratio(1, 100) or power > 12:
            return term + power * x


@entry((SIX[1:],), (OTHER[:5],), order=2)
def triangular(x):
    return total((a - b) ** 2 * cos(a * b) for a, b in combinations(x, 2))


@entry((SIX,), (OTHER,), order=2)
def total_variation(x):
    return total(sqrt((b - a) ** 2 + ratio(1, 100)) for a, b in zip(x, x[1:]))


@entry((SIX,), (OTHER,), order=2)
def pairs(x):
    return total(a * exp(b) for a, b in zip(x[::2], x[1::2]))


@entry((SIX[1:],), (OTHER[:5],))
def backwards(x):
    value = 0
    for v in reversed(x):
        value = tanh(value + v)
    return value


@entry(([*SIX, 2.3],), ([0.9, *OTHER],))
def every_other(x):
    return prod(1 + v * v for v in x[::2]) + x[6] + x[3]


@entry((SIX[1:],), (OTHER[:5],), order=2)
def norm_squared(x):
    return squares(x)


@entry((SIX[1:],), (OTHER[:5],), order=2)
def folded(x):
    state = 0.3
    for v in x:
        state = state * v + sin(state - v)
    return state


@entry((SIX[1:],), ([-0.9, 0.45, 1.6, -2.5, 0.8],), order=2)
def product_of_shifted(x):
    return prod(v + 2 for v in x)


@entry((SIX,), (OTHER,))
def spread(x):
    return max(x, key=plain) - min(x, key=plain)


@entry((SIX,), (OTHER,))
def beside_the_largest(x):
    place = max(range(6), key=lambda i: plain(x[i]))
    after = x[(place + 1) % 6]
    return x[place] * after + after * after


@entry((GRID, 2.0), (GRID, 30.0), (UNLIKE, 0.9), (UNLIKE, 2.2))
def first_row_above(m, limit):
    result = 0
    for row in m:
        for v in row:
            result = result + v * v
            if result > limit:
                return result
        result = result * 0.5
    return result


@entry((GRID,), (UNLIKE,))
def rows_without_negatives(m):
    return total(sqrt(prod(row)) for row in m if all(plain(v) >= 0 for v in row))


@entry((SIX[1:], 0.2), (OTHER[:5], 1.0), (OTHER[:5], 2.1), (SIX[1:], 1.05))
def first_above(x, limit):
    for i, v in enumerate(x, 1):
        if v > limit:
            return (v - limit) * i
    return limit - x[4]


@entry(([*SIX, 2.3],), ([0.9, *OTHER],), order=2)
def by_turns(x):
    value = 1
    for i, v in enumerate(x):
        value = [lambda: value + v * v, lambda: value * v, lambda: sin(value * 0.3) + v][i % 3]()
    return value


@entry((1.0, 1.5), (-0.7, 2.3))
def fibonacci(a, b):
    return (13 * a + 21 * b) * (21 * a + 34 * b)


@entry((0.7, 1.2), (-1.5, 0.4), order=2)
def shadowed(x, y):
    outer = x * y
    result = outer
    for i in range(4):
        result = result + sin((result * 0.5 + outer) * (x + i))
    return result + outer


@entry((0.7, 0.9, 0), (0.7, 0.9, 1), (1.5, 1.1, 5), (-2.0, 0.6, 12))
def iterated_sine(x, damping, steps):
    value = x + 0 * damping
    for _ in range(steps):
        value = damping * sin(value) + ratio(1, 10) * x
    return value


@entry((1.3, 0), (1.3, 1), (-0.7, 6), (1.1, 13), order=2)
def power(x, exponent):
    value = 1 + 0 * x
    for _ in range(exponent):
        value = value * x
    return value


@entry((SIX, 0.3), (OTHER, 0.75))
def smoothed(x, weight):
    clipped = [1 if plain(v) > 1 else -1 if plain(v) < -1 else v for v in x]
    out = [weight * clipped[0]]
    for v in clipped[1:]:
        out.append(weight * v + (1 - weight) * out[-1])
    return out


@entry((GRID,), (UNLIKE,))
def diagonals(m):
    return [total(m[i][s - i] ** 2 for i in range(3) if 0 <= s - i < 3) for s in range(5)]


@entry((EIGHT,), ([0.9, *OTHER, -0.3],))
def trimmed(x):
    return total(x[2:6]) * total(cos(v) for v in (*x[:2], *x[6:]))


@entry((SIX[:4], OTHER[:4], [0.1, -0.4, 0.6, 0.2]), (OTHER[2:], SIX[1:5], [0.8, 0.3, -1.2, 0.5]))
def weighted_distance(a, b, weights):
    return sqrt(total(exp(w) * (x - y) ** 2 for x, y, w in zip(a, b, weights)))


@entry(
    ([[0.5, -1.2], [0.7, 0.3], [1.1, 0.4], [-0.6, 0.9]],),
    ([[-0.9, 0.4], [1.6, -2.0], [-0.8, 0.35], [-0.2, 1.5]],),
)
def closest_pair(points):
    distances = (hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(points, 2))
    return min(distances, key=plain)


@entry((GRID,), (UNLIKE,), ([row[::-1] for row in UNLIKE],))
def dearest_path(grid):
    def along(downs):
        i, j, cost = 0, 0, grid[0][0]
        for step in range(4):
            i, j = (i + 1, j) if step in downs else (i, j + 1)
            cost = cost + grid[i][j]
        return cost

    return max((along(downs) for downs in combinations(range(4), 2)), key=plain)


@entry(
    ([[0.7, 0.3], [0.4, 0.6]], [[0.5, 0.3, 0.2], [0.1, 0.35, 0.55]], 0.6),
    ([[0.9, 0.2], [0.15, 0.85]], [[0.25, 0.65, 0.1], [0.3, 0.05, 0.7]], 0.2),
)
def hidden_markov(transition, emission, start):
    first, *rest = [0, 2, 1, 1, 0]
    alpha = [start * emission[0][first], (1 - start) * emission[1][first]]
    for symbol in rest:
        carried = apply(list(zip(*transition)), alpha)
        alpha = [a * row[symbol] for a, row in zip(carried, emission)]
    return log(total(alpha))
