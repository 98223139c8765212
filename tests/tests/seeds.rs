//! Large dense Jacobians and Hessians, which are computed by loops over seeds: against closed forms, in every shape,
//! direction and type.

#![allow(clippy::all, clippy::pedantic, reason = "formulas are written as in the books")]

use chainrule::{Real, hessian, jacobian, jvp};

/// Panics unless all entries agree relative to the largest.
fn assert_close<'a>(
    found: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
    tolerance: f64,
) {
    let (found, expected): (Vec<f64>, Vec<f64>) =
        (found.into_iter().copied().collect(), expected.into_iter().copied().collect());
    let scale = expected.iter().fold(1e-300_f64, |scale, entry| scale.max(entry.abs()));
    assert_eq!(found.len(), expected.len());
    for (position, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let is_close = (found - expected).abs() <= tolerance * scale;
        assert!(is_close, "entry {position} is {found:e} instead of {expected:e}");
    }
}

fn assert_symmetric<const N: usize>(matrix: &[[f64; N]; N]) {
    for row in 0..N {
        for column in 0..row {
            assert_eq!(matrix[row][column].to_bits(), matrix[column][row].to_bits(), "{row}, {column}");
        }
    }
}

fn bits<const N: usize>(values: [f64; N]) -> [u64; N] {
    values.map(f64::to_bits)
}

/// Numbers of both signs that look random.
fn numbers<const N: usize>(seed: usize) -> [f64; N] {
    std::array::from_fn(|k| ((k * 37 + seed * 17) % 41) as f64 * 0.04 - 0.79)
}

/// As many inputs as outputs: column by column.
mod square {
    use super::{Real, assert_close, bits, jacobian, numbers};

    #[jacobian]
    fn mixed(x: [f64; 40]) -> [f64; 40] {
        let mut wave = 0.0;
        let mut square = 1.0;
        for k in 0..40 {
            wave += x[k].sin() * (k + 1) as f64;
            square += x[k] * x[k];
        }
        let mut y = [0.0; 40];
        for i in 0..40 {
            y[i] = (wave * 0.01 + x[i] * (i + 1) as f64).tanh() / square;
        }
        y
    }

    #[test]
    fn against_the_closed_form() {
        let x = numbers::<40>(1);
        let wave: f64 = (0..40).map(|k| x[k].sin() * (k + 1) as f64).sum();
        let square: f64 = 1.0 + x.iter().map(|x| x * x).sum::<f64>();
        let expected: [[f64; 40]; 40] = std::array::from_fn(|i| {
            let t = (wave * 0.01 + x[i] * (i + 1) as f64).tanh();
            std::array::from_fn(|j| {
                let own = if i == j { (i + 1) as f64 } else { 0.0 };
                let inner = 0.01 * (j + 1) as f64 * x[j].cos() + own;
                (1.0 - t * t) * inner / square - t * 2.0 * x[j] / (square * square)
            })
        });
        let (value, found) = mixed_value_and_jacobian(x);
        assert_eq!(bits(value), bits(mixed(x)));
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-14);
        assert_close(mixed_jacobian(x).as_flattened(), expected.as_flattened(), 1e-14);
    }

    /// The weight of input j in output i.
    fn weight(i: usize, j: usize) -> f64 {
        ((i * 7 + j * 3) % 11) as f64 * 0.04 - 0.2
    }

    #[jacobian(unroll = 10000)]
    fn layers(x: &[f64; 24]) -> [f64; 24] {
        let mut state = *x;
        for _ in 0..2 {
            let mut next = [0.0; 24];
            for i in 0..24 {
                let mut sum = 0.1;
                for j in 0..24 {
                    sum += (((i * 7 + j * 3) % 11) as f64 * 0.04 - 0.2) * state[j];
                }
                next[i] = sum.tanh();
            }
            state = next;
        }
        state
    }

    #[test]
    fn two_layers() {
        let x = numbers::<24>(2);
        let layer = |x: [f64; 24]| -> [f64; 24] {
            std::array::from_fn(|i| (0.1 + (0..24).map(|j| weight(i, j) * x[j]).sum::<f64>()).tanh())
        };
        let (hidden, output) = (layer(x), layer(layer(x)));
        let slope = |y: f64| 1.0 - y * y;
        let expected: [[f64; 24]; 24] = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let paths = (0..24).map(|k| weight(i, k) * slope(hidden[k]) * weight(k, j));
                slope(output[i]) * paths.sum::<f64>()
            })
        });
        let (value, found) = layers_value_and_jacobian(&x);
        assert_eq!(bits(value), bits(layers(&x)));
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-13);
    }

    /// The softmax by its definition, with slopes p_i (δ_ij - p_j).
    #[jacobian]
    fn shares<T: Real>(x: &[T; 32]) -> [T; 32] {
        let mut total = T::ZERO;
        for k in 0..32 {
            total += x[k].exp();
        }
        let mut shares = [T::ZERO; 32];
        for k in 0..32 {
            shares[k] = x[k].exp() / total;
        }
        shares
    }

    #[jacobian(strict)]
    fn shares_of_f32(x: [f32; 32]) -> [f32; 32] {
        let mut total = 0.0;
        for k in 0..32 {
            total += x[k].exp();
        }
        let mut shares = [0.0; 32];
        for k in 0..32 {
            shares[k] = x[k].exp() / total;
        }
        shares
    }

    #[test]
    fn generic_and_f32() {
        let x = numbers::<32>(3);
        let total: f64 = x.iter().map(|x| x.exp()).sum();
        let p = x.map(|x| x.exp() / total);
        let expected: [[f64; 32]; 32] = std::array::from_fn(|i| {
            std::array::from_fn(|j| if i == j { p[i] * (1.0 - p[i]) } else { -p[i] * p[j] })
        });
        let (value, found) = shares_value_and_jacobian(&x);
        assert_eq!(bits(value), bits(shares(&x)));
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-14);
        let narrow = x.map(|x| x as f32);
        for (value, found) in [shares_value_and_jacobian(&narrow), shares_of_f32_value_and_jacobian(narrow)] {
            assert_eq!(value.map(f32::to_bits), shares_of_f32(narrow).map(f32::to_bits));
            let found: [[f64; 32]; 32] = found.map(|row| row.map(f64::from));
            assert_close(found.as_flattened(), expected.as_flattened(), 1e-6);
        }
    }
}

/// More inputs than outputs: row by row.
mod wide {
    use super::{assert_close, bits, jacobian, numbers};

    #[jacobian]
    fn kinked(x: [f64; 60]) -> [f64; 20] {
        let mut total = 0.0;
        let mut square = 1.0;
        for k in 0..60 {
            total += if x[k] > 0.0 { x[k].exp() } else { 1.0 / (1.0 - x[k]) };
            square += x[k] * x[k];
        }
        let mut y = [0.0; 20];
        for i in 0..20 {
            y[i] = (total - (4 * i) as f64).abs() * x[i].max(0.1) / square.sqrt();
        }
        y
    }

    #[test]
    fn with_branches() {
        let x = numbers::<60>(4);
        let total: f64 = x.iter().map(|x| if *x > 0.0 { x.exp() } else { 1.0 / (1.0 - x) }).sum();
        let square: f64 = 1.0 + x.iter().map(|x| x * x).sum::<f64>();
        let root = square.sqrt();
        let expected: [[f64; 60]; 20] = std::array::from_fn(|i| {
            let distance = total - (4 * i) as f64;
            let factor = x[i].max(0.1);
            std::array::from_fn(|j| {
                let slope = if x[j] > 0.0 { x[j].exp() } else { 1.0 / (1.0 - x[j]).powi(2) };
                let own = if i == j && x[i] > 0.1 { distance.abs() / root } else { 0.0 };
                distance.signum() * slope * factor / root + own
                    - distance.abs() * factor * x[j] / (square * root)
            })
        });
        let (value, found) = kinked_value_and_jacobian(x);
        assert_eq!(bits(value), bits(kinked(x)));
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-13);
        assert_close(kinked_jacobian(x).as_flattened(), expected.as_flattened(), 1e-13);
    }
}

mod hessians {
    use super::{Real, assert_close, assert_symmetric, hessian, numbers};

    #[hessian]
    fn log_sum_exp<T: Real>(x: [T; 30]) -> T {
        let mut sum = T::ZERO;
        for k in 0..30 {
            sum += (x[k] * T::from_f64((k % 5 + 1) as f64)).exp();
        }
        sum.ln()
    }

    #[test]
    fn of_log_sum_exp() {
        let x = numbers::<30>(5);
        let rate = |k: usize| (k % 5 + 1) as f64;
        let sum: f64 = (0..30).map(|k| (rate(k) * x[k]).exp()).sum();
        let p: [f64; 30] = std::array::from_fn(|k| (rate(k) * x[k]).exp() / sum * rate(k));
        let expected: [[f64; 30]; 30] = std::array::from_fn(|i| {
            std::array::from_fn(|j| if i == j { p[i] * (rate(i) - p[i]) } else { -p[i] * p[j] })
        });
        let (value, gradient, found) = log_sum_exp_value_grad_and_hessian(x);
        assert_eq!(value.to_bits(), log_sum_exp(x).to_bits());
        assert_close(&gradient, &p, 1e-14);
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-14);
        assert_symmetric(&found);
        let alone = log_sum_exp_hessian(x);
        assert_close(alone.as_flattened(), expected.as_flattened(), 1e-14);
        assert_symmetric(&alone);
        let narrow = log_sum_exp_hessian(x.map(|x| x as f32)).map(|row| row.map(f64::from));
        assert_close(narrow.as_flattened(), expected.as_flattened(), 1e-5);
        assert_symmetric(&narrow);
    }

    /// The root of a sum of branches, of arrays in a tuple.
    #[hessian]
    fn kinked(z: ([[f64; 6]; 2], [f64; 12]), scale: f64) -> f64 {
        let (x, y) = z;
        let mut sum = 10.0;
        for i in 0..2 {
            for j in 0..6 {
                let difference = x[i][j] - y[6 * i + j];
                sum += if difference > 0.0 { scale * difference.powi(2) } else { difference.cosh() };
            }
        }
        sum.sqrt()
    }

    #[test]
    fn of_branches_and_tuples() {
        let (x, y): ([f64; 12], [f64; 12]) = (numbers(6), numbers(9));
        let scale = 1.5;
        // In the order x, y, scale: the gradient g and Hessian h of the sum.
        let (mut sum, mut g, mut h) = (10.0, [0.0; 25], [[0.0; 25]; 25]);
        for k in 0..12 {
            let d = x[k] - y[k];
            let (term, first, second) = if d > 0.0 {
                (scale * d * d, 2.0 * scale * d, 2.0 * scale)
            } else {
                (d.cosh(), d.sinh(), d.cosh())
            };
            sum += term;
            (g[k], g[12 + k]) = (first, -first);
            (h[k][k], h[12 + k][12 + k]) = (second, second);
            (h[k][12 + k], h[12 + k][k]) = (-second, -second);
            if d > 0.0 {
                g[24] += d * d;
                (h[k][24], h[24][k]) = (2.0 * d, 2.0 * d);
                (h[12 + k][24], h[24][12 + k]) = (-2.0 * d, -2.0 * d);
            }
        }
        let root = f64::sqrt(sum);
        let expected: [[f64; 25]; 25] = std::array::from_fn(|i| {
            std::array::from_fn(|j| h[i][j] / (2.0 * root) - g[i] * g[j] / (4.0 * sum * root))
        });
        let rows: [[f64; 6]; 2] = [x[..6].try_into().unwrap(), x[6..].try_into().unwrap()];
        let (value, (slopes, slope), found) = kinked_value_grad_and_hessian((rows, y), scale);
        assert_eq!(value.to_bits(), kinked((rows, y), scale).to_bits());
        let slopes: Vec<f64> = slopes.0.as_flattened().iter().chain(&slopes.1).copied().collect();
        assert_close(slopes.iter().chain([&slope]), &g.map(|g| g / (2.0 * root)), 1e-14);
        let ((by_z, by_z_and_scale), (by_scale_and_z, by_scale)) = found;
        let mut flat: Vec<Vec<f64>> = Vec::new();
        let row = |(block, list): ([[f64; 6]; 2], [f64; 12]), last: f64| -> Vec<f64> {
            block.as_flattened().iter().chain(&list).copied().chain([last]).collect()
        };
        for (block, last) in by_z.0.as_flattened().iter().zip(by_z_and_scale.0.as_flattened()) {
            flat.push(row(*block, *last));
        }
        for (block, last) in by_z.1.iter().zip(&by_z_and_scale.1) {
            flat.push(row(*block, *last));
        }
        flat.push(row(by_scale_and_z, by_scale));
        assert_close(flat.iter().flatten(), expected.as_flattened(), 1e-14);
        for i in 0..25 {
            for j in 0..i {
                assert_eq!(flat[i][j].to_bits(), flat[j][i].to_bits());
            }
        }
    }
}

/// Blocks, against directional derivatives.
mod shapes {
    use super::{jacobian, jvp, numbers};

    #[jacobian]
    #[jvp]
    fn blocks(w: [[f64; 5]; 4], (a, n): (f64, i32), b: &[f64; 3]) -> ([f64; 20], f64, [[f64; 2]; 2]) {
        let mut total = a.powi(n);
        for i in 0..4 {
            for j in 0..5 {
                total += (w[i][j] * b[j % 3]).sin() * (w[i][(j + 1) % 5] + a);
            }
        }
        let mut list = [0.0; 20];
        for i in 0..4 {
            for j in 0..5 {
                list[5 * i + j] = (total + w[i][j]).cos() * total;
            }
        }
        (list, total, [[total * a, list[0]], [list[1] / b[0], 2.0]])
    }

    #[test]
    fn of_several_parameters() {
        let flat: [f64; 20] = numbers(7);
        let w: [[f64; 5]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| flat[5 * i + j]));
        let (a, b) = ((0.7, 3), [0.4, -0.3, 0.9]);
        let (value, (lists, totals, squares)) = blocks_value_and_jacobian(w, a, &b);
        assert_eq!(value, blocks(w, a, &b));
        let (by_w, by_a, by_b) = lists;
        let close = |found: f64, expected: f64| {
            assert!((found - expected).abs() <= 1e-13 * expected.abs().max(1.0), "{found:e}, {expected:e}");
        };
        for i in 0..4 {
            for j in 0..5 {
                let mut direction = [[0.0; 5]; 4];
                direction[i][j] = 1.0;
                let (_, (list, total, square)) = blocks_jvp(w, a, &b, direction, (0.0,), [0.0; 3]);
                (0..20).for_each(|k| close(by_w[k][i][j], list[k]));
                close(totals.0[i][j], total);
                (0..4).for_each(|k| close(squares.0[k / 2][k % 2][i][j], square[k / 2][k % 2]));
            }
        }
        let (_, (list, total, square)) = blocks_jvp(w, a, &b, [[0.0; 5]; 4], (1.0,), [0.0; 3]);
        (0..20).for_each(|k| close(by_a[k].0, list[k]));
        close(totals.1.0, total);
        (0..4).for_each(|k| close(squares.1[k / 2][k % 2].0, square[k / 2][k % 2]));
        for j in 0..3 {
            let mut direction = [0.0; 3];
            direction[j] = 1.0;
            let (_, (list, total, square)) = blocks_jvp(w, a, &b, [[0.0; 5]; 4], (0.0,), direction);
            (0..20).for_each(|k| close(by_b[k][j], list[k]));
            close(totals.2[j], total);
            (0..4).for_each(|k| close(squares.2[k / 2][k % 2][j], square[k / 2][k % 2]));
        }
    }
}

/// What surrounds the loop.
mod surroundings {
    use std::cell::Cell;

    use super::{assert_close, jacobian, numbers};

    /// Arithmetic in a `const fn` stays in a `const fn`.
    #[jacobian]
    const fn products(x: [f64; 24]) -> [f64; 24] {
        let mut sum = 1.0;
        let mut square = 1.0;
        let mut k = 0;
        while k < 24 {
            sum += x[k];
            square += x[k] * x[k];
            k += 1;
        }
        let t = sum * square;
        let mut y = [0.0; 24];
        k = 0;
        while k < 24 {
            y[k] = t * t * x[k] + square;
            k += 1;
        }
        y
    }

    const ONES: [[f64; 24]; 24] = products_jacobian([1.0; 24]);

    #[test]
    fn in_a_constant() {
        // t = 25 · 25, with the slope 25 + 25 · 2.
        let (t, slope) = (625.0, 75.0);
        for i in 0..24 {
            for j in 0..24 {
                let own = if i == j { t * t } else { 0.0 };
                assert_eq!(ONES[i][j], 2.0 * t * slope + own + 2.0);
            }
        }
    }

    /// Parameters and locals that are called what the loop calls its own.
    #[jacobian]
    fn names(seed: [f64; 21], column: f64) -> [f64; 22] {
        let mut row = column;
        let mut jacobian = 1.0;
        for k in 0..21 {
            row += seed[k].sin();
            jacobian += seed[k] * seed[k];
        }
        let slopes = row / jacobian;
        let matrix = slopes.exp();
        let mut rows = [matrix; 22];
        for k in 0..21 {
            rows[k] = (slopes * (k + 1) as f64 + seed[k]).tanh() * row;
        }
        rows
    }

    #[test]
    fn names_do_not_clash() {
        let seed = numbers::<21>(8);
        let (value, (by_seed, by_column)) = names_value_and_jacobian(seed, 0.3);
        assert_eq!(value, names(seed, 0.3));
        let h = 1e-6;
        let difference = |change: &dyn Fn(f64) -> [f64; 22]| -> [f64; 22] {
            std::array::from_fn(|k| (change(h)[k] - change(-h)[k]) / (2.0 * h))
        };
        assert_close(&by_column, &difference(&|h| names(seed, 0.3 + h)), 1e-8);
        for j in 0..21 {
            let expected = difference(&|h| {
                let mut seed = seed;
                seed[j] += h;
                names(seed, 0.3)
            });
            assert_close(&by_seed.map(|row| row[j]), &expected, 1e-7);
        }
    }

    /// What is called is called once, and what is asserted in an arm is not asserted for each column.
    #[jacobian]
    fn counting(x: [f64; 22], calls: &Cell<u32>) -> [f64; 22] {
        let mut sum = 1.0;
        for k in 0..22 {
            sum += x[k] * x[k];
        }
        calls.set(calls.get() + 1);
        let mut total = sum.sqrt();
        if sum > 2.0 {
            calls.set(calls.get() + 1);
            total = sum.ln();
        }
        let mut y = [0.0; 22];
        for k in 0..22 {
            y[k] = (total + x[k]).sin() * total;
        }
        y
    }

    #[test]
    fn effects_happen_once() {
        let x = numbers::<22>(11);
        let calls = Cell::new(0);
        let (value, _) = counting_value_and_jacobian(x, &calls);
        let once = calls.get();
        assert_eq!(value, counting(x, &calls));
        assert_eq!(calls.get(), 2 * once);
    }
}
