//! Removes what no result needs: dead values, dead branches and loops, and what they yield and nobody reads.
//!
//! What a loop carries and never changes is what it was before the loop.

use super::copy::{Copier, place, some};
use crate::graph::{Arm, Branch, Function, Graph, Loop, Op, RegionId, Set, Terminator, ValueId};

/// A copy of the function without dead values. Assertions stay, and so does what they look at.
pub(super) fn prune(function: Function, strict: bool) -> Function {
    let mut copier = Copier::new(&function.graph, &function.parameters, strict);
    find_unchanged(&mut copier);
    let live = Live::of(copier.source, function.body, &|id| copier.resolve(id), &Set::default());
    let mut pruner = Pruner { copier, live };
    pruner.values(function.body);
    let end = pruner.copier.copy_end(function.body);
    pruner.copier.builder.finish(end)
}

/// The values that what a region yields needs, if these loads are made of other arrays.
pub(super) fn live_in(graph: &Graph, region: RegionId, loads: &Set<ValueId>) -> Set<ValueId> {
    Live::of(graph, region, &|id| id, loads).values
}

/// Lets what a loop carries without changing it stand for its first value.
fn find_unchanged(copier: &mut Copier<'_>) {
    let graph = copier.source;
    let loops: Vec<(ValueId, &Loop)> =
        graph.ids().filter_map(|id| graph.repeat(id).map(|repeat| (id, repeat))).collect();
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        for &(id, repeat) in &loops {
            for number in 0..graph.carried_count(id) {
                has_changed |= is_unchanged(copier, id, repeat, number);
            }
        }
    }
}

/// Whether a loop is found to carry this without changing it.
fn is_unchanged(copier: &mut Copier<'_>, id: ValueId, repeat: &Loop, number: usize) -> bool {
    let graph = copier.source;
    let Some(carried) = graph.carried(id, number) else { return false };
    let argument = |region: RegionId| graph.region(region).arguments[repeat.domain.items() + number];
    let initial = copier.resolve(carried.initial);
    let next = carried.next.map(|next| copier.resolve(next));
    let is_known = copier.aliases.contains_key(&argument(repeat.body));
    if is_known || next != Some(argument(repeat.body)) && next != Some(initial) {
        return false;
    }
    copier.aliases.extend(repeat.regions().map(|region| (argument(region), initial)));
    let results = graph.results(id).iter().copied();
    let stands_for =
        |result: &ValueId| matches!(graph.value(*result).op, Op::Result(found) if found == number);
    copier.aliases.extend(results.filter(stands_for).map(|result| (result, initial)));
    true
}

#[derive(Default)]
struct Live {
    values: Set<ValueId>,
    /// What is read of what is yielded: the branch or loop and the number.
    yields: Set<(ValueId, usize)>,
    pending: Vec<ValueId>,
}

impl Live {
    /// What a region needs, in which `resolve` tells what stands for a value, and these loads do not need their arrays.
    fn of(graph: &Graph, body: RegionId, resolve: &dyn Fn(ValueId) -> ValueId, loads: &Set<ValueId>) -> Self {
        let mut live = Self::default();
        live.pending.extend(graph.region(body).end.operands());
        live.find_effects(graph, body);
        while let Some(id) = live.pending.pop() {
            let id = resolve(id);
            live.visit(graph, id, usize::from(loads.contains(&id)));
        }
        live
    }

    /// Needs a value, and its operands from the given one on.
    fn visit(&mut self, graph: &Graph, id: ValueId, first: usize) {
        if !self.values.insert(id) {
            return;
        }
        let value = graph.value(id);
        match &value.op {
            Op::Result(number) => self.visit_yielded(graph, id, (value.operands[0], *number)),
            Op::Argument(_) => {
                if let Some(carried) = graph.carrier(id) {
                    self.visit_yielded(graph, id, carried);
                }
            }
            Op::Branch(_) | Op::Loop(_) => {
                self.pending.extend(graph.decisions(id));
                for region in graph.regions(id) {
                    if let Terminator::Panic(id) = graph.region(region).end {
                        self.pending.push(id);
                    }
                }
            }
            Op::Pullback(region) => self.pending.extend(graph.region(*region).end.operands()),
            _ => self.pending.extend(&value.operands[first..]),
        }
    }

    /// What a branch yields under a number, or a loop carries.
    fn visit_yielded(&mut self, graph: &Graph, id: ValueId, (owner, number): (ValueId, usize)) {
        self.yields.insert((owner, number));
        self.pending.push(owner);
        self.pending.extend(graph.origins(id));
    }

    /// Marks assertions, and branches and loops that contain one or that do nothing but panic in some arm.
    fn find_effects(&mut self, graph: &Graph, region: RegionId) -> bool {
        let mut found = false;
        let end = &graph.region(region).end;
        for &id in &graph.region(region).values {
            let is_kept = match &graph.value(id).op {
                Op::Branch(branch) => {
                    let mut keeps = false;
                    let mut yields_nothing = true;
                    let mut panics = false;
                    for region in branch.bodies() {
                        keeps |= self.find_effects(graph, region);
                        match &graph.region(region).end {
                            Terminator::Yield(values) => yields_nothing &= values.is_empty(),
                            Terminator::Panic(_) => panics = true,
                        }
                    }
                    keeps || (panics && yields_nothing)
                }
                Op::Loop(repeat) => {
                    let mut keeps = matches!(graph.region(repeat.body).end, Terminator::Panic(_));
                    for region in repeat.regions() {
                        keeps |= self.find_effects(graph, region);
                    }
                    keeps
                }
                _ => graph.has_effect(id) && !matches!(end, Terminator::Panic(last) if *last == id),
            };
            if is_kept {
                self.pending.push(id);
                found = true;
            }
        }
        found
    }
}

struct Pruner<'a> {
    copier: Copier<'a>,
    live: Live,
}

impl Pruner<'_> {
    fn values(&mut self, region: RegionId) {
        let graph = self.copier.source;
        for &id in &graph.region(region).values {
            if self.live.values.contains(&id) {
                match &graph.value(id).op {
                    Op::Branch(branch) => self.branch(id, branch),
                    Op::Loop(repeat) => self.repeat(id, repeat),
                    Op::Pullback(region) => {
                        let region = self.whole_region(*region);
                        let copy = self.copier.builder.pullback(region);
                        self.copier.set(id, copy);
                    }
                    _ => {
                        self.copier.copy(id);
                    }
                }
            }
        }
    }

    fn branch(&mut self, id: ValueId, branch: &Branch) {
        let graph = self.copier.source;
        let operand = self.copier.get(graph.value(id).operands[0]);
        let count =
            branch.bodies().map(|region| graph.region(region).end.operands().len()).max().unwrap_or(0);
        let kept = self.kept(id, count);
        let arms = branch
            .arms
            .iter()
            .map(|arm| {
                let guard = arm.guard.map(|guard| self.whole_region(guard));
                let arguments = &graph.region(arm.region).arguments;
                let region = self.region(arm.region, arguments, 0, &kept);
                Arm { pattern: arm.pattern.clone(), guard, region }
            })
            .collect();
        let copy = self.copier.builder.branch(branch.test.clone(), operand, arms);
        self.copier.copy_results(id, copy, |number| place(&kept, number));
    }

    fn repeat(&mut self, id: ValueId, repeat: &Loop) {
        let graph = self.copier.source;
        let kept = self.kept(id, graph.carried_count(id));
        let operands = some(&graph.value(id).operands, repeat.domain.bounds(), &kept);
        let operands = self.copier.get_all(&operands);
        let arguments = |region| some(&graph.region(region).arguments, repeat.domain.items(), &kept);
        let condition =
            repeat.condition.map(|condition| self.region(condition, &arguments(condition), 1, &[]));
        let body = self.region(repeat.body, &arguments(repeat.body), repeat.exits(), &kept);
        let copy = self.copier.builder.repeat(Loop { condition, body, ..repeat.clone() }, operands);
        self.copier.copy_results(id, copy, |number| place(&kept, number));
    }

    /// The numbers, below `count`, of what is read of what a branch or loop yields.
    fn kept(&self, id: ValueId, count: usize) -> Vec<usize> {
        (0..count).filter(|&number| self.live.yields.contains(&(id, number))).collect()
    }

    /// Copies a region with only some of its arguments, and of its yields those that [`some`] chooses.
    fn region(&mut self, region: RegionId, arguments: &[ValueId], first: usize, kept: &[usize]) -> RegionId {
        self.copier.builder.enter();
        self.copier.copy_each_argument(arguments);
        self.values(region);
        let end = self.copier.copy_end_of(region, first, kept);
        self.copier.builder.leave(end)
    }

    fn whole_region(&mut self, region: RegionId) -> RegionId {
        let source = self.copier.source.region(region);
        self.region(region, &source.arguments, source.end.operands().len(), &[])
    }
}
