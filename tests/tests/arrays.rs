//! Functions of arrays, written with loops, in every mode, their derivatives known to fifty digits.
//!
//! Each function lives twice, as in `formulas.rs`: here in Rust, and in `tests/references/arrays` in Python, where
//! mpmath evaluates it to two hundred digits and differentiates it by differences, so that no chain rule is shared
//! with the compiler. Its answers are committed beside it; `python3 tests/references/write_arrays.py` writes them
//! anew and says by which policy their tolerances are chosen.
//!
//! To add a function, write it with its attributes in one of the modules below, name it and its siblings in that
//! module's `rows`, and write it again in the Python module of the same name.
//!
//! The modules are independent of each other: to try a part, keep its name below and in `corpora`.

// A function or a sibling that was written but not named in `rows` is noticed here.
#![deny(dead_code)]
#![allow(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::explicit_iter_loop,
    clippy::manual_midpoint,
    clippy::manual_swap,
    clippy::needless_range_loop,
    clippy::type_complexity,
    reason = "functions are written in all the ways in which people write them"
)]

#[path = "formulas/call.rs"]
#[allow(dead_code, reason = "results have other traits than those of `formulas.rs`")]
mod call;
#[path = "arrays/harness.rs"]
#[macro_use]
mod harness;

// The least-squares problems of Moré, Garbow and Hillstrom.
#[path = "arrays/more_fits.rs"]
mod more_fits;
#[path = "arrays/more_many.rs"]
mod more_many;
#[path = "arrays/more_small.rs"]
mod more_small;

// What Jacobians and gradients of arrays are used for.
#[path = "arrays/linear.rs"]
mod linear;
#[path = "arrays/networks.rs"]
mod networks;
#[path = "arrays/numeric.rs"]
mod numeric;
#[path = "arrays/robots.rs"]
mod robots;

// The language.
#[path = "arrays/loops.rs"]
mod loops;

use std::collections::BTreeSet;

use harness::{Function, Reference, directions};

struct Corpus {
    module: &'static str,
    functions: Vec<Function>,
    references: Vec<Reference>,
}

macro_rules! corpora {
    ($($module:ident)*) => {
        [$(Corpus {
            module: stringify!($module),
            functions: $module::rows(),
            references: harness::references(include_str!(concat!(
                "../references/arrays/",
                stringify!($module),
                ".tsv"
            ))),
        }),*]
    };
}

fn corpora() -> impl Iterator<Item = Corpus> {
    corpora![linear loops more_fits more_many more_small networks numeric robots].into_iter()
}

/// Runs `check` on every function at every reference point and reports all that it objects to, not only the first.
fn at_every_point(check: impl Fn(&Function, &Reference) -> Vec<String>) {
    let mut objections = Vec::new();
    for corpus in corpora() {
        for function in &corpus.functions {
            for reference in corpus.references.iter().filter(|reference| reference.function == function.name)
            {
                for objection in check(function, reference) {
                    let (module, arguments) = (corpus.module, reference.arguments_text());
                    objections.push(format!("{module}::{}({arguments}): {objection}", function.name));
                }
            }
        }
    }
    assert!(objections.is_empty(), "{} objections\n{}", objections.len(), objections.join("\n"));
}

#[test]
fn every_function_has_references_and_every_reference_its_function() {
    for Corpus { module, functions, references } in corpora() {
        let names: BTreeSet<_> = functions.iter().map(|function| function.name).collect();
        assert_eq!(names.len(), functions.len(), "a function of {module} is named twice");
        let referenced: BTreeSet<_> = references.iter().map(|reference| reference.function).collect();
        assert_eq!(names, referenced, "functions on the left, references on the right, in {module}");
    }
}

/// Says that the Rust and the Python text are the same function: without it a wrong derivative could be a typing
/// error.
#[test]
fn values_match_the_references() {
    at_every_point(|function, reference| {
        let value = (function.value)(&reference.arguments).flatten();
        reference.value_objections(&value)
    });
}

#[test]
fn the_value_is_the_functions_own_bit_for_bit() {
    at_every_point(|function, reference| {
        let x = &reference.arguments;
        let plain = (function.value)(x);
        let mut values: Vec<(&str, Vec<f64>)> = Vec::new();
        for (sibling, derivatives) in &function.derivatives {
            if let Some(value) = derivatives(x, &plain).value {
                values.push((sibling, value));
            }
        }
        if let Some(jvp) = &function.jvp {
            values.push(("_jvp", jvp(x, &directions(reference.inputs())[0]).0));
        }
        if let Some(vjp) = &function.vjp {
            values.push(("_vjp", vjp(x, &directions(reference.outputs())[0]).0));
        }
        let plain = plain.flatten();
        let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        let different = values.into_iter().filter(|(_, value)| bits(value) != bits(&plain));
        different
            .map(|(sibling, value)| format!("{sibling} has the value {value:?}, not {plain:?}"))
            .collect()
    });
}

#[test]
fn gradients_and_jacobians_match_the_references() {
    at_every_point(|function, reference| {
        let value = (function.value)(&reference.arguments);
        let siblings = function.derivatives.iter();
        siblings
            .filter_map(|(sibling, derivatives)| {
                Some((sibling, derivatives(&reference.arguments, &value).jacobian?))
            })
            .flat_map(|(sibling, jacobian)| reference.jacobian_objections(sibling, &jacobian))
            .collect()
    });
}

#[test]
fn hessians_match_the_references_and_are_symmetric() {
    at_every_point(|function, reference| {
        let value = (function.value)(&reference.arguments);
        let siblings = function.derivatives.iter();
        siblings
            .filter_map(|(sibling, derivatives)| {
                Some((sibling, derivatives(&reference.arguments, &value).hessian?))
            })
            .flat_map(|(sibling, hessian)| reference.hessian_objections(sibling, &hessian))
            .collect()
    });
}

#[test]
fn tangents_are_the_jacobian_times_the_direction() {
    at_every_point(|function, reference| {
        let Some(jvp) = &function.jvp else { return vec![] };
        let directions = directions(reference.inputs());
        directions
            .iter()
            .flat_map(|direction| {
                let (_, tangent) = jvp(&reference.arguments, direction);
                reference.tangent_objections(direction, &tangent)
            })
            .collect()
    });
}

#[test]
fn pullbacks_are_the_cotangent_times_the_jacobian() {
    at_every_point(|function, reference| {
        let Some(vjp) = &function.vjp else { return vec![] };
        let directions = directions(reference.outputs());
        directions
            .iter()
            .flat_map(|cotangent| {
                let (_, gradient) = vjp(&reference.arguments, cotangent);
                reference.pullback_objections(cotangent, &gradient)
            })
            .collect()
    });
}

#[test]
fn hessian_products_are_the_hessian_times_the_direction() {
    at_every_point(|function, reference| {
        let Some(hvp) = &function.hvp else { return vec![] };
        let directions = directions(reference.inputs());
        directions
            .iter()
            .flat_map(|direction| {
                let (gradient, product) = hvp(&reference.arguments, direction);
                let mut objections = reference.jacobian_objections("_hvp", &[gradient]);
                objections.extend(reference.product_objections(direction, &product));
                objections
            })
            .collect()
    });
}
