//! Reverse mode: the primal, then its values in reverse, each handing its cotangent on to its operands,
//! `operand_bar += value_bar * partial`.
//!
//! A branch is reversed by a branch on the same test, whose arms reverse the arms. Functions with a kink become
//! branches too, and what computes an operand that only they use is reversed under the condition that its
//! cotangent is not zero, so that nothing infinite is multiplied by a zero that came from an arm not taken.

mod branches;
mod identities;
mod kinks;

use std::cell::RefCell;

use super::Request;
use super::activity::Activity;
use super::copy::Copier;
use super::cotangents::Cotangents;
use super::primal::Primal;
use crate::graph::{Builder, Function, Map, Op, Set, Sym, Terminator, ValueId, round_to};
use crate::rules::{Derivative, Kind, Primitive};

/// What a gradient is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Value,
    /// It is differentiated once more, so a cotangent that happens to be zero has derivatives of its own.
    SecondDerivative,
}

/// Extends a function to one that yields its gradient.
pub(super) fn reverse(primal: &Function, request: &Request<'_>, purpose: Purpose) -> Function {
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
            primal: Primal::new(&builder, activity, snapshot.graph.len()),
            purpose,
            nonzero: Vec::new(),
            casts_back: Set::default(),
        };
        let mut cotangents = Cotangents::default();
        if reverse.primal.activity.is_varied(output) {
            let seed = reverse.number(output, 1.0);
            cotangents.add(output, seed);
        }
        reverse.sweep(&values, &mut cotangents);
        active
            .iter()
            .map(|&id| {
                let total =
                    cotangents.take(id, reverse.primal.count).unwrap_or_else(|| reverse.number(id, 0.0));
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
    primal: Primal<'g>,
    purpose: Purpose,
    /// Cotangents that the branches around the current region have found not to be zero.
    nonzero: Vec<ValueId>,
    /// Casts of cotangents to the type of the value that the primal cast.
    casts_back: Set<ValueId>,
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
            } else if let Some(total) = cotangents.take(id, self.primal.count) {
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
            Op::Primitive(primitive)
                if self.logistic(id, *primitive, &value.operands, total, cotangents)
                    || self.logarithmic(id, *primitive, &value.operands, total, cotangents) => {}
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
    fn cast_back(&mut self, total: Sym<'g>, operand: ValueId) -> Sym<'g> {
        let mut builder = self.builder.borrow_mut();
        let ty = builder.graph().value(operand).ty;
        let source = builder.graph().value(total.id);
        // A cast that the primal made is a value of its own, and rounded on purpose.
        let is_rounded_cotangent = self.casts_back.contains(&total.id);
        let id = match source.op {
            Op::Cast if is_rounded_cotangent && builder.graph().value(source.operands[0]).ty == ty => {
                source.operands[0]
            }
            Op::Constant(ref constant) if round_to(ty, constant.value) == constant.value => {
                let value = constant.value;
                builder.like(operand, value)
            }
            _ => {
                let cast = builder.cast_apart(total.id, ty);
                self.casts_back.insert(cast);
                cast
            }
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
                            && self.primal.activity.is_varied(operand)
                            && !self.is_zero(partial)
                        {
                            let contribution = self.scale(total, partial);
                            self.contribute(cotangents, operand, contribution);
                        }
                    }
                }
                Derivative::Cases(cases) => {
                    let shares = self.cases(cases, operands, arguments, result, total);
                    let choices = match self.purpose {
                        Purpose::Value => shares.clone(),
                        Purpose::SecondDerivative => {
                            let one = self.number(total.id, 1.0);
                            self.cases(cases, operands, arguments, result, one)
                        }
                    };
                    for ((operand, share), (_, choice)) in shares.into_iter().zip(choices) {
                        self.name_cotangent(operand, share);
                        self.hand_on_share(operand, share, choice, cotangents, position);
                    }
                }
            }
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
            && partial.id.index() >= self.primal.count
            && !self.builder.borrow().strict
        {
            let (numerator, denominator) = (self.sym(quotient[0]), self.sym(quotient[1]));
            let may_blow_up = self.builder.borrow().range(denominator.id).zero;
            if self.builder.borrow().number(numerator.id).is_some() {
                return self.guarded(total, may_blow_up, total * numerator / denominator);
            }
            if numerator.id.index() >= self.primal.count {
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
            // A constant factor makes no zero, so what it multiplies is tested.
            let tested = self.sym(self.builder.borrow().without_coefficient(total.id));
            tested.equal(0.0).select(self.number(product.id, 0.0), product)
        } else {
            product
        }
    }

    fn contribute(&self, cotangents: &mut Cotangents<'g>, operand: ValueId, contribution: Sym<'g>) {
        if self.primal.activity.is_varied(operand) && !self.is_zero(contribution) {
            cotangents.add(operand, contribution);
        }
    }

    /// The value, or what stands for it in the current region.
    fn available(&mut self, id: ValueId) -> Sym<'g> {
        self.primal.available(id)
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
        self.primal.number(like, value)
    }

    fn sym(&self, id: ValueId) -> Sym<'g> {
        self.primal.sym(id)
    }
}
