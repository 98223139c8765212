//! `Sym`, a handle with operators: the form in which rules and transforms write mathematics.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{Builder, Comparison, ValueId};
use crate::rules::Primitive;

/// A value under construction. Arithmetic on it adds simplified values to the graph.
#[derive(Clone, Copy)]
pub(crate) struct Sym<'g> {
    pub(crate) builder: &'g RefCell<Builder>,
    pub(crate) id: ValueId,
}

/// A `Sym`, or a number that becomes a constant of the same type as another `Sym`.
pub(crate) trait IntoSym<'g> {
    fn like(self, other: Sym<'g>) -> Sym<'g>;
}

impl<'g> IntoSym<'g> for Sym<'g> {
    fn like(self, _: Sym<'g>) -> Sym<'g> {
        self
    }
}

impl<'g> IntoSym<'g> for f64 {
    fn like(self, other: Sym<'g>) -> Sym<'g> {
        let id = other.builder.borrow_mut().like(other.id, self);
        Sym { builder: other.builder, id }
    }
}

/// An entry of a rule's list of partials: a value, a number, or [`crate::rules::INERT`].
pub(crate) trait IntoPartial<'g> {
    fn partial(self, like: Sym<'g>) -> Option<Sym<'g>>;
}

impl<'g, S: IntoSym<'g>> IntoPartial<'g> for S {
    fn partial(self, like: Sym<'g>) -> Option<Sym<'g>> {
        Some(self.like(like))
    }
}

impl<'g> Sym<'g> {
    pub(crate) fn apply(self, primitive: Primitive, others: &[Sym<'g>]) -> Self {
        let operands = std::iter::once(self.id).chain(others.iter().map(|other| other.id)).collect();
        let id = self.builder.borrow_mut().simplified(primitive, operands);
        Sym { builder: self.builder, id }
    }

    pub(crate) fn compare(self, comparison: Comparison, other: impl IntoSym<'g>) -> Self {
        let other = other.like(self);
        let id = self.builder.borrow_mut().compare(comparison, self.id, other.id);
        Sym { builder: self.builder, id }
    }

    pub(crate) fn less(self, other: impl IntoSym<'g>) -> Self {
        self.compare(Comparison::Less, other)
    }

    pub(crate) fn greater(self, other: impl IntoSym<'g>) -> Self {
        self.compare(Comparison::Greater, other)
    }

    pub(crate) fn equal(self, other: impl IntoSym<'g>) -> Self {
        self.compare(Comparison::Equal, other)
    }

    /// An integer literal.
    pub(crate) fn integer(self, value: i32) -> Self {
        let id = self.builder.borrow_mut().integer(value);
        Sym { builder: self.builder, id }
    }

    /// An integer plus a literal.
    pub(crate) fn plus(self, value: i32) -> Self {
        let id = self.builder.borrow_mut().integer_plus(self.id, value);
        Sym { builder: self.builder, id }
    }

    /// An integer as a real number of the type of `like`.
    pub(crate) fn real(self, like: Sym<'g>) -> Self {
        let id = self.builder.borrow_mut().integer_as_real(self.id, like.id);
        Sym { builder: self.builder, id }
    }

    /// The value as a constant, for slopes that are constant between jumps whatever they are computed from.
    pub(crate) fn held(self) -> Self {
        let id = self.builder.borrow_mut().detach(self.id);
        Sym { builder: self.builder, id }
    }

    /// One of two values that are both evaluated.
    pub(crate) fn select(self, on_true: Sym<'g>, on_false: Sym<'g>) -> Self {
        let id = self.builder.borrow_mut().select(self.id, on_true.id, on_false.id);
        Sym { builder: self.builder, id }
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $primitive:ident;)+) => {$(
        impl<'g, S: IntoSym<'g>> $trait<S> for Sym<'g> {
            type Output = Sym<'g>;
            fn $method(self, other: S) -> Sym<'g> {
                self.apply(Primitive::$primitive, &[other.like(self)])
            }
        }
        impl<'g> $trait<Sym<'g>> for f64 {
            type Output = Sym<'g>;
            fn $method(self, other: Sym<'g>) -> Sym<'g> {
                self.like(other).apply(Primitive::$primitive, &[other])
            }
        }
    )+};
}

operators! { Add add add; Sub sub sub; Mul mul mul; Div div div; }

impl<'g> Neg for Sym<'g> {
    type Output = Sym<'g>;
    fn neg(self) -> Sym<'g> {
        self.apply(Primitive::neg, &[])
    }
}
