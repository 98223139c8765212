//! The functions that are the crate's own at zeros, poles, infinities and NaN, signs of zero included.

#![cfg(any(feature = "std", feature = "libm"))]

use chainrule::{Real, math};

/// Asserts the same for both types, and that the sign of a zero is right.
macro_rules! equal {
    ($($function:ident($x:expr $(, $argument:expr)*) = $expected:expr;)*) => {$(
        let (got, expected) = (math::$function::<f64>($x $(, $argument)*), f64::from_f64($expected));
        assert!(same(got, expected), "{} is {got:?}, not {expected:?}", stringify!($function($x $(, $argument)*)));
        let (got, expected) = (math::$function::<f32>(f32::from_f64($x) $(, $argument)*), f32::from_f64($expected));
        assert!(same(got, expected), "{} of f32 is {got:?}, not {expected:?}", stringify!($function($x)));
    )*};
}

fn same<T: Real>(a: T, b: T) -> bool {
    a == b && a.is_sign_negative() == b.is_sign_negative() || a.is_nan() && b.is_nan()
}

const INFINITY: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn logistic() {
    equal! {
        sigmoid(0.0) = 0.5; sigmoid(-0.0) = 0.5; sigmoid(INFINITY) = 1.0; sigmoid(-INFINITY) = 0.0;
        sigmoid(NAN) = NAN;
        softplus(INFINITY) = INFINITY; softplus(-INFINITY) = 0.0; softplus(NAN) = NAN; softplus(0.0) = math::ln(2.0);
        logit(0.0) = -INFINITY; logit(-0.0) = -INFINITY; logit(1.0) = INFINITY; logit(0.5) = 0.0; logit(-0.5) = NAN;
        logit(1.5) = NAN; logit(NAN) = NAN;
    }
}

#[test]
fn activations() {
    equal! {
        relu(-0.0) = 0.0; relu(-3.0) = 0.0; relu(3.0) = 3.0; relu(INFINITY) = INFINITY; relu(-INFINITY) = 0.0;
        relu(NAN) = NAN;
        leaky_relu(-2.0, 0.5) = -1.0; leaky_relu(2.0, 0.5) = 2.0; leaky_relu(-0.0, 0.5) = -0.0;
        leaky_relu(NAN, 0.5) = NAN;
        elu(2.0, 1.5) = 2.0; elu(-INFINITY, 1.5) = -1.5; elu(-0.0, 1.5) = -0.0; elu(NAN, 1.5) = NAN;
        silu(0.0) = 0.0; silu(-0.0) = -0.0; silu(INFINITY) = INFINITY; silu(-INFINITY) = -0.0; silu(-1e30) = -0.0;
        silu(NAN) = NAN;
        gelu(0.0) = 0.0; gelu(-0.0) = -0.0; gelu(INFINITY) = INFINITY; gelu(-INFINITY) = -0.0; gelu(-1e30) = -0.0;
        gelu(NAN) = NAN;
    }
}

#[test]
fn normal_distribution() {
    equal! {
        gaussian(0.0) = 1.0; gaussian(INFINITY) = 0.0; gaussian(-INFINITY) = 0.0; gaussian(1e30) = 0.0;
        gaussian(NAN) = NAN;
        normal_pdf(-INFINITY) = 0.0; normal_pdf(1e30) = 0.0; normal_pdf(NAN) = NAN;
        normal_cdf(0.0) = 0.5; normal_cdf(INFINITY) = 1.0; normal_cdf(-INFINITY) = 0.0; normal_cdf(-1e30) = 0.0;
        normal_cdf(NAN) = NAN;
        erf(0.0) = 0.0; erf(-0.0) = -0.0; erf(INFINITY) = 1.0; erf(-INFINITY) = -1.0; erf(NAN) = NAN;
        erfc(0.0) = 1.0; erfc(INFINITY) = 0.0; erfc(-INFINITY) = 2.0; erfc(NAN) = NAN;
    }
}

#[test]
fn gamma_functions() {
    equal! {
        ln_gamma(1.0) = 0.0; ln_gamma(2.0) = 0.0; ln_gamma(0.0) = INFINITY; ln_gamma(-0.0) = INFINITY;
        ln_gamma(-3.0) = INFINITY; ln_gamma(INFINITY) = INFINITY; ln_gamma(NAN) = NAN;
        digamma(0.0) = -INFINITY; digamma(-0.0) = INFINITY; digamma(-1.0) = NAN; digamma(-1e30) = NAN;
        digamma(INFINITY) = INFINITY; digamma(-INFINITY) = NAN; digamma(NAN) = NAN;
        polygamma(0.0, 1) = INFINITY; polygamma(-0.0, 1) = INFINITY; polygamma(-4.0, 1) = INFINITY;
        polygamma(-1e30, 3) = INFINITY; polygamma(0.0, 2) = -INFINITY; polygamma(-0.0, 2) = INFINITY;
        polygamma(-4.0, 2) = NAN; polygamma(INFINITY, 1) = 0.0; polygamma(INFINITY, 2) = -0.0;
        polygamma(-INFINITY, 1) = NAN; polygamma(NAN, 1) = NAN; polygamma(1.0, -1) = NAN;
        polygamma(INFINITY, 0) = INFINITY; polygamma(0.0, i32::MAX) = INFINITY; polygamma(1.0, i32::MAX) = INFINITY;
        polygamma(1e30, i32::MAX) = 0.0; polygamma(2e9, i32::MAX) = 0.0;
    }
}

#[test]
fn bessel_functions() {
    equal! {
        sinc(0.0) = 1.0; sinc(-0.0) = 1.0; sinc(INFINITY) = 0.0; sinc(-INFINITY) = 0.0; sinc(NAN) = NAN;
        spherical_bessel(0.0, 0) = 1.0; spherical_bessel(0.0, 1) = 0.0; spherical_bessel(-0.0, 1) = -0.0;
        spherical_bessel(0.0, 2) = 0.0; spherical_bessel(-0.0, 2) = 0.0; spherical_bessel(INFINITY, 3) = 0.0;
        spherical_bessel(-INFINITY, 3) = 0.0; spherical_bessel(NAN, 3) = NAN; spherical_bessel(1.0, -1) = 0.0;
        spherical_bessel(1.0, i32::MAX) = 0.0; spherical_bessel(1e5, i32::MAX) = 0.0;
        spherical_bessel(0.0, i32::MAX) = 0.0; spherical_bessel(1.0, i32::MIN) = 0.0;
    }
}

#[test]
fn slopes() {
    assert!(math::tanh_slope(NAN, NAN).is_nan());
    assert!(math::sigmoid_slope(NAN, NAN).is_nan());
    equal! {
        tanh_slope(0.0, 0.0) = 1.0; tanh_slope(INFINITY, 1.0) = 0.0; tanh_slope(-INFINITY, -1.0) = 0.0;
        sigmoid_slope(0.0, 0.5) = 0.25; sigmoid_slope(INFINITY, 1.0) = 0.0; sigmoid_slope(-INFINITY, 0.0) = 0.0;
        powi_slope(0.0, 0) = 0.0; powi_slope(0.0, 1) = 1.0; powi_slope(0.0, 2) = 0.0; powi_slope(-3.0, 2) = -6.0;
        powi_slope(0.0, -1) = -INFINITY; powi_slope(0.0, i32::MIN) = -INFINITY; powi_slope(-0.0, i32::MIN) = INFINITY;
        powi_slope(1.0, i32::MIN) = f64::from(i32::MIN); powi_slope(INFINITY, i32::MIN) = -0.0;
        powi_slope(1.0, i32::MAX) = f64::from(i32::MAX); powi_slope(NAN, 0) = 0.0; powi_slope(NAN, 2) = NAN;
    }
}

#[test]
fn slopes_of_powf() {
    /// The partials in x and p, given the arguments alone.
    fn partials<T: Real>(x: f64, p: f64) -> [f64; 2] {
        let (x, p) = (T::from_f64(x), T::from_f64(p));
        let power = x.powf(p);
        [math::powf_slope(x, p, power).to_f64(), math::powf_exponent_slope(x, p, power).to_f64()]
    }

    let cases = [
        // At zero.
        (0.0, 2.0, [0.0, 0.0]),
        (0.0, 1.0, [1.0, 0.0]),
        (0.0, 0.5, [INFINITY, 0.0]),
        (0.0, 0.0, [0.0, 0.0]),
        (0.0, -1.0, [-INFINITY, -INFINITY]),
        // Negative bases have no slope in the exponent.
        (-2.0, 2.0, [-4.0, NAN]),
        (-2.0, 0.5, [NAN, NAN]),
        (-2.0, 0.0, [0.0, NAN]),
        // At infinity.
        (INFINITY, 2.0, [INFINITY, INFINITY]),
        (INFINITY, 1.0, [1.0, INFINITY]),
        (INFINITY, 0.5, [0.0, INFINITY]),
        (INFINITY, -1.0, [0.0, 0.0]),
        // Powers that overflow or underflow, with slopes that do not, or do.
        (0.5, INFINITY, [0.0, 0.0]),
        (2.0, -INFINITY, [0.0, 0.0]),
        (1.0, 3.0, [3.0, 0.0]),
        (NAN, 2.0, [NAN, NAN]),
        (2.0, NAN, [NAN, NAN]),
    ];
    for (x, p, expected) in cases {
        for got in [partials::<f64>(x, p), partials::<f32>(x, p)] {
            for (got, expected) in got.into_iter().zip(expected) {
                assert!(
                    got == expected || got.is_nan() && expected.is_nan(),
                    "{x}^{p}: {got} is not {expected}"
                );
            }
        }
    }
    // The power underflows to a subnormal number, whose quotient by x would have few digits.
    let [slope, _] = partials::<f64>(1e-160, 2.0);
    assert_eq!(slope, 2e-160);
}
