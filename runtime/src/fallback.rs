//! Methods of `std` that have no counterpart in libm, for targets without `std`.
//!
//! Each repeats the operations of the standard library (`library/std/src/num/f64.rs`) in their order, so that
//! results agree bit for bit wherever the elementary functions beneath do.

use crate::Real;

/// xⁿ by repeated squaring, as compiler-rt's `__powidf2` does it: a negative power is the reciprocal of the
/// positive one, which overflows to give 0 where the true value may be a subnormal number.
#[inline]
pub(crate) fn powi<T: Real>(x: T, n: i32) -> T {
    let mut exponent = n.unsigned_abs();
    let mut square = x;
    let mut product = T::ONE;
    loop {
        if exponent & 1 == 1 {
            product *= square;
        }
        exponent >>= 1;
        if exponent == 0 {
            break;
        }
        square *= square;
    }
    if n < 0 { T::ONE / product } else { product }
}

/// The logarithm of `x` to `base`.
#[inline]
pub(crate) fn log<T: Real>(x: T, base: T) -> T {
    x.ln() / base.ln()
}

/// The part of `x` after the point, with the sign of `x`.
#[inline]
pub(crate) fn fract<T: Real>(x: T) -> T {
    x - x.trunc()
}

/// The integer q with `x = q * y + r` and `0 <= r < |y|`.
#[inline]
pub(crate) fn div_euclid<T: Real>(x: T, y: T) -> T {
    let quotient = (x / y).trunc();
    if x % y < T::ZERO { if y > T::ZERO { quotient - T::ONE } else { quotient + T::ONE } } else { quotient }
}

/// The r of [`div_euclid`]; rounding can make it equal to `|y|`.
#[inline]
pub(crate) fn rem_euclid<T: Real>(x: T, y: T) -> T {
    let remainder = x % y;
    if remainder < T::ZERO { remainder + y.abs() } else { remainder }
}

#[cfg(test)]
mod tests {
    use super::{div_euclid, fract, powi, rem_euclid};

    // With std linked for the tests, the originals are at hand.
    extern crate std;

    const SAMPLES: [f64; 15] = [
        0.0,
        -0.0,
        0.3,
        -0.7,
        1.0,
        -1.0,
        2.5,
        -7.25,
        1e-200,
        -3e150,
        5e-324,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];

    fn same(ours: f64, theirs: f64) {
        assert!(
            ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan(),
            "{ours:e} {theirs:e}"
        );
    }

    #[test]
    fn powers_agree_with_std_bit_for_bit() {
        for x in SAMPLES {
            for n in [0, 1, 2, 3, 7, 10, 31, 100, -1, -2, -5, -64, i32::MAX, i32::MIN] {
                same(powi(x, n), f64::powi(x, core::hint::black_box(n)));
            }
        }
    }

    #[test]
    fn quotients_agree_with_std_bit_for_bit() {
        for x in SAMPLES {
            same(fract(x), f64::fract(x));
            for y in SAMPLES {
                same(div_euclid(x, y), f64::div_euclid(x, y));
                same(rem_euclid(x, y), f64::rem_euclid(x, y));
            }
        }
    }
}
