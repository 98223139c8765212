//! Jacobians and Hessians by slices and by arrays that are one value, which are computed by loops over their elements:
//! against differences, symmetric bit for bit, and of any length.

#![allow(
    clippy::needless_range_loop,
    clippy::cast_precision_loss,
    reason = "functions are written in all the ways in which people write them"
)]

#[path = "rolled/harness.rs"]
#[allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "only differences and lists of numbers are used here"
)]
mod harness;

use harness::{Flat, difference};

/// The numbers of an array, one after the other.
fn flat(value: &impl Flat) -> Vec<f64> {
    let mut numbers = Vec::new();
    value.put(&mut numbers);
    numbers
}

/// Numbers that are spread evenly, in no order.
fn list(length: usize, low: f64, high: f64) -> Vec<f64> {
    let place = |i: usize| (0.27 + i as f64 * 0.618_033_988_749_894_8) % 1.0;
    (0..length).map(|i| low + (high - low) * place(i)).collect()
}

/// A point with such numbers as coordinates.
fn point<T: Flat>(low: f64, high: f64) -> T {
    T::take(&mut list(T::LENGTH, low, high).into_iter())
}

/// Compares a matrix, row by row, with differences of the function whose outputs are its rows.
fn assert_matrix(name: &str, at: &[f64], outputs: impl Fn(&[f64]) -> Vec<f64>, found: &[f64]) {
    let rows = outputs(at).len();
    assert_eq!(found.len(), rows * at.len(), "the size of {name}");
    for row in 0..rows {
        for column in 0..at.len() {
            let (expected, error) = difference(|step| {
                let mut moved = at.to_vec();
                moved[column] += step;
                outputs(&moved)[row]
            });
            let found = found[row * at.len() + column];
            let tolerance = 1e-8 * expected.abs().max(1.0);
            assert!(error <= tolerance, "differences of {name}: {error}");
            assert!(
                (found - expected).abs() <= tolerance,
                "entry {row}, {column} of {name}: {found}, not {expected}"
            );
        }
    }
}

fn assert_symmetric(name: &str, size: usize, matrix: &[f64]) {
    for row in 0..size {
        for column in 0..row {
            let (below, above) = (matrix[row * size + column], matrix[column * size + row]);
            assert_eq!(below.to_bits(), above.to_bits(), "entry {row}, {column} of {name}");
        }
    }
}

fn assert_same(left: &[f64], right: &[f64]) {
    let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(left), bits(right), "{left:?} and {right:?}");
}

/// The Jacobian of a function of one array that returns one array.
macro_rules! jacobian_of_array {
    ($name:ident, $jacobian:ident, $both:ident: $input:ty, $low:literal..$high:literal) => {{
        let x: $input = point($low, $high);
        let at = |numbers: &[f64]| flat(&$name(<$input>::take(&mut numbers.iter().copied())));
        let jacobian = flat(&$jacobian(x));
        assert_matrix(stringify!($name), &flat(&x), at, &jacobian);
        let (value, both) = $both(x);
        assert_same(&flat(&value), &flat(&$name(x)));
        assert_same(&flat(&both), &jacobian);
    }};
}

/// The Hessian of a function of one array.
macro_rules! hessian_of_array {
    ($name:ident, $grad:ident, $hessian:ident, $all:ident: $input:ty, $low:literal..$high:literal) => {{
        let x: $input = point($low, $high);
        let at = |numbers: &[f64]| flat(&$grad(&<$input>::take(&mut numbers.iter().copied())));
        let hessian = flat(&$hessian(&x));
        assert_matrix(stringify!($name), &flat(&x), at, &hessian);
        assert_symmetric(stringify!($name), <$input>::LENGTH, &hessian);
        let (value, gradient, all) = $all(&x);
        assert_eq!(value.to_bits(), $name(&x).to_bits());
        assert_matrix(
            stringify!($name),
            &flat(&x),
            |at| vec![$name(&<$input>::take(&mut at.iter().copied()))],
            &flat(&gradient),
        );
        assert_same(&flat(&all), &hessian);
    }};
}

mod arrays {
    use chainrule::{grad, hessian, jacobian, jvp, vjp};

    use super::{Flat, assert_matrix, assert_same, assert_symmetric, flat, point};

    /// One step of a method of Runge and Kutta, for a ring of oscillators.
    #[jacobian]
    #[jvp]
    #[vjp]
    fn step<const N: usize>(x: [f64; N]) -> [f64; N] {
        let h = 0.1;
        let mut first = [0.0; N];
        for i in 0..N {
            first[i] = x[(i + 1) % N].sin() - x[i] * x[i];
        }
        let mut middle = x;
        for i in 0..N {
            middle[i] += 0.5 * h * first[i];
        }
        let mut y = x;
        for i in 0..N {
            y[i] += h * (middle[(i + 1) % N].sin() - middle[i] * middle[i]);
        }
        y
    }

    /// A tridiagonal system, by elimination and substitution.
    #[jacobian]
    fn tridiagonal<const N: usize>(right: [f64; N]) -> [f64; N] {
        let mut upper = [0.0; N];
        let mut x = right;
        upper[0] = -1.0 / (2.5 + right[0]);
        x[0] /= 2.5 + right[0];
        for i in 1..N {
            let pivot = 2.5 + upper[i - 1];
            upper[i] = -1.0 / pivot;
            x[i] = (x[i] + x[i - 1]) / pivot;
        }
        for i in (0..N - 1).rev() {
            x[i] -= upper[i] * x[i + 1];
        }
        x
    }

    /// More inputs than outputs, known: row by row.
    #[jacobian(unroll = 1)]
    fn pooled(x: [f64; 2000]) -> [f64; 1500] {
        let mut y = [0.0; 1500];
        for i in 0..1500 {
            y[i] = x[i] * x[i + 500];
        }
        y
    }

    #[jacobian]
    fn matrix<const N: usize>(x: [[f64; 2]; N]) -> [[f64; 3]; N] {
        let mut y = [[0.0; 3]; N];
        for i in 0..N {
            y[i][0] = x[i][0] * x[i][1];
            y[i][1] = x[N - 1 - i][0].exp();
            y[i][2] = x[i][1];
        }
        y
    }

    #[jacobian]
    fn passed<const N: usize>(x: [f64; N]) -> [f64; N] {
        x
    }

    #[jacobian]
    fn constant<const N: usize>(_x: [f64; N]) -> [f64; N] {
        [1.5; N]
    }

    #[test]
    fn jacobians() {
        jacobian_of_array!(step, step_jacobian, step_value_and_jacobian: [f64; 5], -1.0..1.0);
        jacobian_of_array!(step, step_jacobian, step_value_and_jacobian: [f64; 1], -1.0..1.0);
        jacobian_of_array!(tridiagonal, tridiagonal_jacobian, tridiagonal_value_and_jacobian: [f64; 6], 0.0..1.0);
        jacobian_of_array!(matrix, matrix_jacobian, matrix_value_and_jacobian: [[f64; 2]; 4], -1.0..1.0);
        jacobian_of_array!(passed, passed_jacobian, passed_value_and_jacobian: [f64; 3], -1.0..1.0);
        jacobian_of_array!(constant, constant_jacobian, constant_value_and_jacobian: [f64; 3], -1.0..1.0);
    }

    #[test]
    fn products_with_directions_agree_with_the_jacobian() {
        let (x, way): ([f64; 5], [f64; 5]) = (point(-1.0, 1.0), point(-2.0, 0.5));
        let jacobian = step_jacobian(x);
        let (value, tangent) = step_jvp(x, way);
        let (other, pullback) = step_vjp(x);
        let back = pullback(way);
        assert_same(&value, &step(x));
        assert_same(&other, &value);
        for i in 0..5 {
            let forward: f64 = (0..5).map(|j| jacobian[i][j] * way[j]).sum();
            let backward: f64 = (0..5).map(|j| jacobian[j][i] * way[j]).sum();
            assert!((tangent[i] - forward).abs() < 1e-12 && (back[i] - backward).abs() < 1e-12);
        }
    }

    #[test]
    fn many_inputs_go_row_by_row() {
        std::thread::Builder::new()
            .stack_size(256 << 20)
            .spawn(|| {
                let x: [f64; 2000] = point(-1.0, 1.0);
                let jacobian = pooled_jacobian(x);
                for (i, row) in jacobian.iter().enumerate() {
                    for (j, slope) in row.iter().enumerate() {
                        let expected: f64 = if j == i {
                            x[i + 500]
                        } else if j == i + 500 {
                            x[i]
                        } else {
                            0.0
                        };
                        assert_eq!(slope.to_bits(), expected.to_bits(), "{i}, {j}");
                    }
                }
            })
            .expect("a thread")
            .join()
            .expect("equal entries");
    }

    #[hessian]
    #[grad]
    fn rosenbrock<const N: usize>(x: &[f64; N]) -> f64 {
        let mut sum = 0.0;
        for i in 0..N - 1 {
            sum += 100.0 * (x[i + 1] - x[i] * x[i]).powi(2) + (1.0 - x[i]).powi(2);
        }
        sum
    }

    /// A function whose loop keeps what it multiplies.
    #[hessian]
    #[grad]
    fn product<const N: usize>(x: &[f64; N]) -> f64 {
        let mut product = 1.0;
        for x in x {
            product *= x;
        }
        product.sin()
    }

    /// The inverse distances of all pairs of points.
    #[hessian]
    #[grad]
    fn energy<const N: usize>(x: &[[f64; 2]; N]) -> f64 {
        let mut sum = 0.0;
        for i in 0..N {
            for j in 0..i {
                let mut square = 0.1;
                for d in 0..2 {
                    square += (x[i][d] - x[j][d]).powi(2);
                }
                sum += 1.0 / square.sqrt();
            }
        }
        sum
    }

    /// An array that changes in place, and is taken for the tangent's place.
    #[hessian]
    #[grad]
    fn smoothed<const N: usize>(x: &[f64; N]) -> f64 {
        let mut y = *x;
        for _ in 0..3 {
            for i in 1..N {
                y[i] = 0.5 * (y[i] + y[i - 1] * x[i]);
            }
        }
        y[N - 1]
    }

    #[test]
    fn hessians() {
        hessian_of_array!(rosenbrock, rosenbrock_grad, rosenbrock_hessian, rosenbrock_value_grad_and_hessian: [f64; 5], -1.0..1.0);
        hessian_of_array!(rosenbrock, rosenbrock_grad, rosenbrock_hessian, rosenbrock_value_grad_and_hessian: [f64; 1], -1.0..1.0);
        hessian_of_array!(product, product_grad, product_hessian, product_value_grad_and_hessian: [f64; 4], 0.5..1.5);
        hessian_of_array!(energy, energy_grad, energy_hessian, energy_value_grad_and_hessian: [[f64; 2]; 4], -1.0..1.0);
        hessian_of_array!(smoothed, smoothed_grad, smoothed_hessian, smoothed_value_grad_and_hessian: [f64; 4], -1.0..1.0);
    }
}

mod mixed {
    use chainrule::{grad, hessian, jacobian};

    use super::{Flat, assert_matrix, flat, point};

    /// An array, a list and a float, to an array and a float.
    #[jacobian]
    fn response<const N: usize>(x: [f64; N], (gain, offset): (f64, f64), w: [f64; 2]) -> ([f64; N], f64) {
        let mut y = [0.0; N];
        let mut sum = 0.0;
        for i in 0..N {
            y[i] = gain * (x[i] + offset).tanh() + w[0];
            sum += x[i] * y[i] * w[1];
        }
        (y, sum)
    }

    type Point = ([f64; 3], (f64, f64), [f64; 2]);

    #[test]
    fn blocks_of_a_jacobian() {
        let (x, p, w): Point = point(-1.0, 1.0);
        let ((by_x, by_p, by_w), sum) = response_jacobian(x, p, w);
        let mut rows = Vec::new();
        for i in 0..3 {
            (by_x[i], by_p[i], by_w[i]).put(&mut rows);
        }
        sum.put(&mut rows);
        let outputs = |numbers: &[f64]| {
            let (x, p, w) = Point::take(&mut numbers.iter().copied());
            flat(&response(x, p, w))
        };
        assert_matrix("response", &flat(&(x, p, w)), outputs, &rows);
        let (value, jacobian) = response_value_and_jacobian(x, p, w);
        assert_eq!(value, response(x, p, w));
        assert_eq!(jacobian, response_jacobian(x, p, w));
    }

    /// Squared deviations of a decay from its data.
    #[hessian]
    #[grad]
    fn misfit<const N: usize>(rate: f64, data: [f64; N], (scale, _unused): (f64, f64)) -> f64 {
        let mut sum = 0.0;
        for i in 0..N {
            sum += (scale * (-rate * i as f64).exp() - data[i] * data[i]).powi(2);
        }
        sum
    }

    type Parameters = (f64, [f64; 3], (f64, f64));

    #[test]
    fn blocks_of_a_hessian() {
        let (rate, data, scales): Parameters = point(0.2, 1.0);
        let hessian = misfit_hessian(rate, data, scales);
        let mut rows = flat(&hessian.0);
        for i in 0..3 {
            (hessian.1.0[i], hessian.1.1[i], hessian.1.2[i]).put(&mut rows);
        }
        let (first, second) = (hessian.2.0, hessian.2.2);
        (first.0, hessian.2.1.0, second.0).put(&mut rows);
        (first.1, hessian.2.1.1, second.1).put(&mut rows);
        let outputs = |numbers: &[f64]| {
            let (rate, data, scales) = Parameters::take(&mut numbers.iter().copied());
            flat(&misfit_grad(rate, data, scales))
        };
        assert_matrix("misfit", &flat(&(rate, data, scales)), outputs, &rows);
        super::assert_symmetric("misfit", 6, &rows);
        let (value, gradient, all) = misfit_value_grad_and_hessian(rate, data, scales);
        assert_eq!(value.to_bits(), misfit(rate, data, scales).to_bits());
        let value_at = |numbers: &[f64]| {
            let (rate, data, scales) = Parameters::take(&mut numbers.iter().copied());
            vec![misfit(rate, data, scales)]
        };
        assert_matrix("misfit", &flat(&(rate, data, scales)), value_at, &flat(&gradient));
        assert_eq!(all, hessian);
    }

    #[jacobian]
    fn powers<const N: usize>(x: f64) -> [f64; N] {
        let mut y = [1.0; N];
        for i in 1..N {
            y[i] = y[i - 1] * x;
        }
        y
    }

    #[test]
    fn an_array_by_a_float() {
        assert_eq!(powers_jacobian::<4>(2.0), [0.0, 1.0, 4.0, 12.0]);
        assert_eq!(powers_value_and_jacobian::<3>(3.0), ([1.0, 3.0, 9.0], [0.0, 1.0, 6.0]));
        assert_eq!(powers_jacobian::<0>(2.0), [0.0; 0]);
    }

    #[hessian]
    fn in_two_types<const N: usize>(x: [f32; N], a: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..N {
            sum += f64::from(x[i]) * f64::from(x[i]) * a * a;
        }
        sum
    }

    #[test]
    fn each_block_has_its_type() {
        let ((xx, xa), (ax, aa)) = in_two_types_hessian([1.0, 2.0], 3.0);
        assert_eq!((xx, aa), ([[18.0_f32, 0.0], [0.0, 18.0]], 10.0_f64));
        assert_eq!((xa, ax), ([12.0_f64, 24.0], [12.0_f32, 24.0]));
    }

    #[hessian]
    #[jacobian]
    fn generic<T: chainrule::Real, const N: usize>(x: [T; N], a: T) -> T {
        let mut sum = T::ZERO;
        for i in 0..N {
            sum += x[i] * x[i] * a;
        }
        sum
    }

    #[test]
    fn type_parameters() {
        let hessian = generic_hessian([1.0_f32, 2.0], 3.0);
        assert_eq!(hessian, (([[6.0, 0.0], [0.0, 6.0]], [2.0, 4.0]), ([2.0, 4.0], 0.0)));
        assert_eq!(generic_jacobian([1.0, 2.0], 3.0), ([6.0, 12.0], 5.0));
    }
}

mod slices {
    use chainrule::{grad, hessian, jacobian};

    use super::{assert_matrix, assert_same, assert_symmetric, list};

    #[hessian]
    #[grad]
    fn log_sum(x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for x in x {
            sum += x.exp();
        }
        sum.ln()
    }

    #[hessian(wrt(x))]
    #[grad(wrt(x))]
    fn weighted(x: &[f64], w: &[f64], power: i32) -> f64 {
        x.iter().zip(w).map(|(x, w)| w * x.powi(power)).sum()
    }

    #[hessian(wrt(x))]
    #[grad(wrt(x))]
    fn linear(x: &[f64], w: &[f64]) -> f64 {
        x.iter().zip(w).map(|(x, w)| w * x).sum()
    }

    /// Neighbours, and a branch.
    #[hessian]
    #[grad]
    fn rough(x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 1..x.len() {
            let step = x[i] - x[i - 1];
            if step > 0.0 {
                sum += step.powi(3);
            } else {
                sum += step * step * x[i];
            }
        }
        sum
    }

    /// A loop that keeps what it multiplies, in a vector: the gradient's own place is taken.
    #[hessian(alloc)]
    #[grad]
    fn product(x: &[f64]) -> f64 {
        let mut product = 1.0;
        for x in x {
            product *= x.cos();
        }
        product
    }

    /// A vector that begins as the slice, and changes.
    #[hessian(alloc)]
    #[grad(alloc)]
    fn smoothed(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        for i in 1..x.len() {
            y[i] *= y[i - 1];
        }
        y.iter().sum()
    }

    macro_rules! hessian_of_slice {
        ($name:ident, $grad:ident, $hessian:ident, $all:ident: $length:expr, $($more:expr),*) => {{
            let x: Vec<f64> = list($length, -1.0, 1.5);
            let gradient = |x: &[f64]| {
                let mut bar = vec![f64::NAN; x.len()];
                $grad(x $(, $more)*, &mut bar);
                bar
            };
            let mut hessian = vec![f64::NAN; x.len() * x.len()];
            $hessian(&x $(, $more)*, &mut hessian);
            assert_matrix(stringify!($name), &x, gradient, &hessian);
            assert_symmetric(stringify!($name), x.len(), &hessian);
            let (mut bar, mut all) = (vec![f64::NAN; x.len()], vec![f64::NAN; x.len() * x.len()]);
            let value = $all(&x $(, $more)*, &mut bar, &mut all);
            assert_eq!(value.to_bits(), $name(&x $(, $more)*).to_bits());
            assert_matrix(stringify!($name), &x, |x| vec![$name(x $(, $more)*)], &bar);
            assert_same(&all, &hessian);
        }};
    }

    #[test]
    fn hessians() {
        for length in [0, 1, 2, 5] {
            hessian_of_slice!(log_sum, log_sum_grad, log_sum_hessian, log_sum_value_grad_and_hessian: length,);
            hessian_of_slice!(rough, rough_grad, rough_hessian, rough_value_grad_and_hessian: length,);
            hessian_of_slice!(smoothed, smoothed_grad, smoothed_hessian, smoothed_value_grad_and_hessian: length,);
            hessian_of_slice!(product, product_grad, product_hessian, product_value_grad_and_hessian: length,);
        }
        let w = [1.0, -2.0, 0.5];
        hessian_of_slice!(weighted, weighted_grad, weighted_hessian, weighted_value_grad_and_hessian: 3, &w, 3);
        hessian_of_slice!(linear, linear_grad, linear_hessian, linear_value_grad_and_hessian: 3, &w);
    }

    #[jacobian]
    fn moments(x: &[f64]) -> (f64, [f64; 2]) {
        (x.iter().sum(), [x.iter().map(|x| x * x).sum(), x.iter().map(|x| x * x.sin()).sum()])
    }

    /// Both keep what they multiply, each in its row.
    #[jacobian]
    fn products(x: &[f64]) -> [f64; 2] {
        let (mut first, mut second) = (1.0, 1.0);
        for x in x {
            first *= x.cos();
        }
        for x in x {
            second = x.sin() * second * second + 1.0;
        }
        [first, second]
    }

    /// Two slices and a float, to one array.
    #[jacobian]
    fn filtered<const N: usize>(x: &[f64], w: &[f64], gain: f64) -> [f64; N] {
        let mut y = [0.0; N];
        for i in 0..N {
            for j in 0..w.len() {
                y[i] += gain * w[j] * x[i + j].cos();
            }
        }
        y
    }

    #[test]
    fn jacobians() {
        let x = list(4, -1.0, 1.0);
        let mut jacobian = [f64::NAN; 12];
        moments_jacobian(&x, &mut jacobian);
        let outputs = |x: &[f64]| {
            let (first, [second, third]) = moments(x);
            vec![first, second, third]
        };
        assert_matrix("moments", &x, outputs, &jacobian);
        let mut of_products = [f64::NAN; 8];
        products_jacobian(&x, &mut of_products);
        assert_matrix("products", &x, |x| products(x).to_vec(), &of_products);
        let mut other = [f64::NAN; 12];
        assert_eq!(moments_value_and_jacobian(&x, &mut other), moments(&x));
        assert_same(&other, &jacobian);
    }

    #[test]
    fn jacobians_of_arrays() {
        let (x, w, gain) = (list(5, -1.0, 1.0), list(3, -2.0, 1.0), 1.5);
        let (mut by_x, mut by_w) = ([f64::NAN; 15], [f64::NAN; 9]);
        let by_gain = filtered_jacobian::<3>(&x, &w, gain, &mut by_x, &mut by_w);
        assert_matrix("filtered by x", &x, |x| filtered::<3>(x, &w, gain).to_vec(), &by_x);
        assert_matrix("filtered by w", &w, |w| filtered::<3>(&x, w, gain).to_vec(), &by_w);
        assert_matrix("filtered by gain", &[gain], |gain| filtered::<3>(&x, &w, gain[0]).to_vec(), &by_gain);
        let (value, other) = filtered_value_and_jacobian::<3>(&x, &w, gain, &mut by_x, &mut by_w);
        assert_same(&value, &filtered::<3>(&x, &w, gain));
        assert_same(&other, &by_gain);
    }

    #[test]
    #[should_panic(expected = "`x_hessian` must hold a row of `x.len()` numbers for each element of `x`")]
    fn a_hessian_of_another_size() {
        log_sum_hessian(&[1.0, 2.0], &mut [0.0; 3]);
    }

    #[test]
    #[should_panic(expected = "`x_bar` must be as long as `x`")]
    fn a_gradient_of_another_size() {
        let _ = log_sum_value_grad_and_hessian(&[1.0, 2.0], &mut [0.0; 3], &mut [0.0; 4]);
    }

    #[test]
    #[should_panic(
        expected = "`x_jacobian` must hold as many rows as there are outputs, each as long as `x`"
    )]
    fn a_jacobian_of_another_size() {
        moments_jacobian(&[1.0, 2.0], &mut [0.0; 4]);
    }
}
