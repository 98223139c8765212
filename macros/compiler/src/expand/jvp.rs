//! `#[jvp]`: the value and its derivative along a direction, in forward mode.

use quote::quote;

use super::direction::Direction;
use super::sibling::{Body, Sibling, Target};
use crate::transform;

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let direction = Direction::of(target);
    let result = target.result_type();
    vec![Sibling {
        suffix: "jvp",
        docs: docs(target, &direction),
        body: body(target, &direction),
        inputs: direction.inputs,
        is_const: true,
        output: quote!((#result, #result)),
    }]
}

fn body(target: &Target<'_>, direction: &Direction) -> Option<Body> {
    let lowered = target.lowered?;
    let function = transform::tangent(&lowered.function, &target.active_values(), target.options.strict);
    let context = target.context(&direction.parameters);
    let body = Body::of(&function, &context, &|yields| {
        let (value, tangent) = yields.split_at(yields.len() / 2);
        let (value, tangent) = (target.result(value), target.result(tangent));
        quote!((#value, #tangent))
    });
    Some(body.after(&direction.checks))
}

fn docs(target: &Target<'_>, direction: &Direction) -> Vec<String> {
    let (name, list, dots) = (target.primal_name(), target.active_list(), direction.list());
    vec![
        format!(" The value of `{name}` and its derivative along a direction, with respect to {list}."),
        String::new(),
        format!(" Returns `({name}, {} · {dots})`, computed in forward mode;", target.partials(&name)),
        format!(" the value is that of `{name}`, bit for bit."),
    ]
}
