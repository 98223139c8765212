//! Vectors: how the program makes them, and what it does with all of one.
//!
//! A short vector of known length is a list of its elements, as a short array is. Any other is one value of the graph
//! whose length is a value as well. That stays as it is: what a variable holds in all iterations of a loop, or behind
//! the arms of a branch, is of one length.

use std::rc::Rc;

use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprMethodCall, GenericArgument, Macro, PathArguments, Token, Type};

use super::array::LARGEST_TAKEN_APART_AT_ALL;
use super::filled::Extent;
use super::place::Place;
use super::scope::VariableId;
use super::sequence::unwrapped;
use super::stream::Stream;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Op, Terminator, Ty, ValueId};

/// Methods of vectors that change how long they are.
const RESIZING_METHODS: &[&str] = &[
    "append",
    "clear",
    "dedup",
    "drain",
    "extend",
    "extend_from_slice",
    "insert",
    "pop",
    "push",
    "remove",
    "resize",
    "resize_with",
    "retain",
    "splice",
    "split_off",
    "swap_remove",
    "truncate",
];

/// What to write instead of a vector that grows.
const FIXED_LENGTH: &str =
    "make it with the length that it is going to have, `vec![0.0; n]`, and assign its elements";

impl Lowerer<'_> {
    /// `vec![element; length]` and `vec![a, b, c]`.
    pub(super) fn vector_macro(&mut self, call: &Macro) -> Val {
        let parser = |input: ParseStream<'_>| {
            if input.is_empty() {
                return Ok((Vec::new(), None));
            }
            let first: Expr = input.parse()?;
            if input.peek(Token![;]) {
                input.parse::<Token![;]>()?;
                return Ok((vec![first], Some(input.parse::<Expr>()?)));
            }
            let mut elements = vec![first];
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                elements.extend(Punctuated::<Expr, Token![,]>::parse_terminated(input)?);
            }
            Ok((elements, None))
        };
        let (elements, length) = match parser.parse2(call.tokens.clone()) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.errors.push(error);
                return Val::Poison;
            }
        };
        if !self.may_allocate(&call.path, "`vec!`") {
            return Val::Poison;
        }
        if elements.is_empty() {
            self.errors
                .report(call, format_args!("a vector whose length changes is not supported; {FIXED_LENGTH}"));
            return Val::Poison;
        }
        let Some(length) = length else {
            let elements = elements.iter().map(|element| self.expression(element)).collect();
            return Val::Array(self.alike(elements));
        };
        let element = self.expression(&elements[0]);
        let length = self.expression(&length);
        if element.is_poisoned() || length.is_poisoned() {
            return Val::Poison;
        }
        self.repeated(&element, &length, &elements[0])
    }

    /// A vector of equal elements.
    fn repeated(&mut self, element: &Val, length: &Val, at: &Expr) -> Val {
        if matches!(element, Val::View(view) if view.vector_length().is_some()) {
            self.errors.report(
                at,
                "a vector of vectors is not supported; use one vector of `n * m` floats, and index it as `[i * m + j]`",
            );
            return Val::Poison;
        }
        let mut nodes = Vec::new();
        element.collect(&mut nodes);
        if let Some(known) = self.known_size(length)
            && known.saturating_mul(nodes.len()) <= self.decisions.largest.min(LARGEST_TAKEN_APART_AT_ALL)
        {
            return Val::Array(vec![element.clone(); known]);
        }
        let is_of_floats = nodes.iter().all(|&id| self.ty(id).is_real() || self.ty(id).is_array());
        let Val::Node(length) = length else { return Val::Poison };
        match is_of_floats.then(|| self.filled(element, Extent::Vector(*length))).flatten() {
            Some(view) => Val::View(view),
            None => {
                self.errors.report(
                    at,
                    "the elements of this vector must be floats that are all the same at first, or arrays or tuples of \
                     such; fill it with a number and assign the elements, and keep other values in an array of \
                     constant length",
                );
                Val::Poison
            }
        }
    }

    /// Whether the attribute lets generated code make vectors. Reports that it does not.
    fn may_allocate(&self, at: &impl ToTokens, what: &str) -> bool {
        if !self.allocates {
            let attribute = self.mode.name();
            self.errors.report(
                at,
                format_args!(
                    "{what} makes a vector on the heap, which generated code only does where the attribute says so; write \
                     `#[{attribute}(alloc)]`, or use an array of constant length"
                ),
            );
        }
        self.allocates
    }

    /// Methods that make vectors or change their length. `None` for all others.
    pub(super) fn vector_method(
        &mut self,
        call: &ExprMethodCall,
        receiver: &Val,
        expected: Option<&Type>,
    ) -> Option<Val> {
        let name = call.method.to_string();
        match name.as_str() {
            "collect" if call.args.is_empty() => {
                let written = call.turbofish.as_ref().and_then(|turbofish| match turbofish.args.first() {
                    Some(GenericArgument::Type(ty)) => Some(ty),
                    _ => None,
                });
                self.collected(call, receiver, written.or(expected))
            }
            "to_vec" | "to_owned" if call.args.is_empty() => match receiver {
                Val::View(view) if view.is_slice() || name == "to_vec" => {
                    if !self.may_allocate(&call.method, &format!("`{name}`")) {
                        return Some(Val::Poison);
                    }
                    let view = view.clone();
                    Some(self.vector_of(&view, &call.method))
                }
                Val::Array(parts) if name == "to_vec" => {
                    let parts = parts.clone();
                    Some(if self.may_allocate(&call.method, "`to_vec`") {
                        Val::Array(parts)
                    } else {
                        Val::Poison
                    })
                }
                _ => None,
            },
            name if RESIZING_METHODS.contains(&name) && matches!(receiver, Val::View(_) | Val::Array(_)) => {
                self.errors.report(
                    &call.method,
                    format_args!(
                        "`{name}` changes the length of a vector, which is not supported; {FIXED_LENGTH}"
                    ),
                );
                Some(Val::Poison)
            }
            _ => None,
        }
    }

    /// Refuses functions that make vectors which are to grow.
    pub(super) fn refuse_growing(&self, call: &ExprCall) -> Option<Val> {
        let Expr::Path(path) = &*call.func else { return None };
        let mut segments = path.path.segments.iter().rev();
        let (name, ty) = (segments.next()?, segments.next()?);
        if ty.ident != "Vec" || !(name.ident == "new" || name.ident == "with_capacity") {
            return None;
        }
        self.errors
            .report(path, format_args!("a vector whose length changes is not supported; {FIXED_LENGTH}"));
        Some(Val::Poison)
    }

    /// A vector with the elements of a slice or array.
    fn vector_of(&mut self, view: &View, at: &syn::Ident) -> Val {
        if view.vector_length().is_some() && view.is_whole() {
            return Val::View(view.clone());
        }
        self.gathered(&Stream::Elements(view.clone()), None, at)
    }

    /// `collect` into a vector.
    fn collected(&mut self, call: &ExprMethodCall, receiver: &Val, ty: Option<&Type>) -> Option<Val> {
        let stream = match receiver {
            Val::Array(_) | Val::Sequence(_) => None,
            receiver => Some(self.stream_of(receiver)?),
        };
        let Some(collection) = ty.and_then(Collection::of) else {
            self.errors.report(
                &call.method,
                "`collect` is only understood into a vector; write `collect::<Vec<f64>>()`, or a `for` loop",
            );
            return Some(Val::Poison);
        };
        if !self.may_allocate(&call.method, "`collect`") {
            return Some(Val::Poison);
        }
        Some(match (stream, receiver) {
            (Some(stream), _) => self.gathered(&stream, collection.element, &call.method),
            (None, Val::Array(items) | Val::Sequence(items)) => {
                let items = items.iter().map(|item| self.by_value(item.clone())).collect();
                let items = self.alike(items).into_iter();
                Val::Array(items.map(|item| self.annotated_element(item, collection.element)).collect())
            }
            (None, _) => Val::Poison,
        })
    }

    /// A vector of what an iterator yields.
    fn gathered(&mut self, stream: &Stream, ty: Option<&Type>, at: &syn::Ident) -> Val {
        let Some(length) = self.counted_length(stream) else {
            self.errors.report(
                at,
                "how many items are left after `filter` or `flatten` is only known at run time, so they cannot be \
                 collected; write a `for` loop that uses them at once",
            );
            return Val::Poison;
        };
        if self.known_size(&Val::Node(length)).is_some_and(|length| length <= self.decisions.longest)
            && let Some(items) = self.known_items(stream)
        {
            let items = self.alike(items).into_iter();
            return Val::Array(items.map(|item| self.annotated_element(item, ty)).collect());
        }
        let form = self.probed(stream);
        if !self.errors.is_empty() {
            return Val::Poison;
        }
        let form = self.annotated_element(form, ty);
        let view = self.zeros_like(&form).and_then(|zeros| self.filled(&zeros, Extent::Vector(length)));
        let Some(view) = view else {
            self.errors.report(
                at,
                "only floats, and arrays and tuples of floats, can be collected into a vector; write a `for` loop that \
                 uses the items at once",
            );
            return Val::Poison;
        };
        let variable = self.scopes.hidden("", Val::View(view.clone()));
        let places = Stream::Places(view, Place::of(variable));
        let pairs = Stream::Zip(Rc::new(places), Rc::new(stream.clone()));
        self.for_each(&pairs, None, None, &|lowerer, pair| {
            if let Val::Tuple(pair) = pair
                && let [Val::Place(element), value] = &pair[..]
            {
                lowerer.write(element, value.clone(), at);
            }
        });
        match &self.scopes.get(variable).value {
            // The places and the items are equally many.
            Val::View(view) => Val::View(view.clone()),
            _ => Val::Poison,
        }
    }

    fn annotated_element(&mut self, element: Val, ty: Option<&Type>) -> Val {
        match ty {
            Some(ty) => self.annotate(element, ty),
            None => element,
        }
    }

    /// The form of the items of an iterator: one of them, in code that is thrown away.
    fn probed(&mut self, stream: &Stream) -> Val {
        let mark = self.scopes.mark();
        self.builder.enter();
        let position = self.builder.argument(Ty::Other, None);
        let item = self.item_of(stream, position);
        self.scopes.roll_back(mark);
        self.builder.leave(Terminator::Yield(Vec::new()));
        item
    }

    /// Zeros in the form of a value that is made of floats.
    fn zeros_like(&mut self, form: &Val) -> Option<Val> {
        Some(match form {
            Val::Node(id) if self.ty(*id).is_real() => Val::Node(self.literal(self.ty(*id), "0.0")),
            Val::Tuple(parts) => {
                Val::Tuple(parts.iter().map(|part| self.zeros_like(part)).collect::<Option<_>>()?)
            }
            Val::Array(parts) => {
                Val::Array(parts.iter().map(|part| self.zeros_like(part)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    /// `core::mem::swap(&mut a, &mut b)`. `None` for other calls.
    pub(super) fn exchanged(&mut self, call: &ExprCall) -> Option<Val> {
        let Expr::Path(path) = &*call.func else { return None };
        let mut segments = path.path.segments.iter().rev();
        let is_swap = segments.next().is_some_and(|name| name.ident == "swap")
            && segments.next().is_some_and(|module| module.ident == "mem");
        let [first, second] = [call.args.first()?, call.args.last()?];
        if !is_swap || call.args.len() != 2 {
            return None;
        }
        let runtime = &self.runtime;
        let check = quote! {
            const _: fn() =
                || #runtime::__private::same_function(::core::mem::swap::<f64>, #path::<f64>);
        };
        if path.path.segments.last().is_some_and(|name| name.arguments.is_none()) {
            self.checks.entry(path.to_token_stream().to_string()).or_insert(check);
        }
        // Of two references, what they refer to stays where it is.
        if let (Some(first), Some(second)) = (self.borrowed_reference(first), self.borrowed_reference(second))
        {
            let (old, new) = (self.scopes.get(first).value.clone(), self.scopes.get(second).value.clone());
            self.scopes.assign(first, new);
            self.scopes.assign(second, old);
            return Some(Val::Unit);
        }
        let (Some(first), Some(second)) = (self.place(first), self.place(second)) else {
            return Some(Val::Poison);
        };
        let (old, new) = (self.read(&first), self.read(&second));
        self.write(&first, new, path);
        self.write(&second, old, path);
        Some(Val::Unit)
    }

    /// The variable `r` of `&mut r` that is a reference itself.
    fn borrowed_reference(&self, expression: &Expr) -> Option<VariableId> {
        match unwrapped(expression) {
            Expr::Reference(reference) => self.reference_variable(&reference.expr),
            _ => None,
        }
    }

    /// Whether two arrays that one variable holds in turn are of one length, as far as they are vectors. Reports that
    /// they are not.
    pub(super) fn is_as_long(&self, left: &View, right: &View, name: &str) -> bool {
        let is_equal = match (left.vector_length(), right.vector_length()) {
            (Some(left), Some(right)) => self.is_equal_length(left, right),
            (None, None) => true,
            _ => false,
        };
        if !is_equal && self.errors.is_empty() {
            self.errors.report(
                &self.signature.name,
                format_args!(
                    "`{name}` holds vectors that cannot be seen to be of one length in a loop or behind a branch; bind \
                     the length to a variable, and make all of them with that"
                ),
            );
        }
        is_equal
    }

    /// Whether two integers are computed in the same way.
    fn is_equal_length(&self, left: ValueId, right: ValueId) -> bool {
        if left == right {
            return true;
        }
        let graph = self.builder.graph();
        let (left, right) = (graph.value(left), graph.value(right));
        let (Op::Opaque(one), Op::Opaque(other)) = (&left.op, &right.op) else { return false };
        one.key.is_some()
            && one.key == other.key
            && left.operands.len() == right.operands.len()
            && left
                .operands
                .iter()
                .zip(&right.operands)
                .all(|(&left, &right)| self.is_equal_length(left, right))
    }

    /// A length that is known in an arm, where that has ended. `None` if it is made of what only the arm knows.
    pub(super) fn length_outside(&mut self, length: ValueId) -> Option<ValueId> {
        let value = self.builder.graph().value(length).clone();
        if self.builder.graph().encloses(value.region, self.builder.current()) {
            return Some(length);
        }
        let is_pure = matches!(&value.op, Op::Opaque(opaque) if opaque.key.is_some());
        if !is_pure {
            return None;
        }
        let operands =
            value.operands.iter().map(|&operand| self.length_outside(operand)).collect::<Option<_>>()?;
        self.builder.again(&value, operands)
    }
}

/// What is collected into, by its type.
struct Collection<'t> {
    /// The type of the elements, if it is written.
    element: Option<&'t Type>,
}

impl<'t> Collection<'t> {
    /// `None` for what is no vector.
    fn of(ty: &'t Type) -> Option<Self> {
        let path = match ty {
            Type::Path(path) => path,
            // No array can be collected: so it is a short vector, which is a list as arrays are.
            Type::Array(_) => return Some(Self { element: None }),
            _ => return None,
        };
        let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
        let element = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.first(),
            _ => None,
        };
        match element {
            Some(GenericArgument::Type(Type::Infer(_))) | None => Some(Self { element: None }),
            Some(GenericArgument::Type(ty)) => Some(Self { element: Some(ty) }),
            Some(_) => None,
        }
    }
}
