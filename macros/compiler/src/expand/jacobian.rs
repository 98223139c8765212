//! `#[jacobian]`: the derivatives of all outputs by all inputs, alone and with the value.

use quote::quote;

use super::sibling::{Body, Sibling, Target};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let jacobian = target.jacobian_type();
    let result = target.result_type();
    vec![
        Sibling {
            suffix: "jacobian",
            docs: docs(target, false),
            inputs: Vec::new(),
            output: jacobian.clone(),
            body: body(target, false),
        },
        Sibling {
            suffix: "value_and_jacobian",
            docs: docs(target, true),
            inputs: Vec::new(),
            output: quote!((#result, #jacobian)),
            body: body(target, true),
        },
    ]
}

/// The function is asked to yield the outputs, if they are wanted, and the Jacobian row by row.
fn body(target: &Target<'_>, with_value: bool) -> Option<Body> {
    let _ = (target, with_value);
    None
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
