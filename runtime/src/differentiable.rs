//! The trait of the values that have floats to differentiate with respect to, and what it means for floats, arrays
//! and tuples. For structs, it is derived.

mod field;
mod held;

use core::array;
use core::iter;

use crate::Real;
pub use field::{floats, floats_mut};
pub use held::Held;

/// A value made of floats of one type, which can be differentiated with respect to all of them.
///
/// These are `f64` and `f32`, arrays and tuples of differentiable types, and structs that
/// [derive](macro@crate::Differentiable) it. In generic code every [`Real`] is one.
///
/// # A gradient is a value of the same type
///
/// Read the floats of a value in the order of their declaration, and it is a point x ∈ ℝⁿ, where n is [`COUNT`]. The
/// gradient of a function f at this point has as many components, ∂f/∂xᵢ, so it is kept in a value of the same type,
/// with each partial derivative in the place of the float that it belongs to. The same goes for directions and
/// cotangents. What a type has besides floats is no coordinate; see [below](#inactive-fields).
///
/// The methods are those of the vector space ℝⁿ:
///
/// | method | is |
/// | --- | --- |
/// | [`zero`](Self::zero) | 0 |
/// | [`add`](Self::add), in place [`accumulate`](Self::accumulate) | x + y |
/// | [`scale`](Self::scale), in place [`rescale`](Self::rescale) | c x |
/// | [`dot`](Self::dot) | xᵀy = Σ xᵢ yᵢ |
/// | [`floats`](Self::floats), [`floats_mut`](Self::floats_mut) | the coordinates xᵢ, one by one |
///
/// so that a step of gradient descent, x − η ∇f(x), is written once for all types:
///
/// ```
/// use chainrule::Differentiable;
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// struct Neuron {
///     weights: [f64; 2],
///     bias: f64,
/// }
///
/// fn descend<P: Differentiable>(point: &P, gradient: &P, rate: P::Scalar) -> P {
///     point.add(&gradient.scale(-rate))
/// }
///
/// let neuron = Neuron { weights: [0.5, -1.0], bias: 0.25 };
/// // Of the squared output (w₀ + 2 w₁ + b)² for the input (1, 2), which is (-1.25)².
/// let gradient = Neuron { weights: [-2.5, -5.0], bias: -2.5 };
/// let better = descend(&neuron, &gradient, 0.125);
/// assert_eq!(better, Neuron { weights: [0.8125, -0.375], bias: 0.5625 });
///
/// // The slope along the gradient is its squared length.
/// assert_eq!(gradient.dot(&gradient), 37.5);
/// ```
///
/// What is no sum or multiple goes coordinate by coordinate. Adam, for one, keeps two more values of the type of the
/// point:
///
/// ```
/// use chainrule::{Differentiable, Real};
///
/// /// A point with decaying means of its gradient and of the square of its gradient.
/// struct Adam<P> {
///     point: P,
///     mean: P,
///     square: P,
///     steps: i32,
/// }
///
/// impl<P: Differentiable> Adam<P> {
///     fn new(point: P) -> Self {
///         let (mean, square) = (point.zero(), point.zero());
///         Self { point, mean, square, steps: 0 }
///     }
///
///     fn step(&mut self, gradient: &P, rate: P::Scalar) {
///         let one = P::Scalar::ONE;
///         let (keep, keep_square) = (P::Scalar::from(0.9), P::Scalar::from(0.999));
///         self.steps += 1;
///         let (bias, bias_square) = (one - keep.powi(self.steps), one - keep_square.powi(self.steps));
///         let means = self.mean.floats_mut().zip(self.square.floats_mut());
///         for ((x, (mean, square)), slope) in self.point.floats_mut().zip(means).zip(gradient.floats()) {
///             *mean = keep * *mean + (one - keep) * slope;
///             *square = keep_square * *square + (one - keep_square) * slope * slope;
///             *x -= rate * (*mean / bias) / ((*square / bias_square).sqrt() + P::Scalar::EPSILON);
///         }
///     }
/// }
///
/// // The minimum of (x - 1)² + 100 (y + 2)².
/// let mut adam = Adam::new((0.0, 0.0));
/// for _ in 0..500 {
///     let (x, y) = adam.point;
///     adam.step(&(2.0 * (x - 1.0), 200.0 * (y + 2.0)), 0.05);
/// }
/// let (x, y): (f64, f64) = adam.point;
/// assert!((x - 1.0).abs() < 1e-3 && (y + 2.0).abs() < 1e-3);
/// ```
///
/// # Inactive fields
///
/// A field that is marked `#[differentiable(constant)]` is not differentiated with respect to, and its type may be
/// any that is [`Clone`]. Every result has a copy of what `self` has there: [`zero`](Self::zero) is zero in the other
/// fields, [`accumulate`](Self::accumulate) adds the others, and [`floats`](Self::floats) visits the others only.
///
/// ```
/// use chainrule::Differentiable;
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// struct Spring {
///     stiffness: f64,
///     rest_length: f64,
///     #[differentiable(constant)]
///     gravity: f64,
///     #[differentiable(constant)]
///     label: &'static str,
/// }
///
/// let spring = Spring { stiffness: 20.0, rest_length: 1.5, gravity: 9.81, label: "left" };
/// assert_eq!(Spring::COUNT, 2);
/// assert!(spring.floats().eq([20.0, 1.5]));
/// assert_eq!(spring.zero(), Spring { stiffness: 0.0, rest_length: 0.0, ..spring.clone() });
/// assert_eq!(spring.dot(&spring), 20.0 * 20.0 + 1.5 * 1.5);
/// ```
///
/// # Other types
///
/// The trait may be implemented by hand for types that have floats only, such as a vector type of one's own. The methods
/// have to agree with each other: [`floats`](Self::floats) and [`floats_mut`](Self::floats_mut) visit the same
/// [`COUNT`] floats in the same order, and the others treat these and nothing else.
///
/// [`COUNT`]: Self::COUNT
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that can be differentiated",
    label = "has no floats to differentiate with respect to",
    note = "if it is a struct, derive it: `#[derive(Clone, chainrule::Differentiable)]`",
    note = "or leave it out: `#[differentiable(constant)]` on a field, `#[grad(wrt(…))]` with the other parameters"
)]
pub trait Differentiable: Clone {
    /// The type of the floats.
    type Scalar: Real;

    /// How many floats a value has, those of inactive fields not counted.
    const COUNT: usize;

    /// The value with 0 in place of every float.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// assert_eq!((1.0, [2.0, 3.0]).zero(), (0.0, [0.0, 0.0]));
    /// ```
    #[must_use]
    fn zero(&self) -> Self;

    /// Adds each float of `other` to the float in the same place.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// let mut sum = (1.0, [2.0, 3.0]);
    /// sum.accumulate(&(10.0, [20.0, 30.0]));
    /// assert_eq!(sum, (11.0, [22.0, 33.0]));
    /// ```
    fn accumulate(&mut self, other: &Self);

    /// Multiplies each float by `factor`.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// let mut point = (1.0, [2.0, 3.0]);
    /// point.rescale(-2.0);
    /// assert_eq!(point, (-2.0, [-4.0, -6.0]));
    /// ```
    fn rescale(&mut self, factor: Self::Scalar);

    /// The scalar product Σ xᵢ yᵢ with `other`.
    ///
    /// Arrays, tuples and structs add up the products of their parts from left to right. With a gradient, this is the
    /// slope of the function along a direction.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// assert_eq!((1.0, [2.0, 3.0]).dot(&(4.0, [5.0, 6.0])), 32.0);
    /// ```
    #[must_use]
    fn dot(&self, other: &Self) -> Self::Scalar;

    /// The floats in the order of their declaration; those of arrays by index.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// assert!((1.0, [2.0, 3.0]).floats().eq([1.0, 2.0, 3.0]));
    /// ```
    fn floats(&self) -> impl Iterator<Item = Self::Scalar>;

    /// The floats in the order of [`floats`](Self::floats), to be changed.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// let mut point = (1.0_f64, [-2.0, 3.0]);
    /// for x in point.floats_mut() {
    ///     *x = x.max(0.0);
    /// }
    /// assert_eq!(point, (1.0, [0.0, 3.0]));
    /// ```
    fn floats_mut(&mut self) -> impl Iterator<Item = &mut Self::Scalar>;

    /// The sum of `self` and `other`, float by float.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// assert_eq!([1.0, 2.0].add(&[10.0, 20.0]), [11.0, 22.0]);
    /// ```
    #[inline]
    #[must_use]
    fn add(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.accumulate(other);
        sum
    }

    /// `self` with each float multiplied by `factor`.
    ///
    /// ```
    /// use chainrule::Differentiable;
    ///
    /// assert_eq!([1.0, 2.0].scale(3.0), [3.0, 6.0]);
    /// ```
    #[inline]
    #[must_use]
    fn scale(&self, factor: Self::Scalar) -> Self {
        let mut scaled = self.clone();
        scaled.rescale(factor);
        scaled
    }

    /// Copies the inactive fields of `primal`, also those of nested structs; for generated code.
    #[doc(hidden)]
    #[inline]
    fn copy_constants_of(&mut self, primal: &Self) {
        let _ = primal;
    }

    /// Makes every float in inactive fields 0, also in nested structs; for generated code.
    #[doc(hidden)]
    #[inline]
    fn clear_constants(&mut self) {}

    /// `self` with the inactive fields of `primal`; for generated code.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    fn with_constants_of(mut self, primal: &Self) -> Self {
        self.copy_constants_of(primal);
        self
    }

    /// `self` as a direction, which has no component along inactive fields; for generated code.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    fn as_direction(&self) -> Self {
        let mut direction = self.clone();
        direction.clear_constants();
        direction
    }
}

macro_rules! implement_for_scalars {
    ($($real:ident)*) => {$(
        impl Differentiable for $real {
            type Scalar = Self;

            const COUNT: usize = 1;

            #[inline]
            fn zero(&self) -> Self {
                0.0
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                *self += *other;
            }

            #[inline]
            fn rescale(&mut self, factor: Self) {
                *self *= factor;
            }

            #[inline]
            fn dot(&self, other: &Self) -> Self {
                *self * *other
            }

            #[inline]
            fn floats(&self) -> impl Iterator<Item = Self> {
                iter::once(*self)
            }

            #[inline]
            fn floats_mut(&mut self) -> impl Iterator<Item = &mut Self> {
                iter::once(self)
            }
        }
    )*};
}

implement_for_scalars! { f64 f32 }

impl<D: Differentiable, const N: usize> Differentiable for [D; N] {
    type Scalar = D::Scalar;

    const COUNT: usize = N * D::COUNT;

    #[inline]
    fn zero(&self) -> Self {
        array::from_fn(|i| self[i].zero())
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        for (element, other) in self.iter_mut().zip(other) {
            element.accumulate(other);
        }
    }

    #[inline]
    fn rescale(&mut self, factor: Self::Scalar) {
        for element in self {
            element.rescale(factor);
        }
    }

    #[inline]
    fn dot(&self, other: &Self) -> Self::Scalar {
        let products = self.iter().zip(other).map(|(element, other)| element.dot(other));
        products.reduce(|sum, product| sum + product).unwrap_or(D::Scalar::ZERO)
    }

    #[inline]
    fn floats(&self) -> impl Iterator<Item = Self::Scalar> {
        self.iter().flat_map(D::floats)
    }

    #[inline]
    fn floats_mut(&mut self) -> impl Iterator<Item = &mut Self::Scalar> {
        self.iter_mut().flat_map(D::floats_mut)
    }

    #[inline]
    fn copy_constants_of(&mut self, primal: &Self) {
        for (element, primal) in self.iter_mut().zip(primal) {
            element.copy_constants_of(primal);
        }
    }

    #[inline]
    fn clear_constants(&mut self) {
        for element in self {
            element.clear_constants();
        }
    }
}

macro_rules! implement_for_tuples {
    ($(($first:ident $(, $other:ident $index:tt)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$first $(, $other)*> Differentiable for ($first, $($other),*)
        where
            $first: Differentiable,
            $($other: Differentiable<Scalar = $first::Scalar>,)*
        {
            type Scalar = $first::Scalar;

            const COUNT: usize = $first::COUNT $(+ $other::COUNT)*;

            #[inline]
            fn zero(&self) -> Self {
                (self.0.zero(), $(self.$index.zero()),*)
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                self.0.accumulate(&other.0);
                $(self.$index.accumulate(&other.$index);)*
            }

            #[inline]
            fn rescale(&mut self, factor: Self::Scalar) {
                self.0.rescale(factor);
                $(self.$index.rescale(factor);)*
            }

            #[inline]
            fn dot(&self, other: &Self) -> Self::Scalar {
                self.0.dot(&other.0) $(+ self.$index.dot(&other.$index))*
            }

            #[inline]
            fn floats(&self) -> impl Iterator<Item = Self::Scalar> {
                self.0.floats() $(.chain(self.$index.floats()))*
            }

            #[inline]
            fn floats_mut(&mut self) -> impl Iterator<Item = &mut Self::Scalar> {
                self.0.floats_mut() $(.chain(self.$index.floats_mut()))*
            }

            #[inline]
            fn copy_constants_of(&mut self, primal: &Self) {
                self.0.copy_constants_of(&primal.0);
                $(self.$index.copy_constants_of(&primal.$index);)*
            }

            #[inline]
            fn clear_constants(&mut self) {
                self.0.clear_constants();
                $(self.$index.clear_constants();)*
            }
        }
    )*};
}

implement_for_tuples! {
    (A)
    (A, B 1)
    (A, B 1, C 2)
    (A, B 1, C 2, D 3)
    (A, B 1, C 2, D 3, E 4)
    (A, B 1, C 2, D 3, E 4, F 5)
    (A, B 1, C 2, D 3, E 4, F 5, G 6)
    (A, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
