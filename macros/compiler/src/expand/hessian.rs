//! `#[hessian]`: all second derivatives, alone and with the value and the gradient.

use quote::quote;

use super::sibling::{Body, Sibling, Target};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let (hessian, gradient, result) = (target.hessian_type(), target.gradient_type(), target.result_type());
    vec![
        Sibling {
            suffix: "hessian",
            docs: docs(target, false),
            inputs: Vec::new(),
            output: hessian.clone(),
            body: body(target, false),
        },
        Sibling {
            suffix: "value_grad_and_hessian",
            docs: docs(target, true),
            inputs: Vec::new(),
            output: quote!((#result, #gradient, #hessian)),
            body: body(target, true),
        },
    ]
}

/// The function is asked to yield the value and the gradient, if they are wanted, and the Hessian row by row.
fn body(target: &Target<'_>, with_value: bool) -> Option<Body> {
    let _ = (target, with_value);
    None
}

fn docs(target: &Target<'_>, with_value: bool) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    if with_value {
        vec![
            format!(" The value of `{name}`, its gradient and its Hessian with respect to {list}."),
            String::new(),
            format!(" The value is that of `{name}`, bit for bit; the Hessian is exactly symmetric."),
        ]
    } else {
        vec![
            format!(" The Hessian of `{name}` with respect to {list}."),
            String::new(),
            " It is exactly symmetric.".to_owned(),
        ]
    }
}
