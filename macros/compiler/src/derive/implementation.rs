//! Writes `impl Differentiable`, method by method and field by field.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Index, Type};

use super::bounds::{Scalar, bounded, cloneable};
use super::leaf::within_groups;
use super::{Field, Head};
use crate::names::identifier;

/// The implementation for a struct whose fields are as they should be.
pub(super) fn write(head: &Head<'_>, fields: &[Field<'_>], scalar: &Scalar<'_>) -> TokenStream {
    let Head { ident, runtime, .. } = head;
    let generics = bounded(head, fields, scalar);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = head.generics.split_for_impl();
    // Named in signatures, too, where `Self::Scalar` would make a second error of a missing `Clone`.
    let scalar = scalar.name(head);
    let differentiable = head.differentiable();

    let active: Vec<&Field<'_>> = fields.iter().filter(|field| !field.is_constant).collect();
    let [other, factor, primal] = ["other", "factor", "primal"].map(identifier);
    let counts = active.iter().map(|Field { ty, .. }| quote!(<#ty as #differentiable>::COUNT));
    let zeros = fields.iter().map(|Field { member, is_constant, .. }| {
        let function =
            if *is_constant { quote!(::core::clone::Clone::clone) } else { quote!(#differentiable::zero) };
        quote!(#member: #function(&self.#member))
    });
    let members: Vec<_> = active.iter().map(|field| &field.member).collect();
    let products = members.iter().map(|member| quote!(#differentiable::dot(&self.#member, &#other.#member)));
    let floats = members.iter().map(|member| quote!(#runtime::__private::floats(&self.#member)));
    let floats = chain(&floats.collect::<Vec<_>>());
    let floats_mut = members.iter().map(|member| quote!(#runtime::__private::floats_mut(&mut self.#member)));
    let floats_mut = chain(&floats_mut.collect::<Vec<_>>());
    let copies = fields.iter().map(|Field { member, is_constant, .. }| {
        let function = if *is_constant {
            quote!(::core::clone::Clone::clone_from)
        } else {
            quote!(#differentiable::copy_constants_of)
        };
        quote!(#function(&mut self.#member, &#primal.#member);)
    });
    let clears = fields.iter().map(|Field { member, ty, is_constant }| {
        if *is_constant {
            clear(Place::Itself(quote!(self.#member)), ty, runtime)
        } else {
            quote!(#differentiable::clear_constants(&mut self.#member);)
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #differentiable for #ident #ty_generics #where_clause {
            type Scalar = #scalar;
            const COUNT: ::core::primitive::usize = #(#counts)+*;
            #[inline]
            fn zero(&self) -> Self {
                Self { #(#zeros),* }
            }
            #[inline]
            fn accumulate(&mut self, #other: &Self) {
                #(#differentiable::accumulate(&mut self.#members, &#other.#members);)*
            }
            #[inline]
            fn rescale(&mut self, #factor: #scalar) {
                #(#differentiable::rescale(&mut self.#members, #factor);)*
            }
            #[inline]
            fn dot(&self, #other: &Self) -> #scalar {
                #(#products)+*
            }
            #[inline]
            fn floats(&self) -> impl ::core::iter::Iterator<Item = #scalar> {
                #floats
            }
            #[inline]
            fn floats_mut(&mut self) -> impl ::core::iter::Iterator<Item = &mut #scalar> {
                #floats_mut
            }
            #[inline]
            fn copy_constants_of(&mut self, #primal: &Self) {
                #(#copies)*
            }
            #[inline]
            fn clear_constants(&mut self) {
                #(#clears)*
            }
        }
    }
}

/// An implementation that does nothing, beside error messages, so that uses of the trait make no more of them.
pub(super) fn stub(head: &Head<'_>) -> TokenStream {
    let ident = head.ident;
    let differentiable = head.differentiable();
    let generics = cloneable(head);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = head.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #differentiable for #ident #ty_generics #where_clause {
            type Scalar = ::core::primitive::f64;
            const COUNT: ::core::primitive::usize = 0;
            fn zero(&self) -> Self { ::core::unreachable!() }
            fn accumulate(&mut self, _: &Self) {}
            fn rescale(&mut self, _: ::core::primitive::f64) {}
            fn dot(&self, _: &Self) -> ::core::primitive::f64 { ::core::unreachable!() }
            fn floats(&self) -> impl ::core::iter::Iterator<Item = ::core::primitive::f64> { ::core::iter::empty() }
            fn floats_mut(&mut self) -> impl ::core::iter::Iterator<Item = &mut ::core::primitive::f64> {
                ::core::iter::empty()
            }
        }
    }
}

/// The iterators one after the other. As a balanced tree, so that the type does not nest deeply.
fn chain(iterators: &[TokenStream]) -> TokenStream {
    match iterators {
        [] => quote!(::core::iter::empty()),
        [one] => one.clone(),
        several => {
            let (front, back) = several.split_at(several.len() / 2);
            let (front, back) = (chain(front), chain(back));
            quote!(::core::iter::Iterator::chain(#front, #back))
        }
    }
}

/// Where a value is: at a place, or behind a mutable reference.
enum Place {
    Itself(TokenStream),
    Behind(Ident),
}

impl Place {
    fn borrowed(&self) -> TokenStream {
        match self {
            Self::Itself(place) => quote!(&mut #place),
            Self::Behind(reference) => quote!(#reference),
        }
    }

    fn component(&self, index: usize) -> Self {
        let index = Index::from(index);
        match self {
            Self::Itself(place) => Self::Itself(quote!(#place.#index)),
            Self::Behind(reference) => Self::Itself(quote!(#reference.#index)),
        }
    }
}

/// Statements that make the floats at an inactive place 0.
fn clear(place: Place, ty: &Type, runtime: &TokenStream) -> TokenStream {
    let borrowed = place.borrowed();
    match within_groups(ty) {
        Type::Tuple(tuple) => tuple
            .elems
            .iter()
            .enumerate()
            .map(|(index, ty)| clear(place.component(index), ty, runtime))
            .collect(),
        Type::Array(array) => {
            let element = identifier("element");
            let body = clear(Place::Behind(element.clone()), &array.elem, runtime);
            quote!(for #element in #borrowed { #body })
        }
        _ => quote!(#runtime::__private::Held::new(#borrowed).chainrule_clear();),
    }
}
