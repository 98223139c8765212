//! Matrices of derivatives by arrays that are one value: a function in, one sweep in forward mode for each parameter
//! out. The sweep along the elements of an array stands in a loop over them, so it is a pullback from their indices.

use std::ops::Range;

use super::forward::{Calls, forward_along};
use super::hoist::Group;
use super::reverse::Seed;
use super::seeded::separated;
use super::unit::is_only_loaded;
use super::{Derived, Purpose, Request, differentiable_gradient, joined, prune, reversed, shared};
use crate::graph::{Function, Graph, Op, Terminator, ValueId};

/// A function that yields values, if they are wanted, then the derivatives by floats, and then, for each array, a
/// pullback that yields those by one of its elements. The indices of the elements are its last parameters.
pub(crate) struct Swept {
    pub(crate) function: Function,
    /// For each active parameter, the outputs whose derivatives by it are computed and not always zero.
    pub(crate) sweeps: Vec<Vec<usize>>,
    /// Whether the derivatives by a parameter of the outputs before the one with its number are left out, as they are
    /// those of a Hessian before its diagonal.
    pub(crate) is_triangle: bool,
}

/// Why there are no sweeps.
pub(crate) enum Obstacle {
    /// A function whose effects are not known would be called several times.
    Effect,
    /// More is done with a slice than to load its floats, so its tangent would need a place.
    Slice,
}

/// The Jacobian; the elements of each active parameter are reached by so many indices.
pub(crate) fn jacobian(
    primal: &Function,
    request: &Request<'_>,
    indices: &[usize],
) -> Result<Swept, Obstacle> {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let task = Task {
        active: request.active.to_vec(),
        indices,
        outputs: 0..outputs,
        kept: if request.with_value { outputs } else { 0 },
        exact: if request.with_value { outputs } else { 0 },
        is_triangle: false,
        strict: request.strict,
    };
    swept(primal.clone(), &task)
}

/// The Hessian, of which the sweep along a parameter computes the block on the diagonal and those behind it.
pub(crate) fn hessian(
    primal: &Function,
    request: &Request<'_>,
    indices: &[usize],
) -> Derived<Result<Swept, Obstacle>> {
    let (gradient, active) =
        differentiable_gradient(primal, &Request { with_value: true, ..*request }, Purpose::Matrix)?;
    let count = 1 + active.len();
    if request.lent.iter().any(|id| {
        let position = request.active.iter().position(|active| active == id);
        position.is_some_and(|position| !is_only_loaded(&gradient, active[position]))
    }) {
        return Ok(Err(Obstacle::Slice));
    }
    let first = gradient.graph.value(active[0]).ty.scalar();
    let is_even = active.iter().all(|&id| gradient.graph.value(id).ty.scalar() == first);
    let task = Task {
        active,
        indices,
        outputs: 1..count,
        kept: if request.with_value { count } else { 0 },
        exact: usize::from(request.with_value),
        // Mixed types have partials of different types on the two sides of the diagonal.
        is_triangle: is_even,
        strict: request.strict,
    };
    Ok(swept(gradient, &task))
}

/// The pullback from a cotangent of each output, which stands in a loop: a function with the cotangents, and then what
/// the caller lends, as its last parameters.
pub(crate) fn rows(primal: &Function, request: &Request<'_>) -> Derived<Result<Function, Obstacle>> {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let kept = if request.with_value { outputs } else { 0 };
    let function = joined(reversed(primal, request, Seed::Parameters("seed"))?, request.strict);
    let seeds = primal.parameters.len()..function.parameters.len();
    let groups = [Group { seeds, yields: request.active.len() }];
    Ok(separated(&function, &groups, kept, kept, request.strict).ok_or(Obstacle::Effect))
}

/// What is differentiated by what.
struct Task<'a> {
    active: Vec<ValueId>,
    /// By how many indices the elements of each are reached.
    indices: &'a [usize],
    /// The yields that are differentiated.
    outputs: Range<usize>,
    /// How many yields are wanted themselves.
    kept: usize,
    /// How many of these belong to the primal.
    exact: usize,
    is_triangle: bool,
    strict: bool,
}

fn swept(function: Function, task: &Task<'_>) -> Result<Swept, Obstacle> {
    let count = task.outputs.end;
    let mut sweeps = Vec::new();
    let mut seeds = Vec::new();
    let position = |id: &ValueId| function.parameters.iter().position(|parameter| parameter == id);
    let positions: Vec<usize> = task.active.iter().filter_map(position).collect();
    let mut function = function;
    let mut first = count;
    for (number, (position, &indices)) in positions.into_iter().zip(task.indices).enumerate() {
        let before = function.parameters.len();
        let parameter = function.parameters[position];
        function = forward_along(&function, parameter, indices, Calls::ByGradients, task.strict);
        seeds.push(before..function.parameters.len());
        let outputs =
            if task.is_triangle { task.outputs.start + number..count } else { task.outputs.clone() };
        // The values, the derivatives so far, and of the new ones those of these outputs.
        let end = &mut function.graph.region_mut(function.body).end;
        let yields = end.operands();
        let kept = yields[..first].iter().chain(&yields[first + outputs.start..first + outputs.end]);
        *end = Terminator::Yield(kept.copied().collect());
        first += outputs.len();
        sweeps.push(outputs.start - task.outputs.start..outputs.end - task.outputs.start);
        function = joined(function, task.strict);
    }
    let is_looped: Vec<bool> = task.indices.iter().map(|&indices| indices > 0).collect();
    order(&mut function, task, &sweeps, &is_looped);
    let groups: Vec<Group> = (seeds.into_iter().zip(&sweeps).zip(&is_looped))
        .filter(|(_, is_looped)| **is_looped)
        .map(|((seeds, outputs), _)| Group { seeds, yields: outputs.len() })
        .collect();
    let looped: usize = groups.iter().map(|group| group.yields).sum();
    let once = function.graph.region(function.body).end.operands().len() - looped;
    let mut function = if groups.is_empty() {
        shared(function, task.exact, task.strict)
    } else {
        separated(&function, &groups, once, task.exact, task.strict).ok_or(Obstacle::Effect)?
    };
    let sweeps = nonzero(&mut function, task.kept, &sweeps, &is_looped);
    Ok(Swept { function: prune::prune(function, task.strict), sweeps, is_triangle: task.is_triangle })
}

/// Leaves out the derivatives that are zero for every argument, and says which are left.
fn nonzero(
    function: &mut Function,
    kept: usize,
    sweeps: &[Range<usize>],
    is_looped: &[bool],
) -> Vec<Vec<usize>> {
    let graph = &mut function.graph;
    let mut yields = graph.region(function.body).end.operands().to_vec();
    let mut derivatives = yields.split_off(kept).into_iter();
    let mut left = vec![Vec::new(); sweeps.len()];
    for looped in [false, true] {
        for (number, outputs) in sweeps.iter().enumerate().filter(|(number, _)| is_looped[*number] == looped)
        {
            let pullback = if looped { derivatives.next() } else { None };
            let region = pullback.and_then(|pullback| graph.regions(pullback).next());
            let found: Vec<ValueId> = match region {
                Some(region) => graph.region(region).end.operands().to_vec(),
                None => derivatives.by_ref().take(outputs.len()).collect(),
            };
            let found = found.into_iter().zip(outputs.clone()).filter(|(id, _)| !is_zero(graph, *id));
            let (found, outputs): (Vec<ValueId>, Vec<usize>) = found.unzip();
            match region {
                Some(region) if !found.is_empty() => {
                    graph.region_mut(region).end = Terminator::Yield(found);
                    yields.extend(pullback);
                }
                Some(_) => {}
                None => yields.extend(found),
            }
            left[number] = outputs;
        }
    }
    graph.region_mut(function.body).end = Terminator::Yield(yields);
    left
}

/// Whether a value is the number zero, or an array of zeros.
fn is_zero(graph: &Graph, id: ValueId) -> bool {
    match &graph.value(id).op {
        Op::Constant(constant) => constant.value == 0.0,
        Op::ZeroLike => true,
        _ => false,
    }
}

/// Puts what is kept first, then the derivatives by floats, and then those by elements.
fn order(function: &mut Function, task: &Task<'_>, sweeps: &[Range<usize>], is_looped: &[bool]) {
    let end = &mut function.graph.region_mut(function.body).end;
    let yields = end.operands();
    let mut ordered = yields[..task.kept].to_vec();
    let mut looped = Vec::new();
    let mut first = task.outputs.end;
    for (outputs, &is_looped) in sweeps.iter().zip(is_looped) {
        let derivatives = &yields[first..first + outputs.len()];
        if is_looped { &mut looped } else { &mut ordered }.extend_from_slice(derivatives);
        first += outputs.len();
    }
    ordered.extend(looped);
    *end = Terminator::Yield(ordered);
}
