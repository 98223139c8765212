//! Values of iterations in an array that is there anyway: where the reversed loop writes to each element of a gradient
//! once, the array is free until then, and the primal's loop keeps in it what its reversal needs of the same iteration.

use std::rc::Rc;

use super::Reverse;
use super::loops::{Reversed, Sum};
use super::once::{goes_through, is_at_item};
use super::saved::Sources;
use crate::graph::{Graph, Loop, Member, Op, ValueId};

impl Reverse<'_> {
    /// Has the primal's loop keep what it carries as `argument` where the gradient of an array is going to be, and returns
    /// the array. `None` if there is no array whose gradient has place for it.
    pub(super) fn kept_in_gradient(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        argument: ValueId,
        attempt: &Reversed,
        sources: &Sources,
    ) -> Option<ValueId> {
        let found = attempt.sums().into_iter().find(|sum| {
            sources.kept_in_gradients().all(|(_, array)| array != sum.array)
                && self.has_free_place(id, repeat, argument, attempt, sum)
        })?;
        let array = found.array;
        let is_everywhere = goes_through(self.builder.borrow().graph(), id, array);
        let lent = self.lent.get(&array).copied();
        let free = self.before(id, |builder| match lent {
            Some(lent) if is_everywhere => builder.lent(lent),
            Some(lent) => builder.cleared(lent),
            None => builder.zero_array(array),
        });
        self.name_array(array, free);
        let name = self.name_of(free);
        let kept = self.carry(id, free, name.as_deref(), |builder, item, free| {
            let kept = builder.store(Rc::new(Member::computed_element()), vec![free, item, argument]);
            builder.note_kept(kept);
            // What the iteration begins with is kept before it changes.
            builder.move_to_front(kept);
            kept
        });
        self.replace_cotangents(array, kept);
        Some(array)
    }

    /// Notes what is kept in gradients that the reversed loop has not overwritten after all.
    pub(super) fn check_gradients(&mut self, id: ValueId, sources: &Sources, written: &[ValueId]) {
        for (number, array) in sources.kept_in_gradients() {
            let repeat = self.builder.borrow().graph().repeat(id).cloned();
            if let Some(repeat) = repeat.filter(|_| !written.contains(&array)) {
                let arguments = self.builder.borrow().graph().region(repeat.body).arguments.clone();
                self.note_unstored(id, arguments[repeat.domain.items() + number]);
            }
        }
    }

    /// Whether the gradient of an array, to which each iteration of the reversed loop adds once, and nothing before it, is
    /// in a place that the primal's loop can write to, at the same index.
    fn has_free_place(
        &self,
        id: ValueId,
        repeat: &Loop,
        argument: ValueId,
        attempt: &Reversed,
        sum: &Sum,
    ) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let Some(&item) = graph.region(attempt.region).arguments.first() else { return false };
        let Some(&index) = graph.region(repeat.body).arguments.first() else { return false };
        let is_lent = self.lent.contains_key(&sum.array);
        let is_of_type = graph.value(argument).ty.array() == graph.value(sum.array).ty;
        // A pullback is lent the place when the primal's loop is over.
        let is_here = self.scopes.len() == 1 && graph.value(id).region == builder.current();
        let is_free = matches!(graph.value(sum.initial).op, Op::Cleared | Op::ZeroLike);
        let is_inside = goes_through(graph, id, sum.array) || loads_at(graph, repeat, sum.array, index);
        (!is_lent || self.keeps_in_lent)
            && is_of_type
            && is_here
            && is_free
            && is_inside
            && is_at_item(graph, attempt.region, item, sum)
    }
}

/// Whether each iteration loads the element of an array at its index.
fn loads_at(graph: &Graph, repeat: &Loop, array: ValueId, index: ValueId) -> bool {
    graph.region(repeat.body).values.iter().any(|&id| {
        matches!(graph.value(id).op, Op::Load(_)) && graph.value(id).operands.starts_with(&[array, index])
    })
}
