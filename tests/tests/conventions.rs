//! What the derivative is where mathematics does not say: one row per convention.
//!
//! The principle: each primitive returns, per argument, the mean of the two one-sided limits of its partial
//! when both are finite, the one-sided or infinite value at borders and poles, 0 where it is piecewise
//! constant; a cotangent of zero contributes zero; and nothing that is not evaluated contributes.

#![allow(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::excessive_precision,
    reason = "casts and single precision are what is tested"
)]

#[path = "formulas/call.rs"]
#[allow(dead_code, reason = "gradients are flattened here, not called by table")]
mod call;

use call::Gradient;
use chainrule::grad;

/// `name(reals; integer) { body } at arguments => partials, …;`, for `f64` and `f32`.
macro_rules! conventions {
    ($($(#[$doc:meta])* $name:ident $parameters:tt $body:tt
        $(at ($($argument:expr),+) => [$($partial:expr),+]),+;)+) => {$(
        $(#[$doc])*
        mod $name {
            conventions!(@test f64 double $parameters $body $(($($argument),+) [$($partial),+])+);
            conventions!(@test f32 single $parameters $body $(($($argument),+) [$($partial),+])+);
        }
    )+};
    (@test $scalar:ident $name:ident ($($real:ident),+ $(; $integer:ident)?) $body:tt
        $(($($argument:expr),+) [$($partial:expr),+])+) => {
        mod $name {
            #[allow(dead_code, reason = "not every row has special numbers")]
            const INFINITY: $scalar = $scalar::INFINITY;
            #[allow(dead_code, reason = "not every row has special numbers")]
            const NAN: $scalar = $scalar::NAN;

            #[chainrule::grad]
            fn f($($real: $scalar),+ $(, $integer: i32)?) -> $scalar $body

            #[test]
            fn holds() {
                $({
                    let expected: &[$scalar] = &[$($partial),+];
                    let expected: Vec<_> = expected.iter().map(|&partial| f64::from(partial)).collect();
                    let at = stringify!($($argument),+);
                    crate::check(at, f_grad($($argument),+), &expected, f64::from($scalar::EPSILON));
                    let (value, gradient) = f_value_and_grad($($argument),+);
                    crate::check(at, gradient, &expected, f64::from($scalar::EPSILON));
                    assert_eq!(value.to_bits(), f($($argument),+).to_bits(), "value at {at}");
                })+
            }
        }
    };
}

/// Equal, both not a number, or next to each other: a convention says what a partial is, not how it is
/// rounded.
fn check(at: &str, gradient: impl Gradient, expected: &[f64], epsilon: f64) {
    let gradient = gradient.flatten();
    let agrees = |(&got, &want): (&f64, &f64)| {
        got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= 2.0 * epsilon * want.abs()
    };
    let all = gradient.len() == expected.len() && gradient.iter().zip(expected).all(agrees);
    assert!(all, "at ({at}): {gradient:?}, not {expected:?}");
}

// Kinks: the mean of both sides.
conventions! {
    abs_at_zero(x) { x.abs() } at (0.0) => [0.0], at (-0.0) => [0.0], at (-2.0) => [-1.0];
    max_at_ties(x, y) { x.max(y) }
        at (1.0, 1.0) => [0.5, 0.5], at (0.0, -0.0) => [0.5, 0.5], at (2.0, 1.0) => [1.0, 0.0];
    min_at_ties(x, y) { x.min(y) }
        at (1.0, 1.0) => [0.5, 0.5], at (-0.0, 0.0) => [0.5, 0.5], at (2.0, 1.0) => [0.0, 1.0];
    max_of_itself(x) { x.max(x) } at (3.0) => [1.0];
    rectifier_by_max(x) { x.max(0.0) } at (0.0) => [0.5], at (-0.0) => [0.5];
    rectifier_by_max_mirrored(x) { chainrule::math::max(0.0, x) } at (0.0) => [0.5];
    rectifier(x) { chainrule::math::relu(x) } at (0.0) => [0.5], at (-0.0) => [0.5];
    leaky_rectifier(x, slope) { chainrule::math::leaky_relu(x, slope) } at (0.0, 0.5) => [0.75, 0.0];
    exponential_linear(x, alpha) { chainrule::math::elu(x, alpha) } at (0.0, 3.0) => [2.0, 0.0];
    /// A number wins over what is not a number, as in the primal.
    max_of_nan(x, y) { x.max(y) } at (NAN, 1.0) => [0.0, 1.0], at (1.0, NAN) => [1.0, 0.0];
    min_of_nan(x, y) { x.min(y) } at (NAN, 1.0) => [0.0, 1.0], at (1.0, NAN) => [1.0, 0.0];
    clamp_at_bounds(x, low, high) { x.clamp(low, high) }
        at (0.0, 0.0, 1.0) => [0.5, 0.5, 0.0],
        at (1.0, 0.0, 1.0) => [0.5, 0.0, 0.5],
        at (0.5, 0.0, 1.0) => [1.0, 0.0, 0.0],
        at (-1.0, 0.0, 1.0) => [0.0, 1.0, 0.0],
        at (2.0, 0.0, 1.0) => [0.0, 0.0, 1.0];
    clamp_between_constants(x) { x.clamp(0.0, 1.0) } at (0.0) => [0.5], at (1.0) => [0.5], at (2.0) => [0.0];
    /// In a condition of the user's own the branch taken decides.
    kink_by_condition(x) { if x > 0.0 { x } else { 2.0 * x } } at (0.0) => [2.0];
}

// The origin of what is not differentiable there in any direction's mean.
conventions! {
    hypot_at_origin(x, y) { x.hypot(y) } at (0.0, 0.0) => [0.0, 0.0], at (-0.0, 0.0) => [0.0, 0.0];
    atan2_at_origin(y, x) { y.atan2(x) } at (0.0, 0.0) => [0.0, 0.0], at (0.0, -0.0) => [0.0, 0.0];
    atan2_on_its_cut(y, x) { y.atan2(x) } at (0.0, -2.0) => [-0.5, 0.0], at (-0.0, -2.0) => [-0.5, 0.0];
    sinc_at_zero(x) { chainrule::math::sinc(x) } at (0.0) => [0.0], at (-0.0) => [0.0];
    copysign_of_zero(x, s) { x.copysign(s) }
        at (0.0, 1.0) => [0.0, 0.0], at (0.0, -1.0) => [0.0, 0.0], at (-2.0, 1.0) => [-1.0, 0.0];
}

// Borders and poles: infinite.
conventions! {
    sqrt_at_zero(x) { x.sqrt() } at (0.0) => [INFINITY];
    cbrt_at_zero(x) { x.cbrt() } at (0.0) => [INFINITY], at (-0.0) => [INFINITY];
    ln_at_zero(x) { x.ln() } at (0.0) => [INFINITY];
    log2_at_zero(x) { x.log2() } at (0.0) => [INFINITY];
    log10_at_zero(x) { x.log10() } at (0.0) => [INFINITY];
    ln_1p_at_minus_one(x) { x.ln_1p() } at (-1.0) => [INFINITY];
    quotient_at_zero(x) { 1.0 / x } at (0.0) => [-INFINITY], at (-0.0) => [-INFINITY];
    recip_at_zero(x) { x.recip() } at (0.0) => [-INFINITY], at (-0.0) => [-INFINITY];
    asin_at_ends(x) { x.asin() } at (1.0) => [INFINITY], at (-1.0) => [INFINITY];
    acos_at_ends(x) { x.acos() } at (1.0) => [-INFINITY], at (-1.0) => [-INFINITY];
    acosh_at_one(x) { x.acosh() } at (1.0) => [INFINITY];
    atanh_at_ends(x) { x.atanh() } at (1.0) => [INFINITY], at (-1.0) => [INFINITY];
    logit_at_ends(p) { chainrule::math::logit(p) } at (0.0) => [INFINITY], at (1.0) => [INFINITY];
}

// Powers of zero and of negative numbers.
conventions! {
    powf_of_zero(x, p) { x.powf(p) }
        at (0.0, 2.0) => [0.0, 0.0],
        at (0.0, 1.0) => [1.0, 0.0],
        at (0.0, 0.5) => [INFINITY, 0.0],
        at (0.0, 0.0) => [0.0, 0.0],
        at (0.0, -1.0) => [-INFINITY, -INFINITY];
    /// Nobody knows what (-2)^(3 + h) is.
    powf_of_negative(x, p) { x.powf(p) } at (-2.0, 3.0) => [12.0, NAN];
    /// The exponent's partial is not computed where the exponent is no variable.
    powf_to_literal(x) { x.powf(3.0) } at (-2.0) => [12.0], at (0.0) => [0.0];
    powf_to_literal_half(x) { x.powf(0.5) } at (0.0) => [INFINITY], at (4.0) => [0.25];
    powf_to_literal_one(x) { x.powf(1.0) } at (0.0) => [1.0];
    powf_to_literal_zero(x) { x.powf(0.0) } at (0.0) => [0.0], at (-3.0) => [0.0];
    powi_of_zero(x; n) { x.powi(n) }
        at (0.0, 0) => [0.0], at (0.0, 1) => [1.0], at (0.0, 2) => [0.0], at (0.0, -1) => [-INFINITY];
    powi_to_literal_zero(x) { x.powi(0) } at (0.0) => [0.0];
}

// Piecewise constants, and the remainders that contain one.
conventions! {
    floor_is_flat(x) { x.floor() } at (0.5) => [0.0], at (1.0) => [0.0];
    ceil_is_flat(x) { x.ceil() } at (0.5) => [0.0], at (1.0) => [0.0];
    round_is_flat(x) { x.round() } at (0.25) => [0.0], at (0.5) => [0.0];
    round_ties_even_is_flat(x) { x.round_ties_even() } at (0.25) => [0.0], at (0.5) => [0.0];
    trunc_is_flat(x) { x.trunc() } at (0.5) => [0.0], at (1.0) => [0.0];
    signum_is_flat(x) { x.signum() } at (0.5) => [0.0], at (0.0) => [0.0], at (-0.0) => [0.0];
    fract_has_slope_one(x) { x.fract() } at (2.25) => [1.0], at (-2.25) => [1.0];
    remainder(x, y) { x % y }
        at (5.3, 2.0) => [1.0, -2.0], at (-5.3, 2.0) => [1.0, 2.0], at (5.3, -2.0) => [1.0, 2.0];
    euclidean_remainder(x, y) { x.rem_euclid(y) }
        at (5.3, 2.0) => [1.0, -2.0], at (-5.3, 2.0) => [1.0, 3.0], at (-5.3, -2.0) => [1.0, -3.0];
    euclidean_quotient_is_flat(x, y) { x.div_euclid(y) } at (5.3, 2.0) => [0.0, 0.0];
}

// A cotangent of zero, and what is not evaluated, contribute nothing.
conventions! {
    untaken_square_root(x) { if x > 0.0 { x.sqrt() } else { 0.0 } } at (0.0) => [0.0], at (4.0) => [0.25];
    untaken_logarithm(x) { if x > 0.0 { x.ln() } else { x } } at (-1.0) => [1.0], at (0.0) => [1.0];
    pole_below_minimum(x) { (1.0 / x).min(1.0) } at (0.0) => [0.0], at (2.0) => [-0.25];
    unused_out_of_domain(x) { let _unused = (x + 1.0).acos(); x * x } at (1.0) => [2.0];
    logistic(x) { 1.0 / (1.0 + (-x).exp()) } at (-800.0) => [0.0], at (40.0) => [4.248_354_255_291_589e-18];
    zero_times_square_root(x) { 0.0 * x.sqrt() } at (0.0) => [0.0];
    variable_zero_times_square_root(x, y) { y * x.sqrt() } at (0.0, 0.0) => [0.0, 0.0];
    /// The cotangent of the root is 2 · 0. (The function is x for x ≥ 0, but no primitive can know.)
    square_of_square_root(x) { x.sqrt().powi(2) } at (0.0) => [0.0];
    /// The kink's zero is a branch without code, hence not 0 · ∞.
    square_root_of_kink(x) { x.abs().sqrt() } at (0.0) => [0.0];
    square_root_of_flat_rectifier(x) { x.max(0.0).sqrt() } at (-1.0) => [0.0];
}

/// A cast to an integer ends activity: x · trunc(x) has the slope trunc(x).
#[grad]
fn through_integer(x: f64) -> f64 {
    let whole = x as i32;
    x * whole as f64
}

/// A cast between floats rounds, and is the identity to the derivative.
#[grad]
fn through_single(x: f64) -> f64 {
    let rounded = x as f32;
    3.0 * rounded as f64
}

/// The exponent is no variable, whatever it was computed from.
#[grad]
fn whole_exponent(x: f64, n: i32) -> f64 {
    x.powf(n as f64)
}

#[test]
fn casts() {
    assert_eq!((through_integer(2.5), through_single(0.5), whole_exponent(-2.0, 3)), (5.0, 1.5, -8.0));
    check("2.5", through_integer_grad(2.5), &[2.0], 0.0);
    check("-2.5", through_integer_grad(-2.5), &[-2.0], 0.0);
    check("0.1", through_single_grad(0.1), &[3.0], 0.0);
    check("-2, 3", whole_exponent_grad(-2.0, 3), &[12.0], f64::EPSILON);
    check("0, 0", whole_exponent_grad(0.0, 0), &[0.0], 0.0);
}

#[grad]
fn log_ratio(a: f64, b: f64) -> f64 {
    (a / b).ln()
}

#[grad]
fn log_product(a: f64, b: f64) -> f64 {
    (a * b).ln()
}

#[test]
fn the_slope_of_a_logarithm_does_not_pass_through_its_argument() {
    assert_eq!(log_ratio_grad(1e200, 1e-200), (1e-200, -1e200));
    assert_eq!(log_ratio_grad(1.0, 0.0), (1.0, f64::NEG_INFINITY));
    assert_eq!(log_product_grad(1e200, 1e200), (1e-200, 1e-200));
    assert_eq!(log_product_grad(4.0, 1e-320), (0.25, f64::INFINITY));
}
