//! One struct in, its `impl Differentiable` out; what `#[derive(Differentiable)]` does.
//!
//! [`options`] reads the attributes, [`leaf`] takes types apart, [`bounds`] finds the scalar, [`implementation`] writes
//! the code.

mod bounds;
mod implementation;
mod leaf;
mod options;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, Index, Item, ItemStruct, Member, Type};

use crate::error::Errors;
use bounds::Scalar;
use leaf::Leaf;

/// What `#[derive(Differentiable)]` makes of `input`, which is a struct, an enum or a union.
///
/// Problems become `compile_error!`s beside a stub of the implementation, never a panic.
#[must_use]
pub fn derive_differentiable(input: TokenStream) -> TokenStream {
    let errors = Errors::default();
    let item = match syn::parse2::<Item>(input) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let (head, fields) = match &item {
        Item::Struct(item) => {
            let head = Head::read(&item.ident, &item.generics, &item.attrs, &errors);
            (head, read_fields(item, &errors))
        }
        Item::Enum(item) => {
            let message = "an enum cannot be differentiated, because its gradient could be another variant than it is; \
                           write a struct, in which a field of an enum may be `#[differentiable(constant)]`";
            errors.report(item.enum_token, message);
            (Head::read(&item.ident, &item.generics, &item.attrs, &errors), Vec::new())
        }
        Item::Union(item) => {
            let message = "a union cannot be differentiated, because nobody knows which of its fields is there; \
                           write a struct";
            errors.report(item.union_token, message);
            (Head::read(&item.ident, &item.generics, &item.attrs, &errors), Vec::new())
        }
        other => {
            errors.report(other, "`Differentiable` is derived for structs; put `#[derive]` on a struct");
            return errors.to_compile_errors();
        }
    };
    if let Some(scalar) = Scalar::of(&head, &fields).filter(|_| errors.is_empty()) {
        return implementation::write(&head, &fields, &scalar);
    }
    let messages = errors.to_compile_errors();
    let stub = implementation::stub(&head);
    quote!(#messages #stub)
}

/// What the implementation repeats of the type itself.
struct Head<'a> {
    ident: &'a Ident,
    generics: &'a Generics,
    /// The path of the runtime.
    runtime: TokenStream,
}

impl<'a> Head<'a> {
    fn read(ident: &'a Ident, generics: &'a Generics, attributes: &[Attribute], errors: &Errors) -> Self {
        for lifetime in generics.lifetimes() {
            let lifetime = &lifetime.lifetime;
            let message = format_args!(
                "a struct that borrows cannot be differentiated, because a gradient owns its floats; write the \
                 fields without `{lifetime}`"
            );
            errors.report(lifetime, message);
        }
        Self { ident, generics, runtime: options::runtime(attributes, errors) }
    }

    /// Whether a type or const parameter occurs in these tokens.
    fn is_generic(&self, tokens: &impl ToTokens) -> bool {
        let types = self.generics.type_params().map(|parameter| &parameter.ident);
        let constants = self.generics.const_params().map(|parameter| &parameter.ident);
        let parameters: Vec<&Ident> = types.chain(constants).collect();
        leaf::mentions(tokens.to_token_stream(), &parameters)
    }

    fn is_type_parameter(&self, ty: &Type) -> bool {
        leaf::name(ty)
            .is_some_and(|name| self.generics.type_params().any(|parameter| parameter.ident == *name))
    }

    /// The path of the trait.
    fn differentiable(&self) -> TokenStream {
        let runtime = &self.runtime;
        quote!(#runtime::Differentiable)
    }

    /// The path of the trait, in messages standing at the given place.
    fn differentiable_at(&self, span: Span) -> TokenStream {
        bounds::respanned(&self.differentiable(), span)
    }
}

/// A field: its name or index, its type, and whether it is differentiated with respect to.
struct Field<'a> {
    member: Member,
    ty: &'a Type,
    is_constant: bool,
}

/// The fields of a struct, with what is wrong with them reported.
fn read_fields<'a>(item: &'a ItemStruct, errors: &Errors) -> Vec<Field<'a>> {
    let fields: Vec<Field<'a>> = item
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| Field {
            member: field.ident.clone().map_or_else(|| Index::from(index).into(), Member::from),
            ty: &field.ty,
            is_constant: options::is_constant(&field.attrs, errors),
        })
        .collect();
    let name = &item.ident;
    let mut active = fields.iter().filter(|field| !field.is_constant);
    if fields.is_empty() {
        let message =
            format_args!("`{name}` has no fields to differentiate with respect to; leave the derive out");
        errors.report(name, message);
    } else if !active.any(|field| !leaf::leaves(field.ty).is_empty()) {
        let message = format_args!(
            "`{name}` has only constant fields, so there is nothing to differentiate with respect to; leave the \
             derive out, or leave `constant` out where there are floats"
        );
        errors.report(name, message);
    }
    report_mixed_floats(&fields, errors);
    fields
}

/// Reports each active float that is written with another type than the first.
fn report_mixed_floats(fields: &[Field<'_>], errors: &Errors) {
    let active = fields.iter().filter(|field| !field.is_constant);
    let leaves = active.flat_map(|field| leaf::leaves(field.ty));
    let mut floats = leaves.filter_map(|leaf| match leaf {
        Leaf::Float(name, ty) => Some((name, ty)),
        Leaf::Other(_) => None,
    });
    let Some((first, _)) = floats.next() else { return };
    for (name, ty) in floats.filter(|(name, _)| *name != first) {
        let message = format_args!(
            "this `{name}` stands beside an `{first}`, but all floats of a struct have one type; write `{first}`, or \
             mark the field `#[differentiable(constant)]`"
        );
        errors.report(ty, message);
    }
}
