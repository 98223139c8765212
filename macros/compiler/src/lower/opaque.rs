//! Rust that is not differentiated: tokens around the values that they use.

use std::rc::Rc;

use proc_macro2::{Delimiter, TokenStream};
use quote::ToTokens;

use super::{Lowerer, Val};
use crate::graph::{Opaque, Piece, Precedence, Ty, ValueId};

/// An opaque expression under construction.
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
    pub(super) operands: Vec<ValueId>,
}

impl Template {
    pub(super) fn new() -> Self {
        Self { pieces: Vec::new(), operands: Vec::new() }
    }

    pub(super) fn tokens(mut self, tokens: impl ToTokens) -> Self {
        self.pieces.push(Piece::Tokens(tokens.to_token_stream()));
        self
    }

    pub(super) fn hole(mut self, operand: ValueId, precedence: Precedence) -> Self {
        self.operands.push(operand);
        self.pieces.push(Piece::Hole(self.operands.len() - 1, precedence));
        self
    }

    /// An index in brackets.
    pub(super) fn index(mut self, position: ValueId) -> Self {
        self.operands.push(position);
        let inside = vec![Piece::Hole(self.operands.len() - 1, Precedence::Lowest)];
        self.pieces.push(Piece::Group(Delimiter::Bracket, inside));
        self
    }

    /// A range of indices in brackets.
    pub(super) fn range(mut self, start: ValueId, end: ValueId) -> Self {
        let first = self.operands.len();
        self.operands.extend([start, end]);
        let inside = vec![
            Piece::Hole(first, Precedence::Or),
            Piece::Tokens(quote::quote!(..)),
            Piece::Hole(first + 1, Precedence::Or),
        ];
        self.pieces.push(Piece::Group(Delimiter::Bracket, inside));
        self
    }

    /// Arguments of a call in parentheses, some by reference.
    pub(super) fn arguments(mut self, operands: &[ValueId], by_reference: &[bool]) -> Self {
        let mut pieces = Vec::new();
        for (position, &operand) in operands.iter().enumerate() {
            let is_reference = by_reference.get(position).copied().unwrap_or(false);
            if is_reference {
                pieces.push(Piece::Tokens(quote::quote!(&)));
            }
            self.operands.push(operand);
            let around = if is_reference { Precedence::Unary } else { Precedence::Lowest };
            pieces.push(Piece::Hole(self.operands.len() - 1, around));
            pieces.push(Piece::Tokens(quote::quote!(,)));
        }
        self.pieces.push(Piece::Group(Delimiter::Parenthesis, pieces));
        self
    }

    /// A delimited list of operands, separated by commas.
    pub(super) fn list(mut self, delimiter: Delimiter, operands: &[ValueId]) -> Self {
        let mut pieces = Vec::new();
        for &operand in operands {
            self.operands.push(operand);
            pieces.push(Piece::Hole(self.operands.len() - 1, Precedence::Lowest));
            pieces.push(Piece::Tokens(quote::quote!(,)));
        }
        self.pieces.push(Piece::Group(delimiter, pieces));
        self
    }
}

/// Pieces as text that is equal for equal expressions.
pub(super) fn key_of(pieces: &[Piece]) -> String {
    let mut key = String::new();
    for piece in pieces {
        match piece {
            Piece::Tokens(tokens) => key.push_str(&tokens.to_string()),
            Piece::Real(index) => key.push_str(&format!("${index}")),
            Piece::Group(delimiter, pieces) => {
                key.push_str(&format!("{delimiter:?}["));
                key.push_str(&key_of(pieces));
                key.push(']');
            }
            Piece::Hole(number, _) => key.push_str(&format!("#{number}")),
        }
        key.push(' ');
    }
    key
}

impl Lowerer<'_> {
    /// Which arguments are references to what are values here: to numbers, and to lists of them.
    pub(super) fn references(&self, written: &[&syn::Expr], values: &[Val]) -> Vec<bool> {
        let is_value = |value: &Val| match value {
            Val::Node(id) => self.ty(*id).is_real(),
            // Slices are references already.
            Val::View(view) => !view.is_range() && (!view.is_slice() || view.vector_length().is_some()),
            _ => true,
        };
        written
            .iter()
            .zip(values)
            .map(|(written, value)| is_value(value) && self.is_reference(written))
            .collect()
    }

    /// Adds a pure opaque expression.
    pub(super) fn opaque(&mut self, template: Template, precedence: Precedence, ty: Ty) -> Val {
        let key = match template.pieces.as_slice() {
            // A leaf has the key of its tokens, as those that the transforms make.
            [Piece::Tokens(tokens)] => tokens.to_string(),
            pieces => key_of(pieces),
        };
        let opaque =
            Opaque { pieces: template.pieces, precedence, annotation: None, key: Some(Rc::from(key)) };
        let id = self.builder.opaque(Rc::new(opaque), template.operands, ty);
        self.set_varied(id, false);
        Val::Node(id)
    }

    /// A call of an unknown function, which may have effects: it is made exactly as often as it is written.
    pub(super) fn opaque_call(&mut self, template: Template, ty: Ty) -> Val {
        let opaque =
            Opaque { pieces: template.pieces, precedence: Precedence::Postfix, annotation: None, key: None };
        let id = self.builder.opaque(Rc::new(opaque), template.operands, ty);
        self.set_varied(id, false);
        Val::Node(id)
    }

    /// Panics with a message where a condition does not hold.
    pub(super) fn assert_that(&mut self, condition: Template, message: impl ToTokens) {
        let Template { mut pieces, operands } = condition;
        pieces.push(Piece::Tokens(quote::quote!(, #message)));
        let pieces = vec![
            Piece::Tokens(quote::quote!(::core::assert!)),
            Piece::Group(proc_macro2::Delimiter::Parenthesis, pieces),
        ];
        let opaque = Opaque { pieces, precedence: Precedence::Postfix, annotation: None, key: None };
        self.builder.effect(Rc::new(opaque), operands);
    }

    pub(super) fn leaf(&mut self, tokens: TokenStream, precedence: Precedence, ty: Ty) -> Val {
        self.opaque(Template::new().tokens(tokens), precedence, ty)
    }

    /// An opaque value that a `let` gives a type, which its uses may depend on.
    pub(super) fn annotated(&mut self, id: ValueId, ty: TokenStream) -> Val {
        let key = Some(Rc::from(format!("let: {ty}")));
        let pieces = vec![Piece::Hole(0, Precedence::Lowest)];
        let opaque = Opaque { pieces, precedence: Precedence::Lowest, annotation: Some(ty), key };
        let result = if self.ty(id) == Ty::Bool { Ty::Bool } else { Ty::Other };
        let id = self.builder.opaque(Rc::new(opaque), vec![id], result);
        self.set_varied(id, false);
        Val::Node(id)
    }

    /// A value in one node: tuples and arrays of opaque values become opaque expressions.
    pub(super) fn node(&mut self, value: &Val) -> Option<ValueId> {
        match value {
            Val::Node(id) => Some(*id),
            Val::Tuple(parts) | Val::Array(parts) => {
                let operands = parts.iter().map(|part| self.node(part)).collect::<Option<Vec<_>>>()?;
                let delimiter =
                    if matches!(value, Val::Tuple(_)) { Delimiter::Parenthesis } else { Delimiter::Bracket };
                let template = Template::new().list(delimiter, &operands);
                match self.opaque(template, Precedence::Postfix, Ty::Other) {
                    Val::Node(id) => Some(id),
                    _ => None,
                }
            }
            Val::Struct(record) => self.whole_of(record),
            Val::Optional(option) => self.option_node(option),
            Val::View(view) if view.is_whole() && !self.is_varied(view.array) => Some(view.array),
            Val::View(view) if !self.is_varied(view.array) => self.part_node(view),
            Val::View(_) => {
                self.errors.report(
                    &self.signature.name,
                    "an array or slice of floats is used as a whole where the macro does not see what is done with its \
                     elements; take the elements, `x[0]`, or loop over them",
                );
                None
            }
            Val::Unit => {
                let unit = self.leaf(quote::quote!(()), Precedence::Postfix, Ty::Other);
                self.node(&unit)
            }
            Val::Sequence(_)
            | Val::Stream(_)
            | Val::Place(_)
            | Val::Closure(_)
            | Val::Uninitialized
            | Val::Never
            | Val::Poison => None,
        }
    }
}
