//! Reversing branches: a branch on the same test, whose arms reverse the arms.

use super::Reverse;
use super::arrays::{Kind, Scope};
use crate::graph::{Arm, Op, RegionId, Sym, Terminator, Test, ValueId};
use crate::transform::cotangents::Cotangents;
use crate::transform::partials::Linearize;

impl<'g> Reverse<'g> {
    /// Reverses a branch, if anything flows back into it.
    pub(super) fn reverse_branch(&mut self, id: ValueId, cotangents: &mut Cotangents<'g>) {
        let results: Vec<ValueId> = self.builder.borrow().graph().results(id).to_vec();
        let mut seeds: Vec<(usize, Sym<'g>)> = Vec::new();
        let mut arrays: Vec<(usize, ValueId)> = Vec::new();
        for result in results {
            let Op::Result(number) = self.builder.borrow().graph().value(result).op else { continue };
            if let Some(array) = self.take_array(result) {
                arrays.push((number, array));
                continue;
            }
            if let Some(total) = cotangents.take(result, self.primal.count) {
                self.name_cotangent(result, total);
                seeds.push((number, total));
            }
        }
        if seeds.is_empty() && arrays.is_empty() {
            return;
        }
        let (branch, operand) = {
            let builder = self.builder.borrow();
            let Some(branch) = builder.graph().branch(id) else { return };
            (branch.clone(), builder.graph().value(id).operands[0])
        };
        let operand = self.available(operand);
        let mut arms = Vec::new();
        let mut totals: Vec<Vec<(ValueId, Sym<'g>)>> = Vec::new();
        let mut scopes: Vec<(RegionId, Option<Scope>)> = Vec::new();
        for (number, arm) in branch.arms.iter().enumerate() {
            let guard = arm.guard.map(|guard| self.primal.copy_guard(guard));
            self.builder.borrow_mut().enter();
            if let Some(holds) = branch.condition_in(number) {
                self.builder.borrow_mut().assume(operand.id, holds);
            }
            self.primal.copy_arguments(arm.region);
            self.open_scope(Kind::Arm, arm.region);
            totals.push(self.reverse_arm(arm.region, &seeds, &arrays));
            let scope = self.close_scope();
            let end = self.primal.end_of_arm(arm.region);
            let panics = matches!(end, Terminator::Panic(_));
            let region = self.builder.borrow_mut().leave(end);
            scopes.push((region, (!panics).then_some(scope)));
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
        }
        self.gather(branch.test, operand, arms, &totals, &scopes, cotangents);
    }

    /// Reverses the values of an arm; what is left over belongs to values outside.
    fn reverse_arm(
        &mut self,
        region: RegionId,
        seeds: &[(usize, Sym<'g>)],
        arrays: &[(usize, ValueId)],
    ) -> Vec<(ValueId, Sym<'g>)> {
        let (values, end) = {
            let builder = self.builder.borrow();
            let region = builder.graph().region(region);
            (region.values.clone(), region.end.clone())
        };
        let mut inner = Cotangents::default();
        let Terminator::Yield(yields) = end else { return Vec::new() };
        for &(number, seed) in seeds {
            self.contribute(&mut inner, yields[number], seed);
        }
        for &(number, cotangents) in arrays {
            self.give_array(yields[number], cotangents);
        }
        self.sweep(&values, &mut inner);
        inner
            .remaining()
            .into_iter()
            .filter_map(|id| inner.take(id, self.primal.count).map(|total| (id, total)))
            .collect()
    }

    /// Makes the reversed branch yield, for every value outside that some arm contributes to, the contribution.
    fn gather(
        &mut self,
        test: Test,
        operand: Sym<'g>,
        arms: Vec<Arm>,
        totals: &[Vec<(ValueId, Sym<'g>)>],
        scopes: &[(RegionId, Option<Scope>)],
        cotangents: &mut Cotangents<'g>,
    ) {
        let mut targets: Vec<ValueId> = Vec::new();
        for &(id, _) in totals.iter().flatten() {
            if !targets.contains(&id) {
                targets.push(id);
            }
        }
        // What every arm contributes needs no branch.
        targets.retain(|&target| match self.common_total(target, totals, scopes) {
            Some(total) => {
                cotangents.add(target, total);
                false
            }
            None => true,
        });
        // Zeros of values with parts are made of these, which may stand in an arm.
        let likes: Vec<ValueId> = targets.iter().map(|&target| self.available(target).id).collect();
        let mut builder = self.builder.borrow_mut();
        for (arm, totals) in arms.iter().zip(totals) {
            if let Terminator::Panic(_) = builder.graph().region(arm.region).end {
                continue;
            }
            let yields = targets
                .iter()
                .zip(&likes)
                .map(|(target, &like)| match totals.iter().find(|(id, _)| id == target) {
                    Some((_, total)) => total.id,
                    None => builder.like(like, 0.0),
                })
                .collect();
            builder.graph_mut().region_mut(arm.region).end = Terminator::Yield(yields);
        }
        drop(builder);
        let arrays = self.join_arms(scopes);
        let mut builder = self.builder.borrow_mut();
        let count = targets.len();
        let branch = builder.branch(test, operand.id, arms);
        let mut joined = Vec::new();
        for (position, (array, is_apart)) in arrays.into_iter().enumerate() {
            let ty = builder.graph().value(array).ty;
            joined.push((array, builder.result(branch, count + position, ty), is_apart));
        }
        for (number, target) in targets.into_iter().enumerate() {
            let ty = builder.graph().value(target).ty;
            let id = builder.result(branch, number, ty);
            cotangents.add(target, Sym { builder: self.builder, id });
        }
        drop(builder);
        for (array, id, is_apart) in joined {
            self.take_over(array, id, is_apart);
        }
    }

    /// The contribution to a value that is the same in every arm, and is made outside of them.
    fn common_total(
        &self,
        target: ValueId,
        totals: &[Vec<(ValueId, Sym<'g>)>],
        scopes: &[(RegionId, Option<Scope>)],
    ) -> Option<Sym<'g>> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut found: Option<Sym<'g>> = None;
        for (totals, (_, scope)) in totals.iter().zip(scopes) {
            if scope.is_none() {
                continue;
            }
            let (_, total) = *totals.iter().find(|(id, _)| *id == target)?;
            let is_outside = graph.encloses(graph.value(total.id).region, builder.current());
            if !is_outside || found.is_some_and(|found| found.id != total.id) {
                return None;
            }
            found = Some(total);
        }
        found
    }
}
