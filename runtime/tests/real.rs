//! The trait as generic code uses it.

#![cfg(any(feature = "std", feature = "libm"))]

use chainrule::{Real, math};

/// Arithmetic that needs each supertrait once.
fn mean_and_spread<T: Real>(values: &[T]) -> (T, T) {
    let mut count = T::default();
    for _ in values {
        count += T::ONE;
    }
    let mean = values.iter().sum::<T>() / count;
    let spread = values.iter().map(|&x| (x - mean) * (x - mean)).sum::<T>() / count;
    (mean, spread.sqrt())
}

#[test]
fn generic_code_runs_in_both_types() {
    assert_eq!(mean_and_spread(&[1.0_f64, 3.0]), (2.0, 1.0));
    assert_eq!(mean_and_spread(&[1.0_f32, 3.0]), (2.0, 1.0));
}

/// What the trait says of a value, besides what the type itself says.
fn described<T: Real>(x: T) -> [bool; 5] {
    [x.is_nan(), x.is_finite(), x.is_infinite(), x.is_sign_positive(), x.is_sign_negative()]
}

#[test]
fn predicates_are_those_of_the_type() {
    for x in [0.0, -0.0, 1.5, -1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX, 5e-324] {
        let expected =
            [x.is_nan(), x.is_finite(), x.is_infinite(), x.is_sign_positive(), x.is_sign_negative()];
        assert_eq!(described(x), expected, "{x}");
    }
    assert_eq!(described(1.5_f32), [false, true, false, true, false]);
}

#[test]
fn conversions_round_to_nearest() {
    assert_eq!(f32::from_f64(0.1), 0.1_f32);
    assert_eq!(f32::from_f64(1e300), f32::INFINITY);
    assert_eq!(<f32 as Real>::from_i32(16_777_217), 16_777_216.0);
    assert_eq!(<f64 as Real>::from_i32(i32::MIN), -2_147_483_648.0);
    assert_eq!(Real::to_f64(0.1_f32), f64::from(0.1_f32));
}

#[test]
fn methods_and_free_functions_are_the_same() {
    fn both<T: Real>(x: T, y: T) -> [(T, T); 6] {
        [
            (x.exp(), math::exp(x)),
            (x.atan2(y), math::atan2(x, y)),
            (x.powi(3), math::powi(x, 3)),
            (x.mul_add(y, x), math::mul_add(x, y, x)),
            (x.sigmoid(), math::sigmoid(x)),
            (x.sin_cos().0, math::sin(x)),
        ]
    }
    for (method, function) in both(0.3_f64, -1.7) {
        assert_eq!(method, function);
    }
    for (method, function) in both(0.3_f32, -1.7) {
        assert_eq!(method, function);
    }
}

#[test]
fn constants_are_those_of_core() {
    assert_eq!(<f64 as Real>::PI, core::f64::consts::PI);
    assert_eq!(<f32 as Real>::PI, core::f32::consts::PI);
    assert_eq!(<f32 as Real>::EPSILON, f32::EPSILON);
    assert_eq!(<f64 as Real>::MIN_POSITIVE, f64::MIN_POSITIVE);
}

#[test]
fn constant_is_the_identity() {
    const HELD: f64 = chainrule::constant(2.5);
    assert_eq!(HELD, 2.5);
}
