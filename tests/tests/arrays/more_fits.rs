//! Problems 8 to 11 and 15 to 19 of Moré, Garbow and Hillstrom: models fitted to data.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

/// Problem 8.
#[jacobian]
#[jvp]
#[vjp]
fn bard(x: &[f64; 3]) -> [f64; 15] {
    let y: [f64; 15] =
        [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];
    let mut residuals = [0.0; 15];
    for i in 0..15 {
        let u = (i + 1) as f64;
        let v = 16.0 - u;
        let w = u.min(v);
        residuals[i] = y[i] - (x[0] + u / (v * x[1] + w * x[2]));
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn bard_sum(x: &[f64; 3]) -> f64 {
    const Y: [f64; 15] =
        [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];
    let mut sum = 0.0;
    for (i, y) in (1..=15).zip(Y) {
        let (u, v) = (f64::from(i), f64::from(16 - i));
        let w = f64::from(i.min(16 - i));
        let residual = y - (x[0] + u / (v * x[1] + w * x[2]));
        sum += residual * residual;
    }
    sum
}

/// Problem 9.
#[jacobian]
#[jvp]
#[vjp]
fn gaussian(x: &[f64; 3]) -> [f64; 15] {
    const Y: [f64; 15] = [
        0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, 0.3521, 0.2420, 0.1295, 0.0540,
        0.0175, 0.0044, 0.0009,
    ];
    core::array::from_fn(|i| {
        let t = (7.0 - i as f64) / 2.0;
        x[0] * (-x[1] * (t - x[2]).powi(2) / 2.0).exp() - Y[i]
    })
}

#[grad]
#[hessian]
#[hvp]
fn gaussian_sum(x: &[f64; 3]) -> f64 {
    let half = [0.3989, 0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009];
    let mut sum = 0.0;
    for i in -7..=7_i32 {
        let t = 0.5 * f64::from(i);
        let y = half[i.unsigned_abs() as usize];
        sum += (x[0] * (-0.5 * x[1] * (t - x[2]) * (t - x[2])).exp() - y).powi(2);
    }
    sum
}

/// Problem 10.
#[jacobian]
#[jvp]
#[vjp]
fn meyer(x: &[f64; 3]) -> [f64; 16] {
    const Y: [f64; 16] = [
        34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0, 8261.0, 7030.0, 6005.0,
        5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
    ];
    let mut residuals = [0.0; 16];
    for (i, y) in Y.iter().enumerate() {
        let t = 45.0 + 5.0 * (i + 1) as f64;
        residuals[i] = x[0] * (x[1] / (t + x[2])).exp() - y;
    }
    residuals
}

/// Problem 11, the first ten terms.
#[jacobian]
#[jvp]
#[vjp]
fn gulf(x: &[f64; 3]) -> [f64; 10] {
    let mut residuals = [0.0; 10];
    for i in 1..11 {
        let t = i as f64 / 100.0;
        let y = 25.0 + (-50.0 * t.ln()).powf(2.0 / 3.0);
        residuals[i - 1] = (-(y - x[1]).abs().powf(x[2]) / x[0]).exp() - t;
    }
    residuals
}

/// Problem 15.
#[jacobian]
#[jvp]
#[vjp]
fn kowalik_osborne(x: &[f64; 4]) -> [f64; 11] {
    let u = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
    let y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
    let mut residuals = [0.0; 11];
    for (residual, (u, y)) in residuals.iter_mut().zip(u.iter().zip(&y)) {
        *residual = y - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]);
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn kowalik_osborne_sum(x: &[f64; 4]) -> f64 {
    const DATA: [[f64; 2]; 11] = [
        [4.0, 0.1957],
        [2.0, 0.1947],
        [1.0, 0.1735],
        [0.5, 0.16],
        [0.25, 0.0844],
        [0.167, 0.0627],
        [0.125, 0.0456],
        [0.1, 0.0342],
        [0.0833, 0.0323],
        [0.0714, 0.0235],
        [0.0625, 0.0246],
    ];
    let mut sum = 0.0;
    for [u, y] in DATA {
        let residual = y - x[0] * u * (u + x[1]) / (u * (u + x[2]) + x[3]);
        sum += residual * residual;
    }
    sum
}

/// Problem 16.
#[jacobian]
#[jvp]
#[vjp]
fn brown_dennis(x: &[f64; 4]) -> [f64; 20] {
    let mut residuals = [0.0; 20];
    for i in 0..20 {
        let t = (i + 1) as f64 / 5.0;
        let first = x[0] + t * x[1] - t.exp();
        let second = x[2] + x[3] * t.sin() - t.cos();
        residuals[i] = first.powi(2) + second.powi(2);
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn brown_dennis_sum(x: &[f64; 4]) -> f64 {
    let mut sum = 0.0;
    let mut i = 0;
    while i < 20 {
        i += 1;
        let t = i as f64 / 5.0;
        let first = x[0] + t * x[1] - t.exp();
        let second = x[2] + x[3] * t.sin() - t.cos();
        sum += (first.powi(2) + second.powi(2)).powi(2);
    }
    sum
}

/// Problem 17.
#[jacobian]
#[jvp]
#[vjp]
fn osborne_one(x: &[f64; 5]) -> [f64; 33] {
    const Y: [f64; 33] = [
        0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658,
        0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431,
        0.424, 0.420, 0.414, 0.411, 0.406,
    ];
    let [level, a, b, fast, slow] = *x;
    let mut residuals = [0.0; 33];
    for i in 0..Y.len() {
        let t = 10.0 * i as f64;
        residuals[i] = Y[i] - (level + a * (-t * fast).exp() + b * (-t * slow).exp());
    }
    residuals
}

/// Problem 18.
#[jacobian]
#[jvp]
#[vjp]
fn biggs_exp6(x: &[f64; 6]) -> [f64; 13] {
    let mut residuals = [0.0; 13];
    for i in 1..=13 {
        let t = 0.1 * i as f64;
        let y = (-t).exp() - 5.0 * (-10.0 * t).exp() + 3.0 * (-4.0 * t).exp();
        let model = x[2] * (-t * x[0]).exp() - x[3] * (-t * x[1]).exp() + x[5] * (-t * x[4]).exp();
        residuals[i - 1] = model - y;
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn biggs_exp6_sum(x: &[f64; 6]) -> f64 {
    let signs = [1.0, -1.0, 1.0];
    let (rates, weights) = ([x[0], x[1], x[4]], [x[2], x[3], x[5]]);
    let mut sum = 0.0;
    for i in 1..=13 {
        let t = 0.1 * f64::from(i);
        let mut residual = -(-t).exp() + 5.0 * (-10.0 * t).exp() - 3.0 * (-4.0 * t).exp();
        for ((sign, rate), weight) in signs.iter().zip(&rates).zip(&weights) {
            residual += sign * weight * (-t * rate).exp();
        }
        sum += residual * residual;
    }
    sum
}

/// Problem 19.
#[jacobian]
#[jvp]
#[vjp]
fn osborne_two(x: &[f64; 11]) -> [f64; 65] {
    const Y: [f64; 65] = [
        1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655,
        0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558,
        0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562,
        0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.710,
        0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
    ];
    let mut residuals = [0.0; 65];
    for i in 0..65 {
        let t = i as f64 / 10.0;
        let mut model = x[0] * (-t * x[4]).exp();
        for peak in 1..4 {
            let distance = t - x[peak + 7];
            model += x[peak] * (-distance * distance * x[peak + 4]).exp();
        }
        residuals[i] = Y[i] - model;
    }
    residuals
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        bard: jacobian(bard_jacobian, bard_value_and_jacobian), jvp(bard_jvp), vjp(bard_vjp);
        bard_sum: grad(bard_sum_grad, bard_sum_value_and_grad),
            hessian(bard_sum_hessian, bard_sum_value_grad_and_hessian), hvp(bard_sum_hvp);
        gaussian: jacobian(gaussian_jacobian, gaussian_value_and_jacobian), jvp(gaussian_jvp),
            vjp(gaussian_vjp);
        gaussian_sum: grad(gaussian_sum_grad, gaussian_sum_value_and_grad),
            hessian(gaussian_sum_hessian, gaussian_sum_value_grad_and_hessian), hvp(gaussian_sum_hvp);
        meyer: jacobian(meyer_jacobian, meyer_value_and_jacobian), jvp(meyer_jvp), vjp(meyer_vjp);
        gulf: jacobian(gulf_jacobian, gulf_value_and_jacobian), jvp(gulf_jvp), vjp(gulf_vjp);
        kowalik_osborne: jacobian(kowalik_osborne_jacobian, kowalik_osborne_value_and_jacobian),
            jvp(kowalik_osborne_jvp), vjp(kowalik_osborne_vjp);
        kowalik_osborne_sum: grad(kowalik_osborne_sum_grad, kowalik_osborne_sum_value_and_grad),
            hessian(kowalik_osborne_sum_hessian, kowalik_osborne_sum_value_grad_and_hessian),
            hvp(kowalik_osborne_sum_hvp);
        brown_dennis: jacobian(brown_dennis_jacobian, brown_dennis_value_and_jacobian), jvp(brown_dennis_jvp),
            vjp(brown_dennis_vjp);
        brown_dennis_sum: grad(brown_dennis_sum_grad, brown_dennis_sum_value_and_grad),
            hessian(brown_dennis_sum_hessian, brown_dennis_sum_value_grad_and_hessian),
            hvp(brown_dennis_sum_hvp);
        osborne_one: jacobian(osborne_one_jacobian, osborne_one_value_and_jacobian), jvp(osborne_one_jvp),
            vjp(osborne_one_vjp);
        biggs_exp6: jacobian(biggs_exp6_jacobian, biggs_exp6_value_and_jacobian), jvp(biggs_exp6_jvp),
            vjp(biggs_exp6_vjp);
        biggs_exp6_sum: grad(biggs_exp6_sum_grad, biggs_exp6_sum_value_and_grad),
            hessian(biggs_exp6_sum_hessian, biggs_exp6_sum_value_grad_and_hessian), hvp(biggs_exp6_sum_hvp);
        osborne_two: jacobian(osborne_two_jacobian, osborne_two_value_and_jacobian), jvp(osborne_two_jvp),
            vjp(osborne_two_vjp);
    ]
}
