//! The type of the floats, and the bounds under which a struct is differentiable.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Generics, Type, WherePredicate, parse_quote, parse_quote_spanned};

use super::leaf::{self, Leaf, leaves};
use super::{Field, Head};

/// The type of the floats, as the types of the active fields say it.
pub(super) enum Scalar<'a> {
    /// It is this float.
    Float(&'a Type),
    /// It is that of a type parameter.
    OfParameter(&'a Type),
    /// It is that of fields of other types. These may be private, and the implementation of one may ask what the
    /// scalar of another is, so that no type is named: the scalar is a parameter of the implementation, which
    /// follows from the bounds on the fields.
    OfField,
}

impl<'a> Scalar<'a> {
    /// The scalar, if there is a field that could have floats.
    pub(super) fn of(head: &Head<'_>, fields: &[Field<'a>]) -> Option<Self> {
        let active = fields.iter().filter(|field| !field.is_constant);
        let leaves: Vec<Leaf<'a>> = active.flat_map(|field| leaves(field.ty)).collect();
        let float = leaves.iter().find_map(|leaf| match leaf {
            Leaf::Float(_, ty) => Some(Self::Float(ty)),
            Leaf::Other(_) => None,
        });
        let others = || leaves.iter().filter_map(Leaf::other);
        let parameter = || others().find(|ty| head.is_type_parameter(ty)).map(Self::OfParameter);
        float.or_else(parameter).or_else(|| others().next().map(|_| Self::OfField))
    }

    /// The scalar as signatures and associated types name it.
    pub(super) fn name(&self, head: &Head<'_>) -> TokenStream {
        match self {
            Self::Float(ty) => ty.to_token_stream(),
            Self::OfParameter(_) => self.at(head, Span::mixed_site()),
            Self::OfField => scalar_parameter().to_token_stream(),
        }
    }

    /// The scalar by its definition. The first and last token are at the given place.
    fn at(&self, head: &Head<'_>, span: Span) -> TokenStream {
        match self {
            Self::Float(ty) => respanned(ty, span),
            Self::OfParameter(of) => {
                let differentiable = head.differentiable_at(span);
                quote_spanned!(span=> <#of as #differentiable>::Scalar)
            }
            Self::OfField => respanned(&scalar_parameter(), span),
        }
    }

    /// The bound on the type of a leaf.
    fn bound(&self, head: &Head<'_>, ty: &Type) -> WherePredicate {
        let scalar = match self {
            Self::OfParameter(of) if leaf::is_same(of, ty) => None,
            _ => Some(self.at(head, span_of_bound(head, ty))),
        };
        bound(head, ty, scalar)
    }
}

fn scalar_parameter() -> Ident {
    Ident::new("__Scalar", Span::mixed_site())
}

/// The bound that a type is differentiable, and of which scalar.
fn bound(head: &Head<'_>, ty: &Type, scalar: Option<TokenStream>) -> WherePredicate {
    let span = span_of_bound(head, ty);
    let differentiable = head.differentiable_at(span);
    match scalar {
        None => parse_quote_spanned!(span=> #ty: #differentiable),
        Some(scalar) => parse_quote_spanned!(span=> #ty: #differentiable<Scalar = #scalar>),
    }
}

/// Where the tokens of a bound are. If rustc can see right here that it is wrong, it says so where the type is.
fn span_of_bound(head: &Head<'_>, ty: &Type) -> Span {
    if head.is_generic(ty) { Span::mixed_site() } else { leaf::last_span(ty) }
}

/// The generics of the struct for its implementation, with the bounds that the fields need.
pub(super) fn bounded(head: &Head<'_>, fields: &[Field<'_>], scalar: &Scalar<'_>) -> Generics {
    let (constant, active): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.is_constant);
    let mut bounds: Vec<WherePredicate> = Vec::new();
    let mut differentiable: Vec<&Type> = Vec::new();
    for ty in others(&active) {
        if !differentiable.iter().any(|known| leaf::is_same(known, ty)) {
            differentiable.push(ty);
            bounds.push(scalar.bound(head, ty));
        }
    }
    for Field { ty, .. } in constant.iter().filter(|field| head.is_generic(field.ty)) {
        bounds.push(parse_quote!(#ty: ::core::clone::Clone));
    }
    // Inactive fields of a type parameter may turn out to be floats, which a direction has to leave out.
    for ty in others(&constant).filter(|ty| head.is_type_parameter(ty)) {
        if !differentiable.iter().any(|known| leaf::is_same(known, ty)) {
            differentiable.push(ty);
            bounds.push(bound(head, ty, None));
        }
    }
    let mut generics = cloneable(head);
    if let Scalar::OfField = scalar {
        let (parameter, runtime) = (scalar_parameter(), &head.runtime);
        generics.params.push(parse_quote!(#parameter: #runtime::Real));
    }
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}

/// The leaves of the fields that are not floats by name.
fn others<'a>(fields: &[&Field<'a>]) -> impl Iterator<Item = &'a Type> {
    fields.iter().flat_map(|field| leaves(field.ty)).filter_map(|leaf| leaf.other())
}

/// The generics of the struct, with the bound that it is `Clone` if there are type parameters. A derived `Clone` has
/// bounds of its own, which need not follow from those of the fields.
pub(super) fn cloneable(head: &Head<'_>) -> Generics {
    let mut generics = head.generics.clone();
    if generics.type_params().next().is_some() {
        generics.make_where_clause().predicates.push(parse_quote!(Self: ::core::clone::Clone));
    }
    generics
}

/// The tokens at another place. They are names, whose meaning depends on the place only in macros of users.
pub(super) fn respanned(tokens: &impl ToTokens, span: Span) -> TokenStream {
    let tokens = tokens.to_token_stream().into_iter();
    tokens
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
