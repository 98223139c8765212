//! Matrices of derivatives that are computed one column or row at a time, by a loop over seeds, because code for every
//! entry would be too large: a function in, one that yields a pullback from seeds to a column or row out.

use super::extent::Extent;
use super::forward::{Calls, forward};
use super::hoist::{Group, hoist};
use super::reverse::Seed;
use super::{Purpose, Request, differentiable_gradient, joined, prune, reversed, shared};
use crate::graph::{Function, Scalar, Terminator, Ty, ValueId};

/// The most entries that a matrix has code for each of, whatever that code takes.
const MOST_ENTRIES: usize = 400;

/// How many operations code for each entry may take for every value that the function has. Code within this limit
/// grows with the function as code for one direction does, and does not go through it once for each column.
const MOST_GROWTH: usize = 8;

/// What one run of the loop computes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slice {
    /// The derivatives by one input, in forward mode.
    Column,
    /// Those of one output, in reverse mode, or of one partial derivative.
    Row,
}

/// A function that yields values, if they are wanted, and a pullback. Its last parameters are the seeds.
pub(crate) struct Seeded {
    pub(crate) function: Function,
    pub(crate) slice: Slice,
    /// The entries that are not zero for every argument.
    pub(crate) entries: usize,
    /// The type of all of them.
    pub(crate) scalar: Scalar,
}

/// The Jacobian by a loop, if it is so large, and if all its inputs and outputs are of one type.
pub(crate) fn jacobian(primal: &Function, request: &Request<'_>) -> Option<Seeded> {
    let outputs = primal.graph.region(primal.body).end.operands();
    let scalar = common_scalar(primal, request.active.iter().chain(outputs))?;
    let entries = entries_beyond_limit(primal, request.active, outputs)?;
    // Of what returns several reals, only the pullback is asked for, and of what takes arrays, what adds to gradients.
    let has_parts = primal.graph.ids().any(|id| {
        let value = primal.graph.value(id);
        primal.graph.call(id).is_some_and(|call| !call.is_value() || !value.ty.is_real() || call.has_arrays())
    });
    let (function, slice) = if request.active.len() <= outputs.len() && !has_parts {
        (columns(primal, request)?, Slice::Column)
    } else {
        (rows(primal, request)?, Slice::Row)
    };
    Some(Seeded { function, slice, entries, scalar })
}

/// The function whose pullback takes a tangent of each input.
pub(super) fn columns(primal: &Function, request: &Request<'_>) -> Option<Function> {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let kept = if request.with_value { outputs } else { 0 };
    let mut function = forward(primal, request.active, Calls::ByGradients, request.strict);
    keep(&mut function, kept, outputs);
    separated(&function, &[last(&function, request.active.len(), outputs)], kept, kept, request.strict)
}

/// The function whose pullback takes a cotangent of each output.
pub(super) fn rows(primal: &Function, request: &Request<'_>) -> Option<Function> {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let kept = if request.with_value { outputs } else { 0 };
    let function = reversed(primal, request, Seed::Parameters("seed")).ok()?;
    separated(&function, &[last(&function, outputs, request.active.len())], kept, kept, request.strict)
}

/// The Hessian by a loop, if it is so large, and if all its inputs are of one type.
pub(crate) fn hessian(primal: &Function, request: &Request<'_>) -> Option<Seeded> {
    let inputs = request.active.len();
    let scalar = common_scalar(primal, request.active)?;
    if inputs.saturating_mul(inputs) <= MOST_ENTRIES {
        return None;
    }
    let (gradient, active) =
        differentiable_gradient(primal, &Request { with_value: true, ..*request }, Purpose::Matrix).ok()?;
    let yields = gradient.graph.region(gradient.body).end.operands();
    let entries = entries_beyond_limit(&gradient, &active, &yields[1..])?;
    let count = yields.len();
    let (kept, exact) = if request.with_value { (count, 1) } else { (0, 0) };
    let mut function = forward(&gradient, &active, Calls::ByGradients, request.strict);
    // The derivative of the value is no part of the Hessian.
    keep(&mut function, kept, count + 1);
    let function = separated(&function, &[last(&function, inputs, inputs)], kept, exact, request.strict)?;
    Some(Seeded { function, slice: Slice::Row, entries, scalar })
}

/// The entries, if there are so many that code for each would be too large.
fn entries_beyond_limit(function: &Function, active: &[ValueId], outputs: &[ValueId]) -> Option<usize> {
    if outputs.len() < 2 || active.len().saturating_mul(outputs.len()) <= MOST_ENTRIES {
        return None;
    }
    let Extent { entries, operations, values } = Extent::of(function, active, outputs);
    (entries > MOST_ENTRIES && operations > MOST_GROWTH * values).then_some(entries)
}

/// The type that all values have.
fn common_scalar<'a>(function: &Function, values: impl IntoIterator<Item = &'a ValueId>) -> Option<Scalar> {
    let mut types = values.into_iter().map(|&id| function.graph.value(id).ty);
    let first = types.next()?;
    match first {
        Ty::Real(scalar) => types.all(|ty| ty == first).then_some(scalar),
        _ => None,
    }
}

/// Leaves the first `kept` yields, and those from `rest` on.
fn keep(function: &mut Function, kept: usize, rest: usize) {
    let end = &mut function.graph.region_mut(function.body).end;
    let yields = end.operands();
    let left = yields[..kept].iter().chain(&yields[rest..]).copied().collect();
    *end = Terminator::Yield(left);
}

/// The last parameters as seeds, on which so many yields depend.
fn last(function: &Function, seeds: usize, yields: usize) -> Group {
    let count = function.parameters.len();
    Group { seeds: count - seeds..count, yields }
}

/// With what depends on the seeds in pullbacks, one for each group of seeds, and tidied. Shared reciprocals are found
/// where they are used, so they are moved out in a second pass.
pub(super) fn separated(
    function: &Function,
    groups: &[Group],
    kept: usize,
    exact: usize,
    strict: bool,
) -> Option<Function> {
    let function = joined(hoist(function, groups, kept, strict)?, strict);
    let function = shared(function, exact, strict);
    Some(prune::prune(hoist(&function, groups, kept, strict)?, strict))
}
