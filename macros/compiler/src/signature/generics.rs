//! Which type parameters are real numbers: those bound by `Real`, and those of an `impl` that a method cannot see.

use quote::ToTokens;
use syn::{FnArg, GenericParam, Generics, ItemFn, ReturnType, Type, TypeParamBound, WherePredicate};

use super::parameter::name_of;
use super::shape::{Types, is_of_program};
use super::usage;
use crate::mode::Mode;

/// The type parameters with a bound whose last segment is `Real`.
pub(super) fn real_parameters(generics: &Generics) -> Vec<syn::Ident> {
    let is_real = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|segment| segment.ident == "Real")
        }
        _ => false,
    };
    let in_where = |name: &syn::Ident| {
        generics.where_clause.iter().flat_map(|clause| &clause.predicates).any(|predicate| match predicate {
            WherePredicate::Type(predicate) => {
                matches!(&predicate.bounded_ty, Type::Path(path) if path.path.is_ident(name))
                    && predicate.bounds.iter().any(is_real)
            }
            _ => false,
        })
    };
    let mut reals = Vec::new();
    for parameter in &generics.params {
        if let GenericParam::Type(parameter) = parameter
            && (parameter.bounds.iter().any(is_real) || in_where(&parameter.ident))
        {
            reals.push(parameter.ident.clone());
        }
    }
    reals
}

/// Types that can only be type parameters of the `impl` around a method: the usual capitals, and a bare name in the
/// place of the one real number that some modes need as the result.
pub(super) fn real_parameters_around(function: &ItemFn, mode: Mode, known: &[syn::Ident]) -> Vec<syn::Ident> {
    let generics = &function.sig.generics;
    let types = generics.type_params().map(|parameter| &parameter.ident);
    let own: Vec<&syn::Ident> =
        types.chain(generics.const_params().map(|parameter| &parameter.ident)).collect();
    let mut found: Vec<syn::Ident> = Vec::new();
    let mut pending: Vec<proc_macro2::TokenTree> = Vec::new();
    let inputs = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter.ty.to_token_stream()),
        FnArg::Receiver(_) => None,
    });
    inputs.for_each(|tokens| pending.extend(tokens));
    if let ReturnType::Type(_, ty) = &function.sig.output {
        pending.extend(ty.to_token_stream());
        if let Type::Path(path) = &**ty
            && let Some(name) = path.path.get_ident()
            && mode.needs_scalar_result()
            && is_of_program(path, &Types { reals: Vec::new(), others: Vec::new() })
            && name != "Self"
        {
            found.push(name.clone());
        }
    }
    while let Some(token) = pending.pop() {
        match token {
            // The length of an array is no type.
            proc_macro2::TokenTree::Group(group) => pending.extend(group.stream().into_iter().take_while(
                |token| !matches!(token, proc_macro2::TokenTree::Punct(end) if end.as_char() == ';'),
            )),
            proc_macro2::TokenTree::Ident(name) => {
                let is_usual = ["T", "F", "R"].iter().any(|usual| name == usual);
                if is_usual && !found.contains(&name) {
                    found.push(name);
                }
            }
            _ => {}
        }
    }
    // A struct can have such a name, but then its fields are read.
    let is_struct = |name: &syn::Ident| {
        function.sig.inputs.iter().any(|input| match input {
            FnArg::Typed(parameter) => {
                let ty = match &*parameter.ty {
                    Type::Reference(reference) => &reference.elem,
                    ty => ty,
                };
                matches!(ty, Type::Path(path) if path.path.is_ident(name))
                    && name_of(&parameter.pat).is_some_and(|name| {
                        usage::has_fields(&name.to_string(), function.block.to_token_stream())
                    })
            }
            FnArg::Receiver(_) => false,
        })
    };
    found.retain(|name| !own.contains(&name) && !known.contains(name) && !is_struct(name));
    found
}
