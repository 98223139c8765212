//! Interest: cash flows, yield curves, short-rate models.

use chainrule::grad;

/// A three-year bond with yearly coupons.
#[grad]
fn bond_price(face: f64, coupon: f64, rate: f64) -> f64 {
    let growth = 1.0 + rate;
    let mut price = coupon * face * growth.powi(-1);
    price += coupon * face * growth.powi(-2);
    price += (1.0 + coupon) * face * growth.powi(-3);
    price
}

/// One payment at a real time, compounded `frequency` times a year or continuously (zero).
#[grad]
fn discounted(payment: f64, rate: f64, time: f64, frequency: i32) -> f64 {
    if frequency == 0 {
        return payment * (-rate * time).exp();
    }
    let m = f64::from(frequency);
    payment * (1.0 + rate / m).powf(-m * time)
}

/// Present value of `n` equal payments.
#[grad]
fn annuity(payment: f64, rate: f64, n: i32) -> f64 {
    let factor = if rate == 0.0 { n as f64 } else { (1.0 - (1.0 + rate).powi(-n)) / rate };
    payment * factor
}

/// Net present value by Horner's scheme.
#[grad]
fn net_present_value(rate: f64, c0: f64, c1: f64, c2: f64, c3: f64) -> f64 {
    let v = (1.0 + rate).recip();
    let mut value = c3;
    value = value * v + c2;
    value = value * v + c1;
    value * v + c0
}

/// Nelson–Siegel yield curve.
#[grad]
fn nelson_siegel(t: f64, level: f64, slope: f64, curvature: f64, tau: f64) -> f64 {
    let x = t / tau;
    let decay = (-x).exp();
    let loading = (1.0 - decay) / x;
    level + slope * loading + curvature * (loading - decay)
}

/// Svensson's extension by a second hump.
#[grad]
fn svensson(t: f64, b0: f64, b1: f64, b2: f64, b3: f64, tau1: f64, tau2: f64) -> f64 {
    let (x1, x2) = (t / tau1, t / tau2);
    let (e1, e2) = ((-x1).exp(), (-x2).exp());
    let first = -(-x1).exp_m1() / x1;
    let second = -(-x2).exp_m1() / x2;
    b0 + b1 * first + b2 * (first - e1) + b3 * (second - e2)
}

/// Bond price in the model of Vasicek.
#[grad]
fn vasicek(r: f64, a: f64, b: f64, sigma: f64, t: f64) -> f64 {
    let big_b = (1.0 - (-a * t).exp()) / a;
    let long = b - sigma.powi(2) / (2.0 * a.powi(2));
    let log_a = long * (big_b - t) - sigma.powi(2) * big_b.powi(2) / (4.0 * a);
    (log_a - big_b * r).exp()
}

/// Bond price in the model of Cox, Ingersoll and Ross.
#[grad]
fn cox_ingersoll_ross(r: f64, a: f64, b: f64, sigma: f64, t: f64) -> f64 {
    let h = (a * a + 2.0 * sigma * sigma).sqrt();
    let growth = (h * t).exp_m1();
    let denominator = 2.0 * h + (a + h) * growth;
    let big_a = (2.0 * h * ((a + h) * t / 2.0).exp() / denominator).powf(2.0 * a * b / (sigma * sigma));
    let big_b = 2.0 * growth / denominator;
    big_a * (-big_b * r).exp()
}

/// Continuously compounded forward rate between two dates.
#[grad]
fn forward_rate(r1: f64, t1: f64, r2: f64, t2: f64) -> f64 {
    (r2 * t2 - r1 * t1) / (t2 - t1)
}

/// A progressive tax, whose brackets are nested conditions.
#[grad]
fn progressive_tax(income: f64, rate: f64) -> f64 {
    let mut tax = 0.0;
    if income > 10_000.0 {
        let taxed = income.min(40_000.0) - 10_000.0;
        tax += rate * taxed;
        if income > 40_000.0 {
            tax += 2.0 * rate * (income - 40_000.0);
        }
    }
    tax
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (bond_price, bond_price_grad, bond_price_value_and_grad),
        (discounted, discounted_grad, discounted_value_and_grad),
        (annuity, annuity_grad, annuity_value_and_grad),
        (net_present_value, net_present_value_grad, net_present_value_value_and_grad),
        (nelson_siegel, nelson_siegel_grad, nelson_siegel_value_and_grad),
        (svensson, svensson_grad, svensson_value_and_grad),
        (vasicek, vasicek_grad, vasicek_value_and_grad),
        (cox_ingersoll_ross, cox_ingersoll_ross_grad, cox_ingersoll_ross_value_and_grad),
        (forward_rate, forward_rate_grad, forward_rate_value_and_grad),
        (progressive_tax, progressive_tax_grad, progressive_tax_value_and_grad),
    ]
}
