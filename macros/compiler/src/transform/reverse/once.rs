//! Gradients that a loop writes once: where each iteration adds to the element at its own position of an array of zeros,
//! and to no other, it may as well store there; and where the loop comes by every position, the zeros are not needed.

use super::Reverse;
use super::loops::Sum;
use crate::graph::{Domain, Graph, Member, Op, RegionId, Terminator, Ty, ValueId};

impl Reverse<'_> {
    /// Makes the sum in an array, which a loop carries, a store if it is one of zeros, or if there is something else in
    /// the array, which `is_free` to be overwritten. Whether it is a store now.
    pub(super) fn write_once(&mut self, made: ValueId, sum: &Sum, is_free: bool) -> bool {
        let mut builder = self.builder.borrow_mut();
        let graph = builder.graph();
        let Some(repeat) = graph.repeat(made) else { return false };
        let (Domain::Range { .. }, body) = (repeat.domain, repeat.body) else { return false };
        let Some(&item) = graph.region(body).arguments.first() else { return false };
        let is_of_zeros = matches!(graph.value(sum.initial).op, Op::Cleared | Op::ZeroLike);
        if !(is_of_zeros || is_free) || !is_at_item(graph, body, item, sum) {
            return false;
        }
        // Not in one arm of a branch only, where the zeros would be for all.
        let is_everywhere = goes_through(graph, made, sum.array)
            && graph.value(sum.initial).region == graph.value(made).region;
        let value = builder.graph_mut().value_mut(sum.next);
        if let Op::Accumulate(path) = value.op.clone() {
            value.op = Op::Store(path);
        }
        if is_everywhere {
            let value = builder.graph_mut().value_mut(sum.initial);
            if matches!(value.op, Op::Cleared) {
                value.op = Op::Lent;
            }
        }
        true
    }
}

/// Whether each run through a loop's body adds once to an array, at its item, and otherwise looks at no other element.
pub(super) fn is_at_item(graph: &Graph, body: RegionId, item: ValueId, sum: &Sum) -> bool {
    // A struct has constants, which stay as they are where something is added.
    if graph.value(sum.next).ty.element() == Ty::Whole {
        return false;
    }
    let is_element = |path: &Member| path.key.trim() == &*Member::computed_element().key;
    let Op::Accumulate(path) = &graph.value(sum.next).op else { return false };
    let is_sum = is_element(path)
        && matches!(graph.value(sum.next).operands[..], [of, at, _] if of == sum.argument && at == item);
    // What is loaded from the element before is what the primal's loop has kept there.
    let loads = graph.region(body).values.iter().filter(|&&id| {
        matches!(&graph.value(id).op, Op::Load(path) if is_element(path))
            && graph.value(id).operands == [sum.argument, item]
    });
    let known_uses = 1 + loads.count();
    let mut uses = 0;
    graph.for_each_use(body, &mut |id| uses += usize::from(id == sum.argument));
    is_sum
        && uses == known_uses
        && graph.value(sum.next).region == body
        && matches!(graph.region(body).end, Terminator::Yield(_))
}

/// Whether a loop comes by every index of an array.
pub(super) fn goes_through(graph: &Graph, id: ValueId, array: ValueId) -> bool {
    let Some(repeat) = graph.repeat(id) else { return false };
    let Domain::Range { is_closed: false, .. } = repeat.domain else { return false };
    let bounds = &graph.value(id).operands[..2];
    !repeat.can_break
        && repeat.condition.is_none()
        && graph.known_literal(bounds[0]).is_some_and(|(start, _)| start == 0)
        && graph.measured(bounds[1]) == Some(array)
}
