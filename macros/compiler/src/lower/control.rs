//! Branches, and the early returns in them.
//!
//! A branch whose arms all go on becomes a branch of the graph that yields what the arms produced and changed.
//! Where exactly one arm goes on and others return, the rest of the function moves into that arm, as if it had
//! been written with `else`. Where several arms may or may not return, the branch yields whether it returned,
//! and the rest of the function becomes the other side of a branch on that.
//!
//! The body of a loop is left in the same way by `continue` and `break`, except that leaving it hands on what
//! the variables have become instead of a result.

use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::{Mark, VariableId};
use super::{Lowerer, Val};
use crate::graph::{Opaque, Precedence, RegionId, Terminator, Test, ValueId};

/// How control left the function.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Exit {
    /// With the function's result, in the shape of its type.
    Return(Val),
    /// To the end of the body of the innermost loop.
    Leave,
    Panic(ValueId),
}

/// How an arm ends.
pub(super) enum End {
    /// With a value, having changed variables.
    Falls {
        value: Val,
        changed: Vec<(VariableId, Val)>,
    },
    /// Either returned or left (`flag` is true, and `result` holds if it returned) or fell through.
    Mixed {
        flag: ValueId,
        result: Option<Val>,
        value: Val,
        changed: Vec<(VariableId, Val)>,
    },
    Returns(Val),
    /// At the end of the body of a loop, having changed variables.
    Leaves {
        changed: Vec<(VariableId, Val)>,
    },
    Panics(ValueId),
}

/// A closed arm: its region is still without terminator.
pub(super) struct ClosedArm {
    pub(super) pattern: Option<TokenStream>,
    pub(super) guard: Option<RegionId>,
    pub(super) region: RegionId,
    pub(super) end: End,
}

/// A branch of which one arm is still open.
pub(super) struct Pending {
    test: Test,
    operand: ValueId,
    /// All arms; the open one has `None`.
    arms: Vec<Option<ClosedArm>>,
    open_pattern: Option<TokenStream>,
    open_guard: Option<RegionId>,
}

/// What the syntax of an arm says about where it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Goes {
    On,
    Returns,
    Panics,
}

/// Lowers a guard into a region of its own.
pub(super) type LowerGuard<'s, 'l> = Box<dyn FnOnce(&mut Lowerer<'l>) -> RegionId + 's>;

/// An arm to be lowered.
pub(super) struct ArmSource<'s, 'l> {
    pub(super) goes: Goes,
    /// Binds the pattern and lowers the guard, inside the arm's region.
    pub(super) lower: Box<dyn FnOnce(&mut Lowerer<'l>) -> Val + 's>,
    pub(super) pattern: Option<TokenStream>,
    pub(super) guard: Option<LowerGuard<'s, 'l>>,
}

impl<'l> Lowerer<'l> {
    /// Lowers a branch with its arms.
    pub(super) fn branch(&mut self, test: Test, operand: ValueId, arms: Vec<ArmSource<'_, 'l>>) -> Val {
        let going_on = arms.iter().filter(|arm| arm.goes == Goes::On).count();
        let returning = arms.iter().filter(|arm| arm.goes == Goes::Returns).count();
        if going_on == 1 && returning > 0 {
            return self.branch_with_open_arm(test, operand, arms);
        }
        let arms = arms.into_iter().map(|arm| self.closed_arm(arm)).collect();
        match self.join(test, operand, arms) {
            End::Falls { value, changed } => {
                self.take_over(changed);
                value
            }
            End::Returns(result) => {
                self.exit = Some(Exit::Return(result));
                Val::Never
            }
            End::Leaves { changed } => {
                self.take_over(changed);
                self.exit = Some(Exit::Leave);
                Val::Never
            }
            End::Panics(id) => {
                self.exit = Some(Exit::Panic(id));
                Val::Never
            }
            End::Mixed { flag, result, value, changed } => {
                self.take_over(changed);
                let region = self.builder.enter();
                self.builder.leave(Terminator::Yield(Vec::new()));
                let end = match result {
                    Some(result) => End::Returns(result),
                    None => End::Leaves { changed: self.scopes.changed_since(self.mark) },
                };
                let left = ClosedArm { pattern: None, guard: None, region, end };
                self.pending.push(Pending {
                    test: Test::Bool,
                    operand: flag,
                    arms: vec![Some(left), None],
                    open_pattern: None,
                    open_guard: None,
                });
                self.builder.enter();
                value
            }
        }
    }

    /// Goes on only if the condition does not hold; where it does, control goes to `exit`.
    pub(super) fn leave_if(&mut self, condition: ValueId, exit: Exit) {
        let leave = ArmSource {
            goes: Goes::Returns,
            lower: Box::new(move |lowerer: &mut Lowerer<'l>| {
                lowerer.exit = Some(exit);
                Val::Never
            }),
            pattern: None,
            guard: None,
        };
        let stay = ArmSource::going_on(|_: &mut Lowerer<'l>| Val::Unit);
        self.branch(Test::Bool, condition, vec![leave, stay]);
    }

    /// Lowers the body of a loop, which may be left early.
    pub(super) fn leavable(&mut self, lower: impl FnOnce(&mut Self)) {
        let outer_pending = std::mem::take(&mut self.pending);
        let mark = self.scopes.mark();
        let outer_mark = std::mem::replace(&mut self.mark, mark);
        lower(self);
        let end = self.end_of(Val::Unit, mark);
        let end = self.close_pending(end);
        self.pending = outer_pending;
        self.mark = outer_mark;
        match end {
            End::Falls { changed, .. } | End::Mixed { changed, .. } | End::Leaves { changed } => {
                self.take_over(changed);
            }
            End::Panics(id) => self.exit = Some(Exit::Panic(id)),
            End::Returns(_) => unreachable!("in a loop, `return` leaves the body"),
        }
    }

    fn take_over(&mut self, changed: Vec<(VariableId, Val)>) {
        for (variable, value) in changed {
            self.scopes.assign(variable, value);
        }
    }

    /// Lowers the arms that return, then opens the one that goes on and leaves it open.
    fn branch_with_open_arm(&mut self, test: Test, operand: ValueId, arms: Vec<ArmSource<'_, 'l>>) -> Val {
        let mut closed = Vec::new();
        let mut open = None;
        for arm in arms {
            if arm.goes == Goes::On {
                closed.push(None);
                open = Some(arm);
            } else {
                closed.push(Some(self.closed_arm(arm)));
            }
        }
        let Some(open) = open else { unreachable!("one arm goes on") };
        // An arm that leaves the body of a loop hands on all that has changed since the body began.
        let before = self.scopes.changed_since(self.mark);
        for arm in closed.iter_mut().flatten() {
            if let End::Leaves { changed } = &mut arm.end {
                changed.retain(|(id, _)| self.mark.knows(*id));
                let untouched = before.iter().filter(|(id, _)| !changed.iter().any(|(other, _)| other == id));
                changed.extend(untouched.cloned().collect::<Vec<_>>());
            }
        }
        let guard = open.guard.map(|guard| guard(self));
        self.builder.enter();
        self.pending.push(Pending {
            test,
            operand,
            arms: closed,
            open_pattern: open.pattern,
            open_guard: guard,
        });
        (open.lower)(self)
    }

    fn closed_arm(&mut self, arm: ArmSource<'_, 'l>) -> ClosedArm {
        let guard = arm.guard.map(|guard| guard(self));
        let mark = self.scopes.mark();
        let outer_mark = std::mem::replace(&mut self.mark, mark);
        let outer_pending = std::mem::take(&mut self.pending);
        let region = self.builder.enter();
        let value = (arm.lower)(self);
        let end = self.end_of(value, mark);
        let end = self.close_pending(end);
        self.pending = outer_pending;
        self.mark = outer_mark;
        self.builder.leave(Terminator::Yield(Vec::new()));
        ClosedArm { pattern: arm.pattern, guard, region, end }
    }

    fn end_of(&mut self, value: Val, mark: Mark) -> End {
        let changed = self.scopes.roll_back(mark);
        match self.exit.take() {
            Some(Exit::Return(result)) => End::Returns(result),
            Some(Exit::Leave) => End::Leaves { changed },
            Some(Exit::Panic(id)) => End::Panics(id),
            None => End::Falls { value, changed },
        }
    }

    /// Closes the branches that were left open since the current arm, or the function, began.
    pub(super) fn close_pending(&mut self, mut end: End) -> End {
        while let Some(pending) = self.pending.pop() {
            let region = self.builder.leave(Terminator::Yield(Vec::new()));
            let mut open =
                Some(ClosedArm { pattern: pending.open_pattern, guard: pending.open_guard, region, end });
            let arms = pending.arms.into_iter().filter_map(|arm| arm.or_else(|| open.take())).collect();
            end = self.join(pending.test, pending.operand, arms);
        }
        end
    }

    pub(super) fn boolean(&mut self, value: bool) -> ValueId {
        self.builder.boolean(value)
    }

    pub(super) fn panic_value(&mut self) -> ValueId {
        let opaque = Opaque::leaf(quote!(::core::unreachable!()), Precedence::Postfix);
        self.builder.effect(Rc::new(opaque), Vec::new())
    }
}

impl End {
    pub(super) fn value(&self) -> Option<&Val> {
        match self {
            Self::Falls { value, .. } | Self::Mixed { value, .. } => Some(value),
            Self::Returns(_) | Self::Leaves { .. } | Self::Panics(_) => None,
        }
    }

    /// What the variables became, where that is handed on.
    pub(super) fn changed(&self) -> Option<&[(VariableId, Val)]> {
        match self {
            Self::Falls { changed, .. } | Self::Mixed { changed, .. } | Self::Leaves { changed } => {
                Some(changed)
            }
            Self::Returns(_) | Self::Panics(_) => None,
        }
    }

    pub(super) fn result(&self) -> Option<&Val> {
        match self {
            Self::Returns(result) => Some(result),
            Self::Mixed { result, .. } => result.as_ref(),
            Self::Falls { .. } | Self::Leaves { .. } | Self::Panics(_) => None,
        }
    }

    /// The value of a variable at this end, which was `current` before the branch.
    pub(super) fn variable(&self, variable: VariableId, current: &Val) -> Option<Val> {
        let changed = self.changed()?.iter().find(|(id, _)| *id == variable);
        Some(changed.map_or_else(|| current.clone(), |(_, value)| value.clone()))
    }
}
