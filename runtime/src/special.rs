//! The functions that neither std nor libm has, written once for every [`Real`].
//!
//! One file per family. Constants are written as `f64` and rounded to the type at compile time; no value of an
//! `f32` is ever widened. `tests/special.rs` holds all of them against references of thirty digits and states
//! the error of each.

mod activation;
mod bessel;
mod digamma;
mod exact;
mod logistic;
mod normal;
mod polygamma;
mod slopes;

use crate::Real;

pub(crate) use activation::{elu, gelu, leaky_relu, relu, silu};
pub(crate) use bessel::{sinc, spherical_bessel};
pub(crate) use digamma::digamma;
pub(crate) use logistic::{logit, sigmoid, softplus};
pub(crate) use normal::{gaussian, normal_cdf, normal_pdf};
pub(crate) use polygamma::polygamma;
pub(crate) use slopes::{
    hypot_slope, powf_exponent_slope, powf_slope, powi_slope, sigmoid_slope, tanh_slope,
};

/// The error function, from libm.
#[inline]
pub(crate) fn erf<T: Real>(x: T) -> T {
    x.chainrule_erf()
}

/// The complement of the error function, from libm.
#[inline]
pub(crate) fn erfc<T: Real>(x: T) -> T {
    x.chainrule_erfc()
}

/// ln |Γ(x)|, from libm.
#[inline]
pub(crate) fn ln_gamma<T: Real>(x: T) -> T {
    x.chainrule_ln_gamma()
}
