//! Values that are differentiable as a whole: structs, and what calls return. The macro does not see their types;
//! it reaches their parts by the names that the program uses.

use std::rc::Rc;

use proc_macro2::{Delimiter, Literal as Number, TokenStream};
use quote::quote;

use super::{Form, Piece};

/// An operation on whole values.
#[derive(Clone, Debug)]
pub(crate) enum WholeOp {
    /// A part of the first operand; the others are its indices.
    Member(Rc<Member>),
    /// A struct from its parts, the operands.
    Literal(Rc<Literal>),
    /// The sum of wholes, and of parts in their places.
    Gather(Rc<Gather>),
    /// The first operand times the second, a real.
    Scaled,
    /// The dot product of two.
    Dot,
    /// The operand without components along its constant fields.
    Direction,
    /// The operand, a constant of unknown type, with zeros for its floats if it has any.
    Vanished,
}

/// A field, component or element of a value, as it is written behind it: `.mass`, `.0`, `[2]`, `.weights[i]`.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The holes are the indices.
    pub(crate) pieces: Vec<Piece>,
    /// How many indices are computed.
    pub(crate) indices: usize,
    /// Identifies it.
    pub(crate) key: Rc<str>,
}

/// A literal of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    /// `State`, `Self`, `State::<T>`; without it, the base is changed in some places.
    pub(crate) path: Option<TokenStream>,
    /// How the parts that are given are reached, `.x` or `[2]`, and how each is made of operands.
    pub(crate) fields: Vec<(TokenStream, Form)>,
    /// Whether the last operand is where the other fields are from.
    pub(crate) has_base: bool,
    pub(crate) key: Rc<str>,
}

/// A sum. Operands: a value with the same constants, the wholes, then for each member its indices and its value.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
    /// How many wholes there are. Without any, the sum begins with zeros.
    pub(crate) wholes: usize,
    pub(crate) members: Vec<Rc<Member>>,
    /// Whether constant fields are to be those of the first operand.
    pub(crate) is_gradient: bool,
}

impl Member {
    /// What is reached by these tokens.
    pub(crate) fn of(tokens: TokenStream) -> Self {
        let key = Rc::from(tokens.to_string());
        Self { pieces: vec![Piece::Tokens(tokens)], indices: 0, key }
    }

    /// The name of the field that the member ends with, as it is written: `.mass`.
    pub(crate) fn last_field(&self) -> Option<String> {
        let mut tokens = match self.pieces.last()? {
            Piece::Tokens(tokens) => tokens.clone().into_iter().collect::<Vec<_>>(),
            _ => return None,
        };
        let name = tokens.pop()?.to_string();
        name.starts_with(|c: char| c.is_alphabetic() || c == '_').then(|| format!(". {name}"))
    }

    /// The component of this member with the given number.
    pub(crate) fn component(&self, index: usize) -> Self {
        let number = Number::usize_unsuffixed(index);
        self.then(&Self::of(quote!(.#number)))
    }

    /// The element of this member with the given number.
    pub(crate) fn element(&self, index: usize) -> Self {
        let number = Number::usize_unsuffixed(index);
        self.then(&Self::of(quote!([#number])))
    }

    /// An element whose index is computed.
    pub(crate) fn computed_element() -> Self {
        let hole = vec![Piece::Hole(0, super::Precedence::Lowest)];
        Self { pieces: vec![Piece::Group(Delimiter::Bracket, hole)], indices: 1, key: Rc::from("[#]") }
    }

    /// The place behind the last element of a vector, which a store there makes longer.
    pub(crate) fn behind_last() -> Self {
        Self { pieces: Vec::new(), indices: 0, key: Rc::from("[..]") }
    }

    pub(crate) fn is_behind_last(&self) -> bool {
        *self.key == *"[..]"
    }

    /// The member of a member.
    pub(crate) fn then(&self, inner: &Self) -> Self {
        let shifted = inner.pieces.iter().map(|piece| shifted(piece, self.indices));
        Self {
            pieces: self.pieces.iter().cloned().chain(shifted).collect(),
            indices: self.indices + inner.indices,
            key: Rc::from(format!("{} {}", self.key, inner.key)),
        }
    }
}

/// A piece whose holes are counted from `offset`.
fn shifted(piece: &Piece, offset: usize) -> Piece {
    match piece {
        Piece::Hole(number, around) => Piece::Hole(number + offset, *around),
        Piece::Group(delimiter, inside) => {
            Piece::Group(*delimiter, inside.iter().map(|piece| shifted(piece, offset)).collect())
        }
        other => other.clone(),
    }
}

impl Gather {
    /// Identifies it among sums.
    pub(crate) fn key(&self) -> Rc<str> {
        let members: Vec<&str> = self.members.iter().map(|member| &*member.key).collect();
        Rc::from(format!("{} {} {}", self.wholes, members.join(" "), self.is_gradient))
    }
}
