//! Reversing functions with kinks: as branches, whose arms reverse what only they need.

use super::Reverse;
use crate::graph::{Comparison, Map, Op, Sym, Terminator, ValueId};
use crate::transform::activity::is_linear;
use crate::transform::cotangents::Cotangents;
use crate::transform::partials::Kink;

/// How many conditions on cotangents may stand in one another.
const DEEPEST: usize = 8;

impl<'g> Reverse<'g> {
    /// The contributions of a function with kinks, from a branch on its cases.
    pub(super) fn cases(&mut self, kink: &Kink<'g>, total: Sym<'g>) -> Vec<(ValueId, Sym<'g>)> {
        let operands = &kink.operands;
        let shares = kink.branch(&|partials| {
            operands
                .iter()
                .zip(partials)
                .filter(|(operand, _)| self.primal.activity.is_varied(**operand))
                .map(|(_, partial)| {
                    partial
                        .map_or(self.number(total.id, 0.0), |partial| self.scale().by_partial(total, partial))
                })
                .collect()
        });
        let mut varied: Vec<ValueId> =
            operands.iter().copied().filter(|&id| self.primal.activity.is_varied(id)).collect();
        let mut pairs: Vec<(ValueId, Sym<'g>)> = varied.drain(..).zip(shares).collect();
        // The same value as two operands gets both shares at once.
        let mut index = 0;
        while index < pairs.len() {
            if let Some(same) = pairs[..index].iter().position(|(id, _)| *id == pairs[index].0) {
                let (_, share) = pairs.remove(index);
                pairs[same].1 = pairs[same].1 + share;
            } else {
                index += 1;
            }
        }
        pairs
    }

    /// Hands on a contribution that is zero unless its operand was chosen. If the operand is used here only and
    /// reversing it takes more than sums, that is done under the condition that `choice` is not zero: the
    /// contribution, or what it is for a cotangent of 1.
    pub(super) fn hand_on_share(
        &mut self,
        operand: ValueId,
        share: Sym<'g>,
        choice: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
        position: &Map<ValueId, usize>,
    ) {
        let sunk = self.exclusive(operand, position);
        // A choice that is more than one or zero may pass through zero, where its derivative need not be zero.
        let hides_a_derivative = self.is_differentiated && !self.is_stepwise(choice.id);
        // Conditions in conditions are of less and less use, and rustc parses them recursively.
        if self.nonzero.len() >= DEEPEST || sunk.is_empty() || cotangents.has(operand) || hides_a_derivative {
            self.contribute(cotangents, operand, share);
            return;
        }
        let condition = choice.compare(Comparison::NotEqual, 0.0);
        self.builder.borrow_mut().enter();
        let mut inner = Cotangents::default();
        inner.add(operand, share);
        self.nonzero.push(choice.id);
        self.sweep(&sunk, &mut inner);
        self.nonzero.pop();
        let totals: Vec<(ValueId, Sym<'g>)> = inner
            .remaining()
            .into_iter()
            .filter_map(|id| inner.take(id, self.primal.count).map(|total| (id, total)))
            .collect();
        let mut builder = self.builder.borrow_mut();
        let taken = builder.leave(Terminator::Yield(totals.iter().map(|(_, total)| total.id).collect()));
        builder.enter();
        let zeros = totals.iter().map(|(_, total)| builder.like(total.id, 0.0)).collect();
        let skipped = builder.leave(Terminator::Yield(zeros));
        let branch = builder.if_else(condition.id, taken, skipped);
        for (number, (id, total)) in totals.into_iter().enumerate() {
            let ty = builder.graph().value(total.id).ty;
            let result = builder.result(branch, number, ty);
            cotangents.add(id, Sym { builder: self.builder, id: result });
        }
    }

    /// Whether a value is a number in every arm of the branch that it is a result of.
    fn is_stepwise(&self, id: ValueId) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            match graph.value(id).op {
                Op::Constant(_) => {}
                Op::Result(_) if graph.repeat(graph.value(id).operands[0]).is_none() => {
                    pending.extend(graph.origins(id));
                }
                _ => return false,
            }
        }
        true
    }

    /// The values, in their order, that are computed for the sake of `operand` alone; empty if reversing them
    /// is nothing but sums and constant factors.
    pub(super) fn exclusive(&self, operand: ValueId, position: &Map<ValueId, usize>) -> Vec<ValueId> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut found = Vec::new();
        let mut pending = vec![operand];
        while let Some(id) = pending.pop() {
            let value = graph.value(id);
            let is_simple = matches!(value.op, Op::Primitive(_) | Op::Cast);
            if is_simple
                && self.primal.activity.is_varied(id)
                && self.primal.activity.is_used_once(id)
                && position.contains_key(&id)
            {
                found.push(id);
                pending.extend(value.operands.iter().filter(|&&id| self.primal.activity.is_varied(id)));
            }
        }
        if found.iter().all(|&id| is_linear(graph, id, &self.primal.activity)) {
            return Vec::new();
        }
        found.sort_by_key(|id| position[id]);
        found.dedup();
        found
    }
}
