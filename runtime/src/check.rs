//! Gradient checking: derivatives, generated or written by hand, against numerical ones.
//!
//! Each function takes a function, its derivative and a point, which may be any [`Differentiable`] value: a float, an
//! array, a struct, or a tuple for several arguments. The result is `Ok` if the derivative agrees with the slopes of
//! the function, and a [`Mismatch`] otherwise, which prints as a table of what differs.
//!
//! ```
//! use chainrule::{check, grad};
//!
//! #[grad]
//! fn f(x: f64, y: f64) -> f64 {
//!     (x * y).sin() + x
//! }
//!
//! check::gradient(|&(x, y)| f(x, y), |&(x, y)| f_grad(x, y), &(3.0, -4.0)).unwrap();
//! ```
//!
//! | check | of | against |
//! | --- | --- | --- |
//! | [`gradient`] | ∇f | the slope of f along each coordinate |
//! | [`value_and_gradient`] | f and ∇f | the same, and f itself |
//! | [`vjp`] | f and wᵀJ | the slope of wᵀf along each coordinate |
//! | [`jvp`] | f and Jv | the slope of each component of f along v |
//!
//! The Hessian times a direction is the derivative of the gradient along it, so [`jvp`] checks that, too.
//!
//! # How
//!
//! The slope of f at x is taken from *central differences*,
//!
//! ```text
//! (f(x + h) - f(x - h)) / 2h = f′(x) + c₁ h² + c₂ h⁴ + …
//! ```
//!
//! and the differences for several lengths h are extrapolated to h = 0, by C. Ridders' method (“Accurate computation of
//! F′(x) and F′(x) F″(x)”, Advances in Engineering Software 4, 1982; also Numerical Recipes, section 5.7). The
//! extrapolations tell how far off they are by how much they differ among themselves. The lengths go from a quarter of
//! the coordinate, and from ¼ if that is longer, down to the spacing of floats, so that neither small coordinates nor
//! large ones need care. A derivative g is right if
//!
//! ```text
//! |g - numerical| ≤ estimated error + ε^⅖ · max(|g|, |numerical|)
//! ```
//!
//! where ε^⅖ is 5.5 · 10⁻⁷ in `f64` and 1.7 · 10⁻³ in `f32`. Where a function is smooth and its value not much larger
//! than its changes, the estimated error is smaller than that. It takes some twenty values of the function to confirm
//! one component, and up to 280 to refuse it or to see that it is zero.
//!
//! # What cannot be checked
//!
//! - *NaN and infinity:* a derivative that is not finite is a mismatch, and so is any derivative where the function is
//!   not defined on both sides of the point. Check the ends of a domain from inside.
//! - *Kinks:* at a kink, central differences see the mean of the slopes on both sides. That is also what
//!   the [conventions](crate::conventions) say, but a derivative that takes one of the sides is refused. Very near a
//!   kink, any of the three may be confirmed or refused. Check at other points.
//! - *Steps and ripples:* a function like `floor` looks like a slope where its steps are small in comparison with the
//!   coordinate, and one that oscillates over lengths that are hardly more than the spacing of floats looks like noise.
//! - *Noise:* where a function loses its digits, as 1 - cos x does for small x, so do its differences. A wrong
//!   derivative is then confirmed if it is not more wrong than the differences are.

mod derivative;
mod mismatch;
mod numerical;

use crate::{Differentiable, Real};
pub use mismatch::Mismatch;
use mismatch::Table;

/// Checks the gradient of a function with one real number as its result.
///
/// At the point x ∈ ℝⁿ, each component gᵢ of the gradient is compared with the slope of f along the coordinate xᵢ.
/// Inactive fields of the point stay as they are.
///
/// # Errors
///
/// A [`Mismatch`] if a component is not the slope, by the [measure](self#how) of this module.
///
/// ```
/// use chainrule::check;
///
/// fn volume(&(radius, height): &(f64, f64)) -> f64 {
///     radius * radius * height
/// }
///
/// fn gradient(&(radius, height): &(f64, f64)) -> (f64, f64) {
///     (2.0 * radius * height, radius)
/// }
///
/// let mismatch = check::gradient(volume, gradient, &(3.0, 5.0)).unwrap_err();
/// let table = [
///     "derivatives that differ from the numerical ones: 1 of 2",
///     "float  given          numerical  error estimate",
///     "    1    3.0  8.999999999999998           2e-13",
/// ];
/// assert_eq!(mismatch.to_string(), table.join("\n"));
///
/// check::gradient(volume, |&(radius, height)| (2.0 * radius * height, radius * radius), &(3.0, 5.0)).unwrap();
/// ```
///
/// Arguments that the gradient leaves out are captured by the closures, and so is everything that is no float:
///
/// ```
/// use chainrule::{check, grad};
///
/// #[grad(wrt(w))]
/// fn loss(w: &[f64; 3], x: &[f64; 3], exponent: i32) -> f64 {
///     w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>().powi(exponent)
/// }
///
/// let x = [1.0, -2.0, 1e-3];
/// check::gradient(|w| loss(w, &x, 3), |w| loss_grad(w, &x, 3), &[0.5, 0.0, 1e8]).unwrap();
/// ```
pub fn gradient<P: Differentiable>(
    f: impl Fn(&P) -> P::Scalar,
    gradient: impl FnOnce(&P) -> P,
    point: &P,
) -> Result<(), Mismatch<P, P::Scalar>> {
    numerical::gradient(f, point, gradient(point)).into_result(Mismatch::of_derivatives)
}

/// Checks a value and a gradient that are computed together.
///
/// The value has to be that of f, up to the rounding of a few operations, and the gradient as for [`gradient`].
///
/// # Errors
///
/// A [`Mismatch`] of the value if it differs, and otherwise of the gradient.
///
/// ```
/// use chainrule::{check, grad};
///
/// #[grad]
/// fn f(x: [f64; 2]) -> f64 {
///     x[0].hypot(x[1]).ln_1p()
/// }
///
/// check::value_and_gradient(|&x| f(x), |&x| f_value_and_grad(x), &[1e-8, 2e-8]).unwrap();
/// ```
pub fn value_and_gradient<P: Differentiable>(
    f: impl Fn(&P) -> P::Scalar,
    value_and_gradient: impl FnOnce(&P) -> (P::Scalar, P),
    point: &P,
) -> Result<(), Mismatch<P, P::Scalar>> {
    let (value, gradient) = value_and_gradient(point);
    value_is(value, f(point))?;
    self::gradient(f, |_| gradient, point)
}

/// Checks a value and its pullback, which takes a cotangent w of the value to wᵀJ, where J is the Jacobian.
///
/// The value has to be that of f, and the result of the pullback the gradient of wᵀf, the scalar product of `seed` and
/// the value. One seed whose components are all different finds nearly every mistake; the unit vectors as seeds check
/// the rows of J one by one.
///
/// # Errors
///
/// A [`Mismatch`] of the value if it differs, and otherwise of the result of the pullback.
///
/// ```
/// use chainrule::{check, vjp};
///
/// #[vjp]
/// fn polar(r: f64, angle: f64) -> (f64, f64) {
///     (r * angle.cos(), r * angle.sin())
/// }
///
/// for seed in [(0.7, -1.3), (1.0, 0.0), (0.0, 1.0)] {
///     check::vjp(|&(r, a)| polar(r, a), |&(r, a)| polar_vjp(r, a), &(2.0, 0.5), &seed).unwrap();
/// }
/// ```
pub fn vjp<'point, P, V, B>(
    f: impl Fn(&P) -> V,
    vjp: impl FnOnce(&'point P) -> (V, B),
    point: &'point P,
    seed: &V,
) -> Result<(), Mismatch<P, V>>
where
    P: Differentiable,
    V: Differentiable<Scalar = P::Scalar>,
    B: FnOnce(V) -> P,
{
    let (value, pullback) = vjp(point);
    value_is(value, f(point))?;
    let given = pullback(seed.clone());
    numerical::gradient(|x| f(x).dot(seed), point, given).into_result(Mismatch::of_derivatives)
}

/// Checks a value and its derivative along a direction v, which is Jv, where J is the Jacobian.
///
/// The value has to be that of f, and the derivative the slope of f(x + t v) in t at 0.
///
/// # Errors
///
/// A [`Mismatch`] of the value if it differs, and otherwise of the derivative.
///
/// ```
/// use chainrule::{check, jvp};
///
/// #[jvp]
/// fn polar(r: f64, angle: f64) -> (f64, f64) {
///     (r * angle.cos(), r * angle.sin())
/// }
///
/// check::jvp(
///     |&(r, angle)| polar(r, angle),
///     |&(r, angle), &(r_dot, angle_dot)| polar_jvp(r, angle, r_dot, angle_dot),
///     &(2.0, 0.5),
///     &(1.0, -3.0),
/// )
/// .unwrap();
/// ```
///
/// What `hvp` generates has the form of a `jvp` of the gradient, which is numerically differentiated here:
///
/// ```
/// use chainrule::{check, grad, hvp};
///
/// #[grad]
/// #[hvp]
/// fn f(x: [f64; 2]) -> f64 {
///     (x[0] * x[1]).exp() + x[0] / x[1]
/// }
///
/// check::jvp(|&x| f_grad(x), |&x, &v| f_hvp(x, v), &[0.5, -1.5], &[1.0, 2.0]).unwrap();
/// ```
pub fn jvp<P, V>(
    f: impl Fn(&P) -> V,
    jvp: impl FnOnce(&P, &P) -> (V, V),
    point: &P,
    direction: &P,
) -> Result<(), Mismatch<V>>
where
    P: Differentiable,
    V: Differentiable<Scalar = P::Scalar>,
{
    let (value, derivative) = jvp(point, direction);
    value_is(value, f(point))?;
    numerical::along(f, point, direction, derivative).into_result(Mismatch::of_derivatives)
}

/// Whether a value is that of the function, up to rounding.
fn value_is<D, V: Differentiable>(given: V, expected: V) -> Result<(), Mismatch<D, V>> {
    // Small components may be what is left where large ones cancel.
    let size = expected.floats().fold(V::Scalar::ZERO, |size, x| size.max(x.abs()));
    let mut error = expected.zero();
    for error in error.floats_mut() {
        *error = V::Scalar::EPSILON * size;
    }
    Table { given, expected, error }.into_result(Mismatch::of_values)
}
