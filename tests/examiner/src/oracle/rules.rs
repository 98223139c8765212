//! The partial derivatives of the functions, written down from the calculus book and from section 4 of the
//! design (the conventions where no derivative exists), with no sight of the compiler's own table.

use std::f64::consts::{LN_2, LN_10};

use super::special;
use crate::ast::Fun;

/// A partial derivative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Partial {
    pub(super) value: f64,
    /// The largest intermediate of a textbook formula for it, which bounds the rounding error that may be
    /// expected: `1 - y²` for `tanh` near 1 is only good to the rounding of 1.
    pub(super) scale: f64,
}

fn plain(value: f64) -> Partial {
    Partial { value, scale: value.abs() }
}

fn scaled(value: f64, scale: f64) -> Partial {
    Partial { value, scale: scale.max(value.abs()) }
}

/// Whether the function is piecewise linear, or joined from pieces: its decisions are taken once.
pub(super) fn is_held(fun: Fun) -> bool {
    use Fun::{Abs, Ceil, Clamp, Copysign, DivEuclid, Elu, Floor, Fract, LeakyRelu, Max, Min, Relu};
    use Fun::{RemEuclid, Round, RoundTiesEven, Signum, Trunc};
    matches!(
        fun,
        Abs | Ceil | Clamp | Copysign | DivEuclid | Elu | Floor | Fract | LeakyRelu | Max | Min | Relu
    ) || matches!(fun, RemEuclid | Round | RoundTiesEven | Signum | Trunc)
}

/// 0 below, ½ at, 1 above.
fn step(x: f64) -> f64 {
    if x == 0.0 { 0.5 } else { f64::from(x > 0.0) }
}

/// The sign, 0 at 0.
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// The partials at `x`, where the value is `r`; `n` is the exponent of `powi`.
pub(super) fn partials(fun: Fun, x: &[f64], r: f64, n: i32) -> Vec<Partial> {
    match *x {
        [x] => vec![unary(fun, x, r)],
        [x, n_as_real] if fun == Fun::Powi => {
            debug_assert!(n_as_real == f64::from(n));
            vec![plain(if n == 0 { 0.0 } else { f64::from(n) * x.powi(n - 1) })]
        }
        [x, y] => binary(fun, x, y, r).to_vec(),
        [x, y, z] => ternary(fun, x, y, z).to_vec(),
        _ => unreachable!("no function of more arguments"),
    }
}

fn unary(fun: Fun, x: f64, r: f64) -> Partial {
    // The relative error of `1 - x * x` and of `x * x - 1`.
    let near_one = |value: f64| scaled(value, value.abs() * (1.0 + ((1.0 - x) * (1.0 + x)).recip().abs()));
    match fun {
        Fun::Sin => plain(x.cos()),
        Fun::Cos => plain(-x.sin()),
        Fun::Tan => plain(x.cos().powi(-2)),
        Fun::Asin => near_one(((1.0 - x) * (1.0 + x)).sqrt().recip()),
        Fun::Acos => near_one(-((1.0 - x) * (1.0 + x)).sqrt().recip()),
        Fun::Atan => plain((1.0 + x * x).recip()),
        Fun::Sinh => plain(x.cosh()),
        Fun::Cosh => plain(x.sinh()),
        Fun::Tanh => scaled(x.cosh().powi(-2), 1.0),
        Fun::Asinh => plain(x.hypot(1.0).recip()),
        Fun::Acosh => near_one(((x - 1.0).sqrt() * (x + 1.0).sqrt()).recip()),
        Fun::Atanh => near_one(((1.0 - x) * (1.0 + x)).recip()),
        Fun::Exp => plain(x.exp()),
        Fun::Exp2 => plain(x.exp2() * LN_2),
        Fun::ExpM1 => scaled(x.exp(), 1.0),
        Fun::Ln => plain(x.recip()),
        Fun::Ln1p => plain((1.0 + x).recip()),
        Fun::Log10 => plain((x * LN_10).recip()),
        Fun::Log2 => plain((x * LN_2).recip()),
        Fun::Sqrt => plain(0.5 / x.sqrt()),
        Fun::Cbrt => plain((3.0 * x.cbrt() * x.cbrt()).recip()),
        Fun::Recip => plain(-(x * x).recip()),
        Fun::ToDegrees => plain(180.0 / std::f64::consts::PI),
        Fun::ToRadians => plain(std::f64::consts::PI / 180.0),
        Fun::Abs => plain(sign(x)),
        Fun::Fract => plain(1.0),
        Fun::Signum | Fun::Floor | Fun::Ceil | Fun::Round | Fun::RoundTiesEven | Fun::Trunc => plain(0.0),
        own => own_unary(own, x, r),
    }
}

fn own_unary(fun: Fun, x: f64, r: f64) -> Partial {
    let s = special::sigmoid(x);
    let bell = s * special::sigmoid(-x);
    // `e^(-x²)` from a rounded square.
    let tail = 1.0 + 2.0 * x * x;
    let tailed = |value: f64| scaled(value, value.abs() * tail);
    match fun {
        Fun::Sigmoid => scaled(bell, s),
        Fun::Softplus => plain(s),
        Fun::Relu => plain(step(x)),
        Fun::Gelu => {
            let (value, scale) = special::gelu_slope(x);
            scaled(value, scale)
        }
        Fun::Silu => scaled(s + x * bell, s * (1.0 + x.abs())),
        Fun::Gaussian => tailed(-2.0 * x * (-x * x).exp()),
        Fun::Erf => tailed(special::erf_slope(x)),
        Fun::Erfc => tailed(-special::erf_slope(x)),
        Fun::NormalPdf => tailed(-x * special::normal_pdf(x)),
        Fun::NormalCdf => tailed(special::normal_pdf(x)),
        Fun::LnGamma => scaled(special::digamma(x), 1.0),
        Fun::Digamma => plain(special::trigamma(x)),
        Fun::Sinc => scaled(special::sinc_slope(x), x.abs().max(0.1).recip().min(1.0)),
        Fun::Logit => plain((x * (1.0 - x)).recip()),
        other => unreachable!("{other:?} of one argument, {r}"),
    }
}

fn binary(fun: Fun, x: f64, y: f64, r: f64) -> [Partial; 2] {
    let both = |x, y| [plain(x), plain(y)];
    match fun {
        Fun::Log => both((x * y.ln()).recip(), -x.ln() / (y * y.ln() * y.ln())),
        Fun::Powf => both(power_by_base(x, y), power_by_exponent(x, y, r)),
        Fun::Hypot | Fun::Atan2 if x == 0.0 && y == 0.0 => both(0.0, 0.0),
        Fun::Hypot => both(x / r, y / r),
        Fun::Atan2 => {
            let radius = x.hypot(y);
            both(y / radius / radius, -x / radius / radius)
        }
        Fun::Midpoint => both(0.5, 0.5),
        // Decided from the result, so that NaN goes Rust's way.
        Fun::Min | Fun::Max if x == y => both(0.5, 0.5),
        Fun::Min | Fun::Max => both(f64::from(r == x), f64::from(r == y)),
        Fun::Copysign => both(sign(x) * 1.0_f64.copysign(y), 0.0),
        Fun::RemEuclid => both(1.0, -((x - r) / y).round()),
        Fun::DivEuclid => both(0.0, 0.0),
        Fun::LeakyRelu => both(step(x) + step(-x) * y, x.min(0.0)),
        Fun::Elu => both(step(x) + step(-x) * y * x.min(0.0).exp(), x.min(0.0).exp_m1()),
        other => unreachable!("{other:?} of two arguments"),
    }
}

fn power_by_base(x: f64, y: f64) -> f64 {
    if y == 0.0 { 0.0 } else { y * x.powf(y - 1.0) }
}

/// At a base of 0 the limits are 0, 0 and -∞ for an exponent above, at and below 0.
fn power_by_exponent(x: f64, y: f64, r: f64) -> f64 {
    if x == 0.0 && y >= 0.0 { 0.0 } else { r * x.ln() }
}

fn ternary(fun: Fun, x: f64, y: f64, z: f64) -> [Partial; 3] {
    match fun {
        Fun::MulAdd => [plain(y), plain(x), plain(1.0)],
        Fun::Clamp => {
            let below = step(y - x);
            let above = step(x - z);
            [plain((1.0 - below) * (1.0 - above)), plain(below), plain(above)]
        }
        other => unreachable!("{other:?} of three arguments"),
    }
}

/// The partials of an operator, `r` being the result.
pub(super) fn operator(op: crate::ast::Op, x: f64, y: f64, r: f64) -> [Partial; 2] {
    use crate::ast::Op;
    match op {
        Op::Add => [plain(1.0), plain(1.0)],
        Op::Sub => [plain(1.0), plain(-1.0)],
        Op::Mul => [plain(y), plain(x)],
        Op::Div => [plain(y.recip()), plain(-x / y / y)],
        // The exact quotient is near `x / y`, which may round up to the next integer.
        Op::Rem => [plain(1.0), plain(-((x - r) / y).round())],
    }
}

#[cfg(test)]
mod tests {
    use super::{Fun, partials};
    use crate::ast::Op;

    #[test]
    fn conventions_of_section_four() {
        let inf = f64::INFINITY;
        let of = |fun, x: &[f64]| {
            let r = <f64 as crate::oracle::float::Float>::call(fun, x, 0);
            partials(fun, x, r, 0).iter().map(|partial| partial.value).collect::<Vec<_>>()
        };
        assert_eq!(of(Fun::Abs, &[0.0]), [0.0]);
        assert_eq!(of(Fun::Max, &[1.0, 1.0]), [0.5, 0.5]);
        assert_eq!(of(Fun::Max, &[f64::NAN, 1.0]), [0.0, 1.0]);
        assert_eq!(of(Fun::Min, &[1.0, 2.0]), [1.0, 0.0]);
        assert_eq!(of(Fun::Clamp, &[1.0, 1.0, 2.0]), [0.5, 0.5, 0.0]);
        assert_eq!(of(Fun::Clamp, &[3.0, 1.0, 2.0]), [0.0, 0.0, 1.0]);
        assert_eq!(of(Fun::Sqrt, &[0.0]), [inf]);
        assert_eq!(of(Fun::Cbrt, &[0.0]), [inf]);
        assert_eq!(of(Fun::Hypot, &[0.0, 0.0]), [0.0, 0.0]);
        assert_eq!(of(Fun::Atan2, &[0.0, 0.0]), [0.0, 0.0]);
        assert_eq!(of(Fun::Powf, &[0.0, 2.0]), [0.0, 0.0]);
        assert_eq!(of(Fun::Powf, &[0.0, 1.0]), [1.0, 0.0]);
        assert_eq!(of(Fun::Powf, &[0.0, 0.5]), [inf, 0.0]);
        assert_eq!(of(Fun::Powf, &[0.0, 0.0]), [0.0, 0.0]);
        assert_eq!(of(Fun::Powf, &[0.0, -1.0]), [-inf, -inf]);
        assert_eq!(of(Fun::Copysign, &[0.0, 1.0]), [0.0, 0.0]);
        assert_eq!(of(Fun::Copysign, &[-2.0, 1.0]), [-1.0, 0.0]);
        assert_eq!(of(Fun::Relu, &[0.0]), [0.5]);
        assert_eq!(super::operator(Op::Rem, -5.3, 2.0, -5.3 % 2.0)[1].value, 2.0);
    }

    fn slopes_of(fun: Fun, x: f64) -> f64 {
        partials(fun, &[x], f64::NAN, 0)[0].value
    }

    #[test]
    fn slopes_agree_with_mpmath() {
        // mpmath.diff at 40 digits.
        let table = [
            (Fun::Sin, 1.25, 0.315_322_362_395_268_7),
            (Fun::Cos, 1.25, -0.948_984_619_355_586_2),
            (Fun::Tan, 1.25, 10.057_509_621_834_829),
            (Fun::Asin, 0.625, 1.281_025_230_440_697),
            (Fun::Acos, 0.625, -1.281_025_230_440_697),
            (Fun::Atan, 2.5, 0.137_931_034_482_758_62),
            (Fun::Sinh, 1.5, 2.352_409_615_243_247),
            (Fun::Cosh, -1.5, -2.129_279_455_094_817_3),
            (Fun::Tanh, 3.0, 0.009_866_037_165_440_19),
            (Fun::Asinh, 2.0, 0.447_213_595_499_957_9),
            (Fun::Acosh, 1.125, 1.940_285_000_290_663_8),
            (Fun::Atanh, -0.75, 2.285_714_285_714_285_6),
            (Fun::Exp, 0.75, 2.117_000_016_612_675),
            (Fun::Exp2, 0.75, 1.165_729_958_752_154_3),
            (Fun::ExpM1, -2.0, 0.135_335_283_236_612_7),
            (Fun::Ln, 2.5, 0.4),
            (Fun::Ln1p, -0.75, 4.0),
            (Fun::Log10, 2.5, 0.173_717_792_761_300_73),
            (Fun::Log2, 2.5, 0.577_078_016_355_585_3),
            (Fun::Sqrt, 3.0, 0.288_675_134_594_812_87),
            (Fun::Cbrt, 3.0, 0.160_249_952_256_378_7),
            (Fun::Recip, -3.0, -0.111_111_111_111_111_1),
            (Fun::ToDegrees, 2.0, 57.295_779_513_082_32),
            (Fun::ToRadians, 2.0, 0.017_453_292_519_943_295),
            (Fun::Sigmoid, 1.5, 0.149_146_452_070_332_86),
            (Fun::Softplus, -1.5, 0.182_425_523_806_356_35),
            (Fun::Silu, 1.5, 1.041_294_154_299_143),
            (Fun::Gaussian, 0.75, -0.854_674_237_096_384_5),
            (Fun::Erfc, 1.5, -0.118_930_289_223_629_37),
            (Fun::NormalPdf, 1.5, -0.194_276_393_498_837_6),
            (Fun::NormalCdf, -1.5, 0.129_517_595_665_891_72),
            (Fun::LnGamma, 3.25, 1.016_990_911_068_179),
            (Fun::Digamma, 3.25, 0.359_798_290_309_579_9),
            (Fun::Logit, 0.125, 9.142_857_142_857_142),
        ];
        for (fun, x, expected) in table {
            let got = slopes_of(fun, x);
            assert!((got - expected).abs() <= 8.0 * f64::EPSILON * expected.abs(), "{fun:?}({x}): {got:e}");
        }
    }
}
