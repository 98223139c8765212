//! The cotangents gathered so far: for each value, the contributions of the values that use it.

use super::scale::guarded_product;
use super::whole;
use crate::graph::{Builder, Map, Sym, Ty, ValueId};
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
        let is_whole = terms[0].builder.borrow().graph().value(id).ty == Ty::Whole;
        if is_whole {
            return whole::sum(&terms);
        }
        // A contribution that several values share is computed once, so it is not taken apart for one of them.
        let is_shared = |term: &Sym<'g>| {
            let here = terms.iter().filter(|other| other.id == term.id).count();
            self.targets.get(&term.id).is_some_and(|&count| count as usize > here)
        };
        let terms = if terms.iter().any(is_shared) { terms } else { factored(terms, primal_count) };
        let terms = gathered(terms);
        terms.into_iter().reduce(|sum, term| sum + term)
    }

    /// The values that have contributions left, in the order in which these came.
    pub(super) fn remaining(&self) -> Vec<ValueId> {
        self.order.iter().copied().filter(|id| self.contributions.contains_key(id)).collect()
    }
}

/// Writes terms with a common factor as one, `d * a + d * b` as `d * (a + b)`; can change the last bit.
pub(super) fn factored(mut terms: Vec<Sym<'_>>, primal_count: usize) -> Vec<Sym<'_>> {
    while let Some((factor, shared)) = common_factor(&terms, primal_count) {
        let like = terms[shared[0]];
        let sym = |id: ValueId| Sym { builder: like.builder, id };
        let number = |value: f64| sym(like.builder.borrow_mut().like(like.id, value));
        let mut is_guarded = false;
        let mut sum: Option<Sym<'_>> = None;
        for &position in &shared {
            let mut product = Product::of(terms[position], Some(factor), primal_count);
            is_guarded |= product.guard.is_some();
            if let Some(index) = product.factors.iter().position(|&id| id == factor) {
                product.factors.remove(index);
            }
            let rest =
                product.factors.into_iter().fold(number(product.coefficient), |rest, id| rest * sym(id));
            sum = Some(sum.map_or(rest, |sum| sum + rest));
        }
        let Some(sum) = sum else { break };
        let factor = sym(factor);
        terms[shared[0]] = if is_guarded {
            // A guarded product stays one of what is tested, by which it is recognised when it is differentiated.
            let product = like.builder.borrow_mut().primitive(Primitive::mul, vec![factor.id, sum.id]);
            factor.equal(0.0).select(number(0.0), sym(product))
        } else {
            factor * sum
        };
        for &position in shared[1..].iter().rev() {
            terms.remove(position);
        }
    }
    terms
}

/// Writes terms with the same power of two as coefficient as one, `2.0 * a - 2.0 * b` as `2.0 * (a - b)`, which is
/// exact.
fn gathered(mut terms: Vec<Sym<'_>>) -> Vec<Sym<'_>> {
    let mut first = 0;
    while first < terms.len() {
        let like = terms[first];
        let coefficient = |term: &Sym<'_>| like.builder.borrow().coefficient(term.id);
        if let Some((factor, rest)) = coefficient(&like).filter(|(factor, _)| may_stand_outside(*factor)) {
            let sym = |id: ValueId| Sym { builder: like.builder, id };
            let mut sum = sym(rest);
            let mut is_gathered = false;
            for position in (first + 1..terms.len()).rev() {
                let Some((other, rest)) = coefficient(&terms[position]) else { continue };
                if other == factor {
                    sum = sum + sym(rest);
                } else if other == -factor {
                    sum = sum - sym(rest);
                } else {
                    continue;
                }
                terms.remove(position);
                is_gathered = true;
            }
            if is_gathered {
                let magnitude = sym(like.builder.borrow_mut().like(like.id, factor.abs()));
                let product = magnitude * sum;
                terms[first] = if factor < 0.0 { -product } else { product };
            }
        }
        first += 1;
    }
    terms
}

fn may_stand_outside(factor: f64) -> bool {
    factor.abs() != 1.0 && factor.is_normal() && factor.to_bits().trailing_zeros() >= 52
}

/// The largest factor that most terms have in common, and these terms.
fn common_factor(terms: &[Sym<'_>], primal_count: usize) -> Option<(ValueId, Vec<usize>)> {
    let first = terms.first()?;
    if terms.len() < 2 || first.builder.borrow().strict {
        return None;
    }
    let mut owners: Vec<(ValueId, Vec<usize>)> = Vec::new();
    let mut places: Map<ValueId, usize> = Map::default();
    for (position, &term) in terms.iter().enumerate() {
        let product = Product::of(term, None, primal_count);
        for factor in product.visited {
            // Under a guard, nothing but what the guard tests can stand outside.
            if product.guard.is_some_and(|guard| guard != factor) {
                continue;
            }
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

/// Longer products are not taken apart to the end, so that the work stays in proportion to their number.
const MOST_VISITED: usize = 24;

/// A term taken apart.
struct Product {
    coefficient: f64,
    factors: Vec<ValueId>,
    /// Everything that divides the term: factors, and products of them before their factors.
    visited: Vec<ValueId>,
    /// The value whose zero makes the term zero, whatever the other factors.
    guard: Option<ValueId>,
}

impl Product {
    /// Takes a product apart, also one that is guarded against a zero. Products that the primal has computed, those
    /// that readers know by name, and `atom` stay whole.
    fn of(term: Sym<'_>, atom: Option<ValueId>, primal_count: usize) -> Self {
        let builder: &Builder = &term.builder.borrow();
        let is_whole = |id: ValueId| id.index() < primal_count || builder.is_sealed(id) || Some(id) == atom;
        let (start, guard) = match guarded_product(builder, term.id).filter(|_| !is_whole(term.id)) {
            Some((guard, product)) => (product, Some(guard)),
            None => (term.id, None),
        };
        let mut product = Self { coefficient: 1.0, factors: Vec::new(), visited: Vec::new(), guard };
        let mut pending = vec![start];
        while let Some(id) = pending.pop() {
            if let Some(number) = builder.number(id) {
                product.coefficient *= number;
                continue;
            }
            let negated = builder.parts(id, Primitive::neg);
            let parts = builder.parts(id, Primitive::mul);
            product.visited.push(id);
            match (negated, parts) {
                _ if is_whole(id) || product.visited.len() > MOST_VISITED => product.factors.push(id),
                (Some(negated), _) => {
                    product.coefficient = -product.coefficient;
                    pending.extend(negated);
                }
                (_, Some(parts)) => pending.extend(parts.into_iter().rev()),
                (None, None) => product.factors.push(id),
            }
        }
        product
    }
}
