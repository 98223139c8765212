//! Shares reciprocals: several divisions by one value become one division and multiplications.
//!
//! Only where the quotients are derivative code, because the results differ in the last bit. A quotient that
//! the primal's value, a condition or an assertion depends on is left as it is, and so is one whose denominator
//! may be so small that its reciprocal overflows.

use super::copy::{Copier, rewritten};
use crate::graph::{Function, Graph, Left, Map, Op, Scalar, Set, Ty, ValueId};
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
    Some(rewritten(function, false, &mut |copier, id| {
        let denominator = shared_denominator(graph, &exact, id)?;
        let is_shared = counts.get(&denominator).is_some_and(|&count| count > 1);
        (is_shared && has_finite_reciprocal(copier, denominator)).then(|| quotient(copier, id))
    }))
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

/// What the primal's value, conditions, indices, assertions and opaque expressions are computed from.
pub(super) fn exact_values(function: &Function, outputs: usize) -> Set<ValueId> {
    let graph = &function.graph;
    let outputs = graph.region(function.body).end.operands().iter().take(outputs);
    let mut pending: Vec<ValueId> = outputs.copied().collect();
    for id in graph.ids() {
        let value = graph.value(id);
        match &value.op {
            Op::Leave(Left::Derivatives) => {}
            Op::Effect(_) | Op::Leave(Left::Contents) | Op::Opaque(_) => pending.extend(&value.operands),
            Op::Pick => pending.push(value.operands[0]),
            Op::Load(path) | Op::Store(path) | Op::Accumulate(path) => {
                pending.extend(&value.operands[1..=path.indices]);
            }
            _ => pending.extend(graph.decisions(id)),
        }
    }
    let mut exact = Set::default();
    while let Some(id) = pending.pop() {
        if !exact.insert(id) {
            continue;
        }
        // What a branch or loop decides by is exact anyway.
        match graph.value(id).op {
            Op::Result(_) | Op::Argument(_) => pending.extend(graph.origins(id)),
            _ => pending.extend(&graph.value(id).operands),
        }
    }
    exact
}

fn has_finite_reciprocal(copier: &mut Copier<'_>, denominator: ValueId) -> bool {
    let denominator = copier.get(denominator);
    let range = copier.builder.range(denominator);
    let smallest = match copier.builder.graph().value(denominator).ty {
        Ty::Real(Scalar::F64) => f64::MIN_POSITIVE,
        _ => f64::from(f32::MIN_POSITIVE),
    };
    range.low >= smallest || range.high <= -smallest
}

/// `n / d` as `n * (1 / d)`.
fn quotient(copier: &mut Copier<'_>, id: ValueId) -> ValueId {
    let operands = copier.source.value(id).operands.clone();
    let operands = copier.get_all(&operands);
    let one = copier.builder.like(operands[0], 1.0);
    let reciprocal = copier.builder.simplified(Primitive::div, vec![one, operands[1]]);
    copier.builder.simplified(Primitive::mul, vec![operands[0], reciprocal])
}
