//! Products of a cotangent or tangent with a slope, in which an exact zero gives zero whatever the other factor.

use std::cell::RefCell;

use super::partials::Slope;
use crate::graph::{Builder, Comparison, Op, Range, Set, Sym, Ty, ValueId, WholeOp};
use crate::rules::Primitive;

/// Which values are computed anyway.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    /// Those below this number.
    Below(usize),
    In(&'a Set<ValueId>),
}

/// What a transform knows of the values that it multiplies.
pub(super) struct Scale<'a, 'g> {
    pub(super) builder: &'g RefCell<Builder>,
    pub(super) known: Known<'a>,
    /// Cotangents that the branches around the current region have found not to be zero.
    pub(super) nonzero: &'a [ValueId],
    /// Cotangents that the caller gives.
    pub(super) seeds: &'a [ValueId],
    /// Whether slopes of zero stop infinite totals, which are tangents then.
    pub(super) is_forward: bool,
    /// Whether guarded products stay recognisable, so that the result can be differentiated again.
    pub(super) is_differentiated: bool,
}

impl<'g> Scale<'_, 'g> {
    /// `total * slope`.
    pub(super) fn by(&self, total: Sym<'g>, slope: &Slope<'g>) -> Sym<'g> {
        match *slope {
            Slope::Partial(whole) if self.is_whole(whole) => self.by_whole(total, whole),
            Slope::Shares { factor, share, is_negative } if !self.may_be_infinite(total) => {
                let product = share.times(total * factor);
                if is_negative { -product } else { product }
            }
            _ => self.by_partial(total, slope.partial()),
        }
    }

    /// `total * partial`. A guard is left out where the other factor cannot be infinite or this one cannot be zero.
    pub(super) fn by_partial(&self, total: Sym<'g>, partial: Sym<'g>) -> Sym<'g> {
        let (negated, quotient, number) = {
            let builder = self.builder.borrow();
            (
                builder.parts(partial.id, Primitive::neg),
                builder.parts(partial.id, Primitive::div),
                builder.number(partial.id),
            )
        };
        if number.is_some() {
            return total * partial;
        }
        if let Some(negated) = negated {
            return -self.by_partial(total, self.sym(negated[0]));
        }
        let may_blow_up = self.range(partial).infinite;
        if self.may_be_infinite(total) && self.range(partial).zero {
            let product = self.guarded(total, partial, may_blow_up, || total * partial);
            return partial.equal(0.0).select(self.number(product.id, 0.0), product);
        }
        // A quotient that is computed anyway is used as it is.
        if let Some(quotient) = quotient
            && !self.is_known(partial)
            && !self.builder.borrow().strict
        {
            let (numerator, denominator) = (self.sym(quotient[0]), self.sym(quotient[1]));
            let may_blow_up = self.range(denominator).zero;
            if self.builder.borrow().number(numerator.id).is_some() {
                return self.guarded(total, partial, may_blow_up, || total * numerator / denominator);
            }
            if !self.is_known(numerator) {
                // The rule's own order of operations, which may avoid an overflow.
                return self.guarded(total, partial, may_blow_up, || {
                    self.by_partial(total, numerator) / denominator
                });
            }
            if !(self.is_differentiated && may_blow_up) {
                let share = self.guarded(total, partial, may_blow_up, || total / denominator);
                return self.by_partial(share, numerator);
            }
        }
        self.guarded(total, partial, may_blow_up, || total * partial)
    }

    /// The multiple of a slope that is a whole value.
    fn by_whole(&self, total: Sym<'g>, slope: Sym<'g>) -> Sym<'g> {
        let mut builder = self.builder.borrow_mut();
        if builder.number(total.id) == Some(1.0) {
            return slope;
        }
        let scaled = builder.whole(WholeOp::Scaled, vec![slope.id, total.id], Ty::Whole);
        if builder.number(total.id).is_some()
            || !builder.range(total.id).zero
            || self.nonzero.contains(&total.id)
        {
            return self.sym(scaled);
        }
        let zero = builder.zero_like(slope.id);
        drop(builder);
        total.equal(0.0).select(self.sym(zero), self.sym(scaled))
    }

    fn is_whole(&self, value: Sym<'g>) -> bool {
        self.builder.borrow().graph().value(value.id).ty == Ty::Whole
    }

    /// `total / denominator`, where a total of exactly zero gives zero.
    pub(super) fn over(&self, total: Sym<'g>, denominator: Sym<'g>) -> Sym<'g> {
        let quotient = total / denominator;
        if self.range(denominator).zero && self.range(total).zero {
            total.equal(0.0).select(self.number(quotient.id, 0.0), quotient)
        } else {
            quotient
        }
    }

    /// The product of `total` and `partial` that `product` writes, or zero where `total` is.
    fn guarded(
        &self,
        total: Sym<'g>,
        partial: Sym<'g>,
        may_blow_up: bool,
        product: impl FnOnce() -> Sym<'g>,
    ) -> Sym<'g> {
        let is_guarded = may_blow_up && self.range(total).zero && !self.nonzero.contains(&total.id);
        if !is_guarded {
            return product();
        }
        if self.is_differentiated {
            let product = self.builder.borrow_mut().primitive(Primitive::mul, vec![total.id, partial.id]);
            return total.equal(0.0).select(self.number(product, 0.0), self.sym(product));
        }
        let product = product();
        // A constant factor makes no zero, so what it multiplies is tested.
        let tested = {
            let builder = self.builder.borrow();
            self.sym(
                self.seed_of(&builder, total.id).unwrap_or_else(|| builder.without_coefficient(total.id)),
            )
        };
        tested.equal(0.0).select(self.number(product.id, 0.0), product)
    }

    fn is_known(&self, value: Sym<'g>) -> bool {
        match self.known {
            Known::Below(count) => value.id.index() < count,
            Known::In(known) => known.contains(&value.id),
        }
    }

    /// The seed whose zero alone makes a cotangent zero. Where the seed is a literal, rustc removes the test.
    fn seed_of(&self, builder: &Builder, id: ValueId) -> Option<ValueId> {
        if self.seeds.contains(&id) {
            return Some(id);
        }
        if let Some((guard, product)) = guarded_product(builder, id) {
            return Some(guard).filter(|&guard| self.seed_of(builder, product) == Some(guard));
        }
        let value = builder.graph().value(id);
        let Op::Primitive(primitive) = value.op else { return None };
        let operands = &value.operands;
        match primitive {
            Primitive::neg => self.seed_of(builder, operands[0]),
            Primitive::div if !builder.range(operands[1]).infinite => self.seed_of(builder, operands[0]),
            Primitive::mul if !builder.range(operands[0]).zero => self.seed_of(builder, operands[1]),
            Primitive::mul if !builder.range(operands[1]).zero => self.seed_of(builder, operands[0]),
            _ => None,
        }
    }

    fn may_be_infinite(&self, total: Sym<'g>) -> bool {
        self.is_forward && self.range(total).infinite
    }

    fn range(&self, value: Sym<'g>) -> Range {
        self.builder.borrow().range(value.id)
    }

    fn number(&self, like: ValueId, value: f64) -> Sym<'g> {
        let id = self.builder.borrow_mut().like(like, value);
        self.sym(id)
    }

    fn sym(&self, id: ValueId) -> Sym<'g> {
        Sym { builder: self.builder, id }
    }
}

/// The parts of `if guard == 0.0 { 0.0 } else { product }`.
pub(super) fn guarded_product(builder: &Builder, id: ValueId) -> Option<(ValueId, ValueId)> {
    let value = builder.graph().value(id);
    let Op::Select = value.op else { return None };
    let condition = builder.graph().value(value.operands[0]);
    let tests_for_zero = matches!(condition.op, Op::Compare(Comparison::Equal))
        && builder.number(condition.operands[1]) == Some(0.0)
        && builder.number(value.operands[1]) == Some(0.0);
    tests_for_zero.then(|| (condition.operands[0], value.operands[2]))
}
