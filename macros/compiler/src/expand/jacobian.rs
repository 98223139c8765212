//! `#[jacobian]`: the derivatives of all outputs by all inputs, alone and with the value.

use quote::quote;

use super::sibling::{Body, Sibling, Target};
use crate::transform::{self, Accumulated, Request};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let jacobian = target.jacobian_type();
    let result = target.result_type();
    let (alone, with_value) = (accumulated(target, false), accumulated(target, true));
    vec![
        Sibling {
            suffix: "jacobian",
            docs: docs(target, false, alone.as_ref()),
            inputs: Vec::new(),
            output: jacobian.clone(),
            body: alone.map(|alone| body(target, false, &alone)),
        },
        Sibling {
            suffix: "value_and_jacobian",
            docs: docs(target, true, with_value.as_ref()),
            inputs: Vec::new(),
            output: quote!((#result, #jacobian)),
            body: with_value.map(|with_value| body(target, true, &with_value)),
        },
    ]
}

/// The function that yields the outputs, if they are wanted, and the Jacobian row by row.
fn accumulated(target: &Target<'_>, with_value: bool) -> Option<Accumulated> {
    let active = target.active_values();
    let strict = target.options.strict;
    let request = Request { active: &active, with_value, strict, is_differentiated: false };
    Some(transform::jacobian(&target.lowered?.function, &request))
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

fn docs(target: &Target<'_>, with_value: bool, accumulated: Option<&Accumulated>) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    let mut docs = if with_value {
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
    };
    docs.extend(accumulated.and_then(|accumulated| accumulated.description("Jacobian")));
    docs
}
