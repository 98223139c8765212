//! What integers of a function are at most, as far as their definitions tell: an integer in, a constant out.

use proc_macro2::{TokenStream, TokenTree};

use crate::graph::{Domain, Graph, Map, Op, Opaque, Piece, ValueId};

/// What an integer is at most.
pub(super) enum Bound {
    Known(usize),
    /// A constant, or a parameter of the function's generics, and whether the integer may be equal to it.
    Constant(TokenStream, bool),
}

/// The most steps from an integer to what bounds it.
const FARTHEST_BOUND: usize = 8;

/// Finds what integers that are no less than zero are at most.
pub(super) struct Bounds<'a> {
    pub(super) graph: &'a Graph,
    /// Items of reversed loops, and those of the primal's loops that they are.
    pub(super) items: &'a Map<ValueId, ValueId>,
}

impl Bounds<'_> {
    pub(super) fn of(&self, id: ValueId, steps: usize) -> Option<Bound> {
        let graph = self.graph;
        let id = self.items.get(&id).copied().unwrap_or(id);
        if let Some((known, _)) = graph.known_literal(id) {
            return usize::try_from(known).ok().map(Bound::Known);
        }
        if steps > FARTHEST_BOUND {
            return None;
        }
        let value = graph.value(id);
        match &value.op {
            Op::Opaque(opaque) if value.operands.is_empty() => {
                Some(Bound::Constant(constant_path(opaque)?, true))
            }
            Op::Opaque(opaque) => {
                let &[first, second] = value.operands.as_slice() else { return None };
                let symbol = match opaque.pieces.as_slice() {
                    [Piece::Hole(0, _), Piece::Tokens(symbol), Piece::Hole(1, _)] => symbol.to_string(),
                    [Piece::Hole(0, _), Piece::Tokens(method), Piece::Group(..)]
                    | [Piece::Tokens(method), Piece::Group(..)] => method.to_string(),
                    _ => return None,
                };
                let known = graph.known_literal(second).and_then(|(known, _)| usize::try_from(known).ok());
                match (symbol.as_str(), known, self.of(first, steps + 1)) {
                    ("-", Some(0), found) => found,
                    ("-", Some(known), Some(Bound::Known(first))) => {
                        Some(Bound::Known(first.saturating_sub(known)))
                    }
                    ("-", Some(_), Some(Bound::Constant(path, _))) => Some(Bound::Constant(path, false)),
                    (
                        "-"
                        | "/"
                        | "%"
                        | ":: core :: cmp :: min"
                        | ":: core :: primitive :: usize :: saturating_sub"
                        | ":: core :: primitive :: usize :: div_ceil",
                        _,
                        Some(first),
                    ) => Some(first),
                    (":: core :: cmp :: min", _, None) => self.of(second, steps + 1),
                    ("+", Some(known), Some(Bound::Known(first))) => {
                        Some(Bound::Known(first.saturating_add(known)))
                    }
                    // One more than what is less is not more.
                    ("+", Some(1), Some(Bound::Constant(path, false))) => Some(Bound::Constant(path, true)),
                    _ => None,
                }
            }
            // The item of a loop is less than the loop's upper bound.
            Op::Argument(0) => {
                let owner = graph.region(value.region).owner?;
                let Domain::Range { is_closed, .. } = graph.repeat(owner)?.domain else { return None };
                match self.of(graph.value(owner).operands[1], steps + 1)? {
                    Bound::Known(end) => {
                        Some(Bound::Known(if is_closed { end } else { end.saturating_sub(1) }))
                    }
                    Bound::Constant(path, is_reached) => Some(Bound::Constant(path, is_closed && is_reached)),
                }
            }
            _ => None,
        }
    }
}

fn constant_path(opaque: &Opaque) -> Option<TokenStream> {
    let [Piece::Tokens(tokens)] = opaque.pieces.as_slice() else { return None };
    let mut tokens_of = tokens.clone().into_iter();
    let is_path = matches!(tokens_of.next(), Some(TokenTree::Ident(_))) && tokens_of.next().is_none();
    is_path.then(|| tokens.clone())
}
