//! The test functions of global optimisation, in their customary domains.

use std::f64::consts::{E, PI, TAU};

use chainrule::grad;

#[grad]
fn rosenbrock(x: f64, y: f64) -> f64 {
    let a = 1.0 - x;
    let b = y - x * x;
    a * a + 100.0 * b * b
}

#[grad]
fn himmelblau(x: f64, y: f64) -> f64 {
    (x * x + y - 11.0).powi(2) + (x + y * y - 7.0).powi(2)
}

#[grad]
fn beale(x: f64, y: f64) -> f64 {
    let mut sum = (1.5 - x + x * y).powi(2);
    sum += (2.25 - x + x * y.powi(2)).powi(2);
    sum += (2.625 - x + x * y.powi(3)).powi(2);
    sum
}

#[grad]
fn booth(x: f64, y: f64) -> f64 {
    (x + 2.0 * y - 7.0).powi(2) + (2.0 * x + y - 5.0).powi(2)
}

#[grad]
fn ackley(x: f64, y: f64) -> f64 {
    let radius = (0.5 * (x * x + y * y)).sqrt();
    let ripple = 0.5 * ((TAU * x).cos() + (TAU * y).cos());
    -20.0 * (-0.2 * radius).exp() - ripple.exp() + E + 20.0
}

#[grad]
fn rastrigin(x: f64, y: f64) -> f64 {
    const A: f64 = 10.0;
    let mut sum = 2.0 * A;
    sum += x.powi(2) - A * (TAU * x).cos();
    sum += y.powi(2) - A * (TAU * y).cos();
    sum
}

#[grad]
fn goldstein_price(x: f64, y: f64) -> f64 {
    let u = x + y + 1.0;
    let v = 2.0 * x - 3.0 * y;
    let p = 19.0 - 14.0 * x + 3.0 * x.powi(2) - 14.0 * y + 6.0 * x * y + 3.0 * y.powi(2);
    let q = 18.0 - 32.0 * x + 12.0 * x.powi(2) + 48.0 * y - 36.0 * x * y + 27.0 * y.powi(2);
    (1.0 + u.powi(2) * p) * (30.0 + v.powi(2) * q)
}

#[grad]
fn mccormick(x: f64, y: f64) -> f64 {
    (x + y).sin() + (x - y).powi(2) - 1.5 * x + 2.5 * y + 1.0
}

#[grad]
fn branin(x: f64, y: f64) -> f64 {
    let b = 5.1 / (4.0 * PI * PI);
    let c = 5.0 / PI;
    let t = 1.0 / (8.0 * PI);
    let valley = y - b * x.powi(2) + c * x - 6.0;
    valley.powi(2) + 10.0 * (1.0 - t) * x.cos() + 10.0
}

#[grad]
fn styblinski_tang(x: f64, y: f64) -> f64 {
    let of_x = x.powi(4) - 16.0 * x.powi(2) + 5.0 * x;
    let of_y = y.powi(4) - 16.0 * y.powi(2) + 5.0 * y;
    (of_x + of_y) / 2.0
}

#[grad]
fn six_hump_camel(x: f64, y: f64) -> f64 {
    let x2 = x * x;
    let y2 = y * y;
    (4.0 - 2.1 * x2 + x2 * x2 / 3.0) * x2 + x * y + (4.0 * y2 - 4.0) * y2
}

#[grad]
fn easom(x: f64, y: f64) -> f64 {
    -x.cos() * y.cos() * (-((x - PI).powi(2) + (y - PI).powi(2))).exp()
}

#[grad]
fn levy(x: f64, y: f64) -> f64 {
    let w1 = 1.0 + (x - 1.0) / 4.0;
    let w2 = 1.0 + (y - 1.0) / 4.0;
    let first = (PI * w1).sin().powi(2);
    let middle = (w1 - 1.0).powi(2) * (1.0 + 10.0 * (PI * w1 + 1.0).sin().powi(2));
    let last = (w2 - 1.0).powi(2) * (1.0 + (TAU * w2).sin().powi(2));
    first + middle + last
}

#[grad]
fn matyas(x: f64, y: f64) -> f64 {
    0.26 * (x * x + y * y) - 0.48 * x * y
}

#[grad]
fn three_hump_camel(x: f64, y: f64) -> f64 {
    2.0 * x.powi(2) - 1.05 * x.powi(4) + x.powi(6) / 6.0 + x * y + y.powi(2)
}

#[grad]
fn eggholder(x: f64, y: f64) -> f64 {
    let y = y + 47.0;
    let first = (x / 2.0 + y).abs().sqrt().sin();
    let second = (x - y).abs().sqrt().sin();
    -y * first - x * second
}

#[grad]
fn holder_table(x: f64, y: f64) -> f64 {
    let radius = (x * x + y * y).sqrt();
    -(x.sin() * y.cos() * (1.0 - radius / PI).abs().exp()).abs()
}

/// Schaffer's functions N. 2 and N. 4 have the same denominator.
#[grad]
fn schaffer(x: f64, y: f64, number: i32) -> f64 {
    let x2 = x.powi(2);
    let y2 = y.powi(2);
    let numerator = match number {
        2 => (x2 - y2).sin().powi(2) - 0.5,
        4 => (x2 - y2).abs().sin().cos().powi(2) - 0.5,
        _ => 0.0,
    };
    0.5 + numerator / (1.0 + 0.001 * (x2 + y2)).powi(2)
}

#[grad]
fn bukin_6(x: f64, y: f64) -> f64 {
    100.0 * (y - 0.01 * x * x).abs().sqrt() + 0.01 * (x + 10.0).abs()
}

#[grad]
fn cross_in_tray(x: f64, y: f64) -> f64 {
    let radius = (x.powi(2) + y.powi(2)).sqrt();
    let wave = x.sin() * y.sin() * (100.0 - radius / PI).abs().exp();
    -0.0001 * (wave.abs() + 1.0).powf(0.1)
}

/// Michalewicz in two dimensions; the steepness is customarily 10.
#[grad]
fn michalewicz(x: f64, y: f64, steepness: i32) -> f64 {
    let power = 2 * steepness;
    let mut sum = x.sin() * (x * x / PI).sin().powi(power);
    sum += y.sin() * (2.0 * y * y / PI).sin().powi(power);
    -sum
}

#[grad]
fn powell_singular(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let first = a + 10.0 * b;
    let second = c - d;
    let third = b - 2.0 * c;
    let fourth = a - d;
    first * first + 5.0 * second * second + third.powi(4) + 10.0 * fourth.powi(4)
}

#[grad]
fn wood(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let sum = 100.0 * (a * a - b).powi(2) + (a - 1.0).powi(2);
    let sum = sum + (c - 1.0).powi(2) + 90.0 * (c * c - d).powi(2);
    let sum = sum + 10.1 * ((b - 1.0).powi(2) + (d - 1.0).powi(2));
    sum + 19.8 * (b - 1.0) * (d - 1.0)
}

/// Brown's almost flat valley: variables in each other's exponent.
#[grad]
fn brown(x: f64, y: f64) -> f64 {
    let x2 = x * x;
    let y2 = y * y;
    x2.powf(y2 + 1.0) + y2.powf(x2 + 1.0)
}

#[grad]
fn salomon(x: f64, y: f64) -> f64 {
    let r = f64::hypot(x, y);
    1.0 - f64::cos(TAU * r) + 0.1 * r
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (rosenbrock, rosenbrock_grad, rosenbrock_value_and_grad),
        (himmelblau, himmelblau_grad, himmelblau_value_and_grad),
        (beale, beale_grad, beale_value_and_grad),
        (booth, booth_grad, booth_value_and_grad),
        (ackley, ackley_grad, ackley_value_and_grad),
        (rastrigin, rastrigin_grad, rastrigin_value_and_grad),
        (goldstein_price, goldstein_price_grad, goldstein_price_value_and_grad),
        (mccormick, mccormick_grad, mccormick_value_and_grad),
        (branin, branin_grad, branin_value_and_grad),
        (styblinski_tang, styblinski_tang_grad, styblinski_tang_value_and_grad),
        (six_hump_camel, six_hump_camel_grad, six_hump_camel_value_and_grad),
        (easom, easom_grad, easom_value_and_grad),
        (levy, levy_grad, levy_value_and_grad),
        (matyas, matyas_grad, matyas_value_and_grad),
        (three_hump_camel, three_hump_camel_grad, three_hump_camel_value_and_grad),
        (eggholder, eggholder_grad, eggholder_value_and_grad),
        (holder_table, holder_table_grad, holder_table_value_and_grad),
        (schaffer, schaffer_grad, schaffer_value_and_grad),
        (bukin_6, bukin_6_grad, bukin_6_value_and_grad),
        (cross_in_tray, cross_in_tray_grad, cross_in_tray_value_and_grad),
        (michalewicz, michalewicz_grad, michalewicz_value_and_grad),
        (powell_singular, powell_singular_grad, powell_singular_value_and_grad),
        (wood, wood_grad, wood_value_and_grad),
        (brown, brown_grad, brown_value_and_grad),
        (salomon, salomon_grad, salomon_value_and_grad),
    ]
}
