//! Reversing branches: a branch on the same test, whose arms reverse the arms.

use super::Reverse;
use crate::graph::{Arm, Map, Op, RegionId, Sym, Terminator, Test, ValueId};
use crate::transform::cotangents::Cotangents;
use crate::transform::partials::Linearize;

impl<'g> Reverse<'g> {
    /// Reverses a branch, if anything flows back into it.
    pub(super) fn reverse_branch(&mut self, id: ValueId, cotangents: &mut Cotangents<'g>) {
        let results: Vec<ValueId> = self.builder.borrow().graph().results(id).to_vec();
        let mut seeds: Vec<(usize, Sym<'g>)> = Vec::new();
        for result in results {
            let Op::Result(number) = self.builder.borrow().graph().value(result).op else { continue };
            if let Some(total) = cotangents.take(result, self.primal_count) {
                self.name_cotangent(result, total);
                seeds.push((number, total));
            }
        }
        if seeds.is_empty() {
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
        for arm in &branch.arms {
            let guard = arm.guard.map(|guard| self.copy_guard(guard));
            self.builder.borrow_mut().enter();
            self.copy_arguments(arm.region);
            totals.push(self.reverse_arm(arm.region, &seeds));
            let end = self.end_of_arm(arm.region);
            let region = self.builder.borrow_mut().leave(end);
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
        }
        self.gather(branch.test, operand, arms, &totals, cotangents);
    }

    /// Reverses the values of an arm; what is left over belongs to values outside.
    fn reverse_arm(&mut self, region: RegionId, seeds: &[(usize, Sym<'g>)]) -> Vec<(ValueId, Sym<'g>)> {
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
        self.sweep(&values, &mut inner);
        inner
            .remaining()
            .into_iter()
            .filter_map(|id| inner.take(id, self.primal_count).map(|total| (id, total)))
            .collect()
    }

    /// A reversed arm panics where the arm does.
    fn end_of_arm(&mut self, region: RegionId) -> Terminator {
        let end = self.builder.borrow().graph().region(region).end.clone();
        match end {
            Terminator::Yield(_) => Terminator::Yield(Vec::new()),
            Terminator::Panic(id) => {
                let value = self.builder.borrow().graph().value(id).clone();
                let operands = value.operands.iter().map(|&operand| self.available(operand).id).collect();
                let copy = self.builder.borrow_mut().again(&value, operands);
                Terminator::Panic(copy.unwrap_or(id))
            }
        }
    }

    /// Makes the reversed branch yield, for every value outside that some arm contributes to, the contribution.
    fn gather(
        &mut self,
        test: Test,
        operand: Sym<'g>,
        arms: Vec<Arm>,
        totals: &[Vec<(ValueId, Sym<'g>)>],
        cotangents: &mut Cotangents<'g>,
    ) {
        let mut targets: Vec<ValueId> = Vec::new();
        for &(id, _) in totals.iter().flatten() {
            if !targets.contains(&id) {
                targets.push(id);
            }
        }
        let mut builder = self.builder.borrow_mut();
        for (arm, totals) in arms.iter().zip(totals) {
            if let Terminator::Panic(_) = builder.graph().region(arm.region).end {
                continue;
            }
            let yields = targets
                .iter()
                .map(|target| match totals.iter().find(|(id, _)| id == target) {
                    Some((_, total)) => total.id,
                    None => builder.like(*target, 0.0),
                })
                .collect();
            builder.graph_mut().region_mut(arm.region).end = Terminator::Yield(yields);
        }
        let branch = builder.branch(test, operand.id, arms);
        for (number, target) in targets.into_iter().enumerate() {
            let ty = builder.graph().value(target).ty;
            let id = builder.result(branch, number, ty);
            cotangents.add(target, Sym { builder: self.builder, id });
        }
    }

    fn copy_guard(&mut self, guard: RegionId) -> RegionId {
        self.copy_region(guard, &mut Map::default())
    }

    /// A copy of a region inside the current one, for conditions that have to be evaluated again.
    fn copy_region(&mut self, region: RegionId, copies: &mut Map<ValueId, ValueId>) -> RegionId {
        self.builder.borrow_mut().enter();
        self.copy_arguments(region);
        let (values, end) = {
            let builder = self.builder.borrow();
            let region = builder.graph().region(region);
            (region.values.clone(), region.end.clone())
        };
        for id in values {
            let value = self.builder.borrow().graph().value(id).clone();
            let operands: Vec<ValueId> =
                value.operands.iter().map(|&operand| self.copied(operand, copies)).collect();
            let copy = if let Op::Branch(branch) = &value.op {
                let arms = branch
                    .arms
                    .iter()
                    .map(|arm| Arm {
                        pattern: arm.pattern.clone(),
                        guard: arm.guard.map(|guard| self.copy_region(guard, copies)),
                        region: self.copy_region(arm.region, copies),
                    })
                    .collect();
                self.builder.borrow_mut().branch(branch.test.clone(), operands[0], arms)
            } else {
                let copy = self.builder.borrow_mut().again(&value, operands);
                copy.unwrap_or(id)
            };
            copies.insert(id, copy);
        }
        let yields = end.operands().iter().map(|&id| self.copied(id, copies)).collect();
        self.builder.borrow_mut().leave(Terminator::Yield(yields))
    }

    /// What stands for a value in a copied region.
    fn copied(&mut self, id: ValueId, copies: &mut Map<ValueId, ValueId>) -> ValueId {
        if let Some(&copy) = copies.get(&id) {
            return copy;
        }
        let value = self.builder.borrow().graph().value(id).clone();
        match (&value.op, value.operands.first().and_then(|branch| copies.get(branch))) {
            (Op::Result(number), Some(&branch)) => {
                let result = self.builder.borrow_mut().result(branch, *number, value.ty);
                copies.insert(id, result);
                result
            }
            _ => self.available(id).id,
        }
    }

    /// Binds in the current region what the arm's pattern binds in the arm.
    fn copy_arguments(&mut self, region: RegionId) {
        let arguments = self.builder.borrow().graph().region(region).arguments.clone();
        for argument in arguments {
            let (ty, name) = {
                let builder = self.builder.borrow();
                let value = builder.graph().value(argument);
                (value.ty, value.note.name.clone().unwrap_or_else(|| "bound".into()))
            };
            let copy = self.builder.borrow_mut().binding(ty, name);
            self.residuals.bind(argument, copy);
        }
    }
}
