//! Separates what depends on seeds from what does not: a function with seeds among its parameters in, one that
//! computes the rest once and does what depends on the seeds in pullbacks out, one for each group of seeds.
//!
//! A branch of which only a part depends on the seeds is divided into two on the same test. What the second one
//! needs of the first is computed again in its arms. So is a loop, of which the second one is the whole. Assertions
//! in it have held by then.

use std::ops::Range;

use super::copy::{Copier, place, some};
use crate::graph::{Arm, Branch, Function, Graph, Loop, Op, RegionId, Terminator, ValueId};

/// Seeds, and what depends on them alone.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The numbers of the parameters that are the seeds.
    pub(super) seeds: Range<usize>,
    /// How many yields depend on them.
    pub(super) yields: usize,
}

/// The function whose first `kept` yields are as they were, and the others are in pullbacks, one for each group in
/// which alone the seeds of the group are used. `None` if something with an effect would be done twice.
pub(super) fn hoist(function: &Function, groups: &[Group], kept: usize, strict: bool) -> Option<Function> {
    let graph = &function.graph;
    let on = |seeds: Range<usize>| Dependent::on(graph, &function.parameters[seeds]);
    let dependents: Vec<Dependent> = groups.iter().map(|group| on(group.seeds.clone())).collect();
    let (values, yields) = flattened(function);
    let is_repeated = |id: ValueId| {
        let results = graph.results(id);
        dependents.iter().any(|dependent| results.iter().any(|&result| dependent.holds(result)))
    };
    if values.iter().any(|&id| is_repeated(id) && has_effects(graph, id)) {
        return None;
    }
    let any = Dependent::on_any(&dependents, graph);
    let copier = Copier::new(graph, &function.parameters, strict);
    let mut hoist = Hoist { graph, dependent: any, copier };
    hoist.values(&values, Part::Once);
    let mut once = hoist.copier.get_all(&yields[..kept]);
    let mut first = kept;
    for (group, dependent) in groups.iter().zip(dependents) {
        hoist.dependent = dependent;
        hoist.copier.builder.enter();
        hoist.values(&values, Part::Repeated);
        let last = first + group.yields;
        let repeated = Terminator::Yield(hoist.copier.get_all(&yields[first..last]));
        let region = hoist.copier.builder.leave(repeated);
        once.push(hoist.copier.builder.pullback(region));
        first = last;
    }
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
            } else if let Some(repeat) = self.graph.repeat(id) {
                self.repeat(id, repeat, part);
            } else if part == Part::Whole && matches!(self.graph.value(id).op, Op::Effect(_)) {
                // Done before, in what is computed once.
            } else if part == Part::Whole || self.dependent.holds(id) == (part == Part::Repeated) {
                self.copier.copy(id);
            }
        }
    }

    /// Copies a branch for a part of its results. What this leaves without use is pruned later.
    fn branch(&mut self, id: ValueId, branch: &Branch, part: Part) {
        let is_tested_by_seeds = self.dependent.decision(self.graph, id);
        let count = branch.bodies().map(|region| self.graph.region(region).end.operands().len()).max();
        let kept: Vec<usize> = (0..count.unwrap_or_default())
            .filter(|&number| {
                let depends = is_tested_by_seeds || self.dependent.yields(self.graph, id, number);
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
            let arguments = &self.graph.region(arm.region).arguments;
            let region = self.open_region(arm.region, inside, arguments, 0, &kept);
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
        }
        let copy = self.copier.builder.branch(branch.test.clone(), operand, arms);
        self.copier.copy_results(id, copy, |number| place(&kept, number));
    }

    /// Copies a loop without what it carries of seeds, or the whole of it.
    fn repeat(&mut self, id: ValueId, repeat: &Loop, part: Part) {
        let is_decided_by_seeds = self.dependent.decision(self.graph, id);
        let all: Vec<usize> = (0..self.graph.carried_count(id)).collect();
        let depends = |number: &usize| is_decided_by_seeds || self.dependent.yields(self.graph, id, *number);
        let (repeated, once): (Vec<usize>, Vec<usize>) = all.iter().partition(|&number| depends(number));
        let (carried, kept, inside) = match part {
            Part::Once if is_decided_by_seeds => return,
            Part::Repeated if repeated.is_empty() && !is_decided_by_seeds => return,
            Part::Once => (&once, &once, Part::Once),
            Part::Repeated => (&all, &repeated, Part::Whole),
            Part::Whole => (&all, &all, Part::Whole),
        };
        let operands = some(&self.graph.value(id).operands, repeat.domain.bounds(), carried);
        let operands = self.copier.get_all(&operands);
        let arguments = |region| some(&self.graph.region(region).arguments, repeat.domain.items(), carried);
        let arguments = repeat.regions().map(arguments).collect::<Vec<_>>();
        let condition = repeat.condition.map(|condition| {
            self.copier.builder.enter();
            self.open_region(condition, inside, &arguments[0], 1, &[])
        });
        self.copier.builder.enter();
        let body =
            self.open_region(repeat.body, inside, &arguments[arguments.len() - 1], repeat.exits(), carried);
        let copy = self.copier.builder.repeat(Loop { condition, body, ..repeat.clone() }, operands);
        self.copier
            .copy_results(id, copy, |number| kept.contains(&number).then(|| place(carried, number))?);
    }

    fn guard(&mut self, guard: RegionId) -> RegionId {
        self.copier.builder.enter();
        let source = self.graph.region(guard);
        self.open_region(guard, Part::Whole, &source.arguments, source.end.operands().len(), &[])
    }

    /// Copies into the current region, with some of the arguments and the yields that [`some`] chooses, and closes it.
    fn open_region(
        &mut self,
        region: RegionId,
        part: Part,
        arguments: &[ValueId],
        first: usize,
        kept: &[usize],
    ) -> RegionId {
        self.copier.copy_each_argument(arguments);
        self.values(&self.graph.region(region).values, part);
        let end = self.copier.copy_end_of(region, first, kept);
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
        // A value is created after its operands, so the order of creation is an order of evaluation. What a loop carries
        // into the next iteration is found in the next round.
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for id in graph.ids() {
                if !dependent.holds(id) && dependent.is_made_of_seeds(graph, id) {
                    dependent.0[id.index()] = true;
                    has_changed = true;
                }
            }
        }
        dependent
    }

    /// On the seeds of any group.
    fn on_any(groups: &[Self], graph: &Graph) -> Self {
        let depends = |id: ValueId| groups.iter().any(|group| group.holds(id));
        Self(graph.ids().map(depends).collect())
    }

    fn is_made_of_seeds(&self, graph: &Graph, id: ValueId) -> bool {
        let value = graph.value(id);
        match value.op {
            Op::Result(number) => {
                self.decision(graph, value.operands[0]) || self.yields(graph, value.operands[0], number)
            }
            Op::Argument(_) => match (graph.carrier(id), graph.region(value.region).owner) {
                (Some((owner, number)), _) => self.yields(graph, owner, number),
                // The item of a loop over a range.
                (None, owner) => owner.is_some_and(|owner| self.decision(graph, owner)),
            },
            Op::Branch(_) | Op::Loop(_) | Op::Pullback(_) => false,
            _ => value.operands.iter().any(|&id| self.holds(id)),
        }
    }

    fn holds(&self, id: ValueId) -> bool {
        self.0[id.index()]
    }

    /// Whether it depends on a seed which arm of a branch is taken, or how often a loop goes round.
    fn decision(&self, graph: &Graph, id: ValueId) -> bool {
        graph.decisions(id).into_iter().any(|id| self.holds(id))
    }

    /// Whether what the arms of a branch yield under a number, or what a loop carries, depends on a seed.
    fn yields(&self, graph: &Graph, id: ValueId, number: usize) -> bool {
        graph.yielded(id, number).into_iter().any(|id| self.holds(id))
    }
}

/// Whether an arm, or the body of a loop, does more than to compute values, to assert, or to panic.
fn has_effects(graph: &Graph, id: ValueId) -> bool {
    let in_region = |region: RegionId| {
        let region = graph.region(region);
        region.values.iter().any(|&id| {
            let is_end = matches!(region.end, Terminator::Panic(last) if last == id);
            let is_assertion = matches!(graph.value(id).op, Op::Effect(_));
            (graph.has_effect(id) && !is_assertion && !is_end) || has_effects(graph, id)
        })
    };
    graph.regions(id).any(in_region)
}
