//! The cotangents gathered so far: for each value, the contributions of the values that use it.

use crate::graph::{Builder, Map, Sym, ValueId};
use crate::rules::Primitive;

#[derive(Default)]
pub(super) struct Cotangents<'g> {
    contributions: Map<ValueId, Vec<Sym<'g>>>,
    /// Values in the order of their first contribution, which is the order of the generated code.
    order: Vec<ValueId>,
    /// How many values each contribution goes to.
    targets: Map<ValueId, u32>,
}

impl<'g> Cotangents<'g> {
    pub(super) fn add(&mut self, id: ValueId, contribution: Sym<'g>) {
        let contributions = self.contributions.entry(id).or_insert_with(|| {
            self.order.push(id);
            Vec::new()
        });
        contributions.push(contribution);
        *self.targets.entry(contribution.id).or_default() += 1;
    }

    pub(super) fn has(&self, id: ValueId) -> bool {
        self.contributions.contains_key(&id)
    }

    /// The sum of what was contributed to a value, in the order in which the source uses the value. Values of the
    /// primal are those below `primal_count`.
    pub(super) fn take(&mut self, id: ValueId, primal_count: usize) -> Option<Sym<'g>> {
        let mut terms = self.contributions.remove(&id)?;
        terms.reverse();
        // A contribution that several values share is computed once, so it is not taken apart for one of them.
        let is_shared = |term: &Sym<'g>| self.targets.get(&term.id).is_some_and(|&count| count > 1);
        if !terms.iter().any(is_shared) {
            terms = factored(terms, primal_count);
        }
        terms.into_iter().reduce(|sum, term| sum + term)
    }

    /// The values that have contributions left, in the order in which these came.
    pub(super) fn remaining(&self) -> Vec<ValueId> {
        self.order.iter().copied().filter(|id| self.contributions.contains_key(id)).collect()
    }
}

/// Writes terms with a common factor as one, `d * a + d * b` as `d * (a + b)`; can change the last bit.
fn factored(mut terms: Vec<Sym<'_>>, primal_count: usize) -> Vec<Sym<'_>> {
    while let Some((factor, shared)) = common_factor(&terms, primal_count) {
        let first = terms[shared[0]];
        let factor = Sym { builder: first.builder, id: factor };
        let rest = shared.iter().map(|&position| {
            let (coefficient, mut factors) = factors_of(terms[position], primal_count);
            if let Some(index) = factors.iter().position(|&id| id == factor.id) {
                factors.remove(index);
            }
            let one = first.builder.borrow_mut().like(first.id, coefficient);
            let coefficient = Sym { builder: first.builder, id: one };
            factors.into_iter().fold(coefficient, |product, id| product * Sym { builder: first.builder, id })
        });
        let rest: Vec<Sym<'_>> = rest.collect();
        let Some(sum) = rest.into_iter().reduce(|sum, term| sum + term) else { break };
        let joined = factor * sum;
        let mut position = 0;
        terms.retain(|_| {
            position += 1;
            position - 1 == shared[0] || !shared.contains(&(position - 1))
        });
        terms[shared[0]] = joined;
    }
    terms
}

/// The factor that most terms have in common, and these terms.
fn common_factor(terms: &[Sym<'_>], primal_count: usize) -> Option<(ValueId, Vec<usize>)> {
    let first = terms.first()?;
    if terms.len() < 2 || first.builder.borrow().strict {
        return None;
    }
    let mut owners: Vec<(ValueId, Vec<usize>)> = Vec::new();
    let mut places: Map<ValueId, usize> = Map::default();
    for (position, &term) in terms.iter().enumerate() {
        for factor in factors_of(term, primal_count).1 {
            let place = *places.entry(factor).or_insert_with(|| {
                owners.push((factor, Vec::new()));
                owners.len() - 1
            });
            if owners[place].1.last() != Some(&position) {
                owners[place].1.push(position);
            }
        }
    }
    let most = owners.iter().map(|(_, owners)| owners.len()).max()?;
    owners.into_iter().find(|(_, owners)| owners.len() == most && most > 1)
}

/// A product as a number and the values that are multiplied. Products that the primal has computed, and those
/// that readers know by name, are not taken apart.
fn factors_of(term: Sym<'_>, primal_count: usize) -> (f64, Vec<ValueId>) {
    let builder: &Builder = &term.builder.borrow();
    let mut coefficient = 1.0;
    let mut factors = Vec::new();
    let mut pending = vec![term.id];
    while let Some(id) = pending.pop() {
        if let Some(number) = builder.number(id) {
            coefficient *= number;
        } else if id.index() < primal_count || builder.is_sealed(id) {
            factors.push(id);
        } else if let Some(negated) = builder.parts(id, Primitive::neg) {
            coefficient = -coefficient;
            pending.extend(negated);
        } else if let Some(product) = builder.parts(id, Primitive::mul) {
            pending.extend(product.into_iter().rev());
        } else {
            factors.push(id);
        }
    }
    (coefficient, factors)
}
