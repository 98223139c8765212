//! Where a loop of the primal keeps a value of each iteration for its reversal: in an array on the stack, if the number
//! of iterations is bounded by a constant and the array is small enough, and otherwise in a vector if that is allowed.

use std::rc::Rc;

use proc_macro2::{Delimiter, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::Reverse;
use super::bound::{Bound, Bounds};
use super::position::{Positions, is_exact};
use super::saved::Sources;
use crate::graph::{
    Constant, Domain, Filled, Kept, Loop, Member, Op, Piece, Place, Precedence, Scalar, Ty, ValueId,
};
use crate::transform::partials::Linearize;

/// How long an array of saved values is, and where it is.
enum Length {
    /// On the stack.
    Constant(TokenStream),
    /// On the stack, of structs, which need not be `Copy`.
    OfStructs(TokenStream),
    /// On the heap, as long as the loop; made by this macro.
    Vector(TokenStream),
    /// On the heap, longer with each iteration.
    Growing(TokenStream),
}

impl Length {
    fn is_on_stack(&self) -> bool {
        matches!(self, Self::Constant(_) | Self::OfStructs(_))
    }
}

/// The bytes that a struct is taken for, whose type the macro does not see: those of sixteen floats.
const SIZE_OF_STRUCT: usize = 128;

impl Reverse<'_> {
    /// Saves a value of each iteration in an array: a float, an array of floats, a struct, an integer or a boolean.
    pub(super) fn saved(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        value: ValueId,
        sources: &mut Sources,
    ) -> Option<ValueId> {
        let ty = self.builder.borrow().graph().value(value).ty;
        let size = match ty {
            Ty::Real(scalar) => size_of(scalar),
            Ty::Array(scalar) => {
                let floats = self.builder.borrow().graph().array_size(value).unwrap_or(1);
                size_of(scalar).saturating_mul(floats)
            }
            Ty::Bool => 1,
            Ty::Whole => SIZE_OF_STRUCT,
            // Of the largest integer.
            _ => 16,
        };
        let is_vector = self.builder.borrow().graph().is_vector(value);
        let length = match self.length(id, repeat, size, is_vector)? {
            Length::Constant(length) if ty == Ty::Whole => Length::OfStructs(length),
            length => length,
        };
        Some(self.kept(id, repeat, &length, value, sources))
    }

    /// How an array with one element for each iteration is written, and the values in that besides the element.
    fn pieces_of(
        &self,
        id: ValueId,
        repeat: &Loop,
        length: &Length,
        positions: Positions,
    ) -> (Vec<Piece>, Vec<ValueId>) {
        let element = Piece::Hole(0, Precedence::Lowest);
        match length {
            Length::OfStructs(length) => {
                let make = vec![Piece::Tokens(quote!(|_|)), element];
                let function = Piece::Tokens(quote!(::core::array::from_fn::<_, #length, _>));
                (vec![function, Piece::Group(Delimiter::Parenthesis, make)], Vec::new())
            }
            Length::Constant(length) => {
                let inside = vec![element, Piece::Tokens(quote!(; #length))];
                (vec![Piece::Group(Delimiter::Bracket, inside)], Vec::new())
            }
            Length::Vector(vector) => {
                let builder = self.builder.borrow();
                let bounds = builder.graph().value(id).operands[..2].to_vec();
                let is_closed = matches!(repeat.domain, Domain::Range { is_closed: true, .. });
                let (count, bounds) = if matches!(positions, Positions::Items) {
                    let mut end = vec![Piece::Hole(1, Precedence::Sum)];
                    end.extend(is_closed.then(|| Piece::Tokens(quote!(+ 1))));
                    (end, vec![bounds[1]])
                } else {
                    let range = vec![
                        Piece::Hole(1, Precedence::Or),
                        Piece::Tokens(if is_closed { quote!(..=) } else { quote!(..) }),
                        Piece::Hole(2, Precedence::Or),
                    ];
                    let range = Piece::Group(Delimiter::Parenthesis, range);
                    (vec![Piece::Tokens(quote!(::core::iter::Iterator::count)), range], bounds)
                };
                let inside = [element, Piece::Tokens(quote!(;))].into_iter().chain(count).collect();
                (vec![Piece::Tokens(vector.clone()), Piece::Group(Delimiter::Bracket, inside)], bounds)
            }
            Length::Growing(vector) => (vec![Piece::Tokens(quote!(#vector[]))], Vec::new()),
        }
    }

    /// Where as many values of this size, or vectors, as there are iterations can be kept.
    fn length(&self, id: ValueId, repeat: &Loop, size: usize, is_vector: bool) -> Option<Length> {
        let on_heap = || {
            let vector = self.vector.clone()?;
            Some(if is_exact(repeat) { Length::Vector(vector) } else { Length::Growing(vector) })
        };
        let on_stack = || self.constant_length(id, repeat, size).map(Length::Constant);
        // No array is made of vectors.
        if is_vector { on_heap() } else { on_stack().or_else(on_heap) }
    }

    /// The number of iterations, or what it is at most, as a constant, if as many values of this size are not too large.
    fn constant_length(&self, id: ValueId, repeat: &Loop, size: usize) -> Option<TokenStream> {
        let Domain::Range { is_closed, .. } = repeat.domain else { return None };
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let operands = &graph.value(id).operands;
        // Below zero there are more.
        let more = match graph.known_literal(operands[0]) {
            Some((start, _)) => usize::try_from(start.min(0).unsigned_abs()).ok()?,
            None if self.has_plain_positions(id, repeat) => 0,
            None => return None,
        };
        match (Bounds { graph, items: &self.items }).of(operands[1], 0)? {
            Bound::Known(end) => {
                let length = end.saturating_add(usize::from(is_closed)).saturating_add(more);
                let is_small = length.saturating_mul(size) <= self.stack;
                is_small.then(|| Literal::usize_unsuffixed(length).to_token_stream())
            }
            // No length is a constant plus one.
            Bound::Constant(path, is_reached) => (more == 0 && (!is_closed || !is_reached)).then_some(path),
        }
    }

    /// Has the primal's loop keep a value of each iteration, and returns the array of them.
    fn kept(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        length: &Length,
        value: ValueId,
        sources: &mut Sources,
    ) -> ValueId {
        let builder = self.builder;
        let positions = self.find_positions(id, repeat, sources);
        let (pieces, bounds) = self.pieces_of(id, repeat, length, positions);
        let place = if length.is_on_stack() { Place::Stack } else { Place::Heap };
        let kept = Kept { name: self.name_of(value), place };
        let name = kept.name.as_ref().map_or_else(|| "saved".to_owned(), |name| format!("{name}_saved"));
        let ty = builder.borrow().graph().value(value).ty;
        let initial = builder.borrow().graph().origins(value).first().copied();
        let array = self.before(id, |builder| {
            let element = match (ty, initial) {
                (Ty::Array(_), Some(initial)) if !matches!(length, Length::Growing(_)) => {
                    let zeros = builder.zero_array(initial);
                    builder.move_back(zeros, id);
                    zeros
                }
                (Ty::Real(_), _) | (_, None) => builder.constant(ty, Constant::new(0.0)),
                // Of what is no float, only the value before the loop is known to be of the type.
                (_, Some(initial)) => initial,
            };
            let filled = Filled { pieces, is_vector: false, kept: Some(kept) };
            let array = builder.filled(Rc::new(filled), std::iter::once(element).chain(bounds).collect());
            builder.hint(array, &name);
            array
        });
        let position = self.position_in(repeat, positions);
        let value = {
            builder.borrow_mut().resume(repeat.body);
            let value = self.available(value).id;
            builder.borrow_mut().suspend();
            value
        };
        self.carry(id, array, Some(&name), |builder, _, array| {
            let is_argument = matches!(builder.graph().value(value).op, Op::Argument(_));
            let kept = match length {
                Length::Growing(_) => builder.store(Rc::new(Member::behind_last()), vec![array, value]),
                _ => builder.store(Rc::new(Member::computed_element()), vec![array, position, value]),
            };
            // What the iteration begins with is kept before it changes.
            if is_argument {
                builder.move_to_front(kept);
                builder.move_to_front(position);
            }
            kept
        })
    }
}

/// The bytes of a float.
fn size_of(scalar: Scalar) -> usize {
    if scalar == Scalar::F32 { 4 } else { 8 }
}
