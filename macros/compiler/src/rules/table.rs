//! THE TABLE: every function that can be differentiated, one row each.
//!
//! A row reads: documentation; name, parameters and the name of the result; where the primal comes from; the
//! partials, one per parameter, over parameters and result; the range of the function. `cases` become real
//! branches in derivative code. The order of the partials' operations is the order of the generated code.

use super::{Case, Derivative, INERT, Kind, Parameter, Rule, Source};
use crate::graph::{IntoPartial, IntoSym, Range, Sym};

macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($first:ident $(: $shape:ident)? $(, $rest:ident : $kind:ident)*) $(-> $result:ident)?
        = $source:ident $(($($from:literal),+))? ; $form:ident $body:tt ; $range:ident
    )+) => {
        /// The rows of the table, as operations of the graph.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub(crate) enum Primitive { $($name),+ }

        pub(crate) static RULES: &[Rule] = &[$(Rule {
            primitive: Primitive::$name,
            name: stringify!($name),
            parameters: &[
                Parameter { name: stringify!($first), kind: rules!(@kind $($shape)?) }
                $(, Parameter { name: stringify!($rest), kind: Kind::$kind })*
            ],
            doc: &[$($doc),+],
            source: Source::$source $(($($from),+))?,
            derivative: rules!(@$form ($first $(, $rest)*) ($($result)?) $body),
            formula: stringify!($body),
            range: Range::$range,
        }),+];

        #[allow(dead_code, reason = "not every function occurs in a derivative")]
        impl<'g> Sym<'g> {$(
            pub(crate) fn $name(self $(, $rest: impl IntoSym<'g>)*) -> Sym<'g> {
                self.apply(Primitive::$name, &[$($rest.like(self)),*])
            }
        )+}
    };
    (@kind) => { Kind::real };
    (@kind $shape:ident) => { Kind::$shape };
    (@partials $arguments:tt $result:tt [$($partial:expr),+]) => {
        Derivative::Smooth(rules!(@closure $arguments $result [$($partial),+]))
    };
    (@cases $arguments:tt $result:tt {
        $(when $condition:expr => [$($partial:expr),+];)+ otherwise [$($last:expr),+];
    }) => {
        Derivative::Cases(&[
            $(Case {
                when: Some(rules!(@condition $arguments $result $condition)),
                partials: rules!(@closure $arguments $result [$($partial),+]),
            },)+
            Case { when: None, partials: rules!(@closure $arguments $result [$($last),+]) },
        ])
    };
    (@closure ($($argument:ident),+) ($($result:ident)?) [$($partial:expr),+]) => {
        |arguments, result| {
            #[allow(unused_variables)]
            let &[$($argument),+] = arguments else { unreachable!("the number of arguments is checked") };
            $(#[allow(unused_variables)] let $result = result;)?
            vec![$($partial.partial(result)),+]
        }
    };
    (@condition ($($argument:ident),+) ($($result:ident)?) $condition:expr) => {
        |arguments, result| {
            #[allow(unused_variables)]
            let &[$($argument),+] = arguments else { unreachable!("the number of arguments is checked") };
            let _ = result;
            $(#[allow(unused_variables)] let $result = result;)?
            $condition
        }
    };
}

/// A product that vanishes with one of its factors, even where the other is infinite.
fn vanishing<'g>(factor: Sym<'g>, product: Sym<'g>) -> Sym<'g> {
    factor.equal(0.0).select(factor, product)
}

/// A divisor for quotients whose numerator is zero where it is.
pub(crate) fn nonzero(divisor: Sym<'_>) -> Sym<'_> {
    divisor.equal(0.0).select(1.0.like(divisor), divisor)
}

rules! {
    /// `x + y`.
    add(x, y: real) = operator("+"); partials [1.0, 1.0]; ANY
    /// `x - y`.
    sub(x, y: real) = operator("-"); partials [1.0, -1.0]; ANY
    /// `x * y`.
    mul(x, y: real) = operator("*"); partials [y, x]; ANY
    /// `x / y`.
    div(x, y: real) -> q = operator("/"); partials [1.0 / y, -(q / y)]; ANY
    /// `x % y`, the remainder with the sign of `x`. The jumps are not seen: its slope in `y` is minus the
    /// truncated quotient, taken from the remainder itself so that rounding cannot miss it by one.
    rem(x, y: real) -> r = operator("%"); partials [1.0, ((r - x) / y).held()]; FINITE
    /// `-x`.
    neg(x) = operator("-"); partials [-1.0]; ANY

    /// The exponential function eˣ.
    exp(x) -> y = libm("exp", "expf"); partials [y]; POSITIVE
    /// 2ˣ.
    exp2(x) -> y = libm("exp2", "exp2f"); partials [y * std::f64::consts::LN_2]; POSITIVE
    /// eˣ - 1, accurate near zero.
    exp_m1(x) = libm("expm1", "expm1f"); partials [x.exp()]; ANY
    /// The natural logarithm. At 0 the slope is +∞.
    ln(x) = libm("log", "logf"); partials [1.0 / x]; ANY
    /// ln(1 + x), accurate near zero. At -1 the slope is +∞.
    ln_1p(x) = libm("log1p", "log1pf"); partials [1.0 / (1.0 + x)]; ANY
    /// The logarithm to base 2.
    log2(x) = libm("log2", "log2f"); partials [std::f64::consts::LOG2_E / x]; ANY
    /// The logarithm to base 10.
    log10(x) = libm("log10", "log10f"); partials [std::f64::consts::LOG10_E / x]; ANY
    /// The logarithm to any base.
    log(x, base: real) -> y = fallback;
        partials [1.0 / (x * base.ln()), -(y / (base * base.ln()))]; ANY
    /// x to an integer power. The slope of x⁰ is 0 everywhere.
    powi(x, n: int) = fallback; partials [x.powi_slope(n), INERT]; ANY
    /// x to a real power. At x = 0 the partial in x is the limit from above, and 0 for p = 0; the partial in p
    /// is 0 for p ≥ 0. For x < 0 the partial in p is NaN; it is not computed for a constant exponent.
    powf(x, p: real) -> y = libm("pow", "powf");
        partials [x.powf_slope(p, y), x.powf_exponent_slope(p, y)]; ANY
    /// The square root. At 0 the slope is +∞.
    sqrt(x) -> y = libm("sqrt", "sqrtf"); partials [0.5 / y]; POSITIVE
    /// The cube root. At 0 the slope is +∞.
    cbrt(x) -> y = libm("cbrt", "cbrtf"); partials [1.0 / (3.0 * (y * y))]; ANY
    /// √(x² + y²) without undue overflow. At the origin both partials are 0.
    hypot(x, y: real) -> r = libm("hypot", "hypotf"); partials [x.hypot_slope(r), y.hypot_slope(r)]; POSITIVE
    /// 1 / x.
    recip(x) -> y = core; partials [-(y * y)]; ANY

    /// The sine.
    sin(x) = libm("sin", "sinf"); partials [x.cos()]; UNIT
    /// The cosine.
    cos(x) = libm("cos", "cosf"); partials [-x.sin()]; UNIT
    /// The tangent.
    tan(x) -> y = libm("tan", "tanf"); partials [1.0 + y * y]; FINITE
    /// The arc sine. At ±1 the slope is +∞.
    asin(x) = libm("asin", "asinf"); partials [1.0 / ((1.0 - x) * (1.0 + x)).sqrt()]; FINITE
    /// The arc cosine. At ±1 the slope is -∞.
    acos(x) = libm("acos", "acosf"); partials [-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()]; FINITE
    /// The arc tangent.
    atan(x) = libm("atan", "atanf"); partials [1.0 / (1.0 + x * x)]; FINITE
    /// The angle of the point (x, y), written `y.atan2(x)`. At the origin both partials are 0.
    atan2(y, x: real) = libm("atan2", "atan2f");
        partials [
            x.hypot_slope(x.hypot(y)) / nonzero(x.hypot(y)),
            -(y.hypot_slope(x.hypot(y)) / nonzero(x.hypot(y)))
        ]; FINITE
    /// The hyperbolic sine.
    sinh(x) = libm("sinh", "sinhf"); partials [x.cosh()]; ANY
    /// The hyperbolic cosine.
    cosh(x) = libm("cosh", "coshf"); partials [x.sinh()]; POSITIVE
    /// The hyperbolic tangent.
    tanh(x) -> y = libm("tanh", "tanhf"); partials [x.tanh_slope(y)]; UNIT
    /// The inverse hyperbolic sine.
    asinh(x) = libm("asinh", "asinhf"); partials [1.0 / x.hypot(1.0)]; FINITE
    /// The inverse hyperbolic cosine. At 1 the slope is +∞.
    acosh(x) = libm("acosh", "acoshf"); partials [1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt())]; NONNEGATIVE
    /// The inverse hyperbolic tangent. At ±1 the slope is +∞.
    atanh(x) = libm("atanh", "atanhf"); partials [1.0 / ((1.0 - x) * (1.0 + x))]; ANY

    /// The absolute value. At 0 the slope is 0.
    abs(x) = core;
        cases { when x.greater(0.0) => [1.0]; when x.less(0.0) => [-1.0]; otherwise [0.0]; }; POSITIVE
    /// The larger operand, or the one that is a number. At a tie each has the slope ½.
    max(x, y: real) -> m = core;
        cases {
            when x.equal(y) => [0.5, 0.5];
            when m.equal(x) => [1.0, 0.0];
            otherwise [0.0, 1.0];
        }; ANY
    /// The smaller operand, or the one that is a number. At a tie each has the slope ½.
    min(x, y: real) -> m = core;
        cases {
            when x.equal(y) => [0.5, 0.5];
            when m.equal(x) => [1.0, 0.0];
            otherwise [0.0, 1.0];
        }; ANY
    /// x, held between two bounds. At a bound, x and the bound have the slope ½ each.
    clamp(x, low: real, high: real) = core;
        cases {
            when x.less(low) => [0.0, 1.0, 0.0];
            when x.greater(high) => [0.0, 0.0, 1.0];
            when x.equal(low) => [0.5, 0.5, 0.0];
            when x.equal(high) => [0.5, 0.0, 0.5];
            otherwise [1.0, 0.0, 0.0];
        }; ANY
    /// 1 with the sign of x. Piecewise constant: the slope is 0.
    signum(x) = core; partials [0.0]; UNIT
    /// The size of x with the sign of s. At x = 0 the slope is 0; in s it is 0.
    copysign(x, s: real) -> y = core;
        cases { when x.equal(0.0) => [0.0, 0.0]; when x.equal(y) => [1.0, 0.0]; otherwise [-1.0, 0.0]; }; ANY
    /// The largest integer not above x. Piecewise constant: the slope is 0.
    floor(x) = libm("floor", "floorf"); partials [0.0]; FINITE
    /// The smallest integer not below x. Piecewise constant: the slope is 0.
    ceil(x) = libm("ceil", "ceilf"); partials [0.0]; FINITE
    /// The nearest integer, halves away from zero. Piecewise constant: the slope is 0.
    round(x) = libm("round", "roundf"); partials [0.0]; FINITE
    /// The nearest integer, halves to even. Piecewise constant: the slope is 0.
    round_ties_even(x) = libm("rint", "rintf"); partials [0.0]; FINITE
    /// The integer part. Piecewise constant: the slope is 0.
    trunc(x) = libm("trunc", "truncf"); partials [0.0]; FINITE
    /// The fractional part. The slope is 1, the jumps are not seen.
    fract(x) = fallback; partials [1.0]; FINITE
    /// The Euclidean quotient. Piecewise constant: the slope is 0.
    div_euclid(x, y: real) = fallback; partials [0.0, 0.0]; FINITE
    /// The Euclidean remainder. The slope in y is minus the quotient, the jumps are not seen.
    rem_euclid(x, y: real) -> r = fallback; partials [1.0, ((r - x) / y).held()]; FINITE
    /// x · a + b, rounded once.
    mul_add(x, a: real, b: real) = libm("fma", "fmaf"); partials [a, x, 1.0]; ANY
    /// The middle between x and y.
    midpoint(x, y: real) = core; partials [0.5, 0.5]; FINITE
    /// From radians to degrees.
    to_degrees(x) = core; partials [180.0 / std::f64::consts::PI]; FINITE
    /// From degrees to radians.
    to_radians(x) = core; partials [std::f64::consts::PI / 180.0]; FINITE

    /// The logistic function 1 / (1 + e⁻ˣ).
    sigmoid(x) -> y = own; partials [x.sigmoid_slope(y)]; PROBABILITY
    /// ln(1 + eˣ), a smooth `relu`.
    softplus(x) = own; partials [x.sigmoid()]; NONNEGATIVE
    /// ln(p / (1 - p)), the inverse of `sigmoid`. At 0 and 1 the slope is +∞.
    logit(p) = own; partials [1.0 / (p * (1.0 - p))]; ANY
    /// max(x, 0). At 0 the slope is ½.
    relu(x) = own;
        cases { when x.greater(0.0) => [1.0]; when x.equal(0.0) => [0.5]; otherwise [0.0]; }; NONNEGATIVE
    /// x for x > 0, else slope · x. At 0 the partial in x is the mean of 1 and the slope.
    leaky_relu(x, slope: real) = own;
        cases {
            when x.greater(0.0) => [1.0, 0.0];
            when x.equal(0.0) => [0.5 * (1.0 + slope), 0.0];
            otherwise [slope, x];
        }; FINITE
    /// x for x > 0, else alpha · (eˣ - 1). At 0 the partial in x is the mean of 1 and alpha.
    elu(x, alpha: real) = own;
        cases {
            when x.greater(0.0) => [1.0, 0.0];
            when x.equal(0.0) => [0.5 * (1.0 + alpha), 0.0];
            otherwise [alpha * x.exp(), x.exp_m1()];
        }; FINITE
    /// x · Φ(x) with the normal distribution function Φ, exactly (not the approximation by tanh).
    gelu(x) = own; partials [x.normal_cdf() + vanishing(x.normal_pdf(), x * x.normal_pdf())]; FINITE
    /// x · sigmoid(x), also known as swish.
    silu(x) = own;
        partials [
            x.sigmoid() + vanishing(x.sigmoid_slope(x.sigmoid()), x * x.sigmoid_slope(x.sigmoid()))
        ]; FINITE
    /// e^(-x²), accurate in the tails.
    gaussian(x) -> y = own; partials [vanishing(y, -2.0 * (x * y))]; PROBABILITY
    /// The error function.
    erf(x) = own; partials [std::f64::consts::FRAC_2_SQRT_PI * x.gaussian()]; UNIT
    /// 1 - erf(x), accurate in the right tail.
    erfc(x) = own; partials [-std::f64::consts::FRAC_2_SQRT_PI * x.gaussian()]; NONNEGATIVE
    /// The density of the standard normal distribution.
    normal_pdf(x) -> y = own; partials [vanishing(y, -(x * y))]; PROBABILITY
    /// The distribution function Φ of the standard normal distribution, accurate in the left tail.
    normal_cdf(x) = own; partials [x.normal_pdf()]; PROBABILITY
    /// ln |Γ(x)|.
    ln_gamma(x) = own; partials [x.digamma()]; ANY
    /// ψ(x), the derivative of `ln_gamma`.
    digamma(x) = own; partials [x.polygamma(x.integer(1))]; ANY
    /// ψ⁽ⁿ⁾(x), the n-th derivative of `digamma`.
    polygamma(x, n: int) = own; partials [x.polygamma(n.plus(1)), INERT]; ANY
    /// sin(x) / x, and 1 at 0.
    sinc(x) = own; partials [-x.spherical_bessel(x.integer(1))]; UNIT
    /// The spherical Bessel function jₙ(x); j₀ is `sinc`. 0 for n < 0.
    spherical_bessel(x, n: int) = own;
        partials [
            (n.real(x) * x.spherical_bessel(n.plus(-1)) - (n.real(x) + 1.0) * x.spherical_bessel(n.plus(1)))
                / (2.0 * n.real(x) + 1.0),
            INERT
        ]; UNIT
    /// The Euclidean norm of several values. At the origin every partial is 0.
    norm(x: list) -> r = own; partials [x.hypot_slope(r)]; POSITIVE

    /// x / r for r = `hypot(x, y)`: 0 at the origin, the sign of x where x is infinite. The slope of `hypot`.
    hypot_slope(x, r: real) -> s = own; partials [1.0 / nonzero(r), -(s / nonzero(r))]; UNIT
    /// The slope of tanh at x, given y = tanh x: 1 - y², without cancellation where y is near ±1.
    tanh_slope(x, y: real) -> s = own; partials [-2.0 * (y * s), 0.0]; PROBABILITY
    /// The slope of `sigmoid` at x, given y = sigmoid x: y · (1 - y), without cancellation where y is near 1.
    sigmoid_slope(x, y: real) -> s = own; partials [s * (1.0 - 2.0 * y), 0.0]; PROBABILITY
    /// n · xⁿ⁻¹, and 0 for n = 0: the slope of `powi`.
    powi_slope(x, n: int) = own; partials [n.real(x) * x.powi_slope(n.plus(-1)), INERT]; ANY
    /// p · xᵖ⁻¹ given y = xᵖ, and 0 for p = 0: the slope of `powf` in x.
    powf_slope(x, p: real, y: real) = own;
        partials [
            p * x.powf_slope(p - 1.0, x.powf(p - 1.0)),
            x.powf(p - 1.0) + p * x.powf_exponent_slope(p - 1.0, x.powf(p - 1.0)),
            0.0
        ]; ANY
    /// xᵖ · ln x given y = xᵖ, and 0 at x = 0 for p ≥ 0: the slope of `powf` in p.
    powf_exponent_slope(x, p: real, y: real) = own;
        partials [
            x.powf(p - 1.0) + p * x.powf_exponent_slope(p - 1.0, x.powf(p - 1.0)),
            x.powf_exponent_slope(p, y) * x.ln(),
            0.0
        ]; ANY
}
