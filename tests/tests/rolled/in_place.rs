//! Arrays that change in place, whose elements are found again before or behind the change.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    ahead ahead_value_and_grad ahead_grad ahead_jvp ahead_vjp ahead_hvp:
        (; u: [f64; 6];) at [[]] in 0.5..1.5
    behind_from_the_end behind_from_the_end_value_and_grad behind_from_the_end_grad behind_from_the_end_jvp behind_from_the_end_vjp behind_from_the_end_hvp:
        (; u: [f64; 6];) at [[]] in 0.5..1.5
    both_sides both_sides_value_and_grad both_sides_grad both_sides_jvp both_sides_vjp both_sides_hvp:
        (; u: [f64; 6], c: f64;) at [[]] in 0.5..1.5
    twice_in_one twice_in_one_value_and_grad twice_in_one_grad twice_in_one_jvp twice_in_one_vjp twice_in_one_hvp:
        (; u: [f64; 6];) at [[]] in 0.5..1.5
    written_and_read written_and_read_value_and_grad written_and_read_grad written_and_read_jvp written_and_read_vjp written_and_read_hvp:
        (; u: [f64; 6];) at [[]] in 0.5..1.5
    only_some only_some_value_and_grad only_some_grad only_some_jvp only_some_vjp only_some_hvp:
        (; u: [f64; 6];) at [[]] in -1.5..1.5
    until until_value_and_grad until_grad until_jvp until_vjp until_hvp:
        (; u: [f64; 6], most: f64;) at [[]] in 0.5..1.5
    two_arrays two_arrays_value_and_grad two_arrays_grad two_arrays_jvp two_arrays_vjp two_arrays_hvp:
        (; u: [f64; 5], v: [f64; 5];) at [[]] in 0.5..1.5
    changed_afterwards changed_afterwards_value_and_grad changed_afterwards_grad changed_afterwards_jvp changed_afterwards_vjp changed_afterwards_hvp:
        (; u: [f64; 5];) at [[]] in 0.5..1.5
    row_by_number row_by_number_value_and_grad row_by_number_grad row_by_number_jvp row_by_number_vjp row_by_number_hvp:
        (; m: [[f64; 4]; 3]; 1, 0) at [[]] in 0.5..1.5
    again_and_again again_and_again_value_and_grad again_and_again_grad again_and_again_jvp again_and_again_vjp again_and_again_hvp:
        (; u: [f64; 5]; 3) at [[]] in 0.5..1.1
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn ahead<const N: usize>(mut u: [f64; N]) -> f64 {
    for i in 0..N - 1 {
        u[i] = u[i] * u[i + 1] + u[i];
    }
    u.iter().map(|v| v * v).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn behind_from_the_end<const N: usize>(mut u: [f64; N]) -> f64 {
    for i in (2..N).rev() {
        u[i] = u[i] * u[i - 2] + u[i - 1].sin();
    }
    u.iter().map(|v| v * v).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn both_sides<const N: usize>(mut u: [f64; N], c: f64) -> f64 {
    for i in 1..N - 1 {
        u[i] = u[i - 1] * u[i] * u[i + 1] + c * u[i];
    }
    u.iter().map(|v| v * v).sum()
}

/// What is written first is overwritten.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn twice_in_one<const N: usize>(mut u: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 1..N {
        u[i] *= u[i - 1];
        sum += u[i] * u[i];
        u[i] = u[i].sin() * u[i - 1];
    }
    u.iter().sum::<f64>() * sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn written_and_read<const N: usize>(mut u: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 1..N {
        u[i] *= u[i - 1];
        sum += u[i] * u[i] * u[i - 1];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn only_some<const N: usize>(mut u: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 1..N {
        if u[i] > 0.2 {
            u[i] = u[i] * u[i - 1] + 0.5;
        }
        sum += u[i] * u[i] * u[i - 1];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn until<const N: usize>(mut u: [f64; N], most: f64) -> f64 {
    for i in 1..N {
        if i > 2 && u[i] > most {
            break;
        }
        u[i] *= u[i - 1] * u[i];
    }
    u.iter().map(|v| v * v).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn two_arrays<const N: usize>(mut u: [f64; N], mut v: [f64; N]) -> f64 {
    for i in 1..N {
        u[i] *= v[i - 1];
        v[i] *= u[i] * u[i - 1];
    }
    u[N - 1] * v[N - 1]
}

/// The array from after the loop is copied before it changes.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn changed_afterwards<const N: usize>(mut u: [f64; N]) -> f64 {
    for i in 1..N {
        u[i] *= u[i - 1];
    }
    u[1] = u[0] * u[2];
    u[0] = 3.0 * u[N - 1];
    for i in 1..N {
        u[i] *= u[i - 1] + u[1];
    }
    u.iter().map(|v| v * v).sum()
}

/// Whether two rows are one is not known.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn row_by_number<const M: usize, const N: usize>(mut m: [[f64; N]; M], row: usize, other: usize) -> f64 {
    for j in 1..N {
        m[row][j] *= m[row][j - 1];
    }
    for j in 1..N {
        m[other][j] *= m[other][j - 1] + m[row][j - 1];
    }
    m.iter().flatten().map(|v| v * v).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn again_and_again<const N: usize>(mut u: [f64; N], first: usize) -> f64 {
    for _ in 0..3 {
        for i in first..N {
            u[i] = u[i] * u[i - 1] + u[i - first];
        }
    }
    u.iter().map(|v| v * v).sum()
}
