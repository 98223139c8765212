//! Items nobody else sees.

use ::autodiff::{Differentiable, grad, hvp, jvp, vjp};
use ::core::clone::Clone;
use ::core::fmt::Debug;
use ::core::marker::Copy;

/// The type of private fields of public structs.
#[derive(Clone, Copy, Debug, Differentiable)]
#[differentiable(crate = ::autodiff)]
pub(crate) struct Hidden<T>(T);

/// Used through its gradient only.
#[grad(crate = ::autodiff)]
fn gradient_only(x: f64, y: f64) -> f64 {
    x.sin() * y
}

/// Used itself, its siblings are not.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
fn value_only(x: f64) -> f64 {
    x.exp()
}

/// Used with value and gradient together.
#[grad(crate = ::autodiff)]
fn both_at_once(x: f64, n: i32) -> f64 {
    if n == 0 { x.cos() } else { x.powi(n) }
}

/// The sum of all.
pub(crate) fn sum(x: f64) -> f64 {
    let (partial_x, partial_y) = gradient_only_grad(x, 2.0);
    let (value, slope) = both_at_once_value_and_grad(x, 3);
    partial_x + partial_y + value_only(x) + value + slope
}
