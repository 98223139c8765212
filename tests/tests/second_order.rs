//! Every row of the rule table in the modes that differentiate partials or push tangents through them.

#![allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "one function per row")]

/// The central difference of a slope.
fn curvature(slope: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-5;
    let difference = |h: f64| (slope(x + h) - slope(x - h)) / (2.0 * h);
    // One step of Richardson's extrapolation.
    (4.0 * difference(h) - difference(2.0 * h)) / 3.0
}

/// Arguments of which some lie in the domain of every function.
const POINTS: [f64; 6] = [-1.63, -0.61, 0.29, 0.57, 1.31, 2.37];

/// Compares tangents with gradients, and Hessians with differences of gradients. How many points there were.
fn examine(
    name: &str,
    slope: fn(f64) -> f64,
    tangent: fn(f64, f64) -> (f64, f64),
    product: fn(f64, f64) -> (f64, f64),
    hessian: fn(f64) -> f64,
) -> usize {
    let mut examined = 0;
    for x in POINTS {
        let (first, second) = (slope(x), curvature(slope, x));
        if !first.is_finite() || !second.is_finite() {
            continue;
        }
        let dot = 0.75;
        let (_, along) = tangent(x, dot);
        assert!(
            (along - dot * first).abs() <= 1e-14 * first.abs().max(1.0),
            "{name} at {x}: {along} along, slope {first}"
        );
        let (same, curved) = product(x, dot);
        assert!((same - first).abs() <= 1e-14 * first.abs().max(1.0), "{name} at {x}: {same}, not {first}");
        let error = (curved - dot * second).abs();
        assert!(error <= 1e-7 * second.abs().max(1.0), "{name} at {x}: {curved}, not {}", dot * second);
        let entry = hessian(x);
        let error = (entry - second).abs();
        assert!(error <= 1e-7 * second.abs().max(1.0), "{name} at {x}: {entry}, not {second}");
        examined += 1;
    }
    examined
}

macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident($first:ident $(, $rest:ident: $kind:ident)*) $source:ident $(($($from:ident),+))?;
    )+) => {
        mod functions {$(
            pub mod $name {
                #[chainrule::grad(wrt(point))]
                #[chainrule::jvp(wrt(point))]
                #[chainrule::hvp(wrt(point))]
                #[chainrule::hessian(wrt(point))]
                pub fn f(point: f64 $(, $rest: crate::kind!($kind))*) -> f64 {
                    // Between other functions, so that the second order has something to multiply.
                    let inner = 1.25 * point;
                    chainrule::math::$name(inner $(, $rest)*) * point
                }
            }
        )+}

        #[test]
        fn of_every_rule() {
            $(
                // Slopes that are given a value of another function are no functions of one argument alone.
                if !stringify!($name).ends_with("_slope") {
                    use functions::$name::{f_grad, f_hessian, f_hvp, f_jvp};
                    let examined = examine(
                        stringify!($name),
                        |point| f_grad(point $(, argument!($rest $kind))*),
                        |point, dot| f_jvp(point $(, argument!($rest $kind))*, dot),
                        |point, dot| f_hvp(point $(, argument!($rest $kind))*, dot),
                        |point| f_hessian(point $(, argument!($rest $kind))*),
                    );
                    assert!(examined > 0, "no point in the domain of {}", stringify!($name));
                }
            )+
        }
    };
}

macro_rules! kind {
    (int) => {
        i32
    };
    (real) => {
        f64
    };
}
pub(crate) use kind;

/// What stands in the place of another argument.
macro_rules! argument {
    ($name:ident int) => {
        3
    };
    (low real) => {
        -0.9
    };
    (high real) => {
        1.1
    };
    ($name:ident real) => {
        1.75
    };
}

chainrule_macros::for_each_rule! { rules }
