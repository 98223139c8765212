//! Compositions whose slope has a better form than the chain rule over their parts gives: the logistic function
//! in its usual spellings, and logarithms of products and quotients.

use super::Reverse;
use crate::graph::{Sym, ValueId};
use crate::rules::Primitive;
use crate::transform::cotangents::{Cotangents, guarded_product};

impl<'g> Reverse<'g> {
    /// The factors of a product or quotient under a logarithm: the slopes of `ln(a / b)` are `1 / a` and
    /// `-1 / b`, without the detour by `a / b`, which may overflow or vanish.
    pub(super) fn logarithmic(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
    ) -> bool {
        let builder = self.builder.borrow();
        if builder.strict || !matches!(primitive, Primitive::mul | Primitive::div) {
            return false;
        }
        let unguarded = guarded_product(&builder, total.id).map_or(total.id, |(_, quotient)| quotient);
        let numerator = match builder.parts(unguarded, Primitive::div) {
            Some(parts) if unguarded.index() >= self.primal.count && parts[1] == id => self.sym(parts[0]),
            _ => return false,
        };
        drop(builder);
        for (number, &operand) in operands.iter().enumerate() {
            if self.primal.activity.is_varied(operand) {
                let may_blow_up = self.builder.borrow().range(operand).zero;
                let factor = self.available(operand);
                let share = self.guarded(numerator, may_blow_up, numerator / factor);
                let is_denominator = primitive == Primitive::div && number == 1;
                self.contribute(cotangents, operand, if is_denominator { -share } else { share });
            }
        }
        true
    }

    /// The logistic function in its usual spellings, `1 / (1 + e)` and `e / (1 + e)` with `e = exp(u)`: both
    /// slopes are products of shares of 1, which neither overflow nor cancel.
    pub(super) fn logistic(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
    ) -> bool {
        let builder = self.builder.borrow();
        let (numerator, denominator) = match primitive {
            Primitive::div => (Some(operands[0]), operands[1]),
            Primitive::recip => (None, operands[0]),
            _ => return false,
        };
        let Some(terms) = builder.parts(denominator, Primitive::add) else { return false };
        let exponential = match (builder.number(terms[0]), builder.number(terms[1])) {
            (Some(1.0), None) => terms[1],
            (None, Some(1.0)) => terms[0],
            _ => return false,
        };
        let Some(exponent) = builder.parts(exponential, Primitive::exp) else { return false };
        let exponent = exponent[0];
        let is_decreasing = numerator.is_none_or(|id| builder.number(id) == Some(1.0));
        if !is_decreasing && numerator != Some(exponential) || !self.primal.activity.is_varied(exponent) {
            return false;
        }
        let name = builder.graph().value(id).note.name.clone();
        drop(builder);
        let result = self.available(id);
        if is_decreasing {
            // e · result is 1 - result without cancellation; where e overflows it is NaN, and `min` gives 1.
            let exponential = self.available(exponential);
            let complement = (exponential * result).min(1.0);
            if let Some(name) = name {
                self.builder.borrow_mut().name(complement.id, &format!("one_minus_{name}"));
            }
            self.contribute(cotangents, exponent, -(total * result * complement));
        } else {
            let denominator = self.available(denominator);
            self.contribute(cotangents, exponent, total * result / denominator);
        }
        true
    }
}
