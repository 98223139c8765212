//! Reversing branches: a branch on the same test, whose arms reverse the arms.

use super::Reverse;
use super::arrays::{Kind, Scope};
use crate::graph::{Arm, Graph, Map, Op, RegionId, Sym, Terminator, Test, ValueId};
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
            let (source, values, yields) = self.repeated_arm(arm.region);
            self.open_scope(Kind::Arm, source);
            totals.push(self.reverse_arm(&values, &yields, &seeds, &arrays));
            let scope = self.close_scope();
            let end = self.primal.end_of_arm(arm.region);
            let panics = matches!(end, Terminator::Panic(_));
            let region = self.builder.borrow_mut().leave(end);
            scopes.push((region, (!panics).then_some(scope)));
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
        }
        self.gather(branch.test, operand, arms, &totals, &scopes, cotangents);
    }

    /// What is to be reversed for an arm: the region, its values and what it yields. An arm that has loops in it or
    /// changes arrays is repeated in the current region, because what is inside of it cannot be handed out.
    fn repeated_arm(&mut self, region: RegionId) -> (RegionId, Vec<ValueId>, Vec<ValueId>) {
        let (values, end, is_repeated) = {
            let builder = self.builder.borrow();
            let graph = builder.graph();
            (
                graph.region(region).values.clone(),
                graph.region(region).end.clone(),
                holds_arrays(graph, region),
            )
        };
        let Terminator::Yield(yields) = end else { return (region, Vec::new(), Vec::new()) };
        if !is_repeated {
            return (region, values, yields);
        }
        let target = self.builder.borrow().current();
        let given = self.builder.borrow().graph().region(target).values.len();
        let mut copies = Map::default();
        self.primal.copy_values(region, &mut copies);
        let yields = yields.iter().map(|&id| self.primal.copied(id, &mut copies)).collect();
        let values = self.builder.borrow().graph().region(target).values[given..].to_vec();
        (target, values, yields)
    }

    /// Reverses the values of an arm; what is left over belongs to values outside.
    fn reverse_arm(
        &mut self,
        values: &[ValueId],
        yields: &[ValueId],
        seeds: &[(usize, Sym<'g>)],
        arrays: &[(usize, ValueId)],
    ) -> Vec<(ValueId, Sym<'g>)> {
        let mut inner = Cotangents::default();
        for &(number, seed) in seeds {
            if let Some(&yielded) = yields.get(number) {
                self.contribute(&mut inner, yielded, seed);
            }
        }
        for &(number, cotangents) in arrays {
            if let Some(&yielded) = yields.get(number) {
                self.give_array(yielded, cotangents);
            }
        }
        self.sweep(values, &mut inner);
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

/// Whether there are loops in a region, or arrays are made or changed.
fn holds_arrays(graph: &Graph, region: RegionId) -> bool {
    graph.region(region).values.iter().any(|&id| {
        matches!(graph.value(id).op, Op::Loop(_) | Op::Store(_) | Op::Filled(_))
            || graph.regions(id).any(|inner| holds_arrays(graph, inner))
    })
}
