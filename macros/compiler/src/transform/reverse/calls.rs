//! Reversing calls, which take the cotangents of all that they return at once, and operations on whole values.

use std::rc::Rc;

use super::Reverse;
use crate::graph::{Added, Call, Form, Member, Op, Sibling, Sym, Ty, ValueId};
use crate::transform::calls::{again, float_operands, gradient};
use crate::transform::cotangents::Cotangents;
use crate::transform::partials::Linearize;
use crate::transform::whole;

/// What a call adds the gradients by arrays to.
struct Targets {
    /// The arrays, before the call, and what they are.
    arrays: Vec<(Target, ValueId)>,
    /// For each argument that is a part of an array, the place for its gradient.
    added: Vec<Option<Added>>,
}

enum Target {
    /// The cotangents of this array.
    Array(ValueId),
    /// An array for the cotangents of a row: how that is reached, and the operands of a load of it.
    Row(Rc<Member>, Vec<ValueId>),
}

impl Targets {
    /// The number of one more array.
    fn push(&mut self, target: Target, array: ValueId) -> usize {
        self.arrays.push((target, array));
        self.arrays.len() - 1
    }
}

impl<'g> Reverse<'g> {
    /// Hands the cotangents of what a call returns on to its arguments.
    pub(super) fn reverse_call(&mut self, id: ValueId, call: &Rc<Call>, cotangents: &mut Cotangents<'g>) {
        let ty = self.builder.borrow().graph().value(id).ty;
        if call.is_value() {
            let Some(total) = cotangents.take(id, self.primal.count) else { return };
            self.name_cotangent(id, total);
            if call.has_arrays() {
                let sibling = if ty == Ty::Whole { Sibling::AddVjp } else { Sibling::AddGrad };
                self.add_gradients(id, call, sibling, vec![total.id], cotangents);
            } else if ty == Ty::Whole {
                self.pull_back(id, call, vec![total.id], cotangents);
            } else {
                self.hand_on_edges(id, total, cotangents);
            }
            return;
        }
        let parts: Vec<ValueId> = self.builder.borrow().graph().results(id).to_vec();
        let mut totals: Vec<(usize, ValueId, Sym<'g>)> = Vec::new();
        for part in parts {
            let Op::Part(number) = self.builder.borrow().graph().value(part).op else { continue };
            if let Some(total) = cotangents.take(part, self.primal.count) {
                self.name_cotangent(part, total);
                totals.push((number, part, total));
            }
        }
        if totals.is_empty() {
            return;
        }
        match call.sibling {
            Sibling::Primal => {
                let seeds =
                    (0..call.result.size()).map(|number| self.seed_of_part(id, number, &totals)).collect();
                if call.has_arrays() {
                    self.add_gradients(id, call, Sibling::AddVjp, seeds, cotangents);
                } else {
                    self.pull_back(id, call, seeds, cotangents);
                }
            }
            Sibling::Grad | Sibling::ValueAndGrad => {
                self.reverse_gradient(id, call, &totals, cotangents);
            }
            _ => {
                for (_, part, total) in totals {
                    self.hand_on_edges(part, total, cotangents);
                }
            }
        }
    }

    /// By the pullback of the function: `(x_bar, …) = g_vjp(x, …).1(y_bar)`.
    fn pull_back(
        &mut self,
        id: ValueId,
        call: &Rc<Call>,
        seeds: Vec<ValueId>,
        cotangents: &mut Cotangents<'g>,
    ) {
        let operands = self.builder.borrow().graph().value(id).operands.clone();
        let available: Vec<ValueId> = operands.iter().map(|&operand| self.available(operand).id).collect();
        let made =
            again(self.builder, call, Sibling::VjpAtOnce, available.iter().copied().chain(seeds).collect());
        let maker = call.of(Sibling::VjpAtOnce);
        for (float, position) in float_operands(call).into_iter().enumerate() {
            if self.is_varied(operands[position]) {
                let part = gradient(self.builder, made, &maker, float, available[position]);
                let part = self.sym(part);
                self.contribute(cotangents, operands[position], part);
            }
        }
    }

    /// By the sibling that adds the gradients by arrays to their cotangents:
    /// `a_bar = g_add_grad(x, a, y_bar, &mut x_bar)`.
    fn add_gradients(
        &mut self,
        id: ValueId,
        call: &Rc<Call>,
        sibling: Sibling,
        seeds: Vec<ValueId>,
        cotangents: &mut Cotangents<'g>,
    ) {
        let operands = self.builder.borrow().graph().value(id).operands.clone();
        let available: Vec<ValueId> = operands.iter().map(|&operand| self.available(operand).id).collect();
        let targets = self.targets_of(call, &operands);
        let added: Vec<Option<Added>> = targets.added;
        let given = available.iter().copied().chain(seeds).chain(targets.arrays.iter().map(|&(_, id)| id));
        let given: Vec<ValueId> = given.collect();
        let maker = call.adding(sibling, added);
        let made = self.builder.borrow_mut().call(Rc::clone(&maker), given, Ty::Unit);
        for (number, (target, before)) in targets.arrays.into_iter().enumerate() {
            let ty = self.builder.borrow().graph().value(before).ty;
            let after = self.builder.borrow_mut().part(made, maker.part_of_array(number), ty);
            match target {
                Target::Array(array) => self.update(array, after),
                Target::Row(path, operands) => self.reverse_load(&path, &operands, after),
            }
        }
        for (float, position) in float_operands(call).into_iter().enumerate() {
            if self.is_varied(operands[position]) {
                let part = gradient(self.builder, made, &maker, float, available[position]);
                let part = self.sym(part);
                self.contribute(cotangents, operands[position], part);
            }
        }
    }

    /// What the gradients by arrays are added to. That is the cotangents of each array themselves, if possible; a row of
    /// those that only take sums, or that the call has more of, is added to an array of its own first.
    fn targets_of(&mut self, call: &Call, operands: &[ValueId]) -> Targets {
        let positions = call.arrays();
        let parts = call.arguments.iter().filter_map(Form::as_part);
        let mut targets = Targets { arrays: Vec::new(), added: Vec::new() };
        for (&position, part) in positions.iter().zip(parts) {
            let array = operands[position];
            if !self.is_varied(array) {
                targets.added.push(None);
                continue;
            }
            let is_shared = positions.iter().filter(|&&other| operands[other] == array).count() > 1;
            let is_row = !part.path.pieces.is_empty() && (is_shared || self.takes_sums_alone(array));
            let number = if is_row {
                let path = operands[position..=position + part.path.indices].to_vec();
                let like = std::iter::once(self.form_of(array)).chain(self.indices(&part.path, &path));
                let like = like.collect();
                let row = self.builder.borrow_mut().load_array(Rc::clone(&part.path), like);
                let zeros = self.builder.borrow_mut().zero_array(row);
                targets.push(Target::Row(Rc::clone(&part.path), path), zeros)
            } else {
                let is_known =
                    |(target, _): &(Target, ValueId)| matches!(target, Target::Array(id) if *id == array);
                match targets.arrays.iter().position(is_known) {
                    Some(number) => number,
                    None => {
                        let so_far = self.cotangents_of(array);
                        targets.push(Target::Array(array), so_far)
                    }
                }
            };
            targets.added.push(Some(Added { array: number, is_behind_path: is_row }));
        }
        targets
    }

    /// What a call of `g_grad` returns is differentiated by the Hessian times the cotangents, which is symmetric.
    fn reverse_gradient(
        &mut self,
        id: ValueId,
        call: &Rc<Call>,
        totals: &[(usize, ValueId, Sym<'g>)],
        cotangents: &mut Cotangents<'g>,
    ) {
        let operands = self.builder.borrow().graph().value(id).operands.clone();
        let available: Vec<ValueId> = operands.iter().map(|&operand| self.available(operand).id).collect();
        let floats = float_operands(call);
        if let Some(&(_, part, total)) = totals.iter().find(|(number, ..)| *number < call.values()) {
            self.hand_on_edges(part, total, cotangents);
        }
        if totals.iter().all(|(number, ..)| *number < call.values()) {
            return;
        }
        let directions = floats.iter().enumerate().map(|(float, &position)| {
            let number = call.gradient_part(float);
            let total = totals.iter().find(|(other, ..)| *other == number).map(|(_, _, total)| total.id);
            total.unwrap_or_else(|| self.builder.borrow_mut().like(available[position], 0.0))
        });
        let directed = available.iter().copied().chain(directions.collect::<Vec<_>>()).collect();
        let made = again(self.builder, call, Sibling::Hvp, directed);
        let maker = call.of(Sibling::Hvp);
        for (float, &position) in floats.iter().enumerate() {
            if self.is_varied(operands[position]) {
                let part = gradient(self.builder, made, &maker, floats.len() + float, available[position]);
                let part = self.sym(part);
                self.contribute(cotangents, operands[position], part);
            }
        }
    }

    /// The cotangent of a part of a call, or zero.
    fn seed_of_part(&mut self, id: ValueId, number: usize, totals: &[(usize, ValueId, Sym<'g>)]) -> ValueId {
        if let Some((_, _, total)) = totals.iter().find(|(other, ..)| *other == number) {
            return total.id;
        }
        let builder = self.builder.borrow();
        let found = builder
            .graph()
            .results(id)
            .iter()
            .copied()
            .find(|&part| matches!(builder.graph().value(part).op, Op::Part(other) if other == number));
        // A part that nobody looks at is not known; its type is that of another.
        let like = found.unwrap_or(totals[0].1);
        drop(builder);
        let like = self.available(like).id;
        self.builder.borrow_mut().like(like, 0.0)
    }

    /// Reverses an operation on whole values; `false` if it is none.
    pub(super) fn reverse_whole(
        &mut self,
        id: ValueId,
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
    ) -> bool {
        let value = self.builder.borrow().graph().value(id).clone();
        let Op::Whole(op) = &value.op else { return false };
        let available: Vec<ValueId> =
            value.operands.iter().map(|&operand| self.available(operand).id).collect();
        let varied: Vec<bool> = value.operands.iter().map(|&operand| self.is_varied(operand)).collect();
        let found =
            whole::contributions(&mut self.builder.borrow_mut(), op, &available, total.id, &|position| {
                varied[position]
            });
        for (position, contribution) in found {
            let contribution = self.sym(contribution);
            self.contribute(cotangents, value.operands[position], contribution);
        }
        true
    }
}
