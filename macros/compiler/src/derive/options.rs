//! The attributes: `#[differentiable(crate = ::path)]` on the struct, `#[differentiable(constant)]` on a field.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Attribute, Meta, Token};

use crate::error::Errors;
use crate::options::{for_each_option, runtime_path, skip_value};
use crate::rules::nearest;

/// The path of the runtime, from the attributes of the struct.
pub(super) fn runtime(attributes: &[Attribute], errors: &Errors) -> TokenStream {
    let mut runtime = None;
    for_each(attributes, errors, |key, input| match key.to_string().as_str() {
        "crate" => {
            let path = runtime_path(input, errors)?;
            runtime = Some(quote!(#path));
            Ok(())
        }
        "constant" => {
            errors.report(key, "`constant` is an option of fields; put it on each field that is constant");
            skip_value(input)
        }
        name => {
            errors.report(key, unknown(name, "crate", "the option of a struct is `crate = ::path`"));
            skip_value(input)
        }
    });
    runtime.unwrap_or_else(|| quote!(::chainrule))
}

/// Whether the attributes of a field make it inactive.
pub(super) fn is_constant(attributes: &[Attribute], errors: &Errors) -> bool {
    let mut is_constant = false;
    for_each(attributes, errors, |key, input| match key.to_string().as_str() {
        "constant" => {
            is_constant = true;
            if !input.is_empty() && !input.peek(Token![,]) {
                errors.report(key, "`constant` takes no value; write `#[differentiable(constant)]`");
            }
            skip_value(input)
        }
        "crate" => {
            errors.report(key, "`crate` is an option of the struct; put it above the struct");
            skip_value(input)
        }
        name => {
            errors.report(key, unknown(name, "constant", "the option of a field is `constant`"));
            // What it was meant to be is not known, and taking the field for active could make more errors.
            is_constant = true;
            skip_value(input)
        }
    });
    is_constant
}

fn unknown(name: &str, known: &str, options: &str) -> String {
    let hint = match nearest(name, std::iter::once(known)) {
        Some(known) => format!("did you mean `{known}`?"),
        None => options.to_owned(),
    };
    format!("unknown option `{name}`; {hint}")
}

/// Hands each key to `take`, which reads its value. An option that is given twice is reported here.
fn for_each(
    attributes: &[Attribute],
    errors: &Errors,
    mut take: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let mut seen: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("differentiable")) {
        let Meta::List(list) = &attribute.meta else {
            let message = "options are written in parentheses; write `#[differentiable(constant)]`";
            errors.report(&attribute.meta, message);
            continue;
        };
        let parser = |input: ParseStream<'_>| for_each_option(input, &mut seen, errors, &mut take);
        let result = list.parse_args_with(parser);
        if let Err(error) = result {
            errors.push(error);
        }
    }
}
