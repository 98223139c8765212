//! Products without rounding error.

use crate::Real;

/// The rounded square of `x` and the error of the rounding: `x² = square + error` exactly, as long as neither
/// overflows or underflows (Dekker, *A floating-point technique for extending the available precision*, 1971).
///
/// A fused multiply-add would give the same, but where the hardware lacks it, it costs more than what it is
/// used for.
#[inline]
pub(super) fn square<T: Real>(x: T) -> (T, T) {
    product(x, x)
}

/// The rounded product of `x` and `y` and the error of the rounding, as [`square`].
#[inline]
pub(super) fn product<T: Real>(x: T, y: T) -> (T, T) {
    let product = x * y;
    let (x_upper, y_upper) = (x.chainrule_upper_half(), y.chainrule_upper_half());
    let (x_lower, y_lower) = (x - x_upper, y - y_upper);
    let error = x_upper * y_upper - product + x_upper * y_lower + x_lower * y_upper + x_lower * y_lower;
    (product, error)
}
