//! The partials of one value in its operands, as edges.

use std::cell::RefCell;

use super::Elimination;
use super::dag::{Dag, Vertex};
use crate::graph::{Builder, Comparison, Op, Sym, ValueId};
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
                // A selection that is a product: guarded, because a factor may be infinite where the other is zero.
                if let Op::Select = builder.graph().value(id).op {
                    let infinite = edges.iter().filter(|(_, partial)| builder.range(partial.id).infinite);
                    self.forgiving.extend(infinite.map(|(_, partial)| partial.id));
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
