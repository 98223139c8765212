//! The partials of one value in its operands, as edges.

use std::cell::RefCell;

use super::Elimination;
use super::dag::{Dag, Vertex};
use crate::graph::{Builder, Comparison, Op, Sym, ValueId};
use crate::rules::Primitive;
use crate::transform::partials::{Linearize, Partials, partials};

impl<'g> Linearize<'g> for Elimination<'g> {
    fn builder(&self) -> &'g RefCell<Builder> {
        self.primal.builder
    }

    fn available(&mut self, id: ValueId) -> Sym<'g> {
        self.primal.available(id)
    }

    fn is_varied(&self, id: ValueId) -> bool {
        self.primal.activity.is_varied(id)
    }

    fn is_used_once(&self, id: ValueId) -> bool {
        self.primal.activity.is_used_once(id)
    }
}

impl<'g> Elimination<'g> {
    /// Adds the edges into the vertex of a value.
    pub(super) fn add_partials(&mut self, dag: &mut Dag<'g>, id: ValueId, to: Vertex) {
        for (operand, partial) in self.edges(id) {
            if self.primal.activity.is_varied(operand) && !self.is_zero(partial) {
                let from = dag.vertex(operand);
                dag.add(from, to, partial);
            }
        }
    }

    fn edges(&mut self, id: ValueId) -> Vec<(ValueId, Sym<'g>)> {
        match partials(self, id) {
            Partials::Smooth(edges) => {
                let edges: Vec<(ValueId, Sym<'g>)> =
                    edges.into_iter().map(|edge| (edge.operand, edge.slope.partial())).collect();
                let builder = self.primal.builder.borrow();
                let infinite = edges
                    .iter()
                    .map(|(_, partial)| partial.id)
                    .filter(|&partial| builder.range(partial).infinite);
                match &builder.graph().value(id).op {
                    // A selection that is a product: guarded, as a factor may be infinite where the other is zero.
                    Op::Select => {
                        self.forgiving.extend(infinite);
                        self.masks.extend(edges.iter().map(|(_, partial)| partial.id));
                    }
                    Op::Primitive(primitive) if !has_poles_only(*primitive) => self.cusps.extend(infinite),
                    _ => {}
                }
                drop(builder);
                edges
            }
            Partials::Cases(kink) => {
                let zero = self.primal.number(id, 0.0);
                let shares = kink.branch(&|partials| {
                    partials.into_iter().map(|partial| partial.unwrap_or(zero)).collect()
                });
                self.choices.extend(shares.iter().map(|share| share.id));
                kink.operands.iter().copied().zip(shares).collect()
            }
            Partials::Cast(operand) => vec![(operand, self.primal.number(operand, 1.0))],
            Partials::Select(condition, [on_true, on_false]) => {
                let (one, zero) = (self.primal.number(id, 1.0), self.primal.number(id, 0.0));
                vec![(on_true, condition.select(one, zero)), (on_false, condition.select(zero, one))]
            }
            Partials::Pick(index, elements) => {
                let (one, zero) = (self.primal.number(id, 1.0), self.primal.number(id, 0.0));
                let is_at = |position: i32| {
                    index.compare(Comparison::Equal, index.integer(position)).select(one, zero)
                };
                elements.into_iter().map(|(position, element)| (element, is_at(position))).collect()
            }
            Partials::Constant => Vec::new(),
        }
    }
}

/// Whether a slope of the function is infinite only where its value is.
fn has_poles_only(primitive: Primitive) -> bool {
    matches!(
        primitive,
        Primitive::add
            | Primitive::sub
            | Primitive::neg
            | Primitive::mul
            | Primitive::div
            | Primitive::recip
            | Primitive::powi
            | Primitive::exp
            | Primitive::exp2
            | Primitive::exp_m1
            | Primitive::sinh
            | Primitive::cosh
            | Primitive::ln
            | Primitive::ln_1p
            | Primitive::log2
            | Primitive::log10
    )
}
