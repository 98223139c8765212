//! The attribute and derive macros of `chainrule`: the shell around `chainrule-compiler`.
//!
//! Use them through the `chainrule` crate, which re-exports them.

use chainrule_compiler::{Mode, derive_differentiable, expand};
use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_attribute]
pub fn grad(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(Mode::Grad, options.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_attribute]
pub fn vjp(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(Mode::Vjp, options.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_attribute]
pub fn jvp(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(Mode::Jvp, options.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_attribute]
pub fn jacobian(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(Mode::Jacobian, options.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_attribute]
pub fn hessian(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(Mode::Hessian, options.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_attribute]
pub fn hvp(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(Mode::Hvp, options.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where `chainrule` re-exports it")]
#[proc_macro_derive(Differentiable, attributes(differentiable))]
pub fn differentiable(item: TokenStream) -> TokenStream {
    derive_differentiable(item.into()).into()
}

/// The rule table as a string of Markdown; for the documentation of the runtime.
#[doc(hidden)]
#[proc_macro]
pub fn rule_table(_: TokenStream) -> TokenStream {
    proc_macro::TokenTree::from(proc_macro::Literal::string(&chainrule_compiler::rule_table())).into()
}

/// Hands the rows of the rule table to a macro; for the runtime and the tests of this project.
#[doc(hidden)]
#[proc_macro]
pub fn for_each_rule(callback: TokenStream) -> TokenStream {
    chainrule_compiler::for_each_rule(callback.into()).into()
}
