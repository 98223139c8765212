//! The direction along one element of an array: zeros, and a one at indices that are values.
//!
//! Where elements of the array are only loaded, its tangent needs no place: what a load finds in it shows in the
//! indices, `if i == row { 1.0 } else { 0.0 }`.

use std::rc::Rc;

use proc_macro2::{Delimiter, TokenTree};

use crate::graph::{Builder, Comparison, Constant, Function, Member, Op, Piece, Ty, ValueId};

/// A direction along one element.
pub(super) struct Unit {
    /// The array that changes.
    array: ValueId,
    /// The indices of the element, outermost first.
    position: Vec<ValueId>,
}

impl Unit {
    pub(super) fn new(array: ValueId, position: Vec<ValueId>) -> Self {
        Self { array, position }
    }

    /// Whether this is the tangent of an array.
    pub(super) fn is_of(&self, array: ValueId) -> bool {
        self.array == array
    }

    /// The tangent of an element that is loaded.
    pub(super) fn load(&self, builder: &mut Builder, path: &Member, load: ValueId) -> ValueId {
        let operands = builder.graph().value(load).operands.clone();
        let indices = indices(builder, path, &operands).unwrap_or_default();
        let (zero, one) = (builder.like(load, 0.0), builder.like(load, 1.0));
        self.position.iter().zip(indices).rev().fold(one, |found, (&place, index)| {
            let is_there = builder.compare(Comparison::Equal, index, place);
            builder.select(is_there, found, zero)
        })
    }

    /// The tangent as an array.
    pub(super) fn array(&self, builder: &mut Builder) -> ValueId {
        let Ty::Array(scalar) = builder.graph().value(self.array).ty else { return self.array };
        let path = self.position.iter().map(|_| Member::computed_element());
        let Some(path) = path.reduce(|path, element| path.then(&element)) else { return self.array };
        let zeros = builder.zero_array(self.array);
        let one = builder.constant(Ty::Real(scalar), Constant::new(1.0));
        let operands = std::iter::once(zeros).chain(self.position.iter().copied()).chain([one]).collect();
        builder.store(Rc::new(path), operands)
    }
}

/// Whether nothing is done with an array but to load its floats.
pub(super) fn is_only_loaded(function: &Function, array: ValueId) -> bool {
    let graph = &function.graph;
    let is_load = |id: ValueId| match &graph.value(id).op {
        Op::Load(_) => graph.value(id).ty.is_real(),
        // Looked at for its length or its form.
        Op::Opaque(_) | Op::Effect(_) | Op::ZeroLike => true,
        _ => false,
    };
    let is_handed_on =
        |id: ValueId| graph.regions(id).any(|region| graph.region(region).end.operands().contains(&array));
    !graph.region(function.body).end.operands().contains(&array)
        && graph.ids().all(|id| {
            let is_operand = graph.value(id).operands.contains(&array);
            (!is_operand || is_load(id)) && !is_handed_on(id)
        })
}

/// The indices of a path, literal ones included. `None` if it leads through a tuple.
fn indices(builder: &mut Builder, path: &Member, operands: &[ValueId]) -> Option<Vec<ValueId>> {
    let mut found = Vec::new();
    for piece in &path.pieces {
        match piece {
            Piece::Group(Delimiter::Bracket, inside) => {
                let [Piece::Hole(number, _)] = inside.as_slice() else { return None };
                found.push(operands[1 + number]);
            }
            Piece::Tokens(tokens) => {
                for token in tokens.clone() {
                    let TokenTree::Group(group) = token else { return None };
                    let known = group.stream().to_string().parse().ok()?;
                    found.push(builder.integer(known));
                }
            }
            _ => return None,
        }
    }
    Some(found)
}
