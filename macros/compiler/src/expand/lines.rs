//! The rows of Jacobians by slices: parts of arrays that the caller lends, one for each slice.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::direction::unique;
use super::lent::Lent;
use super::sibling::Target;
use crate::graph::Precedence;
use crate::lower::{ArrayTokens, ParameterTokens};
use crate::signature::name_of;

/// The arrays that the caller lends, and what their rows are called.
pub(super) struct Lines {
    pub(super) lent: Lent,
    /// The slices, as siblings call them.
    slices: Vec<Ident>,
    /// For each row that has a name of its own, one name for each slice.
    names: Vec<Vec<Ident>>,
}

impl Lines {
    /// Names for so many rows.
    pub(super) fn of(target: &Target<'_>, rows: usize) -> Self {
        let lent = Lent::of(target, "jacobian", &[]);
        let slices = target.active_parameters().filter(|parameter| parameter.shape.as_slice().is_some());
        let slices: Vec<Ident> = slices
            .filter_map(|parameter| name_of(&parameter.pattern))
            .map(|name| target.name_in_sibling(name))
            .collect();
        let mut taken = lent.names.clone();
        let names = (0..rows).map(|_| {
            let line = |slice: &Ident| {
                let name = unique(target, &format!("{slice}_row"), &taken);
                taken.push(name.clone());
                name
            };
            slices.iter().map(line).collect()
        });
        let names = names.collect();
        Self { lent, slices, names }
    }

    /// The names of all rows.
    pub(super) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.names.iter().flatten()
    }

    /// The rows, as graph parameters that take gradients.
    pub(super) fn parameters(&self) -> impl Iterator<Item = ParameterTokens> {
        self.names
            .iter()
            .flat_map(|row| row.iter().zip(&self.lent.parameters))
            .map(|(name, lent)| local(name, lent.array.clone(), true))
    }

    /// Panics for arrays that do not have as many numbers as `rows` rows.
    pub(super) fn checks(&self, rows: &TokenStream) -> TokenStream {
        let checks = self.lent.names.iter().zip(&self.slices).map(|(name, slice)| {
            let message =
                format!("`{name}` must hold as many rows as there are outputs, each as long as `{slice}`");
            quote!(::core::assert!(#name.len() == #rows * #slice.len(), #message);)
        });
        checks.collect()
    }

    /// Cuts the arrays into the rows that have names.
    pub(super) fn cut_all(&self) -> TokenStream {
        let mut statements = TokenStream::new();
        for (row, names) in self.names.iter().enumerate() {
            for ((name, slice), whole) in names.iter().zip(&self.slices).zip(&self.lent.names) {
                statements.extend(if row + 1 < self.names.len() {
                    quote!(let (#name, #whole) = #whole.split_at_mut(#slice.len());)
                } else {
                    quote!(let #name = #whole;)
                });
            }
        }
        statements
    }

    /// Takes the row with this number out of the arrays.
    pub(super) fn cut(&self, row: &Ident) -> TokenStream {
        let parts = self.names().zip(&self.slices).zip(&self.lent.names).map(
            |((name, slice), whole)| quote!(let #name = &mut #whole[#row * #slice.len()..][..#slice.len()];),
        );
        parts.collect()
    }
}

/// A local that is a graph parameter: an array, or an integer.
pub(super) fn local(name: &Ident, array: Option<ArrayTokens>, is_reference: bool) -> ParameterTokens {
    ParameterTokens {
        tokens: name.to_token_stream(),
        precedence: Precedence::Postfix,
        is_reference,
        element: None,
        array,
    }
}
