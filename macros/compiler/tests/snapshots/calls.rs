//! Arrays that are one value as arguments of calls.

use chainrule_compiler::Mode;
use expect_test::expect;

use super::{check, check_mode, check_siblings};

const WINDOWS: &str = "
    fn f(w: &[f64], data: &[f64], labels: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..labels.len() {
            let error = g(w, &data[i * w.len()..(i + 1) * w.len()]) - labels[i];
            sum += error * error;
        }
        sum
    }";

/// What a call adds to is a part of what is lent, and nothing where the data are constant.
#[test]
fn windows_of_slices() {
    check(
        "wrt(w)",
        WINDOWS,
        &expect![[r#"
        /// The gradient of `f` with respect to `w`.
        ///
        /// Returns `∂f/∂w`, computed in reverse mode.
        /// Kept of the iterations of loops: nothing.
        #[allow(clippy::suboptimal_flops)]
        fn f_grad(w: &[f64], data: &[f64], labels: &[f64], w_bar: &mut [f64]) {
            ::core::assert!(w_bar.len() == w.len(), "`w_bar` must be as long as `w`");
            w_bar.fill(0.0);
            for i in 0..labels.len() {
                let t1 = i * w.len();
                let t2 = (i + 1) * w.len();
                ::core::assert!(t1 <= t2 && t2 <= data.len(), "range out of bounds");
                let error = g(w, &data[t1..t2]) - labels[i];
                let error_bar = 2.0 * error;
                g_add_grad(w, &data[t1..t2], error_bar, &mut *w_bar, ());
            }
        }
        /// The value of `f` and its gradient with respect to `w`.
        ///
        /// Returns `(f, ∂f/∂w)`; the value is that of `f`, bit for bit.
        /// Kept of the iterations of loops: nothing.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad(w: &[f64], data: &[f64], labels: &[f64], w_bar: &mut [f64]) -> f64 {
            ::core::assert!(w_bar.len() == w.len(), "`w_bar` must be as long as `w`");
            w_bar.fill(0.0);
            let mut sum: f64 = 0.0;
            for i in 0..labels.len() {
                let t1 = i * w.len();
                let t2 = (i + 1) * w.len();
                ::core::assert!(t1 <= t2 && t2 <= data.len(), "range out of bounds");
                let error = g(w, &data[t1..t2]) - labels[i];
                let error_bar = 2.0 * error;
                g_add_grad(w, &data[t1..t2], error_bar, &mut *w_bar, ());
                sum += error * error;
            }
            sum
        }
    "#]],
    );
}

#[test]
fn windows_of_what_is_added_to() {
    check_siblings(
        Mode::Grad,
        "wrt(w, data)",
        WINDOWS,
        true,
        &expect![[r##"
            #[allow(clippy::needless_pass_by_value)]
            /// Adds the gradient of `f` with respect to `w` and `data`, times `f_bar`, to what is lent for it.
            ///
            /// Adds `f_bar · (∂f/∂w, ∂f/∂data)` to `w_bar` and `data_bar`, each an [`Accumulate`](::chainrule::Accumulate).
            /// Kept of the iterations of loops: nothing.
            #[allow(clippy::suboptimal_flops)]
            fn f_add_grad(
                w: &[f64],
                data: &[f64],
                labels: &[f64],
                f_bar: f64,
                mut w_bar: impl ::chainrule::Accumulate<f64>,
                mut data_bar: impl ::chainrule::Accumulate<f64>,
                (): (),
            ) {
                ::core::assert!(
                    ::chainrule::Accumulate::has_length(& mut w_bar, w.len()),
                    "`w_bar` must be as long as `w`"
                );
                ::core::assert!(
                    ::chainrule::Accumulate::has_length(& mut data_bar, data.len()),
                    "`data_bar` must be as long as `data`"
                );
                for i in 0..labels.len() {
                    let t1 = (i + 1) * w.len();
                    ::core::assert!(i * w.len() <= t1 && t1 <= data.len(), "range out of bounds");
                }
                for i_2 in (0..labels.len()).rev() {
                    let t2 = i_2 * w.len();
                    let t3 = (i_2 + 1) * w.len();
                    let error = g(w, &data[t2..t3]) - labels[i_2];
                    let error_bar = 2.0 * (f_bar * error);
                    g_add_grad(
                        w,
                        &data[t2..t3],
                        error_bar,
                        ::chainrule::Accumulate::part(&mut w_bar, 0..w.len()),
                        ::chainrule::Accumulate::part(&mut data_bar, t2..t3),
                    );
                }
            }
        "##]],
    );
}

const ALIASED: &str = "
    fn f(x: &[f64]) -> f64 {
        g(x, &x[1..])
    }";

/// One slice takes the gradients by two arguments, as cells.
#[test]
fn parts_that_overlap() {
    check_mode(
        Mode::Vjp,
        "",
        ALIASED,
        &expect![[r#"
        /// The value of `f` and its pullback with respect to `x`.
        ///
        /// The pullback takes a cotangent `f_bar` of the value and returns
        /// `f_bar · ∂f/∂x`; the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_vjp(x: &[f64]) -> (f64, impl ::core::ops::FnOnce(f64, &mut [f64])) {
            ::core::assert!(1 <= x.len() && x.len() <= x.len(), "range out of bounds");
            (
                g(x, &x[1..x.len()]),
                move |f_bar: f64, x_bar: &mut [f64]| {
                    ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                    x_bar.fill(0.0);
                    let x_bar_shared = ::core::cell::Cell::from_mut(&mut *x_bar)
                        .as_slice_of_cells();
                    g_add_grad(
                        x,
                        &x[1..x.len()],
                        f_bar,
                        x_bar_shared,
                        &x_bar_shared[1..x.len()],
                    );
                },
            )
        }
    "#]],
    );
}

#[test]
fn parts_that_overlap_in_what_is_added_to() {
    check_siblings(
        Mode::Vjp,
        "",
        ALIASED,
        true,
        &expect![[r##"
        #[allow(clippy::needless_pass_by_value)]
        /// Adds the gradient of `f` with respect to `x`, times `f_bar`, to what is lent for it.
        ///
        /// Adds `f_bar · ∂f/∂x` to `x_bar`, an [`Accumulate`](::chainrule::Accumulate).
        #[allow(clippy::suboptimal_flops)]
        fn f_add_vjp(x: &[f64], f_bar: f64, mut x_bar: impl ::chainrule::Accumulate<f64>) {
            ::core::assert!(
                ::chainrule::Accumulate::has_length(& mut x_bar, x.len()),
                "`x_bar` must be as long as `x`"
            );
            ::core::assert!(1 <= x.len() && x.len() <= x.len(), "range out of bounds");
            let x_bar_shared = ::chainrule::Accumulate::shared(&mut x_bar);
            g_add_grad(
                x,
                &x[1..x.len()],
                f_bar,
                x_bar_shared,
                ::chainrule::Accumulate::part(&mut { x_bar_shared }, 1..x.len()),
            );
        }
    "##]],
    );
}

#[test]
fn tangents_of_parts() {
    check_mode(
        Mode::Jvp,
        "",
        ALIASED,
        &expect![[r#"
        /// The value of `f` and its derivative along a direction, with respect to `x`.
        ///
        /// Returns `(f, ∂f/∂x · x_dot)`, computed in forward mode;
        /// the value is that of `f`, bit for bit.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_jvp(x: &[f64], x_dot: &[f64]) -> (f64, f64) {
            ::core::assert!(x_dot.len() == x.len(), "`x_dot` must be as long as `x`");
            ::core::assert!(1 <= x.len() && x.len() <= x.len(), "range out of bounds");
            let (g_value, t1) = g_jvp(x, &x[1..x.len()], x_dot, &x_dot[1..x.len()]);
            (g_value, t1)
        }
    "#]],
    );
}

/// The gradients by arrays that the function makes are in arrays of its own.
#[test]
fn arrays_made_here() {
    let function = "
        fn f<const N: usize>(x: [f64; N]) -> f64 {
            let mut squares = [0.0; N];
            for i in 0..N {
                squares[i] = x[i] * x[i];
            }
            g(&squares, 2.0)
        }";
    check(
        "",
        function,
        &expect![[r#"
        /// The gradient of `f` with respect to `x`.
        ///
        /// Returns `∂f/∂x`, computed in reverse mode.
        /// Kept of the iterations of loops: nothing.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_grad<const N: usize>(x: [f64; N]) -> [f64; N] {
            let mut squares = [0.0; N];
            for i in 0..N {
                let t1 = x[i];
                squares[i] = t1 * t1;
            }
            let mut squares_bar = [0.0_f64; N];
            let _ = g_add_grad(&squares, 2.0, 1.0, &mut squares_bar);
            let mut x_bar = [0.0; N];
            for i_2 in (0..N).rev() {
                let t2 = squares_bar[i_2];
                squares_bar[i_2] = 0.0;
                x_bar[i_2] = 2.0 * (t2 * x[i_2]);
            }
            x_bar
        }
        /// The value of `f` and its gradient with respect to `x`.
        ///
        /// Returns `(f, ∂f/∂x)`; the value is that of `f`, bit for bit.
        /// Kept of the iterations of loops: nothing.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_grad<const N: usize>(x: [f64; N]) -> (f64, [f64; N]) {
            let mut squares = [0.0; N];
            for i in 0..N {
                let t1 = x[i];
                squares[i] = t1 * t1;
            }
            let mut squares_bar = [0.0_f64; N];
            let _ = g_add_grad(&squares, 2.0, 1.0, &mut squares_bar);
            let mut x_bar = [0.0; N];
            for i_2 in (0..N).rev() {
                let t2 = squares_bar[i_2];
                squares_bar[i_2] = 0.0;
                x_bar[i_2] = 2.0 * (t2 * x[i_2]);
            }
            (g(&squares, 2.0), x_bar)
        }
    "#]],
    );
}
