//! `#[jvp]`: the value and its derivative along a direction, in forward mode.

use quote::quote;

use super::sibling::{Sibling, Target};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let result = target.result_type();
    vec![Sibling {
        suffix: "jvp",
        docs: Vec::new(),
        inputs: Vec::new(),
        output: quote!((#result, #result)),
        body: None,
    }]
}
