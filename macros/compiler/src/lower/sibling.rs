//! Calls of functions that have siblings: other annotated functions, functions whose derivatives are written by
//! hand, and the siblings themselves, which are differentiated by those of the next order.

use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Expr, ExprMethodCall, ExprPath, Type};

use super::kinds::Subject;
use super::{Lowerer, Val};
use crate::graph::{Call, Callee, Form, Leaf, Sibling, Ty, ValueId};
use crate::mode::Mode;
use crate::signature::Shape;

/// What calls of siblings are of, by what follows the name of the function.
const SIBLINGS: &[(&str, Sibling)] =
    &[("_value_and_grad", Sibling::ValueAndGrad), ("_grad", Sibling::Grad), ("_jvp", Sibling::Jvp)];

/// Siblings whose derivatives would take a third order.
const UNDIFFERENTIATED: &[&str] = &[
    "_add_grad",
    "_add_vjp",
    "_vjp",
    "_value_and_jacobian",
    "_jacobian",
    "_value_grad_and_hessian",
    "_hessian",
    "_hvp",
];

impl Lowerer<'_> {
    /// A call of a function, by path, through which a derivative passes.
    pub(super) fn sibling_call(
        &mut self,
        path: &ExprPath,
        written: &[&Expr],
        arguments: &[Val],
        expected: Option<&Type>,
    ) -> Val {
        let Some((before, name, after)) = parts_of(path) else { return Val::Poison };
        let callee = |name: Ident| Callee::Path { before: before.clone(), name, after: after.clone() };
        self.called(callee, &name, written, arguments, expected, path)
    }

    /// A call of a method through which a derivative passes.
    pub(super) fn sibling_method(
        &mut self,
        call: &ExprMethodCall,
        operands: &[Val],
        expected: Option<&Type>,
    ) -> Val {
        let after = call.turbofish.to_token_stream();
        let callee = |name: Ident| Callee::Method { name, after: after.clone() };
        let written: Vec<&Expr> = std::iter::once(&*call.receiver).chain(&call.args).collect();
        self.called(callee, &call.method, &written, operands, expected, &call.method)
    }

    fn called(
        &mut self,
        callee: impl Fn(Ident) -> Callee,
        name: &Ident,
        written: &[&Expr],
        values: &[Val],
        expected: Option<&Type>,
        at: &impl ToTokens,
    ) -> Val {
        let text = name.to_string();
        if let Some(suffix) = UNDIFFERENTIATED.iter().find(|suffix| text.ends_with(*suffix)) {
            let function = text.strip_suffix(suffix).unwrap_or(&text);
            self.errors.report(
                at,
                format_args!(
                    "`{text}` is not differentiated; the siblings whose derivatives are known are `{function}_grad`, \
                     `{function}_value_and_grad` and `{function}_jvp`, call one of these"
                ),
            );
            return Val::Poison;
        }
        let found = SIBLINGS.iter().find(|(suffix, _)| text.ends_with(suffix) && text.len() > suffix.len());
        let (suffix, sibling) = found.copied().unwrap_or(("", Sibling::Primal));
        if sibling != Sibling::Primal && matches!(self.mode, Mode::Hvp | Mode::Hessian) {
            self.errors.report(
                at,
                format_args!(
                    "the second derivative of `{text}` is a third derivative, which is not supported; differentiate \
                     this function once, with `#[grad]`, `#[vjp]` or `#[jvp]`"
                ),
            );
            return Val::Poison;
        }
        let base = Ident::new(text.strip_suffix(suffix).unwrap_or(&text), name.span());
        let is_itself = base == self.signature.name;
        let callee = callee(base);
        let is_method = matches!(callee, Callee::Method { .. });
        let Some(mut list) = self.arguments(values, written, is_method, at) else { return Val::Poison };
        if sibling != Sibling::Primal && list.forms.iter().any(|form| form.as_part().is_some()) {
            self.errors.report(
                at,
                format_args!(
                    "`{text}` is passed an array or slice, and no sibling gives the second derivatives by its elements; \
                     write out in this function what it does"
                ),
            );
            return Val::Poison;
        }
        if sibling == Sibling::Jvp {
            if list.split(self.builder.graph()).is_none() {
                self.errors.report(
                    at,
                    format_args!(
                        "`{text}` takes the arguments of the function and then a tangent for each of them that \
                         carries floats; pass both"
                    ),
                );
                return Val::Poison;
            }
        } else if sibling != Sibling::Primal {
            let entries = expected.and_then(|ty| entries_of(sibling, ty));
            list.decide(self.builder.graph(), entries);
        }
        // A function that calls itself returns what its signature says.
        let own = self.signature.result_type.clone().filter(|_| is_itself);
        let expected = expected.filter(|ty| !is_inferred(ty)).or(own.as_ref());
        let result = match expected.map(|ty| self.signature.shape(ty)) {
            Some(Shape::Tuple(shapes)) if sibling == Sibling::Primal => form_of(&Shape::Tuple(shapes)),
            Some(shape @ Shape::Array(..)) if sibling == Sibling::Primal => form_of(&shape),
            _ => None,
        };
        let result = result.unwrap_or(Form::FLOAT);
        let key = Rc::from(format!("{} {:?} {result:?}", callee_text(&callee), list.forms));
        let call = Call { callee, sibling, arguments: list.forms, result, added: Vec::new(), key };
        self.note_arguments(&call, &list.operands);
        if sibling == Sibling::Jvp {
            self.note_tangents(&call, &list.operands);
        }
        if call.is_value() {
            self.value_of(call, list.operands, expected)
        } else {
            self.parts_of_call(call, list.operands, expected)
        }
    }

    /// A call whose value is not taken apart here.
    fn value_of(&mut self, call: Call, operands: Vec<ValueId>, expected: Option<&Type>) -> Val {
        let varied = operands.iter().any(|&id| self.is_varied(id));
        let function = callee_text(&call.callee);
        let hint = self.description(&call, &operands);
        let id = self.builder.call(Rc::new(call), operands, Ty::Whole);
        self.set_varied(id, varied);
        // The same call may have been taken apart before.
        if let Some(call) = self.builder.graph().call(id).filter(|call| !call.is_value()).cloned() {
            return self.arranged(id, &call.result, &mut 0, &[], varied);
        }
        self.builder.hint(id, &hint);
        self.kinds.join(Subject::Value(id), Subject::Result(function));
        match expected.map(|ty| self.signature.shape(ty)) {
            Some(Shape::Scalar(scalar)) => self.make_real(id, Some(scalar)),
            Some(Shape::Struct(_)) => self.note_whole(id),
            _ => {}
        }
        Val::Node(id)
    }

    /// Takes apart what a call returns, as a pattern of this form does. `None` if it is no call that was just made.
    pub(super) fn taken_apart(&mut self, id: ValueId, form: Form) -> Option<Vec<Val>> {
        let call = self.builder.graph().call(id)?;
        let is_new = call.is_value() && self.builder.graph().ids().last() == Some(id);
        if !is_new {
            return None;
        }
        self.builder.take_apart(id, form.clone());
        match self.arranged(id, &form, &mut 0, &[], self.is_varied(id)) {
            Val::Tuple(parts) | Val::Array(parts) => Some(parts),
            _ => None,
        }
    }

    /// A call whose results are known to be several.
    fn parts_of_call(&mut self, call: Call, operands: Vec<ValueId>, expected: Option<&Type>) -> Val {
        let varied = operands.iter().any(|&id| self.is_varied(id));
        let call = Rc::new(call);
        let id = self.builder.call(Rc::clone(&call), operands.clone(), Ty::Unit);
        self.set_varied(id, varied);
        let floats: Vec<ValueId> = call
            .floats()
            .into_iter()
            .zip(&operands)
            .filter_map(|(is_float, &id)| is_float.then_some(id))
            .collect();
        let mut number = 0;
        let components: Vec<Val> = match call.sibling {
            Sibling::Primal => {
                let shape = expected.map(|ty| self.signature.shape(ty));
                let mut types = Vec::new();
                if let Some(shape) = &shape {
                    types_of(shape, &mut types);
                }
                vec![self.arranged(id, &call.result, &mut number, &types, varied)]
            }
            Sibling::Jvp => {
                let ty = self.types.fresh();
                let types = [ty, ty];
                (0..2).map(|_| self.arranged(id, &Form::FLOAT, &mut number, &types, varied)).collect()
            }
            _ => {
                let mut types: Vec<Ty> = Vec::new();
                let mut forms = call.returns();
                if call.sibling == Sibling::ValueAndGrad {
                    types.push(self.types.fresh());
                }
                for &float in &floats {
                    types.push(if self.ty(float).is_real() { self.ty(float) } else { Ty::Whole });
                }
                forms.drain(..).map(|form| self.arranged(id, &form, &mut number, &types, varied)).collect()
            }
        };
        for part in self.builder.graph().results(id).to_vec() {
            if self.is_whole(part) {
                self.note_whole(part);
            }
        }
        match <[Val; 1]>::try_from(components) {
            Ok([single]) => single,
            Err(components) => Val::Tuple(components),
        }
    }

    /// The parts of a call in the form of a component of what it returns.
    fn arranged(
        &mut self,
        call: ValueId,
        form: &Form,
        number: &mut usize,
        types: &[Ty],
        varied: bool,
    ) -> Val {
        match form {
            Form::Leaf(_) | Form::Part(_) => {
                let ty = types.get(*number).copied().unwrap_or(Ty::Whole);
                let id = self.builder.part(call, *number, ty);
                self.set_varied(id, varied);
                *number += 1;
                Val::Node(id)
            }
            Form::Reference(inner) => self.arranged(call, inner, number, types, varied),
            Form::Tuple(parts) => Val::Tuple(
                parts.iter().map(|part| self.arranged(call, part, number, types, varied)).collect(),
            ),
            Form::Array(parts) => Val::Array(
                parts.iter().map(|part| self.arranged(call, part, number, types, varied)).collect(),
            ),
        }
    }

    /// A tangent is of the kind of its argument.
    fn note_tangents(&mut self, call: &Call, operands: &[ValueId]) {
        let (arguments, tangents) = operands.split_at(call.arity());
        let floats = call.floats().into_iter().zip(arguments).filter(|(is_float, _)| *is_float);
        for ((_, &argument), &tangent) in floats.zip(tangents) {
            if self.ty(argument).is_real() || self.ty(tangent).is_real() {
                self.make_real(argument, None);
                self.make_real(tangent, None);
            } else {
                self.kinds.join(Subject::Value(argument), Subject::Value(tangent));
            }
        }
    }

    /// Arguments that are passed for one parameter are of one kind.
    fn note_arguments(&mut self, call: &Call, operands: &[ValueId]) {
        let function = callee_text(&call.callee);
        let mut leaves = Vec::new();
        for (argument, form) in call.arguments.iter().enumerate() {
            let is_reference = matches!(form, Form::Reference(_));
            let start = leaves.len();
            form.leaves(&mut leaves);
            for position in start..leaves.len() {
                let number = position - start;
                let (id, subject) =
                    (operands[position], Subject::Argument(function.clone(), argument, number));
                if leaves[position] == Leaf::Constant {
                    continue;
                }
                if self.is_whole(id) {
                    let is_direct =
                        matches!(form, Form::Leaf(_) | Form::Reference(_)) && leaves.len() == start + 1;
                    if is_reference && is_direct
                        || matches!((&call.callee, argument), (Callee::Method { .. }, 0))
                    {
                        self.note_whole(id);
                    }
                    self.kinds.join(subject, Subject::Value(id));
                } else if self.ty(id).is_real() {
                    self.note_real(subject);
                }
            }
        }
    }

    /// Notes what the parameters of the function itself are, for where it calls itself.
    pub(super) fn note_own_parameters(&mut self) {
        let name = &self.signature.name;
        for (position, parameter) in self.signature.parameters.iter().enumerate() {
            let shape = match &parameter.shape {
                Shape::Reference(inner) => inner,
                shape => shape,
            };
            let is_alone = matches!(shape, Shape::Scalar(_) | Shape::Struct(_));
            for function in [name.to_string(), format!(".{name}")] {
                let subject = Subject::Argument(function, position, 0);
                if is_alone {
                    self.kinds.note(subject, matches!(shape, Shape::Struct(_)));
                }
            }
        }
    }

    /// What to call the value of a call should it need a name.
    fn description(&self, call: &Call, operands: &[ValueId]) -> String {
        let function = call.callee.name();
        let first = operands.first().and_then(|&id| self.builder.graph().value(id).note.name.clone());
        match (first, &call.callee) {
            (Some(name), Callee::Path { .. }) if call.arity() == 1 => format!("{function}_{name}"),
            _ => format!("{function}_value"),
        }
    }

    /// Refuses, in modes of second order, calls whose second derivatives no sibling gives.
    pub(super) fn check_second_order(&mut self) {
        if !matches!(self.mode, Mode::Hvp | Mode::Hessian) {
            return;
        }
        let graph = self.builder.graph();
        let found: Vec<Ident> = graph
            .ids()
            .filter(|&id| self.is_varied(id))
            .filter_map(|id| {
                let call = graph.call(id)?;
                let has_parts = !call.is_value() || graph.value(id).ty == Ty::Whole;
                has_parts.then(|| call.callee.name_token().clone())
            })
            .collect();
        if self.mode == Mode::Hessian {
            let through_structs: Vec<Ident> = graph
                .ids()
                .filter_map(|id| Some((id, graph.call(id)?)))
                .filter(|(id, _)| {
                    graph.value(*id).operands.iter().any(|&id| self.is_whole(id) && self.is_varied(id))
                })
                .map(|(_, call)| call.callee.name_token().clone())
                .collect();
            for name in through_structs {
                self.errors.report(
                    &name,
                    format_args!(
                        "`{name}` is passed a struct, which a Hessian is not computed through; pass the floats, or use \
                         `#[hvp]`"
                    ),
                );
            }
        }
        for name in found {
            self.errors.report(
                &name,
                format_args!(
                    "`{name}` returns several numbers, and no sibling gives the second derivatives of such a function; \
                     make it a closure in this function, or return one number"
                ),
            );
        }
    }
}

/// How many entries the gradient in a sibling's result has, where this is the type of the result.
fn entries_of(sibling: Sibling, ty: &Type) -> Option<usize> {
    match (sibling, ty) {
        (_, Type::Infer(_)) => None,
        (Sibling::Grad, Type::Tuple(entries)) => Some(entries.elems.len()),
        (Sibling::Grad, _) => Some(1),
        (Sibling::ValueAndGrad, Type::Tuple(pair)) => entries_of(Sibling::Grad, pair.elems.get(1)?),
        _ => None,
    }
}

/// Whether a part of a type is left to inference.
fn is_inferred(ty: &Type) -> bool {
    match ty {
        Type::Infer(_) => true,
        Type::Tuple(tuple) => tuple.elems.iter().any(is_inferred),
        _ => false,
    }
}

fn parts_of(path: &ExprPath) -> Option<(TokenStream, Ident, TokenStream)> {
    let last = path.path.segments.last()?;
    let after = match &last.arguments {
        syn::PathArguments::None => TokenStream::new(),
        arguments => arguments.to_token_stream(),
    };
    let mut before = path.clone();
    before.path.segments.pop();
    let tokens = match &path.qself {
        Some(_) => before.to_token_stream(),
        None => before.path.to_token_stream(),
    };
    Some((tokens, last.ident.clone(), after))
}

/// The function as text that is equal for calls of one function.
fn callee_text(callee: &Callee) -> String {
    match callee {
        Callee::Path { before, name, after } => format!("{before}{name}{after}"),
        Callee::Method { name, after } => format!(".{name}{after}"),
    }
}

/// The form of a result of this shape, if it is made of reals and structs in tuples and arrays.
pub(super) fn form_of(shape: &Shape) -> Option<Form> {
    Some(match shape {
        Shape::Scalar(_) | Shape::Struct(_) => Form::FLOAT,
        Shape::Tuple(parts) if !parts.is_empty() => {
            Form::Tuple(parts.iter().map(form_of).collect::<Option<_>>()?)
        }
        Shape::Array(element, length) => Form::Array(vec![form_of(element)?; length.known()?]),
        Shape::Tuple(_) | Shape::Reference(_) | Shape::Slice(_) | Shape::Constant | Shape::Unsupported(_) => {
            return None;
        }
    })
}

fn types_of(shape: &Shape, found: &mut Vec<Ty>) {
    match shape {
        Shape::Scalar(scalar) => found.push(Ty::Real(*scalar)),
        Shape::Struct(_) => found.push(Ty::Whole),
        Shape::Tuple(parts) => parts.iter().for_each(|part| types_of(part, found)),
        Shape::Array(element, length) => {
            for _ in 0..length.known().unwrap_or(0) {
                types_of(element, found);
            }
        }
        Shape::Reference(_) | Shape::Slice(_) | Shape::Constant | Shape::Unsupported(_) => {}
    }
}
