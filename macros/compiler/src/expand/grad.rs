//! `#[grad]`: the gradient alone, and with the value.

use quote::quote;

use super::sibling::{Body, Sibling, Target};
use crate::transform::{self, Request};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let gradient = target.gradient_type();
    let result = target.result_type();
    vec![
        Sibling {
            suffix: "grad",
            docs: docs(target, false),
            inputs: Vec::new(),
            output: gradient.clone(),
            body: body(target, false),
        },
        Sibling {
            suffix: "value_and_grad",
            docs: docs(target, true),
            inputs: Vec::new(),
            output: quote!((#result, #gradient)),
            body: body(target, true),
        },
    ]
}

fn body(target: &Target<'_>, with_value: bool) -> Option<Body> {
    let lowered = target.lowered?;
    let (active, lent) = (target.active_values(), target.lent_values());
    let request =
        Request { active: &active, lent: &lent, with_value, strict: target.options.strict, is_differentiated: false };
    let function = target.derived(transform::gradient(&lowered.function, &request))?;
    let context = target.context(&[]);
    Some(Body::of(&function, &context, &|yields| {
        let (value, partials) = yields.split_at(usize::from(with_value));
        let gradient = target.gradient(partials);
        if with_value { quote!((#(#value)*, #gradient)) } else { gradient }
    }))
}

fn docs(target: &Target<'_>, with_value: bool) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    let partials = target.partials(&name);
    if with_value {
        vec![
            format!(" The value of `{name}` and its gradient with respect to {list}."),
            String::new(),
            format!(" Returns `({name}, {partials})`; the value is that of `{name}`, bit for bit."),
        ]
    } else {
        vec![
            format!(" The gradient of `{name}` with respect to {list}."),
            String::new(),
            format!(" Returns `{partials}`, computed in reverse mode."),
        ]
    }
}
