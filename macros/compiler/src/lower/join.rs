//! Where branches come together: what the arms yield and changed becomes results of the branch.
//!
//! An arm's value may stand in parts, as a list of values or as the fields of a struct, or in one node: an array that
//! a function returns, a struct that is a parameter. One side's form decides for all.

use super::control::{ClosedArm, End};
use super::option::Optional;
use super::record::Record;
use super::scope::VariableId;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Arm, Terminator, Test, Ty, ValueId};

impl Lowerer<'_> {
    /// Makes one branch of closed arms and yields from each what any of them needs to hand on.
    pub(super) fn join(&mut self, test: Test, operand: ValueId, arms: Vec<ClosedArm>) -> End {
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
                // A struct or array has no dummy, so an arm that has left hands on what the variable was.
                let is_struct = match &current {
                    Val::Struct(_) | Val::View(_) => true,
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
            (Ty::Real(_), _) => joined,
            (_, Ty::Real(_)) => ty,
            (Ty::Bool, Ty::Bool) => Ty::Bool,
            (Ty::Array(_), _) => joined,
            (Ty::Whole, _) | (_, Ty::Whole) => Ty::Whole,
            _ => Ty::Other,
        });
        let ty = ty.unwrap_or(Ty::Other);
        if ty.is_real() {
            for (value, arm) in values.iter_mut().zip(arms) {
                if let Some(id) = value {
                    *id = self.at_end_of(arm, |lowerer| lowerer.real(*id));
                }
            }
            let reals: Vec<ValueId> = values.iter().flatten().copied().collect();
            self.same_type(&reals);
        }
        Yield { arms: values, ty }
    }

    /// Joins what the arms say of one value.
    fn join_values(&mut self, column: &[Option<Val>], arms: &[ClosedArm], yields: &mut Vec<Yield>) -> Joined {
        let present: Vec<&Val> =
            column.iter().flatten().filter(|value| !matches!(value, Val::Never)).collect();
        if present.is_empty() {
            return Joined::Known(Val::Never);
        }
        if present.contains(&&Val::Poison) {
            return Joined::Known(Val::Poison);
        }
        if present.contains(&&Val::Uninitialized) {
            // Where an arm gives no value, rustc sees to it that none is looked at.
            let column: Vec<Option<Val>> = column
                .iter()
                .map(|value| value.clone().filter(|value| *value != Val::Uninitialized))
                .collect();
            let has_dummies = column.iter().flatten().all(|value| self.has_dummy(value));
            if !has_dummies || column.iter().all(Option::is_none) {
                return Joined::Known(Val::Uninitialized);
            }
            return self.join_values(&column, arms, yields);
        }
        if let Some(place) = present.iter().find(|value| matches!(value, Val::Place(_))) {
            if present.iter().all(|value| value == place) {
                return Joined::Known((*place).clone());
            }
            self.errors.report(
                &self.signature.name,
                "a branch decides what a reference refers to, which is not supported; use the variables themselves in \
                 each arm",
            );
            return Joined::Known(Val::Poison);
        }
        if present.iter().all(|value| matches!(value, Val::View(_))) {
            return self.join_views(column, arms, yields);
        }
        if present.iter().any(|value| matches!(value, Val::Optional(_))) {
            return self.join_options(column, arms, yields);
        }
        if let Some((count, is_tuple)) = present.iter().find_map(|value| value.list_form()) {
            let lists: Vec<Option<Vec<Val>>> = column
                .iter()
                .zip(arms)
                .map(|(value, arm)| {
                    let value = value.as_ref()?;
                    Some(self.at_end_of(arm, |lowerer| lowerer.parts_of(value, count, is_tuple)))
                })
                .collect();
            let joined = (0..count).map(|index| {
                let column: Vec<Option<Val>> = lists
                    .iter()
                    .map(|list| list.as_ref().and_then(|list| list.get(index).cloned()))
                    .collect();
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
        if present.iter().any(|value| !matches!(value, Val::Node(_))) {
            self.errors.report(
                &self.signature.name,
                "an array of floats meets a value that the macro does not see into where branches come together; use each \
                 in a branch of its own",
            );
            return Joined::Known(Val::Poison);
        }
        let graph = self.builder.graph();
        let is_shared = nodes.iter().flatten().all(|&id| id == node);
        if is_shared && graph.encloses(graph.value(node).region, self.builder.current()) {
            return Joined::Known(Val::Node(node));
        }
        let yielded = self.yield_of(nodes, arms);
        yields.push(yielded);
        Joined::Yield(yields.len() - 1)
    }

    /// Whether there is a value that can stand for one that is never looked at.
    fn has_dummy(&self, value: &Val) -> bool {
        match value {
            Val::Node(id) => {
                self.ty(*id).is_real() || self.ty(*id) == Ty::Bool || self.known(value).is_some()
            }
            Val::Tuple(parts) | Val::Array(parts) => parts.iter().all(|part| self.has_dummy(part)),
            Val::Never => true,
            _ => false,
        }
    }

    /// Joins arrays that are one value each, and what says which part of them is meant.
    fn join_views(&mut self, column: &[Option<Val>], arms: &[ClosedArm], yields: &mut Vec<Yield>) -> Joined {
        let views: Vec<Option<View>> = column
            .iter()
            .map(|value| match value {
                Some(Val::View(view)) => Some(view.clone()),
                _ => None,
            })
            .collect();
        // A part that stands for all others, or else a copy of one.
        let mut forms: Vec<View> = views.iter().flatten().cloned().collect();
        if let Some((Some(view), arm)) = views.iter().zip(arms).find(|(view, _)| view.is_some()) {
            forms.push(self.at_end_of(arm, |lowerer| lowerer.separate(view)));
        }
        let form =
            forms.into_iter().find(|form| views.iter().flatten().all(|view| self.is_like_form(view, form)));
        let Some(form) = form else {
            self.errors.report(
                &self.signature.name,
                "different slices, or parts of them, come together behind a branch; use each in the branch that it comes \
                 from",
            );
            return Joined::Known(Val::Poison);
        };
        let name =
            self.builder.graph().value(form.array).note.name.clone().unwrap_or_else(|| "a branch".into());
        let length = form.vector_length().and_then(|length| self.length_outside(length));
        let form = form.with_length(length);
        if !views.iter().flatten().all(|view| self.is_as_long(&form, view, &name)) {
            return Joined::Known(Val::Poison);
        }
        let mut values: Vec<Option<Vec<ValueId>>> = Vec::new();
        for (view, arm) in views.iter().zip(arms) {
            values.push(
                view.as_ref()
                    .map(|view| self.at_end_of(arm, |lowerer| lowerer.in_form_of(view, &form).values())),
            );
        }
        let parts = (0..form.values().len()).map(|position| {
            let nodes: Vec<Option<Val>> = values
                .iter()
                .map(|values| {
                    values.as_ref().and_then(|values| values.get(position)).map(|&id| Val::Node(id))
                })
                .collect();
            self.join_values(&nodes, arms, yields)
        });
        let parts = parts.collect();
        Joined::View(form, parts)
    }

    /// Joins options: whether they have a value, and the values.
    fn join_options(
        &mut self,
        column: &[Option<Val>],
        arms: &[ClosedArm],
        yields: &mut Vec<Yield>,
    ) -> Joined {
        let (mut exists, mut values) = (Vec::new(), Vec::new());
        for (value, arm) in column.iter().zip(arms) {
            let Some(value) = value.as_ref().filter(|value| !matches!(value, Val::Never)) else {
                exists.push(None);
                values.push(None);
                continue;
            };
            let option = self.at_end_of(arm, |lowerer| {
                let option = lowerer.option_of(value)?;
                Some(lowerer.settled(&option))
            });
            let Some(option) = option else {
                self.errors.report(
                    &self.signature.name,
                    "an option that the macro does not see into meets one through which a derivative may pass; build \
                     both with `Some` and `None`",
                );
                return Joined::Known(Val::Poison);
            };
            exists.push(Some(Val::Node(option.exists)));
            values.push(option.value().cloned());
        }
        let known = |lowerer: &Self, value: &Option<Val>| match value {
            Some(Val::Node(id)) => lowerer.builder.known_boolean(*id),
            _ => None,
        };
        let first = exists.iter().flatten().next().cloned();
        let shared = known(self, &first).filter(|first| {
            exists.iter().filter(|value| value.is_some()).all(|value| known(self, value) == Some(*first))
        });
        let exists = match shared {
            Some(shared) => Joined::Known(Val::Node(self.boolean(shared))),
            None => self.join_values(&exists, arms, yields),
        };
        let value = self.join_values(&values, arms, yields);
        Joined::Option(Box::new([exists, value]))
    }

    /// Joins structs: field by field where these are known, and as whole values otherwise.
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
            let mut joined = Vec::new();
            for (name, _) in &first.fields {
                let column: Vec<Option<Val>> = records
                    .iter()
                    .map(|record| record.and_then(|record| record.get(name).cloned()))
                    .collect();
                joined.push(self.join_values(&column, arms, yields));
            }
            if first.base.is_some() {
                let column: Vec<Option<Val>> = records
                    .iter()
                    .map(|record| record.and_then(|record| record.base.as_deref().cloned()))
                    .collect();
                joined.push(self.join_values(&column, arms, yields));
            }
            return Joined::Struct(first.clone(), joined);
        }
        let present: Vec<&Val> =
            column.iter().flatten().filter(|value| !matches!(value, Val::Never)).collect();
        if let Some(record) = self.fields_in_common(&present) {
            let mut joined = Vec::new();
            for (name, _) in &record.fields {
                let mut parts = Vec::new();
                for (value, arm) in column.iter().zip(arms) {
                    let value = value.as_ref().filter(|value| !matches!(value, Val::Never));
                    parts
                        .push(value.map(|value| self.at_end_of(arm, |lowerer| lowerer.part_of(value, name))));
                }
                joined.push(self.join_values(&parts, arms, yields));
            }
            // The base is that of all.
            joined.extend(record.base.as_deref().cloned().map(Joined::Known));
            return Joined::Struct(record, joined);
        }
        let mut nodes = Vec::new();
        for (value, arm) in column.iter().zip(arms) {
            nodes.push(match value {
                Some(Val::Struct(record)) => self.at_end_of(arm, |lowerer| lowerer.whole_of(record)),
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

    /// Does something at the end of an arm that is closed.
    fn at_end_of<T>(&mut self, arm: &ClosedArm, make: impl FnOnce(&mut Self) -> T) -> T {
        self.builder.resume(arm.region);
        let made = make(self);
        self.builder.suspend();
        made
    }

    /// Ends the arms' regions and makes the branch. Arms that have no value for a yield get a dummy that is
    /// never looked at.
    fn seal(&mut self, test: Test, operand: ValueId, arms: Vec<ClosedArm>, yields: &[Yield]) -> ValueId {
        for (number, arm) in arms.iter().enumerate() {
            self.builder.resume(arm.region);
            let end = match arm.end {
                End::Panics(id) => Terminator::Panic(id),
                _ => Terminator::Yield(
                    yields
                        .iter()
                        .map(|yielded| yielded.arms[number].unwrap_or_else(|| self.builder.dummy(yielded.ty)))
                        .collect(),
                ),
            };
            self.builder.leave(end);
        }
        let arms =
            arms.into_iter().map(|arm| Arm { pattern: arm.pattern, guard: arm.guard, region: arm.region });
        let arms = arms.collect();
        self.builder.branch(test, operand, arms)
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
    /// An array in this form.
    View(View, Vec<Joined>),
    /// Whether an option has a value, and the value.
    Option(Box<[Joined; 2]>),
}

impl Joined {
    fn with_results(self, results: &[ValueId]) -> Val {
        match self {
            Self::Known(value) => value,
            Self::Yield(number) => Val::Node(results[number]),
            Self::Parts(parts, is_tuple) => {
                let parts = parts.into_iter().map(|part| part.with_results(results));
                Val::list_of(parts.collect(), is_tuple)
            }
            Self::Option(parts) => {
                let [exists, value] = *parts;
                match exists.with_results(results) {
                    Val::Node(exists) => Val::Optional(Optional::new(exists, value.with_results(results))),
                    _ => Val::Poison,
                }
            }
            Self::View(form, parts) => {
                let mut nodes = Vec::new();
                for part in parts {
                    part.with_results(results).collect(&mut nodes);
                }
                if nodes.len() == form.values().len() {
                    Val::View(form.with_values(&nodes))
                } else {
                    Val::Poison
                }
            }
            Self::Struct(record, parts) => {
                let mut parts = parts.into_iter().map(|part| part.with_results(results));
                record.with(|_| parts.next()).map_or(Val::Poison, Val::Struct)
            }
        }
    }
}
