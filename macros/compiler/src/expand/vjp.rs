//! `#[vjp]`: the value and its pullback, in reverse mode. What only the gradient needs is inside the pullback.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::add;
use super::direction::{reals, unique};
use super::kept;
use super::lent::Lent;
use super::shape::Form;
use super::sibling::{Body, Sibling, Target};
use crate::emit::PullbackForm;
use crate::transform;

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let cotangent = unique(target, &format!("{}_bar", target.primal_name()), &[]);
    let (result, gradient) = (target.result_type(), target.gradient_type());
    // A stub has no closure to return, so it names a type that needs none.
    let lent = Lent::of(target, "bar", std::slice::from_ref(&cotangent));
    let types = std::iter::once(result.clone()).chain(lent.types.iter().cloned());
    let arguments: Vec<TokenStream> = types.collect();
    let gradient = target.returns_gradient().then(|| quote!(-> #gradient));
    let (line, body) = derived(target, &cotangent).unzip();
    let mut docs = docs(target, &cotangent);
    docs.extend(line.flatten());
    let pullback = match body {
        Some(_) => quote!(impl ::core::ops::FnOnce(#(#arguments),*) #gradient),
        None => quote!(fn(#(#arguments),*) #gradient),
    };
    let vjp = Sibling {
        suffix: "vjp",
        docs,
        inputs: Vec::new(),
        output: quote!((#result, #pullback)),
        body,
        is_const: true,
    };
    std::iter::once(vjp).chain(add::sibling(target, "add_vjp")).collect()
}

/// What is kept of loops, and the code.
fn derived(target: &Target<'_>, cotangent: &Ident) -> Option<(Option<String>, Body)> {
    let lowered = target.lowered?;
    let result = target.result_type();
    let mut seeds = Vec::new();
    reals(&Form::of_result(lowered), &cotangent.to_token_stream(), &mut seeds);
    for (seed, array) in seeds.iter_mut().zip(target.result_arrays()) {
        seed.array = array;
    }
    let (active, lent) = (target.active_values(), target.lent_values());
    let (name, request) = (cotangent.to_string(), target.request(&active, &lent, true));
    let function = target.derived(transform::pullback(&lowered.function, &request, &name))?;
    let lent = Lent::of(target, "bar", std::slice::from_ref(cotangent));
    let mut context = target.context(seeds.iter().chain(&lent.parameters));
    let arrange = |gradient: &[TokenStream]| {
        let gradient = target.returns_gradient().then(|| target.gradient(gradient));
        let end = &lent.end;
        quote!(#end #gradient)
    };
    let (inputs, checks) = (&lent.inputs, lent.checks.clone());
    let input = quote!(#cotangent: #result #(, #inputs)*);
    context.pullback = Some(PullbackForm { input: Some(input), checks, arrange: &arrange });
    let body = Body::of(&function, &context, &|yields| {
        let (pullback, value) = yields.split_last().unzip();
        let value = target.result(value.unwrap_or_default());
        quote!((#value, #pullback))
    });
    Some((kept::description(&function), body))
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
