//! Shares constant factors: `2.0 * (x * y)` and `2.0 * (x * z)` become `(2.0 * x) * y` and `(2.0 * x) * z`.
//!
//! Only in derivative code, because a product may round otherwise, and only where a factor serves several products.

use super::copy::{Copier, rewritten};
use super::reciprocal::exact_values;
use crate::graph::{Function, Graph, Map, Op, RegionId, Set, ValueId};
use crate::rules::Primitive;

/// Rewrites products, if there are constants to share. The first `exact` yields are values of the primal.
pub(super) fn share(function: &Function, exact: usize) -> Option<Function> {
    let graph = &function.graph;
    let scaled = scaled_products(function, &exact_values(function, exact));
    let factors = chosen_factors(graph, &scaled);
    if factors.is_empty() {
        return None;
    }
    Some(rewritten(function, false, &mut |copier, id| product(copier, id, *factors.get(&id)?)))
}

/// A constant times a product that nothing else uses.
struct Scaled {
    id: ValueId,
    /// The bits of the constant, and where the product stands.
    kind: (u64, RegionId),
    factors: [ValueId; 2],
}

fn scaled_products(function: &Function, exact: &Set<ValueId>) -> Vec<Scaled> {
    let graph = &function.graph;
    let mut uses: Map<ValueId, u32> = Map::default();
    graph.for_each_use(function.body, &mut |id| *uses.entry(id).or_default() += 1);
    let product = |id: ValueId| {
        let value = graph.value(id);
        let is_product = matches!(value.op, Op::Primitive(Primitive::mul)) && !exact.contains(&id);
        is_product.then(|| [value.operands[0], value.operands[1]])
    };
    let number = |id: ValueId| match &graph.value(id).op {
        Op::Constant(constant) => Some(constant.value),
        _ => None,
    };
    graph
        .ids()
        .filter_map(|id| {
            let [constant, inner] = product(id)?;
            let factors = product(inner).filter(|_| uses.get(&inner) == Some(&1))?;
            let bits = number(constant)?.to_bits();
            let is_plain = factors.iter().all(|&factor| number(factor).is_none());
            is_plain.then(|| Scaled { id, kind: (bits, graph.value(id).region), factors })
        })
        .collect()
}

/// For each product that shares its constant with another, the factor that takes it.
fn chosen_factors(graph: &Graph, scaled: &[Scaled]) -> Map<ValueId, ValueId> {
    let mut counts: Map<((u64, RegionId), ValueId), usize> = Map::default();
    for product in scaled {
        let [a, b] = product.factors;
        *counts.entry((product.kind, a)).or_default() += 1;
        if a != b {
            *counts.entry((product.kind, b)).or_default() += 1;
        }
    }
    let mut chosen = Map::default();
    for product in scaled {
        let count = |factor: &ValueId| counts[&(product.kind, *factor)];
        let [a, b] = product.factors;
        let factor = if count(&b) > count(&a) { b } else { a };
        if count(&factor) > 1 && graph.value(factor).ty == graph.value(product.id).ty {
            chosen.insert(product.id, factor);
        }
    }
    chosen
}

/// `c * (factor * other)` as `(c * factor) * other`.
fn product(copier: &mut Copier<'_>, id: ValueId, factor: ValueId) -> Option<ValueId> {
    let graph = copier.source;
    let [constant, inner] = graph.value(id).operands[..] else { return None };
    let [a, b] = graph.value(inner).operands[..] else { return None };
    let other = if a == factor { b } else { a };
    let [constant, factor, other] = [constant, factor, other].map(|id| copier.get(id));
    let scaled = copier.builder.primitive(Primitive::mul, vec![constant, factor]);
    Some(copier.builder.primitive(Primitive::mul, vec![scaled, other]))
}
