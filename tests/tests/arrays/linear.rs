//! Small linear algebra as it is written out in loops.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

/// Gaussian elimination of three equations, without pivoting.
#[jacobian]
#[jvp]
#[vjp]
fn solve_three(a: &[[f64; 3]; 3], b: &[f64; 3]) -> [f64; 3] {
    let mut a = *a;
    let mut x = *b;
    for k in 0..3 {
        for i in k + 1..3 {
            let factor = a[i][k] / a[k][k];
            for j in k..3 {
                a[i][j] -= factor * a[k][j];
            }
            x[i] -= factor * x[k];
        }
    }
    for i in (0..3).rev() {
        for j in i + 1..3 {
            x[i] -= a[i][j] * x[j];
        }
        x[i] /= a[i][i];
    }
    x
}

/// A tridiagonal system by Thomas' algorithm: below, on and above the diagonal.
#[jacobian]
#[jvp]
#[vjp]
fn tridiagonal(below: &[f64; 4], diagonal: &[f64; 5], above: &[f64; 4], right: &[f64; 5]) -> [f64; 5] {
    let mut d = *diagonal;
    let mut x = *right;
    for i in 1..5 {
        let factor = below[i - 1] / d[i - 1];
        d[i] -= factor * above[i - 1];
        x[i] -= factor * x[i - 1];
    }
    x[4] /= d[4];
    for i in (0..4).rev() {
        x[i] = (x[i] - above[i] * x[i + 1]) / d[i];
    }
    x
}

/// A determinant by Sarrus' rule.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn determinant_three(a: &[f64; 9]) -> f64 {
    let mut sum = 0.0;
    for k in 0..3 {
        let falling = a[k] * a[3 + (k + 1) % 3] * a[6 + (k + 2) % 3];
        let rising = a[k] * a[3 + (k + 2) % 3] * a[6 + (k + 1) % 3];
        sum += falling - rising;
    }
    sum
}

/// A determinant by the minors of its upper and its lower half.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn determinant_four(a: &[[f64; 4]; 4]) -> f64 {
    let mut sum = 0.0;
    for i in 0..4 {
        for j in i + 1..4 {
            // The other two columns.
            let mut rest = [0; 2];
            let mut n = 0;
            for k in 0..4 {
                if k != i && k != j {
                    rest[n] = k;
                    n += 1;
                }
            }
            let [k, l] = rest;
            let upper = a[0][i] * a[1][j] - a[0][j] * a[1][i];
            let lower = a[2][k] * a[3][l] - a[2][l] * a[3][k];
            let sign = if (i + j) % 2 == 1 { 1.0 } else { -1.0 };
            sum += sign * upper * lower;
        }
    }
    sum
}

/// The logarithm of a determinant, by elimination.
#[grad]
#[hvp]
fn log_determinant(a: &[[f64; 4]; 4]) -> f64 {
    let mut u = *a;
    let mut sum = 0.0;
    for k in 0..4 {
        sum += u[k][k].ln();
        for i in (k + 1)..4 {
            let factor = u[i][k] / u[k][k];
            for j in (k + 1)..4 {
                u[i][j] -= factor * u[k][j];
            }
        }
    }
    sum
}

/// Cholesky's factor of a symmetric matrix of three rows, of which the lower triangle is given.
#[jacobian]
#[jvp]
#[vjp]
fn cholesky(packed: &[f64; 6]) -> [f64; 6] {
    let mut l = [[0.0_f64; 3]; 3];
    let mut out = [0.0; 6];
    for i in 0..3 {
        for j in 0..=i {
            let at = i * (i + 1) / 2 + j;
            let mut sum = packed[at];
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            l[i][j] = if i == j { sum.sqrt() } else { sum / l[j][j] };
            out[at] = l[i][j];
        }
    }
    out
}

/// Rayleigh's quotient after five steps of the power method.
#[grad]
#[jvp]
#[vjp]
fn power_method(a: &[[f64; 3]; 3]) -> f64 {
    let mut v = [1.0, 1.0, 1.0];
    for _ in 0..5 {
        let mut w = [0.0; 3];
        for i in 0..3 {
            for j in 0..3 {
                w[i] += a[i][j] * v[j];
            }
        }
        let norm = w.iter().map(|x| x * x).sum::<f64>().sqrt();
        for i in 0..3 {
            v[i] = w[i] / norm;
        }
    }
    let mut quotient = 0.0;
    for (i, row) in a.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            quotient += v[i] * entry * v[j];
        }
    }
    quotient
}

/// A product of two matrices.
#[jacobian]
#[jvp]
#[vjp]
fn product(a: &[[f64; 3]; 2], b: &[[f64; 2]; 3]) -> [[f64; 2]; 2] {
    core::array::from_fn(|i| core::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// The fifth power of a matrix by repeated squaring.
#[jacobian]
#[jvp]
#[vjp]
fn matrix_power(a: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let mut exponent = 5_u32;
    let mut base = *a;
    let mut power = [[1.0, 0.0], [0.0, 1.0]];
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = [
                [
                    power[0][0] * base[0][0] + power[0][1] * base[1][0],
                    power[0][0] * base[0][1] + power[0][1] * base[1][1],
                ],
                [
                    power[1][0] * base[0][0] + power[1][1] * base[1][0],
                    power[1][0] * base[0][1] + power[1][1] * base[1][1],
                ],
            ];
        }
        let [[p, q], [r, s]] = base;
        base = [[p * p + q * r, p * q + q * s], [r * p + s * r, r * q + s * s]];
        exponent /= 2;
    }
    power
}

/// The orthonormal rows of Gram and Schmidt.
#[jacobian]
#[jvp]
#[vjp]
fn orthonormal(rows: &[[f64; 3]; 2]) -> [[f64; 3]; 2] {
    let mut q = *rows;
    for i in 0..2 {
        for j in 0..i {
            let mut dot = 0.0;
            for k in 0..3 {
                dot += q[i][k] * q[j][k];
            }
            for k in 0..3 {
                q[i][k] -= dot * q[j][k];
            }
        }
        let norm = q[i].iter().map(|v| v * v).sum::<f64>().sqrt();
        for k in 0..3 {
            q[i][k] /= norm;
        }
    }
    q
}

/// A quadratic form with a matrix in the code.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn quadratic_form(x: &[f64; 4]) -> f64 {
    const A: [[f64; 4]; 4] =
        [[4.0, 1.0, -0.5, 0.2], [1.0, 3.0, 0.7, -0.1], [-0.5, 0.7, 2.0, 0.3], [0.2, -0.1, 0.3, 1.5]];
    let b = [1.0, -2.0, 0.5, 0.25];
    let mut value = 0.0;
    for i in 0..4 {
        let mut row = 0.0;
        for j in 0..4 {
            row += A[i][j] * x[j];
        }
        value += x[i] * (0.5 * row - b[i]);
    }
    value
}

/// The inverse of a matrix of two rows.
#[jacobian]
#[jvp]
#[vjp]
fn inverse_two(m: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let [[a, b], [c, d]] = m;
    let determinant = a * d - b * c;
    [[d, -b], [-c, a]].map(|row| row.map(|entry| entry / determinant))
}

/// Both eigenvalues of a symmetric matrix, the larger first.
#[jacobian]
#[jvp]
#[vjp]
fn eigenvalues(a: f64, b: f64, c: f64) -> (f64, f64) {
    let mean = (a + c) / 2.0;
    let radius = ((a - c) / 2.0).hypot(b);
    (mean + radius, mean - radius)
}

/// A vector mirrored at the plane across another.
#[jacobian]
#[jvp]
#[vjp]
fn householder(v: &[f64; 4], x: &[f64; 4]) -> [f64; 4] {
    let (mut dot, mut norm) = (0.0, 0.0);
    for i in 0..4 {
        dot += v[i] * x[i];
        norm += v[i] * v[i];
    }
    let mut mirrored = *x;
    for (m, v) in mirrored.iter_mut().zip(v) {
        *m -= 2.0 * dot / norm * v;
    }
    mirrored
}

/// The four-point Fourier transform of complex numbers `[re, im]`, by hand.
#[jacobian]
#[jvp]
#[vjp]
fn fourier_four(x: &[[f64; 2]; 4]) -> [[f64; 2]; 4] {
    let mut sums = [[0.0; 2]; 4];
    for part in 0..2 {
        sums[0][part] = x[0][part] + x[2][part];
        sums[1][part] = x[0][part] - x[2][part];
        sums[2][part] = x[1][part] + x[3][part];
        sums[3][part] = x[1][part] - x[3][part];
    }
    let [even, odd, other, turned] = sums;
    [
        [even[0] + other[0], even[1] + other[1]],
        [odd[0] + turned[1], odd[1] - turned[0]],
        [even[0] - other[0], even[1] - other[1]],
        [odd[0] - turned[1], odd[1] + turned[0]],
    ]
}

/// The power spectrum of six samples by the definition.
#[jacobian]
#[jvp]
#[vjp]
fn spectrum(x: &[f64; 6]) -> [f64; 4] {
    let mut power = [0.0; 4];
    for (k, p) in power.iter_mut().enumerate() {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, v) in x.iter().enumerate() {
            let angle = core::f64::consts::TAU * (k * n) as f64 / 6.0;
            re += v * angle.cos();
            im -= v * angle.sin();
        }
        *p = re * re + im * im;
    }
    power
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        solve_three: jacobian(solve_three_jacobian, solve_three_value_and_jacobian), jvp(solve_three_jvp),
            vjp(solve_three_vjp);
        tridiagonal: jacobian(tridiagonal_jacobian, tridiagonal_value_and_jacobian), jvp(tridiagonal_jvp),
            vjp(tridiagonal_vjp);
        determinant_three: grad(determinant_three_grad, determinant_three_value_and_grad),
            hessian(determinant_three_hessian, determinant_three_value_grad_and_hessian),
            hvp(determinant_three_hvp), jvp(determinant_three_jvp), vjp(determinant_three_vjp);
        determinant_four: grad(determinant_four_grad, determinant_four_value_and_grad),
            jvp(determinant_four_jvp), vjp(determinant_four_vjp), hvp(determinant_four_hvp);
        log_determinant: grad(log_determinant_grad, log_determinant_value_and_grad), hvp(log_determinant_hvp);
        cholesky: jacobian(cholesky_jacobian, cholesky_value_and_jacobian), jvp(cholesky_jvp),
            vjp(cholesky_vjp);
        power_method: grad(power_method_grad, power_method_value_and_grad), jvp(power_method_jvp),
            vjp(power_method_vjp);
        product: jacobian(product_jacobian, product_value_and_jacobian), jvp(product_jvp), vjp(product_vjp);
        matrix_power: jacobian(matrix_power_jacobian, matrix_power_value_and_jacobian), jvp(matrix_power_jvp),
            vjp(matrix_power_vjp);
        orthonormal: jacobian(orthonormal_jacobian, orthonormal_value_and_jacobian), jvp(orthonormal_jvp),
            vjp(orthonormal_vjp);
        quadratic_form: grad(quadratic_form_grad, quadratic_form_value_and_grad),
            hessian(quadratic_form_hessian, quadratic_form_value_grad_and_hessian), hvp(quadratic_form_hvp),
            jvp(quadratic_form_jvp), vjp(quadratic_form_vjp);
        inverse_two: jacobian(inverse_two_jacobian, inverse_two_value_and_jacobian), jvp(inverse_two_jvp),
            vjp(inverse_two_vjp);
        eigenvalues: jacobian(eigenvalues_jacobian, eigenvalues_value_and_jacobian), jvp(eigenvalues_jvp),
            vjp(eigenvalues_vjp);
        householder: jacobian(householder_jacobian, householder_value_and_jacobian), jvp(householder_jvp),
            vjp(householder_vjp);
        fourier_four: jacobian(fourier_four_jacobian, fourier_four_value_and_jacobian), jvp(fourier_four_jvp),
            vjp(fourier_four_vjp);
        spectrum: jacobian(spectrum_jacobian, spectrum_value_and_jacobian), jvp(spectrum_jvp),
            vjp(spectrum_vjp);
    ]
}
