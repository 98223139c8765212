//! Loops over `f32` and over numbers of a type that the caller chooses.
//!
//! The generic functions are evaluated in both precisions; those of `f64` are compared with derivatives by hand, and
//! those of `f32` with them.

use chainrule::{Real, grad, jvp};

/// How exact `f64` and `f32` are after sums of a few dozen terms, in units of the largest number involved.
const DOUBLE: f64 = 1e-14;
const SINGLE: f64 = 5e-6;

const X: [f64; 6] = [0.5, -1.25, 2.0, 0.75, -0.5, 1.5];
const Y: [f64; 6] = [1.5, 0.25, -0.75, 1.0, 2.25, -1.0];

fn single<const N: usize>(x: [f64; N]) -> [f32; N] {
    #[allow(clippy::cast_possible_truncation, reason = "these numbers are exact in single precision")]
    x.map(|v| v as f32)
}

#[track_caller]
fn assert_close(found: impl IntoIterator<Item = impl Into<f64>>, expected: &[f64], tolerance: f64) {
    let found: Vec<f64> = found.into_iter().map(Into::into).collect();
    let size = expected.iter().fold(1.0_f64, |size, v| size.max(v.abs()));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * size, "{found}, not {expected}");
    }
}

#[grad]
#[jvp]
fn residuals<T: Real>(x: &[T], y: &[T], slope: T, offset: T) -> T {
    let mut sum = T::from_f64(0.0);
    for (a, b) in x.iter().zip(y) {
        let residual = slope * *a + offset - *b;
        sum += residual * residual;
    }
    sum
}

/// The derivatives of `residuals` by hand: those of x, of y, of the slope and of the offset.
fn residuals_by_hand(x: &[f64], y: &[f64], slope: f64, offset: f64) -> Vec<f64> {
    let residuals: Vec<f64> = x.iter().zip(y).map(|(a, b)| slope * a + offset - b).collect();
    let of_x = residuals.iter().map(|r| 2.0 * slope * r);
    let of_y = residuals.iter().map(|r| -2.0 * r);
    let of_slope = residuals.iter().zip(x).map(|(r, a)| 2.0 * r * a).sum();
    let of_offset = residuals.iter().map(|r| 2.0 * r).sum();
    of_x.chain(of_y).chain([of_slope, of_offset]).collect()
}

#[test]
fn generic_slices() {
    for n in [0, 1, 2, 6] {
        let (x, y) = (&X[..n], &Y[..n]);
        let expected = residuals_by_hand(x, y, 0.5, -0.25);
        let (mut x_bar, mut y_bar) = (vec![f64::NAN; n], vec![f64::NAN; n]);
        let (value, of_others) = residuals_value_and_grad(x, y, 0.5, -0.25, &mut x_bar, &mut y_bar);
        assert_eq!(value.to_bits(), residuals(x, y, 0.5, -0.25).to_bits());
        assert_eq!(of_others, residuals_grad(x, y, 0.5, -0.25, &mut x_bar, &mut y_bar));
        assert_close(x_bar.into_iter().chain(y_bar).chain([of_others.0, of_others.1]), &expected, DOUBLE);
        let (along_value, along) = residuals_jvp(x, y, 0.5, -0.25, y, x, 2.0, -1.0);
        assert_eq!(along_value.to_bits(), value.to_bits());
        let direction = y.iter().chain(x).chain(&[2.0, -1.0]);
        assert_close([along], &[direction.zip(&expected).map(|(a, b)| a * b).sum()], DOUBLE);

        let (x, y) = (&single(X)[..n], &single(Y)[..n]);
        let (mut x_bar, mut y_bar) = (vec![f32::NAN; n], vec![f32::NAN; n]);
        let (value, of_others) = residuals_value_and_grad(x, y, 0.5, -0.25, &mut x_bar, &mut y_bar);
        assert_eq!(value.to_bits(), residuals(x, y, 0.5, -0.25).to_bits());
        assert_close(x_bar.into_iter().chain(y_bar).chain([of_others.0, of_others.1]), &expected, SINGLE);
        let (_, along) = residuals_jvp(x, y, 0.5, -0.25, y, x, 2.0, -1.0);
        let direction = Y[..n].iter().chain(&X[..n]).chain(&[2.0, -1.0]);
        assert_close([along], &[direction.zip(&expected).map(|(a, b)| a * b).sum()], SINGLE);
    }
}

#[grad]
fn log_sum_exp<T: Real>(x: &[T]) -> T {
    let largest = x.iter().copied().fold(T::from_f64(-1e30), T::max);
    let sum: T = x.iter().map(|v| (*v - largest).exp()).sum();
    sum.ln() + largest
}

#[grad]
fn single_log_sum_exp(x: &[f32]) -> f32 {
    let mut largest = f32::NEG_INFINITY;
    for &v in x {
        largest = largest.max(v);
    }
    let mut sum = 0.0;
    for v in x {
        sum += (v - largest).exp();
    }
    sum.ln() + largest
}

#[test]
fn softmax_is_the_gradient_of_log_sum_exp() {
    for n in [1, 2, 6] {
        let sum: f64 = X[..n].iter().map(|v| v.exp()).sum();
        let expected: Vec<f64> = X[..n].iter().map(|v| v.exp() / sum).collect();
        let mut x_bar = vec![f64::NAN; n];
        let value = log_sum_exp_value_and_grad(&X[..n], &mut x_bar);
        assert_eq!(value.to_bits(), log_sum_exp(&X[..n]).to_bits());
        assert_close(x_bar.iter().copied(), &expected, DOUBLE);
        log_sum_exp_grad(&X[..n], &mut x_bar);
        assert_close(x_bar, &expected, DOUBLE);

        let mut x_bar = vec![f32::NAN; n];
        let value = log_sum_exp_value_and_grad(&single(X)[..n], &mut x_bar);
        assert_eq!(value.to_bits(), log_sum_exp(&single(X)[..n]).to_bits());
        assert_close(x_bar.iter().copied(), &expected, SINGLE);
        let value = single_log_sum_exp_value_and_grad(&single(X)[..n], &mut x_bar);
        assert_eq!(value.to_bits(), single_log_sum_exp(&single(X)[..n]).to_bits());
        assert_close(x_bar.iter().copied(), &expected, SINGLE);
        single_log_sum_exp_grad(&single(X)[..n], &mut x_bar);
        assert_close(x_bar, &expected, SINGLE);
    }
}

/// Of a generic number of generic numbers.
#[grad]
#[jvp]
fn energy<T: Real, const N: usize>(x: [T; N], stiffness: T) -> T {
    let mut energy = T::from_f64(0.0);
    for i in 0..N {
        energy += T::from_f64(0.5) * stiffness * x[i] * x[i];
        if i > 0 {
            energy += (x[i] - x[i - 1]).powi(4);
        }
    }
    energy
}

#[test]
fn generic_arrays() {
    let mut expected: Vec<f64> = X.iter().map(|v| 3.0 * v).collect();
    for i in 1..X.len() {
        let slope = 4.0 * (X[i] - X[i - 1]).powi(3);
        expected[i] += slope;
        expected[i - 1] -= slope;
    }
    let half_square = 0.5 * X.iter().map(|v| v * v).sum::<f64>();
    expected.push(half_square);
    let (value, (x, stiffness)) = energy_value_and_grad(X, 3.0);
    assert_eq!(value.to_bits(), energy(X, 3.0).to_bits());
    assert_close(x.into_iter().chain([stiffness]), &expected, DOUBLE);
    let (x, stiffness) = energy_grad(single(X), 3.0);
    assert_close(x.into_iter().chain([stiffness]), &expected, SINGLE);
    let (_, along) = energy_jvp(single(X), 3.0, single(Y), 2.0);
    let direction = Y.iter().chain(&[2.0]);
    assert_close([along], &[direction.zip(&expected).map(|(a, b)| a * b).sum()], SINGLE);
}

/// The logistic map, with its values on the stack.
#[grad]
fn iterated<T: Real>(x: T, r: T) -> T {
    let mut y = x;
    for _ in 0..300 {
        y = r * y * (T::from_f64(1.0) - y);
    }
    y
}

/// Where the map has come to rest, at 1 - 1/r, it has forgotten where it started.
#[test]
fn fixed_points_of_the_logistic_map() {
    let (x, r) = iterated_grad(0.25_f64, 2.5);
    assert_close([x, r], &[0.0, 1.0 / 6.25], DOUBLE);
    let (value, (x, r)) = iterated_value_and_grad(0.25_f32, 2.5);
    assert_eq!(value.to_bits(), iterated(0.25_f32, 2.5).to_bits());
    assert_close([x, r], &[0.0, 1.0 / 6.25], SINGLE);
}

#[grad]
#[jvp]
fn centre(points: &[[f32; 3]], masses: &[f32]) -> f32 {
    let mut total = 0.0;
    let mut sum = [0.0; 3];
    for (point, mass) in points.iter().zip(masses) {
        total += mass;
        for d in 0..3 {
            sum[d] += mass * point[d];
        }
    }
    sum[0] / total + sum[1] * sum[2]
}

#[test]
fn single_points() {
    let points = [[0.5, 1.0, -1.0], [2.0, -0.5, 0.25], [-1.5, 0.75, 1.25], [1.0, 1.5, -0.75]];
    let masses = [1.0, 2.0, 0.5, 1.5];
    let total: f64 = masses.iter().sum();
    let sum: [f64; 3] = std::array::from_fn(|d| points.iter().zip(masses).map(|(p, m)| m * p[d]).sum());
    let weights = [1.0 / total, sum[2], sum[1]];
    let mut expected: Vec<f64> = masses.iter().flat_map(|m| weights.map(|w| m * w)).collect();
    expected.extend(
        points
            .iter()
            .map(|p: &[f64; 3]| (0..3).map(|d| p[d] * weights[d]).sum::<f64>() - sum[0] / total / total),
    );

    let (points, masses) = (points.map(single), single(masses));
    let (mut points_bar, mut masses_bar) = ([[f32::NAN; 3]; 4], [f32::NAN; 4]);
    let value = centre_value_and_grad(&points, &masses, &mut points_bar, &mut masses_bar);
    assert_eq!(value.to_bits(), centre(&points, &masses).to_bits());
    assert_close(points_bar.into_iter().flatten().chain(masses_bar), &expected, SINGLE);
    let (along_value, along) = centre_jvp(&points, &masses, &[[1.0; 3]; 4], &[2.0; 4]);
    assert_eq!(along_value.to_bits(), value.to_bits());
    let (of_points, of_masses) = expected.split_at(12);
    let along_expected = of_points.iter().sum::<f64>() + 2.0 * of_masses.iter().sum::<f64>();
    assert_close([along], &[along_expected], SINGLE);
}

/// Slices are parts of something longer, and gradients as well.
#[test]
fn gradients_may_be_parts() {
    let mut all = [7.0; 8];
    log_sum_exp_grad(&X[1..4], &mut all[2..5]);
    let total: f64 = all[2..5].iter().sum();
    assert_close([total], &[1.0], DOUBLE);
    assert_eq!((&all[..2], &all[5..]), (&[7.0; 2][..], &[7.0; 3][..]));
}

#[test]
#[should_panic(expected = "`x_bar` must be as long as `x`")]
fn gradients_are_as_long_as_their_slices() {
    log_sum_exp_grad(&X[1..4], &mut [0.0; 4]);
}

#[grad]
#[jvp]
fn product_sum<T: Real>(x: &[T], y: &[T]) -> T {
    let mut sum = T::ZERO;
    for i in 0..x.len() {
        sum += x[i] * y[i];
    }
    sum
}

/// A slice twice, an array that the function makes, and a part.
#[grad]
#[jvp]
fn passed_on<T: Real, const N: usize>(x: &[T], scale: T) -> T {
    let mut squares = [T::ZERO; N];
    for i in 0..N {
        squares[i] = x[i] * x[i] * scale;
    }
    product_sum(x, x) + product_sum(&squares, &x[..N])
}

#[test]
fn generic_slices_as_arguments() {
    let mut bar = [9.0_f32; 2];
    let by_scale = passed_on_grad::<f32, 2>(&[1.0, 2.0], 0.5, &mut bar);
    assert_eq!((by_scale, bar), (9.0, [2.0 + 1.5, 4.0 + 6.0]));
    let mut bar = [9.0_f64; 2];
    let (value, by_scale) = passed_on_value_and_grad::<f64, 2>(&[1.0, 2.0], 0.5, &mut bar);
    assert_eq!((value, by_scale, bar), (9.5, 9.0, [2.0 + 1.5, 4.0 + 6.0]));
    let (_, slope) = passed_on_jvp::<f64, 2>(&[1.0, 2.0], 0.5, &[1.0, 0.0], 1.0);
    assert_eq!(slope.to_bits(), 12.5_f64.to_bits());
}
