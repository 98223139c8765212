//! Arrays that the caller lends for gradients by slices, and by arrays that the function changes: one more parameter
//! `x_bar: &mut [f64]` for each slice `x`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::direction::unique;
use super::shape::shaped;
use super::sibling::Target;
use crate::graph::{Op, Precedence, ValueId};
use crate::lower::{ArrayTokens, Leaf, ParameterTokens, Zero};
use crate::signature::{Parameter, Shape, name_of};

/// What the caller lends.
pub(super) struct Lent {
    pub(super) names: Vec<Ident>,
    /// As the signature of the sibling has them.
    pub(super) inputs: Vec<TokenStream>,
    pub(super) types: Vec<TokenStream>,
    /// The arrays, in their order.
    pub(super) parameters: Vec<ParameterTokens>,
    /// Panics for wrong lengths.
    pub(super) checks: TokenStream,
    /// Gives structs in the arrays the constants of the structs that they are gradients by.
    pub(super) end: TokenStream,
}

impl Lent {
    /// One array for each slice or changed array, `x_bar` for `x` with the suffix `bar`.
    pub(super) fn of(target: &Target<'_>, suffix: &str, others: &[Ident]) -> Self {
        let mut lent = Self {
            names: Vec::new(),
            inputs: Vec::new(),
            types: Vec::new(),
            parameters: Vec::new(),
            checks: TokenStream::new(),
            end: TokenStream::new(),
        };
        for parameter in target.active_parameters() {
            let (true, Some(array)) = (parameter.has_lent_gradient(), name_of(&parameter.pattern)) else {
                continue;
            };
            let taken: Vec<Ident> = lent.names.iter().chain(others).cloned().collect();
            let name = unique(target, &format!("{array}_{suffix}"), &taken);
            let array = target.name_in_sibling(array);
            let ty = shaped(&parameter.shape, &|scalar| target.scalar_type(scalar));
            let zero = |scalar| target.zero(scalar);
            lent.inputs.push(quote!(#name: &mut #ty));
            lent.types.push(quote!(&mut #ty));
            lent.parameters.push(ParameterTokens {
                tokens: name.to_token_stream(),
                precedence: Precedence::Postfix,
                is_reference: true,
                element: None,
                array: Some(ArrayTokens {
                    zeros: parameter.shape.zeros(&zero),
                    zero: match parameter.shape.element().and_then(|element| element.zeros(&zero)) {
                        Some(element) => Zero::Element(element),
                        None => Zero::OfEach(array.to_token_stream()),
                    },
                    is_copy: parameter.shape.as_slice().is_none(),
                    is_accumulated: false,
                }),
            });
            if let Some(element) = parameter.shape.as_slice() {
                if element.has_structs() {
                    let runtime = target.options.runtime();
                    lent.end.extend(quote!(#runtime::__private::copy_constants(#name, #array);));
                }
                let message = format!("`{name}` must be as long as `{array}`");
                lent.checks.extend(quote!(::core::assert!(#name.len() == #array.len(), #message);));
            }
            lent.names.push(name);
        }
        lent
    }
}

impl Target<'_> {
    /// The graph parameters that are slices, or changed, of which the caller takes the gradients in arrays.
    pub(super) fn lent_values(&self) -> Vec<ValueId> {
        let leaves = self.lowered.map_or(&[][..], |lowered| &lowered.leaves);
        let parameters = self.signature.parameters.iter().zip(leaves);
        parameters
            .filter(|(parameter, _)| parameter.is_active && parameter.has_lent_gradient())
            .filter_map(|(_, leaf)| match leaf {
                Leaf::Value(id) => Some(*id),
                _ => None,
            })
            .collect()
    }

    /// How arrays like a graph parameter are made, if it is one.
    pub(super) fn array_of(&self, id: ValueId) -> Option<ArrayTokens> {
        let lowered = self.lowered?;
        match lowered.function.graph.value(id).op {
            Op::Parameter(number) => lowered.parameters[number].array.clone(),
            _ => None,
        }
    }

    /// What siblings call a parameter.
    pub(super) fn name_in_sibling(&self, name: &Ident) -> Ident {
        let names = self.lowered.map_or(&[][..], |lowered| &lowered.parameter_names);
        let plain = name.to_string();
        let plain = plain.strip_prefix("r#").unwrap_or(&plain);
        names.iter().find(|other| *other == plain || *other == name).unwrap_or(name).clone()
    }

    /// Whether there are slices of structs to differentiate by.
    pub(super) fn has_slices_of_structs(&self) -> bool {
        self.active_parameters().any(|parameter| parameter.shape.as_slice().is_some_and(Shape::has_structs))
    }

    /// The active parameters whose gradients are returned.
    pub(super) fn returned_parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.active_parameters().filter(|parameter| !parameter.has_lent_gradient())
    }

    /// Whether a gradient is returned at all, or only written to arrays.
    pub(super) fn returns_gradient(&self) -> bool {
        self.returned_parameters().next().is_some()
    }
}
