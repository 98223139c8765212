//! The items of a body: constants, whose values may be lengths and bounds of loops.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Item, ItemConst, Type};

use super::constant::Known;
use super::opaque::Template;
use super::scope::OUTERMOST;
use super::{Lowerer, Val};
use crate::graph::INTEGER_TYPES;
use crate::signature::constant_integer;

impl Lowerer<'_> {
    pub(super) fn item(&mut self, item: &Item) {
        if let Item::Macro(item) = item {
            self.errors.report(
                &item.mac.path,
                "a macro defined inside the function cannot be seen through; define it outside, around the \
                 function",
            );
        } else if self.scopes.depth() == OUTERMOST {
            if let Item::Const(constant) = item {
                self.note_constant(constant);
            }
            self.items.push(item.clone());
        } else if let Item::Const(constant) = item {
            self.inner_constant(constant);
        } else {
            self.errors.report(
                item,
                "items in inner blocks are not supported, because generated code has other blocks; move the item to \
                 the top of the function",
            );
        }
    }

    /// Remembers what is known of a `const` item: the value of an integer, the type of an array.
    fn note_constant(&mut self, constant: &ItemConst) {
        let name = constant.ident.to_string();
        if let Some(known) = self.known_constant(constant) {
            self.integers.insert(name, known);
        } else if let Type::Array(_) = &*constant.ty {
            let ty = self.with_known_lengths(&constant.ty);
            self.constants.insert(name, ty);
        }
    }

    /// The integer that a `const` item names, with its type.
    fn known_constant(&self, constant: &ItemConst) -> Option<Known> {
        let ty = constant.ty.to_token_stream().to_string();
        let suffix = INTEGER_TYPES.iter().copied().find(|name| *name == ty)?;
        Some(Known { value: self.constant_integer(&constant.expr)?, suffix: Some(suffix) })
    }

    /// A type with the lengths of its arrays as literals, where `const` items of the body name them.
    pub(super) fn with_known_lengths(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        match &mut ty {
            Type::Array(array) => {
                *array.elem = self.with_known_lengths(&array.elem);
                let length =
                    self.constant_integer(&array.len).and_then(|length| usize::try_from(length).ok());
                if let Some(length) = length {
                    let length = Literal::usize_unsuffixed(length);
                    array.len = syn::parse_quote!(#length);
                }
            }
            Type::Tuple(tuple) => {
                for part in &mut tuple.elems {
                    *part = self.with_known_lengths(part);
                }
            }
            Type::Reference(reference) => *reference.elem = self.with_known_lengths(&reference.elem),
            _ => {}
        }
        ty
    }

    fn constant_integer(&self, expression: &Expr) -> Option<i64> {
        constant_integer(expression, &|ident| {
            let known = match self.scopes.find(ident) {
                Some(variable) => self.known(&self.scopes.get(variable).value),
                None => self.integers.get(&ident.to_string()).copied(),
            };
            known.map(|known| known.value)
        })
    }

    /// A `const` of an inner block moves to the top of the sibling under a name that the function does not use.
    fn inner_constant(&mut self, constant: &ItemConst) {
        let mut number = 1;
        let unique = loop {
            let unique = format!("{}_{number}", constant.ident);
            if self.words.insert(unique.clone()) {
                break unique;
            }
            number += 1;
        };
        let name = Ident::new(&unique, Span::call_site());
        let mut moved = constant.clone();
        // What it is computed from may be such a constant itself, and has a new name then.
        let (value, ty) = (self.with_moved_names(constant.expr.to_token_stream()), &constant.ty);
        moved.ident = name.clone();
        if let Ok(value) = syn::parse2(value) {
            *moved.expr = value;
        }
        *moved.ty = self.with_known_lengths(ty);
        self.items.push(Item::Const(moved));
        let value = match self.known_constant(constant) {
            Some(known) => self.integer(known),
            None => {
                let tokens = Template::new().tokens(name.to_token_stream());
                let ty = self.with_known_lengths(ty);
                self.typed_part(tokens, Some(ty))
            }
        };
        self.scopes.declare(&constant.ident, value);
    }

    fn with_moved_names(&self, tokens: TokenStream) -> TokenStream {
        let rename = |token: TokenTree| match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), self.with_moved_names(group.stream())))
            }
            TokenTree::Ident(ident) => {
                let value = self.scopes.find(&ident).map(|variable| &self.scopes.get(variable).value);
                let (moved, known) = match value {
                    Some(value @ Val::Node(id)) => (self.builder.graph().leaf_name(*id), self.known(value)),
                    _ => (None, None),
                };
                match (moved, known) {
                    (Some(moved), _) => TokenTree::Ident(moved),
                    (None, Some(known)) => {
                        let number = TokenTree::from(Literal::i64_unsuffixed(known.value));
                        if known.value < 0 {
                            TokenTree::Group(Group::new(Delimiter::Parenthesis, number.into()))
                        } else {
                            number
                        }
                    }
                    (None, None) => TokenTree::Ident(ident),
                }
            }
            other => other,
        };
        tokens.into_iter().map(rename).collect()
    }
}
