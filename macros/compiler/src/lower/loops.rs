//! Loops whose number of iterations is known: their bodies are lowered once for each iteration.
//!
//! `break` and `continue` leave the body of the innermost loop; that an outer loop, or the function, is left as
//! well is noted in a variable that no name reaches, and looked at where the loop ends.

use quote::ToTokens;
use syn::{Expr, ExprBreak, ExprContinue, ExprForLoop, ExprLoop, ExprWhile, Label, Lifetime};

use super::control::{ArmSource, Exit};
use super::scope::VariableId;
use super::{Lowerer, Val};
use crate::graph::Test;

/// The most iterations that are looked at, whatever the budget: empty ones make no values.
pub(super) const MOST_ITERATIONS: usize = 100_000;

/// A loop around the current point.
pub(super) struct LoopFrame {
    label: Option<String>,
    /// Whether the loop is to end.
    broken: VariableId,
    /// Whether the rest of the current iteration is to be skipped, because of a `continue` in an inner loop.
    skipped: VariableId,
}

impl Lowerer<'_> {
    pub(super) fn for_loop(&mut self, each: &ExprForLoop) -> Val {
        let items = self.items_of(&each.expr);
        if self.exit.is_some() {
            return Val::Never;
        }
        let Some(items) = items else {
            // The body is looked at for its errors.
            self.scopes.enter();
            self.bind(&each.pat, Val::Poison);
            self.unrolled(each.label.as_ref(), &each.for_token, std::iter::once(()), |lowerer, ()| {
                lowerer.block(&each.body);
            });
            self.scopes.leave();
            return Val::Poison;
        };
        self.unrolled(each.label.as_ref(), &each.for_token, items.into_iter(), |lowerer, item| {
            lowerer.scopes.enter();
            lowerer.bind(&each.pat, item);
            lowerer.note_items(&each.pat, &each.expr);
            lowerer.block(&each.body);
            lowerer.scopes.leave();
        })
    }

    pub(super) fn while_loop(&mut self, each: &ExprWhile) -> Val {
        if let Expr::Let(condition) = &*each.cond {
            self.errors.report(
                condition.let_token,
                "`while let` is not supported; write a `for` loop over a range or an array",
            );
            return Val::Poison;
        }
        let (condition, body) = (&each.cond, &each.body);
        self.until_known(each.label.as_ref(), &each.while_token, |lowerer| {
            let value = lowerer.expression(condition);
            if value.is_poisoned() {
                return None;
            }
            let goes_on = lowerer.known_condition(&value);
            if goes_on.is_none() {
                lowerer.errors.report(
                    condition,
                    "this condition is not known to the macro, so the loop cannot be unrolled; count with an integer \
                     that starts from a literal, or write a `for` loop with literal bounds and `break`",
                );
            }
            if goes_on == Some(true) {
                lowerer.leavable(|lowerer| {
                    lowerer.block(body);
                });
            }
            goes_on
        })
    }

    pub(super) fn endless_loop(&mut self, each: &ExprLoop) -> Val {
        let body = &each.body;
        self.until_known(each.label.as_ref(), &each.loop_token, |lowerer| {
            lowerer.leavable(|lowerer| {
                lowerer.block(body);
            });
            Some(true)
        })
    }

    /// Lowers iterations until one says that the loop is over, or it is known to be broken.
    fn until_known(
        &mut self,
        label: Option<&Label>,
        token: &impl ToTokens,
        iteration: impl Fn(&mut Self) -> Option<bool>,
    ) -> Val {
        let frame = self.enter_loop(label);
        let start = self.builder.graph().len();
        for count in 0.. {
            if self.is_beyond_budget(start, count, token) || !self.errors.is_empty() {
                break;
            }
            let broken = self.scopes.get(frame).value.clone();
            match self.known_condition(&broken) {
                Some(false) => {}
                Some(true) => break,
                None => {
                    self.errors.report(
                        token,
                        "how often this loop runs depends on values that the macro does not know, so it cannot be \
                         unrolled; write a `for` loop with literal bounds and `break` out of it",
                    );
                    break;
                }
            }
            if iteration(self) != Some(true) || self.exit.is_some() {
                break;
            }
        }
        self.leave_loop()
    }

    /// Lowers a body for each item.
    fn unrolled<T>(
        &mut self,
        label: Option<&Label>,
        token: &impl ToTokens,
        items: impl Iterator<Item = T>,
        body: impl Fn(&mut Self, T),
    ) -> Val {
        let frame = self.enter_loop(label);
        let start = self.builder.graph().len();
        let body = &body;
        for (count, item) in items.enumerate() {
            if self.is_beyond_budget(start, count, token) || self.exit.is_some() {
                break;
            }
            let broken = self.scopes.get(frame).value.clone();
            match (self.known_condition(&broken), broken) {
                (Some(true), _) => break,
                (None, Val::Node(broken)) => {
                    let stop = ArmSource::going_on(|_: &mut Self| Val::Unit);
                    let go_on = ArmSource::going_on(move |lowerer: &mut Self| {
                        lowerer.leavable(|lowerer| body(lowerer, item));
                        Val::Unit
                    });
                    self.branch(Test::Bool, broken, vec![stop, go_on]);
                }
                _ => self.leavable(|lowerer| body(lowerer, item)),
            }
            self.reset_skipped();
        }
        self.leave_loop()
    }

    fn enter_loop(&mut self, label: Option<&Label>) -> VariableId {
        if self.loops.is_empty()
            && let Some(shape) = &self.signature.result
        {
            let result = self.zeros(shape);
            let no = Val::Node(self.boolean(false));
            let flag = self.scopes.hidden("returned", no);
            self.returned = Some((flag, self.scopes.hidden("result", result)));
        }
        let no = Val::Node(self.boolean(false));
        let broken = self.scopes.hidden("broken", no.clone());
        let skipped = self.scopes.hidden("skipped", no);
        let label = label.map(|label| label.name.ident.to_string());
        self.loops.push(LoopFrame { label, broken, skipped });
        broken
    }

    fn reset_skipped(&mut self) {
        let Some(frame) = self.loops.last() else { return };
        let skipped = frame.skipped;
        if self.known_condition(&self.scopes.get(skipped).value) != Some(false) {
            let no = Val::Node(self.boolean(false));
            self.scopes.assign(skipped, no);
        }
    }

    /// Ends a loop, and leaves what a jump in it leaves as well.
    fn leave_loop(&mut self) -> Val {
        self.loops.pop();
        if self.exit.is_some() {
            return Val::Never;
        }
        if !self.errors.is_empty() {
            return Val::Poison;
        }
        let (flags, exit) = match (self.loops.last(), self.returned) {
            (Some(outer), _) => (vec![outer.broken, outer.skipped], Exit::Leave),
            (None, Some((flag, result))) => {
                self.returned = None;
                (vec![flag], Exit::Return(self.scopes.get(result).value.clone()))
            }
            (None, None) => return Val::Unit,
        };
        for flag in flags {
            let condition = self.scopes.get(flag).value.clone();
            match (self.known_condition(&condition), condition) {
                (Some(false), _) => {}
                (None, Val::Node(condition)) => self.leave_if(condition, exit.clone()),
                _ => {
                    self.exit = Some(exit);
                    return Val::Never;
                }
            }
        }
        Val::Unit
    }

    pub(super) fn break_expression(&mut self, jump: &ExprBreak) -> Val {
        if let Some(value) = &jump.expr {
            self.errors.report(
                value,
                "`break` with a value is not supported; assign to a variable declared before the loop",
            );
            return Val::Poison;
        }
        let Some(target) = self.target(jump.label.as_ref(), &jump.break_token) else { return Val::Poison };
        self.stop_loops(target);
        self.exit = Some(Exit::Leave);
        Val::Never
    }

    pub(super) fn continue_expression(&mut self, jump: &ExprContinue) -> Val {
        let Some(target) = self.target(jump.label.as_ref(), &jump.continue_token) else {
            return Val::Poison;
        };
        if target + 1 < self.loops.len() {
            self.stop_loops(target + 1);
            let (yes, skipped) = (Val::Node(self.boolean(true)), self.loops[target].skipped);
            self.scopes.assign(skipped, yes);
        }
        self.exit = Some(Exit::Leave);
        Val::Never
    }

    /// `return` inside of loops.
    pub(super) fn return_from_loops(&mut self, result: Val) -> Val {
        if let Some((flag, variable)) = self.returned {
            let yes = Val::Node(self.boolean(true));
            self.scopes.assign(flag, yes);
            self.scopes.assign(variable, result);
        }
        self.stop_loops(0);
        self.exit = Some(Exit::Leave);
        Val::Never
    }

    /// Notes that the loops from `outermost` inwards are to end.
    fn stop_loops(&mut self, outermost: usize) {
        let broken: Vec<VariableId> = self.loops[outermost..].iter().map(|frame| frame.broken).collect();
        for broken in broken {
            let yes = Val::Node(self.boolean(true));
            self.scopes.assign(broken, yes);
        }
    }

    /// The loop that a jump means.
    fn target(&self, label: Option<&Lifetime>, token: &impl ToTokens) -> Option<usize> {
        let found = match label {
            Some(label) => {
                let name = label.ident.to_string();
                self.loops.iter().rposition(|frame| frame.label.as_ref() == Some(&name))
            }
            None => self.loops.len().checked_sub(1),
        };
        if found.is_none() {
            self.errors.report(token, "there is no loop here that this could leave; write it inside of one");
        }
        found
    }

    pub(super) fn is_beyond_budget(&self, start: usize, count: usize, token: &impl ToTokens) -> bool {
        let budget = self.unroll;
        if self.builder.graph().len() - start <= budget && count <= MOST_ITERATIONS {
            return false;
        }
        if self.errors.is_empty() {
            self.errors.report(
                token,
                format_args!(
                    "this loop makes more than {budget} values when it is unrolled; make it shorter, or raise the limit \
                     in the attribute with `unroll = {}`",
                    budget.saturating_mul(5)
                ),
            );
        }
        true
    }
}
