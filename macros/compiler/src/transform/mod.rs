//! Graph to graph: forward and reverse mode, and the passes that tidy their results.
//!
//! Every transform takes a [`Function`] and returns one, so that they compose. None knows Rust's syntax.

mod activity;
mod copy;
mod cotangents;
mod forward;
mod fuse;
mod partials;
mod prune;
mod reciprocal;
mod residual;
mod reverse;
mod scale;

use crate::graph::{Function, ValueId};
use reverse::Seed;

/// What a gradient function is to compute.
pub(crate) struct Request<'a> {
    /// The parameters to differentiate with respect to.
    pub(crate) active: &'a [ValueId],
    /// Whether the primal's value comes before the gradient.
    pub(crate) with_value: bool,
    /// Only rewrites that keep every bit.
    pub(crate) strict: bool,
    /// Whether the gradient is to be differentiated again: conditions on cotangents stay out of it then, and
    /// guards against zeros stay recognisable as the products that they guard.
    pub(crate) is_differentiated: bool,
}

/// The function of the same parameters that yields, after the value if it is asked for, the partial
/// derivative with respect to each active parameter.
pub(crate) fn gradient(primal: &Function, request: &Request<'_>) -> Function {
    let function = joined(reverse::reverse(primal, request, Seed::One), request.strict);
    shared(function, usize::from(request.with_value), request.strict)
}

/// The function with one parameter more for the cotangent of each output, that yields the outputs and a pullback.
/// The pullback yields the gradient, and nothing else uses the cotangents, which are called `name`.
pub(crate) fn pullback(primal: &Function, active: &[ValueId], name: &str, strict: bool) -> Function {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let request = Request { active, with_value: true, strict, is_differentiated: false };
    let function = joined(reverse::reverse(primal, &request, Seed::Parameters(name)), strict);
    shared(function, outputs, strict)
}

/// The function with one parameter more for the tangent of each active one, that yields the outputs and then
/// their tangents.
pub(crate) fn tangent(primal: &Function, active: &[ValueId], strict: bool) -> Function {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let function = joined(forward::forward(primal, active, strict), strict);
    shared(function, outputs, strict)
}

/// The function with one parameter more for the direction of each active one, that yields the gradient and then
/// its derivative along the direction.
pub(crate) fn hessian_times_vector(primal: &Function, active: &[ValueId], strict: bool) -> Function {
    let request = Request { active, with_value: false, strict, is_differentiated: true };
    let gradient = joined(reverse::reverse(primal, &request, Seed::One), strict);
    let active: Vec<ValueId> = primal
        .parameters
        .iter()
        .zip(&gradient.parameters)
        .filter(|(parameter, _)| active.contains(parameter))
        .map(|(_, &parameter)| parameter)
        .collect();
    let function = joined(forward::forward(&gradient, &active, strict), strict);
    shared(function, 0, strict)
}

/// Without dead code, and with branches on the same test as one.
fn joined(function: Function, strict: bool) -> Function {
    let function = prune::prune(function, strict);
    if function.graph.has_branches() { prune::prune(fuse::fuse(&function, strict), strict) } else { function }
}

/// With reciprocals shared, except in the yields that come first and belong to the primal.
fn shared(function: Function, exact: usize, strict: bool) -> Function {
    if strict {
        return function;
    }
    match reciprocal::share(&function, exact) {
        Some(shared) => prune::prune(shared, strict),
        None => function,
    }
}
