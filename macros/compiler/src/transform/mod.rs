//! Graph to graph: forward and reverse mode, elimination, and the passes that tidy their results.
//!
//! Every transform takes a [`Function`] and returns one, so that they compose. None knows Rust's syntax.

mod activity;
mod calls;
mod coefficient;
mod copy;
mod cost;
mod cotangents;
mod elimination;
mod extent;
mod forward;
mod fuse;
mod hoist;
mod linked;
mod partials;
mod primal;
mod prune;
mod reciprocal;
mod residual;
mod reverse;
mod scale;
pub(crate) mod seeded;
pub(crate) mod swept;
#[cfg(test)]
mod tests;
mod unit;
mod whole;

use proc_macro2::TokenStream;

use crate::graph::{Function, Map, Ty, ValueId};
use activity::Activity;
use calls::Runs;
pub(crate) use elimination::Order;
use elimination::Task;
use forward::Calls;
use reverse::Seed;
pub(crate) use reverse::Unstored;

/// What a derivative function is to compute.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The parameters to differentiate with respect to.
    pub(crate) active: &'a [ValueId],
    /// Those of them that the caller lends arrays for, which take their gradients.
    pub(crate) lent: &'a [ValueId],
    /// What becomes of what is in these arrays.
    pub(crate) lending: Lending,
    /// Whether the primal's value comes before the derivatives.
    pub(crate) with_value: bool,
    /// Only rewrites that keep every bit.
    pub(crate) strict: bool,
    /// The most bytes that each array may take on the stack that holds values of a loop for its reversal.
    pub(crate) stack: usize,
    /// How a vector is made where such values may stand on the heap: the path of the macro.
    pub(crate) vector: Option<&'a TokenStream>,
    pub(crate) purpose: Purpose,
}

/// What becomes of a gradient. If it is differentiated again, conditions on cotangents stay out of it, and guards against
/// zeros stay recognisable as the products that they guard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is returned.
    Result,
    /// It is differentiated along one direction.
    Product,
    /// It is differentiated along one direction after the other, when it is complete. So what it keeps of loops cannot
    /// stand in its own place.
    Matrix,
}

/// What becomes of what is in an array that a caller lends for a gradient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lending {
    Overwritten,
    AddedTo,
}

/// What comes of a transform in reverse mode, or what stands in its way.
pub(crate) type Derived<T> = Result<T, Vec<Unstored>>;

/// A matrix of derivatives, and how it came about.
pub(crate) struct Accumulated {
    pub(crate) function: Function,
    pub(crate) order: Order,
    /// The operations that each order takes; none where reverse mode is the only way that was tried.
    pub(crate) operations: Vec<(Order, usize)>,
}

impl Accumulated {
    /// How the matrix of this name came about, as a line of documentation.
    pub(crate) fn description(&self, matrix: &str) -> Option<String> {
        let (_, chosen) = self.operations.iter().find(|(order, _)| *order == self.order)?;
        let others: Vec<String> = self
            .operations
            .iter()
            .filter(|(order, _)| *order != self.order)
            .map(|(order, count)| format!("{} {count}", order.name()))
            .collect();
        let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        let name = self.order.name();
        Some(format!(" The {matrix} is accumulated by {name} elimination: {chosen} operations{others}."))
    }
}

/// Reverse mode. Loops of which it needs more than there is a place for have their derivatives carried along in them,
/// if they are few; otherwise what it needs stands on the heap, if that is allowed.
fn reversed(primal: &Function, request: &Request<'_>, seed: Seed<'_>) -> Derived<Function> {
    let unstored = match reverse::reverse(primal, &Request { vector: None, ..*request }, seed) {
        Ok(function) => return Ok(function),
        Err(unstored) => unstored,
    };
    let loops = unstored.iter().map(|each| each.repeat).collect();
    let Some(linked) = linked::linked(primal, request.active, &loops, request.strict) else {
        return if request.vector.is_some() {
            reverse::reverse(primal, request, seed)
        } else {
            Err(unstored)
        };
    };
    let parameters: Map<ValueId, ValueId> =
        primal.parameters.iter().copied().zip(linked.parameters.iter().copied()).collect();
    let renamed = |ids: &[ValueId]| ids.iter().map(|id| parameters[id]).collect::<Vec<_>>();
    let (active, lent) = (renamed(request.active), renamed(request.lent));
    let request = Request { active: &active, lent: &lent, ..*request };
    reversed(&linked, &request, seed)
}

/// The function of the same parameters that yields, after the value if it is asked for, the partial
/// derivative with respect to each active parameter.
pub(crate) fn gradient(primal: &Function, request: &Request<'_>) -> Derived<Function> {
    let function = joined(reversed(primal, request, Seed::One)?, request.strict);
    Ok(shared(function, usize::from(request.with_value), request.strict))
}

/// The function with one parameter more for the cotangent of each output, that yields the outputs and a pullback.
/// The pullback yields the gradient, and nothing else uses the cotangents, which are called `name`.
pub(crate) fn pullback(primal: &Function, request: &Request<'_>, name: &str) -> Derived<Function> {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let strict = request.strict;
    let function = reversed(primal, request, Seed::Parameters(name))?;
    let function = joined_for(function, Runs::Once, strict);
    Ok(shared(function, outputs, strict))
}

/// The function with one parameter more for the cotangent of each output, called `name`, that yields the gradient.
pub(crate) fn weighted_gradient(primal: &Function, request: &Request<'_>, name: &str) -> Derived<Function> {
    let function = joined(reversed(primal, request, Seed::Given(name))?, request.strict);
    Ok(shared(function, 0, request.strict))
}

/// The function with one parameter more for the tangent of each active one, that yields the outputs and then
/// their tangents.
pub(crate) fn tangent(primal: &Function, active: &[ValueId], strict: bool) -> Function {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let function = joined(forward::forward(primal, active, Calls::ByTangents, strict), strict);
    shared(function, outputs, strict)
}

/// The gradient in a form that can be differentiated again, and its parameters that are active.
fn differentiable_gradient(
    primal: &Function,
    request: &Request<'_>,
    purpose: Purpose,
) -> Derived<(Function, Vec<ValueId>)> {
    let request = Request { purpose, ..*request };
    let gradient = joined(reversed(primal, &request, Seed::One)?, request.strict);
    let parameters: Map<ValueId, ValueId> =
        primal.parameters.iter().copied().zip(gradient.parameters.iter().copied()).collect();
    let active = request.active.iter().map(|id| parameters[id]).collect();
    Ok((gradient, active))
}

/// The function with one parameter more for the direction of each active one, that yields the gradient and then
/// its derivative along the direction.
pub(crate) fn hessian_times_vector(primal: &Function, request: &Request<'_>) -> Derived<Function> {
    let strict = request.strict;
    let (gradient, active) = differentiable_gradient(primal, request, Purpose::Product)?;
    let function = joined(forward::forward(&gradient, &active, Calls::ByGradients, strict), strict);
    Ok(shared(function, 0, strict))
}

/// The function of the same parameters that yields, after the outputs if they are asked for, the partial
/// derivatives of each output with respect to each active parameter.
pub(crate) fn jacobian(primal: &Function, request: &Request<'_>) -> Derived<Accumulated> {
    let count = primal.graph.region(primal.body).end.operands().len();
    if count == 1 {
        let function = gradient(primal, request)?;
        return Ok(Accumulated { function, order: Order::Reverse, operations: Vec::new() });
    }
    let kept = if request.with_value { 0..count } else { 0..0 };
    if has_wholes(primal, request.active) || has_repetition(primal) {
        let function = joined(reversed(primal, request, Seed::Each)?, request.strict);
        let function = shared(function, kept.len(), request.strict);
        return Ok(Accumulated { function, order: Order::Reverse, operations: Vec::new() });
    }
    let task = Task {
        active: request.active,
        outputs: 0..count,
        primal_yields: kept.len(),
        kept,
        is_triangle: false,
        strict: request.strict,
    };
    Ok(cheapest(primal, &task))
}

/// Whether a derivative flows through values with parts, which elimination does not see into.
fn has_wholes(primal: &Function, active: &[ValueId]) -> bool {
    let activity = Activity::of(primal, active);
    primal.graph.ids().any(|id| primal.graph.value(id).ty == Ty::Whole && activity.is_varied(id))
}

/// Whether a function has loops or arrays, whose elements elimination does not see one by one.
pub(crate) fn has_repetition(function: &Function) -> bool {
    let graph = &function.graph;
    graph.has_loops() || graph.ids().any(|id| graph.value(id).ty.is_array())
}

/// The function of the same parameters that yields, after the value and the gradient if they are asked for, the
/// second derivatives: for each active parameter, those of its partial derivative.
pub(crate) fn hessian(primal: &Function, request: &Request<'_>) -> Derived<Accumulated> {
    let (gradient, active) =
        differentiable_gradient(primal, &Request { with_value: true, ..*request }, Purpose::Matrix)?;
    let count = 1 + active.len();
    let type_of = |id: ValueId| gradient.graph.value(id).ty;
    let task = Task {
        active: &active,
        outputs: 1..count,
        kept: if request.with_value { 0..count } else { 0..0 },
        primal_yields: usize::from(request.with_value),
        // Mixed types have partials of different types on the two sides of the diagonal.
        is_triangle: active.windows(2).all(|pair| type_of(pair[0]) == type_of(pair[1])),
        strict: request.strict,
    };
    Ok(cheapest(&gradient, &task))
}

/// The largest function, in values, for which orders of elimination are compared.
const LARGEST_COMPARED: usize = 1000;

/// Accumulates in every order, and keeps the function that takes the fewest operations. The first order is kept
/// unless another saves a twentieth, as its code is the plainest. For large functions, the side with fewer values
/// decides.
fn cheapest(primal: &Function, task: &Task<'_>) -> Accumulated {
    let orders: &[Order] = match primal.graph.len() {
        ..=LARGEST_COMPARED => &Order::ALL,
        _ if task.outputs.len() <= task.active.len() => &[Order::Reverse],
        _ => &[Order::Forward],
    };
    let mut best: Option<(Order, usize, Function)> = None;
    let mut operations = Vec::new();
    for &order in orders {
        let function = accumulated(primal, task, order);
        let count = cost::operations(&function);
        operations.push((order, count));
        if best.as_ref().is_none_or(|(_, least, _)| count * 20 < least * 19) {
            best = Some((order, count, function));
        }
    }
    let Some((order, _, function)) = best else { unreachable!("there are orders to choose from") };
    Accumulated { function, order, operations }
}

fn accumulated(primal: &Function, task: &Task<'_>, order: Order) -> Function {
    let function = joined(elimination::accumulate(primal, task, order), task.strict);
    let function = shared(function, task.primal_yields, task.strict);
    if task.strict {
        return function;
    }
    match coefficient::share(&function, task.primal_yields) {
        Some(shared) => prune::prune(shared, task.strict),
        None => function,
    }
}

/// Without dead code, with branches on the same test as one, and with calls of a function and of its siblings as one.
fn joined(function: Function, strict: bool) -> Function {
    joined_for(function, Runs::Often, strict)
}

fn joined_for(function: Function, pullbacks: Runs, strict: bool) -> Function {
    let function = prune::prune(function, strict);
    let function = if function.graph.has_branches() {
        prune::prune(fuse::fuse(&function, strict), strict)
    } else {
        function
    };
    match calls::join(&function, pullbacks, strict) {
        Some(joined) => prune::prune(joined, strict),
        None => function,
    }
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
