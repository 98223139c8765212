//! Places: what can be assigned to, variables and parts of them.

use std::rc::Rc;

use proc_macro2::{Delimiter, Literal};
use quote::{ToTokens, quote};
use syn::{Expr, Member, Type};

use super::control::ArmSource;
use super::kinds::Subject;
use super::record::{Record, element_key, field_key};
use super::scope::VariableId;
use super::sequence::unwrapped;
use super::{Lowerer, Val};
use crate::graph::{Comparison, Opaque, Piece, Precedence, Test, ValueId};

/// A variable, or the part of it that a path of positions leads to.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Place {
    variable: VariableId,
    path: Vec<Step>,
}

/// One step from an aggregate to a part of it.
#[derive(Clone, PartialEq, Debug)]
enum Step {
    Known(usize),
    /// A field of a struct.
    Field(Rc<str>),
    /// An index that is an expression of the program.
    Computed(ValueId),
}

impl Lowerer<'_> {
    /// The place that an expression names. Reports what cannot be assigned to.
    pub(super) fn place(&mut self, expression: &Expr) -> Option<Place> {
        match expression {
            Expr::Paren(inner) => self.place(&inner.expr),
            Expr::Group(inner) => self.place(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => self.place(&unary.expr),
            Expr::Reference(reference) => self.place(&reference.expr),
            Expr::Path(path) if path.path.get_ident().is_some() => {
                let ident = path.path.get_ident()?;
                let Some(variable) = self.scopes.find(ident) else {
                    self.errors.report(
                        ident,
                        "only local variables can be assigned to; the function must not change anything else",
                    );
                    return None;
                };
                let found = self.scopes.get(variable);
                match &found.value {
                    Val::Place(place) => Some(place.clone()),
                    Val::Poison => None,
                    // If rustc lets it be assigned to, it is a reference.
                    _ if found.is_fixed => {
                        self.errors.report(
                            ident,
                            format_args!(
                                "what the reference `{ident}` refers to cannot be seen; bind it as `let {ident} = &mut` and \
                                 the name of a variable, or use that variable"
                            ),
                        );
                        None
                    }
                    _ => Some(Place::of(variable)),
                }
            }
            Expr::Field(field) => {
                let place = self.place(&field.base)?;
                let index = match &field.member {
                    Member::Unnamed(index) => index.index as usize,
                    Member::Named(_) => usize::MAX,
                };
                match self.read(&place) {
                    Val::Struct(_) => Some(place.then(Step::Field(Rc::from(field_key(&field.member))))),
                    Val::Node(id) if self.is_whole(id) || self.structs.contains(&id) => {
                        Some(place.then(Step::Field(Rc::from(field_key(&field.member)))))
                    }
                    Val::Tuple(parts) if index < parts.len() => Some(place.at(index)),
                    Val::Poison => None,
                    _ => {
                        self.errors.report(
                            expression,
                            "only components of local tuples can be assigned to; build a new value and bind it",
                        );
                        None
                    }
                }
            }
            Expr::Index(indexed) => {
                let mut place = self.place(&indexed.expr)?;
                let index = self.expression(&indexed.index);
                match (self.read(&place), &index) {
                    (value, index) if self.is_array_of_unknown_length(&value) => {
                        let Some(known) =
                            self.known(index).and_then(|known| usize::try_from(known.value).ok())
                        else {
                            self.errors.report(
                                &indexed.index,
                                "an element of an array of unknown length is assigned at an index that is only known \
                                 at run time; bind the array with its type first: `let mut w: [f64; 3] = p.w;`",
                            );
                            return None;
                        };
                        Some(place.then(Step::Field(Rc::from(element_key(known)))))
                    }
                    (Val::Poison, _) | (_, Val::Poison | Val::Never) => None,
                    (Val::View(_), Val::Node(id)) => {
                        let known = self.known_size(&index);
                        Some(place.then(known.map_or(Step::Computed(*id), Step::Known)))
                    }
                    (Val::Array(parts), Val::Node(id)) => {
                        if self.known(&index).is_some() {
                            let position = self.position(&index, parts.len(), &indexed.index)?;
                            Some(place.at(position))
                        } else {
                            place.path.push(Step::Computed(*id));
                            Some(place)
                        }
                    }
                    _ => {
                        self.errors.report(
                            expression,
                            "only elements of local arrays can be assigned to, one by one; build a new value and bind it",
                        );
                        None
                    }
                }
            }
            Expr::MethodCall(_) | Expr::Call(_) => match self.expression(expression) {
                Val::Place(place) => Some(place),
                Val::Poison => None,
                _ => self.no_place(expression),
            },
            _ => self.no_place(expression),
        }
    }

    /// Whether a value is an array in a struct whose type the macro does not see, if it is indexed.
    fn is_array_of_unknown_length(&self, value: &Val) -> bool {
        match value {
            Val::Node(id) => self.is_whole(*id),
            Val::Struct(record) => record.base.is_some(),
            _ => false,
        }
    }

    /// The place that a variable refers to, if the expression is such a variable.
    pub(super) fn held_place(&self, expression: &Expr) -> Option<Place> {
        let Expr::Path(path) = unwrapped(expression) else { return None };
        let variable = self.scopes.find(path.path.get_ident()?)?;
        match &self.scopes.get(variable).value {
            Val::Place(place) => Some(place.clone()),
            _ => None,
        }
    }

    /// A value that is bound or becomes part of a tuple: of a reference to a place, the reference.
    pub(super) fn moved(&mut self, expression: &Expr, expected: Option<Type>) -> Val {
        match self.held_place(expression) {
            Some(place) => Val::Place(place),
            None => self.expecting(expression, expected),
        }
    }

    /// Whether an expression is a variable that holds an array, or a part of a variable.
    pub(super) fn may_be_array(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Paren(inner) => self.may_be_array(&inner.expr),
            Expr::Group(inner) => self.may_be_array(&inner.expr),
            Expr::Unary(unary) => self.may_be_array(&unary.expr),
            Expr::Field(field) => self.may_be_array(&field.base),
            Expr::Index(indexed) => self.may_be_array(&indexed.expr),
            Expr::MethodCall(call) => call.method == "as_mut_slice" && self.may_be_array(&call.receiver),
            Expr::Path(path) => {
                let variable = path.path.get_ident().and_then(|ident| self.scopes.find(ident));
                variable.is_some_and(|variable| match &self.scopes.get(variable).value {
                    Val::Array(_) | Val::Tuple(_) | Val::Struct(_) | Val::Place(_) | Val::View(_) => true,
                    Val::Node(id) => self.list_types.contains_key(id) || self.is_whole(*id),
                    _ => false,
                })
            }
            _ => false,
        }
    }

    fn no_place(&self, expression: &Expr) -> Option<Place> {
        self.errors
            .report(expression, "this cannot be assigned to; assign to a local variable declared `mut`");
        None
    }

    /// What a place holds.
    pub(super) fn read(&mut self, place: &Place) -> Val {
        let mut value = self.scopes.get(place.variable).value.clone();
        for step in &place.path {
            value = match (step, value) {
                (Step::Known(index), Val::Tuple(mut parts) | Val::Array(mut parts))
                    if *index < parts.len() =>
                {
                    parts.swap_remove(*index)
                }
                (Step::Computed(index), Val::Array(parts)) => self.picked(parts, *index),
                (Step::Known(_) | Step::Computed(_), Val::View(view)) => {
                    let index = self.index_of(step);
                    self.element_of(&view, index)
                }
                (Step::Field(part), value) => self.part_of(&value, part),
                _ => Val::Poison,
            };
        }
        value
    }

    /// Replaces what a place holds.
    pub(super) fn write(&mut self, place: &Place, value: Val, at: &impl ToTokens) {
        let root = self.scopes.get(place.variable).value.clone();
        let name = self.scopes.get(place.variable).name.clone();
        let is_changed = self.changed_arrays.iter().any(|(_, variable)| *variable == place.variable);
        if let (Val::View(view), true, []) = (&root, is_changed, &place.path[..])
            && !matches!(value, Val::View(_) | Val::Poison)
        {
            // What is left in a parameter is an array.
            match self.stored_in(view, &value) {
                Some(array) => self.scopes.assign(place.variable, Val::View(view.of(array))),
                None => self.errors.report(
                    at,
                    "this array cannot be assigned to the parameter at once; assign its elements one by one",
                ),
            }
            return;
        }
        if let Some(value) = self.replaced(root, &place.path, value, &name, at) {
            self.scopes.assign(place.variable, value);
        }
    }

    fn replaced(
        &mut self,
        old: Val,
        path: &[Step],
        value: Val,
        name: &str,
        at: &impl ToTokens,
    ) -> Option<Val> {
        let Some((step, rest)) = path.split_first() else {
            let value = self.stored(&old, value);
            self.name_parts(&value, name);
            return Some(value);
        };
        match (step, old) {
            (Step::Known(index), Val::Tuple(mut parts)) => {
                let part = std::mem::replace(&mut parts[*index], Val::Poison);
                parts[*index] = self.replaced(part, rest, value, &format!("{name}_{index}"), at)?;
                Some(Val::Tuple(parts))
            }
            (Step::Known(index), Val::Array(mut parts)) => {
                let part = std::mem::replace(&mut parts[*index], Val::Poison);
                parts[*index] = self.replaced(part, rest, value, &format!("{name}_{index}"), at)?;
                Some(Val::Array(parts))
            }
            (Step::Field(part), old) => {
                let field = self.part_of(&old, part);
                let named = format!("{name}_{}", part.trim_matches(['.', '[', ']']));
                let field = self.replaced(field, rest, value, &named, at)?;
                let mut record = match old {
                    Val::Struct(record) => record,
                    old => Record::changed(old),
                };
                record.set(part, field);
                Some(Val::Struct(record))
            }
            (Step::Known(_) | Step::Computed(_), Val::View(view)) => {
                if path.iter().any(|step| matches!(step, Step::Field(_))) {
                    self.errors.report(
                        at,
                        "a struct in an array that is indexed at run time, in a loop that is not unrolled, cannot be \
                         changed; keep an array for each field",
                    );
                    return None;
                }
                let mut part = Some(view.clone());
                for step in path {
                    part = part.and_then(|part| match step {
                        Step::Known(number) if part.is_tuple() => part.components().into_iter().nth(*number),
                        step => {
                            let index = self.index_of(step);
                            self.place_in(&part, index)
                        }
                    });
                }
                let Some(array) = part.and_then(|part| self.stored_in(&part, &value)) else {
                    self.errors.report(
                        at,
                        "this part of the array cannot be assigned at once; assign its floats one by one",
                    );
                    return None;
                };
                self.builder.name(array, name);
                Some(Val::View(view.of(array)))
            }
            (Step::Computed(index), Val::Array(parts)) => {
                self.prefer_whole_arrays(&parts);
                self.assert_in_bounds(*index, parts.len());
                let mut replaced = Vec::new();
                for (position, part) in parts.into_iter().enumerate() {
                    let new =
                        self.replaced(part.clone(), rest, value.clone(), &format!("{name}_{position}"), at)?;
                    replaced.push(self.chosen(*index, position, new, part));
                }
                Some(Val::Array(replaced))
            }
            _ => {
                self.errors.report(at, "this part of the variable has no value yet; assign the whole first");
                None
            }
        }
    }

    /// A new value for a variable: a float stays one, whatever opaque constant is assigned to it.
    fn stored(&mut self, old: &Val, new: Val) -> Val {
        match (old, new) {
            (Val::Node(old), Val::Node(new)) if self.is_whole(*old) && self.is_whole(new) => {
                self.kinds.join(Subject::Value(*old), Subject::Value(new));
                Val::Node(new)
            }
            (Val::Struct(_), Val::Node(new)) if self.is_whole(new) => {
                self.note_whole(new);
                Val::Node(new)
            }
            (Val::Node(old), Val::Struct(new)) if self.is_whole(*old) => {
                self.note_whole(*old);
                Val::Struct(new)
            }
            (Val::Node(old), Val::Node(new)) if self.ty(*old).is_real() => {
                let new = self.real(new);
                self.same_type(&[*old, new]);
                Val::Node(new)
            }
            (Val::Array(old), Val::Array(new)) if old.len() == new.len() => {
                Val::Array(old.iter().zip(new).map(|(old, new)| self.stored(old, new)).collect())
            }
            (Val::Tuple(old), Val::Tuple(new)) if old.len() == new.len() => {
                Val::Tuple(old.iter().zip(new).map(|(old, new)| self.stored(old, new)).collect())
            }
            (Val::Array(_) | Val::Tuple(_), new @ (Val::Node(_) | Val::Struct(_))) => {
                let (count, is_tuple) = old.list_form().unwrap_or_default();
                let parts = self.parts_of(&new, count, is_tuple);
                self.stored(old, Val::list_of(parts, is_tuple))
            }
            (_, new) => new,
        }
    }

    fn index_of(&mut self, step: &Step) -> ValueId {
        match step {
            Step::Computed(index) => *index,
            Step::Known(position) => self.size_node(*position),
            Step::Field(_) => unreachable!("arrays of floats have no fields"),
        }
    }

    /// Mutable references to the parts of what a place holds.
    pub(super) fn places_within(&mut self, place: &Place) -> Option<Vec<Val>> {
        match self.read(place) {
            Val::Array(parts) | Val::Tuple(parts) => {
                Some((0..parts.len()).map(|index| Val::Place(place.clone().at(index))).collect())
            }
            _ => None,
        }
    }

    /// The position that a known index means, if there is one.
    pub(super) fn position(&self, index: &Val, length: usize, at: &impl ToTokens) -> Option<usize> {
        let known = self.known(index)?;
        let position = usize::try_from(known.value).ok().filter(|&position| position < length);
        if position.is_none() {
            self.errors.report(
                at,
                format_args!(
                    "index out of bounds: the length is {length} and the index is {}; stay below the length",
                    known.value
                ),
            );
        }
        position
    }

    /// The element of an array whose index is only known at run time.
    pub(super) fn picked(&mut self, mut parts: Vec<Val>, index: ValueId) -> Val {
        self.prefer_whole_arrays(&parts);
        for part in &mut parts {
            if let Val::View(view) = part
                && let Some(elements) = self.listed(view)
            {
                *part = Val::Array(elements);
            }
        }
        if let Some((count, is_tuple)) = parts.iter().find_map(Val::list_form) {
            let lists: Vec<Vec<Val>> =
                parts.iter().map(|part| self.parts_of(part, count, is_tuple)).collect();
            let columns = (0..count).map(|column| {
                let column = lists.iter().map(|list| list[column].clone()).collect();
                self.picked(column, index)
            });
            return Val::list_of(columns.collect(), is_tuple);
        }
        if parts.iter().any(|part| self.is_struct(part)) {
            self.assert_in_bounds(index, parts.len());
            let mut parts = parts.into_iter().enumerate();
            let first = parts.next().map_or(Val::Poison, |(_, first)| first);
            return parts.fold(first, |found, (position, part)| self.chosen(index, position, part, found));
        }
        let nodes: Option<Vec<ValueId>> = parts
            .iter()
            .map(|part| match part {
                Val::Node(id) => Some(*id),
                _ => None,
            })
            .collect();
        let Some(mut nodes) = nodes.filter(|nodes| !nodes.is_empty()) else {
            if !parts.iter().any(Val::is_poisoned) && self.errors.is_empty() {
                self.errors.report(
                    &self.signature.name,
                    "an element of a list is taken at an index that is only known at run time, and the elements are no \
                     numbers; keep them in an array of numbers",
                );
            }
            return Val::Poison;
        };
        for &id in &nodes {
            self.make_real(id, None);
        }
        if !nodes.iter().any(|&id| self.ty(id).is_real()) {
            return match self.node(&Val::Array(std::mem::take(&mut parts))) {
                Some(array) => self.opaque_element(array, index),
                None => Val::Poison,
            };
        }
        for id in &mut nodes {
            *id = self.real(*id);
        }
        self.same_type(&nodes);
        self.assert_in_bounds(index, nodes.len());
        let varied = nodes.iter().any(|&id| self.is_varied(id));
        let id = self.builder.pick(index, nodes);
        self.set_varied(id, varied);
        Val::Node(id)
    }

    /// `new` if the index equals the position, otherwise `old`.
    fn chosen(&mut self, index: ValueId, position: usize, new: Val, old: Val) -> Val {
        match (new, old) {
            (Val::Node(new), Val::Node(old)) if new == old => Val::Node(old),
            (Val::Node(new), Val::Node(old)) => {
                if !self.ty(new).is_real() {
                    return self.either(index, position, Val::Node(new), Val::Node(old));
                }
                let Val::Node(position) = self.size(position) else { return Val::Poison };
                let condition = self.builder.compare(Comparison::Equal, index, position);
                let varied = self.is_varied(new) || self.is_varied(old);
                let id = self.builder.select(condition, new, old);
                self.set_varied(id, varied);
                Val::Node(id)
            }
            (Val::Tuple(new), Val::Tuple(old)) => Val::Tuple(self.all_chosen(index, position, new, old)),
            (Val::Array(new), Val::Array(old)) => Val::Array(self.all_chosen(index, position, new, old)),
            (new, old) => self.either(index, position, new, old),
        }
    }

    /// [`Self::chosen`] of values that stand in different forms, or are no numbers.
    fn either(&mut self, index: ValueId, position: usize, new: Val, old: Val) -> Val {
        let Val::Node(position) = self.size(position) else { return Val::Poison };
        let condition = self.builder.compare(Comparison::Equal, index, position);
        let arms = [new, old].map(|value| ArmSource::going_on(move |_| value));
        self.branch(Test::Bool, condition, arms.into())
    }

    fn all_chosen(&mut self, index: ValueId, position: usize, new: Vec<Val>, old: Vec<Val>) -> Vec<Val> {
        new.into_iter().zip(old).map(|(new, old)| self.chosen(index, position, new, old)).collect()
    }

    /// Panics as an index out of bounds does, once for an index in a region.
    fn assert_in_bounds(&mut self, index: ValueId, length: usize) {
        if !self.checked_indices.insert((self.builder.current(), index, length)) {
            return;
        }
        let number = Literal::usize_unsuffixed(length);
        let message = Literal::string("index out of bounds: the len is {} but the index is {}");
        let condition = vec![
            Piece::Hole(0, Precedence::Postfix),
            Piece::Tokens(quote!(< #number, #message, #number,)),
            Piece::Hole(0, Precedence::Lowest),
        ];
        let pieces =
            vec![Piece::Tokens(quote!(::core::assert!)), Piece::Group(Delimiter::Parenthesis, condition)];
        let opaque = Opaque { pieces, precedence: Precedence::Postfix, annotation: None, key: None };
        self.builder.effect(Rc::new(opaque), vec![index]);
    }
}

impl Place {
    /// All of a variable.
    pub(super) fn of(variable: VariableId) -> Self {
        Self { variable, path: Vec::new() }
    }

    pub(super) fn at(self, index: usize) -> Self {
        self.then(Step::Known(index))
    }

    /// The place that this is an element of, if it is one.
    pub(super) fn around(&self) -> Option<Self> {
        let (last, path) = self.path.split_last()?;
        matches!(last, Step::Known(_)).then(|| Self { variable: self.variable, path: path.to_vec() })
    }

    pub(super) fn at_computed(self, index: ValueId) -> Self {
        self.then(Step::Computed(index))
    }

    fn then(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }
}
