//! Loops whose derivatives come with them: a loop in, one that also carries the partial derivatives of what it carries
//! out, so that reverse mode needs nothing of its iterations.
//!
//! That is forward mode inside of reverse mode. It takes as many more values as there are pairs of a carried float and a
//! float that it depends on, so it is for loops with a small state, and there it works for any number of iterations
//! and any way out.

use super::activity::Activity;
use super::copy::{Copier, rewritten};
use super::forward::{Calls, forward_along};
use super::{joined, prune};
use crate::graph::{Function, Graph, Map, Op, Set, Terminator, Ty, ValueId};

/// The most partial derivatives that a loop carries along.
const MOST_PARTIALS: usize = 16;

/// The function with derivatives carried along in those of these loops that do not carry too much for that, or arrays.
/// `None` if there are none.
pub(super) fn linked(
    primal: &Function,
    active: &[ValueId],
    loops: &Set<ValueId>,
    strict: bool,
) -> Option<Function> {
    let activity = Activity::of(primal, active);
    // Reverse mode adds to gradients by arrays; siblings for forward mode need not exist.
    let passes_arrays = |id: ValueId| {
        let is_call =
            |id| primal.graph.call(id).is_some_and(|call| call.has_arrays()) && activity.is_varied(id);
        let mut calls = primal.graph.ids().filter(|&id| is_call(id));
        calls.any(|call| {
            let region = primal.graph.value(call).region;
            primal.graph.regions(id).any(|body| primal.graph.encloses(body, region))
        })
    };
    let extended = loops.iter().filter(|&&id| !passes_arrays(id)).filter_map(|&id| {
        let extended = Extended::of(&primal.graph, &activity, id, strict)?;
        Some((id, extended))
    });
    let extended: Map<ValueId, Extended> = extended.collect();
    if extended.is_empty() {
        return None;
    }
    let function = rewritten(primal, strict, &mut |copier, id| {
        let extended = extended.get(&id)?;
        Some(extended.write(copier, id))
    });
    Some(prune::prune(function, strict))
}

/// A loop as a function of what it uses, which yields what the loop carries last and its partial derivatives.
struct Extended {
    function: Function,
    /// The values that the parameters stand for.
    arguments: Vec<ValueId>,
    /// Those that the partial derivatives are by, in their order.
    inputs: Vec<ValueId>,
    /// The numbers of what is carried that has partial derivatives, in their order.
    outputs: Vec<usize>,
    count: usize,
}

impl Extended {
    fn of(graph: &Graph, activity: &Activity, id: ValueId, strict: bool) -> Option<Self> {
        let repeat = graph.repeat(id)?;
        let count = graph.carried_count(id);
        let argument = |number: usize| graph.region(repeat.body).arguments[repeat.domain.items() + number];
        let outputs: Vec<usize> = (0..count).filter(|&number| activity.is_varied(argument(number))).collect();
        let arguments = outside(graph, id);
        let inputs: Vec<ValueId> = arguments.iter().copied().filter(|&id| activity.is_varied(id)).collect();
        let is_real = |&id: &ValueId| graph.value(id).ty.is_real();
        let is_small = outputs.len().saturating_mul(inputs.len()) <= MOST_PARTIALS;
        if !is_small
            || !inputs.iter().all(is_real)
            || !outputs.iter().all(|&number| is_real(&argument(number)))
        {
            return None;
        }
        let mut function = extracted(graph, id, &arguments, strict);
        for (done, input) in inputs.iter().enumerate() {
            let position = arguments.iter().position(|argument| argument == input)?;
            let parameter = function.parameters[position];
            function = forward_along(&function, parameter, 0, Calls::ByGradients, strict);
            keep_tangents(&mut function, count, outputs.len() * done, &outputs);
            function = joined(function, strict);
        }
        Some(Self { function, arguments, inputs, outputs, count })
    }

    /// Writes the loop into a copy, and has its results known by their partial derivatives. Returns the loop.
    fn write(&self, copier: &mut Copier<'_>, id: ValueId) -> ValueId {
        let arguments = copier.get_all(&self.arguments);
        let yields = copier.inline(&self.function, &arguments);
        let (values, partials) = yields.split_at(self.count);
        let results = copier.source.results(id).to_vec();
        for result in results {
            let Op::Result(number) = copier.source.value(result).op else { continue };
            let mut copy = values[number];
            if let Some(row) = self.outputs.iter().position(|&output| output == number) {
                let mut operands = vec![copy];
                for (column, &input) in self.inputs.iter().enumerate() {
                    operands.push(copier.get(input));
                    operands.push(partials[column * self.outputs.len() + row]);
                }
                copy = copier.builder.linked(operands);
            }
            copier.set(result, copy);
            copier.note(result, copy);
        }
        // Nothing asks for the loop itself any more.
        copier.builder.dummy(Ty::Bool)
    }
}

/// The values from outside that a loop uses, bounds and first values included.
fn outside(graph: &Graph, id: ValueId) -> Vec<ValueId> {
    let mut found = Vec::new();
    let mut visit = |used: ValueId| {
        let value = graph.value(used);
        let is_inside = graph.regions(id).any(|region| graph.encloses(region, value.region));
        if !is_inside && !matches!(value.op, Op::Constant(_)) && !found.contains(&used) {
            found.push(used);
        }
    };
    graph.value(id).operands.iter().copied().for_each(&mut visit);
    graph.regions(id).for_each(|region| graph.for_each_use(region, &mut visit));
    found
}

/// A loop as a function of these values, which yields what the loop carries last.
fn extracted(graph: &Graph, id: ValueId, arguments: &[ValueId], strict: bool) -> Function {
    let mut copier = Copier::new(graph, arguments, strict);
    let copy = copier.copy(id);
    let count = graph.carried_count(id);
    let results = (0..count).map(|number| {
        let ty = graph
            .carried(id, number)
            .map_or(Ty::Other, |carried| carried_type(graph, id, number, carried.initial));
        copier.builder.result(copy, number, ty)
    });
    let results = results.collect();
    copier.builder.finish(Terminator::Yield(results))
}

fn carried_type(graph: &Graph, id: ValueId, number: usize, initial: ValueId) -> Ty {
    let argument =
        graph.repeat(id).map(|repeat| graph.region(repeat.body).arguments[repeat.domain.items() + number]);
    graph.value(argument.unwrap_or(initial)).ty
}

/// Of the yields of a function with tangents, the values, the tangents from before, and the new tangents of these values.
fn keep_tangents(function: &mut Function, values: usize, before: usize, outputs: &[usize]) {
    let end = &mut function.graph.region_mut(function.body).end;
    let yields = end.operands();
    let first = values + before;
    let kept = yields[..first].iter().chain(outputs.iter().map(|&output| &yields[first + output]));
    *end = Terminator::Yield(kept.copied().collect());
}
