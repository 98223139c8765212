//! What is generated of a loop, and the time that it takes, do not depend on how often the loop runs.
//!
//! Each function is expanded for different numbers of iterations, up to numbers of which an expansion that followed the
//! iterations would not return; the siblings are the same but for the numeral.

use chainrule_compiler::Mode;
use proc_macro2::TokenStream;

const MODES: [Mode; 6] = [Mode::Grad, Mode::Vjp, Mode::Jvp, Mode::Jacobian, Mode::Hessian, Mode::Hvp];

/// The expansion of `function` for `trips` iterations, with the numeral replaced.
fn expanded(mode: Mode, options: &str, function: &str, trips: &str) -> String {
    let item: TokenStream = function.replace("TRIPS", trips).parse().expect("tokens");
    let siblings = chainrule_compiler::expand(mode, options.parse().expect("tokens"), item).to_string();
    assert!(!siblings.contains("compile_error"), "{mode:?} of {function}: {siblings}");
    siblings.replace(trips, "TRIPS")
}

fn check(options: &str, function: &str, numbers_of_trips: [&str; 2]) {
    for mode in MODES {
        let [few, many] = numbers_of_trips.map(|trips| expanded(mode, options, function, trips));
        assert_eq!(few, many, "{mode:?} of {function}");
    }
}

#[test]
fn accumulated() {
    let function = "
        fn f(x: f64, y: f64) -> f64 {
            let mut sum = 0.0;
            for i in 0..TRIPS {
                sum += (x * i as f64).sin() * y;
            }
            sum
        }";
    check("", function, ["3001", "4000000001"]);
}

#[test]
fn carried_without_storage() {
    let function = "
        fn f(x: f64, y: f64) -> f64 {
            let mut level = x;
            for _ in 0..TRIPS {
                level = 0.5 * level + y;
            }
            level * level
        }";
    check("", function, ["3001", "4000000001"]);
}

#[test]
fn carried_along() {
    let function = "
        fn f(x: f64, y: f64) -> f64 {
            let mut angle = x;
            for _ in 0..TRIPS {
                angle = y * angle.sin();
            }
            angle
        }";
    check("stack = 0", function, ["3001", "4000000001"]);
}

#[test]
fn kept_on_the_stack() {
    let function = "
        fn f(x: f64, y: f64) -> f64 {
            let mut angle = x;
            for _ in 0..TRIPS {
                angle = y * angle.sin();
            }
            angle
        }";
    check("", function, ["2001", "4003"]);
}

#[test]
fn nested() {
    let function = "
        fn f(x: f64, y: f64) -> f64 {
            let mut sum = 0.0;
            for i in 0..TRIPS {
                for j in 0..i {
                    if (i + j) % 3 == 0 {
                        sum += (x - y * j as f64).exp();
                    }
                }
            }
            sum
        }";
    check("", function, ["3001", "4000000001"]);
}

#[test]
fn of_arrays() {
    let function = "
        fn f(x: [f64; TRIPS], y: f64) -> f64 {
            let mut u = x;
            for i in 1..TRIPS {
                u[i] += y * u[i - 1];
            }
            u.iter().map(|v| v * v).sum()
        }";
    for mode in [Mode::Grad, Mode::Vjp, Mode::Jvp] {
        let [few, many] = ["3001", "400001"].map(|trips| expanded(mode, "", function, trips));
        assert_eq!(few, many, "{mode:?} of {function}");
    }
}
