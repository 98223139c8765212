//! What a reversed body reads of an array that its loop carries, and what is saved of that: nothing if the elements are
//! settled, the elements that are read once in each iteration, or the whole array.

use std::collections::BTreeMap;

use super::Reverse;
use super::loops::Reversed;
use super::saved::Sources;
use crate::graph::{Graph, Loop, Op, RegionId, Set, ValueId};
use crate::transform::prune::live_in;

/// How a reversed body reads an array.
struct Reads {
    /// The loads in the primal's body that the reversed body has copies of.
    loads: Vec<ValueId>,
    /// Whether the array, or what it becomes, is read in loops inside of the body.
    are_in_loops: bool,
    /// Whether anything but loads reads it.
    has_others: bool,
    /// Whether it is passed to a function, which may read all of it.
    is_passed: bool,
}

impl Reverse<'_> {
    /// Finds the loads of an attempt at a reversed body that can be made of arrays before or after the primal's loop, and
    /// returns what is live if they are.
    pub(super) fn settle(
        &self,
        id: ValueId,
        repeat: &Loop,
        attempt: &Reversed,
        sources: &mut Sources,
    ) -> Set<ValueId> {
        let live = live_in(self.builder.borrow().graph(), attempt.region, &Set::default());
        let mut settled: Set<ValueId> = Set::default();
        for (number, &stand_in) in attempt.arguments[repeat.domain.items()..].iter().enumerate() {
            let ty = self.builder.borrow().graph().value(stand_in).ty;
            if !ty.is_array() || !live.contains(&stand_in) {
                continue;
            }
            let loads = self.loads_of(self.builder.borrow().graph(), &live, stand_in, repeat.body);
            for (load, copies) in loads {
                let array = if self.is_settled(id, repeat, number, load) {
                    self.builder.borrow_mut().result(id, number, ty)
                } else if self.is_unchanged_yet(id, repeat, number, load) {
                    sources.initial[number]
                } else {
                    continue;
                };
                if !self.stays(array) {
                    continue;
                }
                settled.extend(copies);
                sources.settled.push((load, array));
            }
        }
        live_in(self.builder.borrow().graph(), attempt.region, &settled)
    }

    /// Whether an array is as it is until the way back comes to it, or a copy of it can be made, which takes a vector if the
    /// caller has lent the array.
    fn stays(&self, array: ValueId) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let is_lent = graph.earlier_versions(array).any(|id| matches!(graph.value(id).op, Op::Lent));
        let is_changed_later = || {
            let is_change = |id: ValueId| {
                let value = graph.value(id);
                let is_read = matches!(value.op, Op::Load(_) | Op::Leave(_) | Op::Opaque(_));
                !is_read && value.operands.contains(&array)
            };
            graph.region(graph.value(array).region).parent.is_some() || graph.ids().any(is_change)
        };
        !is_lent || self.vector.is_some() || !is_changed_later()
    }

    /// Has the primal's loop save what a reversed body needs of the array that the loop carries under a number: what
    /// stands for it there, and the values that are live there, tell what that is.
    pub(super) fn save_array(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        number: usize,
        (stand_in, live): (ValueId, &Set<ValueId>),
        sources: &mut Sources,
    ) {
        let argument = self.builder.borrow().graph().carried_argument(repeat, number);
        let reads = self.reads_of(live, stand_in, repeat.body);
        // What is read in a loop, or is a row, is not one float of each iteration.
        let is_one = |load: &ValueId| {
            let builder = self.builder.borrow();
            builder.graph().value(*load).ty.is_real() && !is_in_loop(builder.graph(), *load, repeat.body)
        };
        let (once, several): (Vec<ValueId>, Vec<ValueId>) = reads.loads.iter().partition(|load| is_one(load));
        let has_more = !several.is_empty();
        if reads.is_passed || reads.are_in_loops && reads.has_others || has_more && once.is_empty() {
            return self.save_argument(id, repeat, number, sources);
        }
        for &load in &once {
            match self.saved(id, repeat, load, sources) {
                Some(array) => sources.loads.push((load, array)),
                None => self.note_unstored(id, argument),
            }
        }
        // The loops may only make what has been saved.
        if has_more {
            sources.partly.push((number, once));
        }
    }

    /// Has the primal's loop save whole arrays where a reversed body still needs more of them than the elements that were
    /// saved; whether there are any.
    pub(super) fn save_whole_arrays(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        reversed: &Reversed,
        sources: &mut Sources,
    ) -> bool {
        let partly = std::mem::take(&mut sources.partly);
        let live = live_in(self.builder.borrow().graph(), reversed.region, &Set::default());
        let mut has_any = false;
        for (number, loads) in partly {
            if live.contains(&reversed.arguments[repeat.domain.items() + number]) {
                sources.loads.retain(|(load, _)| !loads.contains(load));
                self.primal.saved.retain(|load, _| !loads.contains(load));
                self.save_argument(id, repeat, number, sources);
                has_any = true;
            }
        }
        has_any
    }

    fn reads_of(&self, live: &Set<ValueId>, array: ValueId, body: RegionId) -> Reads {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut values: Vec<ValueId> = live.iter().copied().collect();
        values.sort_unstable();
        let versions = versions_of(graph, &values, array);
        let has_others = values.iter().any(|&id| {
            let is_known = matches!(
                graph.value(id).op,
                Op::Load(_)
                    | Op::Store(_)
                    | Op::Accumulate(_)
                    | Op::Join
                    | Op::Loop(_)
                    | Op::Branch(_)
                    | Op::Result(_)
            );
            !is_known && graph.value(id).operands.iter().any(|id| versions.contains(id))
        });
        let is_passed = values.iter().any(|&id| {
            let value = graph.value(id);
            matches!(value.op, Op::Call(_)) && value.operands.iter().any(|id| versions.contains(id))
        });
        Reads {
            is_passed,
            loads: self.loads_of(graph, live, array, body).into_keys().collect(),
            are_in_loops: are_read_in_loops(graph, &values, &versions),
            has_others,
        }
    }

    /// The live loads of an array in a reversed body, by the loads in the primal's body that they are copies of.
    fn loads_of(
        &self,
        graph: &Graph,
        live: &Set<ValueId>,
        array: ValueId,
        body: RegionId,
    ) -> BTreeMap<ValueId, Vec<ValueId>> {
        let mut found: BTreeMap<ValueId, Vec<ValueId>> = BTreeMap::new();
        for &load in live.iter().filter(|&&id| is_load_of(graph, id, array)) {
            let mut original = load;
            while !graph.encloses(body, graph.value(original).region) {
                match self.primal.copied_from.get(&original) {
                    Some(&source) => original = source,
                    None => break,
                }
            }
            found.entry(original).or_default().push(load);
        }
        found
    }
}

/// Whether a value stands in a loop inside of a region.
fn is_in_loop(graph: &Graph, id: ValueId, body: RegionId) -> bool {
    let mut region = graph.value(id).region;
    while region != body {
        if graph.region(region).owner.is_some_and(|owner| graph.repeat(owner).is_some()) {
            return true;
        }
        match graph.region(region).parent {
            Some(parent) => region = parent,
            None => return false,
        }
    }
    false
}

/// Whether a value is a float of an array that began an iteration as this one.
fn is_load_of(graph: &Graph, id: ValueId, array: ValueId) -> bool {
    if !matches!(graph.value(id).op, Op::Load(_)) {
        return false;
    }
    let mut pending = vec![graph.value(id).operands[0]];
    let mut seen: Vec<ValueId> = Vec::new();
    while let Some(id) = pending.pop() {
        if id == array {
            return true;
        }
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        match graph.value(id).op {
            Op::Result(_) | Op::Argument(_) => pending.extend(graph.origins(id)),
            _ => pending.extend(graph.array_before(id)),
        }
    }
    false
}

/// The array, and what it becomes.
fn versions_of(graph: &Graph, live: &[ValueId], array: ValueId) -> Set<ValueId> {
    let mut versions: Set<ValueId> = Set::default();
    versions.insert(array);
    for &id in live {
        let is_version = match graph.value(id).op {
            Op::Result(_) | Op::Argument(_) => graph.origins(id).iter().any(|id| versions.contains(id)),
            _ => graph.array_before(id).is_some_and(|before| versions.contains(&before)),
        };
        if is_version {
            versions.insert(id);
        }
    }
    versions
}

fn are_read_in_loops(graph: &Graph, live: &[ValueId], versions: &Set<ValueId>) -> bool {
    live.iter().filter(|&&id| graph.repeat(id).is_some()).any(|&id| {
        let mut is_read = graph.value(id).operands.iter().any(|id| versions.contains(id));
        graph.regions(id).for_each(|region| {
            graph.for_each_use(region, &mut |id| is_read |= versions.contains(&id));
        });
        is_read
    })
}
