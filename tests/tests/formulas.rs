//! Formulas as people write them, with their derivatives known to fifty digits.
//!
//! Each formula lives twice: here in Rust, and in `tests/references/corpus` in Python, where mpmath evaluates
//! it with 60 digits and differentiates it numerically, so that no chain rule is shared with the compiler.
//! Its answers are committed in `formulas.tsv`; `python3 tests/references/formulas.py` writes them anew.
//!
//! To add a formula, write it with `#[grad]` in one of the modules below, name it in that module's `rows`,
//! and write it again in the Python module of the same name. A formula without references fails, and so do
//! references without a formula.

// A formula that was written but not named in `rows` is noticed here.
#![deny(dead_code)]
#![allow(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::manual_midpoint,
    clippy::match_bool,
    clippy::too_many_arguments,
    reason = "formulas are written in all the ways in which people write them"
)]

#[path = "formulas/call.rs"]
mod call;
#[path = "formulas/harness.rs"]
#[macro_use]
mod harness;

// The equations of the Feynman lectures, as collected by AI Feynman.
#[path = "formulas/electricity.rs"]
mod electricity;
#[path = "formulas/magnetism.rs"]
mod magnetism;
#[path = "formulas/mechanics.rs"]
mod mechanics;
#[path = "formulas/quantum.rs"]
mod quantum;
#[path = "formulas/thermal.rs"]
mod thermal;
#[path = "formulas/waves.rs"]
mod waves;

// What gradients are used for.
#[path = "formulas/finance.rs"]
mod finance;
#[path = "formulas/kinematics.rs"]
mod kinematics;
#[path = "formulas/landscapes.rs"]
mod landscapes;
#[path = "formulas/neural.rs"]
mod neural;
#[path = "formulas/potentials.rs"]
mod potentials;
#[path = "formulas/rates.rs"]
mod rates;
#[path = "formulas/residuals.rs"]
mod residuals;

use std::collections::BTreeSet;

use harness::{Formula, Reference, references};

fn formulas() -> Vec<Formula> {
    [
        electricity::rows(),
        finance::rows(),
        kinematics::rows(),
        landscapes::rows(),
        magnetism::rows(),
        mechanics::rows(),
        neural::rows(),
        potentials::rows(),
        quantum::rows(),
        rates::rows(),
        residuals::rows(),
        thermal::rows(),
        waves::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Runs `check` on every formula at every reference point and reports all that it objects to, not only the
/// first.
fn at_every_point(check: impl Fn(&Formula, &Reference) -> Vec<String>) {
    let references = references();
    let mut objections = Vec::new();
    for formula in formulas() {
        for reference in references.iter().filter(|reference| reference.formula == formula.name) {
            for objection in check(&formula, reference) {
                objections.push(format!("{}({}): {objection}", formula.name, reference.arguments_text()));
            }
        }
    }
    assert!(objections.is_empty(), "{} objections\n{}", objections.len(), objections.join("\n"));
}

#[test]
fn every_formula_has_references_and_every_reference_its_formula() {
    let formulas = formulas();
    let names: BTreeSet<_> = formulas.iter().map(|formula| formula.name).collect();
    assert_eq!(names.len(), formulas.len(), "a formula is named twice");
    let references = references();
    let referenced: BTreeSet<_> = references.iter().map(|reference| reference.formula).collect();
    let without_references: Vec<_> = names.difference(&referenced).collect();
    let without_formula: Vec<_> = referenced.difference(&names).collect();
    assert!(
        without_references.is_empty() && without_formula.is_empty(),
        "formulas without references: {without_references:?}; references without a formula: {without_formula:?}"
    );
}

/// Says that the Rust and the Python text are the same formula: without it a wrong gradient could be a typing
/// error.
#[test]
fn values_match_the_references() {
    at_every_point(|formula, reference| {
        let value = (formula.value)(&reference.arguments);
        reference.value.objection("value", value).into_iter().collect()
    });
}

#[test]
fn the_value_is_the_functions_own_bit_for_bit() {
    at_every_point(|formula, reference| {
        let plain = (formula.value)(&reference.arguments);
        let (value, _) = (formula.value_and_gradient)(&reference.arguments);
        let same = plain.to_bits() == value.to_bits();
        if same { vec![] } else { vec![format!("value {value:e} where the function returns {plain:e}")] }
    });
}

#[test]
fn gradients_match_the_references() {
    at_every_point(|formula, reference| {
        let alone = (formula.gradient)(&reference.arguments);
        let (_, with_value) = (formula.value_and_gradient)(&reference.arguments);
        [("_grad", alone), ("_value_and_grad", with_value)]
            .into_iter()
            .flat_map(|(sibling, gradient)| reference.gradient_objections(sibling, &gradient))
            .collect()
    });
}
