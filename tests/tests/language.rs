//! The language: each construct that a differentiated function may be made of, with derivatives by hand.

#![allow(
    clippy::all,
    clippy::pedantic,
    unused_assignments,
    unused_parens,
    reason = "what is written is what is tested, good style or not"
)]

#[path = "formulas/call.rs"]
#[allow(dead_code, reason = "gradients are flattened here, not called by table")]
mod call;

use call::Gradient;

/// What functions are not differentiated with respect to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Sine,
    Power(i32),
    Scale { by: f64, times: u8 },
}

/// A constant from outside.
const OUTSIDE: f64 = 2.5;

/// A function that the compiler does not know.
fn weights(n: i32) -> Vec<f64> {
    vec![1.0; n.unsigned_abs() as usize]
}

/// `mod name { fn f(…) … at (arguments) => [partials]; }`: the function is differentiated, its value repeated
/// bit for bit, and its gradient compared with what was worked out by hand.
macro_rules! language {
    ($($(#[$doc:meta])* mod $name:ident {
        $function:item
        $(at ($($argument:expr),*) => [$($partial:expr),*];)+
    })+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every function uses what is outside")]
            use super::{Gradient as _, Mode, OUTSIDE, weights};

            #[chainrule::grad]
            $function

            #[test]
            fn holds() {
                $({
                    let at = stringify!($($argument),*);
                    let expected = [$(f64::from($partial)),*];
                    let (value, gradient) = f_value_and_grad($($argument),*);
                    assert_eq!(value.to_bits(), f($($argument),*).to_bits(), "value at {at}");
                    super::assert_close(at, &gradient.flatten(), &expected);
                    super::assert_close(at, &f_grad($($argument),*).flatten(), &expected);
                })+
            }
        }
    )+};
}

fn assert_close(at: &str, gradient: &[f64], expected: &[f64]) {
    assert_eq!(gradient.len(), expected.len(), "partials at {at}");
    for (got, expected) in gradient.iter().zip(expected) {
        let is_close = (got - expected).abs() <= 1e-6 * expected.abs();
        assert!(is_close, "at {at}: {gradient:?}, not {expected}");
    }
}

language! {
    mod shadowing {
        fn f(x: f64) -> f64 {
            let x = 2.0 * x;
            let x = {
                let x = x + 1.0;
                x * x
            };
            x
        }
        // (2x + 1)²
        at (0.5) => [8.0];
        at (-3.0) => [-20.0];
    }
    mod tuples_and_arrays {
        fn f(x: f64, y: f64) -> f64 {
            let (a, (b, _)) = (x, (y, 3.0));
            let [c, d] = [a * b, b];
            let (first, .., last) = (c, 1.0, 2.0, d);
            let pair = (first, [last, a]);
            pair.0 * pair.1[0] + (pair.1)[1]
        }
        // x y² + x
        at (2.0, 3.0) => [10.0, 12.0];
    }
    mod annotations {
        fn f(x: f64) -> f64 {
            let k: i32 = 3;
            let (a, b): (f64, u8) = (x, 2);
            let c: core::primitive::f64 = a * f64::from(b);
            c.powi(k)
        }
        // 8 x³
        at (1.5) => [54.0];
    }
    mod compound_assignment {
        fn f(x: f64, y: f64) -> f64 {
            let mut a = x;
            a += y;
            a *= x;
            a -= 1.0;
            a /= y;
            a %= 100.0;
            a
        }
        // (x² + x y - 1) / y
        at (2.0, 4.0) => [2.0, -0.1875];
    }
    mod assigned_parameters {
        fn f(mut x: f64, mut y: f64) -> f64 {
            (x, y) = (y * y, x);
            x = x * y;
            _ = y;
            x
        }
        // y² x
        at (2.0, 3.0) => [9.0, 12.0];
    }
    mod components_assigned {
        fn f(x: f64) -> f64 {
            let mut pair = (x, (1.0, x));
            pair.1.0 += pair.0 * pair.1.1;
            pair.0 = 2.0;
            pair.0 * pair.1.0
        }
        // 2 (1 + x²)
        at (1.5) => [6.0];
    }
    mod deferred_initialization {
        fn f(x: f64, n: i32) -> f64 {
            let y;
            let a;
            let b: f64;
            if n > 0 {
                y = x * x;
                a = x;
            } else {
                y = 1.0;
                a = 2.0 * x;
            }
            b = a * 3.0;
            y * b
        }
        at (2.0, 1) => [36.0];
        at (2.0, 0) => [6.0];
    }
    mod changed_in_branches {
        fn f(x: f64, n: i32) -> f64 {
            let mut y = x;
            let mut k = 0;
            if n > 0 {
                y *= x;
                k += n;
                if n > 5 {
                    y = y.sqrt();
                }
            } else if n < -5 {
                k = n;
            } else {
                y = 1.0;
            }
            y + f64::from(k) * x
        }
        at (3.0, 2) => [8.0];
        at (3.0, 6) => [7.0];
        at (3.0, -6) => [-5.0];
        at (3.0, 0) => [0.0];
    }
    mod blocks_as_operands {
        fn f(x: f64, n: i32) -> f64 {
            (x - 1.0) * { x } + if n == 0 { x } else { 1.0 } * match n { 0 => x, _ => 2.0 * x }
        }
        // x² - x + x² and x² - x + 2 x
        at (1.5, 0) => [5.0];
        at (1.5, 1) => [4.0];
    }
    mod return_at_the_end {
        fn f(x: f64) -> f64 {
            return x * x;
        }
        at (3.0) => [6.0];
    }
    mod returns_on_both_sides {
        fn f(x: f64) -> f64 {
            if x > 0.0 {
                return x;
            } else {
                return -3.0 * x;
            }
        }
        at (2.0) => [1.0];
        at (-2.0) => [-3.0];
    }
    mod return_instead_of_a_value {
        fn f(x: f64, y: f64) -> f64 {
            let z = if x > 0.0 { return y * y } else { x * y };
            z * x
        }
        at (1.0, 3.0) => [0.0, 6.0];
        at (-2.0, 3.0) => [-12.0, 4.0];
    }
    mod return_in_an_operand {
        fn f(x: f64, n: i32) -> f64 {
            x * x.max(if n == 0 { return 5.0 * x } else { 1.0 }) + 1.0
        }
        at (3.0, 0) => [5.0];
        at (3.0, 1) => [6.0];
    }
    mod return_in_a_condition {
        fn f(x: f64) -> f64 {
            if x > 1.0 && { return x * 3.0 } { x } else { 2.0 * x }
        }
        at (2.0) => [3.0];
        at (0.5) => [2.0];
    }
    mod returns_in_a_row {
        fn f(x: f64, n: i32) -> f64 {
            if n == 0 {
                return x;
            }
            let y = x * x;
            if n == 1 {
                return y;
            };
            let z = y * x;
            if n == 2 { return z } else if n == 3 { return z * x }
            0.5 * z
        }
        at (2.0, 0) => [1.0];
        at (2.0, 1) => [4.0];
        at (2.0, 2) => [12.0];
        at (2.0, 3) => [32.0];
        at (2.0, 4) => [6.0];
    }
    mod returns_at_several_depths {
        fn f(x: f64, n: i32) -> f64 {
            let mut a = x;
            let b = if n > 0 {
                if n > 10 {
                    return x * x;
                }
                a += 1.0;
                a * x
            } else {
                if n < -10 {
                    return -x;
                }
                a *= 2.0;
                x
            };
            let c = if n % 2 == 0 {
                if n == 4 {
                    return 7.0 * a;
                }
                b
            } else {
                a
            };
            a * b * c
        }
        at (2.0, 11) => [4.0];
        at (2.0, -11) => [-1.0];
        at (2.0, 4) => [7.0];
        // (x + 1) ((x + 1) x)²
        at (2.0, 2) => [216.0];
        // (x + 1)³ x
        at (2.0, 1) => [81.0];
        // 2x·x·x and 2x·x·2x
        at (2.0, 0) => [24.0];
        at (2.0, -1) => [48.0];
    }
    mod returns_in_arms {
        fn f(x: f64, n: i32) -> f64 {
            let y = match n {
                0 => return x,
                1 => x * x,
                2 => {
                    if x > 1.0 {
                        return 10.0 * x;
                    }
                    3.0 * x
                }
                k if k < 0 => return f64::from(k) * x,
                _ => 1.0,
            };
            y * x
        }
        at (2.0, 0) => [1.0];
        at (2.0, 1) => [12.0];
        at (2.0, 2) => [10.0];
        at (0.5, 2) => [3.0];
        at (2.0, -4) => [-4.0];
        at (2.0, 9) => [1.0];
    }
    mod patterns {
        fn f(x: f64, mode: Mode) -> f64 {
            match mode {
                Mode::Sine => x.sin(),
                Mode::Power(k @ (2 | 3)) => x.powi(k),
                Mode::Power(..=-1) => 1.0 / x,
                Mode::Power(n) if n > 100 => 0.0,
                Mode::Power(n) => x * f64::from(n),
                Mode::Scale { by, times: 0 } => by * x * x,
                Mode::Scale { by: factor, times } => factor * x * f64::from(times),
            }
        }
        at (2.0, Mode::Sine) => [2.0_f64.cos()];
        at (2.0, Mode::Power(3)) => [12.0];
        at (2.0, Mode::Power(-7)) => [-0.25];
        at (2.0, Mode::Power(101)) => [0.0];
        at (2.0, Mode::Power(7)) => [7.0];
        at (2.0, Mode::Scale { by: 3.0, times: 0 }) => [12.0];
        at (2.0, Mode::Scale { by: 3.0, times: 4 }) => [12.0];
    }
    mod matching_tuples {
        fn f(x: f64, n: i32, flag: bool) -> f64 {
            match (n, flag, x > 1.0) {
                (0, true, _) => x,
                (_, true, true) => x * x,
                (k, ..) => x * f64::from(k),
            }
        }
        at (2.0, 0, true) => [1.0];
        at (2.0, 1, true) => [4.0];
        at (2.0, 7, false) => [7.0];
    }
    mod optional {
        fn f(x: f64, n: Option<i32>) -> f64 {
            let y = if let Some(k) = n { f64::from(k) * x } else { x * x };
            if let Some(0) = n {
                return y;
            }
            y * x
        }
        at (3.0, Some(2)) => [12.0];
        at (3.0, None) => [27.0];
        at (3.0, Some(0)) => [0.0];
    }
    mod ordering {
        fn f(x: f64, n: i32) -> f64 {
            match n.cmp(&1) {
                core::cmp::Ordering::Less => x,
                core::cmp::Ordering::Equal => x * x,
                core::cmp::Ordering::Greater => x * x * x,
            }
        }
        at (2.0, 0) => [1.0];
        at (2.0, 1) => [4.0];
        at (2.0, 2) => [12.0];
    }
    mod floats_that_compare {
        fn f(x: f64, y: f64) -> f64 {
            match (x.partial_cmp(&y), x.total_cmp(&y)) {
                (Some(core::cmp::Ordering::Less), _) => x * y,
                (_, core::cmp::Ordering::Equal) => x,
                _ => y,
            }
        }
        at (1.0, 2.0) => [2.0, 1.0];
        at (2.0, 2.0) => [1.0, 0.0];
        at (3.0, 2.0) => [0.0, 1.0];
    }
    mod predicates {
        fn f(x: f64, y: f64) -> f64 {
            if x.is_nan() || !y.is_finite() {
                0.0
            } else if matches!(x.classify(), core::num::FpCategory::Normal) && x.is_sign_positive() {
                x * y
            } else {
                x + y
            }
        }
        at (2.0, 3.0) => [3.0, 2.0];
        at (-2.0, 3.0) => [1.0, 1.0];
        at (f64::NAN, 3.0) => [0.0, 0.0];
    }
    mod short_circuit {
        fn f(x: f64, n: i32) -> f64 {
            let nonzero = n != 0 && 10 / n > 1;
            let small = n == 0 || 10 / n < 5 || panic!("not evaluated for {n}");
            if nonzero && small { x * x } else { x }
        }
        at (3.0, 0) => [1.0];
        at (3.0, 4) => [6.0];
    }
    mod untaken_divisions {
        fn f(x: f64, n: i32) -> f64 {
            let a = if n != 0 { x * f64::from(10 / n) } else { 1.0 };
            let b = if n != 0 { f64::from(10 / n) } else { x };
            a * b
        }
        at (3.0, 0) => [1.0];
        at (3.0, 5) => [4.0];
    }
    mod panicking_arms {
        fn f(x: f64, n: i32) -> f64 {
            match n {
                0 => x * x,
                1 => panic!("no {n}"),
                2 => unreachable!("x = {x:.3}, {}", x + 1.0),
                _ => todo!(),
            }
        }
        at (3.0, 0) => [6.0];
    }
    mod assertions {
        fn f(x: f64, n: i32) -> f64 {
            let width = 9;
            assert!(x > 0.0, "x = {x:>width$.3}, twice that is {}, {n}", 2.0 * x);
            assert_eq!(n, n, "{n:?} {named}", named = x);
            assert_ne!(x, 0.0);
            debug_assert!(x.is_finite());
            debug_assert_eq!(x.signum(), 1.0, "{{}}");
            core::assert!(n < 10);
            x * x
        }
        at (3.0, 0) => [6.0];
    }
    mod boolean_logic {
        fn f(x: f64, n: i32, flag: bool) -> f64 {
            let both = flag & (n > 0) | (x < 0.0) ^ false;
            let weight = both as i32 + i32::from(!both) * 3;
            f64::from(weight) * x
        }
        at (2.0, 1, true) => [1.0];
        at (2.0, 0, true) => [3.0];
        at (-2.0, 0, true) => [1.0];
    }
    mod integer_arithmetic {
        fn f(x: f64, n: i32, m: u64) -> f64 {
            let k = { let n = n + 1; n * 2 - 7 / 2 % 3 };
            let bits = (m << 2 | 1) & !2 ^ 8;
            let negative = -k;
            let clamped = n.clamp(0, 3).pow(2).wrapping_add(1);
            x.powi(k) * (bits as f64) + f64::from(negative) * x + f64::from(clamped as u8)
        }
        // k = 2, bits = (5 & !2) ^ 8 = 13
        at (3.0, 0, 1) => [78.0 - 2.0];
    }
    mod equal_integers_of_different_types {
        fn f(x: f64) -> f64 {
            let a: u8 = 1 << 3;
            let b: u64 = 1 << 3;
            x * f64::from(a) + x * x * b as f64
        }
        at (2.0) => [40.0];
    }
    mod casts {
        fn f(x: f64, n: u64) -> f64 {
            let single = x as f32;
            let back = single as f64 + f64::from(single * single);
            let whole = x as i64 as f64;
            back * whole + n as f64 * (x.floor() as i32 as f64) + f64::from(true as u8)
        }
        // (x + x²) · 2
        at (2.5, 3) => [12.0];
    }
    mod mixed_precision {
        fn f(x: f32, y: f64) -> f64 {
            f64::from(x) * y + f64::from(x * x) * 0.5 + (y as f32 * x) as f64
        }
        at (3.0, 4.0) => [4.0 + 3.0 + 4.0, 6.0];
    }
    mod single_precision {
        fn f(x: f32) -> f32 {
            let third = 1.0 / 3.0;
            0.1 * x * x + third
        }
        at (3.0) => [0.6];
    }
    mod references {
        fn f(x: &f64, y: f64) -> f64 {
            let z = &y;
            let w = &*x;
            **&w * *z + x * z.clone() + (&y).sin() * x.clone()
        }
        at (&2.0, 3.0) => [6.0 + 3.0_f64.sin(), 4.0 + 2.0 * 3.0_f64.cos()];
    }
    mod constants {
        fn f(x: f64) -> f64 {
            use core::f64::consts;
            use std::f64::consts::{PI, TAU as TURN};
            const HALF: f64 = 0.5;
            const COUNT: usize = 2;
            static OFFSET: f64 = 1.0;
            HALF * x * PI + TURN * x + consts::E * OFFSET + OUTSIDE * x * COUNT as f64 + f64::EPSILON * f64::MAX.sqrt()
        }
        at (2.0) => [2.5 * std::f64::consts::PI + 5.0];
    }
    mod constants_of_inner_blocks {
        fn f(x: f64) -> f64 {
            let y = x * OUTSIDE;
            let z = {
                const OUTSIDE: f64 = 5.0;
                y * OUTSIDE
            };
            if x > 0.0 {
                const OUTSIDE: f64 = 3.0;
                z * OUTSIDE + x * OUTSIDE
            } else {
                z * OUTSIDE
            }
        }
        at (2.0) => [2.5 * 5.0 * 3.0 + 3.0];
        at (-2.0) => [2.5 * 5.0 * 2.5];
    }
    mod literals {
        fn f(x: f64) -> f64 {
            x * 2f64 + x * 1_000.5e-1_f64 + x * 0x10 as f64 + x * 1e2 + -x * -2.0 + -2.0_f64.powi(2) * x
        }
        at (2.0) => [2.0 + 100.05 + 16.0 + 100.0 + 2.0 - 4.0];
    }
    mod negative_zero {
        fn f(x: f64) -> f64 {
            (x + 0.0) * -0.0 + (0.0 - x) * 0.0 + -(x - x)
        }
        at (-0.0) => [0.0];
        at (3.0) => [0.0];
    }
    mod functions_by_path {
        fn f(x: f64, y: f64) -> f64 {
            let a = f64::sin(x) + <f64>::powi(y, 2) + chainrule::Real::exp(x);
            let b = chainrule::math::sigmoid(0.0 * x) + f64::max(x, y);
            let (s, c) = f64::sin_cos(x);
            a + b + s * s + c * c
        }
        at (1.0, 3.0) => [1.0_f64.cos() + 1.0_f64.exp(), 7.0];
    }
    mod functions_by_name {
        fn f(x: f64) -> f64 {
            use chainrule::math::{self, sigmoid, *};
            sigmoid(x) * 0.0 + sin(x) + math::exp(x) + chainrule::constant(x * x) * x
        }
        at (2.0) => [2.0_f64.cos() + 2.0_f64.exp() + 4.0];
    }
    mod vectors {
        fn f(x: f64, y: f64) -> f64 {
            use chainrule::math;
            let total = math::norm(&[x, y]) + math::dot(&[x, y], &[y, 2.0]);
            let [share, _] = math::softmax(&[x - y, 0.0]);
            total + math::log_sum_exp(&[x, x]) + 0.0 * share
        }
        at (3.0, 4.0) => [0.6 + 4.0 + 1.0, 0.8 + 3.0 + 2.0];
    }
    mod unknown_functions_of_constants {
        fn f(x: f64, n: i32) -> f64 {
            fn factorial(n: i32) -> i32 {
                (1..=n).product()
            }
            let table = [1, 2, 4];
            let list = weights(n);
            x.powi(n) / f64::from(factorial(n)) + x * list.iter().sum::<f64>() + x * table.len() as f64
        }
        // x³ / 6 + 3 x + 3 x
        at (2.0, 3) => [8.0];
    }
    mod constant_objects {
        fn f(x: f64, list: &[i32], text: &str, pair: (i32, char)) -> f64 {
            let scale = f64::from(list[0] + list[list.len() - 1]);
            let known = match text { "double" => 2.0, _ => 1.0 };
            let (n, letter) = pair;
            if letter == 'x' { scale * known * x } else { x * f64::from(n + pair.0) }
        }
        at (2.0, &[1, 2], "double", (1, 'x')) => [6.0];
    }
    mod values_of_the_context_type {
        fn f(x: f64, text: &str) -> f64 {
            let offset: f64 = f64::default();
            let scale = text.parse().unwrap_or(1.0);
            x * scale + offset
        }
        at (2.0, "3.5") => [3.5];
    }
    mod unused_values {
        fn f(x: f64, y: f64) -> f64 {
            let _ = y.acos();
            let _unused = (x * y).ln();
            let _ = x.sqrt();
            y * 2.0
        }
        at (-1.0, 2.0) => [0.0, 2.0];
    }
    mod inactive_by_rounding {
        fn f(x: f64, y: f64) -> f64 {
            x.floor() * y + x.round() + x.trunc() + y.signum() + x.div_euclid(y)
        }
        at (2.5, 4.0) => [0.0, 2.0];
    }
}

#[test]
fn panics_are_those_of_the_function() {
    #[chainrule::grad]
    fn f(x: f64, n: i32) -> f64 {
        assert!(n < 5, "n = {n}");
        if n == 0 { panic!("zero, and x = {x}") } else { x * f64::from(10 / (n - 1)) }
    }
    let message = |function: &dyn Fn(f64, i32) -> f64, n| {
        let call = std::panic::AssertUnwindSafe(|| function(2.0, n));
        let payload = std::panic::catch_unwind(call).expect_err("a panic");
        payload
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| payload.downcast_ref::<&str>().expect("a text").to_string())
    };
    for n in [0, 1, 7] {
        let expected = message(&f, n);
        assert_eq!(message(&f_grad, n), expected);
        assert_eq!(message(&|x, n| f_value_and_grad(x, n).0, n), expected);
    }
    assert_eq!(f_grad(2.0, 3), 5.0);
}

#[test]
fn generic_functions_are_those_of_each_scalar() {
    use chainrule::Real;

    #[chainrule::grad]
    fn f<T: Real>(x: T, y: T) -> T {
        let half = T::from_f64(0.5);
        let scale = T::from_i32(3) * T::ONE + T::ZERO;
        if x > y { half * x * x * scale } else { x.sin() * y + T::PI }
    }
    assert_eq!(f_grad(2.0_f64, 1.0), (6.0, 0.0));
    assert_eq!(f_grad(2.0_f32, 1.0), (6.0, 0.0));
    assert_eq!(f_grad(1.0_f64, 2.0), (2.0 * 1.0_f64.cos(), 1.0_f64.sin()));
    assert_eq!(f_grad(1.0_f32, 2.0), (2.0 * 1.0_f32.cos(), 1.0_f32.sin()));
    for (x, y) in [(2.0_f64, 1.0), (1.0, 2.0), (0.1, 0.7)] {
        assert_eq!(f_value_and_grad(x, y).0.to_bits(), f(x, y).to_bits());
        let (x, y) = (x as f32, y as f32);
        assert_eq!(f_value_and_grad(x, y).0.to_bits(), f(x, y).to_bits());
    }
}

mod effects {
    //! Calls that the compiler does not know may do something: they are made once each, in their order.

    use std::cell::Cell;

    #[chainrule::grad]
    fn counted(x: f64, counter: &Cell<i32>) -> f64 {
        counter.set(counter.get() + 1);
        let first = counter.get();
        counter.set(counter.get() * 10);
        let second = counter.get();
        if first > 0 { x * f64::from(first) + f64::from(second) } else { x }
    }

    #[test]
    fn are_kept() {
        let counter = Cell::new(1);
        let value = counted(3.0, &counter);
        assert_eq!((value, counter.get()), (26.0, 20));
        let counter = Cell::new(1);
        assert_eq!(counted_value_and_grad(3.0, &counter), (26.0, 2.0));
        assert_eq!(counter.get(), 20);
        let counter = Cell::new(1);
        assert_eq!(counted_grad(3.0, &counter), 2.0);
        assert_eq!(counter.get(), 20);
    }
}

mod declared {
    //! Variables without a value, and opaque values whose type only their use tells.

    #[chainrule::grad]
    fn later(x: f64, y: f64) -> f64 {
        let (a, b): (f64, f64);
        let scale: f64 = Default::default();
        let parsed: f64 = "3".parse().unwrap();
        if x > y {
            a = x;
            b = y * parsed;
        } else {
            a = y;
            b = x + scale;
        }
        a * b
    }

    #[test]
    fn holds() {
        assert_eq!(later_value_and_grad(3.0, 2.0), (18.0, (6.0, 9.0)));
        assert_eq!(later_value_and_grad(2.0, 3.0), (6.0, (3.0, 2.0)));
    }

    #[chainrule::grad]
    fn asserted(x: f64, n: i32) -> f64 {
        assert!(x > 0.0, "bad {x} {0:>1$}", n, 5);
        x.ln()
    }

    #[test]
    #[should_panic(expected = "bad -1     7")]
    fn captures_stand_beside_positions() {
        let _ = asserted_grad(-1.0, 7);
    }
}
