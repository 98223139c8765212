//! The problems found in one function, reported together.

use std::cell::RefCell;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors. A message says what is wrong, then after a semicolon what to write instead.
#[derive(Default)]
pub(crate) struct Errors {
    found: RefCell<Vec<syn::Error>>,
}

impl Errors {
    /// Reports a problem at the given tokens.
    pub(crate) fn report(&self, at: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(at, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.found.borrow_mut().push(error);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.found.borrow().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// Takes over what another attempt found.
    pub(crate) fn take_over(&self, others: Self) {
        self.found.borrow_mut().extend(others.found.into_inner());
    }

    /// All of them as `compile_error!` invocations, in the order of their discovery.
    pub(crate) fn to_compile_errors(&self) -> TokenStream {
        self.found.borrow().iter().map(syn::Error::to_compile_error).collect()
    }
}
