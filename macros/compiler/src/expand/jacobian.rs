//! `#[jacobian]`: the derivatives of all outputs by all inputs, alone and with the value.

use proc_macro2::TokenStream;
use quote::quote;

use super::seeds;
use super::sibling::{Body, Sibling, Target};
use crate::transform::{self, Accumulated, seeded};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let jacobian = target.jacobian_type();
    let result = target.result_type();
    vec![
        sibling(target, "jacobian", false, jacobian.clone()),
        sibling(target, "value_and_jacobian", true, quote!((#result, #jacobian))),
    ]
}

/// The sibling that returns the Jacobian, after the outputs if `with_value`.
fn sibling(target: &Target<'_>, suffix: &'static str, with_value: bool, output: TokenStream) -> Sibling {
    let mut docs = docs(target, with_value);
    let (line, body) = derived(target, with_value).unzip();
    docs.extend(line.flatten());
    let columns = target.active_values().len();
    let body = body.map(|body| body.with_matrix(target.result_count(), columns));
    Sibling { suffix, docs, inputs: Vec::new(), output, body }
}

/// How the Jacobian came about, and the code: a loop over seeds for large ones, and otherwise code for each entry.
fn derived(target: &Target<'_>, with_value: bool) -> Option<(Option<String>, Body)> {
    let primal = &target.lowered?.function;
    let (active, lent) = (target.active_values(), target.lent_values());
    let request = target.request(&active, &lent, with_value);
    Some(match seeded::jacobian(primal, &request) {
        Some(seeded) => {
            let line = seeds::description(&seeded, "Jacobian");
            (Some(line), seeds::jacobian(target, with_value, &seeded))
        }
        None => {
            let accumulated = target.derived(transform::jacobian(primal, &request))?;
            (accumulated.description("Jacobian"), body(target, with_value, &accumulated))
        }
    })
}

fn body(target: &Target<'_>, with_value: bool, accumulated: &Accumulated) -> Body {
    let columns = target.active_values().len();
    Body::of(&accumulated.function, &target.context(&[]), &|yields| {
        let entries = if with_value { target.result_count() } else { 0 };
        let (outputs, entries) = yields.split_at(entries);
        let jacobian = target.jacobian(&|row, column| entries[row * columns + column].clone());
        if with_value {
            let result = target.result(outputs);
            quote!((#result, #jacobian))
        } else {
            jacobian
        }
    })
}

fn docs(target: &Target<'_>, with_value: bool) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    if with_value {
        vec![
            format!(" The value of `{name}` and its Jacobian with respect to {list}."),
            String::new(),
            format!(" The value is that of `{name}`, bit for bit; the Jacobian has one row per output."),
        ]
    } else {
        vec![
            format!(" The Jacobian of `{name}` with respect to {list}."),
            String::new(),
            " It has one row per output.".to_owned(),
        ]
    }
}
