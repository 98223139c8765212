//! Removes what no result needs: dead values, dead branches, and yields that nobody reads.

use super::copy::Copier;
use crate::graph::{Arm, Branch, Function, Graph, Op, RegionId, Set, Terminator, ValueId};

/// A copy of the function without dead values. Assertions stay, and so does what they look at.
pub(super) fn prune(function: Function, strict: bool) -> Function {
    let live = Live::of(&function);
    let mut pruner = Pruner { copier: Copier::new(&function.graph, &function.parameters, strict), live };
    pruner.values(function.body);
    let end = pruner.copier.copy_end(function.body);
    pruner.copier.builder.finish(end)
}

struct Live<'a> {
    graph: &'a Graph,
    values: Set<ValueId>,
    /// Yields that are read: the branch and the number.
    yields: Set<(ValueId, usize)>,
    pending: Vec<ValueId>,
}

impl<'a> Live<'a> {
    fn of(function: &'a Function) -> Self {
        let mut live = Self {
            graph: &function.graph,
            values: Set::default(),
            yields: Set::default(),
            pending: Vec::new(),
        };
        live.pending.extend(function.graph.region(function.body).end.operands());
        live.find_effects(function.body);
        while let Some(id) = live.pending.pop() {
            live.visit(id);
        }
        live
    }

    fn visit(&mut self, id: ValueId) {
        if !self.values.insert(id) {
            return;
        }
        let value = self.graph.value(id);
        self.pending.extend(&value.operands);
        match &value.op {
            Op::Result(number) => {
                self.yields.insert((value.operands[0], *number));
                for region in self.graph.branch(value.operands[0]).into_iter().flat_map(Branch::bodies) {
                    if let Terminator::Yield(values) = &self.graph.region(region).end {
                        self.pending.extend(values.get(*number));
                    }
                }
            }
            Op::Branch(branch) => {
                for arm in &branch.arms {
                    if let Some(guard) = arm.guard {
                        self.pending.extend(self.graph.region(guard).end.operands());
                    }
                    if let Terminator::Panic(id) = self.graph.region(arm.region).end {
                        self.pending.push(id);
                    }
                }
            }
            Op::Pullback(region) => self.pending.extend(self.graph.region(*region).end.operands()),
            _ => {}
        }
    }

    /// Marks assertions, and branches that contain one or that do nothing but panic in some arm.
    fn find_effects(&mut self, region: RegionId) -> bool {
        let mut found = false;
        let end = &self.graph.region(region).end;
        for &id in &self.graph.region(region).values {
            match &self.graph.value(id).op {
                _ if self.graph.has_effect(id) && !matches!(end, Terminator::Panic(last) if *last == id) => {
                    self.pending.push(id);
                    found = true;
                }
                Op::Branch(branch) => {
                    let regions: Vec<RegionId> = branch.bodies().collect();
                    let mut keeps = false;
                    let mut yields_nothing = true;
                    let mut panics = false;
                    for region in regions {
                        keeps |= self.find_effects(region);
                        match &self.graph.region(region).end {
                            Terminator::Yield(values) => yields_nothing &= values.is_empty(),
                            Terminator::Panic(_) => panics = true,
                        }
                    }
                    if keeps || (panics && yields_nothing) {
                        self.pending.push(id);
                        found = true;
                    }
                }
                _ => {}
            }
        }
        found
    }
}

struct Pruner<'a> {
    copier: Copier<'a>,
    live: Live<'a>,
}

impl Pruner<'_> {
    fn values(&mut self, region: RegionId) {
        let graph = self.copier.source;
        for &id in &graph.region(region).values {
            if self.live.values.contains(&id) {
                match &graph.value(id).op {
                    Op::Branch(_) => self.branch(id),
                    Op::Pullback(region) => {
                        let region = self.region(*region, None);
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

    fn branch(&mut self, id: ValueId) {
        let graph = self.copier.source;
        let Some(branch) = graph.branch(id) else { return };
        let operand = self.copier.get(graph.value(id).operands[0]);
        let count =
            branch.bodies().map(|region| graph.region(region).end.operands().len()).max().unwrap_or(0);
        let kept: Vec<usize> =
            (0..count).filter(|&number| self.live.yields.contains(&(id, number))).collect();
        let arms = branch
            .arms
            .iter()
            .map(|arm| {
                let guard = arm.guard.map(|guard| self.region(guard, None));
                Arm { pattern: arm.pattern.clone(), guard, region: self.region(arm.region, Some(&kept)) }
            })
            .collect();
        let copy = self.copier.builder.branch(branch.test.clone(), operand, arms);
        self.copier.set(id, copy);
        for &result in graph.results(id) {
            if let Op::Result(number) = graph.value(result).op
                && let Some(position) = kept.iter().position(|&kept| kept == number)
            {
                let renumbered = self.copier.builder.result(copy, position, graph.value(result).ty);
                self.copier.set(result, renumbered);
                self.copier.note(result, renumbered);
            }
        }
    }

    /// Copies a region with only the yields of the given numbers.
    fn region(&mut self, region: RegionId, kept: Option<&[usize]>) -> RegionId {
        self.copier.builder.enter();
        self.copier.copy_arguments(region);
        self.values(region);
        let end = match &self.copier.source.region(region).end {
            Terminator::Panic(id) => Terminator::Panic(self.copier.get(*id)),
            Terminator::Yield(values) => Terminator::Yield(match kept {
                Some(kept) => kept.iter().map(|&number| self.copier.get(values[number])).collect(),
                None => self.copier.get_all(values),
            }),
        };
        self.copier.builder.leave(end)
    }
}
