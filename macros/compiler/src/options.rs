//! The arguments of the attribute: `#[grad(wrt(x, w), name = "slope", crate = ::path, unroll = 5000, stack = 4096, alloc, strict)]`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitInt, LitStr, Path, Token};

use crate::error::Errors;
use crate::rules::nearest;

const KNOWN: &[&str] = &["wrt", "name", "crate", "unroll", "stack", "alloc", "strict"];

/// What the user asked for.
#[derive(Default)]
pub(crate) struct Options {
    /// The active parameters; all that carry floats if absent.
    pub(crate) wrt: Option<Vec<Ident>>,
    /// What stands in for the function's name in the siblings' names.
    pub(crate) name: Option<Ident>,
    /// Where the runtime is.
    krate: Option<Path>,
    /// How many values a loop may make when it is unrolled.
    pub(crate) unroll: Option<usize>,
    /// How many bytes each array may take on the stack that holds values of a loop for its reversal.
    pub(crate) stack: Option<usize>,
    /// Whether such values may stand on the heap where there is no other place for them.
    pub(crate) allocates: bool,
    /// Only rewrites that keep every bit of a derivative.
    pub(crate) strict: bool,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let mut options = Self::default();
        let parser = |input: ParseStream<'_>| options.parse_all(input, errors);
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        options
    }

    /// The path of the runtime.
    pub(crate) fn runtime(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path),
            None => quote!(::chainrule),
        }
    }

    fn parse_all(&mut self, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        for_each_option(input, &mut Vec::new(), errors, |key, input| {
            let name = key.to_string();
            match name.as_str() {
                "wrt" => self.parse_wrt(key, input),
                "name" => self.parse_name(input),
                "crate" => {
                    self.krate = Some(runtime_path(input, errors)?);
                    Ok(())
                }
                "unroll" => {
                    let number = "the number of values that a loop may make; write `unroll = 5000`";
                    self.unroll = Some(parse_number(input, "unroll", number)?);
                    Ok(())
                }
                "stack" => {
                    let number = "the bytes that saved values of a loop may take; write `stack = 4096`";
                    self.stack = Some(parse_number(input, "stack", number)?);
                    Ok(())
                }
                "alloc" => {
                    self.allocates = true;
                    Ok(())
                }
                "strict" => {
                    self.strict = true;
                    Ok(())
                }
                _ => {
                    let hint = match nearest(&name, KNOWN.iter().copied()) {
                        Some(known) => format!("did you mean `{known}`?"),
                        None => format!("the options are `{}`", KNOWN.join("`, `")),
                    };
                    errors.report(key, format_args!("unknown option `{name}`; {hint}"));
                    skip_value(input)
                }
            }
        })
    }

    fn parse_wrt(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if !input.peek(syn::token::Paren) {
            return Err(input.error("`wrt` takes a list of parameters; write `wrt(x)`"));
        }
        let content;
        syn::parenthesized!(content in input);
        if content.is_empty() {
            let message = "`wrt()` names no parameter; name at least one, or leave `wrt` out to differentiate with \
                           respect to all";
            return Err(syn::Error::new(key.span(), message));
        }
        let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)?;
        self.wrt = Some(names.into_iter().collect());
        Ok(())
    }

    fn parse_name(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        input.parse::<Token![=]>()?;
        if !input.peek(LitStr) {
            return Err(input.error("`name` takes a string; write `name = \"loss\"`"));
        }
        let literal: LitStr = input.parse()?;
        match syn::parse_str::<Ident>(&literal.value()) {
            Ok(mut name) => {
                name.set_span(literal.span());
                self.name = Some(name);
            }
            Err(_) => {
                let message = "`name` must be an identifier; write `name = \"loss\"` to get `loss_grad`";
                return Err(syn::Error::new(literal.span(), message));
            }
        }
        Ok(())
    }
}

fn parse_number(input: ParseStream<'_>, option: &str, meaning: &str) -> syn::Result<usize> {
    input.parse::<Token![=]>()?;
    if !input.peek(LitInt) {
        return Err(input.error(format_args!("`{option}` takes {meaning}")));
    }
    input.parse::<LitInt>()?.base10_parse()
}

/// Hands each key of a list of options to `take`, which reads its value. An option that is among those `seen` before is
/// reported.
pub(crate) fn for_each_option(
    input: ParseStream<'_>,
    seen: &mut Vec<String>,
    errors: &Errors,
    mut take: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    while !input.is_empty() {
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        if seen.contains(&name) {
            errors.report(&key, format_args!("the option `{name}` is given twice; keep one of them"));
        }
        take(&key, input)?;
        seen.push(name);
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("options are separated by commas; put a comma before this"));
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(())
}

/// The path in `crate = ::path`.
pub(crate) fn runtime_path(input: ParseStream<'_>, errors: &Errors) -> syn::Result<Path> {
    input.parse::<Token![=]>()?;
    let path = input.call(Path::parse_mod_style)?;
    let is_absolute =
        path.leading_colon.is_some() || path.segments.first().is_some_and(|s| s.ident == "crate");
    if !is_absolute {
        let shown = quote!(#path).to_string().replace(' ', "");
        errors.report(&path, format_args!("the path must be absolute; write `crate = ::{shown}`"));
    }
    Ok(path)
}

/// Skips what follows a key that takes no value or is not known, so that the options after it are read as well.
pub(crate) fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
