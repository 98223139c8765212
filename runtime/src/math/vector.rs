//! Functions of several values. Each fixes the order of its operations, because generated code repeats it.

use crate::Real;

/// The Euclidean norm √(v₀² + v₁² + …), without undue overflow or underflow; 0 for no values.
///
/// The squares are summed from left to right. Only if the sum overflows, or is so small that squares may have
/// been lost to underflow, the values are scaled by a power of two first, and the root is scaled back. An
/// infinite value gives ∞, unless there is a NaN, which gives NaN.
///
/// Slope: vᵢ / norm, and 0 at the origin.
///
/// ```
/// use chainrule::math::norm;
///
/// assert_eq!(norm(&[2.0, 3.0, 6.0]), 7.0);
/// assert_eq!(norm(&[f64::MAX, 0.0]), f64::MAX);
/// ```
#[must_use]
pub fn norm<T: Real>(v: &[T]) -> T {
    let sum = sum_of(v, |x| x * x);
    let smallest_safe = T::MIN_POSITIVE / T::EPSILON;
    if (sum >= smallest_safe && sum.is_finite()) || sum.is_nan() {
        return sum.sqrt();
    }
    // A power of two that brings the largest value back among the ordinary numbers: 2^±563 in `f64`, 2^±86 in
    // `f32`. Even the smallest subnormal then has a normal square, and the largest number a finite one.
    let small = T::MIN_POSITIVE.sqrt() * T::EPSILON;
    let scale = if sum < smallest_safe { small.recip() } else { small };
    sum_of(v, |x| (x * scale) * (x * scale)).sqrt() / scale
}

/// The scalar product (a₀·b₀ + a₁·b₁) + …, from left to right without an initial zero; 0 for no values.
///
/// Slope: bᵢ in aᵢ and aᵢ in bᵢ.
///
/// # Panics
///
/// If the lengths differ.
///
/// ```
/// assert_eq!(chainrule::math::dot(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 32.0);
/// ```
#[must_use]
#[track_caller]
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    assert_eq!(a.len(), b.len(), "`dot` needs two slices of the same length");
    a.iter().zip(b).map(|(&a, &b)| a * b).reduce(|sum, product| sum + product).unwrap_or(T::ZERO)
}

/// ln Σ exp vᵢ, a smooth maximum, without overflow; -∞ for no values.
///
/// It is m + ln Σ exp(vᵢ - m), where m is the maximum, taken by `max` from left to right and replaced by 0 if it
/// is not finite, and the sum goes from left to right without an initial zero.
///
/// Slope: [`softmax`].
///
/// ```
/// use chainrule::math::log_sum_exp;
///
/// assert_eq!(log_sum_exp(&[1000.0, 1000.0]), 1000.0 + core::f64::consts::LN_2);
/// ```
#[must_use]
pub fn log_sum_exp<T: Real>(v: &[T]) -> T {
    let shift = shift_of(v);
    shift + sum_of(v, |x| (x - shift).exp()).ln()
}

/// The probabilities exp vᵢ / Σ exp vⱼ, without overflow.
///
/// They are exp(vᵢ - m) / Σ exp(vⱼ - m), with m and the order of the sum as in [`log_sum_exp`].
///
/// Slope: of pᵢ in vⱼ it is pᵢ·([i = j] - pⱼ).
///
/// ```
/// assert_eq!(chainrule::math::softmax(&[1000.0, 1000.0]), [0.5, 0.5]);
/// ```
#[must_use]
pub fn softmax<T: Real, const N: usize>(v: &[T; N]) -> [T; N] {
    let shift = shift_of(v);
    let weights = v.map(|x| (x - shift).exp());
    let sum = sum_of(&weights, |weight| weight);
    weights.map(|weight| weight / sum)
}

/// The maximum, by which exponents are shifted so that none overflows; 0 if it is not finite.
fn shift_of<T: Real>(v: &[T]) -> T {
    let max = v.iter().copied().reduce(T::max).unwrap_or(T::ZERO);
    if max.is_finite() { max } else { T::ZERO }
}

/// The sum of the terms from left to right, starting from the first; 0 if there is none.
fn sum_of<T: Real>(v: &[T], term: impl Fn(T) -> T) -> T {
    v.iter().map(|&x| term(x)).reduce(|sum, x| sum + x).unwrap_or(T::ZERO)
}
