//! Options, risk and utility.

use chainrule::grad;
use chainrule::math::{normal_cdf, normal_pdf};

/// Black–Scholes with a dividend yield, call or put.
#[grad]
fn black_scholes(spot: f64, strike: f64, rate: f64, dividend: f64, sigma: f64, time: f64, call: bool) -> f64 {
    let deviation = sigma * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate - dividend + 0.5 * sigma * sigma) * time) / deviation;
    let d2 = d1 - deviation;
    let forward = spot * (-dividend * time).exp();
    let discounted = strike * (-rate * time).exp();
    if call {
        forward * normal_cdf(d1) - discounted * normal_cdf(d2)
    } else {
        discounted * normal_cdf(-d2) - forward * normal_cdf(-d1)
    }
}

/// Black 1976, on a future.
#[grad]
fn black_76(future: f64, strike: f64, rate: f64, sigma: f64, time: f64) -> f64 {
    let root = time.sqrt();
    let d1 = (f64::ln(future / strike) + 0.5 * sigma.powi(2) * time) / (sigma * root);
    let d2 = d1 - sigma * root;
    (-rate * time).exp() * (future * normal_cdf(d1) - strike * normal_cdf(d2))
}

/// Bachelier's normal model.
#[grad]
fn bachelier(forward: f64, strike: f64, sigma: f64, time: f64) -> f64 {
    let deviation = sigma * time.sqrt();
    let d = (forward - strike) / deviation;
    (forward - strike) * normal_cdf(d) + deviation * normal_pdf(d)
}

/// Garman–Kohlhagen, on a currency, with `1` for a call and `-1` for a put.
#[grad]
fn garman_kohlhagen(
    spot: f64,
    strike: f64,
    domestic: f64,
    foreign: f64,
    sigma: f64,
    time: f64,
    sign: i32,
) -> f64 {
    let sign = sign as f64;
    let deviation = sigma * time.sqrt();
    let drift = (domestic - foreign + sigma.powi(2) / 2.0) * time;
    let d1 = ((spot / strike).ln() + drift) / deviation;
    let d2 = d1 - deviation;
    let held = spot * (-foreign * time).exp() * normal_cdf(sign * d1);
    let paid = strike * (-domestic * time).exp() * normal_cdf(sign * d2);
    sign * (held - paid)
}

/// The term of `n` jumps in Merton's series: a Poisson weight times Black and Scholes.
#[grad]
fn merton_term(
    spot: f64,
    strike: f64,
    rate: f64,
    sigma: f64,
    time: f64,
    intensity: f64,
    jump: f64,
    n: i32,
) -> f64 {
    let count = f64::from(n);
    let mean = intensity * time;
    let weight = (-mean).exp() * mean.powi(n) / (chainrule::math::ln_gamma(count + 1.0)).exp();
    let variance = sigma * sigma + count * jump * jump / time;
    let deviation = (variance * time).sqrt();
    let d1 = ((spot / strike).ln() + rate * time + 0.5 * variance * time) / deviation;
    let price = spot * normal_cdf(d1) - strike * (-rate * time).exp() * normal_cdf(d1 - deviation);
    weight * price
}

/// Gamma of Black and Scholes, itself differentiated: a third derivative of the price.
#[grad]
fn black_scholes_gamma(spot: f64, strike: f64, rate: f64, sigma: f64, time: f64) -> f64 {
    let deviation = sigma * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * sigma.powi(2)) * time) / deviation;
    normal_pdf(d1) / (spot * deviation)
}

/// Raw SVI: total implied variance.
#[grad]
fn svi(k: f64, a: f64, b: f64, rho: f64, m: f64, sigma: f64) -> f64 {
    let shifted = k - m;
    a + b * (rho * shifted + (shifted * shifted + sigma * sigma).sqrt())
}

/// Hagan's implied volatility of SABR, with its limit at the money as a branch.
#[grad]
fn sabr(forward: f64, strike: f64, time: f64, alpha: f64, beta: f64, rho: f64, nu: f64) -> f64 {
    let one_beta = 1.0 - beta;
    let mean = (forward * strike).powf(one_beta / 2.0);
    let correction = one_beta.powi(2) / 24.0 * alpha.powi(2) / mean.powi(2)
        + 0.25 * rho * beta * nu * alpha / mean
        + (2.0 - 3.0 * rho.powi(2)) / 24.0 * nu.powi(2);
    let in_time = 1.0 + correction * time;
    let log = (forward / strike).ln();
    if log.abs() < 1e-7 {
        return alpha / mean * in_time;
    }
    let z = nu / alpha * mean * log;
    let x = (((1.0 - 2.0 * rho * z + z * z).sqrt() + z - rho) / (1.0 - rho)).ln();
    let series = 1.0 + one_beta.powi(2) / 24.0 * log.powi(2) + one_beta.powi(4) / 1920.0 * log.powi(4);
    alpha / (mean * series) * (z / x) * in_time
}

/// Constant relative risk aversion; the logarithm is the limit at one.
#[grad]
fn crra(consumption: f64, aversion: f64, kind: i32) -> f64 {
    match kind {
        0 => consumption,
        1 => consumption.ln(),
        _ if aversion == 1.0 => consumption.ln(),
        _ => (consumption.powf(1.0 - aversion) - 1.0) / (1.0 - aversion),
    }
}

/// Growth rate of a Kelly bet.
#[grad]
fn kelly_growth(fraction: f64, probability: f64, odds: f64) -> f64 {
    probability * (fraction * odds).ln_1p() + (1.0 - probability) * (-fraction).ln_1p()
}

/// Value at risk of two correlated positions under the normal law, at 99 %.
#[grad]
fn value_at_risk(w1: f64, w2: f64, s1: f64, s2: f64, rho: f64) -> f64 {
    const QUANTILE: f64 = 2.326_347_874_040_841;
    let variance = (w1 * s1).powi(2) + (w2 * s2).powi(2) + 2.0 * rho * w1 * s1 * w2 * s2;
    QUANTILE * variance.sqrt()
}

/// Premium of a one-year credit default swap under a flat hazard rate.
#[grad]
fn credit_premium(hazard: f64, recovery: f64, rate: f64) -> f64 {
    let default = 1.0 - (-hazard).exp();
    let survival = 1.0 - default / 2.0;
    let discount = (-rate / 2.0).exp();
    (1.0 - recovery) * default * discount / (survival * discount.sqrt())
}

/// Sharpe ratio of two assets, in single precision.
#[grad]
fn sharpe(weight: f32, r1: f32, r2: f32, s1: f32, s2: f32) -> f32 {
    let other = 1.0 - weight;
    let mean = weight * r1 + other * r2;
    let deviation = (weight * s1).hypot(other * s2);
    mean / deviation
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (black_scholes, black_scholes_grad, black_scholes_value_and_grad),
        (black_76, black_76_grad, black_76_value_and_grad),
        (bachelier, bachelier_grad, bachelier_value_and_grad),
        (garman_kohlhagen, garman_kohlhagen_grad, garman_kohlhagen_value_and_grad),
        (merton_term, merton_term_grad, merton_term_value_and_grad),
        (black_scholes_gamma, black_scholes_gamma_grad, black_scholes_gamma_value_and_grad),
        (svi, svi_grad, svi_value_and_grad),
        (sabr, sabr_grad, sabr_value_and_grad),
        (crra, crra_grad, crra_value_and_grad),
        (kelly_growth, kelly_growth_grad, kelly_growth_value_and_grad),
        (value_at_risk, value_at_risk_grad, value_at_risk_value_and_grad),
        (credit_premium, credit_premium_grad, credit_premium_value_and_grad),
        (sharpe, sharpe_grad, sharpe_value_and_grad),
    ]
}
