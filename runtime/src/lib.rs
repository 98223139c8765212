//! Automatic differentiation at compile time: write a function of floats, get its gradient as another function.
//!
//! ```
//! use chainrule::grad;
//!
//! #[grad]
//! fn f(x: f64, y: f64) -> f64 {
//!     (x * y).sin() + x
//! }
//!
//! let (df_dx, df_dy) = f_grad(1.0, 2.0);
//! assert_eq!(df_dx, 2.0 * 2.0_f64.cos() + 1.0);
//! assert_eq!(df_dy, 2.0_f64.cos());
//! ```
//!
//! The attribute [`grad`] reads the body of a function while the program compiles and writes the gradient as plain Rust
//! beside it. There is no tape, no dual number and, unless an attribute says `alloc`, no allocation at run time, so
//! this crate holds only what generated code and numerical users need: the functions of [`math`], the trait [`Real`]
//! for code that is generic over `f64` and `f32`, and the trait [`Differentiable`](trait@Differentiable) for what is
//! made of these. [`check`] compares derivatives with numerical ones. What the derivative is at kinks and poles is
//! written down in [`conventions`].
//!
//! The [`guide`] is about loops, and about programs of many functions:
//!
//! - [`guide::loops`]: loops of any length, slices, and what is kept in memory for the way back;
//! - [`guide::composing`]: functions that call functions, and gradients inside of gradients;
//! - [`guide::custom`]: derivatives written by hand;
//! - [`guide::structs`]: structs as parameters, and their gradients.
//!
//! # Features
//!
//! - `std` (default): elementary functions come from the standard library.
//! - `libm`: they come from the `libm` crate, for targets without `std`.
//! - `alloc`: attributes may say `alloc`, to have generated code keep values on the heap.
//!
//! One of `std` and `libm` must be on; `std` wins when both are.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!("chainrule needs elementary functions; turn on the feature `std` (the default) or `libm`");

mod accumulate;
#[cfg(any(feature = "std", feature = "libm"))]
pub mod check;
#[cfg(any(feature = "std", feature = "libm"))]
mod differentiable;
#[cfg(all(feature = "libm", not(feature = "std")))]
mod fallback;
#[cfg(any(feature = "std", feature = "libm"))]
pub mod math;
#[cfg(any(feature = "std", feature = "libm"))]
mod real;
#[cfg(any(feature = "std", feature = "libm"))]
mod slots;
#[cfg(any(feature = "std", feature = "libm"))]
mod special;

/// Derives the gradient of a function of real numbers.
///
/// On `fn f(x: f64, y: f64) -> f64` it adds, with the visibility, generics, `const`ness and lint levels of `f`:
///
/// - `f_grad(x, y) -> (f64, f64)`, the partial derivatives with respect to each active parameter;
/// - `f_value_and_grad(x, y) -> (f64, (f64, f64))`, the value, equal to `f(x, y)` bit for bit, and the gradient.
///
/// The gradients of the two can differ in the last bit, as `f_grad` does not compute what only the value needs;
/// `strict` makes them the same. One active parameter gives its bare derivative instead of a tuple; a tuple parameter
/// gives a tuple, an array or a reference to one gives an array, and a struct that derives [`Differentiable`] gives the
/// same struct. The gradient by a slice `x` is written to one more parameter, `x_bar: &mut [f64]`; beside functions of
/// slices stands a third sibling, `f_add_grad`, which [adds](Accumulate) to what it is lent. By default every
/// parameter that carries floats is active, and all others are constants; `self` is active if `wrt` names it.
///
/// ```
/// use chainrule::grad;
///
/// #[grad]
/// fn circuit(x: f64, y: f64, z: f64) -> f64 {
///     (x + y) * z
/// }
///
/// assert_eq!(circuit_grad(-2.0, 5.0, -4.0), (-4.0, -4.0, 3.0));
/// assert_eq!(circuit_value_and_grad(-2.0, 5.0, -4.0), (-12.0, (-4.0, -4.0, 3.0)));
/// ```
///
/// # Options
///
/// - `wrt(x, w)`: the active parameters;
/// - `name = "loss"`: the siblings are called `loss_grad` and `loss_value_and_grad`;
/// - `crate = ::path`: where this crate is, if it has another name;
/// - `unroll = 5000`: how many values a loop may make when it is unrolled; 2,000 unless stated, and 1 keeps all loops;
/// - `stack = 4096`: how many bytes each array may take on the stack that keeps values of a loop; 65,536 unless stated;
/// - `alloc`: such values may be kept on the heap, if there is no other place for them, and the function may hold
///   vectors; needs the feature `alloc`;
/// - `strict`: no rewrites of derivative code that could change its last bit.
///
/// ```
/// use chainrule::grad;
///
/// #[grad(wrt(weight), name = "loss")]
/// fn squared_error(weight: f64, x: f64, y: f64) -> f64 {
///     (weight * x - y).powi(2)
/// }
///
/// assert_eq!(loss_grad(2.0, 3.0, 5.0), 6.0);
/// ```
///
/// # The language
///
/// Bodies are ordinary Rust: `let`, `mut` and compound assignment, tuples, arrays, blocks, `if`, `match`, early
/// `return`, assertions, closures bound in the body, and every function of [`math`], as method, as `f64::sin(x)`, or by
/// its path. Derivatives flow through values that depend on active parameters; everything else may be any expression.
/// What is not understood is a compile error that says what to write instead, never a silent zero.
///
/// Loops are `for`, `while` and `loop`, with `break`, `continue` and `return` in them, and the iterators of arrays and
/// slices; an index may be any integer. They are unrolled if the macro sees how often they run (literals, `const` items
/// of the function, array types) and little code comes of it, and stay loops otherwise. What a gradient keeps of their
/// iterations is in the [chapter on loops](guide::loops).
///
/// ```
/// use chainrule::grad;
///
/// #[grad]
/// fn squared_norm(w: [[f64; 2]; 2], x: &[f64; 2]) -> f64 {
///     let mut sum = 0.0;
///     for row in w {
///         let q: f64 = row.iter().zip(x).map(|(w, x)| w * x).sum();
///         sum += q * q;
///     }
///     sum
/// }
///
/// let (w_bar, x_bar) = squared_norm_grad([[1.0, 2.0], [3.0, 4.0]], &[1.0, 1.0]);
/// assert_eq!(w_bar, [[6.0, 6.0], [14.0, 14.0]]);
/// assert_eq!(x_bar, [48.0, 68.0]);
/// ```
///
/// Calls of functions that have siblings of their own are differentiated by these, and structs are ordinary values; the
/// [guide] has a chapter on each. Of a parameter whose type is neither a float nor one of the standard library, the body
/// decides: if its fields are read, its methods called, or if it is passed on, it is a struct and has to be
/// [`Differentiable`]; if it is matched or compared, it is a constant.
///
/// ```
/// use chainrule::{Differentiable, grad};
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// struct Line {
///     slope: f64,
///     offset: f64,
/// }
///
/// impl Line {
///     #[grad(wrt(self, x))]
///     fn at(&self, x: f64) -> f64 {
///         self.slope * x + self.offset
///     }
/// }
///
/// #[grad(wrt(line))]
/// fn error(line: &Line, x: f64, y: f64) -> f64 {
///     (line.at(x) - y).powi(2)
/// }
///
/// let line = Line { slope: 2.0, offset: 1.0 };
/// assert_eq!(error_grad(&line, 3.0, 5.0), Line { slope: 12.0, offset: 4.0 });
/// ```
///
/// A generic scalar is a type parameter bound by [`Real`]:
///
/// ```
/// use chainrule::{Real, grad};
///
/// #[grad]
/// fn energy<T: Real>(mass: T, speed: T) -> T {
///     T::from_f64(0.5) * mass * speed * speed
/// }
///
/// assert_eq!(energy_grad(2.0_f32, 3.0_f32), (4.5, 6.0));
/// ```
pub use chainrule_macros::grad;

/// Derives the pullback of a function: its value now, and the gradient once the cotangent of the value is known.
///
/// On `fn f(x: f64, y: f64) -> f64` it adds `f_vjp(x, y) -> (f64, impl FnOnce(f64) -> (f64, f64))`. The value equals
/// `f(x, y)` bit for bit. The pullback takes the cotangent w of the value and returns wᵀJ, where J is the Jacobian: for
/// one real number as the result, w times the gradient. It keeps what it needs of the computation of the value on
/// the stack, borrows slices, and may be dropped. The gradient by a slice `x` goes to one more argument of the pullback,
/// `x_bar: &mut [f64]`. Beside functions of slices stands `f_add_vjp`, which takes the cotangent at once, and
/// [adds](Accumulate) the gradient to what it is lent.
///
/// The result may be a real number, or tuples and arrays of real numbers; the cotangent is one value of the same
/// type. The gradient is shaped as that of [`grad`], and so are the options; what is said there of the language holds
/// here as well.
///
/// ```
/// use chainrule::vjp;
///
/// #[vjp]
/// fn polar(r: f64, angle: f64) -> (f64, f64) {
///     (r * angle.cos(), r * angle.sin())
/// }
///
/// let ((x, y), pullback) = polar_vjp(2.0, 0.0);
/// assert_eq!((x, y), (2.0, 0.0));
/// // 3 x + 5 y has the slope 3 along r and 5 r along the angle.
/// assert_eq!(pullback((3.0, 5.0)), (3.0, 10.0));
/// ```
pub use chainrule_macros::vjp;

/// Derives the derivative of a function along a direction, in forward mode.
///
/// On `fn f(x: f64, y: f64) -> f64` it adds `f_jvp(x, y, x_dot, y_dot) -> (f64, f64)`: the value, equal to `f(x, y)` bit
/// for bit, and its derivative where x changes at the rate `x_dot` and y at the rate `y_dot`, which is the Jacobian
/// times the direction. After all parameters of the function comes one rate for each active parameter, in their
/// order, by value and shaped as its gradient; that of a slice is a slice.
///
/// The result may be a real number, or tuples and arrays of real numbers; its derivative has the same type. Options
/// and language are those of [`grad`]. Forward mode costs one or two more functions, whatever the number of outputs;
/// for the gradient by many parameters, use [`grad`].
///
/// ```
/// use chainrule::jvp;
///
/// #[jvp(wrt(t))]
/// fn throw(t: f64, speed: f64) -> (f64, f64) {
///     (speed * t, speed * t - 4.905 * t * t)
/// }
///
/// let (_, (vx, vy)) = throw_jvp(2.0, 10.0, 1.0);
/// assert_eq!((vx, vy), (10.0, 10.0 - 2.0 * 4.905 * 2.0));
/// ```
pub use chainrule_macros::jvp;

/// Derives the Jacobian of a function of real numbers: the derivatives of every output by every input.
///
/// On `fn f(x: [f64; N]) -> [f64; M]` it adds
///
/// - `f_jacobian(x) -> [[f64; N]; M]`, one row per output;
/// - `f_value_and_jacobian(x) -> ([f64; M], [[f64; N]; M])`, the value, equal to `f(x)` bit for bit, and the
///   Jacobian.
///
/// Several parameters give a tuple of blocks, one per active parameter, and so do tuples as results; the indices of
/// the output stand outside, those of the input inside. The entries of a scalar function are its gradient.
///
/// ```
/// use chainrule::jacobian;
///
/// #[jacobian]
/// fn cartesian(polar: [f64; 2]) -> [f64; 2] {
///     let [radius, angle] = polar;
///     [radius * angle.cos(), radius * angle.sin()]
/// }
///
/// assert_eq!(cartesian_jacobian([2.0, 0.0]), [[1.0, -0.0], [0.0, 2.0]]);
/// ```
///
/// The code is accumulated from the partial derivatives of each step in the order that takes the fewest operations,
/// which the documentation of the sibling states. Entries that are zero for every argument cost nothing.
///
/// Where more than 400 entries are not zero for every argument, and combining the partial derivatives takes more than
/// eight operations for each value of the function, the Jacobian is computed in a loop instead: column by column in
/// forward mode, or row by row in reverse mode if there are fewer outputs than inputs. The code then grows with the
/// function, not with the Jacobian, and compiles in a fraction of the time; where entries are cheap, it takes longer to
/// run. What does not depend on the column or row is computed once. A loop takes inputs and outputs of one type, and
/// no assertion or call of an unknown function inside of a branch that the Jacobian depends on; else there is code for
/// each entry. Where a parameter is not a plain array, or the result is not, the entries are copied into their places
/// one by one.
///
/// A function with loops that are not unrolled is differentiated row by row in reverse mode if its result consists of
/// single floats. If it returns an array of generic length, or one so long that it is not taken apart, a loop over columns
/// or rows computes the Jacobian, whatever its size.
///
/// The part by a slice `x` is written to one more parameter, `x_jacobian: &mut [f64]`: as many rows as there are floats in
/// the result, each as long as `x`. It is overwritten.
///
/// # Panics
///
/// Siblings with a parameter `x_jacobian` panic if that has another length than these rows together.
///
/// ```
/// use chainrule::jacobian;
///
/// #[jacobian]
/// fn moments(x: &[f64]) -> (f64, f64) {
///     (x.iter().sum(), x.iter().map(|x| x * x).sum())
/// }
///
/// let mut x_jacobian = [0.0; 4];
/// moments_jacobian(&[3.0, 4.0], &mut x_jacobian);
/// assert_eq!(x_jacobian, [1.0, 1.0, 6.0, 8.0]);
/// ```
///
/// The options, the language and the conventions are those of [`macro@grad`].
pub use chainrule_macros::jacobian;

/// Derives the Hessian of a function with one real number as its result: all second derivatives.
///
/// On `fn f(x: [f64; N]) -> f64` it adds
///
/// - `f_hessian(x) -> [[f64; N]; N]`, symmetric bit for bit;
/// - `f_value_grad_and_hessian(x) -> (f64, [f64; N], [[f64; N]; N])`, which shares the work among the three.
///
/// Several parameters give a tuple of rows, one per active parameter, each a tuple of blocks.
///
/// ```
/// use chainrule::hessian;
///
/// #[hessian]
/// fn energy(x: f64, y: f64) -> f64 {
///     x * x * y
/// }
///
/// assert_eq!(energy_hessian(3.0, 5.0), ((10.0, 6.0), (6.0, 0.0)));
/// assert_eq!(energy_value_grad_and_hessian(3.0, 5.0), (45.0, (30.0, 9.0), ((10.0, 6.0), (6.0, 0.0))));
/// ```
///
/// The code is accumulated as that of [`macro@jacobian`], and large dense Hessians are computed in a loop under the
/// same conditions: row by row, as products with unit vectors, of which the lower triangle is kept and mirrored. The
/// documentation of the sibling states which. The Hessian of Rosenbrock's function in a hundred variables has 298
/// entries that are not zero and is no loop. Hessians by arrays of generic length, or by such as are too long to be taken
/// apart, are always computed row by row.
///
/// By a slice `x`, if that is the only parameter it is by, the Hessian is written to one more parameter,
/// `x_hessian: &mut [f64]`, row after row: `f_hessian(x, x_hessian)` and `f_value_grad_and_hessian(x, x_bar, x_hessian)`.
///
/// # Panics
///
/// Siblings with a parameter `x_hessian` panic if that does not hold the square of `x.len()` numbers.
///
/// The options, the language and the conventions are those of [`macro@grad`].
pub use chainrule_macros::hessian;

/// Derives the product of the Hessian with a direction, without the Hessian.
///
/// On `fn f(x: f64, y: f64) -> f64` it adds `f_hvp(x, y, x_dot, y_dot) -> ((f64, f64), (f64, f64))`: the gradient, and
/// the Hessian times the direction, which is the derivative of the gradient along it. The parameters are those of
/// [`jvp`], the parts of the result are shaped as the gradient of [`grad`], and options and language are the same. For a
/// slice `x`, the parts go to two more parameters, `x_bar` and `x_hvp`.
/// It is forward mode over reverse mode, a few times the cost of the function whatever the number of parameters.
///
/// ```
/// use chainrule::hvp;
///
/// #[hvp]
/// fn f(x: f64, y: f64) -> f64 {
///     x * x * y
/// }
///
/// let (gradient, product) = f_hvp(3.0, 5.0, 1.0, 0.0);
/// assert_eq!(gradient, (30.0, 9.0));
/// // The first column of the Hessian.
/// assert_eq!(product, (10.0, 6.0));
/// ```
pub use chainrule_macros::hvp;

/// Derives [`Differentiable`](trait@Differentiable) for a struct, field by field.
///
/// The struct may have named fields or none with names, be generic over types and constants, and contain other
/// differentiable structs, arrays and tuples. All its floats are of one type. It has to be [`Clone`].
///
/// ```
/// use chainrule::{Differentiable, Real};
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// struct Layer<T: Real, const IN: usize, const OUT: usize> {
///     weights: [[T; IN]; OUT],
///     biases: [T; OUT],
/// }
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// struct Network<T: Real> {
///     hidden: Layer<T, 2, 3>,
///     output: Layer<T, 3, 1>,
/// }
///
/// assert_eq!(Network::<f32>::COUNT, 2 * 3 + 3 + 3 + 1);
/// ```
///
/// # Attributes
///
/// - `#[differentiable(constant)]` on a field: it is inactive, and of any type that is [`Clone`];
/// - `#[differentiable(crate = ::path)]` on the struct: where this crate is, if it has another name.
///
/// A struct with an inactive field is described in the documentation of the trait, under [inactive fields].
///
/// # Bounds
///
/// The fields of a generic struct have to be differentiable: `struct Pair<T> { x: T, y: T }` is so if `T` is. So has an
/// inactive field whose type is a type parameter, because as a part of a direction its floats are 0.
///
/// [inactive fields]: trait@Differentiable#inactive-fields
pub use chainrule_macros::Differentiable;

#[doc = include_str!("../CONVENTIONS.md")]
pub mod conventions {}

pub mod guide;

pub use accumulate::Accumulate;
#[cfg(any(feature = "std", feature = "libm"))]
pub use differentiable::Differentiable;
#[cfg(any(feature = "std", feature = "libm"))]
pub use real::Real;

#[cfg(any(feature = "std", feature = "libm"))]
use chainrule_macros::for_each_rule;

/// Returns `x`; inside a differentiated function, holds it constant.
///
/// Its derivative is zero by definition, whatever `x` was computed from. Elsewhere this is the identity.
///
/// ```
/// // In a function under `#[grad]`, the weight would not be differentiated although it depends on `x`.
/// fn weighted(x: f64) -> f64 {
///     let weight = chainrule::constant(1.0 / (1.0 + x * x));
///     weight * x
/// }
/// assert_eq!(weighted(1.0), 0.5);
/// ```
#[inline]
#[must_use]
pub const fn constant<T>(x: T) -> T {
    x
}

/// What `alloc` in an attribute comes to without the feature.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vec_without_alloc {
    ($($element:tt)*) => {
        ::core::compile_error!(
            "`alloc` in the attribute keeps values on the heap, for which chainrule needs its feature `alloc`; turn that on: \
             `chainrule = { version = \"0.1\", features = [\"alloc\"] }`"
        )
    };
}

/// What expansions name. Not for users, and not stable.
#[doc(hidden)]
pub mod __private {
    #[cfg(any(feature = "std", feature = "libm"))]
    pub use crate::differentiable::{Held, floats, floats_mut};
    #[cfg(any(feature = "std", feature = "libm"))]
    pub use libm;

    #[cfg(any(feature = "std", feature = "libm"))]
    pub use crate::slots::*;

    #[cfg(not(feature = "alloc"))]
    pub use crate::__vec_without_alloc as vec;
    #[cfg(feature = "alloc")]
    pub use alloc::vec;

    /// The tangent of an array that is an argument: as a slice, or as an array of its own, whichever the sibling takes.
    #[inline]
    pub fn tangent<Given: Tangent<Taken>, Taken>(given: Given) -> Taken {
        given.taken()
    }

    /// A reference to an array or slice, as a sibling takes it.
    pub trait Tangent<Taken> {
        fn taken(self) -> Taken;
    }

    impl<'a, E> Tangent<&'a [E]> for &'a [E] {
        #[inline]
        fn taken(self) -> &'a [E] {
            self
        }
    }

    impl<'a, E, const N: usize> Tangent<&'a [E]> for &'a [E; N] {
        #[inline]
        fn taken(self) -> &'a [E] {
            self
        }
    }

    impl<E: Copy, const N: usize> Tangent<[E; N]> for &[E; N] {
        #[inline]
        fn taken(self) -> [E; N] {
            *self
        }
    }

    /// Adds each element of an array to the element in the same place of another.
    #[cfg(any(feature = "std", feature = "libm"))]
    #[inline]
    pub fn join<D: crate::Differentiable>(total: &mut [D], part: &[D]) {
        for (total, part) in total.iter_mut().zip(part) {
            total.accumulate(part);
        }
    }

    /// Adds each element of an array to the element in the same place of what takes a gradient.
    #[cfg(any(feature = "std", feature = "libm"))]
    #[inline]
    pub fn add<D: crate::Differentiable>(total: &mut impl crate::Accumulate<D>, part: &[D]) {
        for (index, part) in part.iter().enumerate() {
            total.add_at(index, |total| total.accumulate(part));
        }
    }

    /// Makes the floats of each element of an array zeros.
    #[cfg(any(feature = "std", feature = "libm"))]
    #[inline]
    pub fn clear<D: crate::Differentiable>(array: &mut [D]) {
        for element in array {
            *element = element.zero();
        }
    }

    /// Makes each element of an array zeros like the one in the same place of another.
    #[cfg(any(feature = "std", feature = "libm"))]
    #[inline]
    pub fn clear_like<D: crate::Differentiable>(array: &mut [D], like: &[D]) {
        for (element, like) in array.iter_mut().zip(like) {
            *element = like.zero();
        }
    }

    /// Gives each element of an array the inactive fields of the one in the same place of another.
    #[cfg(any(feature = "std", feature = "libm"))]
    #[inline]
    pub fn copy_constants<D: crate::Differentiable>(array: &mut [D], primal: &[D]) {
        for (element, primal) in array.iter_mut().zip(primal) {
            element.copy_constants_of(primal);
        }
    }

    /// Compiles only if both arguments are the same function, because every function has a type of its own.
    pub const fn same_function<Ours: Copy, Found: Is<Ours>>(_: Ours, _: Found) {}

    /// Holds for one type: the other one itself.
    #[diagnostic::on_unimplemented(
        message = "this is not the function of `chainrule` by that name, so its derivative is not known",
        label = "taken for `{Ours}`",
        note = "write the function with its full path, as in `chainrule::math::sin(x)`, or write its expression out"
    )]
    pub trait Is<Ours>: Copy {}

    impl<Same: Copy> Is<Same> for Same {}
}
