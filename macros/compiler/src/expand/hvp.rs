//! `#[hvp]`: the gradient and its derivative along a direction, which is the Hessian times the direction.

use proc_macro2::Ident;
use quote::quote;

use super::direction::Direction;
use super::lent::Lent;
use super::sibling::{Body, Sibling, Target};
use crate::lower::ParameterTokens;
use crate::transform;

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let direction = Direction::of(target);
    let gradient = target.gradient_type();
    let (gradients, products) = lent(target, &direction);
    vec![Sibling {
        suffix: "hvp",
        docs: docs(target, &direction),
        body: body(target, &direction),
        is_const: true,
        inputs: direction.inputs.into_iter().chain(gradients.inputs).chain(products.inputs).collect(),
        output: if target.returns_gradient() { quote!((#gradient, #gradient)) } else { quote!(()) },
    }]
}

/// The arrays for the gradients by slices, and for the products.
fn lent(target: &Target<'_>, direction: &Direction) -> (Lent, Lent) {
    let gradients = Lent::of(target, "bar", &direction.names);
    let names: Vec<Ident> = direction.names.iter().chain(&gradients.names).cloned().collect();
    let products = Lent::of(target, "hvp", &names);
    (gradients, products)
}

fn body(target: &Target<'_>, direction: &Direction) -> Option<Body> {
    let lowered = target.lowered?;
    let (active, lent_values) = (target.active_values(), target.lent_values());
    let request = target.request(&active, &lent_values, false);
    let function = target.derived(transform::hessian_times_vector(&lowered.function, &request))?;
    let (gradients, products) = lent(target, direction);
    let more: Vec<&ParameterTokens> =
        gradients.parameters.iter().chain(&direction.parameters).chain(&products.parameters).collect();
    let context = target.context(more);
    let body = Body::of(&function, &context, &|yields| {
        let ends = [&gradients.end, &products.end];
        if !target.returns_gradient() {
            return quote!(#(#ends)*);
        }
        let (gradient, product) = yields.split_at(yields.len() / 2);
        let (gradient, product) = (target.gradient(gradient), target.gradient(product));
        quote!(#(#ends)* (#gradient, #product))
    });
    let checks = [&direction.checks, &gradients.checks, &products.checks].map(Clone::clone);
    Some(body.after(&checks.into_iter().collect()))
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
