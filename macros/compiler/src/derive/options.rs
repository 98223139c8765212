//! The attributes: `#[differentiable(crate = ::path)]` on the struct, `#[differentiable(constant)]` on a field.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Meta, Path, Token};

use crate::error::Errors;
use crate::rules::nearest;

/// The path of the runtime, from the attributes of the struct.
pub(super) fn runtime(attributes: &[Attribute], errors: &Errors) -> TokenStream {
    let mut runtime = None;
    for_each(attributes, errors, |key, input| match key.to_string().as_str() {
        "crate" => {
            input.parse::<Token![=]>()?;
            let path = input.call(Path::parse_mod_style)?;
            let is_absolute =
                path.leading_colon.is_some() || path.segments.first().is_some_and(|s| s.ident == "crate");
            if !is_absolute {
                let shown = quote!(#path).to_string().replace(' ', "");
                errors.report(&path, format_args!("the path must be absolute; write `crate = ::{shown}`"));
            }
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
        let result = list.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = input.call(Ident::parse_any)?;
                let name = key.to_string();
                if seen.contains(&name) {
                    let message = format_args!("the option `{name}` is given twice; keep one of them");
                    errors.report(&key, message);
                }
                take(&key, input)?;
                seen.push(name);
                if !input.is_empty() && !input.peek(Token![,]) {
                    return Err(input.error("options are separated by commas; put a comma before this"));
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(())
        });
        if let Err(error) = result {
            errors.push(error);
        }
    }
}

/// Skips what follows a key that takes no value, so that the options after it are read as well.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
