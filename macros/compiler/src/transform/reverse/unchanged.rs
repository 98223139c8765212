//! Elements of arrays that are read before the loop has changed them: where a loop writes to the element at its own index
//! only, what is ahead has been in the array from the start. So the reversed loop reads it in the array before the loop, of
//! which there is a copy, and nothing is kept of the iterations.

use super::Reverse;
use crate::graph::{Domain, Graph, Loop, Map, Member, Op, RegionId, ValueId};

impl Reverse<'_> {
    /// Whether the array that a loop carries under a number had from the start what a load takes from it.
    pub(super) fn is_unchanged_yet(&self, id: ValueId, repeat: &Loop, number: usize, load: ValueId) -> bool {
        // In a loop, copying the array may be dearer than keeping what is loaded.
        !self.is_in_a_loop(id)
            && Writes::of(self.builder.borrow().graph(), id, repeat, number)
                .is_some_and(|writes| writes.are_behind(load).unwrap_or(false))
    }
}

/// The stores of a loop to an array that it carries, all of which are to the element at its item.
struct Writes<'g> {
    graph: &'g Graph,
    item: ValueId,
    is_falling: bool,
    /// The arrays that an iteration begins with and makes; whether it may have written to the element at its item.
    versions: Map<ValueId, bool>,
    /// The indices of the stores.
    indices: Option<(Member, Vec<ValueId>)>,
    /// Which of them is the item.
    position: usize,
}

impl<'g> Writes<'g> {
    fn of(graph: &'g Graph, id: ValueId, repeat: &Loop, number: usize) -> Option<Self> {
        let Domain::Range { is_reversed, .. } = repeat.domain else { return None };
        let body = graph.region(repeat.body);
        let array = body.arguments[repeat.domain.items() + number];
        let mut writes = Self {
            graph,
            item: body.arguments[0],
            is_falling: is_reversed,
            versions: std::iter::once((array, false)).collect(),
            indices: None,
            position: 0,
        };
        writes.read(repeat.body)?;
        let position = writes.indices.as_ref()?.1.iter().position(|&index| index == writes.item)?;
        writes.position = position;
        // The other indices are the same in every iteration.
        let others = writes.indices.iter().flat_map(|(_, indices)| indices.iter().enumerate());
        let is_moving = |index: ValueId| graph.encloses(repeat.body, graph.value(index).region);
        if others.filter(|(other, _)| *other != position).any(|(_, &index)| is_moving(index)) {
            return None;
        }
        let is_handed_on = |other: usize| {
            let next = graph.carried(id, other).and_then(|carried| carried.next);
            next.is_some_and(|next| writes.versions.contains_key(&next))
        };
        let stays = (0..graph.carried_count(id)).all(|other| is_handed_on(other) == (other == number));
        stays.then_some(writes)
    }

    /// Reads a region. `None` if it does anything to the array but to load elements and to store the one at the item.
    fn read(&mut self, region: RegionId) -> Option<()> {
        let graph = self.graph;
        for &id in &graph.region(region).values {
            let value = graph.value(id);
            let is_used = value.operands.iter().any(|operand| self.versions.contains_key(operand));
            match &value.op {
                Op::Store(path) if self.versions.contains_key(&value.operands[0]) => {
                    let indices = value.operands[1..=path.indices].to_vec();
                    let stored = *value.operands.last()?;
                    let is_same = self.indices.as_ref().is_none_or(|(other, known)| {
                        other.key.trim() == path.key.trim() && *known == indices
                    });
                    if !is_same || self.versions.contains_key(&stored) || graph.value(stored).ty.is_array() {
                        return None;
                    }
                    self.indices = Some((Member::clone(path), indices));
                    self.versions.insert(id, true);
                }
                Op::Load(_) if !value.ty.is_array() => {}
                Op::Branch(branch) => {
                    let regions: Vec<RegionId> = branch.regions().collect();
                    regions.into_iter().try_for_each(|region| self.read(region))?;
                    for &result in graph.results(id) {
                        let origins = graph.origins(result);
                        let known: Vec<Option<&bool>> =
                            origins.iter().map(|origin| self.versions.get(origin)).collect();
                        if known.iter().any(Option::is_some) {
                            let is_written = known.contains(&Some(&true));
                            known.iter().all(Option::is_some).then_some(())?;
                            self.versions.insert(result, is_written);
                        }
                    }
                }
                Op::Loop(_) => {
                    let mut is_seen = is_used;
                    graph.regions(id).for_each(|region| {
                        graph.for_each_use(region, &mut |id| is_seen |= self.versions.contains_key(&id));
                    });
                    (!is_seen).then_some(())?;
                }
                _ if is_used && graph.measured(id).is_none() => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// Whether the stores of the iterations so far are to other elements than a load takes.
    fn are_behind(&self, load: ValueId) -> Option<bool> {
        let graph = self.graph;
        let value = graph.value(load);
        let Op::Load(path) = &value.op else { return None };
        let (stored, indices) = self.indices.as_ref()?;
        if stored.key.trim() != path.key.trim() {
            return None;
        }
        let is_written = *self.versions.get(&value.operands[0])?;
        let mut others = value.operands[1..=path.indices].iter().zip(indices).enumerate();
        if others.any(|(position, (index, written))| position != self.position && index != written) {
            return None;
        }
        let (base, offset) = graph.offset(value.operands[1 + self.position]);
        let ahead = if self.is_falling { -offset } else { offset };
        Some(base == Some(self.item) && (ahead > 0 || ahead == 0 && !is_written))
    }
}
