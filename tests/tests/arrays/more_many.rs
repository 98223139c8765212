//! Problems 20 to 35 of Moré, Garbow and Hillstrom: any number of variables, here between four and ten.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

/// Problem 20, in six variables.
#[jacobian]
#[jvp]
#[vjp]
fn watson(x: &[f64; 6]) -> [f64; 31] {
    let mut residuals = [0.0; 31];
    for i in 0..29 {
        let t = (i + 1) as f64 / 29.0;
        let mut slope = 0.0;
        let mut power = 1.0;
        for j in 1..6 {
            slope += j as f64 * x[j] * power;
            power *= t;
        }
        let mut value = 0.0;
        for coefficient in x.iter().rev() {
            value = value * t + coefficient;
        }
        residuals[i] = slope - value * value - 1.0;
    }
    residuals[29] = x[0];
    residuals[30] = x[1] - x[0] * x[0] - 1.0;
    residuals
}

/// Problem 21, in ten variables.
#[jacobian]
#[jvp]
#[vjp]
fn extended_rosenbrock(x: &[f64; 10]) -> [f64; 10] {
    let mut residuals = [0.0; 10];
    for i in (0..10).step_by(2) {
        residuals[i] = 10.0 * (x[i + 1] - x[i] * x[i]);
        residuals[i + 1] = 1.0 - x[i];
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn extended_rosenbrock_sum(x: &[f64; 10]) -> f64 {
    let mut sum = 0.0;
    for pair in x.chunks_exact(2) {
        sum += 100.0 * (pair[1] - pair[0].powi(2)).powi(2) + (1.0 - pair[0]).powi(2);
    }
    sum
}

/// Problem 22, in eight variables.
#[jacobian]
#[jvp]
#[vjp]
fn extended_powell(x: &[f64; 8]) -> [f64; 8] {
    const ROOT_5: f64 = 2.236_067_977_499_79;
    const ROOT_10: f64 = 3.162_277_660_168_379_5;
    let mut residuals = [0.0; 8];
    for block in 0..2 {
        let k = 4 * block;
        residuals[k] = x[k] + 10.0 * x[k + 1];
        residuals[k + 1] = ROOT_5 * (x[k + 2] - x[k + 3]);
        residuals[k + 2] = (x[k + 1] - 2.0 * x[k + 2]).powi(2);
        residuals[k + 3] = ROOT_10 * (x[k] - x[k + 3]).powi(2);
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn extended_powell_sum(x: &[f64; 8]) -> f64 {
    x.chunks_exact(4)
        .map(|c| {
            let near = c[1] - 2.0 * c[2];
            let far = c[0] - c[3];
            (c[0] + 10.0 * c[1]).powi(2) + 5.0 * (c[2] - c[3]).powi(2) + near.powi(4) + 10.0 * far.powi(4)
        })
        .sum()
}

/// Problem 23, in four variables.
#[jacobian]
#[jvp]
#[vjp]
fn penalty_one(x: &[f64; 4]) -> [f64; 5] {
    let a = 1e-5_f64;
    let mut residuals = [0.0; 5];
    for i in 0..4 {
        residuals[i] = a.sqrt() * (x[i] - 1.0);
    }
    residuals[4] = x.iter().map(|v| v * v).sum::<f64>() - 0.25;
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn penalty_one_sum(x: &[f64; 4]) -> f64 {
    let (mut near, mut norm) = (0.0, 0.0);
    for &v in x {
        near += (v - 1.0).powi(2);
        norm += v * v;
    }
    1e-5 * near + (norm - 0.25).powi(2)
}

/// Problem 24, in four variables.
#[jacobian]
#[jvp]
#[vjp]
fn penalty_two(x: &[f64; 4]) -> [f64; 8] {
    let scale = 1e-5_f64.sqrt();
    let mut residuals = [0.0; 8];
    residuals[0] = x[0] - 0.2;
    for i in 1..4 {
        let y = ((i + 1) as f64 / 10.0).exp() + (i as f64 / 10.0).exp();
        residuals[i] = scale * ((x[i] / 10.0).exp() + (x[i - 1] / 10.0).exp() - y);
        residuals[i + 3] = scale * ((x[i] / 10.0).exp() - (-0.1_f64).exp());
    }
    let mut weighted = 0.0;
    for (j, v) in x.iter().enumerate() {
        weighted += (4 - j) as f64 * v * v;
    }
    residuals[7] = weighted - 1.0;
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn penalty_two_sum(x: &[f64; 4]) -> f64 {
    let e = x.map(|v| (v / 10.0).exp());
    let mut smooth = 0.0;
    for (i, pair) in e.windows(2).enumerate() {
        let y = ((i + 2) as f64 / 10.0).exp() + ((i + 1) as f64 / 10.0).exp();
        smooth += (pair[1] + pair[0] - y).powi(2);
    }
    for v in &e[1..] {
        smooth += (v - (-0.1_f64).exp()).powi(2);
    }
    let weighted: f64 = x.iter().zip([4.0, 3.0, 2.0, 1.0]).map(|(v, weight)| weight * v * v).sum();
    (x[0] - 0.2).powi(2) + 1e-5 * smooth + (weighted - 1.0).powi(2)
}

/// Problem 25, in five variables.
#[jacobian]
#[jvp]
#[vjp]
fn variably_dimensioned(x: &[f64; 5]) -> [f64; 7] {
    let mut residuals = [0.0; 7];
    let mut weighted = 0.0;
    for j in 0..5 {
        residuals[j] = x[j] - 1.0;
        weighted += (j + 1) as f64 * (x[j] - 1.0);
    }
    residuals[5] = weighted;
    residuals[6] = weighted * weighted;
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn variably_dimensioned_sum(x: &[f64; 5]) -> f64 {
    let mut weighted = 0.0;
    let mut sum = 0.0;
    for (j, v) in x.iter().enumerate() {
        sum += (v - 1.0).powi(2);
        weighted += (j as f64 + 1.0) * (v - 1.0);
    }
    sum + weighted.powi(2) + weighted.powi(4)
}

/// Problem 26, in five variables.
#[jacobian]
#[jvp]
#[vjp]
fn trigonometric(x: &[f64; 5]) -> [f64; 5] {
    let cosines = x.map(f64::cos);
    let sum: f64 = cosines.iter().sum();
    let mut residuals = [0.0; 5];
    for i in 0..5 {
        residuals[i] = 5.0 - sum + (i + 1) as f64 * (1.0 - cosines[i]) - x[i].sin();
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn trigonometric_sum(x: &[f64; 5]) -> f64 {
    let mut cosines = 0.0;
    for v in x {
        cosines += v.cos();
    }
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        let (sine, cosine) = v.sin_cos();
        sum += (5.0 - cosines + (i as f64 + 1.0) * (1.0 - cosine) - sine).powi(2);
    }
    sum
}

/// Problem 27, in five variables.
#[jacobian]
#[jvp]
#[vjp]
fn brown_almost_linear(x: &[f64; 5]) -> [f64; 5] {
    let sum: f64 = x.iter().sum();
    let product: f64 = x.iter().product();
    core::array::from_fn(|i| if i < 4 { x[i] + sum - 6.0 } else { product - 1.0 })
}

#[grad]
#[hessian]
#[hvp]
fn brown_almost_linear_sum(x: &[f64; 5]) -> f64 {
    let (mut sum, mut product) = (0.0, 1.0);
    for &v in x {
        sum += v;
        product *= v;
    }
    let mut squares = (product - 1.0) * (product - 1.0);
    for v in x.iter().take(4) {
        squares += (v + sum - 6.0).powi(2);
    }
    squares
}

/// Problem 28, in six variables; beyond the ends the solution is zero.
#[jacobian]
#[jvp]
#[vjp]
fn discrete_boundary_value(x: &[f64; 6]) -> [f64; 6] {
    const H: f64 = 1.0 / 7.0;
    let mut residuals = [0.0; 6];
    for i in 0..6 {
        let t = (i + 1) as f64 * H;
        let left = if i == 0 { 0.0 } else { x[i - 1] };
        let right = if i == 5 { 0.0 } else { x[i + 1] };
        residuals[i] = 2.0 * x[i] - left - right + H * H * (x[i] + t + 1.0).powi(3) / 2.0;
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn discrete_boundary_value_sum(x: &[f64; 6]) -> f64 {
    let h = 1.0 / 7.0;
    let mut padded = [0.0; 8];
    for (i, v) in x.iter().enumerate() {
        padded[i + 1] = *v;
    }
    let mut sum = 0.0;
    for (i, w) in padded.windows(3).enumerate() {
        let t = (i + 1) as f64 * h;
        let cube = (w[1] + t + 1.0).powi(3);
        sum += (2.0 * w[1] - w[0] - w[2] + 0.5 * h * h * cube).powi(2);
    }
    sum
}

/// Problem 29, in six variables.
#[jacobian]
#[jvp]
#[vjp]
fn discrete_integral_equation(x: &[f64; 6]) -> [f64; 6] {
    let h = 1.0 / 7.0;
    let mut residuals = [0.0; 6];
    for i in 0..6 {
        let t_i = (i + 1) as f64 * h;
        let (mut below, mut above) = (0.0, 0.0);
        for j in 0..6 {
            let t = (j + 1) as f64 * h;
            let cube = (x[j] + t + 1.0).powi(3);
            if j <= i {
                below += t * cube;
            } else {
                above += (1.0 - t) * cube;
            }
        }
        residuals[i] = x[i] + h * ((1.0 - t_i) * below + t_i * above) / 2.0;
    }
    residuals
}

/// Problem 30, in seven variables.
#[jacobian]
#[jvp]
#[vjp]
fn broyden_tridiagonal(x: &[f64; 7]) -> [f64; 7] {
    let mut residuals = [1.0; 7];
    for i in 0..7 {
        residuals[i] += (3.0 - 2.0 * x[i]) * x[i];
        if i > 0 {
            residuals[i] -= x[i - 1];
        }
        if i + 1 < 7 {
            residuals[i] -= 2.0 * x[i + 1];
        }
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn broyden_tridiagonal_sum(x: &[f64; 7]) -> f64 {
    let mut before = 0.0;
    let mut sum = 0.0;
    for i in 0..7 {
        let after = if i < 6 { x[i + 1] } else { 0.0 };
        let residual = (3.0 - 2.0 * x[i]) * x[i] - before - 2.0 * after + 1.0;
        sum += residual * residual;
        before = x[i];
    }
    sum
}

/// Problem 31, in eight variables.
#[jacobian]
#[jvp]
#[vjp]
fn broyden_banded(x: &[f64; 8]) -> [f64; 8] {
    let mut residuals = [0.0; 8];
    for i in 0..8_usize {
        let mut band = 0.0;
        for j in i.saturating_sub(5)..(i + 2).min(8) {
            if j == i {
                continue;
            }
            band += x[j] * (1.0 + x[j]);
        }
        residuals[i] = x[i] * (2.0 + 5.0 * x[i].powi(2)) + 1.0 - band;
    }
    residuals
}

#[grad]
#[hessian]
#[hvp]
fn broyden_banded_sum(x: &[f64; 8]) -> f64 {
    let mut sum = 0.0;
    for i in 0..8 {
        let mut residual = x[i] * (2.0 + 5.0 * x[i] * x[i]) + 1.0;
        for j in 0..8 {
            let near = j <= i + 1 && i <= j + 5;
            if near && j != i {
                residual -= x[j] * (1.0 + x[j]);
            }
        }
        sum += residual * residual;
    }
    sum
}

/// Problem 32, five variables and eight residuals.
#[jacobian]
#[jvp]
#[vjp]
fn linear_full_rank(x: &[f64; 5]) -> [f64; 8] {
    let mean = 2.0 * x.iter().sum::<f64>() / 8.0;
    let mut residuals = [-mean - 1.0; 8];
    for i in 0..5 {
        residuals[i] += x[i];
    }
    residuals
}

/// Problem 33.
#[jacobian]
#[jvp]
#[vjp]
fn linear_rank_one(x: &[f64; 5]) -> [f64; 8] {
    let mut weighted = 0.0;
    for j in 0..5 {
        weighted += (j + 1) as f64 * x[j];
    }
    core::array::from_fn(|i| (i + 1) as f64 * weighted - 1.0)
}

/// Problem 34: the first and the last row are zero, and so are the first and the last column.
#[jacobian]
#[jvp]
#[vjp]
fn linear_rank_one_with_zeros(x: &[f64; 5]) -> [f64; 8] {
    let mut weighted = 0.0;
    for (j, v) in x.iter().enumerate().skip(1).take(3) {
        weighted += (j as f64 + 1.0) * v;
    }
    let mut residuals = [-1.0; 8];
    for i in 1..7 {
        residuals[i] += i as f64 * weighted;
    }
    residuals
}

/// Problem 35, Chebyshev's quadrature in five variables.
#[jacobian]
#[jvp]
#[vjp]
fn chebyquad(x: &[f64; 5]) -> [f64; 5] {
    let mut means = [0.0; 5];
    for v in x {
        let (mut before, mut now) = (1.0, 2.0 * v - 1.0);
        let twice = 2.0 * now;
        for mean in &mut means {
            *mean += now / 5.0;
            let next = twice * now - before;
            before = now;
            now = next;
        }
    }
    for i in 0..5 {
        let degree = (i + 1) as f64;
        if i % 2 == 1 {
            means[i] += 1.0 / (degree * degree - 1.0);
        }
    }
    means
}

#[grad]
#[hessian]
#[hvp]
fn chebyquad_sum(x: &[f64; 5]) -> f64 {
    let integrals = [0.0, -1.0 / 3.0, 0.0, -1.0 / 15.0, 0.0];
    let mut before = [1.0; 5];
    let mut now = x.map(|v| 2.0 * v - 1.0);
    let mut sum = 0.0;
    for integral in integrals {
        let mean = now.iter().sum::<f64>() / 5.0;
        sum += (mean - integral) * (mean - integral);
        for j in 0..5 {
            let next = 2.0 * (2.0 * x[j] - 1.0) * now[j] - before[j];
            before[j] = now[j];
            now[j] = next;
        }
    }
    sum
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        watson: jacobian(watson_jacobian, watson_value_and_jacobian), jvp(watson_jvp), vjp(watson_vjp);
        extended_rosenbrock: jacobian(extended_rosenbrock_jacobian, extended_rosenbrock_value_and_jacobian),
            jvp(extended_rosenbrock_jvp), vjp(extended_rosenbrock_vjp);
        extended_rosenbrock_sum: grad(extended_rosenbrock_sum_grad, extended_rosenbrock_sum_value_and_grad),
            hessian(extended_rosenbrock_sum_hessian, extended_rosenbrock_sum_value_grad_and_hessian),
            hvp(extended_rosenbrock_sum_hvp);
        extended_powell: jacobian(extended_powell_jacobian, extended_powell_value_and_jacobian),
            jvp(extended_powell_jvp), vjp(extended_powell_vjp);
        extended_powell_sum: grad(extended_powell_sum_grad, extended_powell_sum_value_and_grad),
            hessian(extended_powell_sum_hessian, extended_powell_sum_value_grad_and_hessian),
            hvp(extended_powell_sum_hvp);
        penalty_one: jacobian(penalty_one_jacobian, penalty_one_value_and_jacobian), jvp(penalty_one_jvp),
            vjp(penalty_one_vjp);
        penalty_one_sum: grad(penalty_one_sum_grad, penalty_one_sum_value_and_grad),
            hessian(penalty_one_sum_hessian, penalty_one_sum_value_grad_and_hessian),
            hvp(penalty_one_sum_hvp);
        penalty_two: jacobian(penalty_two_jacobian, penalty_two_value_and_jacobian), jvp(penalty_two_jvp),
            vjp(penalty_two_vjp);
        penalty_two_sum: grad(penalty_two_sum_grad, penalty_two_sum_value_and_grad),
            hessian(penalty_two_sum_hessian, penalty_two_sum_value_grad_and_hessian),
            hvp(penalty_two_sum_hvp);
        variably_dimensioned:
            jacobian(variably_dimensioned_jacobian, variably_dimensioned_value_and_jacobian),
            jvp(variably_dimensioned_jvp), vjp(variably_dimensioned_vjp);
        variably_dimensioned_sum:
            grad(variably_dimensioned_sum_grad, variably_dimensioned_sum_value_and_grad),
            hessian(variably_dimensioned_sum_hessian, variably_dimensioned_sum_value_grad_and_hessian),
            hvp(variably_dimensioned_sum_hvp);
        trigonometric: jacobian(trigonometric_jacobian, trigonometric_value_and_jacobian),
            jvp(trigonometric_jvp), vjp(trigonometric_vjp);
        trigonometric_sum: grad(trigonometric_sum_grad, trigonometric_sum_value_and_grad),
            hessian(trigonometric_sum_hessian, trigonometric_sum_value_grad_and_hessian),
            hvp(trigonometric_sum_hvp);
        brown_almost_linear: jacobian(brown_almost_linear_jacobian, brown_almost_linear_value_and_jacobian),
            jvp(brown_almost_linear_jvp), vjp(brown_almost_linear_vjp);
        brown_almost_linear_sum: grad(brown_almost_linear_sum_grad, brown_almost_linear_sum_value_and_grad),
            hessian(brown_almost_linear_sum_hessian, brown_almost_linear_sum_value_grad_and_hessian),
            hvp(brown_almost_linear_sum_hvp);
        discrete_boundary_value:
            jacobian(discrete_boundary_value_jacobian, discrete_boundary_value_value_and_jacobian),
            jvp(discrete_boundary_value_jvp), vjp(discrete_boundary_value_vjp);
        discrete_boundary_value_sum:
            grad(discrete_boundary_value_sum_grad, discrete_boundary_value_sum_value_and_grad),
            hessian(discrete_boundary_value_sum_hessian, discrete_boundary_value_sum_value_grad_and_hessian),
            hvp(discrete_boundary_value_sum_hvp);
        discrete_integral_equation:
            jacobian(discrete_integral_equation_jacobian, discrete_integral_equation_value_and_jacobian),
            jvp(discrete_integral_equation_jvp), vjp(discrete_integral_equation_vjp);
        broyden_tridiagonal: jacobian(broyden_tridiagonal_jacobian, broyden_tridiagonal_value_and_jacobian),
            jvp(broyden_tridiagonal_jvp), vjp(broyden_tridiagonal_vjp);
        broyden_tridiagonal_sum: grad(broyden_tridiagonal_sum_grad, broyden_tridiagonal_sum_value_and_grad),
            hessian(broyden_tridiagonal_sum_hessian, broyden_tridiagonal_sum_value_grad_and_hessian),
            hvp(broyden_tridiagonal_sum_hvp);
        broyden_banded: jacobian(broyden_banded_jacobian, broyden_banded_value_and_jacobian),
            jvp(broyden_banded_jvp), vjp(broyden_banded_vjp);
        broyden_banded_sum: grad(broyden_banded_sum_grad, broyden_banded_sum_value_and_grad),
            hessian(broyden_banded_sum_hessian, broyden_banded_sum_value_grad_and_hessian),
            hvp(broyden_banded_sum_hvp);
        linear_full_rank: jacobian(linear_full_rank_jacobian, linear_full_rank_value_and_jacobian),
            jvp(linear_full_rank_jvp), vjp(linear_full_rank_vjp);
        linear_rank_one: jacobian(linear_rank_one_jacobian, linear_rank_one_value_and_jacobian),
            jvp(linear_rank_one_jvp), vjp(linear_rank_one_vjp);
        linear_rank_one_with_zeros:
            jacobian(linear_rank_one_with_zeros_jacobian, linear_rank_one_with_zeros_value_and_jacobian),
            jvp(linear_rank_one_with_zeros_jvp), vjp(linear_rank_one_with_zeros_vjp);
        chebyquad: jacobian(chebyquad_jacobian, chebyquad_value_and_jacobian), jvp(chebyquad_jvp),
            vjp(chebyquad_vjp);
        chebyquad_sum: grad(chebyquad_sum_grad, chebyquad_sum_value_and_grad),
            hessian(chebyquad_sum_hessian, chebyquad_sum_value_grad_and_hessian), hvp(chebyquad_sum_hvp);
    ]
}
