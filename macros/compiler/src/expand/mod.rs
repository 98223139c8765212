//! One attributed function in, that function and its siblings out. The only module that sees both ends.
//!
//! Each mode has a module of its own, which says what its siblings are called, take, return and compute. What
//! all siblings have in common is in [`sibling`], and what types and values look like in [`shape`].

mod add;
mod direction;
mod grad;
mod hessian;
mod hvp;
mod jacobian;
mod jvp;
mod kept;
mod lent;
mod lines;
mod matrices;
mod places;
mod seeds;
mod shape;
mod sibling;
mod sweeps;
mod vjp;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Item, ItemFn, TraitItemFn};

use crate::error::Errors;
use crate::lower;
use crate::mode::Mode;
use crate::options::Options;
use crate::signature::Signature;
use sibling::Target;

/// What an attribute with these options makes of `item`: the item as it was, then the siblings of the mode.
///
/// Problems become `compile_error!`s beside the item and stubs of the siblings, never a panic.
#[must_use]
pub fn expand(mode: Mode, options: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::default();
    let options = Options::parse(options, &errors);
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => return not_a_function(mode, item, error, &errors),
    };
    let signature = Signature::read(&function, mode, &options, &errors);
    let lowered = if errors.is_empty() {
        lower::lower(&function, &signature, mode, &options, &errors)
    } else {
        // The body is looked at for its own errors, so that all are reported together.
        lower::lower(&function, &signature, mode, &options, &errors);
        None
    };
    let mut target = Target {
        function: &function,
        signature: &signature,
        options: &options,
        lowered: lowered.as_ref(),
        errors: &errors,
        vector: {
            let runtime = options.runtime();
            quote!(#runtime::__private::vec!)
        },
    };
    if !matrices::is_supported(&target, mode) {
        target.lowered = None;
    }
    let siblings = match mode {
        Mode::Grad => grad::siblings(&target),
        Mode::Vjp => vjp::siblings(&target),
        Mode::Jvp => jvp::siblings(&target),
        Mode::Jacobian => jacobian::siblings(&target),
        Mode::Hessian => hessian::siblings(&target),
        Mode::Hvp => hvp::siblings(&target),
    };
    let siblings = target.functions(&siblings);
    let primal = with_quiet_braces(item);
    let messages = errors.to_compile_errors();
    quote!(#primal #messages #siblings)
}

/// The item as it came, with what is wrong with it.
fn not_a_function(mode: Mode, item: TokenStream, error: syn::Error, errors: &Errors) -> TokenStream {
    let attribute = mode.attribute();
    if let Ok(declaration) = syn::parse2::<TraitItemFn>(item.clone()) {
        errors.report(
            &declaration.sig.ident,
            format_args!("there is no body to differentiate; put `{attribute}` on the function that has one"),
        );
    } else if let Ok(other) = syn::parse2::<Item>(item.clone()) {
        errors.report(
            first_token(&other),
            format_args!("`{attribute}` differentiates functions; put it on a `fn` with a body"),
        );
    } else {
        errors.push(error);
    }
    let messages = errors.to_compile_errors();
    quote!(#item #messages)
}

fn first_token(item: &impl ToTokens) -> Option<TokenTree> {
    item.to_token_stream()
        .into_iter()
        .find(|token| !matches!(token, TokenTree::Punct(_) | TokenTree::Group(_)))
}

/// The item with the braces of its body marked as coming from the macro. They mean what they meant, but rustc no
/// longer reports the function as dead when only its gradient is used.
fn with_quiet_braces(item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut() {
        body.set_span(Span::call_site().located_at(body.span()));
    }
    tokens.into_iter().collect()
}
