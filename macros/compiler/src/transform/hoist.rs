//! Separates what depends on seeds from what does not: a function with seeds as its last parameters in, one that
//! computes the rest once and does what depends on the seeds in a pullback out.
//!
//! A branch of which only a part depends on the seeds is divided into two on the same test. What the second one
//! needs of the first is computed again in its arms.

use super::copy::Copier;
use crate::graph::{Arm, Branch, Function, Graph, Op, RegionId, Terminator, ValueId};

/// The function whose first `kept` yields are as they were, and whose last one is a pullback that yields the others.
/// The last `seeds` parameters are used in the pullback alone. `None` if something with an effect would be done
/// twice.
pub(super) fn hoist(function: &Function, seeds: usize, kept: usize, strict: bool) -> Option<Function> {
    let graph = &function.graph;
    let dependent = Dependent::on(graph, &function.parameters[function.parameters.len() - seeds..]);
    let (values, yields) = flattened(function);
    let is_repeated = |id: ValueId| graph.results(id).iter().any(|&result| dependent.holds(result));
    if values.iter().any(|&id| is_repeated(id) && has_effects(graph, id)) {
        return None;
    }
    let mut hoist = Hoist { graph, dependent, copier: Copier::new(graph, &function.parameters, strict) };
    hoist.values(&values, Part::Once);
    let mut once = hoist.copier.get_all(&yields[..kept]);
    hoist.copier.builder.enter();
    hoist.values(&values, Part::Repeated);
    let repeated = Terminator::Yield(hoist.copier.get_all(&yields[kept..]));
    let region = hoist.copier.builder.leave(repeated);
    once.push(hoist.copier.builder.pullback(region));
    Some(hoist.copier.builder.finish(Terminator::Yield(once)))
}

/// Which values are copied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those that do not depend on a seed.
    Once,
    /// Those that do, and all that they need inside of their arms.
    Repeated,
    /// All.
    Whole,
}

struct Hoist<'a> {
    graph: &'a Graph,
    dependent: Dependent,
    copier: Copier<'a>,
}

impl Hoist<'_> {
    fn values(&mut self, values: &[ValueId], part: Part) {
        for &id in values {
            if let Some(branch) = self.graph.branch(id) {
                self.branch(id, branch, part);
            } else if part == Part::Whole || self.dependent.holds(id) == (part == Part::Repeated) {
                self.copier.copy(id);
            }
        }
    }

    /// Copies a branch for a part of its results. What this leaves without use is pruned later.
    fn branch(&mut self, id: ValueId, branch: &Branch, part: Part) {
        let is_tested_by_seeds = self.dependent.test(self.graph, id);
        let count = branch.bodies().map(|region| self.graph.region(region).end.operands().len()).max();
        let kept: Vec<usize> = (0..count.unwrap_or_default())
            .filter(|&number| {
                let depends = is_tested_by_seeds || self.dependent.yields(self.graph, branch, number);
                part == Part::Whole || depends == (part == Part::Repeated)
            })
            .collect();
        let is_left_out = match part {
            Part::Once => is_tested_by_seeds,
            Part::Repeated => kept.is_empty(),
            Part::Whole => false,
        };
        if is_left_out {
            return;
        }
        let operand = self.copier.get(self.graph.value(id).operands[0]);
        // What stands outside of an arm can be used inside, so that only what the arm computes is repeated.
        let inside = if part == Part::Once { Part::Once } else { Part::Whole };
        let mut arms = Vec::new();
        for (number, arm) in branch.arms.iter().enumerate() {
            let guard = arm.guard.map(|guard| self.guard(guard));
            self.copier.builder.enter();
            if let Some(holds) = branch.condition_in(number) {
                self.copier.builder.assume(operand, holds);
            }
            let region = self.open_region(arm.region, inside, Some(&kept));
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
        }
        let copy = self.copier.builder.branch(branch.test.clone(), operand, arms);
        self.copier.set(id, copy);
        for &result in self.graph.results(id) {
            if let Op::Result(number) = self.graph.value(result).op
                && let Some(position) = kept.iter().position(|&kept| kept == number)
            {
                let renumbered = self.copier.builder.result(copy, position, self.graph.value(result).ty);
                self.copier.set(result, renumbered);
                self.copier.note(result, renumbered);
            }
        }
    }

    fn guard(&mut self, guard: RegionId) -> RegionId {
        self.copier.builder.enter();
        self.open_region(guard, Part::Whole, None)
    }

    /// Copies into the current region, with the yields of the given numbers or all, and closes it.
    fn open_region(&mut self, region: RegionId, part: Part, kept: Option<&[usize]>) -> RegionId {
        self.copier.copy_arguments(region);
        let source = self.graph.region(region);
        self.values(&source.values, part);
        let end = match (&source.end, kept) {
            (Terminator::Yield(values), Some(kept)) => {
                Terminator::Yield(kept.iter().map(|&number| self.copier.get(values[number])).collect())
            }
            _ => self.copier.copy_end(region),
        };
        self.copier.builder.leave(end)
    }
}

/// The values of the body and its yields, with those of a pullback in its place.
fn flattened(function: &Function) -> (Vec<ValueId>, Vec<ValueId>) {
    let graph = &function.graph;
    let body = graph.region(function.body);
    let (mut values, mut yields) = (Vec::new(), Vec::new());
    for &id in &body.values {
        match graph.value(id).op {
            Op::Pullback(region) => values.extend(&graph.region(region).values),
            _ => values.push(id),
        }
    }
    for &id in body.end.operands() {
        match graph.value(id).op {
            Op::Pullback(region) => yields.extend(graph.region(region).end.operands()),
            _ => yields.push(id),
        }
    }
    (values, yields)
}

/// Whether each value depends on a seed, conditions included.
struct Dependent(Vec<bool>);

impl Dependent {
    fn on(graph: &Graph, seeds: &[ValueId]) -> Self {
        let mut dependent = Self(vec![false; graph.len()]);
        for id in seeds {
            dependent.0[id.index()] = true;
        }
        // A value is created after its operands, so the order of creation is an order of evaluation.
        for id in graph.ids() {
            let value = graph.value(id);
            let depends = match value.op {
                Op::Result(number) => {
                    let id = value.operands[0];
                    dependent.test(graph, id)
                        || graph.branch(id).is_some_and(|branch| dependent.yields(graph, branch, number))
                }
                Op::Branch(_) | Op::Pullback(_) => false,
                _ => value.operands.iter().any(|&id| dependent.holds(id)),
            };
            dependent.0[id.index()] |= depends;
        }
        dependent
    }

    fn holds(&self, id: ValueId) -> bool {
        self.0[id.index()]
    }

    /// Whether it depends on a seed which arm of a branch is taken.
    fn test(&self, graph: &Graph, id: ValueId) -> bool {
        let guards = graph.branch(id).into_iter().flat_map(|branch| &branch.arms).filter_map(|arm| arm.guard);
        let guards = guards.flat_map(|guard| graph.region(guard).end.operands());
        graph.value(id).operands.iter().chain(guards).any(|&id| self.holds(id))
    }

    /// Whether what the arms of a branch yield first, second and so on depends on a seed.
    fn yields(&self, graph: &Graph, branch: &Branch, number: usize) -> bool {
        branch.bodies().any(|region| match &graph.region(region).end {
            Terminator::Yield(values) => values.get(number).is_some_and(|&id| self.holds(id)),
            Terminator::Panic(_) => false,
        })
    }
}

/// Whether an arm does more than to compute values, or to panic.
fn has_effects(graph: &Graph, id: ValueId) -> bool {
    let in_region = |region: RegionId| {
        let region = graph.region(region);
        region.values.iter().any(|&id| {
            let is_end = matches!(region.end, Terminator::Panic(last) if last == id);
            (graph.has_effect(id) && !is_end) || has_effects(graph, id)
        })
    };
    graph.regions(id).any(in_region)
}
