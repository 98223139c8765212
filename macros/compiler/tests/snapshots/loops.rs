//! Loops that stay loops, one of each way in which they are reversed.

use chainrule_compiler::Mode;
use expect_test::expect;

use super::{check, check_mode};

#[test]
fn sums_keep_nothing() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut sum = 0.0;
            for v in x {
                sum += v * v;
            }
            sum
        }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `x`.
            ///
            /// Returns `∂f/∂x`, computed in reverse mode.
            /// Kept of the iterations of loops: nothing.
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(x: &[f64], x_bar: &mut [f64]) {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                for i in (0..x.len()).rev() {
                    let v = x[i];
                    let v_bar = 2.0 * v;
                    x_bar[i] = v_bar;
                }
            }
            /// The value of `f` and its gradient with respect to `x`.
            ///
            /// Returns `(f, ∂f/∂x)`; the value is that of `f`, bit for bit.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(x: &[f64], x_bar: &mut [f64]) -> f64 {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let mut sum: f64 = 0.0;
                for i in 0..x.len() {
                    let v = x[i];
                    sum += v * v;
                }
                for i_2 in (0..x.len()).rev() {
                    let v_2 = x[i_2];
                    let v_bar = 2.0 * v_2;
                    x_bar[i_2] = v_bar;
                }
                sum
            }
        "#]],
    );
}

#[test]
fn expensive_sums_are_reversed_in_themselves() {
    let function = "
        fn f(x: &[f64], w: f64) -> f64 {
            x.iter().map(|v| (w * v).exp()).sum()
        }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `x` and `w`.
            ///
            /// Returns `(∂f/∂x, ∂f/∂w)`, computed in reverse mode.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(x: &[f64], w: f64, x_bar: &mut [f64]) -> f64 {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let mut w_bar: f64 = 0.0;
                for i in 0..x.len() {
                    let v = x[i];
                    let w_times_v_bar = (w * v).exp();
                    let v_bar = w_times_v_bar * w;
                    x_bar[i] = v_bar;
                    w_bar += w_times_v_bar * v;
                }
                w_bar
            }
            /// The value of `f` and its gradient with respect to `x` and `w`.
            ///
            /// Returns `(f, (∂f/∂x, ∂f/∂w))`; the value is that of `f`, bit for bit.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(x: &[f64], w: f64, x_bar: &mut [f64]) -> (f64, f64) {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let mut sum: f64 = -0.0;
                let mut w_bar: f64 = 0.0;
                for i in 0..x.len() {
                    let v = x[i];
                    let w_times_v_bar = (w * v).exp();
                    let v_bar = w_times_v_bar * w;
                    x_bar[i] = v_bar;
                    sum += w_times_v_bar;
                    w_bar += w_times_v_bar * v;
                }
                (sum, w_bar)
            }
        "#]],
    );
}

#[test]
fn maxima_keep_a_winner() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        }";
    check(
        "",
        function,
        &expect![[r##"
            #[allow(clippy::float_cmp)]
            /// The gradient of `f` with respect to `x`.
            ///
            /// Returns `∂f/∂x`, computed in reverse mode.
            /// Kept of the iterations of loops: nothing.
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(x: &[f64], x_bar: &mut [f64]) {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let mut folded = f64::NEG_INFINITY;
                let mut folded_winner = 0;
                let mut folded_before = f64::NEG_INFINITY;
                for i in 0..x.len() {
                    let max_folded = f64::max(folded, x[i]);
                    let t1 = max_folded != folded;
                    folded_winner = if t1 { i } else { folded_winner };
                    folded_before = if t1 { folded } else { folded_before };
                    folded = max_folded;
                }
                let mut folded_bar: f64 = 1.0;
                for i_2 in (0..x.len()).rev() {
                    let t2 = if i_2 > folded_winner { folded } else { folded_before };
                    let t3 = x[i_2];
                    let (t5, t6) = if t2 == t3 {
                        let t4 = 0.5 * folded_bar;
                        (t4, t4)
                    } else if f64::max(t2, t3) == t2 {
                        (folded_bar, 0.0)
                    } else {
                        (0.0, folded_bar)
                    };
                    x_bar[i_2] = t6;
                    folded_bar = t5;
                }
            }
            #[allow(clippy::float_cmp)]
            /// The value of `f` and its gradient with respect to `x`.
            ///
            /// Returns `(f, ∂f/∂x)`; the value is that of `f`, bit for bit.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(x: &[f64], x_bar: &mut [f64]) -> f64 {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let mut folded = f64::NEG_INFINITY;
                let mut folded_winner = 0;
                let mut folded_before = f64::NEG_INFINITY;
                for i in 0..x.len() {
                    let max_folded = f64::max(folded, x[i]);
                    let t1 = max_folded != folded;
                    folded_winner = if t1 { i } else { folded_winner };
                    folded_before = if t1 { folded } else { folded_before };
                    folded = max_folded;
                }
                let mut folded_bar: f64 = 1.0;
                for i_2 in (0..x.len()).rev() {
                    let t2 = if i_2 > folded_winner { folded } else { folded_before };
                    let t3 = x[i_2];
                    let (t5, t6) = if t2 == t3 {
                        let t4 = 0.5 * folded_bar;
                        (t4, t4)
                    } else if f64::max(t2, t3) == t2 {
                        (folded_bar, 0.0)
                    } else {
                        (0.0, folded_bar)
                    };
                    x_bar[i_2] = t6;
                    folded_bar = t5;
                }
                folded
            }
        "##]],
    );
}

#[test]
fn small_states_carry_their_derivatives() {
    let function = "
        fn f(a: f64) -> f64 {
            let mut x = a;
            while (x * x - a).abs() > 1e-12 {
                x = 0.5 * (x + a / x);
            }
            x
        }";
    check(
        "",
        function,
        &expect![[r#"
            #[allow(clippy::float_cmp)]
            /// The gradient of `f` with respect to `a`.
            ///
            /// Returns `∂f/∂a`, computed in reverse mode.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(a: f64) -> f64 {
                let mut x = a;
                let mut x_dot: f64 = 1.0;
                while (x * x - a).abs() > 1e-12 {
                    let a_over_x = a / x;
                    let t1 = 1.0
                        - (if a_over_x == 0.0 {
                            0.0
                        } else if x_dot == 0.0 {
                            0.0
                        } else {
                            x_dot * a_over_x
                        });
                    x_dot = 0.5 * (x_dot + (if t1 == 0.0 { 0.0 } else { t1 / x }));
                    x = 0.5 * (x + a_over_x);
                }
                x_dot
            }
            #[allow(clippy::float_cmp)]
            /// The value of `f` and its gradient with respect to `a`.
            ///
            /// Returns `(f, ∂f/∂a)`; the value is that of `f`, bit for bit.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(a: f64) -> (f64, f64) {
                let mut x = a;
                let mut x_dot: f64 = 1.0;
                while (x * x - a).abs() > 1e-12 {
                    let a_over_x = a / x;
                    let t1 = 1.0
                        - (if a_over_x == 0.0 {
                            0.0
                        } else if x_dot == 0.0 {
                            0.0
                        } else {
                            x_dot * a_over_x
                        });
                    x_dot = 0.5 * (x_dot + (if t1 == 0.0 { 0.0 } else { t1 / x }));
                    x = 0.5 * (x + a_over_x);
                }
                (x, x_dot)
            }
        "#]],
    );
}

#[test]
fn arrays_on_the_stack_hold_what_is_needed() {
    let function = "
        fn f<const N: usize>(mut a: [f64; N], c: f64) -> f64 {
            for i in 1..N {
                a[i] += c * a[i] * a[i - 1];
            }
            a[N - 1]
        }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `a` and `c`.
            ///
            /// Returns `(∂f/∂a, ∂f/∂c)`, computed in reverse mode.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_grad<const N: usize>(a: [f64; N], c: f64) -> ([f64; N], f64) {
                let mut a_2 = a;
                for i in 1..N {
                    let t1 = a_2[i];
                    a_2[i] = t1 + c * t1 * a_2[i - 1];
                }
                let mut a_bar = [0.0; N];
                a_bar[N - 1] += 1.0;
                let mut c_bar: f64 = 0.0;
                for i_2 in (1..N).rev() {
                    let t2 = a[i_2];
                    let t3 = i_2 - 1;
                    let t4 = a_bar[i_2];
                    let t5 = t4 * a_2[t3];
                    a_bar[t3] += t4 * (c * t2);
                    a_bar[i_2] = t5 * c + t4;
                    c_bar += t5 * t2;
                }
                (a_bar, c_bar)
            }
            /// The value of `f` and its gradient with respect to `a` and `c`.
            ///
            /// Returns `(f, (∂f/∂a, ∂f/∂c))`; the value is that of `f`, bit for bit.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad<const N: usize>(a: [f64; N], c: f64) -> (f64, ([f64; N], f64)) {
                let mut a_2 = a;
                for i in 1..N {
                    let t1 = a_2[i];
                    a_2[i] = t1 + c * t1 * a_2[i - 1];
                }
                let mut a_bar = [0.0; N];
                a_bar[N - 1] += 1.0;
                let mut c_bar: f64 = 0.0;
                for i_2 in (1..N).rev() {
                    let t2 = a[i_2];
                    let t3 = i_2 - 1;
                    let t4 = a_bar[i_2];
                    let t5 = t4 * a_2[t3];
                    a_bar[t3] += t4 * (c * t2);
                    a_bar[i_2] = t5 * c + t4;
                    c_bar += t5 * t2;
                }
                (a_2[N - 1], (a_bar, c_bar))
            }
        "#]],
    );
}

#[test]
fn vectors_hold_what_is_needed() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut product = 1.0;
            for pair in x.windows(2) {
                product *= pair[0] + pair[1];
            }
            product
        }";
    check(
        "alloc",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `x`.
            ///
            /// Returns `∂f/∂x`, computed in reverse mode.
            /// Kept of each iteration of a loop: `product` on the heap.
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(x: &[f64], x_bar: &mut [f64]) {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let t1 = ::core::primitive::usize::saturating_sub(x.len() + 1, 2);
                let mut product_saved = ::chainrule::__private::vec![0.0; t1];
                let mut product: f64 = 1.0;
                for i in 0..t1 {
                    product_saved[i] = product;
                    product *= x[i] + x[i + 1];
                }
                x_bar.fill(0.0);
                let mut product_bar: f64 = 1.0;
                for i_2 in (0..t1).rev() {
                    let t2 = i_2 + 1;
                    let t3 = product_bar * product_saved[i_2];
                    x_bar[t2] += t3;
                    x_bar[i_2] += t3;
                    product_bar *= x[i_2] + x[t2];
                }
            }
            /// The value of `f` and its gradient with respect to `x`.
            ///
            /// Returns `(f, ∂f/∂x)`; the value is that of `f`, bit for bit.
            /// Kept of each iteration of a loop: `product` on the heap.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(x: &[f64], x_bar: &mut [f64]) -> f64 {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                let t1 = ::core::primitive::usize::saturating_sub(x.len() + 1, 2);
                let mut product_saved = ::chainrule::__private::vec![0.0; t1];
                let mut product: f64 = 1.0;
                for i in 0..t1 {
                    product_saved[i] = product;
                    product *= x[i] + x[i + 1];
                }
                x_bar.fill(0.0);
                let mut product_bar: f64 = 1.0;
                for i_2 in (0..t1).rev() {
                    let t2 = i_2 + 1;
                    let t3 = product_bar * product_saved[i_2];
                    x_bar[t2] += t3;
                    x_bar[i_2] += t3;
                    product_bar *= x[i_2] + x[t2];
                }
                product
            }
        "#]],
    );
}

#[test]
fn loops_that_are_left() {
    let function = "
        fn f(x: &[f64], limit: f64) -> f64 {
            let mut sum = 0.0;
            for (i, v) in x.iter().enumerate() {
                if *v > limit {
                    break;
                }
                if i % 3 == 2 {
                    continue;
                }
                sum += v * limit;
            }
            sum
        }";
    check(
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `x` and `limit`.
            ///
            /// Returns `(∂f/∂x, ∂f/∂limit)`, computed in reverse mode.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_grad(x: &[f64], limit: f64, x_bar: &mut [f64]) -> f64 {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                x_bar.fill(0.0);
                let mut limit_bar: f64 = 0.0;
                for i in 0..x.len() {
                    let v = x[i];
                    let (broken, v_bar, t3) = if v > limit {
                        (true, 0.0, 0.0)
                    } else {
                        let (t1, t2) = if i % 3 == 2 { (0.0, 0.0) } else { (limit, v) };
                        (false, t1, t2)
                    };
                    x_bar[i] = v_bar;
                    limit_bar += t3;
                    if broken {
                        break;
                    }
                }
                limit_bar
            }
            /// The value of `f` and its gradient with respect to `x` and `limit`.
            ///
            /// Returns `(f, (∂f/∂x, ∂f/∂limit))`; the value is that of `f`, bit for bit.
            /// Kept of the iterations of loops: nothing.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_grad(x: &[f64], limit: f64, x_bar: &mut [f64]) -> (f64, f64) {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                x_bar.fill(0.0);
                let mut sum: f64 = 0.0;
                let mut limit_bar: f64 = 0.0;
                for i in 0..x.len() {
                    let v = x[i];
                    let (sum_3, broken, v_bar, t4) = if v > limit {
                        (sum, true, 0.0, 0.0)
                    } else {
                        let t1 = i % 3 == 2;
                        let sum_2 = if t1 { sum } else { sum + v * limit };
                        let (t2, t3) = if t1 { (0.0, 0.0) } else { (limit, v) };
                        (sum_2, false, t2, t3)
                    };
                    x_bar[i] = v_bar;
                    sum = sum_3;
                    limit_bar += t4;
                    if broken {
                        break;
                    }
                }
                (sum, limit_bar)
            }
        "#]],
    );
}

#[test]
fn hessian_times_vector() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut sum = 0.0;
            for pair in x.windows(2) {
                sum += (pair[1] - pair[0]).powi(4);
            }
            sum
        }";
    check_mode(
        Mode::Hvp,
        "",
        function,
        &expect![[r#"
            /// The gradient of `f` with respect to `x`, and its Hessian times a direction.
            ///
            /// Returns `(∇f, ∇²f · x_dot)`: the gradient, and its derivative along the direction.
            #[allow(clippy::suboptimal_flops)]
            fn f_hvp(x: &[f64], x_dot: &[f64], x_bar: &mut [f64], x_hvp: &mut [f64]) {
                ::core::assert!(x_dot.len() == x.len(), "`x_dot` must be as long as `x`");
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                ::core::assert!(x_hvp.len() == x.len(), "`x_hvp` must be as long as `x`");
                x_bar.fill(0.0);
                x_hvp.fill(0.0);
                for i in 0..::core::primitive::usize::saturating_sub(x.len() + 1, 2) {
                    let t1 = i + 1;
                    let t2 = x[t1] - x[i];
                    let t3 = 4.0 * ::chainrule::math::powi(t2, 3);
                    let t4 = 12.0 * ((x_dot[t1] - x_dot[i]) * (t2 * t2));
                    x_bar[i] += -t3;
                    x_hvp[i] += -t4;
                    x_bar[t1] += t3;
                    x_hvp[t1] += t4;
                }
            }
        "#]],
    );
}

#[test]
fn hessian() {
    let function = "
        fn f<const N: usize>(x: &[f64; N], a: f64) -> f64 {
            let mut sum = 0.0;
            for i in 1..N {
                sum += a * (x[i] - x[i - 1]).powi(4);
            }
            sum
        }";
    check_mode(
        Mode::Hessian,
        "",
        function,
        &expect![[r#"
        /// The Hessian of `f` with respect to `x` and `a`.
        ///
        /// It is exactly symmetric.
        /// The Hessian is computed row by row, forward over reverse.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_hessian<const N: usize>(
            x: &[f64; N],
            a: f64,
        ) -> (([[f64; N]; N], [f64; N]), ([f64; N], f64)) {
            let t1 = [0.0; N];
            let mut hessian = (([[0.0; N]; N], [0.0; N]), ([0.0; N], 0.0));
            for row in 0..N {
                let slopes = {
                    let mut x_bar_dot = t1;
                    let mut a_bar_dot: f64 = 0.0;
                    for i in 1..N {
                        let t2 = i - 1;
                        let t3 = x[i] - x[t2];
                        let t4: f64 = (if i == row { 1.0 } else { 0.0 })
                            - (if t2 == row { 1.0 } else { 0.0 });
                        let t5 = 12.0 * (t4 * (t3 * t3) * a);
                        x_bar_dot[t2] += -t5;
                        x_bar_dot[i] += t5;
                        a_bar_dot += 4.0 * (t4 * ::chainrule::math::powi(t3, 3));
                    }
                    (x_bar_dot, a_bar_dot)
                };
                hessian.0.0[row] = slopes.0;
                for column in 0..row {
                    hessian.0.0[column][row] = hessian.0.0[row][column];
                }
                hessian.0.1[row] = slopes.1;
                hessian.1.0[row] = hessian.0.1[row];
            }
            hessian
        }
        /// The value of `f`, its gradient and its Hessian with respect to `x` and `a`.
        ///
        /// The value is that of `f`, bit for bit; the Hessian is exactly symmetric.
        /// The Hessian is computed row by row, forward over reverse.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_grad_and_hessian<const N: usize>(
            x: &[f64; N],
            a: f64,
        ) -> (f64, ([f64; N], f64), (([[f64; N]; N], [f64; N]), ([f64; N], f64))) {
            let mut x_bar = [0.0; N];
            let t1 = [0.0; N];
            let mut sum: f64 = 0.0;
            let mut a_bar: f64 = 0.0;
            for i in 1..N {
                let t2 = i - 1;
                let t3 = x[i] - x[t2];
                let powi_t3 = t3.powi(4);
                let t4 = 4.0 * (a * ::chainrule::math::powi(t3, 3));
                x_bar[t2] += -t4;
                x_bar[i] += t4;
                sum += a * powi_t3;
                a_bar += powi_t3;
            }
            let mut hessian = (([[0.0; N]; N], [0.0; N]), ([0.0; N], 0.0));
            for row in 0..N {
                let slopes = {
                    let mut x_bar_dot = t1;
                    let mut a_bar_dot: f64 = 0.0;
                    for i_2 in 1..N {
                        let t5 = i_2 - 1;
                        let t6 = x[i_2] - x[t5];
                        let t7: f64 = (if i_2 == row { 1.0 } else { 0.0 })
                            - (if t5 == row { 1.0 } else { 0.0 });
                        let t8 = 12.0 * (t7 * (t6 * t6) * a);
                        x_bar_dot[t5] += -t8;
                        x_bar_dot[i_2] += t8;
                        a_bar_dot += 4.0 * (t7 * ::chainrule::math::powi(t6, 3));
                    }
                    (x_bar_dot, a_bar_dot)
                };
                hessian.0.0[row] = slopes.0;
                for column in 0..row {
                    hessian.0.0[column][row] = hessian.0.0[row][column];
                }
                hessian.0.1[row] = slopes.1;
                hessian.1.0[row] = hessian.0.1[row];
            }
            (sum, (x_bar, a_bar), hessian)
        }
    "#]],
    );
}

#[test]
fn hessian_by_a_slice() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut sum = 0.0;
            for x in x {
                sum += x.sin();
            }
            sum * sum
        }";
    check_mode(
        Mode::Hessian,
        "",
        function,
        &expect![[r#"
            /// The Hessian of `f` with respect to `x`.
            ///
            /// It is exactly symmetric.
            /// It is written to `x_hessian`, row by row. Panics unless its rows fill that.
            /// The Hessian is computed row by row, forward over reverse.
            #[allow(clippy::suboptimal_flops)]
            fn f_hessian(x: &[f64], x_hessian: &mut [f64]) {
                ::core::assert!(
                    x_hessian.len() == x.len() * x.len(),
                    "`x_hessian` must hold a row of `x.len()` numbers for each element of `x`"
                );
                let mut sum: f64 = 0.0;
                for i in 0..x.len() {
                    let x_2 = x[i];
                    sum += x_2.sin();
                }
                for row in 0..x.len() {
                    let x_row = &mut x_hessian[row * x.len()..][..x.len()];
                    {
                        let mut sum_dot: f64 = 0.0;
                        for i_2 in 0..x.len() {
                            let x_3 = x[i_2];
                            let x_dot: f64 = if i_2 == row { 1.0 } else { 0.0 };
                            sum_dot += x_dot * ::chainrule::math::cos(x_3);
                        }
                        let sum_bar_dot = 2.0 * sum_dot;
                        for i_3 in (0..x.len()).rev() {
                            let x_4 = x[i_3];
                            let x_dot_2: f64 = if i_3 == row { 1.0 } else { 0.0 };
                            let x_bar_dot = sum_bar_dot * ::chainrule::math::cos(x_4)
                                - 2.0 * (x_dot_2 * ::chainrule::math::sin(x_4) * sum);
                            x_row[i_3] = x_bar_dot;
                        }
                    }
                    for column in 0..row {
                        x_hessian[column * x.len() + row] = x_hessian[row * x.len() + column];
                    }
                }
            }
            /// The value of `f`, its gradient and its Hessian with respect to `x`.
            ///
            /// The value is that of `f`, bit for bit; the Hessian is exactly symmetric.
            /// It is written to `x_hessian`, row by row. Panics unless its rows fill that.
            /// The Hessian is computed row by row, forward over reverse.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_grad_and_hessian(x: &[f64], x_bar: &mut [f64], x_hessian: &mut [f64]) -> f64 {
                ::core::assert!(x_bar.len() == x.len(), "`x_bar` must be as long as `x`");
                ::core::assert!(
                    x_hessian.len() == x.len() * x.len(),
                    "`x_hessian` must hold a row of `x.len()` numbers for each element of `x`"
                );
                let mut sum: f64 = 0.0;
                for i in 0..x.len() {
                    let x_2 = x[i];
                    sum += x_2.sin();
                }
                let sum_bar = 2.0 * sum;
                for i_2 in (0..x.len()).rev() {
                    let x_3 = x[i_2];
                    let x_bar_2 = sum_bar * ::chainrule::math::cos(x_3);
                    x_bar[i_2] = x_bar_2;
                }
                for row in 0..x.len() {
                    let x_row = &mut x_hessian[row * x.len()..][..x.len()];
                    {
                        let mut sum_dot: f64 = 0.0;
                        for i_3 in 0..x.len() {
                            let x_4 = x[i_3];
                            let x_dot: f64 = if i_3 == row { 1.0 } else { 0.0 };
                            sum_dot += x_dot * ::chainrule::math::cos(x_4);
                        }
                        let sum_bar_dot = 2.0 * sum_dot;
                        for i_4 in (0..x.len()).rev() {
                            let x_5 = x[i_4];
                            let x_dot_2: f64 = if i_4 == row { 1.0 } else { 0.0 };
                            let x_bar_dot = sum_bar_dot * ::chainrule::math::cos(x_5)
                                - 2.0 * (x_dot_2 * ::chainrule::math::sin(x_5) * sum);
                            x_row[i_4] = x_bar_dot;
                        }
                    }
                    for column in 0..row {
                        x_hessian[column * x.len() + row] = x_hessian[row * x.len() + column];
                    }
                }
                sum * sum
            }
        "#]],
    );
}

#[test]
fn jacobian() {
    let function = "
        fn f<const N: usize>(x: [f64; N], a: f64) -> [f64; N] {
            let mut y = x;
            for i in 1..N {
                y[i] = a * y[i - 1] * x[i];
            }
            y
        }";
    check_mode(
        Mode::Jacobian,
        "",
        function,
        &expect![[r#"
        /// The Jacobian of `f` with respect to `x` and `a`.
        ///
        /// It has one row per output.
        /// The Jacobian is computed column by column in forward mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_jacobian<const N: usize>(x: [f64; N], a: f64) -> ([[f64; N]; N], [f64; N]) {
            let t1 = [0.0; N];
            let mut t2 = [0.0; N];
            let mut y = x;
            for i in 1..N {
                let t3 = i - 1;
                let t4 = y[t3];
                let t5 = x[i];
                y[i] = a * t4 * t5;
                t2[i] = (t4 + t2[t3] * a) * t5;
            }
            let mut jacobian = ([[0.0; N]; N], [0.0; N]);
            jacobian.1 = t2;
            for column in 0..N {
                let slopes = {
                    let mut t1_2 = t1;
                    t1_2[column] = 1.0;
                    let mut y_2 = x;
                    let mut y_dot = t1_2;
                    for i_2 in 1..N {
                        let t6 = i_2 - 1;
                        let t7 = a * y_2[t6];
                        let t8 = x[i_2];
                        y_2[i_2] = t7 * t8;
                        y_dot[i_2] = y_dot[t6] * a * t8 + t1_2[i_2] * t7;
                    }
                    y_dot
                };
                for row in 0..N {
                    jacobian.0[row][column] = slopes[row];
                }
            }
            jacobian
        }
        /// The value of `f` and its Jacobian with respect to `x` and `a`.
        ///
        /// The value is that of `f`, bit for bit; the Jacobian has one row per output.
        /// The Jacobian is computed column by column in forward mode.
        #[must_use]
        #[allow(clippy::suboptimal_flops)]
        fn f_value_and_jacobian<const N: usize>(
            x: [f64; N],
            a: f64,
        ) -> ([f64; N], ([[f64; N]; N], [f64; N])) {
            let t1 = [0.0; N];
            let mut t2 = [0.0; N];
            let mut y = x;
            for i in 1..N {
                let t3 = i - 1;
                let t4 = y[t3];
                let t5 = x[i];
                y[i] = a * t4 * t5;
                t2[i] = (t4 + t2[t3] * a) * t5;
            }
            let mut jacobian = ([[0.0; N]; N], [0.0; N]);
            jacobian.1 = t2;
            for column in 0..N {
                let slopes = {
                    let mut t1_2 = t1;
                    t1_2[column] = 1.0;
                    let mut y_2 = x;
                    let mut y_dot = t1_2;
                    for i_2 in 1..N {
                        let t6 = i_2 - 1;
                        let t7 = a * y_2[t6];
                        let t8 = x[i_2];
                        y_2[i_2] = t7 * t8;
                        y_dot[i_2] = y_dot[t6] * a * t8 + t1_2[i_2] * t7;
                    }
                    y_dot
                };
                for row in 0..N {
                    jacobian.0[row][column] = slopes[row];
                }
            }
            (y, jacobian)
        }
    "#]],
    );
}

#[test]
fn jacobian_by_a_slice() {
    let function = "
        fn f<const N: usize>(x: &[f64], a: f64) -> [f64; N] {
            let mut y = [0.0; N];
            for i in 0..N {
                y[i] = a * x[i] * x[i + 1];
            }
            y
        }";
    check_mode(
        Mode::Jacobian,
        "",
        function,
        &expect![[r#"
            /// The Jacobian of `f` with respect to `x` and `a`.
            ///
            /// It has one row per output.
            /// What is by a slice is written to `x_jacobian`, row by row. Panics unless the rows fill that.
            /// The Jacobian is computed row by row in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_jacobian<const N: usize>(x: &[f64], a: f64, x_jacobian: &mut [f64]) -> [f64; N] {
                ::core::assert!(
                    x_jacobian.len() == N * x.len(),
                    "`x_jacobian` must hold as many rows as there are outputs, each as long as `x`"
                );
                let mut jacobian = [0.0; N];
                for row in 0..N {
                    let mut seed = [0.0; N];
                    seed[row] = 1.0;
                    let x_row = &mut x_jacobian[row * x.len()..][..x.len()];
                    let slopes = {
                        x_row.fill(0.0);
                        let mut y_bar = seed;
                        let mut a_bar: f64 = 0.0;
                        for i in (0..N).rev() {
                            let t1 = x[i];
                            let t2 = i + 1;
                            let t3 = y_bar[i];
                            y_bar[i] = 0.0;
                            let t4 = t3 * x[t2];
                            x_row[t2] += t3 * (a * t1);
                            x_row[i] += t4 * a;
                            a_bar += t4 * t1;
                        }
                        a_bar
                    };
                    jacobian[row] = slopes;
                }
                jacobian
            }
            /// The value of `f` and its Jacobian with respect to `x` and `a`.
            ///
            /// The value is that of `f`, bit for bit; the Jacobian has one row per output.
            /// What is by a slice is written to `x_jacobian`, row by row. Panics unless the rows fill that.
            /// The Jacobian is computed row by row in reverse mode.
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            fn f_value_and_jacobian<const N: usize>(
                x: &[f64],
                a: f64,
                x_jacobian: &mut [f64],
            ) -> ([f64; N], [f64; N]) {
                ::core::assert!(
                    x_jacobian.len() == N * x.len(),
                    "`x_jacobian` must hold as many rows as there are outputs, each as long as `x`"
                );
                let mut y = [0.0; N];
                for i in 0..N {
                    y[i] = a * x[i] * x[i + 1];
                }
                let mut jacobian = [0.0; N];
                for row in 0..N {
                    let mut seed = [0.0; N];
                    seed[row] = 1.0;
                    let x_row = &mut x_jacobian[row * x.len()..][..x.len()];
                    let slopes = {
                        x_row.fill(0.0);
                        let mut y_bar = seed;
                        let mut a_bar: f64 = 0.0;
                        for i_2 in (0..N).rev() {
                            let t1 = x[i_2];
                            let t2 = i_2 + 1;
                            let t3 = y_bar[i_2];
                            y_bar[i_2] = 0.0;
                            let t4 = t3 * x[t2];
                            x_row[t2] += t3 * (a * t1);
                            x_row[i_2] += t4 * a;
                            a_bar += t4 * t1;
                        }
                        a_bar
                    };
                    jacobian[row] = slopes;
                }
                (y, jacobian)
            }
        "#]],
    );
}
