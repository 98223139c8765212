//! Reverse mode: the primal, then its values in reverse, each handing its cotangent on to its operands,
//! `operand_bar += value_bar * partial`.
//!
//! A branch is reversed by a branch on the same test, whose arms reverse the arms. Functions with a kink become
//! branches too, and what computes an operand that only they use is reversed under the condition that its
//! cotangent is not zero, so that nothing infinite is multiplied by a zero that came from an arm not taken.

use std::cell::RefCell;

use super::Request;
use super::activity::{Activity, is_linear};
use super::copy::Copier;
use super::cotangents::Cotangents;
use super::residual::Residuals;
use crate::graph::{Arm, Builder, Function, Map, Op, RegionId, Sym, Terminator, Test, ValueId};
use crate::rules::{Case, Derivative, Kind, Primitive};

/// Extends a function to one that yields its gradient.
pub(super) fn reverse(primal: &Function, request: &Request<'_>) -> Function {
    let mut copier = Copier::new(&primal.graph, &primal.parameters, request.strict);
    copier.copy_values(primal.body);
    let Terminator::Yield(outputs) = &primal.graph.region(primal.body).end else {
        unreachable!("lowering refuses functions that always panic")
    };
    let output = copier.get(outputs[0]);
    let active: Vec<ValueId> = request.active.iter().map(|&id| copier.get(id)).collect();
    let mut builder = copier.builder;
    let body = builder.current();
    builder.graph_mut().region_mut(body).end = Terminator::Yield(vec![output]);
    let snapshot = Function { graph: builder.graph().clone(), parameters: Vec::new(), body };
    let values = snapshot.graph.region(body).values.clone();
    let activity = Activity::of(&snapshot, &active);
    let builder = RefCell::new(builder);
    let gradient = {
        let mut reverse = Reverse {
            builder: &builder,
            activity,
            residuals: Residuals::default(),
            primal_count: snapshot.graph.len(),
            nonzero: Vec::new(),
        };
        let mut cotangents = Cotangents::default();
        if reverse.activity.is_varied(output) {
            let seed = reverse.number(output, 1.0);
            cotangents.add(output, seed);
        }
        reverse.sweep(&values, &mut cotangents);
        active
            .iter()
            .map(|&id| {
                let total = cotangents.take(id).unwrap_or_else(|| reverse.number(id, 0.0));
                reverse.name_cotangent(id, total);
                total.id
            })
            .collect::<Vec<_>>()
    };
    let builder = builder.into_inner();
    let value = request.with_value.then_some(output);
    builder.finish(Terminator::Yield(value.into_iter().chain(gradient).collect()))
}

struct Reverse<'g> {
    builder: &'g RefCell<Builder>,
    activity: Activity,
    residuals: Residuals,
    /// Values below this number belong to the primal.
    primal_count: usize,
    /// Cotangents that the branches around the current region have found not to be zero.
    nonzero: Vec<ValueId>,
}

impl<'g> Reverse<'g> {
    /// Hands the cotangents of the given values on, last value first.
    fn sweep(&mut self, values: &[ValueId], cotangents: &mut Cotangents<'g>) {
        let position: Map<ValueId, usize> =
            values.iter().enumerate().map(|(index, &id)| (id, index)).collect();
        for &id in values.iter().rev() {
            let is_branch = self.builder.borrow().graph().branch(id).is_some();
            if is_branch {
                self.reverse_branch(id, cotangents);
            } else if let Some(total) = cotangents.take(id) {
                self.name_cotangent(id, total);
                self.hand_on(id, total, cotangents, &position);
            }
        }
    }

    fn hand_on(
        &mut self,
        id: ValueId,
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
        position: &Map<ValueId, usize>,
    ) {
        let value = self.builder.borrow().graph().value(id).clone();
        match &value.op {
            Op::Primitive(primitive) if self.logistic(id, *primitive, &value.operands, total, cotangents) => {
            }
            Op::Primitive(primitive) => {
                self.hand_on_by_rule(id, *primitive, &value.operands, total, cotangents, position);
            }
            Op::Cast => {
                let cast = self.cast_back(total, value.operands[0]);
                self.contribute(cotangents, value.operands[0], cast);
            }
            Op::Select => {
                let condition = self.available(value.operands[0]);
                let zero = self.number(id, 0.0);
                self.contribute(cotangents, value.operands[1], condition.select(total, zero));
                self.contribute(cotangents, value.operands[2], condition.select(zero, total));
            }
            _ => {}
        }
    }

    /// A cotangent in the type of the value that was cast. A round trip through `f32` is not rounded on the way
    /// back: the derivative of `x as f32 as f64` is 1.
    fn cast_back(&self, total: Sym<'g>, operand: ValueId) -> Sym<'g> {
        let mut builder = self.builder.borrow_mut();
        let ty = builder.graph().value(operand).ty;
        let source = builder.graph().value(total.id);
        let id = match source.op {
            Op::Cast if builder.graph().value(source.operands[0]).ty == ty => source.operands[0],
            Op::Constant(ref constant) => {
                let value = constant.value;
                builder.like(operand, value)
            }
            _ => builder.cast(total.id, ty),
        };
        drop(builder);
        self.sym(id)
    }

    fn hand_on_by_rule(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
        position: &Map<ValueId, usize>,
    ) {
        let rule = primitive.rule();
        let result = self.available(id);
        let arguments: Vec<Sym<'g>> = operands.iter().map(|&id| self.available(id)).collect();
        // A list has one partial, which is taken of each element in turn.
        let size = if rule.parameters[0].kind == Kind::list { 1 } else { operands.len() };
        for (operands, arguments) in operands.chunks(size).zip(arguments.chunks(size)) {
            match &rule.derivative {
                Derivative::Smooth(partials) => {
                    for (&operand, partial) in operands.iter().zip(partials(arguments, result)) {
                        if let Some(partial) = partial
                            && self.activity.is_varied(operand)
                            && !self.is_zero(partial)
                        {
                            let contribution = self.scale(total, partial);
                            self.contribute(cotangents, operand, contribution);
                        }
                    }
                }
                Derivative::Cases(cases) => {
                    for (operand, share) in self.cases(cases, operands, arguments, result, total) {
                        self.name_cotangent(operand, share);
                        self.hand_on_share(operand, share, cotangents, position);
                    }
                }
            }
        }
    }

    /// The contributions of a function with kinks, from a branch on its cases.
    fn cases(
        &mut self,
        cases: &[Case],
        operands: &[ValueId],
        arguments: &[Sym<'g>],
        result: Sym<'g>,
        total: Sym<'g>,
    ) -> Vec<(ValueId, Sym<'g>)> {
        let partials_of = |reverse: &Self, case: &Case| -> Vec<Sym<'g>> {
            let partials = (case.partials)(arguments, result);
            operands
                .iter()
                .zip(partials)
                .filter(|(operand, _)| reverse.activity.is_varied(**operand))
                .map(|(_, partial)| {
                    partial.map_or(reverse.number(total.id, 0.0), |partial| reverse.scale(total, partial))
                })
                .collect()
        };
        let shares = self.nested_cases(cases, arguments, result, &partials_of);
        let mut varied: Vec<ValueId> =
            operands.iter().copied().filter(|&id| self.activity.is_varied(id)).collect();
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

    fn nested_cases(
        &self,
        cases: &[Case],
        arguments: &[Sym<'g>],
        result: Sym<'g>,
        partials_of: &impl Fn(&Self, &Case) -> Vec<Sym<'g>>,
    ) -> Vec<Sym<'g>> {
        let Some((first, rest)) = cases.split_first() else { return Vec::new() };
        let Some(when) = first.when else { return partials_of(self, first) };
        let condition = when(arguments, result);
        let arm = |values: Vec<Sym<'g>>| {
            let ids = values.iter().map(|value| value.id).collect();
            let region = self.builder.borrow_mut().leave(Terminator::Yield(ids));
            (region, values)
        };
        self.builder.borrow_mut().enter();
        let (on_true, values) = arm(partials_of(self, first));
        self.builder.borrow_mut().enter();
        let (on_false, _) = arm(self.nested_cases(rest, arguments, result, partials_of));
        let mut builder = self.builder.borrow_mut();
        let branch = builder.if_else(condition.id, on_true, on_false);
        values
            .iter()
            .enumerate()
            .map(|(number, value)| {
                let ty = builder.graph().value(value.id).ty;
                let id = builder.result(branch, number, ty);
                Sym { builder: self.builder, id }
            })
            .collect()
    }

    /// Hands on a contribution that is zero unless its operand was chosen. If the operand is used here only and
    /// reversing it takes more than sums, that is done under the condition that the contribution is not zero.
    fn hand_on_share(
        &mut self,
        operand: ValueId,
        share: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
        position: &Map<ValueId, usize>,
    ) {
        let sunk = self.exclusive(operand, position);
        if sunk.is_empty() || cotangents.has(operand) {
            self.contribute(cotangents, operand, share);
            return;
        }
        let condition = share.compare(crate::graph::Comparison::NotEqual, 0.0);
        self.builder.borrow_mut().enter();
        let mut inner = Cotangents::default();
        inner.add(operand, share);
        self.nonzero.push(share.id);
        self.sweep(&sunk, &mut inner);
        self.nonzero.pop();
        let totals: Vec<(ValueId, Sym<'g>)> =
            inner.remaining().into_iter().filter_map(|id| inner.take(id).map(|total| (id, total))).collect();
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

    /// The values, in their order, that are computed for the sake of `operand` alone; empty if reversing them
    /// is nothing but sums and constant factors.
    fn exclusive(&self, operand: ValueId, position: &Map<ValueId, usize>) -> Vec<ValueId> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut found = Vec::new();
        let mut pending = vec![operand];
        while let Some(id) = pending.pop() {
            let value = graph.value(id);
            let is_simple = matches!(value.op, Op::Primitive(_) | Op::Cast);
            if is_simple
                && self.activity.is_varied(id)
                && self.activity.is_used_once(id)
                && position.contains_key(&id)
            {
                found.push(id);
                pending.extend(value.operands.iter().filter(|&&id| self.activity.is_varied(id)));
            }
        }
        if found.iter().all(|&id| is_linear(graph, id, &self.activity)) {
            return Vec::new();
        }
        found.sort_by_key(|id| position[id]);
        found.dedup();
        found
    }

    /// The logistic function in its usual spellings, `1 / (1 + e)` and `e / (1 + e)` with `e = exp(u)`: both
    /// slopes are products of shares of 1, which neither overflow nor cancel.
    fn logistic(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
    ) -> bool {
        let builder = self.builder.borrow();
        let (numerator, denominator) = match primitive {
            Primitive::div => (Some(operands[0]), operands[1]),
            Primitive::recip => (None, operands[0]),
            _ => return false,
        };
        let Some(terms) = builder.parts(denominator, Primitive::add) else { return false };
        let exponential = match (builder.number(terms[0]), builder.number(terms[1])) {
            (Some(1.0), None) => terms[1],
            (None, Some(1.0)) => terms[0],
            _ => return false,
        };
        let Some(exponent) = builder.parts(exponential, Primitive::exp) else { return false };
        let exponent = exponent[0];
        let is_decreasing = numerator.is_none_or(|id| builder.number(id) == Some(1.0));
        if !is_decreasing && numerator != Some(exponential) || !self.activity.is_varied(exponent) {
            return false;
        }
        let name = builder.graph().value(id).note.name.clone();
        drop(builder);
        let result = self.available(id);
        if is_decreasing {
            // e · result is 1 - result without cancellation; where e overflows it is NaN, and `min` gives 1.
            let exponential = self.available(exponential);
            let complement = (exponential * result).min(1.0);
            if let Some(name) = name {
                self.builder.borrow_mut().name(complement.id, &format!("one_minus_{name}"));
            }
            self.contribute(cotangents, exponent, -(total * result * complement));
        } else {
            let denominator = self.available(denominator);
            self.contribute(cotangents, exponent, total * result / denominator);
        }
        true
    }

    /// Reverses a branch, if anything flows back into it.
    fn reverse_branch(&mut self, id: ValueId, cotangents: &mut Cotangents<'g>) {
        let results: Vec<ValueId> = self.builder.borrow().graph().results(id).to_vec();
        let mut seeds: Vec<(usize, Sym<'g>)> = Vec::new();
        for result in results {
            let Op::Result(number) = self.builder.borrow().graph().value(result).op else { continue };
            if let Some(total) = cotangents.take(result) {
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
        inner.remaining().into_iter().filter_map(|id| inner.take(id).map(|total| (id, total))).collect()
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

    /// `total * partial`, where a total of exactly zero gives zero whatever the partial. The guard is left out
    /// where the partial cannot be infinite or the total cannot be zero.
    fn scale(&self, total: Sym<'g>, partial: Sym<'g>) -> Sym<'g> {
        let (negated, quotient, number) = {
            let builder = self.builder.borrow();
            (
                builder.parts(partial.id, Primitive::neg),
                builder.parts(partial.id, Primitive::div),
                builder.number(partial.id),
            )
        };
        if number.is_some() {
            return total * partial;
        }
        if let Some(negated) = negated {
            return -self.scale(total, self.sym(negated[0]));
        }
        // A quotient that the primal has computed is used as it is.
        if let Some(quotient) = quotient
            && partial.id.index() >= self.primal_count
            && !self.builder.borrow().strict
        {
            let (numerator, denominator) = (self.sym(quotient[0]), self.sym(quotient[1]));
            let may_blow_up = self.builder.borrow().range(denominator.id).zero;
            if self.builder.borrow().number(numerator.id).is_some() {
                return self.guarded(total, may_blow_up, total * numerator / denominator);
            }
            if numerator.id.index() >= self.primal_count {
                // The rule's own order of operations, which may avoid an overflow.
                return self.guarded(total, may_blow_up, self.scale(total, numerator) / denominator);
            }
            let share = self.guarded(total, may_blow_up, total / denominator);
            return self.scale(share, numerator);
        }
        let may_blow_up = self.builder.borrow().range(partial.id).infinite;
        self.guarded(total, may_blow_up, total * partial)
    }

    fn guarded(&self, total: Sym<'g>, may_blow_up: bool, product: Sym<'g>) -> Sym<'g> {
        if may_blow_up && self.builder.borrow().range(total.id).zero && !self.nonzero.contains(&total.id) {
            total.equal(0.0).select(self.number(product.id, 0.0), product)
        } else {
            product
        }
    }

    fn contribute(&self, cotangents: &mut Cotangents<'g>, operand: ValueId, contribution: Sym<'g>) {
        if self.activity.is_varied(operand) && !self.is_zero(contribution) {
            cotangents.add(operand, contribution);
        }
    }

    /// The value, or what stands for it in the current region.
    fn available(&mut self, id: ValueId) -> Sym<'g> {
        let id = self.residuals.available(&mut self.builder.borrow_mut(), &mut self.activity, id);
        self.sym(id)
    }

    /// Names the cotangent of a value that the user named.
    fn name_cotangent(&self, id: ValueId, cotangent: Sym<'g>) {
        let mut builder = self.builder.borrow_mut();
        if let Some(name) = builder.graph().value(id).note.name.clone() {
            builder.name(cotangent.id, &format!("{name}_bar"));
            builder.seal(cotangent.id);
            return;
        }
        let name_of = |id: ValueId| builder.graph().value(id).note.name.as_ref().map(ToString::to_string);
        if let Some(name) = builder.graph().describe(id, &name_of) {
            builder.hint(cotangent.id, &format!("{name}_bar"));
        }
    }

    fn is_zero(&self, value: Sym<'g>) -> bool {
        self.builder.borrow().number(value.id) == Some(0.0)
    }

    fn number(&self, like: ValueId, value: f64) -> Sym<'g> {
        let id = self.builder.borrow_mut().like(like, value);
        self.sym(id)
    }

    fn sym(&self, id: ValueId) -> Sym<'g> {
        Sym { builder: self.builder, id }
    }
}
