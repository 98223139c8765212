//! The generated code of a few telling functions. `UPDATE_EXPECT=1` writes it anew.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod calls;
mod loops;

use chainrule_compiler::Mode;
use expect_test::{Expect, expect};
use proc_macro2::TokenStream;

/// Compares the siblings that `#[grad(options)]` puts beside `function`.
fn check(options: &str, function: &str, expected: &Expect) {
    check_mode(Mode::Grad, options, function, expected);
}

/// All siblings but those that add to gradients.
fn check_mode(mode: Mode, options: &str, function: &str, expected: &Expect) {
    check_siblings(mode, options, function, false, expected);
}

/// Siblings of the function `f`: those that add to gradients, or the others.
fn check_siblings(mode: Mode, options: &str, function: &str, are_adding: bool, expected: &Expect) {
    let item: TokenStream = function.parse().expect("tokens");
    let options = options.parse().expect("tokens");
    let mut file: syn::File =
        syn::parse2(chainrule_compiler::expand(mode, options, item)).expect("the expansion is Rust");
    // The function itself comes first, as it was.
    file.items.remove(0);
    let is_adding = |item: &syn::Item| match item {
        syn::Item::Fn(function) => function.sig.ident.to_string().starts_with("f_add_"),
        _ => false,
    };
    file.items.retain(|item| is_adding(item) == are_adding);
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn staged() {
    let function = "
        pub fn f(x: f64, y: f64) -> f64 {
            let sig_y = 1.0 / (1.0 + (-y).exp());
            let num = x + sig_y;
            let sig_x = 1.0 / (1.0 + (-x).exp());
            let den = sig_x + (x + y).powi(2);
            num / den
        }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `x` and `y`.
            ///
            /// Returns `(∂f/∂x, ∂f/∂y)`, computed in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            pub fn f_grad(x: f64, y: f64) -> (f64, f64) {
                let exp_neg_y = (-y).exp();
                let sig_y = 1.0 / (1.0 + exp_neg_y);
                let num = x + sig_y;
                let exp_neg_x = (-x).exp();
                let sig_x = 1.0 / (1.0 + exp_neg_x);
                let x_plus_y = x + y;
                let den = sig_x + x_plus_y.powi(2);
                let num_bar = 1.0 / den;
                let den_bar = -num_bar * (num / den);
                let x_plus_y_bar = 2.0 * (den_bar * x_plus_y);
                let one_minus_sig_x = (exp_neg_x * sig_x).min(1.0);
                let one_minus_sig_y = (exp_neg_y * sig_y).min(1.0);
                let x_bar = num_bar + den_bar * sig_x * one_minus_sig_x + x_plus_y_bar;
                let y_bar = num_bar * sig_y * one_minus_sig_y + x_plus_y_bar;
                (x_bar, y_bar)
            }
            /// The value of `f` and its gradient with respect to `x` and `y`.
            ///
            /// Returns `(f, (∂f/∂x, ∂f/∂y))`; the value is that of `f`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            pub fn f_value_and_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
                let exp_neg_y = (-y).exp();
                let sig_y = 1.0 / (1.0 + exp_neg_y);
                let num = x + sig_y;
                let exp_neg_x = (-x).exp();
                let sig_x = 1.0 / (1.0 + exp_neg_x);
                let x_plus_y = x + y;
                let den = sig_x + x_plus_y.powi(2);
                let num_over_den = num / den;
                let num_bar = 1.0 / den;
                let den_bar = -num_bar * num_over_den;
                let x_plus_y_bar = 2.0 * (den_bar * x_plus_y);
                let one_minus_sig_x = (exp_neg_x * sig_x).min(1.0);
                let one_minus_sig_y = (exp_neg_y * sig_y).min(1.0);
                let x_bar = num_bar + den_bar * sig_x * one_minus_sig_x + x_plus_y_bar;
                let y_bar = num_bar * sig_y * one_minus_sig_y + x_plus_y_bar;
                (num_over_den, (x_bar, y_bar))
            }
        "#]],
    );
}

#[test]
fn circuit() {
    let function = "
        fn f(x: f64, y: f64, z: f64) -> f64 {
            let q = x + y;
            q * z
        }";
    check(
        "",
        function,
        &expect![[r#"
        /// The gradient of `f` with respect to `x`, `y` and `z`.
        ///
        /// Returns `(∂f/∂x, ∂f/∂y, ∂f/∂z)`, computed in reverse mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_grad(x: f64, y: f64, z: f64) -> (f64, f64, f64) {
            let q = x + y;
            (z, z, q)
        }
        /// The value of `f` and its gradient with respect to `x`, `y` and `z`.
        ///
        /// Returns `(f, (∂f/∂x, ∂f/∂y, ∂f/∂z))`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad(x: f64, y: f64, z: f64) -> (f64, (f64, f64, f64)) {
            let q = x + y;
            (q * z, (z, z, q))
        }
    "#]],
    );
}

#[test]
fn neuron() {
    let function = "
        fn neuron(w: (f64, f64, f64), x: (f64, f64)) -> f64 {
            let dot = w.0 * x.0 + w.1 * x.1 + w.2;
            chainrule::math::sigmoid(dot)
        }";
    check(
        "wrt(w)",
        function,
        &expect![[r#"
            /// The gradient of `neuron` with respect to `w`.
            ///
            /// Returns `∂neuron/∂w`, computed in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn neuron_grad(w: (f64, f64, f64), x: (f64, f64)) -> (f64, f64, f64) {
                const _: fn() = || ::chainrule::__private::same_function(
                    ::chainrule::math::sigmoid::<f64>,
                    chainrule::math::sigmoid,
                );
                let dot = w.0 * x.0 + w.1 * x.1 + w.2;
                let dot_bar = ::chainrule::math::sigmoid_slope(dot, chainrule::math::sigmoid(dot));
                let w_1_bar = dot_bar * x.1;
                let w_0_bar = dot_bar * x.0;
                (w_0_bar, w_1_bar, dot_bar)
            }
            /// The value of `neuron` and its gradient with respect to `w`.
            ///
            /// Returns `(neuron, ∂neuron/∂w)`; the value is that of `neuron`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn neuron_value_and_grad(w: (f64, f64, f64), x: (f64, f64)) -> (f64, (f64, f64, f64)) {
                let dot = w.0 * x.0 + w.1 * x.1 + w.2;
                let sigmoid_dot = chainrule::math::sigmoid(dot);
                let dot_bar = ::chainrule::math::sigmoid_slope(dot, sigmoid_dot);
                let w_1_bar = dot_bar * x.1;
                let w_0_bar = dot_bar * x.0;
                (sigmoid_dot, (w_0_bar, w_1_bar, dot_bar))
            }
        "#]],
    );
}

#[test]
fn early_return_and_match() {
    let function = "
        fn potential(r: f64, charge: i32) -> f64 {
            if r <= 0.0 {
                return 0.0;
            }
            let scale = match charge {
                0 => return r,
                n if n < 0 => -f64::from(n) / r,
                n => (n as f64 * r).ln(),
            };
            scale * r.sqrt()
        }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `potential` with respect to `r`.
            ///
            /// Returns `∂potential/∂r`, computed in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn potential_grad(r: f64, charge: i32) -> f64 {
                if r <= 0.0 {
                    0.0
                } else {
                    let (t2, scale, t3) = match charge {
                        0 => (true, 0.0, 0.0),
                        n if n < 0 => {
                            let t1 = -f64::from(n) / r;
                            (false, t1, t1)
                        }
                        n_2 => (false, (n_2 as f64 * r).ln(), 0.0),
                    };
                    let (t4, scale_bar) = if t2 {
                        (1.0, 0.0)
                    } else {
                        let sqrt_r = r.sqrt();
                        (0.5 * scale / sqrt_r, sqrt_r)
                    };
                    let t5 = match charge {
                        0 => 0.0,
                        n if n < 0 => -scale_bar * t3 / r,
                        n_2 => scale_bar / r,
                    };
                    t5 + t4
                }
            }
            /// The value of `potential` and its gradient with respect to `r`.
            ///
            /// Returns `(potential, ∂potential/∂r)`; the value is that of `potential`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn potential_value_and_grad(r: f64, charge: i32) -> (f64, f64) {
                if r <= 0.0 {
                    (0.0, 0.0)
                } else {
                    let (t2, scale, t3) = match charge {
                        0 => (true, 0.0, 0.0),
                        n if n < 0 => {
                            let t1 = -f64::from(n) / r;
                            (false, t1, t1)
                        }
                        n_2 => (false, (n_2 as f64 * r).ln(), 0.0),
                    };
                    let (t4, t5, scale_bar) = if t2 {
                        (r, 1.0, 0.0)
                    } else {
                        let sqrt_r = r.sqrt();
                        (scale * sqrt_r, 0.5 * scale / sqrt_r, sqrt_r)
                    };
                    let t6 = match charge {
                        0 => 0.0,
                        n if n < 0 => -scale_bar * t3 / r,
                        n_2 => scale_bar / r,
                    };
                    (t4, t6 + t5)
                }
            }
        "#]],
    );
}

#[test]
fn cotangents_sink_into_the_branches_that_need_them() {
    let function = "
        fn capped(x: f64, y: f64) -> f64 {
            let slow = (x * y).sin() / y;
            x.max(slow).abs()
        }";
    check(
        "",
        function,
        &expect![[r#"
            #[allow(clippy::float_cmp)]
            /// The gradient of `capped` with respect to `x` and `y`.
            ///
            /// Returns `(∂capped/∂x, ∂capped/∂y)`, computed in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn capped_grad(x: f64, y: f64) -> (f64, f64) {
                let x_times_y = x * y;
                let slow = x_times_y.sin() / y;
                let max_x = x.max(slow);
                let max_x_bar: f64 = if max_x > 0.0 {
                    1.0
                } else if max_x < 0.0 {
                    -1.0
                } else {
                    0.0
                };
                if max_x_bar != 0.0 {
                    let (x_bar, slow_bar) = if x == slow {
                        let t1 = 0.5 * max_x_bar;
                        (t1, t1)
                    } else if max_x == x {
                        (max_x_bar, 0.0)
                    } else {
                        (0.0, max_x_bar)
                    };
                    let (t2, t3) = if slow_bar != 0.0 {
                        let slow_bar_over_y = slow_bar / y;
                        let x_times_y_bar = slow_bar_over_y * ::chainrule::math::cos(x_times_y);
                        (
                            x_times_y_bar * x
                                - (if slow_bar_over_y == 0.0 {
                                    0.0
                                } else {
                                    slow_bar_over_y * slow
                                }),
                            x_times_y_bar * y,
                        )
                    } else {
                        (0.0, 0.0)
                    };
                    (t3 + x_bar, t2)
                } else {
                    (0.0, 0.0)
                }
            }
            #[allow(clippy::float_cmp)]
            /// The value of `capped` and its gradient with respect to `x` and `y`.
            ///
            /// Returns `(capped, (∂capped/∂x, ∂capped/∂y))`; the value is that of `capped`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn capped_value_and_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
                let x_times_y = x * y;
                let slow = x_times_y.sin() / y;
                let max_x = x.max(slow);
                let max_x_bar: f64 = if max_x > 0.0 {
                    1.0
                } else if max_x < 0.0 {
                    -1.0
                } else {
                    0.0
                };
                let (x_bar_2, y_bar) = if max_x_bar != 0.0 {
                    let (x_bar, slow_bar) = if x == slow {
                        let t1 = 0.5 * max_x_bar;
                        (t1, t1)
                    } else if max_x == x {
                        (max_x_bar, 0.0)
                    } else {
                        (0.0, max_x_bar)
                    };
                    let (t2, t3) = if slow_bar != 0.0 {
                        let slow_bar_over_y = slow_bar / y;
                        let x_times_y_bar = slow_bar_over_y * ::chainrule::math::cos(x_times_y);
                        (
                            x_times_y_bar * x
                                - (if slow_bar_over_y == 0.0 {
                                    0.0
                                } else {
                                    slow_bar_over_y * slow
                                }),
                            x_times_y_bar * y,
                        )
                    } else {
                        (0.0, 0.0)
                    };
                    (t3 + x_bar, t2)
                } else {
                    (0.0, 0.0)
                };
                (max_x.abs(), (x_bar_2, y_bar))
            }
        "#]],
    );
}

#[test]
fn generic() {
    let function = "
        pub(crate) fn energy<T>(x: T, k: T) -> T
        where
            T: chainrule::Real,
        {
            T::from_f64(0.5) * k * x * x + x.cos()
        }";
    check(
        "",
        function,
        &expect![[r#"
        /// The gradient of `energy` with respect to `x` and `k`.
        ///
        /// Returns `(∂energy/∂x, ∂energy/∂k)`, computed in reverse mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        pub(crate) fn energy_grad<T>(x: T, k: T) -> (T, T)
        where
            T: chainrule::Real,
        {
            let k_bar = <T as ::chainrule::Real>::from_f64(0.5) * (x * x);
            let x_bar = <T as ::chainrule::Real>::from_f64(0.5) * (x * k)
                + <T as ::chainrule::Real>::from_f64(0.5) * k * x - ::chainrule::math::sin(x);
            (x_bar, k_bar)
        }
        /// The value of `energy` and its gradient with respect to `x` and `k`.
        ///
        /// Returns `(energy, (∂energy/∂x, ∂energy/∂k))`; the value is that of `energy`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        pub(crate) fn energy_value_and_grad<T>(x: T, k: T) -> (T, (T, T))
        where
            T: chainrule::Real,
        {
            let t1 = <T as ::chainrule::Real>::from_f64(0.5) * k * x;
            let k_bar = <T as ::chainrule::Real>::from_f64(0.5) * (x * x);
            let x_bar = <T as ::chainrule::Real>::from_f64(0.5) * (x * k) + t1
                - ::chainrule::math::sin(x);
            (t1 * x + x.cos(), (x_bar, k_bar))
        }
    "#]],
    );
}

#[test]
fn single_precision() {
    let function = "
        #[inline]
        fn wave(x: f32) -> f32 {
            0.1 * (x * core::f32::consts::TAU).sin().exp()
        }";
    check(
        "",
        function,
        &expect![[r#"
        /// The gradient of `wave` with respect to `x`.
        ///
        /// Returns `∂wave/∂x`, computed in reverse mode.
        #[inline]
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn wave_grad(x: f32) -> f32 {
            let t1 = x * core::f32::consts::TAU;
            let x_bar = 0.1
                * (t1.sin().exp() * ::chainrule::math::cos(t1) * core::f32::consts::TAU);
            x_bar
        }
        /// The value of `wave` and its gradient with respect to `x`.
        ///
        /// Returns `(wave, ∂wave/∂x)`; the value is that of `wave`, bit for bit.
        #[inline]
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn wave_value_and_grad(x: f32) -> (f32, f32) {
            let t1 = x * core::f32::consts::TAU;
            let t2 = t1.sin().exp();
            let x_bar = 0.1 * (t2 * ::chainrule::math::cos(t1) * core::f32::consts::TAU);
            (0.1 * t2, x_bar)
        }
    "#]],
    );
}

#[test]
fn constant_evaluation() {
    let function = "
        const fn ratio(x: f64) -> f64 {
            x * x / (1.0 + x)
        }";
    check(
        "name = \"slope\"",
        function,
        &expect![[r#"
            /// The gradient of `ratio` with respect to `x`.
            ///
            /// Returns `∂ratio/∂x`, computed in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            const fn slope_grad(x: f64) -> f64 {
                let t1 = 1.0 + x;
                let x_squared_bar = 1.0 / t1;
                let x_bar = 2.0 * (x_squared_bar * x) - x_squared_bar * (x * x / t1);
                x_bar
            }
            /// The value of `ratio` and its gradient with respect to `x`.
            ///
            /// Returns `(ratio, ∂ratio/∂x)`; the value is that of `ratio`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            const fn slope_value_and_grad(x: f64) -> (f64, f64) {
                let t1 = 1.0 + x;
                let t2 = x * x / t1;
                let x_squared_bar = 1.0 / t1;
                let x_bar = 2.0 * (x_squared_bar * x) - x_squared_bar * t2;
                (t2, x_bar)
            }
        "#]],
    );
}

#[test]
fn attributes() {
    let function = r#"
        /// Documentation.
        #[cfg(feature = "x")]
        #[cfg_attr(doc, doc(alias = "y"))]
        #[inline(always)]
        #[must_use = "why"]
        #[deprecated]
        #[target_feature(enable = "fma")]
        #[expect(dead_code, reason = "why")]
        #[unsafe(no_mangle)]
        #[export_name = "g"]
        #[track_caller]
        #[cold]
        #[test]
        fn f<'a, T: Real>(#[allow(unused)] x: &'a T, mut y: T, _: T, (z, _): (T, i32)) -> T {
            y *= z;
            x + y
        }"#;
    check(
        "",
        function,
        &expect![[r#"
        /// The gradient of `f` with respect to `x`, `y`, `argument 3` and `argument 4`.
        ///
        /// Returns `(∂f/∂x, ∂f/∂y, ∂f/∂argument 3, ∂f/∂argument 4)`, computed in reverse mode.
        #[cfg(feature = "x")]
        #[cfg_attr(doc, doc(alias = "y"))]
        #[inline(always)]
        #[deprecated]
        #[target_feature(enable = "fma")]
        #[allow(dead_code, reason = "why")]
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_grad<'a, T: Real>(
            #[allow(unused)]
            x: &'a T,
            y: T,
            _: T,
            (z, _): (T, i32),
        ) -> (T, T, T, (T,)) {
            (<T as ::chainrule::Real>::from_f64(1.0), z, <T as ::chainrule::Real>::ZERO, (y,))
        }
        /// The value of `f` and its gradient with respect to `x`, `y`, `argument 3` and `argument 4`.
        ///
        /// Returns `(f, (∂f/∂x, ∂f/∂y, ∂f/∂argument 3, ∂f/∂argument 4))`; the value is that of `f`, bit for bit.
        #[cfg(feature = "x")]
        #[cfg_attr(doc, doc(alias = "y"))]
        #[inline(always)]
        #[deprecated]
        #[target_feature(enable = "fma")]
        #[allow(dead_code, reason = "why")]
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad<'a, T: Real>(
            #[allow(unused)]
            x: &'a T,
            y: T,
            _: T,
            (z, _): (T, i32),
        ) -> (T, (T, T, T, (T,))) {
            let y_2 = y * z;
            (
                *x + y_2,
                (
                    <T as ::chainrule::Real>::from_f64(1.0),
                    z,
                    <T as ::chainrule::Real>::ZERO,
                    (y,),
                ),
            )
        }
    "#]],
    );
}

#[test]
fn strict() {
    let function = "
        fn ratio(x: f64, y: f64) -> f64 {
            x / y
        }";
    check(
        "strict",
        function,
        &expect![[r#"
        /// The gradient of `ratio` with respect to `x` and `y`.
        ///
        /// Returns `(∂ratio/∂x, ∂ratio/∂y)`, computed in reverse mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn ratio_grad(x: f64, y: f64) -> (f64, f64) {
            let x_bar = 1.0 / y;
            let y_bar = -x / y / y;
            (x_bar, y_bar)
        }
        /// The value of `ratio` and its gradient with respect to `x` and `y`.
        ///
        /// Returns `(ratio, (∂ratio/∂x, ∂ratio/∂y))`; the value is that of `ratio`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn ratio_value_and_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
            let x_over_y = x / y;
            let x_bar = 1.0 / y;
            let y_bar = -x_over_y / y;
            (x_over_y, (x_bar, y_bar))
        }
    "#]],
    );
}

#[test]
fn mistakes_leave_stubs() {
    let function = "
        fn f(x: f64, y: f64) -> f64 {
            let a = x.sine();
            a * y
        }";
    check(
        "",
        function,
        &expect![[r#"
        ::core::compile_error! {
            "there is no derivative rule for the method `sine`; did you mean `sin`?"
        }
        /// The gradient of `f` with respect to `x` and `y`.
        ///
        /// Returns `(∂f/∂x, ∂f/∂y)`, computed in reverse mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_grad(x: f64, y: f64) -> (f64, f64) {
            ::core::unreachable!()
        }
        /// The value of `f` and its gradient with respect to `x` and `y`.
        ///
        /// Returns `(f, (∂f/∂x, ∂f/∂y))`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
            ::core::unreachable!()
        }
    "#]],
    );
}

/// A function with a shared value, a quotient and a kink, in the modes that are no gradient.
const MODES: &str = "
    pub fn f(x: f64, y: f64) -> f64 {
        let r = x.hypot(y);
        let angle = (x / r).acos();
        (r * angle.sin()).max(y)
    }";

#[test]
fn pullback() {
    check_mode(
        Mode::Vjp,
        "",
        MODES,
        &expect![[r#"
        #[allow(clippy::float_cmp)]
        /// The value of `f` and its pullback with respect to `x` and `y`.
        ///
        /// The pullback takes a cotangent `f_bar` of the value and returns
        /// `f_bar · (∂f/∂x, ∂f/∂y)`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        pub fn f_vjp(x: f64, y: f64) -> (f64, impl ::core::ops::FnOnce(f64) -> (f64, f64)) {
            let r = x.hypot(y);
            let x_over_r = x / r;
            let angle = x_over_r.acos();
            let sin_angle = angle.sin();
            let r_times_sin_angle = r * sin_angle;
            let max_r_times_sin_angle = r_times_sin_angle.max(y);
            (
                max_r_times_sin_angle,
                move |f_bar: f64| {
                    let (t2, y_bar) = if r_times_sin_angle == y {
                        let t1 = 0.5 * f_bar;
                        (t1, t1)
                    } else if max_r_times_sin_angle == r_times_sin_angle {
                        (f_bar, 0.0)
                    } else {
                        (0.0, f_bar)
                    };
                    let (r_bar, t4) = if t2 != 0.0 {
                        let angle_bar = t2 * r * ::chainrule::math::cos(angle);
                        let x_over_r_bar = if angle_bar == 0.0 {
                            0.0
                        } else {
                            -angle_bar
                                / ::chainrule::math::sqrt((1.0 - x_over_r) * (1.0 + x_over_r))
                        };
                        let t3 = if x_over_r_bar == 0.0 { 0.0 } else { x_over_r_bar / r };
                        (t2 * sin_angle - (if t3 == 0.0 { 0.0 } else { t3 * x_over_r }), t3)
                    } else {
                        (0.0, 0.0)
                    };
                    let x_bar = r_bar * ::chainrule::math::hypot_slope(x, r) + t4;
                    let y_bar_2 = r_bar * ::chainrule::math::hypot_slope(y, r) + y_bar;
                    (x_bar, y_bar_2)
                },
            )
        }
    "#]],
    );
}

#[test]
fn tangent() {
    check_mode(
        Mode::Jvp,
        "",
        MODES,
        &expect![[r#"
        #[allow(clippy::float_cmp)]
        /// The value of `f` and its derivative along a direction, with respect to `x` and `y`.
        ///
        /// Returns `(f, (∂f/∂x, ∂f/∂y) · (x_dot, y_dot))`, computed in forward mode;
        /// the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        pub fn f_jvp(x: f64, y: f64, x_dot: f64, y_dot: f64) -> (f64, f64) {
            let r = x.hypot(y);
            let r_dot = x_dot * ::chainrule::math::hypot_slope(x, r)
                + y_dot * ::chainrule::math::hypot_slope(y, r);
            let x_over_r = x / r;
            let t1 = x_dot - (if r_dot == 0.0 { 0.0 } else { r_dot * x_over_r });
            let x_over_r_dot = if t1 == 0.0 { 0.0 } else { t1 / r };
            let angle = x_over_r.acos();
            let t2 = -1.0 / ::chainrule::math::sqrt((1.0 - x_over_r) * (1.0 + x_over_r));
            let angle_dot = if t2 == 0.0 {
                0.0
            } else if x_over_r_dot == 0.0 {
                0.0
            } else {
                x_over_r_dot * t2
            };
            let sin_angle = angle.sin();
            let cos_angle = ::chainrule::math::cos(angle);
            let sin_angle_dot = if cos_angle == 0.0 { 0.0 } else { angle_dot * cos_angle };
            let r_times_sin_angle = r * sin_angle;
            let t3 = r_dot * sin_angle
                + (if r == 0.0 {
                    0.0
                } else if sin_angle_dot == 0.0 {
                    0.0
                } else {
                    sin_angle_dot * r
                });
            let max_r_times_sin_angle = r_times_sin_angle.max(y);
            let t4 = if r_times_sin_angle == y {
                0.5 * t3 + 0.5 * y_dot
            } else if max_r_times_sin_angle == r_times_sin_angle {
                t3
            } else {
                y_dot
            };
            (max_r_times_sin_angle, t4)
        }
    "#]],
    );
}

#[test]
fn hessian_times_vector() {
    check_mode(
        Mode::Hvp,
        "",
        "fn f(x: f64, y: f64) -> f64 { let s = x * y.sin(); s.exp() / y }",
        &expect![[r#"
            #[allow(clippy::float_cmp)]
            /// The gradient of `f` with respect to `x` and `y`, and its Hessian times a direction.
            ///
            /// Returns `(∇f, ∇²f · (x_dot, y_dot))`: the gradient, and its derivative along the direction.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_hvp(x: f64, y: f64, x_dot: f64, y_dot: f64) -> ((f64, f64), (f64, f64)) {
                let sin_y = y.sin();
                let cos_y = ::chainrule::math::cos(y);
                let sin_y_dot = y_dot * cos_y;
                let s = x * sin_y;
                let s_dot = x_dot * sin_y + sin_y_dot * x;
                let exp_s = s.exp();
                let exp_s_dot = if s_dot == 0.0 { 0.0 } else { s_dot * exp_s };
                let exp_s_over_y = exp_s / y;
                let exp_s_bar = 1.0 / y;
                let exp_s_over_y_over_y = exp_s_over_y / y;
                let t1 = y_dot == 0.0;
                let t2 = exp_s_dot - (if t1 { 0.0 } else { y_dot * exp_s_over_y });
                let t3 = if t1 { 0.0 } else { y_dot * exp_s_bar };
                let t4 = if t3 == 0.0 { 0.0 } else { t3 / y };
                let t5 = (if t2 == 0.0 { 0.0 } else { t2 / y })
                    - (if t1 { 0.0 } else { y_dot * exp_s_over_y_over_y });
                let s_bar = exp_s_bar * exp_s;
                let s_bar_dot = (if exp_s == 0.0 {
                    0.0
                } else if t4 == 0.0 {
                    0.0
                } else {
                    -t4 * exp_s
                }) + (if exp_s_dot == 0.0 { 0.0 } else { exp_s_dot * exp_s_bar });
                let x_bar = s_bar * sin_y;
                let x_bar_dot = (if sin_y == 0.0 { 0.0 } else { s_bar_dot * sin_y })
                    + (if sin_y_dot == 0.0 { 0.0 } else { sin_y_dot * s_bar });
                let sin_y_bar = s_bar * x;
                let y_dot_times_sin_y = y_dot * sin_y;
                let t6 = ((if x == 0.0 { 0.0 } else { s_bar_dot * x })
                    + (if x_dot == 0.0 { 0.0 } else { x_dot * s_bar })) * cos_y;
                let y_bar = sin_y_bar * cos_y - exp_s_over_y_over_y;
                let y_bar_dot = (if cos_y == 0.0 { 0.0 } else { t6 })
                    + (if y_dot_times_sin_y == 0.0 { 0.0 } else { -y_dot_times_sin_y * sin_y_bar })
                    - (if t5 == 0.0 { 0.0 } else { t5 / y });
                ((x_bar, y_bar), (x_bar_dot, y_bar_dot))
            }
        "#]],
    );
}

#[test]
fn modes_of_results_in_parts() {
    let function = "
        fn f(x: &[f64; 2], (a, b): (f64, f64)) -> (f64, [f64; 2]) {
            if a > b { (x[0] * a, [x[1], 0.0]) } else { (b, [x[0].sin(), a]) }
        }";
    check_mode(
        Mode::Vjp,
        "",
        function,
        &expect![[r#"
        /// The value of `f` and its pullback with respect to `x` and `argument 2`.
        ///
        /// The pullback takes a cotangent `f_bar` of the value and returns
        /// `f_bar · (∂f/∂x, ∂f/∂argument 2)`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_vjp(
            x: &[f64; 2],
            (a, b): (f64, f64),
        ) -> (
            (f64, [f64; 2]),
            impl ::core::ops::FnOnce((f64, [f64; 2])) -> ([f64; 2], (f64, f64)),
        ) {
            let t1 = a > b;
            let (t2, t3, t4) = if t1 { (x[0] * a, x[1], 0.0) } else { (b, x[0].sin(), a) };
            (
                (t2, [t3, t4]),
                move |f_bar: (f64, [f64; 2])| {
                    let (x_1_bar, x_0_bar, a_bar, b_bar) = if t1 {
                        (f_bar.1[0], f_bar.0 * a, f_bar.0 * x[0], 0.0)
                    } else {
                        (0.0, f_bar.1[0] * ::chainrule::math::cos(x[0]), f_bar.1[1], f_bar.0)
                    };
                    ([x_0_bar, x_1_bar], (a_bar, b_bar))
                },
            )
        }
    "#]],
    );
    check_mode(
        Mode::Jvp,
        "wrt(x)",
        function,
        &expect![[r#"
        /// The value of `f` and its derivative along a direction, with respect to `x`.
        ///
        /// Returns `(f, ∂f/∂x · x_dot)`, computed in forward mode;
        /// the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_jvp(
            x: &[f64; 2],
            (a, b): (f64, f64),
            x_dot: [f64; 2],
        ) -> ((f64, [f64; 2]), (f64, [f64; 2])) {
            let (t1, t2, t3, t4, t5) = if a > b {
                (x[0] * a, x[1], 0.0, x_dot[0] * a, x_dot[1])
            } else {
                (b, x[0].sin(), a, 0.0, x_dot[0] * ::chainrule::math::cos(x[0]))
            };
            ((t1, [t2, t3]), (t4, [t5, 0.0]))
        }
    "#]],
    );
}

#[test]
fn calls_of_functions_with_siblings() {
    let function = "fn f(x: f64, v: &[f64; 2]) -> f64 {
        let s = sigmoid(x);
        let (a, b) = rotate(s, v);
        a * square(b) * RATE
    }";
    check(
        "",
        function,
        &expect![[r#"
        #[allow(clippy::float_cmp)]
        /// The gradient of `f` with respect to `x` and `v`.
        ///
        /// Returns `(∂f/∂x, ∂f/∂v)`, computed in reverse mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_grad(x: f64, v: &[f64; 2]) -> (f64, [f64; 2]) {
            let (s, dsigmoid_dx) = sigmoid_value_and_grad(x);
            let ((a, b), rotate_pullback) = rotate_vjp(s, v);
            let (square_b, dsquare_db) = square_value_and_grad(b);
            let a_bar = RATE * square_b;
            let t1 = RATE * a;
            let b_bar = if t1 == 0.0 { 0.0 } else { t1 * dsquare_db };
            let (s_bar, [v_0_bar, v_1_bar]) = rotate_pullback((a_bar, b_bar));
            let x_bar = if s_bar == 0.0 { 0.0 } else { s_bar * dsigmoid_dx };
            (x_bar, [v_0_bar, v_1_bar])
        }
        #[allow(clippy::float_cmp)]
        /// The value of `f` and its gradient with respect to `x` and `v`.
        ///
        /// Returns `(f, (∂f/∂x, ∂f/∂v))`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad(x: f64, v: &[f64; 2]) -> (f64, (f64, [f64; 2])) {
            let (s, dsigmoid_dx) = sigmoid_value_and_grad(x);
            let ((a, b), rotate_pullback) = rotate_vjp(s, v);
            let (square_b, dsquare_db) = square_value_and_grad(b);
            let a_bar = RATE * square_b;
            let t1 = RATE * a;
            let b_bar = if t1 == 0.0 { 0.0 } else { t1 * dsquare_db };
            let (s_bar, [v_0_bar, v_1_bar]) = rotate_pullback((a_bar, b_bar));
            let x_bar = if s_bar == 0.0 { 0.0 } else { s_bar * dsigmoid_dx };
            (a * square_b * RATE, (x_bar, [v_0_bar, v_1_bar]))
        }
    "#]],
    );
    check_mode(
        Mode::Jvp,
        "wrt(x)",
        function,
        &expect![[r#"
        #[allow(clippy::float_cmp)]
        /// The value of `f` and its derivative along a direction, with respect to `x`.
        ///
        /// Returns `(f, ∂f/∂x · x_dot)`, computed in forward mode;
        /// the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_jvp(x: f64, v: &[f64; 2], x_dot: f64) -> (f64, f64) {
            let (s, s_dot) = sigmoid_jvp(x, x_dot);
            let ((a, b), (a_dot, b_dot)) = rotate_jvp(s, v, s_dot, [0.0, 0.0]);
            let (square_b, t1) = square_jvp(b, b_dot);
            let t2 = ((if square_b == 0.0 { 0.0 } else { a_dot * square_b })
                + (if a == 0.0 { 0.0 } else { t1 * a })) * RATE;
            (a * square_b * RATE, if RATE == 0.0 { 0.0 } else { t2 })
        }
    "#]],
    );
}

#[test]
fn structs_and_methods() {
    let function = "fn f(p: &Params, s: State, x: f64) -> f64 {
        let mut next = step(s, p, 0.5);
        next.v += p.mass * x;
        p.energy(next) + x
    }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `p`, `s` and `x`.
            ///
            /// Returns `(∂f/∂p, ∂f/∂s, ∂f/∂x)`, computed in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(p: &Params, s: State, x: f64) -> (Params, State, f64) {
                let (next, step_pullback) = step_vjp(::core::clone::Clone::clone(&s), p, 0.5);
                let t1 = p.mass;
                let next_v = next.v + t1 * x;
                let (_, (denergy_dp, energy_slope)) = p
                    .energy_value_and_grad({
                        let mut value = ::core::clone::Clone::clone(&next);
                        value.v = next_v;
                        value
                    });
                let t2 = ::chainrule::Differentiable::as_direction(&energy_slope);
                let next_v_bar = t2.v;
                let mut next_bar = {
                    let mut value = ::core::clone::Clone::clone(&t2);
                    value.v = 0.0;
                    value
                };
                next_bar.v += next_v_bar;
                let (s_bar, dstep_dp, _) = step_pullback(next_bar);
                let mut p_bar = dstep_dp;
                ::chainrule::Differentiable::accumulate(&mut p_bar, &denergy_dp);
                p_bar.mass += next_v_bar * x;
                let p_bar = ::chainrule::Differentiable::with_constants_of(p_bar, p);
                let x_bar = next_v_bar * t1 + 1.0;
                (p_bar, s_bar, x_bar)
            }
            /// The value of `f` and its gradient with respect to `p`, `s` and `x`.
            ///
            /// Returns `(f, (∂f/∂p, ∂f/∂s, ∂f/∂x))`; the value is that of `f`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(p: &Params, s: State, x: f64) -> (f64, (Params, State, f64)) {
                let (next, step_pullback) = step_vjp(::core::clone::Clone::clone(&s), p, 0.5);
                let t1 = p.mass;
                let next_v = next.v + t1 * x;
                let (energy_value, (denergy_dp, energy_slope)) = p
                    .energy_value_and_grad({
                        let mut value = ::core::clone::Clone::clone(&next);
                        value.v = next_v;
                        value
                    });
                let t2 = ::chainrule::Differentiable::as_direction(&energy_slope);
                let next_v_bar = t2.v;
                let mut next_bar = {
                    let mut value = ::core::clone::Clone::clone(&t2);
                    value.v = 0.0;
                    value
                };
                next_bar.v += next_v_bar;
                let (s_bar, dstep_dp, _) = step_pullback(next_bar);
                let mut p_bar = dstep_dp;
                ::chainrule::Differentiable::accumulate(&mut p_bar, &denergy_dp);
                p_bar.mass += next_v_bar * x;
                let p_bar = ::chainrule::Differentiable::with_constants_of(p_bar, p);
                let x_bar = next_v_bar * t1 + 1.0;
                (energy_value + x, (p_bar, s_bar, x_bar))
            }
        "#]],
    );
}

#[test]
fn tangents_of_structs() {
    let function = "fn f(p: &Params, s: State, x: f64) -> f64 {
        let mut next = step(s, p, 0.5);
        next.v += p.mass * x;
        p.energy(next) + x
    }";
    check_mode(
        Mode::Jvp,
        "wrt(p)",
        function,
        &expect![[r#"
            /// The value of `f` and its derivative along a direction, with respect to `p`.
            ///
            /// Returns `(f, ∂f/∂p · p_dot)`, computed in forward mode;
            /// the value is that of `f`, bit for bit.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_jvp(p: &Params, s: State, x: f64, p_dot: Params) -> (f64, f64) {
                let t1 = ::chainrule::Differentiable::as_direction(&p_dot);
                let (next, next_dot) = ::chainrule::__private::call_with_tangents(
                    step_jvp,
                    (s, (p, (0.5, ()))),
                    (
                        ::chainrule::__slot!(& s),
                        (
                            ::chainrule::__private::Given(::core::clone::Clone::clone(&t1)),
                            (::chainrule::__private::Given(0.0), ()),
                        ),
                    ),
                );
                let next_v = next.v + p.mass * x;
                let next_v_dot = ::chainrule::Differentiable::as_direction(&next_dot).v
                    + t1.mass * x;
                let (energy_value, t2) = p
                    .energy_jvp(
                        {
                            let mut value = ::core::clone::Clone::clone(&next);
                            value.v = next_v;
                            value
                        },
                        ::core::clone::Clone::clone(&t1),
                        {
                            let mut value = ::core::clone::Clone::clone(&next_dot);
                            value.v = next_v_dot;
                            value
                        },
                    );
                (energy_value + x, t2)
            }
        "#]],
    );
}

#[test]
fn gradients_in_a_body() {
    let function = "fn f(x: f64) -> f64 {
        let y = x - 0.1 * loss_grad(x);
        loss(y)
    }";
    check(
        "",
        function,
        &expect![[r#"
        /// The gradient of `f` with respect to `x`.
        ///
        /// Returns `∂f/∂x`, computed in reverse mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_grad(x: f64) -> f64 {
            let t1 = loss_grad(x);
            let y = x - 0.1 * t1;
            let (_, y_bar) = loss_value_and_grad(y);
            let (_, dloss_dx) = loss_hvp(x, -0.1 * y_bar);
            let x_bar = dloss_dx + y_bar;
            x_bar
        }
        /// The value of `f` and its gradient with respect to `x`.
        ///
        /// Returns `(f, ∂f/∂x)`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad(x: f64) -> (f64, f64) {
            let t1 = loss_grad(x);
            let y = x - 0.1 * t1;
            let (loss_y, y_bar) = loss_value_and_grad(y);
            let (_, dloss_dx) = loss_hvp(x, -0.1 * y_bar);
            let x_bar = dloss_dx + y_bar;
            (loss_y, x_bar)
        }
    "#]],
    );
}

#[test]
fn product_of_constant_length() {
    check(
        "",
        "fn f<const N: usize>(x: &[f64; N]) -> f64 {
            let mut product = 1.0;
            for x in x {
                product *= x;
            }
            product
        }",
        &expect![[r#"
            /// The gradient of `f` with respect to `x`.
            ///
            /// Returns `∂f/∂x`, computed in reverse mode.
            /// Kept of each iteration of a loop: `product` where the gradient is going to be.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_grad<const N: usize>(x: &[f64; N]) -> [f64; N] {
                let mut x_bar = [0.0; N];
                let mut product: f64 = 1.0;
                for i in 0..N {
                    x_bar[i] = product;
                    let x_2 = x[i];
                    product *= x_2;
                }
                let mut product_bar: f64 = 1.0;
                for i_2 in (0..N).rev() {
                    let x_3 = x[i_2];
                    let x_bar_2 = product_bar * x_bar[i_2];
                    x_bar[i_2] = x_bar_2;
                    product_bar *= x_3;
                }
                x_bar
            }
            /// The value of `f` and its gradient with respect to `x`.
            ///
            /// Returns `(f, ∂f/∂x)`; the value is that of `f`, bit for bit.
            /// Kept of each iteration of a loop: `product` where the gradient is going to be.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad<const N: usize>(x: &[f64; N]) -> (f64, [f64; N]) {
                let mut x_bar = [0.0; N];
                let mut product: f64 = 1.0;
                for i in 0..N {
                    x_bar[i] = product;
                    let x_2 = x[i];
                    product *= x_2;
                }
                let mut product_bar: f64 = 1.0;
                for i_2 in (0..N).rev() {
                    let x_3 = x[i_2];
                    let x_bar_2 = product_bar * x_bar[i_2];
                    x_bar[i_2] = x_bar_2;
                    product_bar *= x_3;
                }
                (product, x_bar)
            }
        "#]],
    );
}

#[test]
fn product_on_the_heap() {
    let function = "fn f(x: &[f64]) -> f64 { let mut product = 1.0; for x in x { product *= x; } product }";
    check_mode(
        Mode::Vjp,
        "alloc",
        function,
        &expect![[r#"
            /// The value of `f` and its pullback with respect to `x`.
            ///
            /// The pullback takes a cotangent `f_bar` of the value and returns
            /// `f_bar · ∂f/∂x`; the value is that of `f`, bit for bit.
            /// Kept of each iteration of a loop: `product` on the heap.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_vjp(x: &[f64]) -> (f64, impl ::core::ops::FnOnce(f64, &mut [f64])) {
                let mut product_saved = ::chainrule::__private::vec![0.0; x.len()];
                let mut product: f64 = 1.0;
                for i in 0..x.len() {
                    product_saved[i] = product;
                    let x_2 = x[i];
                    product *= x_2;
                }
                (
                    product,
                    move |f_bar: f64, x_bar: &mut [f64]| {
                        ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                        let mut product_bar = f_bar;
                        for i_2 in (0..x.len()).rev() {
                            let x_3 = x[i_2];
                            let x_bar_2 = product_bar * product_saved[i_2];
                            x_bar[i_2] = x_bar_2;
                            product_bar *= x_3;
                        }
                    },
                )
            }
        "#]],
    );
}
