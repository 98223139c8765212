//! `#[hvp]`: the gradient, and the Hessian times a direction.

use quote::quote;

use super::sibling::{Sibling, Target};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let result = target.result_type();
    vec![Sibling {
        suffix: "hvp",
        docs: Vec::new(),
        inputs: Vec::new(),
        output: quote!((#result, #result)),
        body: None,
    }]
}
