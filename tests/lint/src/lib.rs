//! Generated code raises no lint, even here. Both commands have to pass:
//!
//! ```text
//! cargo check --manifest-path tests/lint/Cargo.toml
//! cargo clippy --manifest-path tests/lint/Cargo.toml -- -D warnings
//! ```

#![no_implicit_prelude]
#![forbid(unsafe_code, dead_code, clippy::all)]
#![deny(
    warnings,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused,
    rustdoc::all,
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    deprecated_in_future,
    explicit_outlives_requirements,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unstable_features,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::pedantic, clippy::nursery, clippy::cargo)]
#![deny(
    clippy::alloc_instead_of_core,
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::as_underscore,
    clippy::exhaustive_enums,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::lossy_float_literal,
    clippy::map_err_ignore,
    clippy::missing_assert_message,
    clippy::modulo_arithmetic,
    clippy::multiple_inherent_impl,
    clippy::mutex_atomic,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::pattern_type_mismatch,
    clippy::redundant_type_annotations,
    clippy::same_name_method,
    clippy::semicolon_inside_block,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::std_instead_of_core,
    clippy::undocumented_unsafe_blocks,
    clippy::unreachable,
    clippy::unseparated_literal_suffix,
    clippy::unwrap_used,
    clippy::use_debug,
    clippy::wildcard_enum_match_arm
)]
#![allow(clippy::cargo_common_metadata, reason = "nobody publishes this crate")]
#![allow(clippy::redundant_pub_crate, reason = "`unreachable_pub` asks for the opposite")]
#![allow(clippy::suboptimal_flops, reason = "of the functions themselves; their siblings say so too")]

pub mod loops;
mod private;
pub mod programs;

use ::autodiff::{Differentiable, Real, grad, hessian, hvp, jacobian, jvp, vjp};
use ::core::clone::Clone;
use ::core::convert::From as _;
use ::core::fmt::Debug;
use ::core::iter::Iterator as _;
use ::core::marker::{Copy, PhantomData};

/// A struct with a field of every kind.
#[derive(Clone, Copy, Debug, Differentiable)]
#[differentiable(crate = ::autodiff)]
#[non_exhaustive]
pub struct Model<T: Real, Unit, const N: usize> {
    /// Active, and itself a struct.
    pub weights: Weights<T, N>,
    /// Active, of a private type.
    hidden: private::Hidden<T>,
    /// Two active ones.
    pub pair: (T, [T; N]),
    /// Inactive, in which there are floats.
    #[differentiable(constant)]
    pub settings: ([(f64, u8); 2], Mode),
    /// Inactive, of a type that is no value.
    #[differentiable(constant)]
    pub unit: PhantomData<Unit>,
}

/// A struct without names.
#[derive(Clone, Copy, Debug, Differentiable)]
#[differentiable(crate = ::autodiff)]
#[non_exhaustive]
pub struct Weights<T, const N: usize>(pub [T; N], pub T);

/// A struct whose scalar is that of a private type.
#[derive(Clone, Copy, Debug, Differentiable)]
#[differentiable(crate = ::autodiff)]
pub struct Shown {
    hidden: private::Hidden<f32>,
    again: [private::Hidden<f32>; 2],
}

/// What a function of two numbers is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// A straight line.
    Line,
    /// A power.
    Power(i32),
}

/// Straight-line code.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[inline]
#[must_use]
pub fn staged(x: f64, y: f64) -> f64 {
    let sig_y = 1.0 / (1.0 + (-y).exp());
    let num = x + sig_y;
    let sig_x = 1.0 / (1.0 + (-x).exp());
    let den = sig_x + (x + y).powi(2);
    num / den
}

/// The `let`s serve the value only.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn only_the_value_needs_them(x: f64, y: f64) -> f64 {
    let shift = y.sin() + 3.0;
    let scaled = 2.0 * shift;
    x + scaled.floor() + ::autodiff::constant(scaled * shift)
}

/// Single precision.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn single(x: f32, k: f32) -> f32 {
    0.1 * (k * x).tanh() + x.hypot(k)
}

/// Generic over the scalar.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn generic<T: Real>(x: T, k: T) -> T {
    let half = T::from(0.5);
    half * k * x * x + (-x).exp() / k.sqrt()
}

/// Generic with the bound in a where clause and a lifetime.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn borrowed<'number, T>(x: &'number T, k: &'number T) -> T
where
    T: Real,
{
    *x * *k + x.cos()
}

/// Branches, early returns and a `match`.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn branches(x: f64, y: f64, mode: Mode) -> f64 {
    if x < 0.0 {
        return y * y;
    }
    let base = match mode {
        Mode::Line => x * y,
        Mode::Power(0) => return x,
        Mode::Power(n) if n < 0 => y.powi(n),
        Mode::Power(n) => x.powi(n) * f64::from(n),
    };
    if y > 1.0 { base.sqrt() } else { base.ln_1p() }
}

/// Operands of `max`, `min`, `clamp` and `abs` that are needed in one branch only.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn sunk(x: f64, y: f64) -> f64 {
    let slow = (x * y).sin() / y;
    x.max(slow).abs().min(1.0 / x).clamp(-3.0, 3.0)
}

/// Derivatives with constants that Clippy knows by name.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn constants(x: f64) -> f64 {
    x.exp2() + x.log2() * x.log10() + x.to_degrees().to_radians() + ::autodiff::math::erf(x)
}

/// The same in single precision.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn single_constants(x: f32) -> f32 {
    x.exp2() + x.log2() * x.log10() + x.to_degrees().to_radians() + ::autodiff::math::erfc(x)
}

/// Changed variables.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn changed(mut x: f64, y: f64, n: i32) -> f64 {
    x *= y;
    if n > 2 {
        x += y;
    }
    let (sine, cosine) = x.sin_cos();
    let mut pair = (sine, cosine);
    pair.0 -= y;
    pair.0 * pair.1
}

/// Assertions and panics.
///
/// # Panics
///
/// Panics unless both arguments are positive.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn checked(x: f64, y: f64) -> f64 {
    ::core::assert!(x > 0.0, "x is {x}");
    ::core::debug_assert!(y > 0.0, "y is {:?}", y);
    x.ln() * y
}

/// Parameters that are not used, one of them by name.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub const fn unused_parameters(x: f64, _y: f64, _: f64, _n: i32) -> f64 {
    x * x
}

/// Of rational functions the gradient is evaluated while compiling.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub const fn rational(x: f64) -> f64 {
    x * x / (1.0 + x)
}

/// Patterns of parameters.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn patterns((a, b): (f64, f64), &c: &f64) -> f64 {
    a * b * c
}

/// Part of the parameters, and a name of its own.
#[grad(wrt(weight), name = "descent", strict, crate = ::autodiff)]
#[vjp(wrt(weight), name = "descent", strict, crate = ::autodiff)]
#[jvp(wrt(weight), name = "descent", strict, crate = ::autodiff)]
#[jacobian(wrt(weight), name = "descent", strict, crate = ::autodiff)]
#[hvp(wrt(weight), name = "descent", strict, crate = ::autodiff)]
#[hessian(wrt(weight), name = "descent", strict, crate = ::autodiff)]
#[must_use]
pub fn loss(weight: f64, input: f64, target: f64) -> f64 {
    (::autodiff::math::sigmoid(weight * input) - target).powi(2)
}

/// Deprecated, and so are its siblings.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[deprecated(note = "for the test")]
#[must_use]
pub fn deprecated(x: f64) -> f64 {
    x.sqrt()
}

/// A long function.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[jacobian(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn long(x: f64, y: f64) -> f64 {
    let s0 = x * y;
    let s1 = (s0 + 1.0 * x).sin();
    let s2 = (s1 + 2.0 * x).sin();
    let s3 = (s2 + 3.0 * x).sin();
    let s4 = (s3 + 4.0 * x).sin();
    let s5 = (s4 + 5.0 * x).sin();
    let s6 = (s5 + 6.0 * x).sin();
    let s7 = (s6 + 7.0 * x).sin();
    let s8 = (s7 + 8.0 * x).sin();
    let s9 = (s8 + 9.0 * x).sin();
    let s10 = (s9 + 10.0 * x).sin();
    let s11 = (s10 + 11.0 * x).sin();
    let s12 = (s11 + 12.0 * x).sin();
    let s13 = (s12 + 13.0 * x).sin();
    let s14 = (s13 + 14.0 * x).sin();
    let s15 = (s14 + 15.0 * x).sin();
    let s16 = (s15 + 16.0 * x).sin();
    let s17 = (s16 + 17.0 * x).sin();
    let s18 = (s17 + 18.0 * x).sin();
    let s19 = (s18 + 19.0 * x).sin();
    let s20 = (s19 + 20.0 * x).sin();
    let s21 = (s20 + 21.0 * x).sin();
    let s22 = (s21 + 22.0 * x).sin();
    let s23 = (s22 + 23.0 * x).sin();
    let s24 = (s23 + 24.0 * x).sin();
    let s25 = (s24 + 25.0 * x).sin();
    let s26 = (s25 + 26.0 * x).sin();
    let s27 = (s26 + 27.0 * x).sin();
    let s28 = (s27 + 28.0 * x).sin();
    let s29 = (s28 + 29.0 * x).sin();
    let s30 = (s29 + 30.0 * x).sin();
    let s31 = (s30 + 31.0 * x).sin();
    let s32 = (s31 + 32.0 * x).sin();
    let s33 = (s32 + 33.0 * x).sin();
    let s34 = (s33 + 34.0 * x).sin();
    let s35 = (s34 + 35.0 * x).sin();
    let s36 = (s35 + 36.0 * x).sin();
    let s37 = (s36 + 37.0 * x).sin();
    let s38 = (s37 + 38.0 * x).sin();
    let s39 = (s38 + 39.0 * x).sin();
    let s40 = (s39 + 40.0 * x).sin();
    let s41 = (s40 + 41.0 * x).sin();
    let s42 = (s41 + 42.0 * x).sin();
    let s43 = (s42 + 43.0 * x).sin();
    let s44 = (s43 + 44.0 * x).sin();
    let s45 = (s44 + 45.0 * x).sin();
    let s46 = (s45 + 46.0 * x).sin();
    let s47 = (s46 + 47.0 * x).sin();
    let s48 = (s47 + 48.0 * x).sin();
    let s49 = (s48 + 49.0 * x).sin();
    let s50 = (s49 + 50.0 * x).sin();
    let s51 = (s50 + 51.0 * x).sin();
    let s52 = (s51 + 52.0 * x).sin();
    let s53 = (s52 + 53.0 * x).sin();
    let s54 = (s53 + 54.0 * x).sin();
    let s55 = (s54 + 55.0 * x).sin();
    let s56 = (s55 + 56.0 * x).sin();
    let s57 = (s56 + 57.0 * x).sin();
    let s58 = (s57 + 58.0 * x).sin();
    let s59 = (s58 + 59.0 * x).sin();
    let s60 = (s59 + 60.0 * x).sin();
    let s61 = (s60 + 61.0 * x).sin();
    let s62 = (s61 + 62.0 * x).sin();
    let s63 = (s62 + 63.0 * x).sin();
    let s64 = (s63 + 64.0 * x).sin();
    let s65 = (s64 + 65.0 * x).sin();
    let s66 = (s65 + 66.0 * x).sin();
    let s67 = (s66 + 67.0 * x).sin();
    let s68 = (s67 + 68.0 * x).sin();
    let s69 = (s68 + 69.0 * x).sin();
    let s70 = (s69 + 70.0 * x).sin();
    let s71 = (s70 + 71.0 * x).sin();
    let s72 = (s71 + 72.0 * x).sin();
    let s73 = (s72 + 73.0 * x).sin();
    let s74 = (s73 + 74.0 * x).sin();
    let s75 = (s74 + 75.0 * x).sin();
    let s76 = (s75 + 76.0 * x).sin();
    let s77 = (s76 + 77.0 * x).sin();
    let s78 = (s77 + 78.0 * x).sin();
    let s79 = (s78 + 79.0 * x).sin();
    let s80 = (s79 + 80.0 * x).sin();
    let s81 = (s80 + 81.0 * x).sin();
    let s82 = (s81 + 82.0 * x).sin();
    let s83 = (s82 + 83.0 * x).sin();
    let s84 = (s83 + 84.0 * x).sin();
    let s85 = (s84 + 85.0 * x).sin();
    let s86 = (s85 + 86.0 * x).sin();
    let s87 = (s86 + 87.0 * x).sin();
    let s88 = (s87 + 88.0 * x).sin();
    let s89 = (s88 + 89.0 * x).sin();
    let s90 = (s89 + 90.0 * x).sin();
    let s91 = (s90 + 91.0 * x).sin();
    let s92 = (s91 + 92.0 * x).sin();
    let s93 = (s92 + 93.0 * x).sin();
    let s94 = (s93 + 94.0 * x).sin();
    let s95 = (s94 + 95.0 * x).sin();
    let s96 = (s95 + 96.0 * x).sin();
    let s97 = (s96 + 97.0 * x).sin();
    let s98 = (s97 + 98.0 * x).sin();
    let s99 = (s98 + 99.0 * x).sin();
    let s100 = (s99 + 100.0 * x).sin();
    let s101 = (s100 + 101.0 * x).sin();
    let s102 = (s101 + 102.0 * x).sin();
    let s103 = (s102 + 103.0 * x).sin();
    let s104 = (s103 + 104.0 * x).sin();
    let s105 = (s104 + 105.0 * x).sin();
    let s106 = (s105 + 106.0 * x).sin();
    let s107 = (s106 + 107.0 * x).sin();
    let s108 = (s107 + 108.0 * x).sin();
    s108 * s108
}

/// As many parameters as `clippy::too_many_arguments` lets pass. Their directions make more, which siblings are
/// allowed to have, but not where the lint is forbidden.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[must_use]
pub fn many(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64) -> f64 {
    (a * b + c * d) * (e * f + g * a)
}

/// Calls what would otherwise be dead.
#[must_use]
pub fn sum(x: f64) -> f64 {
    private::sum(x)
}

/// Unrolled loops, in which counters make trivial arithmetic.
#[::autodiff::grad(crate = ::autodiff)]
#[::autodiff::jvp(crate = ::autodiff)]
#[::autodiff::vjp(crate = ::autodiff)]
#[::autodiff::hessian(crate = ::autodiff)]
#[::autodiff::hvp(crate = ::autodiff)]
#[must_use]
pub fn pairs(x: &[f64; 3]) -> f64 {
    let mut sum = 0.0;
    for (&a, i) in x.iter().zip(0_i32..) {
        for (&b, j) in x.iter().zip(0_i32..) {
            let weight = f64::from(i) - f64::from(j);
            if a > b || i == j {
                sum += (f64::from(i) - 1.0) * (a - b).powi(2) * weight + f64::from(j - 1) * a / b;
            }
            sum += a * b * f64::from(j) - f64::from(i) * b;
        }
    }
    sum
}

/// Elements picked and written at an index that is an argument.
#[::autodiff::jacobian(crate = ::autodiff)]
#[::autodiff::jvp(crate = ::autodiff)]
#[::autodiff::vjp(crate = ::autodiff)]
#[must_use]
pub fn picked(x: [f64; 3], at: usize) -> ([f64; 3], f64) {
    const COUNT: usize = 2;
    let mut y = x.map(|v| v * v);
    y[at] = x[at].sin();
    {
        const LIMIT: usize = COUNT + 1;
        const WEIGHTS: [f64; LIMIT] = [0.5, 1.5, 2.5];
        for (v, w) in y.iter_mut().zip(&WEIGHTS[..COUNT]) {
            *v *= w;
        }
    }
    for v in y.iter_mut().take(COUNT) {
        if *v > 2.0 {
            *v = 2.0;
            break;
        }
    }
    (y, x[0] * y[2])
}

/// As large as to be computed column by column.
#[jacobian(crate = ::autodiff)]
#[must_use]
pub fn columns(x: [f64; 48]) -> [f64; 48] {
    let mut wave = 0.0;
    let mut square = 1.0;
    for &v in &x {
        wave += if v > 0.0 { v.sin() } else { v };
        square += v * v;
    }
    x.map(|v| (wave + v).tanh() / square)
}

/// Row by row, from two parameters.
#[jacobian(crate = ::autodiff)]
#[must_use]
pub fn rows<T: Real>(x: &[T; 40], shift: (T, i32)) -> [T; 20] {
    let mut square = shift.0;
    for &v in x {
        square += v * v;
    }
    let mut y = [square; 20];
    for (out, &v) in y.iter_mut().zip(x) {
        *out = (square * v).max(v).atan() / square.sqrt();
    }
    y
}

/// A Hessian row by row.
#[hessian(crate = ::autodiff)]
#[must_use]
pub fn log_sum(x: &[f32; 24]) -> f32 {
    let mut sum = 0.0;
    for &v in x {
        sum += if v > 1.0 { v * v } else { v.exp() };
    }
    sum.ln()
}

/// Constant arithmetic column by column.
#[jacobian(crate = ::autodiff)]
#[must_use]
pub const fn constant_columns(x: [f64; 24]) -> [f64; 24] {
    let mut sum = 1.0;
    let mut k = 0;
    while k < 24 {
        sum += x[k] * x[k];
        k += 1;
    }
    let square = sum * sum;
    let mut y = [0.0; 24];
    k = 0;
    while k < 24 {
        y[k] = square * x[k] * sum + square;
        k += 1;
    }
    y
}

/// Vectors in the body, of which the loop keeps copies.
#[grad(crate = ::autodiff, alloc)]
#[must_use]
pub fn relaxed(x: &[f64], steps: usize) -> f64 {
    let mut now = x.to_vec();
    let mut next = ::std::vec![0.0; x.len()];
    for _ in 0..steps {
        for (i, v) in next.iter_mut().enumerate() {
            *v = now[i].mul_add(0.5 * now[i], x[i]);
        }
        ::core::mem::swap(&mut now, &mut next);
    }
    now.iter().sum()
}
