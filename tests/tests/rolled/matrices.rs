//! Matrices and grids: arrays of constant size, and slices with rows one after the other.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    energy energy_value_and_grad energy_grad energy_jvp energy_vjp energy_hvp:
        (; a: [[f64; 4]; 3], x: [f64; 4];) at [[]] in -2.0..3.0
    trace_of_product trace_of_product_value_and_grad trace_of_product_grad trace_of_product_jvp trace_of_product_vjp trace_of_product_hvp:
        (; a: [[f64; 4]; 3], b: [[f64; 3]; 4];) at [[]] in -2.0..3.0
    quadratic quadratic_value_and_grad quadratic_grad quadratic_jvp quadratic_vjp quadratic_hvp:
        (a: [f64], x: [f64];;) at [[0, 0], [1, 1], [4, 2], [25, 5]] in -2.0..3.0
    by_rows by_rows_value_and_grad by_rows_grad by_rows_jvp by_rows_vjp by_rows_hvp:
        (a: [f64], x: [f64];;) at [[3, 3], [12, 4]] in -2.0..3.0
    convolution convolution_value_and_grad convolution_grad convolution_jvp convolution_vjp convolution_hvp:
        (x: [f64]; kernel: [f64; 3];) at [[2], [3], [4], [12]] in -2.0..3.0
    convolution_of_slices convolution_of_slices_value_and_grad convolution_of_slices_grad
        convolution_of_slices_jvp convolution_of_slices_vjp convolution_of_slices_hvp:
        (x: [f64], kernel: [f64], target: [f64];;) at [[1, 1, 1], [4, 1, 4], [9, 3, 7]] in -2.0..3.0
    picture picture_value_and_grad picture_grad picture_jvp picture_vjp picture_hvp:
        (; grid: [[f64; 6]; 5], kernel: [[f64; 3]; 3];) at [[]] in -2.0..3.0
    pooled pooled_value_and_grad pooled_grad pooled_jvp pooled_vjp pooled_hvp:
        (; grid: [[f64; 6]; 4];) at [[]] in -2.0..3.0
    smooth smooth_value_and_grad smooth_grad smooth_jvp smooth_vjp smooth_hvp:
        (grid: [f64];; 3, 4) at [[12]] in -2.0..3.0
    lower lower_value_and_grad lower_grad lower_jvp lower_vjp lower_hvp:
        (a: [[f64; 5]];;) at [[0], [1], [5]] in -2.0..3.0
    solved solved_value_and_grad solved_grad solved_jvp solved_vjp solved_hvp:
        (; l: [[f64; 4]; 4], b: [f64; 4];) at [[]] in 1.0..2.0
    prefix_sums prefix_sums_value_and_grad prefix_sums_grad prefix_sums_jvp prefix_sums_vjp prefix_sums_hvp:
        (; x: [f64; 9];) at [[]] in -2.0..3.0
    many_prefix_sums many_prefix_sums_value_and_grad many_prefix_sums_grad many_prefix_sums_jvp many_prefix_sums_vjp many_prefix_sums_hvp:
        (; x: [f64; 100];) at [[]] in -0.2..0.3
    mirrored mirrored_value_and_grad mirrored_grad mirrored_jvp mirrored_vjp mirrored_hvp:
        (; x: [f64; 8];) at [[]] in -2.0..3.0
    histogram histogram_value_and_grad histogram_grad histogram_jvp histogram_vjp histogram_hvp:
        (x: [f64], weights: [f64];;) at [[0, 0], [1, 1], [2, 2], [12, 12]] in 0.0..4.0
    power power_value_and_grad power_grad power_jvp power_vjp power_hvp:
        (; a: [[f64; 3]; 3];) at [[]] in 0.1..1.0
    attention attention_value_and_grad attention_grad attention_jvp attention_vjp attention_hvp:
        (; q: [[f64; 2]; 5], k: [[f64; 2]; 5], v: [[f64; 2]; 5];) at [[]] in -1.0..1.0
    product_of_rows product_of_rows_value_and_grad product_of_rows_grad product_of_rows_jvp product_of_rows_vjp product_of_rows_hvp:
        (; a: [[f64; 20]; 30], b: [[f64; 10]; 20];) at [[]] in -2.0..3.0
    eliminated eliminated_value_and_grad eliminated_grad eliminated_jvp eliminated_vjp eliminated_hvp:
        (; a: [[f64; 4]; 4], b: [f64; 4];) at [[]] in 0.1..1.0
    stencil stencil_value_and_grad stencil_grad stencil_jvp stencil_vjp stencil_hvp:
        (; x: [f64; 12], w: f64;) at [[]] in -2.0..3.0
    log_determinant log_determinant_value_and_grad log_determinant_grad log_determinant_jvp log_determinant_vjp log_determinant_hvp:
        (; a: [[f64; 4]; 4];) at [[]] in 0.1..1.0
    sorted sorted_value_and_grad sorted_grad sorted_jvp sorted_vjp sorted_hvp:
        (; x: [f64; 7];) at [[]] in -2.0..3.0
}

/// ½‖A·x‖².
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn energy<const M: usize, const N: usize>(a: [[f64; N]; M], x: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for row in &a {
        let mut y = 0.0;
        for (a, x) in row.iter().zip(&x) {
            y += a * x;
        }
        sum += y * y;
    }
    0.5 * sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn trace_of_product<const M: usize, const N: usize>(a: [[f64; N]; M], b: [[f64; M]; N]) -> f64 {
    let mut c = [[0.0; M]; M];
    for i in 0..M {
        for j in 0..M {
            for k in 0..N {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    let mut trace = 0.0;
    for i in 0..M {
        trace += c[i][i] + c[i][0] * c[0][i];
    }
    trace
}

/// xᵀ·A·x, of a matrix in rows.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn quadratic(a: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        for j in 0..n {
            sum += x[i] * a[i * n + j] * x[j];
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn by_rows(a: &[f64], x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for row in a.chunks_exact(x.len()) {
        let y: f64 = row.iter().zip(x).map(|(a, x)| a * x).sum();
        sum += y.cos();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn convolution(x: &[f64], kernel: [f64; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 2 {
        let y = kernel[0] * x[i] + kernel[1] * x[i + 1] + kernel[2] * x[i + 2];
        sum += y * y;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn convolution_of_slices(x: &[f64], kernel: &[f64], target: &[f64]) -> f64 {
    let mut loss = 0.0;
    for i in 0..=x.len() - kernel.len() {
        let mut y = 0.0;
        for (j, weight) in kernel.iter().enumerate() {
            y += weight * x[i + j];
        }
        loss += (y - target[i]).powi(2);
    }
    loss
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn picture<const H: usize, const W: usize>(picture: [[f64; W]; H], kernel: [[f64; 3]; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 1..H - 1 {
        for j in 1..W - 1 {
            let mut y = 0.0;
            for (di, row) in kernel.iter().enumerate() {
                for (dj, weight) in row.iter().enumerate() {
                    y += weight * picture[i + di - 1][j + dj - 1];
                }
            }
            sum += y.max(0.1 * y);
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn pooled<const H: usize, const W: usize>(picture: [[f64; W]; H]) -> f64 {
    let mut sum = 0.0;
    for i in (0..H).step_by(2) {
        for j in (0..W).step_by(2) {
            let largest =
                picture[i][j].max(picture[i][j + 1]).max(picture[i + 1][j]).max(picture[i + 1][j + 1]);
            sum += largest * largest;
        }
    }
    sum
}

/// How much neighbours on a grid differ.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn smooth(grid: &[f64], height: usize, width: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..height {
        for j in 0..width {
            let here = grid[i * width + j];
            if i + 1 < height {
                sum += (grid[(i + 1) * width + j] - here).powi(2);
            }
            if j + 1 < width {
                sum += (grid[i * width + j + 1] - here).powi(2);
            }
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn lower(a: &[[f64; 5]]) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        for j in 0..=i {
            sum += a[i][j] * a[j][i];
        }
    }
    sum
}

/// Forward substitution.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn solved<const N: usize>(l: [[f64; N]; N], b: [f64; N]) -> f64 {
    let mut x = [0.0; N];
    for i in 0..N {
        let mut sum = b[i];
        for j in 0..i {
            sum -= l[i][j] * x[j];
        }
        x[i] = sum / l[i][i];
    }
    let mut total = 0.0;
    for v in x {
        total += v * v;
    }
    total
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn prefix_sums<const N: usize>(mut x: [f64; N]) -> f64 {
    for i in 1..N {
        x[i] += x[i - 1];
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += x[i] * x[i] * x[N - 1];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn many_prefix_sums(x: [f64; 100]) -> f64 {
    let mut sums = [0.0; 101];
    for i in 0..100 {
        sums[i + 1] = sums[i] + x[i] * (1.0 + sums[i]);
    }
    sums[100] * sums[50]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn mirrored<const N: usize>(mut x: [f64; N]) -> f64 {
    for i in 0..N / 2 {
        x.swap(i, N - 1 - i);
    }
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        sum += v * v * i as f64;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn histogram(x: &[f64], weights: &[f64]) -> f64 {
    let mut bins = [0.0; 4];
    for i in 0..x.len() {
        bins[x[i].floor() as usize] += weights[i] * x[i];
    }
    bins[0] * bins[1] + bins[2].sin() + bins[3]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn power<const N: usize>(a: [[f64; N]; N]) -> f64 {
    let mut v = [1.0; N];
    for _ in 0..8 {
        let mut w = [0.0; N];
        for i in 0..N {
            for j in 0..N {
                w[i] += a[i][j] * v[j];
            }
        }
        let mut square = 0.0;
        for i in 0..N {
            square += w[i] * w[i];
        }
        for i in 0..N {
            v[i] = w[i] / square.sqrt();
        }
    }
    let mut quotient = 0.0;
    for i in 0..N {
        for j in 0..N {
            quotient += v[i] * a[i][j] * v[j];
        }
    }
    quotient
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn attention<const N: usize>(q: [[f64; 2]; N], k: [[f64; 2]; N], v: [[f64; 2]; N]) -> f64 {
    let mut total = 0.0;
    for i in 0..N {
        let mut scores = [0.0; N];
        let mut sum = 0.0;
        for j in 0..N {
            scores[j] = (q[i][0] * k[j][0] + q[i][1] * k[j][1]).exp();
            sum += scores[j];
        }
        let mut out = [0.0; 2];
        for j in 0..N {
            for d in 0..2 {
                out[d] += scores[j] / sum * v[j][d];
            }
        }
        total += out[0] * out[0] - out[1];
    }
    total
}

/// Six thousand products, more than are unrolled.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn product_of_rows(a: [[f64; 20]; 30], b: [[f64; 10]; 20]) -> f64 {
    let mut c = [[0.0; 10]; 30];
    for i in 0..30 {
        for j in 0..10 {
            let mut sum = 0.0;
            for k in 0..20 {
                sum += a[i][k] * b[k][j];
            }
            c[i][j] = sum;
        }
    }
    c.iter().flatten().map(|v| v.sin()).sum()
}

/// Gaussian elimination in place.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn eliminated<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> f64 {
    for i in 0..N {
        a[i][i] += 4.0;
    }
    for k in 0..N {
        for i in k + 1..N {
            let factor = a[i][k] / a[k][k];
            for j in k..N {
                a[i][j] -= factor * a[k][j];
            }
            b[i] -= factor * b[k];
        }
    }
    for i in (0..N).rev() {
        for j in i + 1..N {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    b.iter().map(|v| v * v).sum()
}

/// Each element takes part with its old value after its left neighbour has got a new one.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn stencil<const N: usize>(mut x: [f64; N], w: f64) -> f64 {
    for i in 1..N - 1 {
        x[i] = w * x[i] * x[i - 1] + x[i + 1].tanh();
    }
    let mut sum = 0.0;
    for v in &x {
        sum += v * v;
    }
    sum
}

/// By Cholesky, of a matrix that is symmetric and positive definite whatever `a` is.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn log_determinant<const N: usize>(a: [[f64; N]; N]) -> f64 {
    let mut s = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..N {
            for k in 0..N {
                s[i][j] += a[i][k] * a[j][k];
            }
        }
        s[i][i] += 1.0;
    }
    let mut l = [[0.0; N]; N];
    let mut sum = 0.0;
    for i in 0..N {
        for j in 0..=i {
            let mut rest = s[i][j];
            for k in 0..j {
                rest -= l[i][k] * l[j][k];
            }
            if i == j {
                l[i][i] = rest.sqrt();
                sum += 2.0 * l[i][i].ln();
            } else {
                l[i][j] = rest / l[j][j];
            }
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn sorted<const N: usize>(x: [f64; N]) -> f64 {
    let mut y = x;
    for i in 1..N {
        let mut j = i;
        while j > 0 && y[j - 1] > y[j] {
            y.swap(j - 1, j);
            j -= 1;
        }
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += y[i].sin() * (i * i) as f64;
    }
    sum
}
