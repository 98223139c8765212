//! Integers that the macro computes with itself: positions, lengths, and sums of them. What is known is computed at once.

use proc_macro2::Span;
use quote::quote;
use syn::{BinOp, Token};

use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Op, Piece, Precedence, Ty, ValueId};

impl Lowerer<'_> {
    pub(super) fn integer_sum(&mut self, left: ValueId, right: ValueId) -> ValueId {
        self.integer_operation(&BinOp::Add(Token![+](Span::call_site())), left, right)
    }

    pub(super) fn integer_difference(&mut self, left: ValueId, right: ValueId) -> ValueId {
        // What is one less than one less is two less, which a loop that is reversed undoes at once.
        if let (Some((minuend, taken)), Some(more)) =
            (self.difference(left), self.known_size(&Val::Node(right)))
        {
            let all = self.size_node(taken + more);
            return self.integer_difference(minuend, all);
        }
        self.integer_operation(&BinOp::Sub(Token![-](Span::call_site())), left, right)
    }

    /// Of the difference of an integer and a known one, the two.
    fn difference(&self, id: ValueId) -> Option<(ValueId, usize)> {
        let value = self.builder.graph().value(id);
        let Op::Opaque(opaque) = &value.op else { return None };
        match (opaque.pieces.as_slice(), value.operands.as_slice()) {
            ([Piece::Hole(..), Piece::Tokens(minus), Piece::Hole(..)], &[minuend, taken])
                if minus.to_string() == "-" =>
            {
                Some((minuend, self.known_size(&Val::Node(taken))?))
            }
            _ => None,
        }
    }

    pub(super) fn integer_product(&mut self, left: ValueId, right: ValueId) -> ValueId {
        self.integer_operation(&BinOp::Mul(Token![*](Span::call_site())), left, right)
    }

    pub(super) fn integer_quotient(&mut self, left: ValueId, right: ValueId) -> ValueId {
        self.integer_operation(&BinOp::Div(Token![/](Span::call_site())), left, right)
    }

    pub(super) fn integer_remainder(&mut self, left: ValueId, right: ValueId) -> ValueId {
        self.integer_operation(&BinOp::Rem(Token![%](Span::call_site())), left, right)
    }

    fn integer_operation(&mut self, operator: &BinOp, left: ValueId, right: ValueId) -> ValueId {
        let (a, b) = (Val::Node(left), Val::Node(right));
        if let Some(Val::Node(known)) = self.fold_arithmetic(operator, &a, &b) {
            return known;
        }
        let is = |lowerer: &Self, value: &Val, number| {
            lowerer.known(value).is_some_and(|known| known.value == number)
        };
        let (symbol, precedence) = match operator {
            BinOp::Add(_) if is(self, &a, 0) => return right,
            BinOp::Add(_) | BinOp::Sub(_) if is(self, &b, 0) => return left,
            BinOp::Mul(_) | BinOp::Div(_) if is(self, &b, 1) => return left,
            BinOp::Mul(_) if is(self, &a, 1) => return right,
            BinOp::Add(_) => (quote!(+), Precedence::Sum),
            BinOp::Sub(_) => (quote!(-), Precedence::Sum),
            BinOp::Div(_) => (quote!(/), Precedence::Product),
            BinOp::Rem(_) => (quote!(%), Precedence::Product),
            _ => (quote!(*), Precedence::Product),
        };
        let template =
            Template::new().hole(left, precedence).tokens(symbol).hole(right, precedence.tighter());
        self.node_of(template, precedence)
    }

    /// A method of a `usize`.
    pub(super) fn integer_method(&mut self, name: &str, receiver: ValueId, argument: ValueId) -> ValueId {
        if receiver == argument && matches!(name, "min" | "max") {
            return receiver;
        }
        if let Some(Val::Node(known)) = self.fold_method(name, &[Val::Node(receiver), Val::Node(argument)]) {
            return known;
        }
        let method = crate::names::identifier(name);
        // The type of an integer that comes from a literal may not be known where a method is asked for.
        let function = match name {
            "min" => quote!(::core::cmp::min),
            _ => quote!(::core::primitive::usize::#method),
        };
        let template = Template::new().tokens(function).arguments(&[receiver, argument], &[]);
        self.node_of(template, Precedence::Postfix)
    }

    /// A pure opaque expression as a node.
    pub(super) fn node_of(&mut self, template: Template, precedence: Precedence) -> ValueId {
        match self.opaque(template, precedence, Ty::Other) {
            Val::Node(id) => id,
            _ => unreachable!("an opaque expression is one value"),
        }
    }

    pub(super) fn size_node(&mut self, value: usize) -> ValueId {
        match self.size(value) {
            Val::Node(id) => id,
            _ => unreachable!("a literal is one value"),
        }
    }
}
