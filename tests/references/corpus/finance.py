"""The formulas of `tests/tests/formulas/finance.rs`, for mpmath."""

from mpmath import factorial

from corpus.registry import formula
from numbers60 import exp, hypot, log, log1p, normal_cdf, normal_pdf, plain, sqrt


def d_plus(forward, strike, sigma, time):
    deviation = sigma * sqrt(time)
    return log(forward / strike) / deviation + deviation / 2


@formula(
    (100.0, 95.0, 0.05, 0.02, 0.25, 0.5, True),
    (100.0, 95.0, 0.05, 0.02, 0.25, 0.5, False),
    (42.0, 60.0, 0.1, 0.0, 0.4, 2.0, True),
    (42.0, 60.0, 0.1, 0.03, 0.4, 2.0, False),
)
def black_scholes(spot, strike, rate, dividend, sigma, time, call):
    d1 = d_plus(spot * exp((rate - dividend) * time), strike, sigma, time)
    d2 = d1 - sigma * sqrt(time)
    sign = 1 if call else -1
    held = spot * exp(-dividend * time) * normal_cdf(sign * d1)
    return sign * (held - strike * exp(-rate * time) * normal_cdf(sign * d2))


@formula((100.0, 95.0, 0.05, 0.25, 0.5), (42.0, 60.0, 0.1, 0.4, 2.0), (1.1, 1.0, 0.01, 0.15, 1.0))
def black_76(future, strike, rate, sigma, time):
    d1 = d_plus(future, strike, sigma, time)
    return exp(-rate * time) * (future * normal_cdf(d1) - strike * normal_cdf(d1 - sigma * sqrt(time)))


@formula((100.0, 95.0, 20.0, 0.5), (0.01, 0.02, 0.012, 2.0), (-0.3, -0.5, 0.4, 1.0))
def bachelier(forward, strike, sigma, time):
    deviation = sigma * sqrt(time)
    d = (forward - strike) / deviation
    return (forward - strike) * normal_cdf(d) + deviation * normal_pdf(d)


@formula(
    (1.2, 1.25, 0.04, 0.02, 0.15, 0.75, 1),
    (1.2, 1.25, 0.04, 0.02, 0.15, 0.75, -1),
    (110.0, 100.0, 0.01, 0.03, 0.1, 2.0, 1),
)
def garman_kohlhagen(spot, strike, domestic, foreign, sigma, time, sign):
    d1 = d_plus(spot * exp((domestic - foreign) * time), strike, sigma, time)
    d2 = d1 - sigma * sqrt(time)
    held = spot * exp(-foreign * time) * normal_cdf(sign * d1)
    return sign * (held - strike * exp(-domestic * time) * normal_cdf(sign * d2))


@formula(
    (100.0, 95.0, 0.05, 0.25, 0.5, 0.8, 0.3, 0),
    (100.0, 95.0, 0.05, 0.25, 0.5, 0.8, 0.3, 2),
    (42.0, 50.0, 0.1, 0.4, 2.0, 1.5, 0.2, 5),
)
def merton_term(spot, strike, rate, sigma, time, intensity, jump, n):
    mean = intensity * time
    weight = exp(-mean) * (mean**n if n else 1) / factorial(n)
    volatility = sqrt(sigma**2 + n * jump**2 / time)
    d1 = d_plus(spot * exp(rate * time), strike, volatility, time)
    paid = strike * exp(-rate * time) * normal_cdf(d1 - volatility * sqrt(time))
    return weight * (spot * normal_cdf(d1) - paid)


@formula((100.0, 95.0, 0.05, 0.25, 0.5), (42.0, 60.0, 0.1, 0.4, 2.0), (1.1, 1.0, 0.01, 0.15, 1.0))
def black_scholes_gamma(spot, strike, rate, sigma, time):
    d1 = d_plus(spot * exp(rate * time), strike, sigma, time)
    return normal_pdf(d1) / (spot * sigma * sqrt(time))


@formula(
    (0.3, 0.04, 0.1, -0.4, 0.05, 0.2),
    (-0.7, 0.02, 0.3, -0.2, 0.1, 0.1),
    (1.1, 0.01, 0.2, 0.5, -0.3, 0.6),
)
def svi(k, a, b, rho, m, sigma):
    return a + b * (rho * (k - m) + sqrt((k - m) ** 2 + sigma**2))


@formula(
    (0.03, 0.04, 2.0, 0.035, 0.5, -0.3, 0.4),
    (100.0, 70.0, 0.5, 2.5, 0.7, -0.6, 0.8),
    (0.03, 0.03, 2.0, 0.035, 0.5, -0.3, 0.4),
    (1.5, 2.5, 1.0, 0.3, 0.3, 0.2, 0.9),
)
def sabr(forward, strike, time, alpha, beta, rho, nu):
    mean = (forward * strike) ** ((1 - beta) / 2)
    correction = ((1 - beta) * alpha / mean) ** 2 / 24 + rho * beta * nu * alpha / (4 * mean)
    in_time = 1 + (correction + (2 - 3 * rho**2) * nu**2 / 24) * time
    # The branch is a formula of its own: its partials are not the limits of the other's.
    if abs(plain(forward) - plain(strike)) < 1e-9:
        return alpha / mean * in_time
    x = log(forward / strike)
    z = nu / alpha * mean * x
    chi = log((sqrt(1 - 2 * rho * z + z**2) + z - rho) / (1 - rho))
    series = 1 + (1 - beta) ** 2 * x**2 / 24 + (1 - beta) ** 4 * x**4 / 1920
    return alpha / (mean * series) * z / chi * in_time


@formula((2.0, 3.0, 0), (2.0, 3.0, 1), (0.5, 1.0, 2), (2.0, 3.0, 2), (0.7, 0.4, 2))
def crra(consumption, aversion, kind):
    if kind == 0:
        return consumption
    if kind == 1 or abs(plain(aversion) - 1) < 1e-9:
        return log(consumption)
    return (consumption ** (1 - aversion) - 1) / (1 - aversion)


@formula((0.2, 0.6, 1.5), (0.05, 0.3, 4.0), (0.7, 0.55, 0.9))
def kelly_growth(fraction, probability, odds):
    return probability * log1p(fraction * odds) + (1 - probability) * log1p(-fraction)


@formula((2.0, 3.0, 0.2, 0.1, 0.4), (1e6, 5e5, 0.01, 0.03, -0.2), (1.0, 1.0, 0.5, 0.7, 0.9))
def value_at_risk(w1, w2, s1, s2, rho):
    a, b = w1 * s1, w2 * s2
    return 2.326347874040841 * sqrt(a**2 + b**2 + 2 * rho * a * b)


@formula((0.02, 0.4, 0.05), (0.3, 0.25, 0.01), (1.5, 0.1, 0.1))
def credit_premium(hazard, recovery, rate):
    default = 1 - exp(-hazard)
    return (1 - recovery) * default * exp(-rate / 4) / (1 - default / 2)


@formula((0.3, 0.08, 0.04, 0.2, 0.1), (0.7, 0.02, 0.05, 0.15, 0.3), (1.5, 0.1, 0.03, 0.2, 0.05), scalar="f32")
def sharpe(weight, r1, r2, s1, s2):
    return (weight * r1 + (1 - weight) * r2) / hypot(weight * s1, (1 - weight) * s2)
