//! `#[hessian]`: all second derivatives, alone and with the value and the gradient.

use quote::quote;

use super::sibling::{Body, Sibling, Target};
use crate::transform::{self, Accumulated, Request};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let (hessian, gradient, result) = (target.hessian_type(), target.gradient_type(), target.result_type());
    let (alone, with_value) = (accumulated(target, false), accumulated(target, true));
    vec![
        Sibling {
            suffix: "hessian",
            docs: docs(target, false, alone.as_ref()),
            inputs: Vec::new(),
            output: hessian.clone(),
            body: alone.map(|alone| body(target, false, &alone)),
        },
        Sibling {
            suffix: "value_grad_and_hessian",
            docs: docs(target, true, with_value.as_ref()),
            inputs: Vec::new(),
            output: quote!((#result, #gradient, #hessian)),
            body: with_value.map(|with_value| body(target, true, &with_value)),
        },
    ]
}

/// The function that yields the value and the gradient, if they are wanted, and the Hessian row by row.
fn accumulated(target: &Target<'_>, with_value: bool) -> Option<Accumulated> {
    let active = target.active_values();
    let strict = target.options.strict;
    let request = Request { active: &active, with_value, strict, is_differentiated: false };
    Some(transform::hessian(&target.lowered?.function, &request))
}

fn body(target: &Target<'_>, with_value: bool, accumulated: &Accumulated) -> Body {
    let count = target.active_values().len();
    Body::of(&accumulated.function, &target.context(&[]), &|yields| {
        let (value, yields) = yields.split_at(usize::from(with_value));
        let (gradient, entries) = yields.split_at(if with_value { count } else { 0 });
        let hessian = target.hessian(&|row, column| entries[row * count + column].clone());
        if with_value {
            let gradient = target.gradient(gradient);
            quote!((#(#value)*, #gradient, #hessian))
        } else {
            hessian
        }
    })
}

fn docs(target: &Target<'_>, with_value: bool, accumulated: Option<&Accumulated>) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    let mut docs = if with_value {
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
    };
    docs.extend(accumulated.and_then(|accumulated| accumulated.description("Hessian")));
    docs
}
