//! Arrays, iterators and unrolled loops: each form, compared with central differences of the function itself.

#![allow(
    clippy::all,
    clippy::pedantic,
    unused_mut,
    reason = "what is written is what is tested, good style or not"
)]

use chainrule::{constant, grad, math};

/// Checks the value bit for bit, and every partial against a central difference with one Richardson step, whose
/// error at these points is below 1e-9 of the largest number involved.
fn agrees<const N: usize>(
    f: impl Fn([f64; N]) -> f64,
    with_gradient: impl Fn([f64; N]) -> (f64, [f64; N]),
    gradient: impl Fn([f64; N]) -> [f64; N],
    x: [f64; N],
) {
    let (value, partials) = with_gradient(x);
    assert_eq!(value.to_bits(), f(x).to_bits(), "the value at {x:?}");
    let alone = gradient(x);
    let size = partials.iter().fold(value.abs().max(1.0), |size, partial| size.max(partial.abs()));
    for i in 0..N {
        let slope = |h: f64| {
            let (mut up, mut down) = (x, x);
            up[i] += h;
            down[i] -= h;
            (f(up) - f(down)) / (up[i] - down[i])
        };
        let h = 1e-3;
        let expected = (4.0 * slope(h / 2.0) - slope(h)) / 3.0;
        for found in [partials[i], alone[i]] {
            assert!((found - expected).abs() <= 1e-9 * size, "partial {i} at {x:?}: {found}, not {expected}");
        }
    }
}

/// Functions of one array, each at two points.
macro_rules! functions {
    ($(fn $name:ident / $with_gradient:ident / $gradient:ident ($x:ident: [f64; $n:literal]) $body:block)+) => {
        $(
            #[grad]
            fn $name($x: [f64; $n]) -> f64 $body
        )+

        #[test]
        fn gradients_agree_with_differences() {
            $(
                let spread = |scale: f64| core::array::from_fn(|i| scale * (0.7 + (1.3 * i as f64).sin()));
                for x in [spread(1.0), spread(-0.6)] {
                    agrees($name, $with_gradient, $gradient, x);
                }
            )+
        }
    };
}

functions! {
    fn range / range_value_and_grad / range_grad(x: [f64; 3]) {
        let mut sum = 0.0;
        for i in 0..3 {
            sum += x[i].sin() * (i as f64 + 0.5);
        }
        sum
    }
    fn inclusive / inclusive_value_and_grad / inclusive_grad(x: [f64; 4]) {
        let mut product = 1.0;
        for i in 1..=3 {
            product *= x[i - 1] + x[i] * f64::from(i as i32);
        }
        product
    }
    fn reversed / reversed_value_and_grad / reversed_grad(x: [f64; 4]) {
        let mut y = 0.0;
        for i in (0..x.len()).rev() {
            y = y * 0.7 + x[i];
        }
        y * y
    }
    fn stepped / stepped_value_and_grad / stepped_grad(x: [f64; 5]) {
        let mut y = 0.0;
        for i in (0..5).step_by(2) {
            y += x[i].powi(i as i32 + 1);
        }
        y
    }
    fn by_value / by_value_value_and_grad / by_value_grad(x: [f64; 3]) {
        let mut y = 1.0;
        for v in x {
            y = (y * v).cos();
        }
        y
    }
    fn by_reference / by_reference_value_and_grad / by_reference_grad(x: [f64; 3]) {
        let mut y = 1.0;
        for v in &x {
            y += v.exp() * *v;
        }
        for &v in x.iter().rev() {
            y = y / (2.0 + v * v);
        }
        y
    }
    fn adaptors / adaptors_value_and_grad / adaptors_grad(x: [f64; 6]) {
        let mut y = 0.0;
        for (i, (a, b)) in x.iter().zip(x.iter().skip(1)).enumerate() {
            y += a * b * (i + 1) as f64;
        }
        for pair in x.windows(2) {
            y += (pair[1] - pair[0]).powi(2);
        }
        for chunk in x.chunks_exact(2) {
            y += chunk[0].sin() * chunk[1];
        }
        for (a, i) in x.iter().take(2).zip(3..) {
            y += a * i as f64;
        }
        y
    }
    fn chains / chains_value_and_grad / chains_grad(x: [f64; 4]) {
        let squares = x.iter().map(|v| v * v).sum::<f64>();
        let product: f64 = x.iter().map(|v| 2.0 + v.sin()).product();
        let folded = x.iter().fold(0.3, |a, v| a * 0.5 + v.tanh());
        let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weighted: f64 = x.iter().enumerate().map(|(i, v)| (i as f64) * v).sum();
        squares.sqrt() + product * folded + largest + weighted.cos()
    }
    fn built / built_value_and_grad / built_grad(x: [f64; 3]) {
        let squares = x.map(|v| v * v);
        let sums: [f64; 3] = core::array::from_fn(|i| squares[i] + x[(i + 1) % 3]);
        let zeros = [0.0; 3];
        let mut total = zeros[0];
        for (s, q) in sums.iter().zip(squares) {
            total += s * q;
        }
        total
    }
    fn matrices / matrices_value_and_grad / matrices_grad(x: [f64; 4]) {
        let a = [[x[0], x[1]], [x[2], x[3]]];
        let b: [[f64; 2]; 2] = core::array::from_fn(|i| core::array::from_fn(|j| a[j][i] + (i + 2 * j) as f64));
        let mut c = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c[0][0] * c[1][1] - c[0][1] * c[1][0]
    }
    fn written / written_value_and_grad / written_grad(x: [f64; 4]) {
        let mut y = x;
        y[0] = y[1] * y[2];
        y[3] -= y[0] * 0.5;
        y[2] *= y[3];
        y.swap(0, 3);
        let mut total = 0.0;
        for v in y.iter_mut() {
            *v *= 2.0;
            total += *v;
        }
        for (a, b) in y.iter_mut().zip(&x) {
            *a += b * b;
        }
        total * y[0] + y[3]
    }
    fn cumulative / cumulative_value_and_grad / cumulative_grad(x: [f64; 4]) {
        let mut sums = [0.0; 5];
        for i in 0..4 {
            sums[i + 1] = sums[i] + x[i] * sums[i];
            sums[i + 1] += x[i];
        }
        sums[4] * sums[2]
    }
    fn triangular / triangular_value_and_grad / triangular_grad(x: [f64; 4]) {
        let mut energy = 0.0;
        for i in 0..4 {
            for j in (i + 1)..4 {
                let d = x[i] - x[j];
                energy += 1.0 / (0.5 + d * d);
            }
        }
        energy
    }
    fn known_branches / known_branches_value_and_grad / known_branches_grad(x: [f64; 5]) {
        let mut y = 0.0;
        for i in 0..5 {
            if i > 0 && i < 4 {
                y += x[i - 1] * x[i + 1];
            } else if i % 2 == 0 {
                y += x[i];
            }
            y += match i {
                0 => x[0],
                1 | 2 => x[i] * x[i],
                3..=4 => x[i].sin(),
                _ => 0.0,
            };
        }
        y
    }
    fn broken / broken_value_and_grad / broken_grad(x: [f64; 4]) {
        let mut y = 0.0;
        for v in x {
            if y > 1.2 {
                break;
            }
            y += v * v;
        }
        y.sin()
    }
    fn continued / continued_value_and_grad / continued_grad(x: [f64; 4]) {
        let mut y = 1.0;
        let mut count = 0;
        for v in x {
            if v < 0.1 {
                continue;
            }
            count += 1;
            y *= v + 0.3;
        }
        y * f64::from(count)
    }
    fn both_jumps / both_jumps_value_and_grad / both_jumps_grad(x: [f64; 5]) {
        let (mut y, mut z) = (0.0, 1.0);
        for (i, v) in x.iter().enumerate() {
            if i == 1 {
                continue;
            }
            if *v > 1.5 {
                z *= v;
                break;
            } else if *v < 0.0 {
                y -= v;
                if i == 3 {
                    continue;
                }
                z += y * v;
            }
            y += z * v;
        }
        y * z
    }
    fn labels / labels_value_and_grad / labels_grad(x: [f64; 3]) {
        let mut y = 0.0;
        'rows: for i in 0..3 {
            for j in 0..3 {
                if j > i {
                    continue 'rows;
                }
                if x[i] * x[j] > 2.5 {
                    break 'rows;
                }
                if x[i] + x[j] < -0.4 {
                    y += 0.1 * x[i];
                    continue 'rows;
                }
                y += x[i] * x[j];
            }
            y *= 1.5;
        }
        y
    }
    fn returned / returned_value_and_grad / returned_grad(x: [f64; 4]) {
        let mut y = 1.0;
        for (i, v) in x.iter().enumerate() {
            y += v * v;
            if y > 2.2 {
                return y * x[i];
            }
        }
        y
    }
    fn returned_inside / returned_inside_value_and_grad / returned_inside_grad(x: [f64; 3]) {
        let mut y = 0.5;
        for a in x {
            for b in x {
                y += a * b;
                if y > 3.0 {
                    return y * y;
                }
            }
            if y < -1.0 {
                break;
            }
        }
        y.exp()
    }
    fn counted_while / counted_while_value_and_grad / counted_while_grad(x: [f64; 4]) {
        let mut y = 0.0;
        let mut i = 0;
        while i < 4 {
            y += x[i].sin();
            i += 2;
        }
        let mut steps = 0;
        loop {
            if steps >= 3 {
                break;
            }
            y = y.cos() + 0.1 * x[steps];
            steps += 1;
        }
        y
    }
    fn constants / constants_value_and_grad / constants_grad(x: [f64; 3]) {
        const COUNT: usize = 3;
        const WEIGHTS: [f64; COUNT] = [0.5, 1.5, -2.0];
        const TABLE: [[f64; 2]; 3] = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        const ORDER: [usize; 3] = [2, 0, 1];
        let mut y = 0.0;
        for i in 0..COUNT {
            y += WEIGHTS[i] * x[ORDER[i]] * TABLE[i][1];
        }
        let outside: [f64; 3] = OUTSIDE;
        for (a, b) in x.iter().zip(outside) {
            y += (a * b).sin();
        }
        y
    }
    fn running_maximum / running_maximum_value_and_grad / running_maximum_grad(x: [f64; 4]) {
        let mut largest = x[0];
        let mut at = 0;
        for i in 1..4 {
            if x[i] > largest {
                largest = x[i];
                at = i;
            }
        }
        largest * largest + 0.5 * x[at]
    }
    fn bubbled / bubbled_value_and_grad / bubbled_grad(x: [f64; 4]) {
        let mut sorted = x;
        for end in (1..4).rev() {
            for i in 0..end {
                if sorted[i] > sorted[i + 1] {
                    sorted.swap(i, i + 1);
                }
            }
        }
        sorted[0] + 2.0 * sorted[1] * sorted[2] + sorted[3].sin()
    }
    fn eliminated / eliminated_value_and_grad / eliminated_grad(x: [f64; 6]) {
        let mut a = [[3.0 + x[0], x[1], 0.2], [x[2], 4.0 + x[3], 0.1], [0.3, x[4], 5.0 + x[5]]];
        let mut b = [1.0, x[0], x[5]];
        for k in 0..3 {
            for i in k + 1..3 {
                let factor = a[i][k] / a[k][k];
                for j in k..3 {
                    a[i][j] -= factor * a[k][j];
                }
                b[i] -= factor * b[k];
            }
        }
        let mut solution = [0.0; 3];
        for i in (0..3).rev() {
            let mut sum = b[i];
            for j in i + 1..3 {
                sum -= a[i][j] * solution[j];
            }
            solution[i] = sum / a[i][i];
        }
        solution[0] + 2.0 * solution[1] * solution[2]
    }
    fn taken_apart / taken_apart_value_and_grad / taken_apart_grad(x: [f64; 4]) {
        let [a, b, ..] = x;
        let [.., c] = x;
        let rest = &x[1..3];
        let (left, right) = x.split_at(2);
        a * b + c * rest[1] + left[0] * right[0] + math::norm(&x) + math::dot(&x, &[1.0, 2.0, 3.0, 4.0])
    }
    fn conditions / conditions_value_and_grad / conditions_grad(x: [f64; 3]) {
        let all_positive = x.iter().all(|v| *v > 0.0);
        let any_large = x.iter().any(|&v| v > 1.4);
        let mut y = if all_positive { x[0] } else { x[1] * x[2] };
        if any_large {
            y *= 2.0;
        }
        y + constant(0.3) * x[0]
    }
    fn flattened / flattened_value_and_grad / flattened_grad(x: [f64; 4]) {
        let rows = [[x[0], x[1]], [x[2], x[3]]];
        let sum: f64 = rows.iter().flatten().map(|v| v.exp()).sum();
        let products: f64 = (0..2).flat_map(|i| (0..2).map(move |j| rows[i][j] * rows[j][i])).sum();
        let even: f64 = (0..4).filter(|i| i % 2 == 0).map(|i| x[i] * (i + 1) as f64).sum();
        sum.ln() + products + even
    }
    fn least_squares / least_squares_value_and_grad / least_squares_grad(params: [f64; 4]) {
        let (xs, ys): ([f64; 3], [f64; 3]) = ([0.1, 0.5, 0.9], [1.0, 1.5, 1.2]);
        let [a, b, c, d] = params;
        xs.iter()
            .zip(ys.iter())
            .map(|(&x, &y)| {
                let r = a * (-b * x).exp() + c * x + d - y;
                r * r
            })
            .sum::<f64>()
            / xs.len() as f64
    }
    fn by_rows / by_rows_value_and_grad / by_rows_grad(x: [f64; 4]) {
        let mut m = [[0.0f64; 2]; 2];
        for (i, row) in m.iter_mut().enumerate() {
            for (j, e) in row.iter_mut().enumerate() {
                *e = (3.0 * x[2 * i + j]).max(0.0);
            }
        }
        let [[a, b], [c, d]] = m;
        a * d - b * c + m[1].iter().sum::<f64>()
    }
    fn statistics / statistics_value_and_grad / statistics_grad(x: [f64; 3]) {
        let n = x.len();
        let mean = x.iter().sum::<f64>() / n as f64;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let largest = x.iter().cloned().fold(f64::MIN, f64::max);
        let smallest = x.iter().copied().reduce(f64::min).unwrap();
        variance.sqrt() + largest - smallest + x.first().unwrap() * x.last().copied().unwrap()
    }
    fn horner / horner_value_and_grad / horner_grad(x: [f64; 1]) {
        let x = x[0];
        let coefficients = [1.0, -0.5, 0.25, 2.0];
        let mut term = 1.0;
        let mut series = 1.0;
        for n in 1..=10 {
            term *= x / n as f64;
            series += term;
        }
        for k in (1..5).rev().step_by(2) {
            series += (k as f64).sqrt() * x.powi(k);
        }
        series + coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
    }
    fn stepwise / stepwise_value_and_grad / stepwise_grad(x: [f64; 2]) {
        let mut s = x;
        let mut i = 0usize;
        while i < 4 {
            s = [s[0] + 0.1 * s[1], s[1] - 0.1 * s[0]];
            i += 1;
        }
        s[0] * s[0] + s[1]
    }
    fn nearest / nearest_value_and_grad / nearest_grad(x: [f64; 6]) {
        let points = [[x[0], x[1]], [x[2], x[3]], [x[4], x[5]]];
        let mut best = f64::INFINITY;
        for i in 0..points.len() {
            for j in i + 1..points.len() {
                let d = (points[i][0] - points[j][0]).hypot(points[i][1] - points[j][1]);
                if d < best {
                    best = d;
                }
            }
        }
        best
    }
    fn filtered / filtered_value_and_grad / filtered_grad(x: [f64; 3]) {
        let s: f64 = x.iter().enumerate().filter(|&(i, _)| i != 1).map(|(_, v)| *v).sum();
        let t = (0..3).map(|i| x[i] * x[(i + 1) % 3]).sum::<f64>();
        let u: f64 = (1..=3).map(|k| x[0].powi(k) / k as f64).sum();
        let p = x.iter().product::<f64>();
        let c = x.iter().chain(&[1.0]).skip(1).count();
        s + t + u + p * c as f64
    }
    fn closures / closures_value_and_grad / closures_grad(x: [f64; 3]) {
        let mut scale = 2.0;
        let by_value = move |v: f64| v * scale;
        scale = 3.0 * x[2];
        let square = |v: f64| v * v * scale;
        let field = |s: [f64; 2]| [s[1], -square(s[0])];
        let [a, b] = field([x[0], x[1]]);
        let mut count = 0.0;
        let mut note = |v: f64| {
            count += v;
            if v > 0.0 { v.sqrt() } else { 0.0 }
        };
        let noted = note(x[0]) + note(x[2] * x[2]);
        let v = 7.0;
        let total: f64 = x.iter().copied().map(square).sum();
        a * b + by_value(x[1]) + noted * count + total + v
    }
    fn changed_in_arms / changed_in_arms_value_and_grad / changed_in_arms_grad(x: [f64; 3]) {
        let mut y = [0.0; 3];
        for i in 0..3 {
            if x[i] > 0.5 {
                y[i] = x[i] * x[i];
            } else {
                y[2 - i] += 3.0 * x[i];
            }
        }
        y[0] * y[1] + y[2]
    }
}

const OUTSIDE: [f64; 3] = [0.3, -0.8, 1.1];

/// Reads and writes at an index that is an argument.
#[grad]
fn picked(x: [f64; 4], k: usize) -> f64 {
    let mut y = [1.0, x[1], x[2] * x[2], 4.0];
    y[k] *= x[0];
    y[(k + 1) % 4] += x[k].sin();
    y[0] * y[1] + y[2] * y[3] + x[k]
}

#[test]
fn computed_indices() {
    for k in 0..4 {
        let x = [0.4, 1.3, -0.7, 2.1];
        agrees(|x| picked(x, k), |x| picked_value_and_grad(x, k), |x| picked_grad(x, k), x);
    }
}

#[test]
#[should_panic(expected = "index out of bounds: the len is 4 but the index is 4")]
fn computed_indices_are_checked() {
    let _ = linear_pick_grad([0.0; 4], 4);
}

#[grad]
fn linear_pick(x: [f64; 4], k: usize) -> f64 {
    2.0 * x[k]
}

/// Softmax cross-entropy with a label.
#[grad(wrt(logits))]
fn cross_entropy(logits: [f64; 3], label: usize) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logits.iter().map(|z| (z - constant(largest)).exp()).sum();
    sum.ln() + constant(largest) - logits[label]
}

#[test]
fn cross_entropy_is_softmax_less_the_label() {
    let logits = [1.0, 2.0, 0.5];
    let sum: f64 = logits.iter().map(|z: &f64| z.exp()).sum();
    for label in 0..3 {
        let gradient = cross_entropy_grad(logits, label);
        for i in 0..3 {
            let expected = logits[i].exp() / sum - if i == label { 1.0 } else { 0.0 };
            assert!((gradient[i] - expected).abs() < 4e-16, "{gradient:?}");
        }
    }
}

/// ‖W·x‖² of the lecture.
#[grad]
fn squared_norm(w: [[f64; 2]; 2], x: [f64; 2]) -> f64 {
    let mut sum = 0.0;
    for row in w {
        let mut q = 0.0;
        for j in 0..2 {
            q += row[j] * x[j];
        }
        sum += q * q;
    }
    sum
}

#[test]
fn squared_norm_of_the_lecture() {
    let (value, (w_bar, x_bar)) = squared_norm_value_and_grad([[0.1, 0.5], [-0.3, 0.8]], [0.2, 0.4]);
    assert!((value - 0.116).abs() < 1e-16);
    for (found, expected) in
        w_bar.iter().flatten().chain(&x_bar).zip([0.088, 0.176, 0.104, 0.208, -0.112, 0.636])
    {
        assert!((found - expected).abs() < 2e-16, "{found} {expected}");
    }
}

/// Nested arrays, references, tuples of arrays, `f32` and generics.
#[grad]
fn nested<T: chainrule::Real>(a: &[[T; 2]; 2], (b, c): ([T; 2], T), n: i32) -> T {
    let mut y = c;
    for (row, v) in a.iter().zip(b) {
        for (j, u) in row.iter().enumerate() {
            y += *u * v.powi(n) * T::from_i32(j as i32 + 1);
        }
    }
    y
}

#[test]
fn generic_arrays() {
    let (value, (a, (b, c))) = nested_value_and_grad(&[[1.0_f32, 2.0], [3.0, 4.0]], ([2.0, 3.0], 0.5), 2);
    assert_eq!(value, 0.5 + (1.0 + 4.0) * 4.0 + (3.0 + 8.0) * 9.0);
    assert_eq!(a, [[4.0, 8.0], [9.0, 18.0]]);
    assert_eq!(b, [20.0, 66.0]);
    assert_eq!(c, 1.0);
}

/// Array parameters that are not differentiated.
#[grad(wrt(p))]
fn fitted(p: [f64; 2], times: &[f64; 3], order: [usize; 3], flags: [bool; 3]) -> f64 {
    let mut y = 0.0;
    for (i, t) in times.iter().enumerate() {
        if flags[i] {
            y += (p[0] * t).exp() * p[1] * times[order[i]];
        }
    }
    y
}

#[test]
fn inactive_arrays() {
    let f = |p: [f64; 2]| fitted(p, &[0.5, 1.0, 1.5], [2, 0, 1], [true, false, true]);
    let with = |p| fitted_value_and_grad(p, &[0.5, 1.0, 1.5], [2, 0, 1], [true, false, true]);
    let alone = |p| fitted_grad(p, &[0.5, 1.0, 1.5], [2, 0, 1], [true, false, true]);
    agrees(f, with, alone, [0.3, 1.2]);
}
