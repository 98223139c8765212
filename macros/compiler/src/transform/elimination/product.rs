//! Partials along paths: their products and sums.

use super::Elimination;
use super::dag::Dag;
use crate::graph::{Op, Set, Sym, ValueId, round_to};
use crate::rules::{Primitive, is_call};
use crate::transform::cotangents::factored;
use crate::transform::scale::guarded_product;

impl<'g> Elimination<'g> {
    /// The sum of the terms of an edge; absent if it is a structural zero.
    pub(super) fn sum(&self, dag: &Dag<'g>, mut terms: Vec<Sym<'g>>) -> Option<Sym<'g>> {
        if self.order == super::Order::Reverse {
            // Contributions come in the reverse of the order in which the source has the uses.
            terms.reverse();
        }
        let is_shared = |term: &Sym<'g>| {
            let here = terms.iter().filter(|other| other.id == term.id).count();
            dag.is_shared(*term, here)
        };
        let terms = if terms.iter().any(is_shared) { terms } else { factored(terms, self.primal.count) };
        terms.into_iter().reduce(|sum, term| sum + term).filter(|sum| !self.is_zero(*sum))
    }

    /// The partial along two edges, in the type of the inner one. A part of exactly zero outside makes it zero,
    /// whatever is inside; where that cannot matter, there is no guard.
    pub(super) fn product(&mut self, outer: Sym<'g>, inner: Sym<'g>, is_single: bool) -> Sym<'g> {
        let outer = self.cast_to(outer, inner.id);
        if self.number_of(outer).is_some() || self.number_of(inner).is_some() {
            return outer * inner;
        }
        if let Some((condition, when)) = self.mask(outer) {
            return self.masked(condition, when, inner);
        }
        if let Some((condition, when)) = self.mask(inner) {
            return self.masked(condition, when, outer);
        }
        if let Some(negated) = self.parts(inner, Primitive::neg) {
            return -self.product(outer, negated[0], is_single);
        }
        if is_single
            && inner.id.index() >= self.primal.count
            && !self.primal.builder.borrow().strict
            && let Some(parts) = self.parts(inner, Primitive::div)
        {
            // The quotient is needed in this product only, so the factor goes on top of it.
            let (numerator, denominator) = (parts[0], parts[1]);
            let may_blow_up = self.primal.builder.borrow().range(denominator.id).zero;
            let share = self.product(outer, numerator, is_single);
            return self.guarded(outer, inner, may_blow_up, share / denominator);
        }
        let may_blow_up = self.primal.builder.borrow().range(inner.id).infinite;
        self.guarded(outer, inner, may_blow_up, outer * inner)
    }

    /// The product, or zero where a guard says so.
    ///
    /// Where the inner part is infinite because its value is, an outer part that vanishes by itself, as the factor of
    /// a product does, makes the output no number, and there is nothing to guard. A guard is for outer parts that
    /// vanish in spite of that, by saturation or because another arm was taken, and for slopes that are infinite
    /// where their value is finite, as that of a square root is at zero.
    fn guarded(&mut self, outer: Sym<'g>, inner: Sym<'g>, may_blow_up: bool, product: Sym<'g>) -> Sym<'g> {
        let is_choice = self.choices.contains(&outer.id) || self.choices.contains(&inner.id);
        let is_cusp = self.cusps.contains(&outer.id) || self.cusps.contains(&inner.id);
        let is_forgiving = self.forgiving.contains(&outer.id);
        let (outer_range, inner_range) = {
            let builder = self.primal.builder.borrow();
            (builder.range(outer.id), builder.range(inner.id))
        };
        let mut guarded = product;
        let stops_infinity =
            self.choices.contains(&inner.id) || is_forgiving && self.vanishes_abruptly(inner.id);
        if outer_range.infinite && inner_range.zero && stops_infinity {
            guarded = self.unless_zero(inner, guarded);
        }
        let may_be_undefined = may_blow_up
            && (self.cusps.contains(&inner.id) || self.vanishes_abruptly(outer.id))
            || self.choices.contains(&outer.id) && !self.is_tame(inner.id);
        if outer_range.zero && may_be_undefined {
            guarded = self.unless_zero(outer, guarded);
        }
        for id in [product.id, guarded.id] {
            for (properties, has_property) in [
                (&mut self.choices, is_choice),
                (&mut self.cusps, is_cusp),
                (&mut self.forgiving, is_forgiving),
            ] {
                if has_property {
                    properties.insert(id);
                }
            }
        }
        guarded
    }

    /// Whether a value can be zero although none of the parameters' values that it is a polynomial of is: by an arm
    /// that was not taken, by underflow, or as the reciprocal of something infinite.
    fn vanishes_abruptly(&self, id: ValueId) -> bool {
        let builder = self.primal.builder.borrow();
        let mut pending = vec![id];
        let mut seen = Set::default();
        while let Some(id) = pending.pop() {
            let value = builder.graph().value(id);
            if !builder.range(id).zero || !seen.insert(id) {
                continue;
            }
            if self.choices.contains(&id) || self.masks.contains(&id) || seen.len() > LARGEST {
                return true;
            }
            match value.op {
                Op::Select => match guarded_product(&builder, id) {
                    Some((factor, product)) => pending.extend([factor, product]),
                    None => return true,
                },
                Op::Result(_) if id.index() >= self.primal.count => return true,
                Op::Primitive(Primitive::mul | Primitive::neg | Primitive::add | Primitive::sub) => {
                    pending.extend(&value.operands);
                }
                Op::Primitive(Primitive::recip) => return true,
                Op::Primitive(Primitive::div) if builder.range(value.operands[1]).infinite => return true,
                Op::Primitive(Primitive::div | Primitive::sqrt | Primitive::powi | Primitive::powf) => {
                    pending.push(value.operands[0]);
                }
                Op::Primitive(primitive) if is_call(primitive) && builder.range(id).low >= 0.0 => {
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    fn unless_zero(&self, factor: Sym<'g>, product: Sym<'g>) -> Sym<'g> {
        // A constant factor makes no zero, so what it multiplies is tested.
        let tested = self.primal.sym(self.primal.builder.borrow().without_coefficient(factor.id));
        tested.equal(0.0).select(self.primal.number(product.id, 0.0), product)
    }

    /// Whether a value is a number wherever the parameters are finite: made of operations that are defined
    /// everywhere.
    fn is_tame(&self, id: ValueId) -> bool {
        let builder = self.primal.builder.borrow();
        let mut pending = vec![id];
        let mut left = LARGEST;
        while let Some(id) = pending.pop() {
            let value = builder.graph().value(id);
            left -= 1;
            match value.op {
                _ if left == 0 || builder.range(id).infinite && !is_sum_or_product(&value.op) => {
                    return false;
                }
                Op::Parameter(_) | Op::Constant(_) => {}
                Op::Primitive(
                    Primitive::add
                    | Primitive::sub
                    | Primitive::mul
                    | Primitive::neg
                    | Primitive::sin
                    | Primitive::cos
                    | Primitive::tanh
                    | Primitive::sigmoid
                    | Primitive::abs
                    | Primitive::min
                    | Primitive::max,
                ) => pending.extend(&value.operands),
                _ => return false,
            }
        }
        true
    }

    /// `if condition { 1.0 } else { 0.0 }` or the opposite: the condition, and whether 1 is what it chooses.
    fn mask(&self, value: Sym<'g>) -> Option<(Sym<'g>, bool)> {
        let builder = self.primal.builder.borrow();
        let select = builder.graph().value(value.id);
        let Op::Select = select.op else { return None };
        let number = |index: usize| builder.number(select.operands[index]);
        match (number(1), number(2)) {
            (Some(1.0), Some(0.0)) => Some((self.primal.sym(select.operands[0]), true)),
            (Some(0.0), Some(1.0)) => Some((self.primal.sym(select.operands[0]), false)),
            _ => None,
        }
    }

    fn masked(&self, condition: Sym<'g>, when: bool, value: Sym<'g>) -> Sym<'g> {
        let zero = self.primal.number(value.id, 0.0);
        if when { condition.select(value, zero) } else { condition.select(zero, value) }
    }

    /// A partial in the type of another. A round trip through `f32` is not rounded on the way back.
    fn cast_to(&mut self, partial: Sym<'g>, like: ValueId) -> Sym<'g> {
        let mut builder = self.primal.builder.borrow_mut();
        let ty = builder.graph().value(like).ty;
        let source = builder.graph().value(partial.id);
        if source.ty == ty {
            return partial;
        }
        let id = match source.op {
            Op::Cast
                if self.casts.contains(&partial.id) && builder.graph().value(source.operands[0]).ty == ty =>
            {
                source.operands[0]
            }
            Op::Constant(ref constant) if round_to(ty, constant.value) == constant.value => {
                let value = constant.value;
                builder.like(like, value)
            }
            _ => {
                let cast = builder.cast_apart(partial.id, ty);
                self.casts.insert(cast);
                cast
            }
        };
        drop(builder);
        self.primal.sym(id)
    }

    /// Keeps a partial that goes into several products whole, up to its sign.
    pub(super) fn seal(&self, partial: Sym<'g>) {
        let whole = self.parts(partial, Primitive::neg).map_or(partial, |negated| negated[0]);
        self.primal.builder.borrow_mut().seal(whole.id);
    }

    pub(super) fn is_zero(&self, value: Sym<'g>) -> bool {
        self.number_of(value) == Some(0.0)
    }

    fn number_of(&self, value: Sym<'g>) -> Option<f64> {
        self.primal.builder.borrow().number(value.id)
    }

    fn parts(&self, value: Sym<'g>, primitive: Primitive) -> Option<Vec<Sym<'g>>> {
        let parts = self.primal.builder.borrow().parts(value.id, primitive)?;
        Some(parts.into_iter().map(|id| self.primal.sym(id)).collect())
    }
}

/// A value made of more operations than this is not looked through.
const LARGEST: usize = 64;

/// Whether infinity can come out only where it goes in.
fn is_sum_or_product(op: &Op) -> bool {
    matches!(op, Op::Primitive(Primitive::add | Primitive::sub | Primitive::mul | Primitive::neg))
}
