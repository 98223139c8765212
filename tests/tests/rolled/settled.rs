//! Arrays whose elements are read when no later iteration changes them: nothing is kept of the iterations.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    trajectory trajectory_value_and_grad trajectory_grad trajectory_jvp trajectory_vjp trajectory_hvp:
        (x: [f64]; start: f64, rate: f64;) at [[0], [1], [2], [9]] in -1.5..1.5
    downwards downwards_value_and_grad downwards_grad downwards_jvp downwards_vjp downwards_hvp:
        (; x: [f64; 7], w: f64;) at [[]] in -1.5..1.5
    counted counted_value_and_grad counted_grad counted_jvp counted_vjp counted_hvp:
        (; x: [f64; 7], w: f64;) at [[]] in -1.5..1.5
    forwards_and_back forwards_and_back_value_and_grad forwards_and_back_grad
        forwards_and_back_jvp forwards_and_back_vjp forwards_and_back_hvp:
        (; l: [[f64; 4]; 4], b: [f64; 4];) at [[]] in 1.0..2.0
    tridiagonal tridiagonal_value_and_grad tridiagonal_grad tridiagonal_jvp tridiagonal_vjp tridiagonal_hvp:
        (; lower: [f64; 6], main: [f64; 6], upper: [f64; 6], y: [f64; 6];) at [[]] in 2.5..3.5
    eliminated eliminated_value_and_grad eliminated_grad eliminated_jvp eliminated_vjp eliminated_hvp:
        (; a: [[f64; 4]; 4];) at [[]] in 0.5..1.0
    cholesky cholesky_value_and_grad cholesky_grad cholesky_jvp cholesky_vjp cholesky_hvp:
        (; a: [[f64; 4]; 4];) at [[]] in 0.5..1.0
    layers layers_value_and_grad layers_grad layers_jvp layers_vjp layers_hvp:
        (; x: [f64; 5], w: f64;) at [[]] in -1.0..1.0
    flat flat_value_and_grad flat_grad flat_jvp flat_vjp flat_hvp:
        (; x: [f64; 12], w: f64; 3, 4) at [[]] in -1.0..1.0
    two_arrays two_arrays_value_and_grad two_arrays_grad two_arrays_jvp two_arrays_vjp two_arrays_hvp:
        (; x: [f64; 6], w: f64; true) at [[]] in -1.5..1.5
    exchanged exchanged_value_and_grad exchanged_grad exchanged_jvp exchanged_vjp exchanged_hvp:
        (; x: [f64; 6], w: f64;) at [[]] in -1.5..1.5
    too_late too_late_value_and_grad too_late_grad too_late_jvp too_late_vjp too_late_hvp:
        (; x: [f64; 6], w: f64;) at [[]] in -1.5..1.5
    wandering wandering_value_and_grad wandering_grad wandering_jvp wandering_vjp wandering_hvp:
        (; x: [f64; 6], w: f64; 4) at [[]] in -1.5..1.5
    changed_later changed_later_value_and_grad changed_later_grad changed_later_jvp changed_later_vjp changed_later_hvp:
        (; x: [f64; 6], w: f64;) at [[]] in -1.5..1.5
}

/// More elements than there is place for on the stack.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn trajectory(x: &[f64], start: f64, rate: f64) -> f64 {
    let mut u = [0.0; 10_000];
    u[0] = start;
    for i in 0..x.len() {
        u[i + 1] = rate * (u[i] + x[i]).sin();
    }
    u[x.len()] * u[0]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn downwards<const N: usize>(mut x: [f64; N], w: f64) -> f64 {
    for i in (0..N - 1).rev() {
        x[i] = w * x[i + 1].cos() + x[i];
    }
    x[0]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn counted<const N: usize>(x: [f64; N], w: f64) -> f64 {
    let mut u = [w; N];
    let mut i = 1;
    while i < N {
        u[i] = u[i - 1] * x[i] + w;
        i += 1;
    }
    u[N - 1]
}

/// `½‖x‖²` for `L·Lᵀ·x = b`, in place.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn forwards_and_back<const N: usize>(l: [[f64; N]; N], b: [f64; N]) -> f64 {
    let mut x = b;
    for i in 0..N {
        for j in 0..i {
            x[i] -= l[i][j] * x[j];
        }
        x[i] /= l[i][i];
    }
    for i in (0..N).rev() {
        for j in i + 1..N {
            x[i] -= l[j][i] * x[j];
        }
        x[i] /= l[i][i];
    }
    x.iter().map(|v| 0.5 * v * v).sum()
}

/// Thomas' algorithm.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn tridiagonal<const N: usize>(lower: [f64; N], main: [f64; N], upper: [f64; N], y: [f64; N]) -> f64 {
    let mut c = [0.0; N];
    let mut x = [0.0; N];
    c[0] = upper[0] / main[0];
    x[0] = y[0] / main[0];
    for i in 1..N {
        let pivot = 3.0 * main[i] - lower[i] * c[i - 1];
        c[i] = upper[i] / pivot;
        x[i] = (y[i] - lower[i] * x[i - 1]) / pivot;
    }
    for i in (0..N - 1).rev() {
        x[i] -= c[i] * x[i + 1];
    }
    x[0] * x[N / 2]
}

/// The logarithm of a determinant by elimination, whose rows are settled one after the other.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn eliminated<const N: usize>(mut a: [[f64; N]; N]) -> f64 {
    for i in 0..N {
        a[i][i] += 4.0;
    }
    for k in 0..N {
        for i in k + 1..N {
            let factor = a[i][k] / a[k][k];
            for j in k + 1..N {
                a[i][j] -= factor * a[k][j];
            }
        }
    }
    let mut sum = 0.0;
    for k in 0..N {
        sum += a[k][k].ln();
    }
    sum
}

/// The logarithm of a determinant by its Cholesky factor.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn cholesky<const N: usize>(a: [[f64; N]; N]) -> f64 {
    let mut l = [[0.0; N]; N];
    let mut logarithm = 0.0;
    for i in 0..N {
        for j in 0..=i {
            let mut sum = a[i][j] + if i == j { 4.0 } else { 0.0 };
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            l[i][j] = if i == j { sum.sqrt() } else { sum / l[j][j] };
        }
        logarithm += 2.0 * l[i][i].ln();
    }
    logarithm
}

/// Each row is made of the one above.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn layers<const N: usize>(x: [f64; N], w: f64) -> f64 {
    let mut u = [[0.0; N]; 4];
    u[0] = x;
    for t in 1..4 {
        for i in 1..N - 1 {
            u[t][i] = u[t - 1][i] + w * (u[t - 1][i + 1] * u[t - 1][i - 1]).sin();
        }
        u[t][0] = u[t - 1][N - 1] * u[t][1];
        u[t][N - 1] = u[t][N - 2].cos();
    }
    u[3].iter().map(|v| v * v).sum()
}

/// Rows one after the other.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn flat<const N: usize>(x: [f64; N], w: f64, rows: usize, columns: usize) -> f64 {
    let mut u = x;
    for t in 1..rows {
        for i in 0..columns {
            u[t * columns + i] += w * u[(t - 1) * columns + i].sin();
        }
    }
    u[N - 1] * u[N - 2]
}

/// What is read is an element of one array or of another.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn two_arrays<const N: usize>(x: [f64; N], w: f64, first: bool) -> f64 {
    let mut u = x;
    let mut v = [w; N];
    for i in 1..N {
        let before = if first == (i % 2 == 0) { u[i - 1] } else { v[i - 1] };
        u[i] = before * u[i].sin();
        v[i] = before + v[i - 1] * w;
    }
    u[N - 1] * v[N - 1]
}

/// The arrays change their places in each iteration.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn exchanged<const N: usize>(x: [f64; N], w: f64) -> f64 {
    let mut u = x;
    let mut v = [w; N];
    for i in 1..N {
        v[i] = (u[i - 1] * w).sin() * v[i - 1];
        core::mem::swap(&mut u, &mut v);
    }
    u[N - 1] * v[N - 2] + u[0]
}

/// An element that is read changes two iterations later.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn too_late<const N: usize>(mut x: [f64; N], w: f64) -> f64 {
    for i in 0..N - 2 {
        x[i] = w * x[i + 2] * x[i];
        x[N - 1] = x[i].sin() + x[i + 1] * x[N - 1];
    }
    x[N - 1] + x[0]
}

/// Where it is written to is not in order.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn wandering<const N: usize>(mut x: [f64; N], w: f64, stride: usize) -> f64 {
    let mut place = 0;
    for i in 1..12 {
        let next = (place + stride) % N;
        x[next] = x[place].sin() * w + x[next] * x[i / 2];
        place = next;
    }
    x[place]
}

/// What was settled after the loop is changed after it.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn changed_later<const N: usize>(mut x: [f64; N], w: f64) -> f64 {
    for i in 1..N {
        x[i] = (x[i - 1] * w).sin();
    }
    for i in 0..N {
        x[i] = w * x[i] * x[N - 1 - i];
    }
    for i in 1..N {
        x[i] *= x[i - 1];
    }
    x[N - 1]
}
