//! Arrays: how they are made, and their elements; of opaque ones, as far as their type is known.

use quote::{ToTokens, quote};
use syn::{Expr, ExprCall, ExprPath, ExprRange, GenericArgument, PathArguments, RangeLimits, Type};

use super::constant::Known;
use super::filled::Extent;
use super::loops::MOST_ITERATIONS;
use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Op, Piece, Precedence, Ty, ValueId};
use crate::signature::{Length, literal_length};

/// The largest array, in floats, whose elements are values of their own whatever is done with it.
pub(super) const LARGEST_TAKEN_APART_AT_ALL: usize = 5000;

impl Lowerer<'_> {
    /// Values of one type in one form: where one is a float, all are, and where one is a list, all are.
    pub(super) fn alike(&mut self, mut values: Vec<Val>) -> Vec<Val> {
        if let Some((count, is_tuple)) = values.iter().find_map(Val::list_form) {
            let lists: Vec<Vec<Val>> =
                values.iter().map(|value| self.parts_of(value, count, is_tuple)).collect();
            let columns = (0..count).map(|index| {
                let column = lists.iter().map(|list| list[index].clone()).collect();
                self.alike(column)
            });
            let columns: Vec<Vec<Val>> = columns.collect();
            let list = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
            return (0..values.len()).map(|row| Val::list_of(list(row), is_tuple)).collect();
        }
        if values.iter().any(|value| self.is_real(value)) {
            for value in &mut values {
                if let Val::Node(id) = value {
                    *id = self.real(*id);
                }
            }
        }
        values
    }

    /// The parts of a tuple or an array in whatever form it stands. Of what is neither, they are [`Val::Poison`].
    pub(super) fn parts_of(&mut self, value: &Val, count: usize, is_tuple: bool) -> Vec<Val> {
        match value {
            Val::Tuple(parts) | Val::Array(parts) if parts.len() == count => parts.clone(),
            Val::Node(id) if self.is_whole(*id) => self.members_of(value, count, is_tuple),
            Val::Struct(_) => self.members_of(value, count, is_tuple),
            Val::Node(id) if !self.ty(*id).is_real() => {
                (0..count).map(|index| self.component(*id, index, !is_tuple)).collect()
            }
            Val::View(view) => match self.listed(view).filter(|parts| parts.len() == count) {
                Some(parts) => parts,
                None => vec![Val::Poison; count],
            },
            Val::Never => vec![Val::Never; count],
            Val::Uninitialized => vec![Val::Uninitialized; count],
            _ => vec![Val::Poison; count],
        }
    }

    /// A reference to an opaque value.
    pub(super) fn reference_to(&mut self, id: ValueId) -> Val {
        let template = Template::new().tokens(quote!(&)).hole(id, Precedence::Unary);
        let reference = self.opaque(template, Precedence::Unary, Ty::Other);
        if let (Val::Node(reference), Some(ty)) = (&reference, self.list_types.get(&id).cloned()) {
            self.list_types.insert(*reference, ty);
        }
        reference
    }

    /// An item of an iterator by reference. Floats and known integers are values however they are reached.
    pub(super) fn by_reference(&mut self, value: Val) -> Val {
        match value {
            Val::Node(id) if !self.ty(id).is_real() && !self.is_whole(id) && self.known(&value).is_none() => {
                self.reference_to(id)
            }
            value => value,
        }
    }

    /// What is reached by a reference.
    pub(super) fn by_value(&self, value: Val) -> Val {
        match value {
            Val::Node(id) => Val::Node(self.referent(id).unwrap_or(id)),
            value => value,
        }
    }

    /// What an opaque value refers to, if it is a reference that the program takes.
    pub(super) fn referent(&self, id: ValueId) -> Option<ValueId> {
        let value = self.builder.graph().value(id);
        let Op::Opaque(opaque) = &value.op else { return None };
        match opaque.pieces.as_slice() {
            [Piece::Tokens(symbol), Piece::Hole(..)] if symbol.to_string() == "&" => {
                value.operands.first().copied()
            }
            _ => None,
        }
    }

    /// An opaque array or tuple of known type as the list of its parts.
    pub(super) fn expanded(&mut self, value: Val) -> Val {
        let Val::Node(id) = value else { return value };
        let form = match self.list_types.get(&id) {
            Some(Type::Array(array)) => literal_length(&array.len).map(|length| (length, false)),
            Some(Type::Tuple(tuple)) => Some((tuple.elems.len(), true)),
            _ => None,
        };
        match form.filter(|&(count, _)| count <= MOST_ITERATIONS) {
            Some((count, is_tuple)) => Val::list_of(self.parts_of(&value, count, is_tuple), is_tuple),
            None => value,
        }
    }

    /// [`Self::expanded`], with the lists in it.
    pub(super) fn expanded_deeply(&mut self, value: Val) -> Val {
        match self.expanded(value) {
            Val::Tuple(parts) => {
                Val::Tuple(parts.into_iter().map(|part| self.expanded_deeply(part)).collect())
            }
            Val::Array(parts) => {
                Val::Array(parts.into_iter().map(|part| self.expanded_deeply(part)).collect())
            }
            value => value,
        }
    }

    /// `[element; length]`.
    pub(super) fn repeat(&mut self, repeat: &syn::ExprRepeat) -> Val {
        let element = self.expression(&repeat.expr);
        let length = self.expression(&repeat.len);
        if element.is_poisoned() || length.is_poisoned() {
            return Val::Poison;
        }
        let known = self.known_size(&length);
        let mut nodes = Vec::new();
        element.collect(&mut nodes);
        let size = known.map(|length| length.saturating_mul(nodes.len()));
        if let Some(length) = known
            && size.is_some_and(|size| size <= self.decisions.largest.min(LARGEST_TAKEN_APART_AT_ALL))
        {
            return Val::Array(vec![element; length]);
        }
        let written = &repeat.len;
        let length = known.map_or_else(|| Length::of_tokens(quote!(#written)), Length::of_number);
        match self.filled(&element, Extent::Array(length)) {
            Some(view) => Val::View(view),
            None if size.is_some_and(|size| size <= LARGEST_TAKEN_APART_AT_ALL) => {
                Val::Array(vec![element; known.unwrap_or(0)])
            }
            None => {
                self.errors.report(
                    repeat,
                    "an array of this length is one value, so its elements must be floats that are all the same at \
                     first, or arrays of such; fill it with a number and assign the elements",
                );
                Val::Poison
            }
        }
    }

    /// `core::array::from_fn(f)`; the length is written, or that of the type that is expected.
    pub(super) fn array_from_fn(&mut self, call: &ExprCall) -> Val {
        let expected = self.expected.take();
        self.check_from_fn(call);
        let written = match &*call.func {
            Expr::Path(path) => turbofish_length(path),
            _ => None,
        };
        let written = written.and_then(|length| {
            let length = self.expression(&length);
            self.known_size(&length)
        });
        let (length, element) = match &expected {
            Some(Type::Array(array)) => (literal_length(&array.len), Some((*array.elem).clone())),
            _ => (None, None),
        };
        let Some(length) = written.or(length) else {
            self.errors.report(
                &call.func,
                "the length of this array is not known to the macro; write the type, `let a: [f64; 3] = from_fn(…)`",
            );
            return Val::Poison;
        };
        let items = match self.counted(Known { value: 0, suffix: None }, length) {
            Val::Sequence(items) => items,
            _ => Vec::new(),
        };
        match call.args.first() {
            Some(function) => self.mapped(items, function, element.as_ref()).map_or(Val::Poison, Val::Array),
            None => Val::Poison,
        }
    }

    /// Has rustc verify that a `from_fn` is that of arrays.
    fn check_from_fn(&mut self, call: &ExprCall) {
        let Expr::Path(path) = &*call.func else { return };
        let mut path = path.clone();
        if let Some(last) = path.path.segments.last_mut() {
            last.arguments = PathArguments::None;
        }
        let runtime = &self.runtime;
        let arguments = quote!(<f64, 1, fn(usize) -> f64>);
        let check = quote! {
            const _: fn() =
                || #runtime::__private::same_function(::core::array::from_fn::#arguments, #path::#arguments);
        };
        self.checks.entry(path.to_token_stream().to_string()).or_insert(check);
    }

    /// The element of an opaque array at an index that is an expression.
    pub(super) fn opaque_element(&mut self, array: ValueId, index: ValueId) -> Val {
        let template = Template::new().hole(array, Precedence::Postfix).index(index);
        let element = match self.list_types.get(&array) {
            Some(Type::Array(array)) => Some((*array.elem).clone()),
            _ => None,
        };
        self.typed_part(template, element)
    }

    /// An opaque part of an opaque value, of a type that may be known.
    pub(super) fn typed_part(&mut self, template: Template, ty: Option<Type>) -> Val {
        let scalar = ty.as_ref().and_then(|ty| self.signature.scalar(ty)).map(Ty::Real);
        let value = self.opaque(template, Precedence::Postfix, scalar.unwrap_or(Ty::Other));
        if let (Val::Node(id), Some(ty @ (Type::Array(_) | Type::Tuple(_)))) = (&value, ty) {
            self.list_types.insert(*id, ty);
        }
        value
    }

    /// `array[a..b]`.
    pub(super) fn slice_of(&mut self, parts: &[Val], range: &ExprRange) -> Val {
        let bound = |lowerer: &mut Self, bound: &Option<Box<Expr>>, default: usize| match bound {
            Some(bound) => {
                let value = lowerer.expression(bound);
                let is_unknown = !value.is_poisoned() && lowerer.known_size(&value).is_none();
                if is_unknown && !lowerer.need_whole_array(parts) && lowerer.errors.is_empty() {
                    lowerer.errors.report(
                        bound,
                        "this bound is only known at run time, and the elements of the array are values of their own; \
                         write a literal or a counter of a loop, or fill an array `[0.0; N]` and take a part of that",
                    );
                }
                lowerer.known_size(&value)
            }
            None => Some(default),
        };
        let start = bound(self, &range.start, 0);
        let end = bound(self, &range.end, parts.len());
        let (Some(start), Some(end)) = (start, end) else { return Val::Poison };
        let is_closed = range.end.is_some() && matches!(range.limits, RangeLimits::Closed(_));
        let end = end + usize::from(is_closed);
        match parts.get(start..end) {
            Some(parts) => Val::Array(parts.to_vec()),
            None => {
                self.errors.report(
                    range,
                    format_args!(
                        "this range goes beyond the {} elements of the array; stay below the length",
                        parts.len()
                    ),
                );
                Val::Poison
            }
        }
    }
}

/// Whether a call is `core::array::from_fn` with a closure.
pub(super) fn is_from_fn(call: &ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else { return false };
    let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    segments.next().as_deref() == Some("from_fn")
        && segments.next().is_none_or(|module| module == "array")
        && call.args.len() == 1
}

/// The length in `from_fn::<f64, 3, _>`.
fn turbofish_length(path: &ExprPath) -> Option<Expr> {
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    match arguments.args.iter().nth(1)? {
        GenericArgument::Const(length) => Some(length.clone()),
        GenericArgument::Type(Type::Path(name)) => syn::parse2(name.to_token_stream()).ok(),
        _ => None,
    }
}
