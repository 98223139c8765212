//! Functions as an embedded target has them: no `std`, elementary functions from `libm`.
//!
//! ```text
//! cargo build --manifest-path tests/no-std/Cargo.toml --target thumbv7em-none-eabihf
//! cargo test --manifest-path tests/no-std/Cargo.toml
//! ```

#![no_std]
#![forbid(unsafe_code)]

use chainrule::{grad, hvp, jvp, math, vjp, Differentiable, Real};

/// The staged function of the README.
#[grad]
#[must_use]
pub fn staged(x: f64, y: f64) -> f64 {
    let sig_y = 1.0 / (1.0 + (-y).exp());
    let num = x + sig_y;
    let sig_x = 1.0 / (1.0 + (-x).exp());
    let den = sig_x + (x + y).powi(2);
    num / den
}

/// Every way to write a function.
#[grad]
#[must_use]
pub fn spellings(x: f64, y: f64) -> f64 {
    let (sine, cosine) = x.sin_cos();
    sine * f64::sqrt(y) + cosine * Real::ln(y) + math::tanh(x * y) + <f64 as Real>::cbrt(y)
}

/// Single precision.
#[grad]
#[must_use]
pub fn single(x: f32, k: f32) -> f32 {
    0.1 * (k * x).tanh() + x.hypot(k).powf(1.5) + x.mul_add(k, 2.0).floor()
}

/// Generic over the scalar.
#[grad]
#[must_use]
pub fn generic<T: Real>(x: T, k: T) -> T {
    T::from_f64(0.5) * k * x * x + (x * k).atan2(k).exp() + x.rem_euclid(k)
}

/// Functions that std does not have.
#[grad]
#[must_use]
pub fn special(x: f64, y: f64) -> f64 {
    x.sigmoid() * math::erf(y) + (x * y).softplus() + y.gelu() + math::ln_gamma(y)
}

/// Branches and an early return.
#[grad]
#[must_use]
pub fn branches(x: f64, y: f64, n: i32) -> f64 {
    if x > y {
        return x.max(y * y).abs();
    }
    match n {
        0 => x.exp_m1(),
        n if n < 0 => x * f64::from(n),
        n => y.powi(n) + x.sinh(),
    }
}

/// Every mode, with references, which pullbacks hold on to.
#[grad]
#[vjp]
#[jvp]
#[hvp]
#[must_use]
pub fn modes(x: &[f64; 2], k: &f64) -> f64 {
    (x[0] * *k).sin() * x[1].sqrt()
}

/// Parameters in a struct.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Neuron<T> {
    /// One for each input.
    pub weights: [T; 2],
    /// What is added.
    pub bias: T,
    /// Not learnt.
    #[differentiable(constant)]
    pub inputs: usize,
}

/// Of rational functions the gradient is evaluated while compiling.
#[grad]
#[must_use]
pub const fn rational(x: f64, y: f64) -> f64 {
    x * x / (1.0 + x * y)
}

/// The gradient at (2, 3), computed by the compiler.
pub const SLOPES: (f64, f64) = rational_grad(2.0, 3.0);
