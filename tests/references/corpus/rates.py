"""The formulas of `tests/tests/formulas/rates.rs`, for mpmath."""

from corpus.registry import formula
from numbers60 import exp, expm1, sqrt


@formula((100.0, 0.05, 0.03), (1000.0, 0.01, 0.08), (1.0, 0.1, -0.005))
def bond_price(face, coupon, rate):
    return face * (coupon / (1 + rate) + coupon / (1 + rate) ** 2 + (1 + coupon) / (1 + rate) ** 3)


@formula((100.0, 0.05, 2.5, 2), (100.0, 0.05, 2.5, 0), (3.0, 0.2, 7.25, 12), (3.0, -0.01, 0.3, 1))
def discounted(payment, rate, time, frequency):
    if frequency == 0:
        return payment * exp(-rate * time)
    return payment * (1 + rate / frequency) ** (-frequency * time)


@formula((100.0, 0.05, 10), (3.0, 0.2, 4), (1.0, 0.5, 25))
def annuity(payment, rate, n):
    return payment * (1 - (1 + rate) ** -n) / rate


@formula((0.05, -100.0, 40.0, 45.0, 50.0), (0.5, -2.0, 1.0, 1.5, 2.5), (-0.1, 1.0, 2.0, 3.0, 4.0))
def net_present_value(rate, c0, c1, c2, c3):
    v = 1 / (1 + rate)
    return c0 + c1 * v + c2 * v**2 + c3 * v**3


@formula((2.0, 0.04, -0.02, 0.015, 1.5), (10.0, 0.05, 0.01, -0.03, 3.0), (1.5, 0.02, -0.01, 0.5, 0.7))
def nelson_siegel(t, level, slope, curvature, tau):
    x = t / tau
    loading = (1 - exp(-x)) / x
    return level + slope * loading + curvature * (loading - exp(-x))


@formula(
    (2.0, 0.04, -0.02, 0.015, 0.3, 1.5, 4.0),
    (10.0, 0.05, 0.01, -0.03, 0.02, 3.0, 7.5),
    (1.5, 0.02, -0.01, 0.5, 0.1, 0.7, 2.0),
)
def svensson(t, b0, b1, b2, b3, tau1, tau2):
    def loading(x):
        return (1 - exp(-x)) / x

    x1, x2 = t / tau1, t / tau2
    hump = b3 * (loading(x2) - exp(-x2))
    return b0 + b1 * loading(x1) + b2 * (loading(x1) - exp(-x1)) + hump


@formula((0.03, 0.5, 0.04, 0.02, 5.0), (0.1, 1.5, 0.05, 0.3, 2.0), (0.01, 0.2, 0.06, 0.01, 10.0))
def vasicek(r, a, b, sigma, t):
    loading = (1 - exp(-a * t)) / a
    level = (b - sigma**2 / (2 * a**2)) * (loading - t) - sigma**2 * loading**2 / (4 * a)
    return exp(level - loading * r)


@formula((0.03, 0.5, 0.04, 0.4, 5.0), (0.1, 1.5, 0.05, 0.9, 2.0), (0.01, 0.2, 0.06, 0.15, 10.0))
def cox_ingersoll_ross(r, a, b, sigma, t):
    h = sqrt(a**2 + 2 * sigma**2)
    growth = expm1(h * t)
    denominator = 2 * h + (a + h) * growth
    level = (2 * h * exp((a + h) * t / 2) / denominator) ** (2 * a * b / sigma**2)
    return level * exp(-2 * growth / denominator * r)


@formula((0.03, 1.0, 0.04, 2.5), (0.05, 0.5, 0.02, 3.0), (0.1, 2.0, 0.2, 7.0))
def forward_rate(r1, t1, r2, t2):
    return (r2 * t2 - r1 * t1) / (t2 - t1)


@formula((5000.0, 0.2), (25000.0, 0.15), (70000.0, 0.22))
def progressive_tax(income, rate):
    if income <= 10000:
        return 0 * income
    if income <= 40000:
        return rate * (income - 10000)
    return rate * 30000 + 2 * rate * (income - 40000)
