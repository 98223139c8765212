//! The numbers of a loop's iterations, under which the primal's loop keeps values and its reversal finds them: the integers
//! that the loop goes through where these serve as indices, and otherwise a count.

use quote::quote;

use super::Reverse;
use super::saved::Sources;
use crate::graph::{Change, Domain, Graph, Loop, Op, RegionId, Ty, ValueId};
use crate::transform::partials::Linearize;

/// Where the number of an iteration comes from.
#[derive(Clone, Copy)]
pub(super) enum Positions {
    /// The integer that the loop has come to.
    Items,
    /// The same, less the lowest one, which is this.
    ItemsFrom(ValueId),
    /// The primal's loop counts its iterations, and this is how many there were.
    Counted(ValueId),
}

/// The most elements of a vector that are left free at its beginning, so that integers can be indices as they are.
const MOST_FREE: i64 = 8;

impl Reverse<'_> {
    /// How many iterations a loop made.
    pub(super) fn counted(&mut self, id: ValueId) -> ValueId {
        let zero = self.before(id, |builder| builder.literal(quote!(0_usize)));
        self.carry(id, zero, Some("count"), |builder, _, count| builder.neighbour(count, true))
    }

    /// Decides where the numbers of a loop's iterations come from, and has the loop count if there is nothing else.
    pub(super) fn find_positions(&mut self, id: ValueId, repeat: &Loop, sources: &mut Sources) -> Positions {
        if let Some(found) = sources.positions {
            return found;
        }
        let found = match self.item_positions(id, repeat) {
            Some(found) => found,
            None => Positions::Counted(self.counted(id)),
        };
        sources.positions = Some(found);
        found
    }

    /// The integers that a loop goes through as the numbers of its iterations, if they are `usize`.
    fn item_positions(&self, id: ValueId, repeat: &Loop) -> Option<Positions> {
        let Domain::Range { is_reversed, .. } = repeat.domain else { return None };
        if !self.has_plain_positions(id, repeat) {
            return None;
        }
        let builder = self.builder.borrow();
        let first = builder.graph().value(id).operands[0];
        let known = builder.graph().known_literal(first).map(|(known, _)| known);
        // The bound of an array on the stack is that of the integers, and what grows is filled from its beginning.
        let most_free = match self.vector {
            None => return Some(Positions::Items),
            Some(_) if is_exact(repeat) => MOST_FREE,
            Some(_) if is_reversed => return None,
            Some(_) => 0,
        };
        let is_near = known.is_some_and(|known| known <= most_free);
        Some(if is_near { Positions::Items } else { Positions::ItemsFrom(first) })
    }

    /// Whether the integers that a loop goes through are `usize`, or may be.
    pub(super) fn has_plain_positions(&self, id: ValueId, repeat: &Loop) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let Domain::Range { .. } = repeat.domain else { return false };
        let item = graph.region(repeat.body).arguments[0];
        let bounds = &graph.value(id).operands[..2];
        if bounds.iter().any(|&bound| graph.is_usize(bound)) || is_index_in(graph, repeat.body, item) {
            return true;
        }
        let mut is_used = false;
        graph.for_each_use(repeat.body, &mut |id| is_used |= id == item);
        // An integer that nothing is done with, between bounds without a type, has the type that is asked for.
        let is_free = |bound: &ValueId| {
            graph.known_literal(*bound).is_some_and(|(known, suffix)| known >= 0 && suffix.is_none())
        };
        !is_used && bounds.iter().all(is_free)
    }

    /// The number of the current iteration in the primal's loop.
    pub(super) fn position_in(&mut self, repeat: &Loop, positions: Positions) -> ValueId {
        let builder = self.builder;
        let argument = |number: usize| builder.borrow().graph().region(repeat.body).arguments[number];
        match positions {
            Positions::Items => argument(0),
            Positions::ItemsFrom(first) => {
                let item = argument(0);
                let mut builder = builder.borrow_mut();
                builder.resume(repeat.body);
                let position = builder.step(item, first, Change::Taken);
                builder.suspend();
                position
            }
            Positions::Counted(count) => {
                let Op::Result(number) = builder.borrow().graph().value(count).op else {
                    unreachable!("iterations are counted by what the loop carries")
                };
                argument(repeat.domain.items() + number)
            }
        }
    }

    /// The number of the current iteration in the reversed loop, from the integer that it goes through; and what the loop
    /// has to carry for that, if there is anything: the argument, its first value and its next one.
    pub(super) fn position_of(
        &mut self,
        sources: &Sources,
        item: Option<ValueId>,
    ) -> (Option<ValueId>, Option<[ValueId; 3]>) {
        match sources.positions {
            // The loop may go through the positions themselves.
            Some(Positions::Counted(count)) if sources.bounds.get(1) != Some(&count) => {
                let mut builder = self.builder.borrow_mut();
                let argument = builder.argument(Ty::Other, Some("position".into()));
                let position = builder.neighbour(argument, false);
                (Some(position), Some([argument, count, position]))
            }
            Some(Positions::ItemsFrom(first)) => {
                let first = self.available(first).id;
                let position = item.map(|item| self.builder.borrow_mut().step(item, first, Change::Taken));
                (position, None)
            }
            _ => (item, None),
        }
    }
}

/// Whether the number of iterations is known before the first one.
pub(super) fn is_exact(repeat: &Loop) -> bool {
    matches!(repeat.domain, Domain::Range { .. }) && !repeat.can_break && repeat.condition.is_none()
}

/// Whether a value is an index in a region or in one inside of it.
fn is_index_in(graph: &Graph, region: RegionId, item: ValueId) -> bool {
    graph.region(region).values.iter().any(|&id| {
        let value = graph.value(id);
        let is_index = match &value.op {
            Op::Load(path) | Op::Store(path) => value.operands[1..=path.indices].contains(&item),
            _ => false,
        };
        is_index || graph.regions(id).any(|inner| is_index_in(graph, inner, item))
    })
}
