//! The partials of one value in its operands, as edges.

use super::Elimination;
use super::dag::{Dag, Vertex};
use crate::graph::{Op, Sym, ValueId};
use crate::rules::{Derivative, Kind, Primitive};
use crate::transform::cases::branch_on_cases;
use crate::transform::cotangents::guarded_product;

impl<'g> Elimination<'g> {
    /// Adds the edges into the vertex of a value.
    pub(super) fn add_partials(&mut self, dag: &mut Dag<'g>, id: ValueId, to: Vertex) {
        for (operand, partial) in self.partials(id) {
            if self.primal.activity.is_varied(operand) && !self.is_zero(partial) {
                if self.lenient.contains(&id) && self.primal.builder.borrow().range(partial.id).infinite {
                    self.forgiving.insert(partial.id);
                }
                let from = dag.vertex(operand);
                dag.add(from, to, partial);
            }
        }
    }

    fn partials(&mut self, id: ValueId) -> Vec<(ValueId, Sym<'g>)> {
        let value = self.primal.builder.borrow().graph().value(id).clone();
        match &value.op {
            Op::Primitive(primitive) => self
                .logistic(id, *primitive, &value.operands)
                .or_else(|| self.logarithmic(*primitive, &value.operands))
                .unwrap_or_else(|| self.partials_by_rule(id, *primitive, &value.operands)),
            Op::Cast => vec![(value.operands[0], self.primal.number(value.operands[0], 1.0))],
            Op::Select => self.partials_of_select(id, &value.operands),
            _ => Vec::new(),
        }
    }

    fn partials_by_rule(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
    ) -> Vec<(ValueId, Sym<'g>)> {
        let rule = primitive.rule();
        let result = self.primal.available(id);
        let arguments: Vec<Sym<'g>> = operands.iter().map(|&id| self.primal.available(id)).collect();
        // A list has one partial, which is taken of each element in turn.
        let size = if rule.parameters[0].kind == Kind::list { 1 } else { operands.len() };
        let mut found = Vec::new();
        for (operands, arguments) in operands.chunks(size).zip(arguments.chunks(size)) {
            match &rule.derivative {
                Derivative::Smooth(partials) => {
                    let partials = partials(arguments, result);
                    found.extend(
                        operands
                            .iter()
                            .zip(partials)
                            .filter_map(|(&operand, partial)| partial.map(|partial| (operand, partial))),
                    );
                }
                Derivative::Cases(cases) => {
                    let zero = self.primal.number(id, 0.0);
                    let shares = branch_on_cases(self.primal.builder, cases, arguments, result, &|case| {
                        let partials = (case.partials)(arguments, result);
                        partials.into_iter().map(|partial| partial.unwrap_or(zero)).collect()
                    });
                    self.choices.extend(shares.iter().map(|share| share.id));
                    found.extend(operands.iter().copied().zip(shares));
                }
            }
        }
        found
    }

    /// A selection hands on to what it chose. A guarded product is a product to a second derivative: where the
    /// guard holds, the factor has a slope although it is zero.
    fn partials_of_select(&mut self, id: ValueId, operands: &[ValueId]) -> Vec<(ValueId, Sym<'g>)> {
        let guarded = guarded_product(&self.primal.builder.borrow(), id);
        if let Some((factor, product)) = guarded
            && self.mark_lenient(factor, product)
        {
            return vec![(product, self.primal.number(id, 1.0))];
        }
        let condition = self.primal.available(operands[0]);
        let (one, zero) = (self.primal.number(id, 1.0), self.primal.number(id, 0.0));
        vec![(operands[1], condition.select(one, zero)), (operands[2], condition.select(zero, one))]
    }

    /// Finds the products and quotients by which `factor` goes into `product`: their other factors may be infinite
    /// where `factor` is zero.
    fn mark_lenient(&mut self, factor: ValueId, product: ValueId) -> bool {
        if product == factor {
            return true;
        }
        let operands = {
            let builder = self.primal.builder.borrow();
            let value = builder.graph().value(product);
            match value.op {
                Op::Primitive(Primitive::mul | Primitive::neg) => value.operands.clone(),
                Op::Primitive(Primitive::div) => vec![value.operands[0]],
                _ => return false,
            }
        };
        let is_on_path = operands.into_iter().any(|operand| self.mark_lenient(factor, operand));
        if is_on_path {
            self.lenient.insert(product);
        }
        is_on_path
    }

    /// The logistic function in its usual spellings, `1 / (1 + e)` and `e / (1 + e)` with `e = exp(u)`: an edge to
    /// `u` whose partial neither overflows nor cancels.
    fn logistic(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
    ) -> Option<Vec<(ValueId, Sym<'g>)>> {
        let builder = self.primal.builder.borrow();
        let (numerator, denominator) = match primitive {
            Primitive::div => (Some(operands[0]), operands[1]),
            Primitive::recip => (None, operands[0]),
            _ => return None,
        };
        let terms = builder.parts(denominator, Primitive::add)?;
        let exponential = match (builder.number(terms[0]), builder.number(terms[1])) {
            (Some(1.0), None) => terms[1],
            (None, Some(1.0)) => terms[0],
            _ => return None,
        };
        let exponent = builder.parts(exponential, Primitive::exp)?[0];
        let is_decreasing = numerator.is_none_or(|id| builder.number(id) == Some(1.0));
        if !is_decreasing && numerator != Some(exponential) || !self.primal.activity.is_varied(exponent) {
            return None;
        }
        drop(builder);
        let result = self.primal.available(id);
        let slope = if is_decreasing {
            // e · result is 1 - result without cancellation; where e overflows it is NaN, and `min` gives 1.
            let exponential = self.primal.available(exponential);
            -(result * (exponential * result).min(1.0))
        } else {
            result / self.primal.available(denominator)
        };
        Some(vec![(exponent, slope)])
    }

    /// The logarithm of a product or quotient: edges to the factors, without the detour by a product that may
    /// overflow or vanish.
    fn logarithmic(&mut self, primitive: Primitive, operands: &[ValueId]) -> Option<Vec<(ValueId, Sym<'g>)>> {
        let scale = match primitive {
            Primitive::ln => 1.0,
            Primitive::log2 => std::f64::consts::LOG2_E,
            Primitive::log10 => std::f64::consts::LOG10_E,
            _ => return None,
        };
        let builder = self.primal.builder.borrow();
        if builder.strict {
            return None;
        }
        let product = builder.parts(operands[0], Primitive::mul);
        let quotient = builder.parts(operands[0], Primitive::div);
        drop(builder);
        let sign = if product.is_some() { 1.0 } else { -1.0 };
        let factors = product.or(quotient)?;
        let (first, second) = (self.primal.available(factors[0]), self.primal.available(factors[1]));
        Some(vec![(factors[0], scale / first), (factors[1], sign * scale / second)])
    }
}
