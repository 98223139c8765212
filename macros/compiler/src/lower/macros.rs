//! Macros in the body: assertions, panics and `matches!`. Vectors have a module of their own.

use std::rc::Rc;

use proc_macro2::{Delimiter, TokenStream};
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Pat, Token};

use super::control::Exit;
use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Opaque, Piece, Precedence, Ty, ValueId};

impl Lowerer<'_> {
    /// A macro as a statement or an expression.
    pub(super) fn macro_call(&mut self, call: &Macro) -> Val {
        let Some(name) = call.path.segments.last().map(|segment| segment.ident.to_string()) else {
            return Val::Poison;
        };
        match name.as_str() {
            "assert" | "debug_assert" | "assert_eq" | "debug_assert_eq" | "assert_ne" | "debug_assert_ne" => {
                let tested = if name.ends_with("eq") || name.ends_with("ne") { 2 } else { 1 };
                if let Some((template, operands)) = self.assertion(call, tested) {
                    let opaque = Opaque {
                        pieces: template,
                        precedence: Precedence::Postfix,
                        annotation: None,
                        key: None,
                    };
                    self.builder.effect(Rc::new(opaque), operands);
                }
                Val::Unit
            }
            "panic" | "unreachable" | "todo" | "unimplemented" => {
                if let Some((template, operands)) = self.assertion(call, 0) {
                    let opaque = Opaque {
                        pieces: template,
                        precedence: Precedence::Postfix,
                        annotation: None,
                        key: None,
                    };
                    let id = self.builder.effect(Rc::new(opaque), operands);
                    self.exit = Some(Exit::Panic(id));
                    return Val::Never;
                }
                Val::Poison
            }
            "matches" => self.matches_macro(call),
            "vec" => self.vector_macro(call),
            _ => {
                self.errors.report(
                    &call.path,
                    format_args!(
                        "the macro `{name}!` cannot be seen through; write out what it stands for (assertions, \
                         `panic!`, `matches!` and `vec!` are understood)"
                    ),
                );
                Val::Poison
            }
        }
    }

    /// The pieces of an assertion: `tested` expressions, then a message whose `{name}`s are passed on.
    fn assertion(&mut self, call: &Macro, tested: usize) -> Option<(Vec<Piece>, Vec<ValueId>)> {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let arguments = match parser.parse2(call.tokens.clone()) {
            Ok(arguments) => arguments,
            Err(error) => {
                self.errors.push(error);
                return None;
            }
        };
        let mut template = Template::new();
        let mut inside = Vec::new();
        let mut message = None;
        for (position, argument) in arguments.iter().enumerate() {
            if position == tested {
                let Expr::Lit(format) = argument else {
                    self.errors
                        .report(argument, "the message must be a string literal; write `\"{}\", value`");
                    return None;
                };
                inside.push(Piece::Tokens(quote!(#format,)));
                message = Some(format);
                continue;
            }
            let (name, argument) = match argument {
                Expr::Assign(named) if position > tested => (Some(&named.left), &*named.right),
                _ => (None, argument),
            };
            let value = self.expression(argument);
            let id = self.node(&value)?;
            if let Some(name) = name {
                inside.push(Piece::Tokens(quote!(#name =)));
            }
            template.operands.push(id);
            inside.push(Piece::Hole(template.operands.len() - 1, Precedence::Lowest));
            inside.push(Piece::Tokens(quote!(,)));
        }
        // Named arguments follow the others.
        if let Some(format) = message {
            self.captures(format, &mut template, &mut inside);
        }
        let path = &call.path;
        let path = match path.get_ident() {
            Some(ident) => quote!(::core::#ident),
            None => quote!(#path),
        };
        let pieces = vec![Piece::Tokens(quote!(#path!)), Piece::Group(Delimiter::Parenthesis, inside)];
        Some((pieces, template.operands))
    }

    /// The variables that a format string captures, `"{x:.3}"`, become named arguments, because generated code
    /// has other names for them.
    fn captures(&mut self, format: &syn::ExprLit, template: &mut Template, inside: &mut Vec<Piece>) {
        let syn::Lit::Str(text) = &format.lit else { return };
        for name in captured_names(&text.value()) {
            let Ok(mut ident) = syn::parse_str::<syn::Ident>(&name) else { continue };
            ident.set_span(text.span());
            let Some(variable) = self.scopes.find(&ident) else { continue };
            let value = self.scopes.get(variable).value.clone();
            if let Some(id) = self.node(&value) {
                template.operands.push(id);
                inside.push(Piece::Tokens(quote!(#ident =)));
                inside.push(Piece::Hole(template.operands.len() - 1, Precedence::Lowest));
                inside.push(Piece::Tokens(quote!(,)));
            }
        }
    }

    /// `matches!(value, pattern)` on a value that is not differentiated.
    fn matches_macro(&mut self, call: &Macro) -> Val {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let value: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let rest: TokenStream = input.parse()?;
            Ok((value, pattern, rest))
        };
        match parser.parse2(call.tokens.clone()) {
            Ok((value, pattern, rest)) => {
                if !rest.is_empty() && !matches!(rest.to_string().as_str(), ",") {
                    self.errors.report(&rest, "guards in `matches!` are not supported; write a `match`");
                    return Val::Poison;
                }
                let value = self.expression(&value);
                let Some(id) = self.node(&value) else { return Val::Poison };
                let (pattern, _) = self.rename_arm(&pattern);
                let mut template = Template::new().tokens(quote!(::core::matches!));
                template.operands.push(id);
                let inside = vec![Piece::Hole(0, Precedence::Lowest), Piece::Tokens(quote!(, #pattern))];
                template.pieces.push(Piece::Group(Delimiter::Parenthesis, inside));
                self.opaque(template, Precedence::Postfix, Ty::Bool)
            }
            Err(error) => {
                self.errors.push(error);
                Val::Poison
            }
        }
    }
}

/// The identifiers in the `{…}` of a format string.
fn captured_names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let text = text.replace("{{", "").replace("}}", "");
    for part in text.split('{').skip(1) {
        let inside = part.split('}').next().unwrap_or("");
        let (argument, format) = inside.split_once(':').unwrap_or((inside, ""));
        // Width and precision name their arguments with a `$`.
        let sizes = format.split('$').map(|part| part.trim_start_matches(|c: char| !is_word(c)));
        let sizes: Vec<&str> = sizes.collect();
        let words = [argument.trim()]
            .into_iter()
            .chain(sizes.iter().take(sizes.len() - 1).map(|size| last_word(size)));
        for word in words {
            let is_name = word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_') && word != "_";
            if is_name && !names.iter().any(|known| known == word) {
                names.push(word.to_owned());
            }
        }
    }
    names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !is_word(c)).next().unwrap_or("")
}
