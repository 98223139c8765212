//! Where a loop of the primal keeps a value of each iteration for its reversal: in an array on the stack, if the number
//! of iterations is bounded by a constant and the array is small enough, and otherwise in a vector if that is allowed.

use std::rc::Rc;

use proc_macro2::{Delimiter, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::Reverse;
use super::bound::{Bound, Bounds};
use super::saved::Sources;
use crate::graph::{
    Builder, Constant, Domain, Filled, Kept, Loop, Member, Op, Piece, Precedence, Scalar, Ty, ValueId,
};
use crate::transform::partials::Linearize;

/// How long an array of saved values is, and where it is.
enum Length {
    /// On the stack.
    Constant(TokenStream),
    /// On the heap, as long as the loop; made by this macro.
    Vector(TokenStream),
}

impl Reverse<'_> {
    /// Saves a value of each iteration in an array.
    pub(super) fn saved(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        scalar: Scalar,
        value: ValueId,
        sources: &mut Sources,
    ) -> Option<ValueId> {
        let length = self.length(id, repeat, size_of(scalar))?;
        let zero = |builder: &mut Builder| builder.constant(Ty::Real(scalar), Constant::new(0.0));
        Some(self.kept(id, repeat, &length, &zero, value, sources))
    }

    /// How an array with one element for each iteration is written, and the values in that besides the element.
    fn pieces_of(&mut self, id: ValueId, repeat: &Loop, length: &Length) -> (Vec<Piece>, Vec<ValueId>) {
        let element = Piece::Hole(0, Precedence::Lowest);
        match length {
            Length::Constant(length) => {
                let inside = vec![element, Piece::Tokens(quote!(; #length))];
                (vec![Piece::Group(Delimiter::Bracket, inside)], Vec::new())
            }
            Length::Vector(vector) => {
                let bounds = self.builder.borrow().graph().value(id).operands[..2].to_vec();
                let is_from_zero = self.builder.borrow().graph().known_literal(bounds[0]) == Some((0, None));
                let plain = is_from_zero && self.has_plain_positions(id, repeat);
                let is_closed = matches!(repeat.domain, Domain::Range { is_closed: true, .. });
                let (count, bounds) = if plain && !is_closed {
                    (vec![Piece::Hole(1, Precedence::Lowest)], vec![bounds[1]])
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
        }
    }

    /// Where as many values of this size as there are iterations can be kept.
    fn length(&self, id: ValueId, repeat: &Loop, size: usize) -> Option<Length> {
        let on_heap = || match repeat.domain {
            Domain::Range { .. } => self.vector.clone().map(Length::Vector),
            // How many iterations there will be is not known before they are made.
            Domain::Endless => None,
        };
        self.constant_length(id, repeat, size).map(Length::Constant).or_else(on_heap)
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

    /// Saves an array of each iteration in an array of arrays.
    pub(super) fn saved_array(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        scalar: Scalar,
        argument: ValueId,
        sources: &mut Sources,
    ) -> Option<ValueId> {
        let length = {
            let floats = self.builder.borrow().graph().array_size(argument).unwrap_or(1);
            self.length(id, repeat, size_of(scalar).saturating_mul(floats))?
        };
        let initial = self.builder.borrow().graph().origins(argument)[0];
        let zeros = |builder: &mut Builder| {
            let zeros = builder.zero_array(initial);
            builder.move_back(zeros, id);
            zeros
        };
        Some(self.kept(id, repeat, &length, &zeros, argument, sources))
    }

    /// Has the primal's loop keep a value of each iteration, and returns the array of them.
    fn kept(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        length: &Length,
        zero: &dyn Fn(&mut Builder) -> ValueId,
        value: ValueId,
        sources: &mut Sources,
    ) -> ValueId {
        let builder = self.builder;
        if sources.count.is_none() && !self.has_plain_positions(id, repeat) {
            sources.count = Some(self.counted(id));
        }
        let (pieces, bounds) = self.pieces_of(id, repeat, length);
        let kept = Kept { name: self.name_of(value), is_on_heap: matches!(length, Length::Vector(_)) };
        let array = self.before(id, |builder| {
            let zero = zero(builder);
            let filled = Filled { pieces, kept: Some(kept) };
            builder.filled(Rc::new(filled), std::iter::once(zero).chain(bounds).collect())
        });
        let position = self.position_in(id, repeat, sources);
        let value = {
            builder.borrow_mut().resume(repeat.body);
            let value = self.available(value).id;
            builder.borrow_mut().suspend();
            value
        };
        let name = builder.borrow().graph().value(value).note.name.clone();
        let name = name.map_or_else(|| "saved".to_owned(), |name| format!("{name}_saved"));
        self.carry(id, array, Some(&name), |builder, _, array| {
            let is_argument = matches!(builder.graph().value(value).op, Op::Argument(_));
            let kept = builder.store(Rc::new(Member::computed_element()), vec![array, position, value]);
            // What the iteration begins with is kept before it changes.
            if is_argument {
                builder.move_to_front(kept);
            }
            kept
        })
    }

    /// Whether the integers that a loop goes through are the positions of its iterations.
    pub(super) fn has_plain_positions(&self, id: ValueId, repeat: &Loop) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let Domain::Range { .. } = repeat.domain else { return false };
        let item = graph.region(repeat.body).arguments[0];
        let is_index = graph.region(repeat.body).values.iter().any(|&id| {
            let value = graph.value(id);
            match &value.op {
                Op::Load(path) | Op::Store(path) => value.operands[1..=path.indices].contains(&item),
                _ => false,
            }
        });
        let mut is_used = false;
        graph.for_each_use(repeat.body, &mut |id| is_used |= id == item);
        // An integer that nothing is done with, between bounds without a type, has the type that is asked for.
        let bounds = &graph.value(id).operands[..2];
        let is_free = |bound: &ValueId| {
            graph.known_literal(*bound).is_some_and(|(known, suffix)| known >= 0 && suffix.is_none())
        };
        is_index || !is_used && bounds.iter().all(is_free)
    }

    /// The number of the current iteration in the primal's loop.
    pub(super) fn position_in(&mut self, id: ValueId, repeat: &Loop, sources: &Sources) -> ValueId {
        let builder = self.builder.borrow();
        let arguments = &builder.graph().region(repeat.body).arguments;
        match sources.count {
            Some(count) => {
                let Op::Result(number) = builder.graph().value(count).op else {
                    unreachable!("iterations are counted by what the loop carries")
                };
                arguments[repeat.domain.items() + number]
            }
            None => {
                debug_assert!(builder.graph().repeat(id).is_some(), "positions are those of a loop");
                arguments[0]
            }
        }
    }
}

/// The bytes of a float.
fn size_of(scalar: Scalar) -> usize {
    if scalar == Scalar::F32 { 4 } else { 8 }
}
