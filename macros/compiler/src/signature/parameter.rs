//! The parameters, the receiver among them: what carries reals, and what is active.

use quote::ToTokens;
use syn::{Pat, PatType, Type};

use super::shape::{Shape, Types, changed_array, shape, vector_of_reals};
use super::usage;
use crate::error::Errors;
use crate::mode::Mode;
use crate::options::Options;
use crate::rules::nearest;

pub(crate) struct Parameter {
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    pub(crate) is_active: bool,
    /// Whether it is a reference to an array or slice that the function changes.
    pub(crate) is_changed: bool,
}

impl Parameter {
    /// Whether the caller lends the place of its gradient.
    pub(crate) fn has_lent_gradient(&self) -> bool {
        self.is_changed || self.shape.as_slice().is_some()
    }
}

pub(super) fn read_parameter(
    parameter: &PatType,
    types: &Types,
    body: &syn::Block,
    options: &Options,
    mode: Mode,
    errors: &Errors,
) -> Parameter {
    for attribute in &parameter.attrs {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            errors.report(
                attribute,
                "`cfg` on a parameter is not supported, because the gradient's type depends on it; put `cfg` on two \
                 versions of the function",
            );
        }
    }
    let mut shape = shape(&parameter.ty, types);
    if !is_used_as_struct(parameter, &shape, options, body) {
        shape = Shape::Constant;
    }
    if vector_of_reals(&parameter.ty, types).is_some() {
        shape = Shape::Unsupported(
            "a vector that is passed by value is not differentiated by; take a slice, `&[f64]`, or name the parameters to \
             differentiate by with `wrt`",
        );
    }
    let changed = changed_array(&parameter.ty, types);
    let is_changed = changed.is_some() && mode.takes_changed_arrays();
    match changed {
        Some(changed) if is_changed => shape = changed,
        Some(_) => {
            shape = Shape::Unsupported(
                "only `#[grad]`, `#[jvp]` and `#[hvp]` take arrays that the function changes; return what it writes, as an \
                 array",
            );
        }
        None => {}
    }
    let is_active = match &options.wrt {
        // What is in it may vary, whatever was in it first.
        _ if is_changed => true,
        Some(wrt) => name_of(&parameter.pat).is_some_and(|name| wrt.contains(name)),
        None => shape.carries_reals(),
    };
    if is_active && mode == Mode::Hessian && shape.has_structs() {
        refuse_hessian(&parameter.ty, errors);
    }
    if is_active && mode == Mode::Jacobian && shape.as_slice().is_some_and(Shape::has_structs) {
        errors.report(
            &parameter.ty,
            "the Jacobian by a slice of structs is not supported; use `#[vjp]` or `#[jvp]` for its products with directions",
        );
    }
    let mut pending = if is_active { vec![&shape] } else { Vec::new() };
    while let Some(shape) = pending.pop() {
        match shape {
            Shape::Unsupported(remedy) => errors.report(&parameter.ty, remedy),
            Shape::Tuple(parts) => pending.extend(parts),
            Shape::Reference(inner) | Shape::Array(inner, _) | Shape::Slice(inner) => pending.push(inner),
            _ => {}
        }
    }
    Parameter { pattern: (*parameter.pat).clone(), ty: (*parameter.ty).clone(), shape, is_active, is_changed }
}

/// Whether a parameter that may be a struct, or hold structs, is used as such.
fn is_used_as_struct(parameter: &PatType, shape: &Shape, options: &Options, body: &syn::Block) -> bool {
    match shape {
        Shape::Reference(inner) => is_used_as_struct(parameter, inner, options, body),
        Shape::Struct(_) => match name_of(&parameter.pat) {
            Some(name) => {
                options.wrt.as_ref().is_some_and(|wrt| wrt.contains(name))
                    || usage::is_struct(&name.to_string(), body.to_token_stream())
            }
            // What is taken apart in the signature is constant: there is no name for the whole.
            None => false,
        },
        _ => true,
    }
}

fn refuse_hessian(at: impl ToTokens, errors: &Errors) {
    errors.report(
        at,
        "the Hessian with respect to a struct has no type; pass the floats as an array, or use `#[hvp]` for its product \
         with a direction",
    );
}

/// `self`, which is constant unless `wrt` names it.
pub(super) fn read_receiver(
    receiver: &syn::Receiver,
    options: &Options,
    mode: Mode,
    errors: &Errors,
) -> Parameter {
    let name = syn::Ident::new("self", receiver.self_token.span);
    let is_active = options.wrt.as_ref().is_some_and(|wrt| wrt.contains(&name));
    if is_active && mode == Mode::Hessian {
        refuse_hessian(receiver.self_token, errors);
    }
    if let syn::ReceiverKind::Reference(_, _, Some(_)) = receiver.kind {
        errors.report(
            receiver.self_token,
            "a method that may change `self` is not supported, because its value depends on what was called before; take \
             `&self` and return what is new",
        );
    }
    let of_self = Shape::Struct(Box::new(syn::parse_quote!(Self)));
    let (shape, ty) = match &receiver.kind {
        syn::ReceiverKind::Value => (of_self, syn::parse_quote!(Self)),
        syn::ReceiverKind::Reference(..) => (Shape::Reference(Box::new(of_self)), syn::parse_quote!(&Self)),
        _ => {
            errors.report(
                receiver.self_token,
                "a receiver of this type is not supported; take `&self` or `self`",
            );
            (of_self, syn::parse_quote!(Self))
        }
    };
    let pattern = Pat::Ident(syn::PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: name,
        subpat: None,
    });
    Parameter { pattern, ty, shape, is_active, is_changed: false }
}

/// The name that a parameter's pattern gives to the whole parameter.
pub(crate) fn name_of(pattern: &Pat) -> Option<&syn::Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => Some(&pattern.ident),
        Pat::Paren(inner) => name_of(&inner.pat),
        _ => None,
    }
}

pub(super) fn check_wrt(wrt: &[syn::Ident], parameters: &[Parameter], errors: &Errors) {
    for (position, name) in wrt.iter().enumerate() {
        if wrt[..position].contains(name) {
            errors.report(name, format_args!("`{name}` is named twice; name it once"));
            continue;
        }
        let found = parameters.iter().find(|parameter| name_of(&parameter.pattern) == Some(name));
        match found {
            Some(parameter) if parameter.shape.carries_reals() => {}
            Some(_) => errors.report(
                name,
                format_args!(
                    "`{name}` does not carry floats, so there is no derivative with respect to it; name a parameter \
                     of type `f64`, `f32` or `T: chainrule::Real`"
                ),
            ),
            None => {
                let names: Vec<String> = parameters
                    .iter()
                    .filter(|parameter| parameter.shape.carries_reals())
                    .filter_map(|parameter| name_of(&parameter.pattern).map(ToString::to_string))
                    .collect();
                let hint = match nearest(&name.to_string(), names.iter().map(String::as_str)) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the parameters that carry floats are `{}`", names.join("`, `")),
                };
                errors.report(name, format_args!("there is no parameter `{name}`; {hint}"));
            }
        }
    }
}

/// Whether a type is written as `usize`.
pub(crate) fn is_usize(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("usize"))
}
