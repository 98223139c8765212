//! The siblings that add gradients by slices and arrays to what callers lend: `f_add_grad` beside those of `#[grad]`, and
//! `f_add_vjp` beside those of `#[vjp]`. Functions that call `f` with parts of their own arrays differentiate it by them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::direction::{reals, unique};
use super::kept;
use super::shape::{Form, shaped, tuple};
use super::sibling::{Body, Sibling, Target, listed};
use crate::emit::Context;
use crate::graph::{Function, Precedence};
use crate::lower::{ArrayTokens, Lowered, ParameterTokens, Zero};
use crate::signature::{Parameter, Shape, name_of};
use crate::transform::{self, Lending, Request};

/// The sibling with this suffix, if the function has arrays that calls take as one value.
///
/// Slices of structs are not passed on. A function that keeps floats of a loop where its gradient is going to be has none:
/// what is there is not to be lost.
pub(super) fn sibling(target: &Target<'_>, suffix: &'static str) -> Option<Sibling> {
    let mut active = target.active_parameters();
    // Of what a function changes, the gradient is not a sum.
    if !active.any(|parameter| parameter.shape.is_passed_as_one_value())
        || target.has_slices_of_structs()
        || target.active_parameters().any(|parameter| parameter.is_changed)
    {
        return None;
    }
    let cotangent = unique(target, &format!("{}_bar", target.primal_name()), &[]);
    let result = target.result_type();
    let taken = Taken::of(target, &cotangent);
    let function = match target.lowered {
        Some(lowered) => Some(weighted(target, lowered, &cotangent)?),
        None => None,
    };
    let mut docs = docs(target, &cotangent, &taken);
    docs.extend(function.as_ref().and_then(kept::description));
    let body = function.and_then(|function| body(target, &function, &cotangent, &taken));
    let mut inputs = vec![quote!(#cotangent: #result)];
    inputs.extend(taken.inputs);
    let types: Vec<TokenStream> =
        returned(target).map(|parameter| target.type_of_gradient(parameter)).collect();
    Some(Sibling { suffix, docs, inputs, output: tuple(&types), body, is_const: false })
}

/// The active parameters whose gradients are returned.
fn returned<'t>(target: &'t Target<'_>) -> impl Iterator<Item = &'t Parameter> {
    target.active_parameters().filter(|parameter| parameter.shape.as_array().is_none())
}

/// What takes the gradients: one more parameter for each slice and array of floats.
struct Taken {
    /// As the signature has them.
    inputs: Vec<TokenStream>,
    /// For each active parameter, the name of what takes its gradient, if something does.
    names: Vec<Option<Ident>>,
    /// What takes those by slices, in their order.
    parameters: Vec<ParameterTokens>,
    /// Panics for wrong lengths.
    checks: TokenStream,
}

impl Taken {
    fn of(target: &Target<'_>, cotangent: &Ident) -> Self {
        let mut taken = Self {
            inputs: Vec::new(),
            names: Vec::new(),
            parameters: Vec::new(),
            checks: TokenStream::new(),
        };
        let mut names = vec![cotangent.clone()];
        for (index, parameter) in target.signature.parameters.iter().enumerate() {
            let array = parameter.shape.as_array();
            let (Some(array), true) = (array, parameter.is_active) else {
                // A place that takes nothing, because callers do not see what is active here.
                taken.inputs.extend(array.map(|_| quote!((): ())));
                if parameter.is_active {
                    taken.names.push(None);
                }
                continue;
            };
            let base = name_of(&parameter.pattern)
                .map_or_else(|| format!("argument_{}", index + 1), ToString::to_string);
            let name = unique(target, &format!("{base}_bar"), &names);
            names.push(name.clone());
            taken.take(target, parameter, array, &name);
            taken.names.push(Some(name));
        }
        taken
    }

    /// What takes the gradient by one parameter, which is an array.
    fn take(&mut self, target: &Target<'_>, parameter: &Parameter, array: &Shape, name: &Ident) {
        let runtime = target.options.runtime();
        let Some(element) = array.element() else { return };
        let ty = shaped(element, &|scalar| target.scalar_type(scalar));
        self.inputs.push(quote!(mut #name: impl #runtime::Accumulate<#ty>));
        let (length, text) = match (array, name_of(&parameter.pattern)) {
            (Shape::Array(_, length), _) => {
                let length = length.tokens().clone();
                (length.clone(), format!("`{name}` must be of length {length}"))
            }
            (_, Some(slice)) => {
                let slice = target.name_in_sibling(slice);
                (quote!(#slice.len()), format!("`{name}` must be as long as `{slice}`"))
            }
            _ => return,
        };
        self.checks
            .extend(quote!(::core::assert!(#runtime::Accumulate::has_length(&mut #name, #length), #text);));
        if let Shape::Slice(_) = array {
            self.parameters.push(ParameterTokens {
                tokens: name.to_token_stream(),
                precedence: Precedence::Postfix,
                is_reference: true,
                element: None,
                array: Some(ArrayTokens {
                    zeros: None,
                    zero: Zero::Element(TokenStream::new()),
                    is_copy: false,
                    is_accumulated: true,
                }),
            });
        }
    }
}

/// The gradient times a cotangent, if what it needs of loops has a place.
fn weighted(target: &Target<'_>, lowered: &Lowered, cotangent: &Ident) -> Option<Function> {
    let (active, lent) = (target.active_values(), target.lent_values());
    let request = Request { lending: Lending::AddedTo, ..target.request(&active, &lent, false) };
    transform::weighted_gradient(&lowered.function, &request, &cotangent.to_string()).ok()
}

fn body(target: &Target<'_>, function: &Function, cotangent: &Ident, taken: &Taken) -> Option<Body> {
    let mut seeds = Vec::new();
    reals(&Form::of_result(target.lowered?), &cotangent.to_token_stream(), &mut seeds);
    for (seed, array) in seeds.iter_mut().zip(target.result_arrays()) {
        seed.array = array;
    }
    let reserved = taken.names.iter().flatten().cloned().collect();
    let context = Context { reserved, ..target.context(seeds.iter().chain(&taken.parameters)) };
    let runtime = target.options.runtime();
    let body = Body::of(function, &context, &|yields| {
        let mut sums = TokenStream::new();
        let mut gradient = Vec::new();
        let parameters = target.active_parameters().zip(target.active_forms()).zip(&taken.names);
        for ((parameter, form), name) in parameters {
            match name {
                // What is lent for a slice has its gradient already.
                Some(_) if parameter.shape.as_slice().is_some() => {}
                Some(name) => {
                    let part = target.filled(&form, yields);
                    sums.extend(quote!(#runtime::__private::add(&mut #name, &#part);));
                }
                None => gradient.push(target.filled(&form, yields)),
            }
        }
        let gradient = if gradient.is_empty() { TokenStream::new() } else { tuple(&gradient) };
        quote!(#sums #gradient)
    });
    Some(body.after(&taken.checks))
}

fn docs(target: &Target<'_>, cotangent: &Ident, taken: &Taken) -> Vec<String> {
    let (name, list, runtime) = (target.primal_name(), target.active_list(), target.options.runtime());
    let runtime = runtime.to_string().replace(' ', "");
    let names: Vec<&Ident> = taken.names.iter().flatten().collect();
    let which = if names.len() == 1 { "an" } else { "each an" };
    let rest = if returned(target).next().is_some() { "; what is no array is returned" } else { "" };
    vec![
        format!(
            " Adds the gradient of `{name}` with respect to {list}, times `{cotangent}`, to what is lent for it."
        ),
        String::new(),
        format!(
            " Adds `{cotangent} · {}` to {}, {which} [`Accumulate`]({runtime}::Accumulate){rest}.",
            target.partials(&name),
            listed(&names)
        ),
    ]
}
