//! `#[vjp]`: the value and its pullback, in reverse mode. What only the gradient needs is inside the pullback.

use proc_macro2::Ident;
use quote::{ToTokens, quote};

use super::direction::{reals, unique};
use super::shape::Form;
use super::sibling::{Body, Sibling, Target};
use crate::emit::PullbackForm;
use crate::transform;

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let cotangent = unique(target, &format!("{}_bar", target.primal_name()), &[]);
    let (result, gradient) = (target.result_type(), target.gradient_type());
    // A stub has no closure to return, so it names a type that needs none.
    let pullback = match target.lowered {
        Some(_) => quote!(impl ::core::ops::FnOnce(#result) -> #gradient),
        None => quote!(fn(#result) -> #gradient),
    };
    vec![Sibling {
        suffix: "vjp",
        docs: docs(target, &cotangent),
        inputs: Vec::new(),
        output: quote!((#result, #pullback)),
        body: body(target, &cotangent),
    }]
}

fn body(target: &Target<'_>, cotangent: &Ident) -> Option<Body> {
    let lowered = target.lowered?;
    let result = target.result_type();
    let mut seeds = Vec::new();
    reals(&Form::of_result(target.signature.result.as_ref()?), &cotangent.to_token_stream(), &mut seeds);
    let (active, lent) = (target.active_values(), target.lent_values());
    let (name, strict) = (cotangent.to_string(), target.options.strict);
    let function = target.derived(transform::pullback(&lowered.function, &active, &lent, &name, strict))?;
    let mut context = target.context(&seeds);
    let arrange = |gradient: &[_]| target.gradient(gradient);
    context.pullback = Some(PullbackForm { input: Some(quote!(#cotangent: #result)), arrange: &arrange });
    Some(Body::of(&function, &context, &|yields| {
        let (pullback, value) = yields.split_last().unzip();
        let value = target.result(value.unwrap_or_default());
        quote!((#value, #pullback))
    }))
}

fn docs(target: &Target<'_>, cotangent: &Ident) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    vec![
        format!(" The value of `{name}` and its pullback with respect to {list}."),
        String::new(),
        format!(" The pullback takes a cotangent `{cotangent}` of the value and returns"),
        format!(" `{cotangent} · {}`; the value is that of `{name}`, bit for bit.", target.partials(&name)),
    ]
}
