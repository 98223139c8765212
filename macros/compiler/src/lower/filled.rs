//! New arrays of equal elements, `[0.0; N]` and `vec![0.0; n]`, that are one value of the graph.

use std::rc::Rc;

use proc_macro2::Delimiter;
use quote::quote;

use super::place::Place;
use super::stream::Stream;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Filled, Op, Piece, Precedence, ValueId};
use crate::signature::{Length, Shape};

/// How many elements a new array has.
pub(super) enum Extent {
    /// As many as its type says.
    Array(Length),
    /// As many as this is at run time, in a vector.
    Vector(ValueId),
}

impl Lowerer<'_> {
    /// `[element; length]` or `vec![element; length]` as one value. `None` if its elements are no floats.
    pub(super) fn filled(&mut self, element: &Val, extent: Extent) -> Option<View> {
        let (mut pieces, operands, shape) = self.fill_of(element)?;
        let ty = self.ty(operands[0]);
        let varied = self.is_varied(operands[0]);
        // Elements that vary are assigned one by one, so that the array itself begins with constants.
        let mut operands = if varied { vec![self.literal(ty, "0.0")] } else { operands };
        pieces.push(Piece::Tokens(quote!(;)));
        let mut whole = Vec::new();
        match &extent {
            Extent::Array(length) => pieces.push(Piece::Tokens(length.tokens().clone())),
            Extent::Vector(length) => {
                let runtime = &self.runtime;
                whole.push(Piece::Tokens(quote!(#runtime::__private::vec!)));
                pieces.push(Piece::Hole(operands.len(), Precedence::Lowest));
                operands.push(*length);
            }
        }
        whole.push(Piece::Group(Delimiter::Bracket, pieces));
        let is_vector = matches!(extent, Extent::Vector(_));
        let array = self.builder.filled(Rc::new(Filled { pieces: whole, is_vector, kept: None }), operands);
        self.set_varied(array, false);
        let view = match extent {
            Extent::Array(length) => {
                let shape = Shape::Array(Box::new(shape), length);
                self.note_size(array, &shape);
                View::whole(array, shape)
            }
            Extent::Vector(length) => View::vector(array, shape, length),
        };
        if !varied {
            return Some(view);
        }
        let variable = self.scopes.hidden("", Val::View(view.clone()));
        let places = Stream::Places(view, Place::of(variable));
        let name = self.signature.name.clone();
        self.for_each(&places, None, None, &|lowerer, place| {
            if let Val::Place(place) = place {
                lowerer.write(&place, element.clone(), &name);
            }
        });
        match &self.scopes.get(variable).value {
            Val::View(view) => Some(view.clone()),
            _ => None,
        }
    }

    /// Names an array, and what it was made from as far as that has no name.
    pub(super) fn name_array(&mut self, array: ValueId, name: &str) {
        let mut unnamed = Some(array);
        while let Some(id) = unnamed {
            let graph = self.builder.graph();
            let value = graph.value(id);
            if name.is_empty() || value.note.name.is_some() {
                break;
            }
            unnamed = match value.op {
                Op::Store(_) => value.operands.first().copied(),
                Op::Result(_) | Op::Argument(_) => graph.origins(id).first().copied(),
                _ => None,
            };
            self.builder.name(id, name);
        }
    }

    /// How an element is written whose floats are all the same value.
    fn fill_of(&mut self, element: &Val) -> Option<(Vec<Piece>, Vec<ValueId>, Shape)> {
        match element {
            Val::Node(id) if self.ty(*id).is_real() || !self.is_whole(*id) => {
                let id = self.real(*id);
                let scalar = self.ty(id).scalar()?;
                Some((vec![Piece::Hole(0, Precedence::Lowest)], vec![id], Shape::Scalar(scalar)))
            }
            Val::Array(parts) | Val::Tuple(parts) => {
                let (pieces, operands, shape) = self.fill_of(parts.first()?)?;
                let mut nodes = Vec::new();
                element.collect(&mut nodes);
                if nodes.iter().any(|id| *id != operands[0]) {
                    return None;
                }
                let listed =
                    parts.iter().flat_map(|_| pieces.iter().cloned().chain([Piece::Tokens(quote!(,))]));
                let (delimiter, shape) = match element {
                    Val::Array(_) => {
                        (Delimiter::Bracket, Shape::Array(Box::new(shape), Length::of_number(parts.len())))
                    }
                    _ => (Delimiter::Parenthesis, Shape::Tuple(vec![shape; parts.len()])),
                };
                Some((vec![Piece::Group(delimiter, listed.collect())], operands, shape))
            }
            Val::View(view) if view.is_whole() && view.vector_length().is_none() => {
                let value = self.builder.graph().value(view.array);
                match &value.op {
                    Op::Filled(filled) => {
                        Some((filled.pieces.clone(), value.operands.clone(), view.shape.clone()))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
