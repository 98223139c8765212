//! Arrays of constant size that change in loops: what is read before and after, copied, exchanged, in arms.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    changed_in_an_arm changed_in_an_arm_value_and_grad changed_in_an_arm_grad changed_in_an_arm_jvp changed_in_an_arm_vjp changed_in_an_arm_hvp:
        (; u: [f64; 5]; true) at [[]] in -2.0..3.0
    one_in_each_arm one_in_each_arm_value_and_grad one_in_each_arm_grad one_in_each_arm_jvp one_in_each_arm_vjp one_in_each_arm_hvp:
        (; u: [f64; 5]; false) at [[]] in -2.0..3.0
    exchanged exchanged_value_and_grad exchanged_grad exchanged_jvp exchanged_vjp exchanged_hvp:
        (; u: [f64; 5], v: [f64; 5];) at [[]] in -2.0..3.0
    exchanged_each_time exchanged_each_time_value_and_grad exchanged_each_time_grad exchanged_each_time_jvp exchanged_each_time_vjp exchanged_each_time_hvp:
        (; u: [f64; 4], v: [f64; 4]; 3) at [[]] in -1.0..1.0
    read_behind read_behind_value_and_grad read_behind_grad read_behind_jvp read_behind_vjp read_behind_hvp:
        (; u: [f64; 6];) at [[]] in -2.0..3.0
    overwritten overwritten_value_and_grad overwritten_grad overwritten_jvp overwritten_vjp overwritten_hvp:
        (; u: [f64; 6];) at [[]] in -2.0..3.0
    scattered scattered_value_and_grad scattered_grad scattered_jvp scattered_vjp scattered_hvp:
        (x: [f64]; u: [f64; 4]; &[2, 0, 3, 2, 2, 1]) at [[0], [1], [2], [6]] in -2.0..3.0
    gathered gathered_value_and_grad gathered_grad gathered_jvp gathered_vjp gathered_hvp:
        (x: [f64];; &[2, 0, 3, 2, 2, 1]) at [[4], [6]] in -2.0..3.0
    products_in_place products_in_place_value_and_grad products_in_place_grad products_in_place_jvp products_in_place_vjp products_in_place_hvp:
        (; u: [f64; 5];) at [[]] in 0.5..1.5
    rows_change rows_change_value_and_grad rows_change_grad rows_change_jvp rows_change_vjp rows_change_hvp:
        (; m: [[f64; 3]; 4];) at [[]] in -2.0..3.0
    transposed transposed_value_and_grad transposed_grad transposed_jvp transposed_vjp transposed_hvp:
        (; m: [[f64; 4]; 4];) at [[]] in -2.0..3.0
    conditional conditional_value_and_grad conditional_grad conditional_jvp conditional_vjp conditional_hvp:
        (; u: [f64; 7];) at [[]] in -2.0..3.0
    by_a_state by_a_state_value_and_grad by_a_state_grad by_a_state_jvp by_a_state_vjp by_a_state_hvp:
        (; u: [f64; 6], w: f64;) at [[]] in -1.0..1.0
    built_by_function built_by_function_value_and_grad built_by_function_grad built_by_function_jvp built_by_function_vjp built_by_function_hvp:
        (x: [f64]; w: f64;) at [[5], [6]] in -1.0..1.0
    mapped mapped_value_and_grad mapped_grad mapped_jvp mapped_vjp mapped_hvp:
        (; u: [f64; 6], w: f64;) at [[]] in -1.0..1.0
    chosen chosen_value_and_grad chosen_grad chosen_jvp chosen_vjp chosen_hvp:
        (; u: [f64; 6], v: [f64; 6]; false) at [[]] in -1.0..1.0
    first_of_each first_of_each_value_and_grad first_of_each_grad first_of_each_jvp first_of_each_vjp first_of_each_hvp:
        (; u: [f64; 6];) at [[]] in -1.0..1.0
    windows_of_array windows_of_array_value_and_grad windows_of_array_grad windows_of_array_jvp windows_of_array_vjp windows_of_array_hvp:
        (; u: [f64; 6];) at [[]] in -1.0..1.0
    both_in_an_arm both_in_an_arm_value_and_grad both_in_an_arm_grad both_in_an_arm_jvp both_in_an_arm_vjp both_in_an_arm_hvp:
        (; u: [f64; 5]; true) at [[]] in -2.0..3.0
    rows_are_copied rows_are_copied_value_and_grad rows_are_copied_grad rows_are_copied_jvp rows_are_copied_vjp rows_are_copied_hvp:
        (; m: [[f64; 3]; 4];) at [[]] in -2.0..3.0
    pairs_change pairs_change_value_and_grad pairs_change_grad pairs_change_jvp pairs_change_vjp pairs_change_hvp:
        (; p: [(f64, f64); 5];) at [[]] in -2.0..3.0
    copied_but_one copied_but_one_value_and_grad copied_but_one_grad copied_but_one_jvp copied_but_one_vjp copied_but_one_hvp:
        (; u: [f64; 5];) at [[]] in -2.0..3.0
    filled filled_value_and_grad filled_grad filled_jvp filled_vjp filled_hvp:
        (x: [f64]; u: [f64; 5];) at [[0], [1], [2], [6]] in -2.0..3.0
    old_and_new old_and_new_value_and_grad old_and_new_grad old_and_new_jvp old_and_new_vjp old_and_new_hvp:
        (; u: [f64; 6];) at [[]] in -1.0..1.0
    twice twice_value_and_grad twice_grad twice_jvp twice_vjp twice_hvp:
        (; u: [f64; 6];) at [[]] in -1.0..1.0
    skipped_elements skipped_elements_value_and_grad skipped_elements_grad skipped_elements_jvp skipped_elements_vjp skipped_elements_hvp:
        (; u: [f64; 7], limit: f64;) at [[]] in -2.0..3.0
    changed_until changed_until_value_and_grad changed_until_grad changed_until_jvp changed_until_vjp changed_until_hvp:
        (; u: [f64; 7], limit: f64;) at [[]] in -2.0..3.0
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn changed_in_an_arm<const N: usize>(u: [f64; N], on: bool) -> f64 {
    let mut u = u;
    if on {
        let mut before = [0.0; N];
        for i in 0..N {
            before[i] = 2.0 * u[i];
        }
        for i in 1..N {
            u[i] += before[i - 1];
        }
    }
    let mut sum = 0.0;
    for v in u {
        sum += v * v;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn one_in_each_arm<const N: usize>(u: [f64; N], on: bool) -> f64 {
    let mut v = [1.0; N];
    let mut w = [2.0; N];
    if on {
        for i in 0..N {
            v[i] = u[i] * u[i];
        }
    } else {
        for i in 0..N {
            w[i] = u[i] * u[N - 1 - i];
        }
        w[0] += v[0] * w[1];
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += v[i] * w[i] * w[i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn exchanged<const N: usize>(u: [f64; N], v: [f64; N]) -> f64 {
    let (mut u, mut v) = (u, v);
    for i in 0..N / 2 {
        let kept = u[i];
        u[i] = v[N - 1 - i];
        v[N - 1 - i] = kept;
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += u[i] * u[i] * v[i];
    }
    sum
}

/// Two buffers that take turns.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn exchanged_each_time<const N: usize>(u: [f64; N], v: [f64; N], times: usize) -> f64 {
    let mut here = u;
    let mut there = v;
    for time in 0..4 {
        if time == times {
            break;
        }
        for i in 0..N {
            there[i] = here[(i + 1) % N] * here[i] + 0.5 * there[i];
        }
        (here, there) = (there, here);
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += here[i] * there[i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn read_behind<const N: usize>(mut u: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N - 1 {
        u[i + 1] = u[i] * u[i + 1];
        sum += u[i] + u[i + 1].sin();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn overwritten<const N: usize>(mut u: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += u[i] * u[i];
        u[i] = 0.0;
        sum += u[(i + 1) % N] * u[i / 2];
    }
    for i in 0..N {
        u[i] = sum * i as f64;
    }
    u[1] + u[N - 1].cos()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn scattered(x: &[f64], u: [f64; 4], places: &[usize]) -> f64 {
    let mut u = u;
    for (v, &place) in x.iter().zip(places) {
        u[place] += v * v;
    }
    u[0] * u[1] + u[2] * u[3]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn gathered(x: &[f64], places: &[usize]) -> f64 {
    let mut sum = 0.0;
    for &place in places {
        sum += x[place] * x[place / 2];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn products_in_place<const N: usize>(mut u: [f64; N]) -> f64 {
    for i in 1..N {
        u[i] *= u[i - 1];
    }
    for i in (0..N - 1).rev() {
        u[i] /= u[i + 1];
    }
    let mut sum = 0.0;
    for (i, v) in u.iter().enumerate() {
        sum += v * (i + 1) as f64;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn rows_change<const M: usize, const N: usize>(mut m: [[f64; N]; M]) -> f64 {
    for i in 1..M {
        for j in 0..N {
            m[i][j] -= m[i - 1][j] * m[0][N - 1 - j];
        }
        m[i][0] = m[i][1].tanh();
    }
    let mut sum = 0.0;
    for row in &m {
        for v in row {
            sum += v * v;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn transposed<const N: usize>(mut m: [[f64; N]; N]) -> f64 {
    for i in 0..N {
        for j in 0..i {
            let kept = m[i][j];
            m[i][j] = m[j][i];
            m[j][i] = kept;
        }
    }
    let mut sum = 0.0;
    for i in 0..N {
        for j in 0..N {
            sum += m[i][j] * m[i][j] * (i + 2 * j) as f64;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn conditional<const N: usize>(mut u: [f64; N]) -> f64 {
    for i in 1..N {
        if u[i] > u[i - 1] {
            u[i] = u[i] * u[i - 1];
        } else if i % 2 == 0 {
            u[i - 1] += u[i].cos();
        }
    }
    let mut sum = 0.0;
    for v in &u {
        sum += v.powi(3);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn by_a_state<const N: usize>(u: [f64; N], w: f64) -> f64 {
    let mut states = [0.0; N];
    let mut state = w;
    for i in 0..N {
        state = (state * u[i] + w).tanh();
        states[i] = state;
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += states[i] * states[N - 1 - i];
    }
    sum * state
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn built_by_function(x: &[f64], w: f64) -> f64 {
    let squares: [f64; 5] = std::array::from_fn(|i| w * x[i] * x[i]);
    let mut sum = 0.0;
    for i in 0..5 {
        sum += squares[i] * squares[4 - i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn mapped<const N: usize>(u: [f64; N], w: f64) -> f64 {
    let waves = u.map(|v| (w * v).sin());
    let mut sum = 0.0;
    for (a, b) in waves.iter().zip(&u) {
        sum += a * b;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn chosen<const N: usize>(u: [f64; N], v: [f64; N], first: bool) -> f64 {
    let mut w = if first { u } else { v };
    for i in 0..N {
        w[i] *= u[i];
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += w[i] * v[i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn first_of_each<const N: usize>(u: [f64; N]) -> f64 {
    let mut sums = [[0.0; 2]; N];
    for i in 0..N {
        for j in i..N {
            sums[i][0] += u[j];
            sums[j][1] += u[i] * u[j];
        }
    }
    let mut total = 0.0;
    for [a, b] in sums {
        total += a * b;
    }
    total
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn windows_of_array<const N: usize>(u: [f64; N]) -> f64 {
    let mut v = u;
    for v in v.iter_mut() {
        *v = v.exp();
    }
    let mut sum = 0.0;
    for pair in v.windows(2) {
        sum += pair[0] * pair[1];
    }
    for half in u.chunks_exact(3) {
        sum += half[0] * half[2];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn both_in_an_arm<const N: usize>(u: [f64; N], on: bool) -> f64 {
    let mut v = u;
    let mut u = u;
    if on {
        for i in 1..N {
            v[i] = u[i - 1].sin() * v[i];
            u[i] *= v[i - 1];
        }
    } else {
        v[0] = u[1];
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += v[i] * u[i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn rows_are_copied<const M: usize, const N: usize>(mut m: [[f64; N]; M]) -> f64 {
    for i in 1..M {
        let above = m[i - 1];
        let mut row = m[i];
        for j in 0..N {
            row[j] += above[j] * row[0];
        }
        m[i] = row;
    }
    let mut sum = 0.0;
    for row in m {
        sum += row[0] * row[N - 1];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn pairs_change<const N: usize>(mut p: [(f64, f64); N]) -> f64 {
    for i in 1..N {
        p[i].0 += p[i - 1].1 * p[i].1;
        p[i].1 = p[i].0.sin();
    }
    let mut sum = 0.0;
    for (a, b) in p {
        sum += a * b;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn copied_but_one<const N: usize>(u: [f64; N]) -> f64 {
    let mut u = u;
    let mut before = u;
    for i in 1..N {
        before[i] = 3.0 * u[i];
    }
    for i in 1..N {
        u[i] += before[i - 1];
    }
    let mut sum = 0.0;
    for v in u {
        sum += v * v;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn filled(x: &[f64], u: [f64; 5]) -> f64 {
    let mut out = u;
    for (place, v) in out.iter_mut().zip(x) {
        *place = v.sin();
    }
    let mut sum = 0.0;
    for (a, b) in out.iter().zip(&u) {
        sum += a * b;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn old_and_new<const N: usize>(u: [f64; N]) -> f64 {
    let mut v = u;
    for i in 0..N {
        v[i] = v[i] * v[i] + u[(i + 1) % N];
    }
    let w = v;
    for i in 0..N {
        v[i] += w[N - 1 - i] * u[i];
    }
    let mut sum = 0.0;
    for i in 0..N {
        sum += u[i] * v[i] * w[i];
    }
    sum
}

/// The same loop two times.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn twice<const N: usize>(u: [f64; N]) -> f64 {
    let mut v = u;
    for _ in 0..2 {
        for i in 1..N {
            v[i] = v[i] * v[i - 1] + u[i];
        }
    }
    v[N - 1] + v[0] * v[1]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn skipped_elements<const N: usize>(mut u: [f64; N], limit: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        if u[i] < 0.0 {
            continue;
        }
        u[i] = u[i] * limit;
        if u[i] > 3.0 {
            u[N - 1] += 1.0;
            continue;
        }
        sum += u[i] * u[N - 1];
    }
    sum + u[0] * u[N - 1]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn changed_until<const N: usize>(mut u: [f64; N], limit: f64) -> f64 {
    for i in 1..N {
        u[i] = u[i].sin() + u[i - 1];
        if u[i] > limit {
            u[0] *= u[i];
            break;
        }
        if u[i] < -limit {
            return u[i] * u[0];
        }
    }
    let mut sum = 0.0;
    for v in &u {
        sum += v * v;
    }
    sum
}
