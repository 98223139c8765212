//! Arrays that are one value as arguments of calls: all of one, or a row or a range of its elements.

use std::rc::Rc;

use quote::quote;
use syn::Expr;

use super::filled::Extent;
use super::opaque::Template;
use super::sequence::unwrapped;
use super::view::{View, shifted};
use super::{Lowerer, Val};
use crate::graph::{ArrayPart, Call, Form, Op, Piece, Precedence, Ty, ValueId};
use crate::mode::Mode;
use crate::signature::{LONGEST_LISTED, Length};

/// Whether an expression is a range of the elements of something, which is a slice.
fn is_range(written: &Expr) -> bool {
    match unwrapped(written) {
        Expr::Reference(reference) => match unwrapped(&reference.expr) {
            Expr::Index(indexed) => matches!(unwrapped(&indexed.index), Expr::Range(_)),
            inner => is_range(inner),
        },
        _ => false,
    }
}

impl Lowerer<'_> {
    /// Whether an argument is passed as an array that is one value, rather than as one value for each element.
    ///
    /// The siblings for second derivatives and matrices know elements only, so there all are listed that can be.
    pub(super) fn is_array_argument(&self, value: &Val, written: Option<&&Expr>) -> bool {
        let by_elements = matches!(self.mode, Mode::Hvp | Mode::Hessian | Mode::Jacobian);
        match value {
            Val::View(view) if by_elements => view.is_range() || !self.is_listed(view),
            Val::View(view) => {
                view.is_range() || view.known_length().is_none_or(|length| length > LONGEST_LISTED)
            }
            Val::Array(parts) if self.is_list_of_floats(value) => {
                (parts.len() > LONGEST_LISTED && !by_elements)
                    || written.is_some_and(|written| is_range(written))
            }
            _ => false,
        }
    }

    fn is_list_of_floats(&self, value: &Val) -> bool {
        let mut nodes = Vec::new();
        value.collect(&mut nodes);
        nodes.iter().any(|&id| self.ty(id).is_real() || self.is_whole(id))
    }

    /// An argument as an array that is one value, if it is an array.
    pub(super) fn array_argument(
        &mut self,
        value: &Val,
        is_reference: bool,
        operands: &mut Vec<ValueId>,
    ) -> Option<Form> {
        let view = match value {
            Val::View(view) => view.clone(),
            Val::Array(_) if self.is_list_of_floats(value) => self.array_of_list(value)?,
            _ => return None,
        };
        operands.extend(view.place());
        if let Some((start, length)) = view.range() {
            operands.extend([start, self.end_of_range(start, length)]);
        }
        let form = Form::Part(ArrayPart { path: Rc::clone(view.path()), is_range: view.is_range() });
        let is_slice = view.is_range() || view.is_slice();
        Some(if is_reference || is_slice { Form::Reference(Box::new(form)) } else { form })
    }

    /// An array of these elements that is one value.
    fn array_of_list(&mut self, list: &Val) -> Option<View> {
        let mut nodes = Vec::new();
        list.collect(&mut nodes);
        let nodes: Vec<ValueId> = nodes.into_iter().map(|id| self.real(id)).collect();
        self.same_type(&nodes);
        let zero = self.literal(self.ty(*nodes.first()?), "0.0");
        let Val::Array(elements) = list else { return None };
        let view = self.filled(
            &filled_with(elements.first()?, zero),
            Extent::Array(Length::of_number(elements.len())),
        )?;
        let mut array = view.array;
        for (position, element) in elements.iter().enumerate() {
            let index = self.size_node(position);
            array = self.stored_at(&view.of(array), &[index], element)?;
        }
        Some(view.of(array))
    }

    /// The index behind the last element of a range of so many elements.
    fn end_of_range(&mut self, start: ValueId, length: ValueId) -> ValueId {
        // The length was computed from the end mostly.
        let value = self.builder.graph().value(length);
        if let Op::Opaque(opaque) = &value.op
            && let [Piece::Hole(0, _), Piece::Tokens(minus), Piece::Hole(1, _)] = opaque.pieces.as_slice()
            && minus.to_string() == "-"
            && value.operands[1] == start
        {
            return value.operands[0];
        }
        self.integer_sum(start, length)
    }

    /// A part of a constant array as an expression: a range of elements by reference.
    pub(super) fn part_node(&mut self, view: &View) -> Option<ValueId> {
        let reference = view.is_range().then(|| quote!(&));
        let mut template = Template::new();
        if let Some(reference) = reference {
            template = template.tokens(reference);
        }
        template = template.hole(view.array, Precedence::Postfix);
        template.pieces.extend(shifted(&view.path().pieces));
        template.operands.extend(view.place().into_iter().skip(1));
        let precedence = match view.range() {
            Some((start, length)) => {
                let end = self.end_of_range(start, length);
                template = template.range(start, end);
                Precedence::Unary
            }
            None => Precedence::Postfix,
        };
        match self.opaque(template, precedence, Ty::Other) {
            Val::Node(id) => Some(id),
            _ => None,
        }
    }

    /// Refuses calls that are passed arrays where no sibling gives the derivative that the attribute asks for.
    pub(super) fn check_array_arguments(&mut self) {
        if !matches!(self.mode, Mode::Hvp | Mode::Hessian | Mode::Jvp) {
            return;
        }
        let graph = self.builder.graph();
        let calls = graph.ids().filter(|&id| self.is_varied(id)).filter_map(|id| Some((id, graph.call(id)?)));
        for (id, call) in calls.filter(|(_, call)| call.has_arrays()) {
            let name = call.callee.name_token();
            if self.mode != Mode::Jvp {
                self.errors.report(
                    name,
                    format_args!(
                        "`{name}` is passed an array or slice, and no sibling gives the second derivatives by its \
                         elements; write out in this function what it does, or differentiate with `#[grad]`"
                    ),
                );
            } else if self.passes_constant_slice(id, call) {
                self.errors.report(
                    name,
                    format_args!(
                        "`{name}` is passed a slice that is constant here, whose tangent would be a slice of as many \
                         zeros; differentiate by that slice as well, and pass zeros for its tangent, or write out in \
                         this function what `{name}` does"
                    ),
                );
            }
        }
    }

    /// Whether a call is passed a part of a slice that does not vary.
    fn passes_constant_slice(&self, id: ValueId, call: &Call) -> bool {
        let operands = &self.builder.graph().value(id).operands;
        call.arrays()
            .into_iter()
            .map(|position| operands[position])
            .any(|array| !self.is_varied(array) && !self.is_of_constant_length(array))
    }

    /// Whether an array was made in the function, or is a parameter that is no slice.
    fn is_of_constant_length(&self, array: ValueId) -> bool {
        let graph = self.builder.graph();
        match graph.value(array).op {
            Op::Parameter(number) => {
                self.parameters[number].array.as_ref().is_some_and(|array| array.is_copy)
            }
            Op::Filled(_) => true,
            Op::Load(_) => self.is_of_constant_length(graph.value(array).operands[0]),
            Op::Result(_) | Op::Argument(_) => {
                graph.origins(array).first().is_some_and(|&first| self.is_of_constant_length(first))
            }
            _ => graph.array_before(array).is_some_and(|before| self.is_of_constant_length(before)),
        }
    }
}

/// A value in the form of this one, with the same float everywhere.
fn filled_with(value: &Val, float: ValueId) -> Val {
    match value {
        Val::Array(parts) => Val::Array(parts.iter().map(|part| filled_with(part, float)).collect()),
        Val::Tuple(parts) => Val::Tuple(parts.iter().map(|part| filled_with(part, float)).collect()),
        _ => Val::Node(float),
    }
}
