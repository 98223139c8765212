//! Names: those of users never meet those of generated code, wherever they come from.

#![allow(clippy::all, clippy::pedantic, non_upper_case_globals, reason = "names are odd on purpose")]

use chainrule::grad;

/// Compares the value of a sibling with the function bit for bit, and the gradient of both siblings with what
/// was worked out by hand.
macro_rules! assert_gradient {
    ($function:ident, $gradient:ident, $both:ident ($($argument:expr),*) => $expected:expr) => {
        let (value, gradient) = $both($($argument),*);
        assert_eq!(value.to_bits(), $function($($argument),*).to_bits());
        assert_eq!(gradient, $expected);
        assert_eq!($gradient($($argument),*), $expected);
    };
}

#[test]
fn parameters_named_like_temporaries() {
    #[grad]
    fn f(t1: f64, t2: f64, t3: f64, x_bar: f64) -> f64 {
        (t1 * t2 + t3 * t3) * (x_bar + t1) * (t2 - t3)
    }
    // (6 + 16) · 6 · (-1) at (2, 3, 4, 4)
    assert_gradient!(f, f_grad, f_value_and_grad(2.0, 3.0, 4.0, 4.0) => (-18.0 - 22.0, -12.0 + 132.0, -48.0 - 132.0, -22.0));
}

#[test]
fn locals_named_like_generated_ones() {
    #[grad]
    fn f(x: f64, y: f64) -> f64 {
        let exp_x = y * y;
        let x_bar = exp_x + x.exp();
        let x_times_y = x_bar * x;
        let t1 = x * y;
        let y_bar = t1 + x_times_y;
        let f = y_bar * 2.0;
        let f_grad = f + exp_x;
        f_grad
    }
    // 2 (x y + y² x + x eˣ) + y²
    assert_gradient!(f, f_grad, f_value_and_grad(0.0, 3.0) => (2.0 * (3.0 + 9.0 + 1.0), 6.0));
}

#[test]
fn raw_identifiers() {
    #[grad(wrt(r#type, x))]
    fn r#fn(r#type: f64, r#match: f64, x: f64) -> f64 {
        let r#loop = r#type * r#match;
        let r#gen = r#loop * x;
        r#gen * r#type
    }
    let (value, gradient) = fn_value_and_grad(2.0, 3.0, 5.0);
    assert_eq!(value.to_bits(), r#fn(2.0, 3.0, 5.0).to_bits());
    assert_eq!(gradient, (60.0, 12.0));
    assert_eq!(fn_grad(2.0, 3.0, 5.0), (60.0, 12.0));
}

/// Constants of the crate with the names that generated code likes best.
mod constants {
    const T1: f64 = 10.0;
    const EXP_X: f64 = 1000.0;
    static Y: f64 = 7.0;

    #[chainrule::grad]
    pub(super) fn f(x: f64, y: f64) -> f64 {
        (x * y).exp() * T1 + EXP_X * x * x * y + Y * y
    }
}

#[test]
fn constants_named_like_temporaries() {
    use constants::{f, f_grad, f_value_and_grad};
    assert_gradient!(f, f_grad, f_value_and_grad(0.0, 2.0) => (20.0, 7.0));
}

/// Functions of the crate with names of functions that generated code calls.
mod functions {
    #[allow(dead_code, reason = "only its name matters")]
    fn cos(_: f64) -> f64 {
        f64::NAN
    }
    #[allow(dead_code, reason = "only its name matters")]
    mod chainrule {}
    #[allow(dead_code, reason = "only its name matters")]
    mod core {}
    #[allow(dead_code, reason = "only its name matters")]
    trait Real {
        fn cos(self) -> f64;
    }
    impl Real for f64 {
        fn cos(self) -> f64 {
            f64::NAN
        }
    }

    #[::chainrule::grad]
    pub(super) fn f(x: f64) -> f64 {
        x.sin() * x.cosh()
    }
}

#[test]
fn functions_named_like_those_of_derivatives() {
    use functions::{f, f_grad, f_value_and_grad};
    assert_gradient!(f, f_grad, f_value_and_grad(0.0) => 1.0);
}

/// A type called like a primitive one.
mod primitives {
    #[allow(non_camel_case_types, dead_code, reason = "only its name matters")]
    struct bool;

    #[chainrule::grad]
    pub(super) fn f(x: f64, n: i32) -> f64 {
        if n == 0 {
            return x;
        }
        let y = if n > 3 { return x * x } else { x.abs() };
        y * x.max(1.0)
    }
}

#[test]
fn types_named_like_primitive_ones() {
    use primitives::{f, f_grad, f_value_and_grad};
    assert_gradient!(f, f_grad, f_value_and_grad(3.0, 0) => 1.0);
    assert_gradient!(f, f_grad, f_value_and_grad(3.0, 4) => 6.0);
    assert_gradient!(f, f_grad, f_value_and_grad(3.0, 1) => 6.0);
}

/// Names of arms, twice the same, and values from before used beside them.
#[test]
fn names_of_arms() {
    #[grad]
    fn f(x: f64, n: Option<i32>, m: Option<i32>) -> f64 {
        let n_squared = x * x;
        let a = match n {
            Some(n) if n > 0 => x * f64::from(n),
            Some(x_bar) => n_squared * f64::from(x_bar),
            None => 1.0,
        };
        let b = match m {
            Some(n) => match n {
                0 => x,
                n => f64::from(n) * n_squared,
            },
            None => a,
        };
        a * b
    }
    assert_gradient!(f, f_grad, f_value_and_grad(2.0, Some(3), Some(0)) => 12.0);
    // 3 x · 2 x² and -x² · -x²
    assert_gradient!(f, f_grad, f_value_and_grad(2.0, Some(3), Some(2)) => 72.0);
    assert_gradient!(f, f_grad, f_value_and_grad(2.0, Some(-1), None) => 32.0);
    assert_gradient!(f, f_grad, f_value_and_grad(2.0, None, None) => 0.0);
}

/// A macro's own `scaled` and one that is passed in are two variables.
macro_rules! two_variables {
    ($name:ident, $x:ident, $body:expr) => {
        #[grad]
        fn $name($x: f64) -> f64 {
            let scaled = 2.0 * $x;
            let passed = $body;
            let scaled = scaled * scaled;
            scaled * passed
        }
    };
}

#[test]
fn variables_of_macros() {
    two_variables!(f, scaled, scaled * 3.0);
    // 4 x² · 3 x
    assert_gradient!(f, f_grad, f_value_and_grad(2.0) => 144.0);
    two_variables!(g, y, y + 1.0);
    // 4 y² (y + 1)
    assert_gradient!(g, g_grad, g_value_and_grad(2.0) => 64.0);
}

/// Two parameters that have one name, one of them the macro's.
macro_rules! two_parameters {
    ($name:ident, $x:ident) => {
        #[grad]
        fn $name($x: f64, x: f64) -> f64 {
            $x * $x + 10.0 * x
        }
    };
}

#[test]
fn parameters_of_macros() {
    two_parameters!(f, x);
    assert_gradient!(f, f_grad, f_value_and_grad(3.0, 5.0) => (6.0, 10.0));
}

/// An expression keeps its precedence, and a type, a literal and an item pass through.
macro_rules! fragments {
    ($name:ident($x:ident: $ty:ty) $sum:expr, $power:literal, $condition:expr) => {
        #[grad]
        fn $name($x: $ty) -> $ty {
            if $condition { $sum * $sum - $power * $x } else { $x.powi($power as i32) }
        }
    };
}

#[test]
fn fragments_of_macros() {
    fragments!(f(x: f64) x + 1.0, 3.0, x > 0.0);
    assert_gradient!(f, f_grad, f_value_and_grad(2.0) => 3.0);
    assert_gradient!(f, f_grad, f_value_and_grad(-2.0) => 12.0);
}

macro_rules! whole_item {
    ($item:item) => {
        #[grad]
        $item
    };
}

#[test]
fn items_of_macros() {
    whole_item! {
        /// A square.
        fn f(x: f64) -> f64 {
            x * x
        }
    }
    assert_gradient!(f, f_grad, f_value_and_grad(3.0) => 6.0);
}

macro_rules! in_statements {
    ([$($step:tt)*] $block:block) => {
        #[grad]
        fn f(x: f64) -> f64 {
            let mut y = x;
            $($step)*
            y *= x;
            y + $block
        }
    };
}

#[test]
fn statements_of_macros() {
    // The `y` of the statements is their own.
    in_statements! { [let y = 5.0; let _z = y * 2.0;] { 3.0 } }
    assert_gradient!(f, f_grad, f_value_and_grad(2.0) => 4.0);
}

/// Definitions by the dozen.
macro_rules! powers {
    ($($name:ident $exponent:literal)+) => {
        mod powers {$(
            pub(crate) mod $name {
                #[chainrule::grad]
                #[allow(dead_code, reason = "only the gradient is used")]
                pub(crate) fn f(x: f64) -> f64 {
                    x.powi($exponent)
                }
            }
        )+}
    };
}

powers! { square 2 cube 3 inverse -1 }

#[test]
fn modules_of_macros() {
    assert_eq!(powers::square::f_grad(2.0), 4.0);
    assert_eq!(powers::cube::f_grad(2.0), 12.0);
    assert_eq!(powers::inverse::f_grad(2.0), -0.25);
}

/// The format of assertions captures variables by name.
macro_rules! asserted {
    ($x:ident) => {
        #[grad]
        fn f($x: f64, n: i32) -> f64 {
            let t1 = $x * 2.0;
            assert!(n > 0, "{n} {t1} {}", $x);
            t1 * t1
        }
    };
}

#[test]
fn captures_of_macros() {
    asserted!(t2);
    assert_gradient!(f, f_grad, f_value_and_grad(3.0, 1) => 24.0);
}

#[test]
fn nested_functions_and_modules() {
    fn outer(x: f64) -> f64 {
        #[grad]
        fn inner(x: f64) -> f64 {
            fn outer(n: i32) -> f64 {
                f64::from(n)
            }
            x * x * outer(2)
        }
        inner_grad(x)
    }
    assert_eq!(outer(3.0), 12.0);
}
