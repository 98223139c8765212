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

use super::record::Record;
use super::scope::{Mark, VariableId};
use super::{Lowerer, Val};
use crate::graph::{Arm, Opaque, Precedence, RegionId, Terminator, Test, Ty, ValueId};

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
    pattern: Option<TokenStream>,
    guard: Option<RegionId>,
    region: RegionId,
    end: End,
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

    /// Makes one branch of closed arms and yields from each what any of them needs to hand on.
    fn join(&mut self, test: Test, operand: ValueId, arms: Vec<ClosedArm>) -> End {
        let falls = arms.iter().any(|arm| matches!(arm.end, End::Falls { .. } | End::Mixed { .. }));
        let returns = arms.iter().any(|arm| arm.end.result().is_some());
        let leaves =
            arms.iter().any(|arm| matches!(arm.end, End::Leaves { .. } | End::Mixed { result: None, .. }));
        if !falls && !returns && !leaves {
            self.seal(test, operand, arms, &[]);
            return End::Panics(self.panic_value());
        }
        let mut yields: Vec<Yield> = Vec::new();
        if falls && (returns || leaves) {
            yields.push(self.flags(&arms));
        }
        let result = returns.then(|| {
            let results: Vec<Option<Val>> = arms.iter().map(|arm| arm.end.result().cloned()).collect();
            self.join_values(&results, &arms, &mut yields)
        });
        let mut variables: Vec<VariableId> =
            arms.iter().filter_map(|arm| arm.end.changed()).flatten().map(|(id, _)| *id).collect();
        variables.sort_unstable();
        variables.dedup();
        let value = falls.then(|| {
            let column: Vec<Option<Val>> = arms.iter().map(|arm| arm.end.value().cloned()).collect();
            self.join_values(&column, &arms, &mut yields)
        });
        let mut joined = Vec::new();
        if falls || leaves {
            for &variable in &variables {
                let current = self.scopes.get(variable).value.clone();
                // A struct has no dummy, so an arm that has left hands on what the variable was.
                let is_struct = match &current {
                    Val::Struct(_) => true,
                    Val::Node(id) => self.is_whole(*id),
                    _ => false,
                };
                let before = is_struct.then(|| current.clone());
                let column: Vec<Option<Val>> = arms
                    .iter()
                    .map(|arm| arm.end.variable(variable, &current).or_else(|| before.clone()))
                    .collect();
                joined.push(self.join_values(&column, &arms, &mut yields));
            }
        }
        let branch = self.seal(test, operand, arms, &yields);
        let results: Vec<ValueId> = yields
            .iter()
            .enumerate()
            .map(|(number, yielded)| self.branch_result(branch, number, yielded))
            .collect();
        let result = result.map(|result| result.with_results(&results));
        let value = value.map(|value| value.with_results(&results));
        let joined = joined.into_iter().map(|value| value.with_results(&results));
        let changed: Vec<(VariableId, Val)> = variables.into_iter().zip(joined).collect();
        for (variable, value) in &changed {
            self.name_parts(value, &self.scopes.get(*variable).name.clone());
        }
        match (value, result) {
            (Some(value), result) if result.is_some() || leaves => {
                End::Mixed { flag: results[0], result, value, changed }
            }
            (Some(value), _) => End::Falls { value, changed },
            (None, Some(result)) => End::Returns(result),
            (None, None) => End::Leaves { changed },
        }
    }

    fn branch_result(&mut self, branch: ValueId, number: usize, yielded: &Yield) -> ValueId {
        let id = self.builder.result(branch, number, yielded.ty);
        let varied = yielded.arms.iter().flatten().any(|&id| self.is_varied(id));
        self.set_varied(id, varied);
        id
    }

    /// For each arm, whether it returned.
    fn flags(&mut self, arms: &[ClosedArm]) -> Yield {
        let yes = self.boolean(true);
        let no = self.boolean(false);
        let arms = arms.iter().map(|arm| match &arm.end {
            End::Returns(_) | End::Leaves { .. } => Some(yes),
            End::Falls { .. } => Some(no),
            End::Mixed { flag, .. } => Some(*flag),
            End::Panics(_) => None,
        });
        Yield { arms: arms.collect(), ty: Ty::Bool }
    }

    /// One yield of the arms, their values brought to one type.
    fn yield_of(&mut self, mut values: Vec<Option<ValueId>>, arms: &[ClosedArm]) -> Yield {
        let found: Vec<Ty> = values.iter().flatten().map(|&id| self.ty(id)).collect();
        let ty = found.into_iter().reduce(|joined, ty| match (joined, ty) {
            (Ty::Real(a), Ty::Real(b)) => {
                self.types.unify(a, b);
                joined
            }
            (Ty::Real(_), _) => joined,
            (_, Ty::Real(_)) => ty,
            (Ty::Bool, Ty::Bool) => Ty::Bool,
            (Ty::Whole, _) | (_, Ty::Whole) => Ty::Whole,
            _ => Ty::Other,
        });
        let ty = ty.unwrap_or(Ty::Other);
        if ty.is_real() {
            for (value, arm) in values.iter_mut().zip(arms) {
                if let Some(id) = value
                    && self.is_whole(*id)
                {
                    self.make_real(*id, None);
                    if let (Ty::Real(found), Ty::Real(joined)) = (self.ty(*id), ty) {
                        self.types.unify(found, joined);
                    }
                } else if let Some(id) = value
                    && !self.ty(*id).is_real()
                {
                    *id = self.builder.coerce_at_end(arm.region, *id, ty);
                }
            }
        }
        Yield { arms: values, ty }
    }

    /// Joins what the arms say of one value.
    fn join_values(&mut self, column: &[Option<Val>], arms: &[ClosedArm], yields: &mut Vec<Yield>) -> Joined {
        let present: Vec<&Val> =
            column.iter().flatten().filter(|value| !matches!(value, Val::Never)).collect();
        let Some(&first) = present.first() else { return Joined::Known(Val::Never) };
        for absorbing in [Val::Poison, Val::Uninitialized] {
            if present.contains(&&absorbing) {
                return Joined::Known(absorbing);
            }
        }
        if let (Val::Tuple(parts) | Val::Array(parts), is_tuple) = (first, matches!(first, Val::Tuple(_))) {
            let joined = (0..parts.len()).map(|index| {
                let part = |value: &Option<Val>| match value {
                    Some(Val::Tuple(parts) | Val::Array(parts)) => parts.get(index).cloned(),
                    _ => None,
                };
                let column: Vec<Option<Val>> = column.iter().map(part).collect();
                self.join_values(&column, arms, yields)
            });
            return Joined::Parts(joined.collect(), is_tuple);
        }
        if present.iter().any(|value| matches!(value, Val::Struct(_))) {
            return self.join_structs(column, arms, yields);
        }
        let nodes: Vec<Option<ValueId>> = column
            .iter()
            .map(|value| match value {
                Some(Val::Node(id)) => Some(*id),
                _ => None,
            })
            .collect();
        let Some(&node) = nodes.iter().flatten().next() else { return Joined::Known(Val::Unit) };
        let graph = self.builder.graph();
        let is_shared = nodes.iter().flatten().all(|&id| id == node);
        if is_shared && graph.encloses(graph.value(node).region, self.builder.current()) {
            return Joined::Known(Val::Node(node));
        }
        let yielded = self.yield_of(nodes, arms);
        yields.push(yielded);
        Joined::Yield(yields.len() - 1)
    }

    /// Joins structs: field by field where all arms have the same fields, and as whole values otherwise.
    fn join_structs(
        &mut self,
        column: &[Option<Val>],
        arms: &[ClosedArm],
        yields: &mut Vec<Yield>,
    ) -> Joined {
        let records: Vec<Option<&Record>> = column
            .iter()
            .map(|value| match value {
                Some(Val::Struct(record)) => Some(record),
                _ => None,
            })
            .collect();
        let is_present =
            |value: &Option<Val>| value.as_ref().is_some_and(|value| !matches!(value, Val::Never));
        let Some(&first) = records.iter().flatten().next() else { return Joined::Known(Val::Poison) };
        let is_alike = column
            .iter()
            .zip(&records)
            .all(|(value, record)| !is_present(value) || record.is_some_and(|record| record.is_like(first)));
        if is_alike {
            let count = first.values().count();
            let joined = (0..count).map(|position| {
                let column: Vec<Option<Val>> = records
                    .iter()
                    .map(|record| record.and_then(|record| record.values().nth(position).cloned()))
                    .collect();
                self.join_values(&column, arms, yields)
            });
            return Joined::Struct(first.clone(), joined.collect());
        }
        let mut nodes = Vec::new();
        for (value, arm) in column.iter().zip(arms) {
            nodes.push(match value {
                Some(Val::Struct(record)) => self.whole_at_end(record, arm.region),
                Some(Val::Node(id)) => {
                    self.note_whole(*id);
                    Some(*id)
                }
                _ => None,
            });
        }
        yields.push(Yield { arms: nodes, ty: Ty::Whole });
        Joined::Yield(yields.len() - 1)
    }

    /// Ends the arms' regions and makes the branch. Arms that have no value for a yield get a dummy that is
    /// never looked at.
    fn seal(&mut self, test: Test, operand: ValueId, arms: Vec<ClosedArm>, yields: &[Yield]) -> ValueId {
        for (number, arm) in arms.iter().enumerate() {
            let end = match arm.end {
                End::Panics(id) => Terminator::Panic(id),
                _ => Terminator::Yield(
                    yields
                        .iter()
                        .map(|yielded| {
                            yielded.arms[number]
                                .unwrap_or_else(|| self.builder.dummy_at_end(arm.region, yielded.ty))
                        })
                        .collect(),
                ),
            };
            self.builder.graph_mut().region_mut(arm.region).end = end;
        }
        let arms =
            arms.into_iter().map(|arm| Arm { pattern: arm.pattern, guard: arm.guard, region: arm.region });
        let arms = arms.collect();
        self.builder.branch(test, operand, arms)
    }

    pub(super) fn boolean(&mut self, value: bool) -> ValueId {
        self.builder.opaque(Rc::new(Opaque::leaf(quote!(#value), Precedence::Postfix)), Vec::new(), Ty::Bool)
    }

    fn panic_value(&mut self) -> ValueId {
        let opaque = Opaque::leaf(quote!(::core::unreachable!()), Precedence::Postfix);
        self.builder.effect(Rc::new(opaque), Vec::new())
    }
}

/// What the arms hand on under one number.
struct Yield {
    arms: Vec<Option<ValueId>>,
    ty: Ty,
}

/// A joined value, before the branch that yields its parts exists.
enum Joined {
    Known(Val),
    Yield(usize),
    /// A tuple, or an array.
    Parts(Vec<Joined>, bool),
    /// A struct with these fields, and their values.
    Struct(Record, Vec<Joined>),
}

impl Joined {
    fn with_results(self, results: &[ValueId]) -> Val {
        match self {
            Self::Known(value) => value,
            Self::Yield(number) => Val::Node(results[number]),
            Self::Parts(parts, is_tuple) => {
                let parts = parts.into_iter().map(|part| part.with_results(results)).collect();
                if is_tuple { Val::Tuple(parts) } else { Val::Array(parts) }
            }
            Self::Struct(record, parts) => {
                let mut parts = parts.into_iter().map(|part| part.with_results(results));
                record.with(|_| parts.next()).map_or(Val::Poison, Val::Struct)
            }
        }
    }
}

impl End {
    fn value(&self) -> Option<&Val> {
        match self {
            Self::Falls { value, .. } | Self::Mixed { value, .. } => Some(value),
            Self::Returns(_) | Self::Leaves { .. } | Self::Panics(_) => None,
        }
    }

    /// What the variables became, where that is handed on.
    fn changed(&self) -> Option<&[(VariableId, Val)]> {
        match self {
            Self::Falls { changed, .. } | Self::Mixed { changed, .. } | Self::Leaves { changed } => {
                Some(changed)
            }
            Self::Returns(_) | Self::Panics(_) => None,
        }
    }

    fn result(&self) -> Option<&Val> {
        match self {
            Self::Returns(result) => Some(result),
            Self::Mixed { result, .. } => result.as_ref(),
            Self::Falls { .. } | Self::Leaves { .. } | Self::Panics(_) => None,
        }
    }

    /// The value of a variable at this end, which was `current` before the branch.
    fn variable(&self, variable: VariableId, current: &Val) -> Option<Val> {
        let changed = self.changed()?.iter().find(|(id, _)| *id == variable);
        Some(changed.map_or_else(|| current.clone(), |(_, value)| value.clone()))
    }
}
