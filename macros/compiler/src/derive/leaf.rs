//! Types taken apart: arrays and tuples are looked into, what remains are leaves.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Type, TypePath};

/// A type that is neither an array nor a tuple.
#[derive(Clone, Copy)]
pub(super) enum Leaf<'a> {
    /// `f64` or `f32`, by this name.
    Float(&'static str, &'a Type),
    Other(&'a Type),
}

impl<'a> Leaf<'a> {
    /// The type, if it is not a float by name.
    pub(super) fn other(&self) -> Option<&'a Type> {
        match *self {
            Self::Float(..) => None,
            Self::Other(ty) => Some(ty),
        }
    }
}

/// The leaves of a type in the order of their declaration.
pub(super) fn leaves(ty: &Type) -> Vec<Leaf<'_>> {
    match within_groups(ty) {
        Type::Array(array) => leaves(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().flat_map(leaves).collect(),
        ty => vec![float(ty).map_or(Leaf::Other(ty), |name| Leaf::Float(name, ty))],
    }
}

/// The type without parentheses, which a macro may have put around it.
pub(super) fn within_groups(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => within_groups(&group.elem),
        Type::Paren(paren) => within_groups(&paren.elem),
        ty => ty,
    }
}

/// The name of a type that is nothing but a name.
pub(super) fn name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => path.get_ident(),
        _ => None,
    }
}

/// Whether two types are written with the same tokens.
pub(super) fn is_same(one: &Type, other: &Type) -> bool {
    one.to_token_stream().to_string() == other.to_token_stream().to_string()
}

/// The place of the last token. A span that begins at the type and ends here is that of the type.
pub(super) fn last_span(ty: &Type) -> Span {
    ty.to_token_stream().into_iter().last().map_or_else(Span::call_site, |token| token.span())
}

/// Whether one of the names occurs in the tokens.
pub(super) fn mentions(tokens: TokenStream, names: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&&ident),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn float(ty: &Type) -> Option<&'static str> {
    let name = name(ty)?;
    ["f64", "f32"].into_iter().find(|float| name == float)
}
