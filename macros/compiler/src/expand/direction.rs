//! Parameters of siblings besides those of the primal: a direction, and how its reals are written.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::shape::Form;
use super::sibling::Target;
use crate::graph::{Graph, Op, Precedence};
use crate::lower::{Element, ParameterTokens};
use crate::names::identifier;
use crate::signature::name_of;

/// One more parameter for each active one, of the type of its gradient.
pub(super) struct Direction {
    pub(super) names: Vec<Ident>,
    /// As the signature of the sibling has them.
    pub(super) inputs: Vec<TokenStream>,
    /// The reals in them, in their order.
    pub(super) parameters: Vec<ParameterTokens>,
    /// Panics for wrong lengths.
    pub(super) checks: TokenStream,
}

impl Direction {
    /// The direction in which the active parameters change: `x_dot` for `x`.
    pub(super) fn of(target: &Target<'_>) -> Self {
        let names = names(target);
        let types = target.parameter_types();
        let inputs = names.iter().zip(&types).map(|(name, ty)| quote!(#name: #ty)).collect();
        let mut parameters = Vec::new();
        for (name, form) in names.iter().zip(target.active_forms()) {
            reals(&form, &name.to_token_stream(), &mut parameters);
        }
        // What is an array as one value is one here too.
        let lent = target.lent_values();
        for (parameter, id) in parameters.iter_mut().zip(target.active_values()) {
            parameter.is_reference = lent.contains(&id);
            parameter.array = target.array_of(id);
        }
        let slices = target.active_parameters().zip(&names);
        let slices = slices.filter(|(parameter, _)| parameter.shape.as_slice().is_some());
        let checks = slices.filter_map(|(parameter, name)| {
            let slice = target.name_in_sibling(name_of(&parameter.pattern)?);
            let message = format!("`{name}` must be as long as `{slice}`");
            Some(quote!(::core::assert!(#name.len() == #slice.len(), #message);))
        });
        let checks = checks.collect();
        Self { names, inputs, parameters, checks }
    }

    /// The names as documentation lists them.
    pub(super) fn list(&self) -> String {
        let names: Vec<String> = self.names.iter().map(ToString::to_string).collect();
        if names.len() == 1 { names.concat() } else { format!("({})", names.join(", ")) }
    }
}

/// The reals of a value of this form, as they are reached from `tokens`.
pub(super) fn reals(form: &Form, tokens: &TokenStream, found: &mut Vec<ParameterTokens>) {
    match form {
        Form::Real(..) => {
            found.push(ParameterTokens {
                tokens: tokens.clone(),
                precedence: Precedence::Postfix,
                is_reference: false,
                element: None,
                array: None,
            });
        }
        Form::Unbound(_) => {}
        Form::Tuple(parts) => {
            for (index, part) in parts.iter().enumerate() {
                let member = syn::Index::from(index);
                reals(part, &quote!(#tokens.#member), found);
            }
        }
        Form::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let position = Literal::usize_unsuffixed(index);
                reals(element, &quote!(#tokens[#position]), found);
                if let (Form::Real(..), Some(real)) = (element, found.last_mut()) {
                    let (array, length) = (tokens.clone(), elements.len());
                    real.element =
                        Some(Element { array, is_behind_reference: false, position: index, length });
                }
            }
        }
    }
}

/// The names of the directions of all active parameters.
fn names(target: &Target<'_>) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::new();
    for (index, parameter) in target.signature.parameters.iter().enumerate() {
        if parameter.is_active {
            let name = match name_of(&parameter.pattern) {
                Some(name) => name.to_string(),
                None => format!("argument_{}", index + 1),
            };
            names.push(unique(target, &format!("{name}_dot"), &names));
        }
    }
    names
}

/// A name for one more parameter that no other has, and that no pattern of an arm binds.
pub(super) fn unique(target: &Target<'_>, name: &str, others: &[Ident]) -> Ident {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let own = target.lowered.map_or(&[][..], |lowered| &lowered.parameter_names);
    let is_taken = |name: &str| {
        own.iter().chain(others).any(|other| other == name)
            || target.lowered.is_some_and(|lowered| is_bound(&lowered.function.graph, name))
    };
    let mut unique = name.to_owned();
    let mut number = 1;
    while is_taken(&unique) {
        number += 1;
        unique = format!("{name}_{number}");
    }
    identifier(&unique)
}

fn is_bound(graph: &Graph, name: &str) -> bool {
    graph.ids().map(|id| graph.value(id)).any(|value| {
        matches!(value.op, Op::Binding) && value.note.name.as_deref().is_some_and(|bound| bound == name)
    })
}
