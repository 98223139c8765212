//! Gradient checking: right derivatives pass, wrong ones do not, and the table says where.

#![cfg(any(feature = "std", feature = "libm"))]

use chainrule::{Differentiable, Real, check, math};

/// A function, its derivative, and where it has digits enough to be checked.
struct Case<T> {
    name: &'static str,
    f: fn(T) -> T,
    slope: fn(T) -> T,
    points: &'static [f64],
}

/// Points of all sizes.
const EVERYWHERE: &[f64] =
    &[0.0, 1e-8, -1e-8, 3e-5, -0.02, 0.3, 1.0, -1.0, 2.0, -2.5, 7.1, 33.0, -1e2, 1e3, -12_345.6, 1e8, -1e8];

/// Those where exponentials neither overflow nor vanish.
const MODERATE: &[f64] = &[0.0, 1e-8, -1e-8, 3e-5, -0.02, 0.3, 1.0, -1.0, 2.0, -2.5];

/// Those where logarithms are real and nothing has a pole.
const POSITIVE: &[f64] = &[1e-300, 1e-20, 1e-8, 3e-5, 0.02, 0.3, 1.1, 2.0, 7.1, 33.0, 1e3, 1e8, 1e20, 1e100];

/// Those that do not vanish among numbers of ordinary size, but may be small.
const SMALL: &[f64] = &[0.0, 1e-30, -1e-20, 1e-12, -1e-8, 3e-5, 0.02, -0.3];

fn number<T: Real>(x: f64) -> T {
    T::from_f64(x)
}

fn cases<T: Real>() -> Vec<Case<T>> {
    fn case<T>(name: &'static str, f: fn(T) -> T, slope: fn(T) -> T, points: &'static [f64]) -> Case<T> {
        Case { name, f, slope, points }
    }
    vec![
        case("x", |x| x, |_| T::ONE, EVERYWHERE),
        case("x²", |x| x * x, |x| x + x, EVERYWHERE),
        case("x³ - x", |x| x * x * x - x, |x| number::<T>(3.0) * x * x - T::ONE, EVERYWHERE),
        case("1e6 x² - 3", |x| number::<T>(1e6) * x * x - number(3.0), |x| number::<T>(2e6) * x, EVERYWHERE),
        case("sin x", T::sin, T::cos, EVERYWHERE),
        case("atan x", T::atan, |x| (T::ONE + x * x).recip(), MODERATE),
        case("exp x", T::exp, T::exp, MODERATE),
        case("tanh x", T::tanh, |x| T::ONE - x.tanh() * x.tanh(), MODERATE),
        case("erf x", T::erf, |x| T::FRAC_2_SQRT_PI * (-x * x).exp(), MODERATE),
        case("softplus x", T::softplus, T::sigmoid, MODERATE),
        case(
            "sin 50 x",
            |x| (number::<T>(50.0) * x).sin(),
            |x| number::<T>(50.0) * (number::<T>(50.0) * x).cos(),
            MODERATE,
        ),
        case(
            "bump",
            |x| (number::<T>(-1e3) * x * x).exp(),
            |x| number::<T>(-2e3) * x * (number::<T>(-1e3) * x * x).exp(),
            &[0.0, 3e-5, 0.02, -0.3],
        ),
        case("1 / x", T::recip, |x| -(x * x).recip(), &[1e-8, -3e-5, 0.3, -1.0, 7.1, 1e8, -1e8]),
        case("ln x", T::ln, T::recip, POSITIVE),
        case("√x", T::sqrt, |x| (x.sqrt() + x.sqrt()).recip(), POSITIVE),
        case("x ln x", |x| x * x.ln(), |x| x.ln() + T::ONE, POSITIVE),
        case("100 + x", |x| number::<T>(100.0) + x, |_| T::ONE, SMALL),
        case("cos (x + 1)", |x| (x + T::ONE).cos(), |x| -(x + T::ONE).sin(), SMALL),
        case(
            "relu x",
            T::relu,
            |x| if x > T::ZERO { T::ONE } else { T::ZERO },
            &[1e-8, -1e-8, 0.3, -0.3, 1e8, -1e8],
        ),
        case("|x - 1|", |x| (x - T::ONE).abs(), |x| (x - T::ONE).signum(), &[0.0, 1e-8, 0.9, 1.1, -1.0, 1e8]),
        case("7", |_| number(7.0), |_| T::ZERO, EVERYWHERE),
    ]
}

/// Checks every case as it is, with a relative error, and with 0 in place of the derivative. A derivative that is a
/// smaller part of the value than `digits` may be lost in its rounding errors, but is not refused.
fn discriminates<T: Real>(error: f64, digits: f64) {
    for Case { name, f, slope, points } in cases::<T>() {
        for x in points.iter().map(|&x| T::from_f64(x)) {
            let right = slope(x);
            // Functions that vary over a length of 1 are noise where floats are that far apart.
            if !f(x).is_finite() || !right.is_finite() || x.abs() * T::EPSILON > T::from_f64(0.01) {
                continue;
            }
            let check = |given: T| check::gradient(|&x| f(x), |_| given, &x);
            if let Err(mismatch) = check(right) {
                panic!("{name} at {x:?} is refused: {mismatch}");
            }
            let mut wrong = vec![T::NAN, T::INFINITY, T::NEG_INFINITY];
            if right.abs() > T::from_f64(digits) * (T::ONE + f(x).abs()) {
                wrong.extend([T::ZERO, -right]);
                wrong.extend([1.0 + error, 1.0 - error].map(|factor| right * T::from_f64(factor)));
            } else {
                wrong.push(f(x) + T::ONE);
            }
            for wrong in wrong {
                assert!(
                    check(wrong).is_err(),
                    "{name} at {x:?}: {wrong:?} instead of {right:?} is confirmed"
                );
            }
        }
    }
}

#[test]
fn right_derivatives_are_told_from_wrong_ones() {
    discriminates::<f64>(1e-4, 1e-8);
}

#[test]
fn in_single_precision_with_fewer_digits() {
    discriminates::<f32>(1e-2, 2e-2);
}

/// What a struct may have besides floats.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model<T> {
    weights: [T; 2],
    #[differentiable(constant)]
    inputs: [T; 2],
    #[differentiable(constant)]
    name: &'static str,
    bias: T,
}

impl Model<f64> {
    fn example() -> Self {
        Self { weights: [0.3, -1e6], inputs: [2.0, 1e-6], name: "example", bias: 1e-7 }
    }

    fn output(&self) -> f64 {
        assert_eq!((self.inputs, self.name), ([2.0, 1e-6], "example"), "inactive fields stay");
        math::tanh(math::dot(&self.weights, &self.inputs) + self.bias)
    }

    fn gradient(&self) -> Self {
        let slope = 1.0 - self.output() * self.output();
        Self { weights: self.inputs.map(|x| slope * x), bias: slope, ..self.clone() }
    }
}

#[test]
fn structs_are_checked_float_by_float() {
    let model = Model::example();
    check::gradient(Model::output, Model::gradient, &model).unwrap();
    check::value_and_gradient(Model::output, |model| (model.output(), model.gradient()), &model).unwrap();

    let wrong = |model: &Model<f64>| Model { bias: 0.0, ..model.gradient() };
    let table = check::gradient(Model::output, wrong, &model).unwrap_err().to_string();
    assert!(table.starts_with("derivatives that differ from the numerical ones: 1 of 3\n"), "{table}");
    assert!(table.lines().nth(2).is_some_and(|line| line.starts_with("    2    0.0  0.85")), "{table}");
}

/// Two results of two arguments.
fn pair<T: Real>(&(x, y): &(T, T)) -> [T; 2] {
    [x * y.exp(), x / y]
}

/// The derivative of [`pair`] along a direction.
fn pair_along<T: Real>(&(x, y): &(T, T), &(dx, dy): &(T, T)) -> ([T; 2], [T; 2]) {
    (pair(&(x, y)), [dx * y.exp() + x * y.exp() * dy, dx / y - x / (y * y) * dy])
}

/// The pullback of [`pair`].
fn pair_back<T: Real>(&(x, y): &(T, T)) -> ([T; 2], impl FnOnce([T; 2]) -> (T, T)) {
    (pair(&(x, y)), move |[u, v]| (u * y.exp() + v / y, u * x * y.exp() - v * x / (y * y)))
}

#[test]
fn directions_and_seeds() {
    for point in [(1.0, 2.0), (-1e-8, 0.5), (1e8, -1.5), (0.0, 3.0), (2.0, 1e-8)] {
        for direction in [(1.0, 0.0), (0.0, 1.0), (0.7, -1.3), (1e-9, 2e-9), (1e9, 0.0), (0.0, 0.0)] {
            check::jvp(pair, pair_along, &point, &direction).unwrap();
            check::vjp(pair, pair_back, &point, &[direction.0, direction.1]).unwrap();
        }
    }
    for point in [(1.0_f32, 2.0), (-0.1, 0.5), (100.0, -1.5), (0.0, 3.0)] {
        for direction in [(1.0, 0.0), (0.0, 1.0), (0.7, -1.3)] {
            check::jvp(pair, pair_along, &point, &direction).unwrap();
            check::vjp(pair, pair_back, &point, &[direction.0, direction.1]).unwrap();
        }
    }
}

#[test]
fn wrong_directions_and_seeds() {
    let (point, direction) = ((1.0, 2.0), (0.7, -1.3));
    let forgets_the_second = |&point: &(f64, f64), &(dx, _): &(f64, f64)| pair_along(&point, &(dx, 0.0));
    let table = check::jvp(pair, forgets_the_second, &point, &direction).unwrap_err().to_string();
    assert!(table.starts_with("derivatives that differ from the numerical ones: 2 of 2\n"), "{table}");

    let slightly_wrong = check::vjp(
        pair,
        |point| {
            let (value, back) = pair_back(point);
            (value, move |seed| back(seed).scale(1.0001))
        },
        &point,
        &[1.0, -1.0],
    );
    slightly_wrong.unwrap_err();
}

#[test]
fn values_count_up_to_their_rounding() {
    let point = (1.0, 2.0);
    let direction = (0.7, -1.3);
    let rounded = |factor: f64| {
        move |point: &(f64, f64), direction: &(f64, f64)| {
            let (value, derivative) = pair_along(point, direction);
            (value.scale(factor), derivative)
        }
    };
    check::jvp(pair, rounded(1.0 + 1e-15), &point, &direction).unwrap();
    let table = check::jvp(pair, rounded(1.001), &point, &direction).unwrap_err().to_string();
    assert!(table.starts_with("values that differ from the function's: 2 of 2\nfloat "), "{table}");

    check::value_and_gradient(|&x| math::exp(x), |&x| (math::exp(x) + 0.01, math::exp(x)), &1.0).unwrap_err();
    let mismatch =
        check::vjp(pair, |point| ([0.0, 0.5], pair_back(point).1), &point, &[1.0, 1.0]).unwrap_err();
    let table = mismatch.to_string();
    assert!(table.starts_with("values that differ from the function's: 1 of 2\n"), "{table}");
}

#[test]
fn large_and_mixed_gradients() {
    let f = |&[x, y, z]: &[f64; 3]| 1e20 * x * x + 1e-20 * y + x * z;
    let gradient = |&[x, _, z]: &[f64; 3]| [2e20 * x + z, 1e-20, x];
    check::gradient(f, gradient, &[3.0, 1e25, -1e10]).unwrap();
    check::gradient(f, gradient, &[0.0, 0.0, 0.0]).unwrap();
    check::gradient(f, |x| gradient(x).scale(1.0001), &[3.0, 1e25, -1e10]).unwrap_err();
}

#[test]
fn kinks_have_the_mean_slope_of_both_sides() {
    for x in [0.0, 1e-300] {
        check::gradient(|&x| math::abs(x), |_| if x > 0.0 { 1.0 } else { 0.0 }, &x).unwrap();
    }
    check::gradient(|&x| math::relu(x), |_| 0.5, &0.0).unwrap();
    for side in [0.0, 1.0] {
        check::gradient(|&x| math::relu(x), |_| side, &0.0).unwrap_err();
    }
}

#[test]
fn what_is_not_finite_is_a_mismatch() {
    // The end of a domain, a pole, and a function that is nowhere defined.
    check::gradient(|&x| math::sqrt(x), |_| f64::INFINITY, &0.0).unwrap_err();
    check::gradient(|&x| math::sqrt(x), |_| 0.0, &0.0).unwrap_err();
    check::gradient(|&x| math::recip(x), |_| f64::NEG_INFINITY, &0.0).unwrap_err();
    check::gradient(|_| f64::NAN, |_| 0.0, &1.0).unwrap_err();
    check::gradient(|&x| x, |_| 1.0, &f64::NAN).unwrap_err();
    check::gradient(|&x| x, |_| 1.0, &f64::INFINITY).unwrap_err();
    // Inside of a domain that ends nearby, and where long steps overflow.
    check::gradient(|&x| math::sqrt(x - 1.0), |&x| 0.5 / math::sqrt(x - 1.0), &1.000_001).unwrap();
    check::gradient(|&x| math::exp(x), |&x| math::exp(x), &709.0).unwrap();
}

#[test]
fn a_gradient_of_another_size_is_wrong_even_if_the_function_is_flat_around() {
    let bump = |&x: &f64| (x - 1.0) * math::exp(-1e8 * (x - 1.0) * (x - 1.0));
    check::gradient(bump, |_| 1.0, &1.0).unwrap();
    check::gradient(bump, |_| 0.0, &1.0).unwrap_err();
}

#[test]
fn tables_are_aligned_and_end() {
    let mismatch =
        check::gradient(|x: &[f64; 30]| math::dot(x, x), |_| [-1234.5; 30], &[1.0; 30]).unwrap_err();
    let table = mismatch.to_string();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 1 + 1 + 20 + 1);
    assert_eq!(lines[0], "derivatives that differ from the numerical ones: 30 of 30");
    assert!(lines[2..22].iter().all(|line| line.len() == lines[1].len()), "{table}");
    assert!(lines[21].starts_with("   19  -1234.5  "), "{table}");
    assert_eq!(lines[22], "and 10 more");
    assert_eq!(format!("{mismatch:?}"), format!("\n{mismatch}"));
    let _: &dyn std::error::Error = &mismatch;
}

#[test]
fn nothing_to_differentiate_is_right() {
    check::gradient(|_| 3.0, |&x| x, &[0.0_f64; 0]).unwrap();
}
