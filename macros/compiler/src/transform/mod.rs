//! Graph to graph: reverse mode, and the passes that tidy its result.
//!
//! Every transform takes a [`Function`] and returns one, so that they compose. None knows Rust's syntax.

mod activity;
mod cases;
mod copy;
mod cotangents;
mod fuse;
mod primal;
mod prune;
mod reciprocal;
mod residual;
mod reverse;

use crate::graph::{Function, ValueId};

/// What a gradient function is to compute.
pub(crate) struct Request<'a> {
    /// The parameters to differentiate with respect to.
    pub(crate) active: &'a [ValueId],
    /// Whether the primal's value comes before the gradient.
    pub(crate) with_value: bool,
    /// Only rewrites that keep every bit.
    pub(crate) strict: bool,
}

/// The function of the same parameters that yields, after the value if it is asked for, the partial
/// derivative with respect to each active parameter.
pub(crate) fn gradient(primal: &Function, request: &Request<'_>) -> Function {
    let function = prune::prune(reverse::reverse(primal, request), request.strict);
    let function = if function.graph.has_branches() {
        prune::prune(fuse::fuse(&function, request.strict), request.strict)
    } else {
        function
    };
    if request.strict {
        return function;
    }
    match reciprocal::share(&function, request.with_value) {
        Some(shared) => prune::prune(shared, request.strict),
        None => function,
    }
}
