//! Structs: literals, fields, and values whose fields have been assigned. A struct that the program builds is a
//! list of fields here; it becomes one value of the graph where it is passed on as a whole.

use std::rc::Rc;

use proc_macro2::{Literal as Number, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{ExprStruct, Pat, PatStruct, PatTupleStruct, Path, Type};

use super::{Lowerer, Val};
use crate::graph::{Builder, Form, Leaf, Literal, Member, Op, Ty, ValueId, WholeOp};
use crate::signature::Shape;

/// A struct of known fields, and the value that the others are from.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Record {
    /// The number of the path that the literal names; none for a value of which some parts have been replaced.
    path: Option<usize>,
    /// Parts by how they are reached: `.mass`, `[2]`.
    pub(super) fields: Vec<(Rc<str>, Val)>,
    pub(super) base: Option<Box<Val>>,
}

impl Record {
    /// A value with some parts replaced.
    pub(super) fn changed(base: Val) -> Self {
        Self { path: None, fields: Vec::new(), base: Some(Box::new(base)) }
    }

    pub(super) fn get(&self, part: &str) -> Option<&Val> {
        self.fields.iter().find(|(name, _)| &**name == part).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, part: &str, value: Val) {
        match self.fields.iter_mut().find(|(name, _)| &**name == part) {
            Some((_, field)) => *field = value,
            None => self.fields.push((Rc::from(part), value)),
        }
    }

    /// Whether it has all fields of its type.
    pub(super) fn is_complete(&self) -> bool {
        self.path.is_some() && self.base.is_none()
    }

    /// The same struct with other values in its fields.
    pub(super) fn with_fields(&self, values: Vec<Val>) -> Self {
        let names = self.fields.iter().map(|(name, _)| Rc::clone(name));
        Self { path: self.path, fields: names.zip(values).collect(), base: self.base.clone() }
    }

    /// Every value in it.
    pub(super) fn values(&self) -> impl Iterator<Item = &Val> {
        self.fields.iter().map(|(_, value)| value).chain(self.base.as_deref())
    }

    /// The same struct with what `change` makes of its values.
    pub(super) fn with(&self, mut change: impl FnMut(&Val) -> Option<Val>) -> Option<Self> {
        let fields = self.fields.iter().map(|(name, value)| Some((Rc::clone(name), change(value)?)));
        let fields = fields.collect::<Option<Vec<_>>>()?;
        let base = match &self.base {
            Some(base) => Some(Box::new(change(base)?)),
            None => None,
        };
        Some(Self { path: self.path, fields, base })
    }

    /// Whether two structs have the same fields, in whatever order they are written.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.path == other.path
            && self.base.is_some() == other.base.is_some()
            && self.fields.len() == other.fields.len()
            && self.fields.iter().all(|(name, _)| other.get(name).is_some())
    }
}

/// How a field is reached.
pub(super) fn field_key(member: &syn::Member) -> String {
    match member {
        syn::Member::Named(name) => format!(".{name}"),
        syn::Member::Unnamed(index) => format!(".{}", index.index),
    }
}

/// How an element is reached.
pub(super) fn element_key(index: usize) -> String {
    format!("[{index}]")
}

/// The tokens that a part is reached by.
fn tokens_of(part: &str) -> TokenStream {
    match part.strip_prefix('[') {
        Some(index) => {
            let index: usize = index.trim_end_matches(']').parse().unwrap_or(0);
            let index = Number::usize_unsuffixed(index);
            quote!([#index])
        }
        None => {
            let name = part.trim_start_matches('.');
            match name.parse::<u32>() {
                Ok(number) => {
                    let index = syn::Index::from(number as usize);
                    quote!(.#index)
                }
                Err(_) => {
                    let name = crate::names::field(name);
                    quote!(.#name)
                }
            }
        }
    }
}

impl Lowerer<'_> {
    /// `State { x: a, ..base }`.
    pub(super) fn struct_literal(&mut self, literal: &ExprStruct) -> Val {
        self.expected = None;
        let mut fields = Vec::new();
        for field in &literal.fields {
            let value = self.expression(&field.expr);
            if value.is_poisoned() {
                return value;
            }
            fields.push((Rc::from(field_key(&field.member)), value));
        }
        let base = match &literal.rest {
            Some(rest) => {
                let value = self.expression(rest);
                if value.is_poisoned() {
                    return value;
                }
                if let Val::Node(id) = value {
                    self.note_whole(id);
                }
                Some(Box::new(value))
            }
            None => None,
        };
        Val::Struct(Record { path: Some(self.struct_path(&literal.path)), fields, base })
    }

    /// `Vector(a, b)`.
    pub(super) fn tuple_struct(&mut self, path: &Path, values: Vec<Val>) -> Val {
        let fields =
            values.into_iter().enumerate().map(|(number, value)| (Rc::from(format!(".{number}")), value));
        Val::Struct(Record { path: Some(self.struct_path(path)), fields: fields.collect(), base: None })
    }

    fn struct_path(&mut self, path: &Path) -> usize {
        let text = path.to_token_stream().to_string();
        let known = self.struct_paths.iter().position(|known| known.to_string() == text);
        known.unwrap_or_else(|| {
            self.struct_paths.push(path.to_token_stream());
            self.struct_paths.len() - 1
        })
    }

    /// A part of a struct: of one that the program builds, or of a value of the graph.
    pub(super) fn part_of(&mut self, value: &Val, part: &str) -> Val {
        match value {
            Val::Struct(record) => {
                if let Some(value) = record.get(part) {
                    return value.clone();
                }
                match record.base.clone() {
                    Some(base) => self.part_of(&base, part),
                    None => Val::Poison,
                }
            }
            Val::Node(id) => self.member(*id, &Member::of(tokens_of(part)), &[]),
            Val::Place(place) => {
                let value = self.read(place);
                self.part_of(&value, part)
            }
            _ => Val::Poison,
        }
    }

    /// A member of a whole value. Members of members are members of the whole.
    pub(super) fn member(&mut self, whole: ValueId, member: &Member, indices: &[ValueId]) -> Val {
        self.note_whole(whole);
        let value = self.builder.graph().value(whole).clone();
        let (member, operands) = match &value.op {
            Op::Whole(WholeOp::Member(outer)) => {
                let operands = value.operands.iter().chain(indices).copied().collect();
                (outer.then(member), operands)
            }
            _ => (member.clone(), std::iter::once(whole).chain(indices.iter().copied()).collect()),
        };
        let varied = self.is_varied(whole);
        let member_key = Rc::clone(&member.key);
        let make = |builder: &mut Builder| builder.member(Rc::new(member), operands, Ty::Whole);
        // A field of what a loop does not change is read before the loop, so that the loop uses it rather than the whole.
        let region = self.builder.graph().value(whole).region;
        let is_field = !member_key.contains('[');
        let id = if self.rolled_depth > 0 && is_field {
            self.builder.within(region, make)
        } else {
            make(&mut self.builder)
        };
        self.set_varied(id, varied);
        Val::Node(id)
    }

    /// The struct as one value.
    pub(super) fn whole_of(&mut self, record: &Record) -> Option<ValueId> {
        let (op, operands) = self.literal_op(record)?;
        let varied = operands.iter().any(|&id| self.is_varied(id));
        let id = self.builder.whole(op, operands, Ty::Whole);
        self.set_varied(id, varied);
        self.note_whole(id);
        Some(id)
    }

    /// An element whose index is only known at run time.
    pub(super) fn computed_element(&mut self, array: ValueId, position: &Val) -> Val {
        match self.node(position) {
            Some(position) => self.member(array, &Member::computed_element(), &[position]),
            None => Val::Poison,
        }
    }

    /// A value that a `let` gives a type.
    pub(super) fn annotate_whole(&mut self, id: ValueId, ty: &Type) -> Val {
        match self.signature.shape(&self.with_known_lengths(ty)) {
            Shape::Scalar(scalar) => {
                self.make_real(id, Some(scalar));
                Val::Node(id)
            }
            Shape::Reference(inner) => match (&*inner, ty) {
                (Shape::Struct(_), _) => {
                    self.note_whole(id);
                    Val::Node(id)
                }
                (_, Type::Reference(reference)) => self.annotate_whole(id, &reference.elem),
                _ => Val::Node(id),
            },
            Shape::Tuple(parts) => {
                let parts = self.members_of(&Val::Node(id), parts.len(), true);
                self.annotate(Val::Tuple(parts), ty)
            }
            Shape::Array(_, length) => {
                let Some(length) = length.known() else {
                    self.errors.report(
                        ty,
                        "an array of generic length that a call returns or a struct has is not supported as a value; \
                         write its length as a number, or write out in this function what computes its elements",
                    );
                    return Val::Poison;
                };
                let parts = self.members_of(&Val::Node(id), length, false);
                self.annotate(Val::Array(parts), ty)
            }
            Shape::Struct(_) => {
                self.note_whole(id);
                Val::Node(id)
            }
            Shape::Slice(_) => Val::Node(id),
            Shape::Constant | Shape::Unsupported(_) if matches!(ty, Type::Infer(_)) => Val::Node(id),
            Shape::Constant | Shape::Unsupported(_) => self.annotated(id, quote!(#ty)),
        }
    }

    /// The components of a tuple, or the elements of an array, that a call returns or a struct has.
    pub(super) fn members_of(&mut self, value: &Val, count: usize, is_tuple: bool) -> Vec<Val> {
        let key = |number| if is_tuple { format!(".{number}") } else { element_key(number) };
        (0..count).map(|number| self.part_of(value, &key(number))).collect()
    }

    /// The operation that makes the struct, and its operands.
    fn literal_op(&mut self, record: &Record) -> Option<(WholeOp, Vec<ValueId>)> {
        let mut operands = Vec::new();
        let mut fields = Vec::new();
        for (part, value) in &record.fields {
            let form = self.field_form(value, &mut operands)?;
            fields.push((tokens_of(part), form));
        }
        if let Some(base) = &record.base {
            let base = self.node(base)?;
            self.note_whole(base);
            operands.push(base);
        }
        let path = record.path.map(|number| self.struct_paths[number].clone());
        let shown: Vec<String> = fields.iter().map(|(name, form)| format!("{name}: {form:?}")).collect();
        let path_text = path.as_ref().map(ToString::to_string).unwrap_or_default();
        let key = Rc::from(format!("{path_text} {} {}", shown.join(" "), record.base.is_some()));
        let literal = Literal { path, fields, has_base: record.base.is_some(), key };
        Some((WholeOp::Literal(Rc::new(literal)), operands))
    }

    fn field_form(&mut self, value: &Val, operands: &mut Vec<ValueId>) -> Option<Form> {
        Some(match value {
            Val::Tuple(parts) => {
                Form::Tuple(parts.iter().map(|part| self.field_form(part, operands)).collect::<Option<_>>()?)
            }
            Val::Array(parts) => {
                Form::Array(parts.iter().map(|part| self.field_form(part, operands)).collect::<Option<_>>()?)
            }
            value => {
                let id = self.node(value)?;
                operands.push(id);
                let carries = self.ty(id).is_real() || self.is_whole(id);
                Form::Leaf(if carries { Leaf::Float } else { Leaf::Constant })
            }
        })
    }

    /// `let State { x, v } = value`.
    pub(super) fn bind_struct(&mut self, pattern: &PatStruct, value: &Val) {
        for field in &pattern.fields {
            let part = self.field_of(value.clone(), &field.member);
            self.bind(&field.pat, part);
        }
    }

    /// `let Vector(x, y) = value`.
    pub(super) fn bind_tuple_struct(&mut self, pattern: &PatTupleStruct, value: &Val) {
        let count = pattern.elems.len();
        for (number, part) in pattern.elems.iter().enumerate() {
            let is_end = matches!(part, Pat::Rest(_)) && number + 1 == count;
            if !is_end {
                let index = syn::Index { span: part.span(), ..syn::Index::from(number) };
                let member = syn::Member::Unnamed(index);
                let value = self.field_of(value.clone(), &member);
                self.bind(part, value);
            }
        }
    }
}
