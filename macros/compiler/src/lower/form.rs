//! In which form a variable is handed from one iteration of a loop to the next: which of its parts are carried, and what
//! stays as it was before the loop.
//!
//! A struct of which the body replaces some fields is carried as these fields. Floats among them are floats of the graph
//! then, so that the loop is differentiated as if they were variables. A struct that the body replaces by what a call
//! returns is one value.

use std::rc::Rc;

use super::kinds::Subject;
use super::option::Optional;
use super::record::Record;
use super::scope::VariableId;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Op, Ty, ValueId, WholeOp};

/// The form of a value that a loop carries.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Form {
    /// One node.
    Node,
    /// What is not changed, and not carried.
    Fixed(Val),
    /// A tuple, or an array.
    List(Vec<Form>, bool),
    /// The fields of a struct, in the order of those of the record, whose values are of no account but the base.
    Struct(Record, Vec<Form>),
    /// An array that is one value, or a part of one.
    View(View),
    /// A part of an array that the loop does not change.
    Part(View),
    /// Whether there is a value, and the value. Some value that there is says of which types its nodes are.
    Option(Box<Form>, Val),
    Unit,
}

impl Form {
    /// The form in which a value is carried that has no other before the loop.
    fn of(value: &Val) -> Option<Self> {
        Some(match value {
            Val::View(view) => Self::View(view.clone()),
            Val::Tuple(parts) | Val::Array(parts) => {
                let forms = parts.iter().map(Self::of).collect::<Option<_>>()?;
                Self::List(forms, matches!(value, Val::Tuple(_)))
            }
            Val::Struct(record) if record.is_complete() => {
                let forms = record.values().map(Self::of).collect::<Option<_>>()?;
                Self::Struct(record.clone(), forms)
            }
            Val::Node(_) | Val::Struct(_) => Self::Node,
            Val::Optional(option) => {
                let value = option.value()?;
                Self::Option(Box::new(Self::of(value)?), value.clone())
            }
            Val::Unit => Self::Unit,
            _ => return None,
        })
    }

    /// The form that carries what either carries.
    fn joined(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fixed(_), form) | (form, Self::Fixed(_)) | (form @ Self::View(_), Self::Part(_)) => form,
            (Self::List(left, is_tuple), Self::List(right, _)) if left.len() == right.len() => {
                let parts = left.into_iter().zip(right).map(|(left, right)| left.joined(right));
                Self::List(parts.collect(), is_tuple)
            }
            (Self::Struct(mut record, mut forms), Self::Struct(other, others)) => {
                for ((name, value), form) in other.fields.into_iter().zip(others) {
                    match record.fields.iter().position(|(known, _)| *known == name) {
                        Some(position) => {
                            let known = std::mem::replace(&mut forms[position], Self::Unit);
                            forms[position] = known.joined(form);
                        }
                        None => {
                            record.fields.push((name, value));
                            forms.push(form);
                        }
                    }
                }
                Self::Struct(record, forms)
            }
            (Self::Node, _) | (_, Self::Node) => Self::Node,
            (_, other) => other,
        }
    }

    /// A value of this form with the given nodes.
    pub(super) fn with_nodes(&self, nodes: &mut dyn Iterator<Item = ValueId>) -> Val {
        match self {
            Self::Node => nodes.next().map_or(Val::Poison, Val::Node),
            Self::Fixed(value) => value.clone(),
            Self::View(view) => {
                let values: Vec<ValueId> = nodes.take(view.values().len()).collect();
                Val::View(view.with_values(&values))
            }
            Self::Part(view) => {
                let mut values = vec![view.array];
                values.extend(nodes.take(view.values().len() - 1));
                Val::View(view.with_values(&values))
            }
            Self::List(parts, is_tuple) => {
                Val::list_of(parts.iter().map(|part| part.with_nodes(nodes)).collect(), *is_tuple)
            }
            Self::Struct(record, parts) => {
                let parts = parts.iter().map(|part| part.with_nodes(nodes)).collect::<Vec<_>>();
                Val::Struct(record.with_fields(parts))
            }
            Self::Option(form, _) => match nodes.next() {
                Some(exists) => Val::Optional(Optional::new(exists, form.with_nodes(nodes))),
                None => Val::Poison,
            },
            Self::Unit => Val::Unit,
        }
    }
}

impl Lowerer<'_> {
    /// The form of a variable that holds one value before a loop and the other after an iteration, if there is one.
    pub(super) fn form_of(&mut self, before: &Val, after: &Val) -> Option<Form> {
        Some(match (before, after) {
            (Val::Uninitialized, after) => Form::of(after)?,
            (Val::Struct(_), Val::Struct(_) | Val::Node(_)) | (Val::Node(_), Val::Struct(_)) => {
                match self.fields_in_common(&[before, after]) {
                    Some(record) => self.form_of_fields(record, before, after)?,
                    None => Form::Node,
                }
            }
            (Val::Tuple(a), Val::Tuple(b)) | (Val::Array(a), Val::Array(b)) if a.len() == b.len() => {
                let forms = a.iter().zip(b).map(|(a, b)| self.form_of(a, b)).collect::<Option<_>>()?;
                Form::List(forms, matches!(before, Val::Tuple(_)))
            }
            (Val::Node(_), list @ (Val::Tuple(_) | Val::Array(_)))
            | (list @ (Val::Tuple(_) | Val::Array(_)), _) => Form::of(list)?,
            (Val::Optional(before), Val::Optional(after)) => match (before.value()?, after.value()?) {
                (Val::Uninitialized, value) | (value, Val::Uninitialized) => {
                    Form::Option(Box::new(Form::of(value)?), value.clone())
                }
                (before, after) => Form::Option(Box::new(self.form_of(before, after)?), after.clone()),
            },
            (Val::Node(_), Val::Optional(_)) => Form::of(after)?,
            (Val::View(before), Val::View(after)) => {
                let form = if after.is_range() && after.is_reached_as(before) { after } else { before };
                let is_shared = before.array == after.array && self.is_part_like(before, form);
                if is_shared { Form::Part(form.clone()) } else { Form::View(form.clone()) }
            }
            (Val::View(_) | Val::Node(_), _) => Form::of(before)?,
            (_, other) => Form::of(other)?,
        })
    }

    /// The form that a value needs which came out of an iteration that began in the given form.
    pub(super) fn widened(&mut self, form: &Form, before: &Val, after: &Val) -> Option<Form> {
        let mut nodes = Vec::new();
        if self.flatten(form, after, &mut nodes) {
            return Some(form.clone());
        }
        let found = self.form_of(before, after)?;
        Some(form.clone().joined(found))
    }

    fn form_of_fields(&mut self, record: Record, before: &Val, after: &Val) -> Option<Form> {
        let mut forms = Vec::new();
        for (name, _) in &record.fields {
            let (old, new) = (self.part_of(before, name), self.part_of(after, name));
            // What a literal has in a field is known outside of the loop.
            let is_fixed = old == new && record.base.is_none();
            forms.push(if is_fixed { Form::Fixed(old) } else { self.form_of(&old, &new)? });
        }
        Some(Form::Struct(record, forms))
    }

    /// The fields in which values of one struct can differ, and what all have the others from.
    pub(super) fn fields_in_common(&mut self, values: &[&Val]) -> Option<Record> {
        let is_known = |value: &Val| matches!(value, Val::Struct(record) if record.is_complete());
        let complete = values.iter().find_map(|value| match value {
            Val::Struct(record) if record.is_complete() => Some(record),
            _ => None,
        });
        if let Some(complete) = complete {
            // What a field of another value is shows in this one only if it is made of floats.
            let is_apparent = values.iter().all(|value| is_known(value))
                || complete.values().all(|value| self.is_made_of_floats(value));
            return is_apparent.then(|| complete.clone());
        }
        self.changed_in_common(values)
    }

    /// Of values that are made of one by replacing some of its fields, that with all fields that any of them has replaced.
    fn changed_in_common(&mut self, values: &[&Val]) -> Option<Record> {
        let base = self.root_of(values.first()?)?;
        if !values.iter().all(|value| self.root_of(value) == Some(base)) {
            return None;
        }
        let mut record = Record::changed(Val::Node(base));
        for name in values.iter().flat_map(|value| changed_fields(value)) {
            record.set(&name, Val::Unit);
        }
        Some(record)
    }

    /// What a struct is made of whose fields have been replaced; a part of another struct as it is known where that is.
    fn root_of(&mut self, value: &Val) -> Option<ValueId> {
        match value {
            Val::Struct(Record { base: Some(base), .. }) => self.root_of(base),
            Val::Node(id) if self.is_whole(*id) || self.structs.contains(id) => {
                let value = self.builder.graph().value(*id).clone();
                let Op::Whole(WholeOp::Member(member)) = &value.op else { return Some(*id) };
                let &[whole] = value.operands.as_slice() else { return Some(*id) };
                let region = self.builder.graph().value(whole).region;
                let found = self
                    .builder
                    .within(region, |builder| builder.member(Rc::clone(member), vec![whole], Ty::Whole));
                self.set_varied(found, self.is_varied(*id));
                self.kinds.join(Subject::Value(found), Subject::Value(*id));
                Some(found)
            }
            _ => None,
        }
    }

    fn is_made_of_floats(&self, value: &Val) -> bool {
        match value {
            Val::Node(id) => self.ty(*id).is_real() || self.is_whole(*id),
            Val::Tuple(parts) | Val::Array(parts) => parts.iter().all(|part| self.is_made_of_floats(part)),
            Val::Struct(record) => record.values().all(|part| self.is_made_of_floats(part)),
            Val::View(_) => true,
            _ => false,
        }
    }

    /// The nodes of a value in the given form. `false` if it does not have that form.
    pub(super) fn flatten(&mut self, form: &Form, value: &Val, nodes: &mut Vec<ValueId>) -> bool {
        match (form, value) {
            (Form::Fixed(fixed), value) => fixed == value,
            (Form::View(form), Val::View(view)) => {
                let fits = self.is_like_form(view, form);
                if fits {
                    nodes.extend(self.in_form_of(view, form).values());
                }
                fits
            }
            (Form::Part(form), Val::View(view)) => {
                let fits = view.array == form.array && self.is_part_like(view, form);
                if fits {
                    nodes.extend(&self.in_form_of(view, form).values()[1..]);
                }
                fits
            }
            (Form::Option(form, sample), value) => {
                let Some(option) = self.option_of(value) else { return false };
                let option = self.settled(&option);
                nodes.push(option.exists);
                match option.value() {
                    // There is no value yet, and none that is looked at.
                    Some(Val::Uninitialized) => {
                        let mut samples = Vec::new();
                        sample.collect(&mut samples);
                        nodes.extend(samples.into_iter().map(|id| self.builder.dummy(self.ty(id))));
                        true
                    }
                    Some(value) => self.flatten(form, value, nodes),
                    None => false,
                }
            }
            (Form::List(parts, is_tuple), value) => {
                let values = self.parts_of(value, parts.len(), *is_tuple);
                parts.iter().zip(&values).all(|(form, value)| self.flatten(form, value, nodes))
            }
            (Form::Struct(record, parts), Val::Struct(_) | Val::Node(_)) => {
                if !self.has_fields_of(record, value) {
                    return false;
                }
                record.fields.iter().zip(parts).all(|((name, _), form)| {
                    let part = self.part_of(value, name);
                    self.flatten(form, &part, nodes)
                })
            }
            (Form::Node, Val::Node(id)) => {
                nodes.push(*id);
                true
            }
            (Form::Node, Val::Struct(record)) => {
                let node = self.whole_of(record);
                nodes.extend(node);
                node.is_some()
            }
            (Form::Unit, Val::Unit) => true,
            _ => false,
        }
    }

    /// Whether the vectors in a value are of the lengths that its form has. Reports that they are not.
    pub(super) fn is_fixed(&mut self, variable: VariableId, form: &Form, value: &Val) -> bool {
        match (form, value) {
            (Form::View(form), Val::View(view)) => {
                self.is_as_long(form, view, &self.scopes.get(variable).name)
            }
            (Form::List(parts, _), Val::Tuple(values) | Val::Array(values)) => {
                parts.iter().zip(values).all(|(form, value)| self.is_fixed(variable, form, value))
            }
            (Form::Struct(record, parts), value) => {
                record.fields.iter().zip(parts).all(|((name, _), form)| {
                    let part = self.part_of(value, name);
                    self.is_fixed(variable, form, &part)
                })
            }
            (Form::Option(form, _), Val::Optional(option)) => {
                option.value().is_none_or(|value| self.is_fixed(variable, form, value))
            }
            _ => true,
        }
    }

    /// Whether a struct is known by the fields of a record, and has what that has no fields for from its base.
    fn has_fields_of(&mut self, record: &Record, value: &Val) -> bool {
        match &record.base {
            None => true,
            Some(base) => {
                self.root_of(value).map(Val::Node).as_ref() == Some(&**base)
                    && changed_fields(value).iter().all(|name| record.get(name).is_some())
            }
        }
    }
}

/// The fields that have been replaced in what a struct is made of.
fn changed_fields(value: &Val) -> Vec<Rc<str>> {
    match value {
        Val::Struct(record) => {
            let mut names = record.base.as_deref().map(changed_fields).unwrap_or_default();
            names.extend(record.fields.iter().map(|(name, _)| name.clone()));
            names
        }
        _ => Vec::new(),
    }
}
