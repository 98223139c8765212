//! Gradients that a loop writes once: where each iteration adds to the element at its own position of an array of zeros,
//! and to no other, it may as well store there; and where the loop comes by every position, the zeros are not needed.

use super::Reverse;
use crate::graph::{Domain, Graph, Member, Op, Piece, Terminator, ValueId};

impl Reverse<'_> {
    /// Makes the sum in an array, which a loop carries from `initial` under a number of its body's arguments, a store if
    /// it is one of zeros, of the cotangents of `array`.
    pub(super) fn write_once(&mut self, made: ValueId, argument: ValueId, array: ValueId) {
        let mut builder = self.builder.borrow_mut();
        let Some(found) = Once::find(builder.graph(), made, argument, array) else { return };
        let value = builder.graph_mut().value_mut(found.sum);
        if let Op::Accumulate(path) = value.op.clone() {
            value.op = Op::Store(path);
        }
        if found.is_everywhere {
            let value = builder.graph_mut().value_mut(found.zeros);
            if matches!(value.op, Op::Cleared) {
                value.op = Op::Lent;
            }
        }
    }
}

struct Once {
    /// The sum in the array, which is the only one.
    sum: ValueId,
    zeros: ValueId,
    /// Whether every element is written wherever the zeros would be: not in one arm of a branch only.
    is_everywhere: bool,
}

impl Once {
    fn find(graph: &Graph, made: ValueId, argument: ValueId, array: ValueId) -> Option<Self> {
        let repeat = graph.repeat(made)?;
        let Domain::Range { is_closed, .. } = repeat.domain else { return None };
        let body = graph.region(repeat.body);
        let item = *body.arguments.first()?;
        let number = body.arguments.iter().position(|&other| other == argument)?;
        let carried = graph.carried(made, number.checked_sub(repeat.domain.items())?)?;
        let (zeros, sum) = (carried.initial, carried.next?);
        let is_of_zeros = matches!(graph.value(zeros).op, Op::Cleared | Op::ZeroLike);
        let Op::Accumulate(path) = &graph.value(sum).op else { return None };
        let is_at_item = path.key.trim() == &*Member::computed_element().key
            && matches!(graph.value(sum).operands.as_slice(), &[of, at, _] if of == argument && at == item);
        let mut uses = 0;
        graph.for_each_use(repeat.body, &mut |id| uses += usize::from(id == argument));
        let is_only = uses == 1 && graph.value(sum).region == repeat.body;
        if !is_of_zeros || !is_at_item || !is_only || !matches!(body.end, Terminator::Yield(_)) {
            return None;
        }
        let bounds = &graph.value(made).operands[..2];
        let is_everywhere = graph.value(zeros).region == graph.value(made).region
            && !is_closed
            && !repeat.can_break
            && repeat.condition.is_none()
            && graph.known_literal(bounds[0]).is_some_and(|(start, _)| start == 0)
            && is_length_of(graph, bounds[1], array);
        Some(Self { sum, zeros, is_everywhere })
    }
}

/// Whether a value is `array.len()`.
fn is_length_of(graph: &Graph, id: ValueId, array: ValueId) -> bool {
    let value = graph.value(id);
    let Op::Opaque(opaque) = &value.op else { return false };
    match opaque.pieces.as_slice() {
        [Piece::Hole(0, _), Piece::Tokens(method)] => {
            method.to_string().replace(' ', "") == ".len()" && value.operands == [array]
        }
        _ => false,
    }
}
