//! Shares reciprocals: several divisions by one value become one division and multiplications.
//!
//! Only where the quotients are derivative code, because the results differ in the last bit. A quotient that
//! the primal's value, a condition or an assertion depends on is left as it is, and so is one whose denominator
//! may be so small that its reciprocal overflows.

use super::copy::Copier;
use crate::graph::{Arm, Branch, Function, Graph, Map, Op, RegionId, Scalar, Set, Terminator, Ty, ValueId};
use crate::rules::Primitive;

/// Rewrites divisions, if there are any to share. The first `exact` yields are values of the primal.
pub(super) fn share(function: &Function, exact: usize) -> Option<Function> {
    let graph = &function.graph;
    let exact = exact_values(function, exact);
    let mut counts: Map<ValueId, usize> = Map::default();
    for id in graph.ids() {
        if let Some(denominator) = shared_denominator(graph, &exact, id) {
            *counts.entry(denominator).or_default() += 1;
        }
    }
    if counts.values().all(|&count| count < 2) {
        return None;
    }
    let mut sharer =
        Sharer { copier: Copier::new(graph, &function.parameters, false), exact: &exact, counts: &counts };
    sharer.values(function.body);
    let end = sharer.copier.copy_end(function.body);
    Some(sharer.copier.builder.finish(end))
}

/// The denominator of a quotient that may be rewritten.
fn shared_denominator(graph: &Graph, exact: &Set<ValueId>, id: ValueId) -> Option<ValueId> {
    let value = graph.value(id);
    match value.op {
        Op::Primitive(Primitive::div) if !exact.contains(&id) => {
            let denominator = value.operands[1];
            let is_constant = matches!(graph.value(denominator).op, Op::Constant(_));
            (!is_constant).then_some(denominator)
        }
        _ => None,
    }
}

/// What the primal's value, conditions, assertions and opaque expressions are computed from.
pub(super) fn exact_values(function: &Function, outputs: usize) -> Set<ValueId> {
    let graph = &function.graph;
    let outputs = graph.region(function.body).end.operands().iter().take(outputs);
    let mut pending: Vec<ValueId> = outputs.copied().collect();
    for id in graph.ids() {
        let value = graph.value(id);
        if matches!(value.op, Op::Branch(_) | Op::Effect(_) | Op::Opaque(_)) {
            pending.extend(&value.operands);
        }
        if let Op::Branch(branch) = &value.op {
            for guard in branch.arms.iter().filter_map(|arm| arm.guard) {
                pending.extend(graph.region(guard).end.operands());
            }
        }
    }
    let mut exact = Set::default();
    while let Some(id) = pending.pop() {
        if !exact.insert(id) {
            continue;
        }
        let value = graph.value(id);
        pending.extend(&value.operands);
        if let Op::Result(number) = value.op {
            for region in graph.branch(value.operands[0]).into_iter().flat_map(Branch::bodies) {
                if let Terminator::Yield(values) = &graph.region(region).end {
                    pending.extend(values.get(number));
                }
            }
        }
    }
    exact
}

struct Sharer<'a> {
    copier: Copier<'a>,
    exact: &'a Set<ValueId>,
    counts: &'a Map<ValueId, usize>,
}

impl Sharer<'_> {
    fn values(&mut self, region: RegionId) {
        let graph = self.copier.source;
        for &id in &graph.region(region).values {
            if let Some(denominator) = shared_denominator(graph, self.exact, id)
                && self.counts.get(&denominator).is_some_and(|&count| count > 1)
                && self.has_finite_reciprocal(denominator)
            {
                self.quotient(id);
            } else if let Op::Branch(branch) = &graph.value(id).op {
                let operand = self.copier.get(graph.value(id).operands[0]);
                let arms = branch
                    .arms
                    .iter()
                    .enumerate()
                    .map(|(number, arm)| {
                        let guard = arm.guard.map(|guard| self.copier.copy_region(guard));
                        let holds = branch.condition_in(number).map(|holds| (operand, holds));
                        Arm { pattern: arm.pattern.clone(), guard, region: self.region(arm.region, holds) }
                    })
                    .collect();
                let copy = self.copier.builder.branch(branch.test.clone(), operand, arms);
                self.copier.set(id, copy);
            } else if let Op::Pullback(region) = graph.value(id).op {
                let region = self.region(region, None);
                let copy = self.copier.builder.pullback(region);
                self.copier.set(id, copy);
            } else {
                self.copier.copy(id);
            }
        }
    }

    fn has_finite_reciprocal(&mut self, denominator: ValueId) -> bool {
        let denominator = self.copier.get(denominator);
        let range = self.copier.builder.range(denominator);
        let smallest = match self.copier.builder.graph().value(denominator).ty {
            Ty::Real(Scalar::F64) => f64::MIN_POSITIVE,
            _ => f64::from(f32::MIN_POSITIVE),
        };
        range.low >= smallest || range.high <= -smallest
    }

    /// A copy of an arm, in which a condition is known to hold or not.
    fn region(&mut self, region: RegionId, condition: Option<(ValueId, bool)>) -> RegionId {
        self.copier.builder.enter();
        if let Some((condition, holds)) = condition {
            self.copier.builder.assume(condition, holds);
        }
        self.copier.copy_arguments(region);
        self.values(region);
        let end = self.copier.copy_end(region);
        self.copier.builder.leave(end)
    }

    /// `n / d` as `n * (1 / d)`.
    fn quotient(&mut self, id: ValueId) {
        let operands = self.copier.source.value(id).operands.clone();
        let operands = self.copier.get_all(&operands);
        let one = self.copier.builder.like(operands[0], 1.0);
        let reciprocal = self.copier.builder.simplified(Primitive::div, vec![one, operands[1]]);
        let copy = self.copier.builder.simplified(Primitive::mul, vec![operands[0], reciprocal]);
        self.copier.set(id, copy);
        self.copier.note(id, copy);
    }
}
