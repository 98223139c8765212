//! `#[hvp]`: the gradient and its derivative along a direction, which is the Hessian times the direction.

use quote::quote;

use super::direction::Direction;
use super::sibling::{Body, Sibling, Target};
use crate::transform;

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let direction = Direction::of(target);
    let gradient = target.gradient_type();
    vec![Sibling {
        suffix: "hvp",
        docs: docs(target, &direction),
        body: body(target, &direction),
        inputs: direction.inputs,
        output: quote!((#gradient, #gradient)),
    }]
}

fn body(target: &Target<'_>, direction: &Direction) -> Option<Body> {
    let lowered = target.lowered?;
    let (active, lent) = (target.active_values(), target.lent_values());
    let strict = target.options.strict;
    let function = transform::hessian_times_vector(&lowered.function, &active, &lent, strict);
    let function = target.derived(function)?;
    let context = target.context(&direction.parameters);
    Some(Body::of(&function, &context, &|yields| {
        let (gradient, product) = yields.split_at(yields.len() / 2);
        let (gradient, product) = (target.gradient(gradient), target.gradient(product));
        quote!((#gradient, #product))
    }))
}

fn docs(target: &Target<'_>, direction: &Direction) -> Vec<String> {
    let (name, list, dots) = (target.primal_name(), target.active_list(), direction.list());
    vec![
        format!(" The gradient of `{name}` with respect to {list}, and its Hessian times a direction."),
        String::new(),
        format!(
            " Returns `(∇{name}, ∇²{name} · {dots})`: the gradient, and its derivative along the direction."
        ),
    ]
}
