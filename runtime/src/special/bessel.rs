//! The spherical Bessel functions of the first kind.

use crate::Real;

/// sin(x)/x: 1 at 0, and 0 at ±∞.
#[inline]
pub(crate) fn sinc<T: Real>(x: T) -> T {
    if x == T::ZERO {
        T::ONE
    } else if x.is_infinite() {
        T::ZERO
    } else {
        x.sin() / x
    }
}

/// jₙ(x); 0 for n < 0, as if there were no such term.
///
/// The series for small arguments, the recurrence jₙ₊₁ = (2n + 1)/x · jₙ - jₙ₋₁ from j₀ and j₁ where it is stable,
/// which is for n < |x|, and downwards from jₙ otherwise (DLMF 10.51.1, 10.53.1 and 3.6(ii)). It takes about n
/// steps, but no more than are needed to see an underflow, and each may add half a unit in the last place.
pub(crate) fn spherical_bessel<T: Real>(x: T, n: i32) -> T {
    if n <= 0 {
        return if n == 0 { sinc(x) } else { T::ZERO };
    }
    if !x.is_finite() {
        return if x.is_nan() { x } else { T::ZERO };
    }
    let order = T::from_i32(n);
    let size = x.abs();
    if size * size < order + order {
        return series(x, n);
    }
    let value = if order < size { upward(size, n) } else { downward(size, n) };
    if n % 2 == 1 && x < T::ZERO { -value } else { value }
}

/// xⁿ/(2n + 1)!! · (1 - x²/2 / (2n + 3) · (1 - x²/2 / 2(2n + 5) · (1 - …))), whose terms at least halve.
fn series<T: Real>(x: T, n: i32) -> T {
    /// For arguments this small, all higher orders underflow in every type.
    const UNDERFLOW: i32 = 1000;

    if n > UNDERFLOW {
        return T::ZERO;
    }
    let power = (1..=n).fold(T::ONE, |power, k| power * x / T::from_i32(2 * k + 1));
    let step = T::from_f64(-0.5) * x * x;
    let (mut sum, mut term) = (T::ZERO, T::ONE);
    let mut k = 1;
    loop {
        term *= step / T::from_i32(k * (2 * (n + k) + 1));
        sum += term;
        if term.abs() <= T::EPSILON * T::from_f64(0.125) {
            return power + power * sum;
        }
        k += 1;
    }
}

/// jₙ from j₀ and j₁, for n < x.
fn upward<T: Real>(x: T, n: i32) -> T {
    let (mut below, mut value) = lowest(x);
    for k in 1..n {
        (below, value) = (value, odd::<T>(k) / x * value - below);
    }
    value
}

/// jₙ by going down to j₀ and j₁ from an arbitrary multiple of jₙ, for n ≥ x.
fn downward<T: Real>(x: T, n: i32) -> T {
    // Small enough not to overflow on the way, unless jₙ itself underflows.
    let start = T::MIN_POSITIVE / T::EPSILON;
    let (mut above, mut value) = (start * ratio(x, n), start);
    for k in (1..=n).rev() {
        (above, value) = (value, odd::<T>(k) / x * value - above);
        if value.is_infinite() {
            return T::ZERO;
        }
    }
    // Now they are multiples of j₁ and j₀. The two are never small together.
    let (zeroth, first) = lowest(x);
    if zeroth.abs() > first.abs() { start * zeroth / value } else { start * first / above }
}

/// jₙ₊₁/jₙ, a continued fraction (DLMF 10.55, from the recurrence), by the method of Lentz as modified by
/// Thompson and Barnett (1986).
fn ratio<T: Real>(x: T, n: i32) -> T {
    let mut denominator = odd::<T>(n) + T::from_f64(2.0);
    let mut value = denominator / x;
    let (mut c, mut d) = (value, T::ZERO);
    loop {
        denominator += T::from_f64(2.0);
        let b = denominator / x;
        c = b - c.recip();
        d = (b - d).recip();
        let factor = c * d;
        value *= factor;
        if (factor - T::ONE).abs() <= T::EPSILON {
            return value.recip();
        }
    }
}

/// j₀ and j₁.
fn lowest<T: Real>(x: T) -> (T, T) {
    let (sin, cos) = x.sin_cos();
    let zeroth = sin / x;
    (zeroth, (zeroth - cos) / x)
}

/// 2k + 1.
fn odd<T: Real>(k: i32) -> T {
    T::from_i32(k) + T::from_i32(k) + T::ONE
}
