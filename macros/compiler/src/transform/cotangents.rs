//! The cotangents gathered so far: for each value, the contributions of the values that use it.

use crate::graph::{Map, Sym, ValueId};

#[derive(Default)]
pub(super) struct Cotangents<'g> {
    contributions: Map<ValueId, Vec<Sym<'g>>>,
    /// Values in the order of their first contribution, which is the order of the generated code.
    order: Vec<ValueId>,
}

impl<'g> Cotangents<'g> {
    pub(super) fn add(&mut self, id: ValueId, contribution: Sym<'g>) {
        let contributions = self.contributions.entry(id).or_insert_with(|| {
            self.order.push(id);
            Vec::new()
        });
        contributions.push(contribution);
    }

    pub(super) fn has(&self, id: ValueId) -> bool {
        self.contributions.contains_key(&id)
    }

    /// The sum of what was contributed to a value, in the order in which the source uses the value.
    pub(super) fn take(&mut self, id: ValueId) -> Option<Sym<'g>> {
        self.contributions.remove(&id)?.into_iter().rev().reduce(|sum, contribution| sum + contribution)
    }

    /// The values that have contributions left, in the order in which these came.
    pub(super) fn remaining(&self) -> Vec<ValueId> {
        self.order.iter().copied().filter(|id| self.contributions.contains_key(id)).collect()
    }
}
