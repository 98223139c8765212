//! Integer arithmetic that derivatives need: the exponents and orders in partials.

use std::rc::Rc;

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::quote;

use super::{Builder, Graph, Op, Opaque, Piece, Precedence, Scalar, Ty, ValueId};

/// The primitive integer types.
pub(crate) const INTEGER_TYPES: &[&str] =
    &["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];

impl Opaque {
    /// Tokens without operands.
    pub(crate) fn leaf(tokens: TokenStream, precedence: Precedence) -> Self {
        let key = Rc::from(tokens.to_string());
        Self { pieces: vec![Piece::Tokens(tokens)], precedence, annotation: None, key: Some(key) }
    }

    /// Whether it is a field or component of its operand.
    pub(crate) fn is_field(&self) -> bool {
        match self.pieces.as_slice() {
            [Piece::Hole(..), Piece::Tokens(field)] => field.to_string().starts_with('.'),
            _ => false,
        }
    }

    /// The integer that these tokens are, sign included, and the type of its suffix.
    fn as_integer(&self) -> Option<(i64, Option<&'static str>)> {
        let [Piece::Tokens(tokens)] = self.pieces.as_slice() else { return None };
        let text: String = tokens.to_string().chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
        let suffix = INTEGER_TYPES.iter().copied().find(|suffix| text.ends_with(suffix));
        let digits = suffix.and_then(|suffix| text.strip_suffix(suffix)).unwrap_or(&text);
        digits.parse().ok().map(|value| (value, suffix))
    }
}

impl Graph {
    /// The identifier that a value is, if it is one.
    pub(crate) fn leaf_name(&self, id: ValueId) -> Option<Ident> {
        let Op::Opaque(opaque) = &self.value(id).op else { return None };
        let [Piece::Tokens(tokens)] = opaque.pieces.as_slice() else { return None };
        let mut tokens = tokens.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(ident)), None) => Some(ident),
            _ => None,
        }
    }

    /// The `i32` behind an opaque literal.
    pub(crate) fn known_integer(&self, id: ValueId) -> Option<i32> {
        self.known_literal(id).and_then(|(value, _)| value.try_into().ok())
    }

    /// The integer behind an opaque literal, and the type of its suffix.
    pub(crate) fn known_literal(&self, id: ValueId) -> Option<(i64, Option<&'static str>)> {
        let value = self.value(id);
        match &value.op {
            Op::Opaque(opaque) if opaque.annotation.is_some() => self.known_literal(value.operands[0]),
            Op::Opaque(opaque) => opaque.as_integer(),
            _ => None,
        }
    }

    /// Whether an integer is known to be a `usize`: by its declaration, as a length, or by what it is computed from.
    pub(crate) fn is_usize(&self, id: ValueId) -> bool {
        let value = self.value(id);
        let is_any = |operands: &[ValueId]| operands.iter().any(|&operand| self.is_usize(operand));
        let opaque = match &value.op {
            Op::Opaque(opaque) => opaque,
            // What a loop goes through is of the type of its bounds, and what it carries of that of the first value.
            Op::Argument(_) => {
                let Some(owner) = self.region(value.region).owner.filter(|&id| self.repeat(id).is_some())
                else {
                    return false;
                };
                return match self.carrier(id).and_then(|(owner, number)| self.carried(owner, number)) {
                    Some(carried) => self.is_usize(carried.initial),
                    None => is_any(&self.value(owner).operands[..2]),
                };
            }
            &Op::Result(number) => {
                let carried = self.carried(value.operands[0], number);
                return carried.is_some_and(|carried| self.is_usize(carried.initial));
            }
            _ => return value.note.is_usize,
        };
        value.note.is_usize
            || match opaque.pieces.as_slice() {
                _ if opaque.annotation.is_some() => is_any(&value.operands),
                [Piece::Tokens(_)] => opaque.as_integer().is_some_and(|(_, suffix)| suffix == Some("usize")),
                [Piece::Hole(0, _), Piece::Tokens(tokens), rest @ ..] => match tokens.to_string().as_str() {
                    "+" | "-" | "*" | "/" | "%" => is_any(&value.operands),
                    _ => rest.is_empty() && self.measured(id).is_some_and(|id| self.value(id).ty.is_array()),
                },
                [Piece::Tokens(function), Piece::Group(..)] => {
                    let function = function.to_string().replace(' ', "");
                    function.starts_with("::core::primitive::usize::")
                        || function == "::core::cmp::min" && is_any(&value.operands)
                }
                _ => false,
            }
    }

    /// What a value is the length of: `x`, if it is `x.len()`.
    pub(crate) fn measured(&self, id: ValueId) -> Option<ValueId> {
        let value = self.value(id);
        let Op::Opaque(opaque) = &value.op else { return None };
        let [Piece::Hole(0, _), Piece::Tokens(method)] = opaque.pieces.as_slice() else { return None };
        (method.to_string().replace(' ', "") == ".len()").then_some(value.operands[0])
    }

    /// What an integer is computed from by adding a literal, and the literal: `i - 1` is `i` and -1. A literal is
    /// computed from nothing.
    pub(crate) fn offset(&self, id: ValueId) -> (Option<ValueId>, i64) {
        let value = self.value(id);
        if let Some((known, _)) = self.known_literal(id) {
            return (None, known);
        }
        let Op::Opaque(opaque) = &value.op else { return (Some(id), 0) };
        let (symbol, known) = match opaque.pieces.as_slice() {
            [Piece::Hole(0, _), Piece::Tokens(symbol), Piece::Hole(1, _)] => {
                (symbol, self.known_literal(value.operands[1]).map(|(known, _)| known))
            }
            [Piece::Hole(0, _), Piece::Tokens(symbol), Piece::Tokens(one)] if one.to_string() == "1" => {
                (symbol, Some(1))
            }
            _ => return (Some(id), 0),
        };
        match (symbol.to_string().as_str(), known) {
            ("+", Some(known)) => (Some(value.operands[0]), known),
            ("-", Some(known)) => (Some(value.operands[0]), -known),
            _ => (Some(id), 0),
        }
    }

    /// The `true` or `false` behind an opaque literal.
    pub(crate) fn known_boolean(&self, id: ValueId) -> Option<bool> {
        match &self.value(id).op {
            Op::Opaque(opaque) => match opaque.key.as_deref() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// How an integer changes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Added,
    Taken,
    /// Added, without a panic where the result is too large.
    AddedWrapping,
}

impl Builder {
    /// The `i32` behind an opaque literal.
    pub(crate) fn known_integer(&self, id: ValueId) -> Option<i32> {
        self.graph().known_integer(id)
    }

    /// The integer behind an opaque literal, and the type of its suffix.
    pub(crate) fn known_literal(&self, id: ValueId) -> Option<(i64, Option<&'static str>)> {
        self.graph().known_literal(id)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, value: bool) -> ValueId {
        self.opaque(Rc::new(Opaque::leaf(quote!(#value), Precedence::Postfix)), Vec::new(), Ty::Bool)
    }

    /// The `true` or `false` behind an opaque literal.
    pub(crate) fn known_boolean(&self, id: ValueId) -> Option<bool> {
        self.graph().known_boolean(id)
    }

    pub(crate) fn integer(&mut self, value: i32) -> ValueId {
        let literal: TokenStream = TokenTree::from(Literal::i32_unsuffixed(value.saturating_abs())).into();
        let (tokens, precedence) = match value {
            0.. => (literal, Precedence::Postfix),
            i32::MIN => (quote!(::core::primitive::i32::MIN), Precedence::Postfix),
            _ => (quote!(-#literal), Precedence::Unary),
        };
        self.opaque(Rc::new(Opaque::leaf(tokens, precedence)), Vec::new(), Ty::Other)
    }

    /// `id + value`, which wraps as exponents at the end of `i32` must not panic.
    pub(crate) fn integer_plus(&mut self, id: ValueId, value: i32) -> ValueId {
        if let Some(known) = self.known_integer(id) {
            return self.integer(known.wrapping_add(value));
        }
        let amount = self.integer(value);
        let arguments = |inside| Piece::Group(proc_macro2::Delimiter::Parenthesis, inside);
        let amount_hole = Piece::Hole(1, Precedence::Lowest);
        let pieces = if matches!(self.graph().value(id).op, Op::Parameter(_)) {
            vec![
                Piece::Hole(0, Precedence::Postfix),
                Piece::Tokens(quote!(.wrapping_add)),
                arguments(vec![amount_hole]),
            ]
        } else {
            // Its type may be inferred from its use as an exponent alone, which no method waits for.
            let comma = Piece::Tokens(quote!(,));
            vec![
                Piece::Tokens(quote!(::core::primitive::i32::wrapping_add)),
                arguments(vec![Piece::Hole(0, Precedence::Lowest), comma, amount_hole]),
            ]
        };
        let opaque = Opaque {
            pieces,
            precedence: Precedence::Postfix,
            annotation: None,
            key: Some(Rc::from("wrapping_add")),
        };
        self.opaque(Rc::new(opaque), vec![id, amount], Ty::Other)
    }

    /// The integer after another, or before it.
    pub(crate) fn neighbour(&mut self, id: ValueId, is_next: bool) -> ValueId {
        let symbol = if is_next { quote!(+) } else { quote!(-) };
        let pieces = vec![Piece::Hole(0, Precedence::Sum), Piece::Tokens(symbol), Piece::Tokens(quote!(1))];
        let key = Some(Rc::from(if is_next { "#0 + 1" } else { "#0 - 1" }));
        let opaque = Opaque { pieces, precedence: Precedence::Sum, annotation: None, key };
        self.opaque(Rc::new(opaque), vec![id], Ty::Other)
    }

    /// An integer changed by an amount.
    pub(crate) fn step(&mut self, id: ValueId, amount: ValueId, change: Change) -> ValueId {
        let plain = |symbol| {
            let pieces = vec![
                Piece::Hole(0, Precedence::Sum),
                Piece::Tokens(symbol),
                Piece::Hole(1, Precedence::Product),
            ];
            (pieces, Precedence::Sum)
        };
        let (pieces, precedence) = match change {
            Change::Added => plain(quote!(+)),
            Change::Taken => plain(quote!(-)),
            Change::AddedWrapping => {
                let amount = vec![Piece::Hole(1, Precedence::Lowest)];
                let amount = Piece::Group(proc_macro2::Delimiter::Parenthesis, amount);
                let method = Piece::Tokens(quote!(.wrapping_add));
                (vec![Piece::Hole(0, Precedence::Postfix), method, amount], Precedence::Postfix)
            }
        };
        let key = Some(Rc::from(format!("step {change:?}")));
        let opaque = Opaque { pieces, precedence, annotation: None, key };
        self.opaque(Rc::new(opaque), vec![id, amount], Ty::Other)
    }

    pub(crate) fn integer_as_real(&mut self, id: ValueId, like: ValueId) -> ValueId {
        if let Some(known) = self.known_integer(id) {
            return self.like(like, f64::from(known));
        }
        let ty = self.graph().value(like).ty;
        let (pieces, precedence) = match ty {
            Ty::Real(Scalar::F32) => {
                (vec![Piece::Hole(0, Precedence::Cast), Piece::Tokens(quote!(as f32))], Precedence::Cast)
            }
            Ty::Real(Scalar::Parameter(index)) => {
                let argument = Piece::Group(
                    proc_macro2::Delimiter::Parenthesis,
                    vec![Piece::Hole(0, Precedence::Lowest)],
                );
                (vec![Piece::Real(index), Piece::Tokens(quote!(::from_i32)), argument], Precedence::Postfix)
            }
            _ => (vec![Piece::Hole(0, Precedence::Cast), Piece::Tokens(quote!(as f64))], Precedence::Cast),
        };
        let key = Some(Rc::from(format!("as_real {ty:?}")));
        self.opaque(Rc::new(Opaque { pieces, precedence, annotation: None, key }), vec![id], ty)
    }
}
