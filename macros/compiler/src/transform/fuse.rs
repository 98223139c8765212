//! Joins branches on the same test, so that the forward and the backward part of an arm stand together.
//!
//! A later branch moves up into an earlier one on the same test unless it needs a value that is computed in
//! between from the earlier one's results. Nothing that changes an array moves up over what still looks at the array, which
//! would have to be copied then.

use super::copy::Copier;
use crate::graph::{Arm, Branch, Function, Graph, Loop, Map, Op, RegionId, Set, Terminator, Test, ValueId};

pub(super) fn fuse(function: &Function, strict: bool) -> Function {
    let mut fuser = Fuser { copier: Copier::new(&function.graph, &function.parameters, strict) };
    fuser.values(&function.graph.region(function.body).values.clone());
    let end = fuser.copier.copy_end(function.body);
    fuser.copier.builder.finish(end)
}

struct Fuser<'a> {
    copier: Copier<'a>,
}

/// A value, or branches to be copied as one.
enum Item {
    Value(ValueId),
    Branches(Vec<ValueId>),
}

impl Fuser<'_> {
    fn values(&mut self, values: &[ValueId]) {
        for item in self.plan(values) {
            match item {
                Item::Value(id) if self.copier.source.branch(id).is_some() => self.branches(&[id]),
                Item::Value(id) => match &self.copier.source.value(id).op {
                    Op::Loop(repeat) => self.repeat(id, repeat),
                    Op::Pullback(region) => self.pullback(id, *region),
                    _ => {
                        self.copier.copy(id);
                    }
                },
                Item::Branches(branches) => self.branches(&branches),
            }
        }
    }

    /// Branches inside a pullback are joined with one another, not with those outside.
    fn pullback(&mut self, id: ValueId, region: RegionId) {
        let region = self.region(region);
        let copy = self.copier.builder.pullback(region);
        self.copier.set(id, copy);
    }

    /// So are those inside a loop.
    fn repeat(&mut self, id: ValueId, repeat: &Loop) {
        let operands = self.copier.get_all(&self.copier.source.value(id).operands);
        let condition = repeat.condition.map(|condition| self.copier.copy_region(condition));
        let body = self.region(repeat.body);
        let copy = self.copier.builder.repeat(Loop { condition, body, ..repeat.clone() }, operands);
        self.copier.set(id, copy);
    }

    fn region(&mut self, region: RegionId) -> RegionId {
        self.copier.builder.enter();
        self.copier.copy_arguments(region);
        self.values(&self.copier.source.region(region).values);
        let end = self.copier.copy_end(region);
        self.copier.builder.leave(end)
    }

    fn branches(&mut self, branches: &[ValueId]) {
        let graph = self.copier.source;
        let sources: Vec<&Branch> = branches.iter().filter_map(|&id| graph.branch(id)).collect();
        let operand = self.copier.get(graph.value(branches[0]).operands[0]);
        let first = sources[0];
        let mut arms = Vec::new();
        for (position, arm) in first.arms.iter().enumerate() {
            let regions: Vec<RegionId> = sources.iter().map(|branch| branch.arms[position].region).collect();
            let guard = arm.guard.map(|guard| self.copier.copy_region(guard));
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region: self.arm(branches, &regions) });
        }
        let copy = self.copier.builder.branch(first.test.clone(), operand, arms);
        let mut offset = 0;
        for (&id, source) in branches.iter().zip(&sources) {
            self.copier.copy_results(id, copy, |number| Some(offset + number));
            offset += yield_count(graph, source);
        }
    }

    /// One arm of several branches: their values as one list, later ones seeing what earlier ones yield.
    fn arm(&mut self, branches: &[ValueId], regions: &[RegionId]) -> RegionId {
        let graph = self.copier.source;
        self.copier.builder.enter();
        self.copier.copy_arguments(regions[0]);
        let arguments = self.copier.get_all(&graph.region(regions[0]).arguments);
        let mut values = Vec::new();
        let mut aliased = Vec::new();
        let mut panic = None;
        for (&branch, &region) in branches.iter().zip(regions) {
            let region = graph.region(region);
            for (&id, &copy) in region.arguments.iter().zip(&arguments) {
                self.copier.set(id, copy);
            }
            values.extend(&region.values);
            match &region.end {
                Terminator::Panic(id) => {
                    panic = Some(*id);
                    break;
                }
                Terminator::Yield(yields) => {
                    for &result in graph.results(branch) {
                        if let Op::Result(number) = graph.value(result).op {
                            self.copier.aliases.insert(result, yields[number]);
                            aliased.push(result);
                        }
                    }
                }
            }
        }
        self.values(&values);
        let end = match panic {
            Some(id) => Terminator::Panic(self.copier.get(id)),
            None => {
                let yields: Vec<ValueId> =
                    regions.iter().flat_map(|&region| graph.region(region).end.operands()).copied().collect();
                Terminator::Yield(self.copier.get_all(&yields))
            }
        };
        for result in aliased {
            self.copier.aliases.remove(&result);
        }
        self.copier.builder.leave(end)
    }

    /// The order in which the values of a region are copied, and which branches are joined.
    fn plan(&self, values: &[ValueId]) -> Vec<Item> {
        let mut tests: Map<Key, usize> = Map::default();
        for &id in values {
            if let Some(test) = self.test_of(id) {
                *tests.entry(test).or_default() += 1;
            }
        }
        let mut items = Vec::new();
        let mut rest: Vec<ValueId> = values.to_vec();
        let mut start = 0;
        while start < rest.len() {
            let id = rest[start];
            let Some(test) = self.test_of(id).filter(|test| tests[test] > 1) else {
                items.push(Item::Value(id));
                start += 1;
                continue;
            };
            let (group, before, after) = self.join(id, &test, &rest[start + 1..]);
            items.extend(before.into_iter().map(Item::Value));
            items.push(if group.len() == 1 { Item::Value(id) } else { Item::Branches(group) });
            rest.splice(start.., after);
        }
        items
    }

    /// Splits what follows a branch into branches that join it, values that go before it, and values that stay.
    fn join(
        &self,
        first: ValueId,
        test: &Key,
        rest: &[ValueId],
    ) -> (Vec<ValueId>, Vec<ValueId>, Vec<ValueId>) {
        let graph = self.copier.source;
        // Nothing has to move beyond the last branch that could join.
        let last =
            rest.iter().rposition(|&id| self.test_of(id).as_ref() == Some(test)).map_or(0, |index| index + 1);
        let mut group = vec![first];
        let mut dependent: Set<ValueId> = Set::default();
        // The arrays that the group and what stays behind it look at.
        let mut in_group: Set<ValueId> = Set::default();
        let mut behind: Set<ValueId> = Set::default();
        for_each_operand(graph, first, &mut |operand| in_group.extend(self.array(operand)));
        let mut before = Vec::new();
        let mut after = Vec::new();
        for &id in &rest[..last] {
            let mut uses_group = false;
            let mut uses_dependent = false;
            let mut arrays: Set<ValueId> = Set::default();
            for_each_operand(graph, id, &mut |operand| {
                let operand = self.copier.resolve(operand);
                let source = match graph.value(operand).op {
                    Op::Result(_) => graph.value(operand).operands[0],
                    _ => operand,
                };
                uses_group |= group.contains(&source);
                uses_dependent |= dependent.contains(&source);
                arrays.extend(self.array(operand));
            });
            let is_change = !arrays.is_empty() && changes_arrays(graph, id);
            let stays = uses_dependent || self.has_effect(id) || is_change && !behind.is_disjoint(&arrays);
            if !stays && self.test_of(id).as_ref() == Some(test) {
                group.push(id);
                in_group.extend(arrays);
            } else if stays || uses_group || is_change && !in_group.is_disjoint(&arrays) {
                // What has an effect stays behind the branch, as effects keep their order.
                dependent.insert(id);
                after.push(id);
                behind.extend(arrays);
            } else {
                before.push(id);
            }
        }
        if group.len() == 1 {
            return (group, Vec::new(), rest.to_vec());
        }
        after.extend(&rest[last..]);
        (group, before, after)
    }

    /// The value, if it is an array.
    fn array(&self, id: ValueId) -> Option<ValueId> {
        let id = self.copier.resolve(id);
        self.copier.source.value(id).ty.is_array().then_some(id)
    }

    /// Whether a value, or something in a branch or loop, is kept for what it does.
    fn has_effect(&self, id: ValueId) -> bool {
        let graph = self.copier.source;
        let in_region = |region| graph.region(region).values.iter().any(|&id| self.has_effect(id));
        graph.has_effect(id) || graph.regions(id).any(in_region)
    }

    /// What a branch tests, if another branch can have the same test.
    fn test_of(&self, id: ValueId) -> Option<Key> {
        let graph = self.copier.source;
        let branch = graph.branch(id)?;
        let operand = self.copier.resolve(graph.value(id).operands[0]);
        match branch.test {
            Test::Bool => Some(self.condition_key(operand)),
            Test::Pattern => {
                let mut key = String::new();
                for arm in &branch.arms {
                    let guard = match arm.guard {
                        Some(guard) => guard_key(graph, guard)?,
                        None => String::new(),
                    };
                    let pattern = arm.pattern.as_ref().map(ToString::to_string).unwrap_or_default();
                    key.push_str(&format!("{pattern} if {guard} => "));
                }
                Some((vec![operand], key))
            }
        }
    }

    /// A comparison that a reversed arm repeats is the same test, although it is another value.
    fn condition_key(&self, condition: ValueId) -> Key {
        let value = self.copier.source.value(condition);
        match value.op {
            Op::Compare(comparison) => {
                let operands = value.operands.iter().map(|&operand| self.copier.resolve(operand)).collect();
                (operands, format!("{comparison:?}"))
            }
            _ => (vec![condition], String::new()),
        }
    }
}

/// Equal for branches on the same test.
type Key = (Vec<ValueId>, String);

fn yield_count(graph: &Graph, branch: &Branch) -> usize {
    branch
        .bodies()
        .find_map(|region| match &graph.region(region).end {
            Terminator::Yield(values) => Some(values.len()),
            Terminator::Panic(_) => None,
        })
        .unwrap_or(0)
}

/// Whether a value, or something in a branch or loop, is an array with a change to it.
fn changes_arrays(graph: &Graph, id: ValueId) -> bool {
    let in_region = |region| graph.region(region).values.iter().any(|&id| changes_arrays(graph, id));
    graph.changes_arrays(id) || graph.regions(id).any(in_region)
}

/// Visits what a value uses, a branch or loop with all that is in it.
fn for_each_operand(graph: &Graph, id: ValueId, visit: &mut impl FnMut(ValueId)) {
    graph.value(id).operands.iter().copied().for_each(&mut *visit);
    graph.regions(id).for_each(|region| graph.for_each_use(region, visit));
}

/// A guard as text, as far as it is made of opaque expressions and comparisons.
fn guard_key(graph: &Graph, guard: RegionId) -> Option<String> {
    let region = graph.region(guard);
    let mut numbers: Map<ValueId, usize> = Map::default();
    let mut key = String::new();
    for &id in region.arguments.iter().chain(&region.values) {
        let number = numbers.len();
        numbers.insert(id, number);
    }
    for &id in &region.values {
        let value = graph.value(id);
        let operation = match &value.op {
            Op::Opaque(opaque) => opaque.key.as_ref()?.to_string(),
            Op::Compare(_) | Op::Not | Op::Primitive(_) | Op::Coerce | Op::Cast => format!("{:?}", value.op),
            _ => return None,
        };
        let operands: Vec<String> = value
            .operands
            .iter()
            .map(|operand| {
                numbers.get(operand).map_or_else(|| format!("{operand:?}"), |number| format!("%{number}"))
            })
            .collect();
        key.push_str(&format!("{operation}({}) ", operands.join(",")));
    }
    let ends: Vec<String> = region.end.operands().iter().map(|id| format!("{:?}", numbers.get(id))).collect();
    key.push_str(&ends.join(","));
    Some(key)
}
