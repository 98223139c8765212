//! Problems 1 to 7 and 12 to 14 of Moré, Garbow and Hillstrom: few variables, no data.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

/// Problem 1.
#[jacobian]
#[jvp]
#[vjp]
fn rosenbrock(x: &[f64; 2]) -> [f64; 2] {
    [10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]]
}

#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn rosenbrock_sum(x: &[f64; 2]) -> f64 {
    let residuals = [10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]];
    residuals.iter().map(|r| r * r).sum::<f64>()
}

/// Problem 2.
#[jacobian]
#[jvp]
#[vjp]
fn freudenstein_roth(x: &[f64; 2]) -> [f64; 2] {
    let [x1, x2] = *x;
    [-13.0 + x1 + ((5.0 - x2) * x2 - 2.0) * x2, -29.0 + x1 + ((x2 + 1.0) * x2 - 14.0) * x2]
}

#[grad]
#[hessian]
#[hvp]
fn freudenstein_roth_sum(x: &[f64; 2]) -> f64 {
    let offsets = [-13.0, -29.0];
    let coefficients = [[-1.0, 5.0, -2.0], [1.0, 1.0, -14.0]];
    let mut sum = 0.0;
    for i in 0..2 {
        let mut cubic = 0.0;
        for c in coefficients[i] {
            cubic = (cubic + c) * x[1];
        }
        sum += (offsets[i] + x[0] + cubic).powi(2);
    }
    sum
}

/// Problem 3.
#[jacobian]
#[jvp]
#[vjp]
fn powell_badly_scaled(x: &[f64; 2]) -> [f64; 2] {
    let mut residuals = [0.0; 2];
    residuals[0] = 1e4 * x[0] * x[1] - 1.0;
    residuals[1] = (-x[0]).exp() + (-x[1]).exp() - 1.0001;
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn powell_badly_scaled_sum(x: &[f64; 2]) -> f64 {
    let product = 1e4 * x[0] * x[1] - 1.0;
    let exponentials = x.iter().map(|v| (-v).exp()).sum::<f64>() - 1.0001;
    product * product + exponentials * exponentials
}

/// Problem 4.
#[jacobian]
#[jvp]
#[vjp]
fn brown_badly_scaled(x: [f64; 2]) -> [f64; 3] {
    [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2.0]
}

#[grad]
#[hessian]
#[hvp]
fn brown_badly_scaled_sum(x: [f64; 2]) -> f64 {
    let residuals = [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2.0];
    let mut sum = 0.0;
    for r in residuals {
        sum += r * r;
    }
    sum
}

/// Problem 5.
#[jacobian]
#[jvp]
#[vjp]
fn beale(x: &[f64; 2]) -> [f64; 3] {
    let y = [1.5, 2.25, 2.625];
    let mut residuals = [0.0; 3];
    let mut power = 1.0;
    for i in 0..3 {
        power *= x[1];
        residuals[i] = y[i] - x[0] * (1.0 - power);
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn beale_sum(x: &[f64; 2]) -> f64 {
    const Y: [f64; 3] = [1.5, 2.25, 2.625];
    let mut sum = 0.0;
    for (i, y) in Y.iter().enumerate() {
        sum += (y - x[0] * (1.0 - x[1].powi(i as i32 + 1))).powi(2);
    }
    sum
}

/// Problem 6.
#[jacobian]
#[jvp]
#[vjp]
fn jennrich_sampson(x: &[f64; 2]) -> [f64; 10] {
    core::array::from_fn(|k| {
        let i = (k + 1) as f64;
        2.0 + 2.0 * i - ((i * x[0]).exp() + (i * x[1]).exp())
    })
}

#[grad]
#[hessian]
#[hvp]
fn jennrich_sampson_sum(x: &[f64; 2]) -> f64 {
    (1..=10)
        .map(|k| {
            let i = f64::from(k);
            (2.0 + 2.0 * i - ((i * x[0]).exp() + (i * x[1]).exp())).powi(2)
        })
        .sum()
}

/// Problem 7, whose angle has two branches.
#[jacobian]
#[jvp]
#[vjp]
fn helical_valley(x: &[f64; 3]) -> [f64; 3] {
    let mut turns = (x[1] / x[0]).atan() / core::f64::consts::TAU;
    if x[0] < 0.0 {
        turns += 0.5;
    }
    let radius = (x[0] * x[0] + x[1] * x[1]).sqrt();
    [10.0 * (x[2] - 10.0 * turns), 10.0 * (radius - 1.0), x[2]]
}

#[grad]
#[hessian]
#[hvp]
fn helical_valley_sum(x: &[f64; 3]) -> f64 {
    let angle = (x[1] / x[0]).atan() / core::f64::consts::TAU;
    let turns = if x[0] < 0.0 { angle + 0.5 } else { angle };
    let f = [10.0 * (x[2] - 10.0 * turns), 10.0 * (x[0].hypot(x[1]) - 1.0), x[2]];
    f.iter().fold(0.0, |sum, v| sum + v * v)
}

/// Problem 12.
#[jacobian]
#[jvp]
#[vjp]
fn box_three(x: &[f64; 3]) -> [f64; 10] {
    let mut residuals = [0.0; 10];
    for (i, residual) in residuals.iter_mut().enumerate() {
        let t = 0.1 * (i + 1) as f64;
        *residual = (-t * x[0]).exp() - (-t * x[1]).exp() - x[2] * ((-t).exp() - (-10.0 * t).exp());
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn box_three_sum(x: &[f64; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 1..=10 {
        let t = 0.1 * i as f64;
        let r = (-t * x[0]).exp() - (-t * x[1]).exp() - x[2] * ((-t).exp() - (-10.0 * t).exp());
        sum += r.powi(2);
    }
    sum
}

/// Problem 13.
#[jacobian]
#[jvp]
#[vjp]
fn powell_singular(x: &[f64; 4]) -> [f64; 4] {
    let [a, b, c, d] = x;
    [a + 10.0 * b, 5.0_f64.sqrt() * (c - d), (b - 2.0 * c).powi(2), 10.0_f64.sqrt() * (a - d).powi(2)]
}

#[grad]
#[hessian]
#[hvp]
fn powell_singular_sum(x: &[f64; 4]) -> f64 {
    (x[0] + 10.0 * x[1]).powi(2)
        + 5.0 * (x[2] - x[3]).powi(2)
        + (x[1] - 2.0 * x[2]).powi(4)
        + 10.0 * (x[0] - x[3]).powi(4)
}

/// Problem 14.
#[jacobian]
#[jvp]
#[vjp]
fn wood(x: &[f64; 4]) -> [f64; 6] {
    let root90 = 90_f64.sqrt();
    let root10 = 10_f64.sqrt();
    [
        10.0 * (x[1] - x[0] * x[0]),
        1.0 - x[0],
        root90 * (x[3] - x[2] * x[2]),
        1.0 - x[2],
        root10 * (x[1] + x[3] - 2.0),
        (x[1] - x[3]) / root10,
    ]
}

#[grad]
#[hessian]
#[hvp]
fn wood_sum(x: &[f64; 4]) -> f64 {
    let mut sum = 10.0 * (x[1] + x[3] - 2.0).powi(2) + 0.1 * (x[1] - x[3]).powi(2);
    for (pair, weight) in x.chunks_exact(2).zip([100.0, 90.0]) {
        sum += weight * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2);
    }
    sum
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        rosenbrock: jacobian(rosenbrock_jacobian, rosenbrock_value_and_jacobian), jvp(rosenbrock_jvp),
            vjp(rosenbrock_vjp);
        rosenbrock_sum: grad(rosenbrock_sum_grad, rosenbrock_sum_value_and_grad),
            hessian(rosenbrock_sum_hessian, rosenbrock_sum_value_grad_and_hessian), hvp(rosenbrock_sum_hvp),
            jvp(rosenbrock_sum_jvp), vjp(rosenbrock_sum_vjp);
        freudenstein_roth: jacobian(freudenstein_roth_jacobian, freudenstein_roth_value_and_jacobian),
            jvp(freudenstein_roth_jvp), vjp(freudenstein_roth_vjp);
        freudenstein_roth_sum: grad(freudenstein_roth_sum_grad, freudenstein_roth_sum_value_and_grad),
            hessian(freudenstein_roth_sum_hessian, freudenstein_roth_sum_value_grad_and_hessian),
            hvp(freudenstein_roth_sum_hvp);
        powell_badly_scaled: jacobian(powell_badly_scaled_jacobian, powell_badly_scaled_value_and_jacobian),
            jvp(powell_badly_scaled_jvp), vjp(powell_badly_scaled_vjp);
        powell_badly_scaled_sum: grad(powell_badly_scaled_sum_grad, powell_badly_scaled_sum_value_and_grad),
            hessian(powell_badly_scaled_sum_hessian, powell_badly_scaled_sum_value_grad_and_hessian),
            hvp(powell_badly_scaled_sum_hvp);
        brown_badly_scaled: jacobian(brown_badly_scaled_jacobian, brown_badly_scaled_value_and_jacobian),
            jvp(brown_badly_scaled_jvp), vjp(brown_badly_scaled_vjp);
        brown_badly_scaled_sum: grad(brown_badly_scaled_sum_grad, brown_badly_scaled_sum_value_and_grad),
            hessian(brown_badly_scaled_sum_hessian, brown_badly_scaled_sum_value_grad_and_hessian),
            hvp(brown_badly_scaled_sum_hvp);
        beale: jacobian(beale_jacobian, beale_value_and_jacobian), jvp(beale_jvp), vjp(beale_vjp);
        beale_sum: grad(beale_sum_grad, beale_sum_value_and_grad),
            hessian(beale_sum_hessian, beale_sum_value_grad_and_hessian), hvp(beale_sum_hvp);
        jennrich_sampson: jacobian(jennrich_sampson_jacobian, jennrich_sampson_value_and_jacobian),
            jvp(jennrich_sampson_jvp), vjp(jennrich_sampson_vjp);
        jennrich_sampson_sum: grad(jennrich_sampson_sum_grad, jennrich_sampson_sum_value_and_grad),
            hessian(jennrich_sampson_sum_hessian, jennrich_sampson_sum_value_grad_and_hessian),
            hvp(jennrich_sampson_sum_hvp);
        helical_valley: jacobian(helical_valley_jacobian, helical_valley_value_and_jacobian),
            jvp(helical_valley_jvp), vjp(helical_valley_vjp);
        helical_valley_sum: grad(helical_valley_sum_grad, helical_valley_sum_value_and_grad),
            hessian(helical_valley_sum_hessian, helical_valley_sum_value_grad_and_hessian),
            hvp(helical_valley_sum_hvp);
        box_three: jacobian(box_three_jacobian, box_three_value_and_jacobian), jvp(box_three_jvp),
            vjp(box_three_vjp);
        box_three_sum: grad(box_three_sum_grad, box_three_sum_value_and_grad),
            hessian(box_three_sum_hessian, box_three_sum_value_grad_and_hessian), hvp(box_three_sum_hvp);
        powell_singular: jacobian(powell_singular_jacobian, powell_singular_value_and_jacobian),
            jvp(powell_singular_jvp), vjp(powell_singular_vjp);
        powell_singular_sum: grad(powell_singular_sum_grad, powell_singular_sum_value_and_grad),
            hessian(powell_singular_sum_hessian, powell_singular_sum_value_grad_and_hessian),
            hvp(powell_singular_sum_hvp);
        wood: jacobian(wood_jacobian, wood_value_and_jacobian), jvp(wood_jvp), vjp(wood_vjp);
        wood_sum: grad(wood_sum_grad, wood_sum_value_and_grad),
            hessian(wood_sum_hessian, wood_sum_value_grad_and_hessian), hvp(wood_sum_hvp);
    ]
}
