//! Loops. Where the number of iterations is known and small, the body is lowered once for each iteration; other loops
//! stay loops (`rolled`).
//!
//! `break` and `continue` leave the body of the innermost loop; that an outer loop, or the function, is left as
//! well is noted in a variable that no name reaches, and looked at where the loop ends.

use quote::ToTokens;
use syn::{Expr, ExprBreak, ExprContinue, ExprForLoop, ExprLoop, ExprWhile, Label, Lifetime};

use super::control::{ArmSource, Exit};
use super::scope::VariableId;
use super::{Decisions, LARGEST_TAKEN_APART, Lowerer, UNROLLED_VALUES, Val};
use crate::graph::{Domain, Terminator, Test};

/// The most iterations that are looked at, whatever the budget: empty ones make no values.
pub(super) const MOST_ITERATIONS: usize = 100_000;

/// The longest loop that is unrolled around a loop that is not.
const MOST_AROUND_LOOPS: usize = 3;

/// How many times the budget may be exceeded by what cannot stay a loop.
const MOST_BEYOND_BUDGET: usize = 50;

/// Where a loop begins to be unrolled: how many values and how many loops there were.
#[derive(Clone, Copy)]
pub(super) struct Start {
    values: usize,
    loops: usize,
}

/// A loop around the current point.
pub(super) struct LoopFrame {
    label: Option<String>,
    /// Whether the loop is to end.
    pub(super) broken: VariableId,
    /// Whether the rest of the current iteration is to be skipped, because of a `continue` in an inner loop.
    pub(super) skipped: VariableId,
    /// What `break` gives to the loop as its value, where it may.
    value: Option<VariableId>,
}

impl Lowerer<'_> {
    pub(super) fn for_loop(&mut self, each: &ExprForLoop) -> Val {
        let items = self.expression(&each.expr);
        if self.exit.is_some() {
            return Val::Never;
        }
        let items = self.listed_items(items);
        if let Some(stream) = self.stream_of(&items) {
            if stream.is_flattened() {
                self.errors.report(
                    &each.expr,
                    "a `for` loop over `flatten` is not supported where it is not unrolled; write two loops, one in the other",
                );
                return Val::Poison;
            }
            return self.for_each(&stream, each.label.as_ref(), Some(&each.pat), &|lowerer, item| {
                lowerer.scopes.enter();
                lowerer.bind(&each.pat, item);
                lowerer.note_items(&each.pat, &each.expr);
                lowerer.block(&each.body);
                lowerer.scopes.leave();
            });
        }
        let items = self.items(items, &each.expr);
        let Some(items) = items else {
            // The body is looked at for its errors.
            self.scopes.enter();
            self.bind(&each.pat, Val::Poison);
            self.unrolled(each.label.as_ref(), vec![()], |lowerer, ()| {
                lowerer.block(&each.body);
            });
            self.scopes.leave();
            return Val::Poison;
        };
        self.unrolled(each.label.as_ref(), items, |lowerer, item| {
            lowerer.scopes.enter();
            lowerer.bind(&each.pat, item);
            lowerer.note_items(&each.pat, &each.expr);
            lowerer.block(&each.body);
            lowerer.scopes.leave();
        })
    }

    pub(super) fn while_loop(&mut self, each: &ExprWhile) -> Val {
        if let Expr::Let(condition) = &*each.cond {
            return self.while_let(each, condition);
        }
        let (condition, body) = (&each.cond, &each.body);
        if !self.decisions.unrolls_conditions || !self.begins_known(condition) {
            return self.rolled(
                each.label.as_ref(),
                Domain::Endless,
                Vec::new(),
                None,
                Some(condition),
                &|lowerer, _| {
                    lowerer.block(body);
                },
            );
        }
        self.until_known(each.label.as_ref(), None, |lowerer| {
            let value = lowerer.expression(condition);
            if value.is_poisoned() {
                return None;
            }
            let goes_on = lowerer.known_condition(&value);
            if goes_on.is_none() {
                lowerer.reconsider(|decisions| decisions.unrolls_conditions = false);
            }
            if goes_on == Some(true) {
                lowerer.leavable(|lowerer| {
                    lowerer.block(body);
                });
            }
            goes_on
        })
    }

    /// Whether a condition is known before the first iteration.
    fn begins_known(&mut self, condition: &Expr) -> bool {
        let mark = self.scopes.mark();
        self.builder.enter();
        let value = self.expression(condition);
        self.scopes.roll_back(mark);
        self.builder.leave(Terminator::Yield(Vec::new()));
        value.is_poisoned() || self.known_condition(&value).is_some()
    }

    pub(super) fn endless_loop(&mut self, each: &ExprLoop) -> Val {
        let body = &each.body;
        let value = self.scopes.hidden("value", Val::Uninitialized);
        let end = if self.decisions.unrolls_conditions {
            self.until_known(each.label.as_ref(), Some(value), |lowerer| {
                lowerer.leavable(|lowerer| {
                    lowerer.block(body);
                });
                Some(true)
            })
        } else {
            self.value_of_loop = Some(value);
            self.rolled(each.label.as_ref(), Domain::Endless, Vec::new(), None, None, &|lowerer, _| {
                lowerer.block(body);
            })
        };
        match (end, &self.scopes.get(value).value) {
            (Val::Unit, Val::Uninitialized) => Val::Unit,
            (Val::Unit, value) => value.clone(),
            (end, _) => end,
        }
    }

    /// Lowers iterations until one says that the loop is over, or it is known to be broken.
    fn until_known(
        &mut self,
        label: Option<&Label>,
        value: Option<VariableId>,
        iteration: impl Fn(&mut Self) -> Option<bool>,
    ) -> Val {
        self.value_of_loop = value;
        let frame = self.enter_loop(label);
        let start = self.start();
        for count in 0.. {
            if self.is_beyond_budget(start, count, None) || !self.errors.is_empty() {
                break;
            }
            let broken = self.scopes.get(frame).value.clone();
            match self.known_condition(&broken) {
                Some(false) => {}
                Some(true) => break,
                None => {
                    self.reconsider(|decisions| decisions.unrolls_conditions = false);
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
    pub(super) fn unrolled<T>(
        &mut self,
        label: Option<&Label>,
        items: Vec<T>,
        body: impl Fn(&mut Self, T),
    ) -> Val {
        let frame = self.enter_loop(label);
        let start = self.start();
        let body = &body;
        let total = Some(items.len());
        for (count, item) in items.into_iter().enumerate() {
            if self.is_beyond_budget(start, count, total) || self.exit.is_some() {
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

    pub(super) fn enter_loop(&mut self, label: Option<&Label>) -> VariableId {
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
        let value = self.value_of_loop.take();
        self.loops.push(LoopFrame { label, broken, skipped, value });
        broken
    }

    pub(super) fn reset_skipped(&mut self) {
        let Some(frame) = self.loops.last() else { return };
        let skipped = frame.skipped;
        if self.known_condition(&self.scopes.get(skipped).value) != Some(false) {
            let no = Val::Node(self.boolean(false));
            self.scopes.assign(skipped, no);
        }
    }

    /// Ends a loop, and leaves what a jump in it leaves as well.
    pub(super) fn leave_loop(&mut self) -> Val {
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
                let result = self.scopes.get(result).value.clone();
                (vec![flag], Exit::Return(self.with_contents(result)))
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
        let Some(target) = self.target(jump.label.as_ref(), &jump.break_token) else { return Val::Poison };
        if let Some(expression) = &jump.expr {
            let value = self.expression(expression);
            if self.exit.is_some() {
                return Val::Never;
            }
            let Some(variable) = self.loops[target].value else {
                self.errors.report(
                    expression,
                    "only `loop` has a value; assign to a variable declared before the loop",
                );
                return Val::Poison;
            };
            self.scopes.assign(variable, value);
        }
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
    pub(super) fn stop_loops(&mut self, outermost: usize) {
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

    /// Whether a loop over so many items, or with a condition, is not to be unrolled any further: it makes too many
    /// values, or has a loop in it that is not unrolled. Lowering begins again then.
    pub(super) fn is_beyond_budget(&mut self, start: Start, count: usize, total: Option<usize>) -> bool {
        let values = self.builder.graph().len() - start.values;
        let holds_loop =
            self.rolled_loops > start.loops && total.is_none_or(|total| total > MOST_AROUND_LOOPS);
        if values <= self.unroll && count <= MOST_ITERATIONS && !holds_loop {
            return false;
        }
        let is_other = self.reconsider(|decisions| match total {
            Some(total) => {
                decisions.longest = decisions.longest.min(total.saturating_sub(1));
                decisions.largest = decisions.largest.min(LARGEST_TAKEN_APART);
            }
            None => decisions.unrolls_conditions = false,
        });
        if is_other {
            return true;
        }
        // What cannot stay a loop is unrolled all the same, as far as there is an end to it.
        let is_endless = values > self.unroll.max(UNROLLED_VALUES).saturating_mul(MOST_BEYOND_BUDGET);
        if is_endless && self.errors.is_empty() {
            self.errors.report(
                &self.signature.name,
                format_args!(
                    "something that has to be unrolled makes more than {values} values; go through slices or ranges in a \
                     `for` loop, which can stay a loop"
                ),
            );
        }
        is_endless
    }

    /// Where a loop begins to be unrolled.
    pub(super) fn start(&self) -> Start {
        Start { values: self.builder.graph().len(), loops: self.rolled_loops }
    }

    /// Ends this attempt at lowering, so that the next one begins with other decisions. `false` if these are no others.
    pub(super) fn reconsider(&mut self, change: impl FnOnce(&mut Decisions)) -> bool {
        let mut decisions = self.decisions;
        change(&mut decisions);
        let is_other = decisions != self.decisions;
        if is_other && self.errors.is_empty() {
            self.decisions = decisions;
            self.errors.report(&self.signature.name, "this attempt is abandoned; there is another");
        }
        is_other
    }

    /// Has an array of these parts be one value, because what happens to it is only known at run time. `false` if that
    /// has been tried.
    pub(super) fn need_whole_array(&mut self, parts: &[Val]) -> bool {
        let mut floats = Vec::new();
        for part in parts {
            part.collect(&mut floats);
        }
        let below = floats.len().saturating_sub(1);
        self.reconsider(|decisions| decisions.largest = decisions.largest.min(below))
    }

    /// In a loop that is not unrolled, an index that is not known goes into an array that is one value.
    pub(super) fn prefer_whole_arrays(&mut self, parts: &[Val]) {
        if self.rolled_depth == 0 || self.decisions.largest <= LARGEST_TAKEN_APART {
            return;
        }
        let mut floats = Vec::new();
        for part in parts {
            part.collect(&mut floats);
        }
        if floats.len() > LARGEST_TAKEN_APART {
            self.reconsider(|decisions| decisions.largest = LARGEST_TAKEN_APART);
        }
    }
}
