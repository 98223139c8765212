//! What the function returns: the value of its body in the shape of its type.

use quote::{ToTokens, quote};

use super::control::{End, Exit};
use super::filled::Extent;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Left, Op, Precedence, Ty, ValueId};
use crate::signature::{Length, Shape};

impl Lowerer<'_> {
    /// Ends the function with the value of its body, or with what it returned before.
    pub(super) fn finish_body(&mut self, value: Val, block: &syn::Block) -> Option<Val> {
        let statements = &block.stmts;
        let end = match self.exit.take() {
            Some(Exit::Return(result)) => End::Returns(result),
            Some(Exit::Panic(id)) => End::Panics(id),
            Some(Exit::Leave) => return None,
            None => {
                // A bad result type has been reported; the tail need not be.
                self.signature.result.as_ref()?;
                if matches!(value, Val::Unit) {
                    let at =
                        statements.last().map_or_else(|| block.to_token_stream(), ToTokens::to_token_stream);
                    self.errors.report(
                        at,
                        "the body ends without a value; end it with the expression of the result",
                    );
                    return None;
                }
                let tail = statements.last().map(ToTokens::to_token_stream).unwrap_or_default();
                let result = self.result_of(&value, &tail)?;
                End::Returns(self.with_contents(result))
            }
        };
        match self.close_pending(end) {
            End::Returns(result) => {
                let result = self.without_contents(result);
                self.with_whole_structs(result)
            }
            End::Panics(_) => {
                let tail = statements.last().map(ToTokens::to_token_stream).unwrap_or_default();
                self.errors
                    .report(tail, "this function always panics, so it has no derivative; return a value");
                None
            }
            End::Falls { .. } | End::Leaves { .. } | End::Mixed { .. } => None,
        }
    }

    /// The result of the function, and behind it what is now in the arrays that it changes, if it changes any.
    pub(super) fn with_contents(&self, result: Val) -> Val {
        if self.changed_arrays.is_empty() {
            return result;
        }
        let contents =
            self.changed_arrays.iter().map(|(_, variable)| self.scopes.get(*variable).value.clone());
        Val::Tuple(std::iter::once(result).chain(contents).collect())
    }

    /// Leaves what is behind the result of the function in its parameters.
    fn without_contents(&mut self, returned: Val) -> Val {
        let mut parts = match returned {
            Val::Tuple(parts) if !self.changed_arrays.is_empty() => parts.into_iter(),
            result => return result,
        };
        let result = parts.next().unwrap_or(Val::Poison);
        let graph = self.builder.graph();
        let passes_arrays = graph.ids().map(|id| graph.value(id)).any(|value| {
            let is_array = |&id: &ValueId| graph.value(id).ty.is_array();
            matches!(value.op, Op::Call(_)) && value.operands.iter().any(is_array)
        });
        if passes_arrays {
            // Whether the other function changes them, its name does not say.
            self.errors.report(
                &self.signature.name,
                "a function that changes an array for its caller passes an array to another function, which is not \
                 supported; write the loop of that function here",
            );
        }
        for ((parameter, _), contents) in self.changed_arrays.clone().into_iter().zip(parts) {
            match contents {
                Val::View(view) if view.is_whole() => {
                    self.builder.leave_in(parameter, Left::Contents, view.array);
                }
                Val::Poison | Val::Never => {}
                _ => self.errors.report(
                    &self.signature.name,
                    "what the function leaves in a parameter cannot be seen; assign the elements one by one",
                ),
            }
        }
        result
    }

    /// The value with its structs as one node each.
    fn with_whole_structs(&mut self, value: Val) -> Option<Val> {
        let each = |lowerer: &mut Self, parts: Vec<Val>| {
            parts.into_iter().map(|part| lowerer.with_whole_structs(part)).collect::<Option<Vec<_>>>()
        };
        Some(match value {
            Val::Struct(record) => Val::Node(self.whole_of(&record)?),
            Val::Tuple(parts) => Val::Tuple(each(self, parts)?),
            Val::Array(parts) => Val::Array(each(self, parts)?),
            value => value,
        })
    }

    /// The value as the function's result: in the shape of its type, every part a real number.
    pub(super) fn result_of(&mut self, value: &Val, at: &impl ToTokens) -> Option<Val> {
        let signature = self.signature;
        self.shaped(value, signature.result.as_ref()?, at)
    }

    /// A value of this shape that is never looked at.
    pub(super) fn zeros(&mut self, shape: &Shape) -> Val {
        match shape {
            Shape::Scalar(scalar) => Val::Node(self.literal(Ty::Real(*scalar), "0.0")),
            Shape::Tuple(parts) => Val::Tuple(parts.iter().map(|part| self.zeros(part)).collect()),
            Shape::Array(element, length) if shape.is_kept_whole(self.decisions.largest) => {
                let element = self.zeros(element);
                self.filled(&element, Extent::Array(length.clone())).map_or(Val::Poison, Val::View)
            }
            Shape::Array(element, length) => {
                let element = self.zeros(element);
                Val::Array(vec![element; length.known().unwrap_or(0)])
            }
            // Where nothing is returned yet, a struct has no value.
            Shape::Struct(_) => {
                let tokens = quote!(::core::default::Default::default());
                self.leaf(tokens, Precedence::Postfix, Ty::Whole)
            }
            Shape::Reference(_) | Shape::Slice(_) | Shape::Constant | Shape::Unsupported(_) => Val::Poison,
        }
    }

    /// The value with real numbers where the shape has them. Reports what does not fit.
    fn shaped(&mut self, value: &Val, shape: &Shape, at: &impl ToTokens) -> Option<Val> {
        let value = &self.expanded(value.clone());
        match (shape, value) {
            (_, Val::Poison | Val::Never) => None,
            (Shape::Scalar(scalar), value) => self.real_of(value, at, Some(Ty::Real(*scalar))).map(Val::Node),
            (Shape::Struct(_), Val::Struct(_)) => Some(value.clone()),
            (Shape::Struct(_), Val::Node(id)) if self.is_whole(*id) => {
                self.note_whole(*id);
                Some(Val::Node(*id))
            }
            (Shape::Tuple(shapes), Val::Node(id)) if self.is_whole(*id) => {
                let parts = self.members_of(value, shapes.len(), true);
                self.shaped(&Val::Tuple(parts), shape, at)
            }
            (Shape::Array(_, length), Val::Node(id)) if self.is_whole(*id) => {
                let parts = self.members_of(value, length.known().unwrap_or(0), false);
                self.shaped(&Val::Array(parts), shape, at)
            }
            (Shape::Tuple(shapes), Val::Tuple(parts)) if shapes.len() == parts.len() => {
                let parts = parts.iter().zip(shapes).map(|(part, shape)| self.shaped(part, shape, at));
                Some(Val::Tuple(parts.collect::<Option<Vec<_>>>()?))
            }
            (Shape::Array(element, length), value)
                if shape.is_kept_whole(self.decisions.largest)
                    && matches!(value, Val::View(_) | Val::Array(_)) =>
            {
                self.whole_array(value, element, length, at)
            }
            (Shape::Array(_, length), Val::View(view)) => {
                let parts = self.listed(view).filter(|parts| length.known() == Some(parts.len()));
                let parts = Val::Array(parts.unwrap_or_default());
                self.shaped(&parts, shape, at)
            }
            (Shape::Array(shape, length), Val::Array(parts)) if length.known() == Some(parts.len()) => {
                let parts = parts.iter().map(|part| self.shaped(part, shape, at));
                Some(Val::Array(parts.collect::<Option<Vec<_>>>()?))
            }
            _ => {
                self.errors.report(
                    at,
                    "this value cannot be seen to have the type of the result; write out the tuple or array with \
                     its elements",
                );
                None
            }
        }
    }

    /// The array that a value is, or the list of whose elements it is, as one value of its own.
    fn whole_array(
        &mut self,
        value: &Val,
        element: &Shape,
        length: &Length,
        at: &impl ToTokens,
    ) -> Option<Val> {
        let array = match value {
            Val::View(view) => Some(self.separate(view)).filter(View::is_whole),
            _ => None,
        };
        let array = array.or_else(|| {
            let zero = self.zeros(element);
            let zeros = self.filled(&zero, Extent::Array(length.clone()))?;
            let stored = self.stored_in(&zeros, value)?;
            Some(View::whole(stored, Shape::Array(Box::new(element.clone()), length.clone())))
        });
        if array.is_none() {
            self.errors.report(
                at,
                "an array that is returned as one value has to be a variable of its own; copy what it is a part of \
                 into one element by element, and return that",
            );
        }
        array.map(Val::View)
    }

    /// The value as a real number, of the expected type if one is given. Reports what is not a number.
    pub(super) fn real_of(
        &mut self,
        value: &Val,
        at: &impl ToTokens,
        expected: Option<Ty>,
    ) -> Option<ValueId> {
        match value {
            Val::Node(id) => {
                let id = self.real(*id);
                if let (Ty::Real(found), Some(Ty::Real(expected))) = (self.ty(id), expected) {
                    self.types.unify(found, expected);
                }
                Some(id)
            }
            Val::Poison | Val::Never => None,
            Val::Tuple(_)
            | Val::Array(_)
            | Val::Struct(_)
            | Val::Sequence(_)
            | Val::View(_)
            | Val::Stream(_)
            | Val::Place(_)
            | Val::Closure(_) => {
                self.errors
                    .report(at, "a number is needed here, not a tuple or an array; take one of its elements");
                None
            }
            Val::Optional(_) => {
                self.errors.report(
                    at,
                    "a number is needed here, not an option; take its value with `unwrap`, `unwrap_or` or `match`",
                );
                None
            }
            Val::Unit => {
                self.errors.report(
                    at,
                    "a number is needed here, and this has no value; end the block with an expression",
                );
                None
            }
            Val::Uninitialized => {
                self.errors.report(at, "this variable has no value yet; assign it before it is used");
                None
            }
        }
    }
}
