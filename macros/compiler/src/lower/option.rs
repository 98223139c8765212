//! Options of what is differentiated: `x.first()`, `x.iter().copied().reduce(f64::max)`, `Some(y)`.
//!
//! An option is a boolean, whether there is a value, and the value, which is looked at only where there is one.

use std::rc::Rc;

use quote::quote;
use syn::{Expr, ExprMethodCall};

use super::opaque::Template;
use super::reduction::Reduction;
use super::stream::Stream;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Comparison, Op, Piece, Precedence, Ty, ValueId};

/// A value that may not be there.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Optional {
    /// Whether it is, a boolean.
    pub(super) exists: ValueId,
    item: Item,
}

/// The value, if there is one.
#[derive(Clone, PartialEq, Debug)]
enum Item {
    /// [`Val::Uninitialized`] if there never is one.
    Value(Box<Val>),
    /// The item of an iterator at a position.
    At(Rc<Stream>, ValueId),
    /// The last item of an iterator.
    Last(Rc<Stream>),
    /// The first element of a slice and the others, or the last and the others.
    Split(View, End),
    /// What is made of all items of an iterator.
    Reduced(Rc<Stream>, Reduction),
}

/// Where a slice begins or ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    First,
    Last,
}

impl Optional {
    pub(super) fn new(exists: ValueId, value: Val) -> Self {
        Self { exists, item: Item::Value(Box::new(value)) }
    }

    /// The item of an iterator at a position.
    pub(super) fn at(exists: ValueId, stream: &Stream, position: ValueId) -> Self {
        Self { exists, item: Item::At(Rc::new(stream.clone()), position) }
    }

    /// The value, where it has been computed.
    pub(super) fn value(&self) -> Option<&Val> {
        match &self.item {
            Item::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The arrays that it is a part of, and the values that it is made of.
    pub(super) fn collect(&self, nodes: &mut Vec<ValueId>) {
        match &self.item {
            Item::Value(value) => value.collect(nodes),
            Item::At(stream, _) | Item::Last(stream) | Item::Reduced(stream, _) => stream.collect(nodes),
            Item::Split(view, _) => nodes.push(view.array),
        }
    }
}

impl Lowerer<'_> {
    /// The item of an iterator at a position, if there is one.
    pub(super) fn item_at(&mut self, stream: &Stream, position: ValueId) -> Val {
        let length = self.length_of_stream(stream);
        let exists = match self.known_size(&Val::Node(position)) {
            Some(0) => {
                let zero = self.size_node(0);
                self.compared(Comparison::NotEqual, length, zero)
            }
            _ => self.compared(Comparison::Less, position, length),
        };
        Val::Optional(Optional::at(exists, stream, position))
    }

    /// The last item of an iterator.
    pub(super) fn last_item(&mut self, stream: &Stream) -> Val {
        let (length, zero) = (self.length_of_stream(stream), self.size_node(0));
        let exists = self.compared(Comparison::NotEqual, length, zero);
        Val::Optional(Optional { exists, item: Item::Last(Rc::new(stream.clone())) })
    }

    /// The element at one end of a slice, and the others.
    pub(super) fn split_off(&mut self, view: &View, end: End) -> Val {
        let (length, zero) = (self.length_of(view), self.size_node(0));
        let exists = self.compared(Comparison::NotEqual, length, zero);
        Val::Optional(Optional { exists, item: Item::Split(view.clone(), end) })
    }

    /// What is made of all items, of which there are some.
    pub(super) fn reduced(&mut self, stream: &Stream, reduction: Reduction) -> Val {
        let (length, zero) = (self.length_of_stream(stream), self.size_node(0));
        let exists = self.compared(Comparison::NotEqual, length, zero);
        Val::Optional(Optional { exists, item: Item::Reduced(Rc::new(stream.clone()), reduction) })
    }

    /// A value that is there.
    pub(super) fn something(&mut self, value: Val) -> Val {
        let exists = self.boolean(true);
        Val::Optional(Optional::new(exists, value))
    }

    /// No value.
    pub(super) fn nothing(&mut self) -> Val {
        let exists = self.boolean(false);
        Val::Optional(Optional::new(exists, Val::Uninitialized))
    }

    /// One of a few values, if it is there.
    pub(super) fn maybe(&mut self, value: Option<Val>) -> Val {
        match value {
            Some(value) => self.something(value),
            None => self.nothing(),
        }
    }

    /// A comparison of integers.
    pub(super) fn compared(&mut self, comparison: Comparison, left: ValueId, right: ValueId) -> ValueId {
        match self.fold_comparison(comparison, left, right) {
            Some(Val::Node(known)) => known,
            _ => self.builder.compare(comparison, left, right),
        }
    }

    /// A value as an option, if it is one: also `None`, and `Some` of a constant.
    pub(super) fn option_of(&mut self, value: &Val) -> Option<Optional> {
        let id = match value {
            Val::Node(id) => *id,
            Val::Optional(option) => return Some(option.clone()),
            _ => return None,
        };
        let found = self.builder.graph().value(id);
        let Op::Opaque(opaque) = &found.op else { return None };
        let is_named = |piece: &Piece, name: &str| matches!(piece, Piece::Tokens(tokens) if tokens.to_string().rsplit(':').next().map(str::trim) == Some(name));
        match opaque.pieces.as_slice() {
            // A `let` gives it a type.
            [Piece::Hole(..)] => {
                let value = Val::Node(*found.operands.first()?);
                self.option_of(&value)
            }
            [only] if is_named(only, "None") => {
                let exists = self.boolean(false);
                Some(Optional::new(exists, Val::Uninitialized))
            }
            [constructor, Piece::Group(..)] if is_named(constructor, "Some") && found.operands.len() == 1 => {
                let item = Val::Node(found.operands[0]);
                let exists = self.boolean(true);
                Some(Optional::new(exists, item))
            }
            _ => None,
        }
    }

    /// The value of an option, where there is one.
    pub(super) fn existing(&mut self, option: &Optional) -> Val {
        match &option.item {
            Item::Value(value) if **value == Val::Uninitialized => {
                if self.errors.is_empty() {
                    self.errors.report(
                        &self.signature.name,
                        "the value of an option is a part of an array, or is not known to the macro, where branches come \
                         together; take it in each of the branches",
                    );
                }
                Val::Poison
            }
            Item::Value(value) => (**value).clone(),
            Item::At(stream, position) => self.item_of(stream, *position),
            Item::Last(stream) => {
                let (length, one) = (self.length_of_stream(stream), self.size_node(1));
                let last = self.integer_difference(length, one);
                self.item_of(stream, last)
            }
            Item::Reduced(stream, reduction) => self.reduction_of(stream, reduction),
            Item::Split(view, end) => {
                let (zero, one, length) = (self.size_node(0), self.size_node(1), self.length_of(view));
                let last = self.integer_difference(length, one);
                let (element, rest) = match end {
                    End::First => (self.element_of(view, zero), self.narrowed(view, one, length)),
                    End::Last => (self.element_of(view, last), self.narrowed(view, zero, last)),
                };
                Val::Tuple(vec![element, Val::View(rest)])
            }
        }
    }

    /// The option with its value computed here, if there is one, unless it is only a part of an array.
    pub(super) fn settled(&mut self, option: &Optional) -> Optional {
        if option.value().is_some() {
            return option.clone();
        }
        let value = self.if_some(option, |lowerer| lowerer.existing(option), |_| Val::Uninitialized);
        Optional::new(option.exists, value)
    }

    /// A value in which nothing is left to be computed: a variable holds it from now on.
    pub(super) fn computed(&mut self, value: Val) -> Val {
        match value {
            Val::Optional(option) if matches!(option.item, Item::Reduced(..)) => {
                Val::Optional(self.settled(&option))
            }
            Val::Optional(option) => match &option.item {
                Item::At(stream, _) | Item::Last(stream) if !stream.is_cheap() => {
                    Val::Optional(self.settled(&option))
                }
                _ => Val::Optional(option),
            },
            Val::Tuple(parts) => Val::Tuple(parts.into_iter().map(|part| self.computed(part)).collect()),
            Val::Array(parts) => Val::Array(parts.into_iter().map(|part| self.computed(part)).collect()),
            value => value,
        }
    }

    /// One thing where there is a value, and another where there is none.
    pub(super) fn if_some(
        &mut self,
        option: &Optional,
        present: impl FnOnce(&mut Self) -> Val,
        absent: impl FnOnce(&mut Self) -> Val,
    ) -> Val {
        self.if_holds(&Val::Node(option.exists), present, absent)
    }

    /// Methods of options.
    pub(super) fn option_method(&mut self, call: &ExprMethodCall, option: &Optional) -> Val {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let name = call.method.to_string();
        match (name.as_str(), arguments.as_slice()) {
            ("copied" | "cloned", []) => {
                let item = match &option.item {
                    Item::Value(value) => Item::Value(Box::new(self.by_value((**value).clone()))),
                    Item::At(stream, position) => {
                        Item::At(Rc::new(Stream::Copied(Rc::clone(stream))), *position)
                    }
                    Item::Last(stream) => Item::Last(Rc::new(Stream::Copied(Rc::clone(stream)))),
                    other => other.clone(),
                };
                Val::Optional(Optional { exists: option.exists, item })
            }
            ("as_ref" | "clone", []) => Val::Optional(option.clone()),
            ("is_some", []) => Val::Node(option.exists),
            ("is_none", []) => Val::Node(self.negated(option.exists)),
            ("unwrap", []) | ("expect", [_]) => self.unwrapped(call, option),
            ("unwrap_or", [default]) => {
                let default = self.expression(default);
                self.if_some(option, |lowerer| lowerer.existing(option), |_| default)
            }
            ("unwrap_or_else", [function]) => self.if_some(
                option,
                |lowerer| lowerer.existing(option),
                |lowerer| lowerer.calls(function, vec![]),
            ),
            ("unwrap_or_default", []) => self.if_some(
                option,
                |lowerer| lowerer.existing(option),
                |lowerer| {
                    lowerer.leaf(quote!(::core::default::Default::default()), Precedence::Postfix, Ty::Other)
                },
            ),
            ("map", [function]) => {
                let value =
                    self.if_some(option, |lowerer| lowerer.of_item(function, option), |_| Val::Uninitialized);
                Val::Optional(Optional::new(option.exists, value))
            }
            ("and_then", [function]) => {
                self.if_some(option, |lowerer| lowerer.of_item(function, option), Self::nothing)
            }
            ("map_or", [default, function]) => {
                let default = self.expression(default);
                self.if_some(option, |lowerer| lowerer.of_item(function, option), |_| default)
            }
            ("map_or_else", [default, function]) => self.if_some(
                option,
                |lowerer| lowerer.of_item(function, option),
                |lowerer| lowerer.calls(default, vec![]),
            ),
            ("is_some_and", [function]) => self.if_some(
                option,
                |lowerer| lowerer.of_item(function, option),
                |lowerer| Val::Node(lowerer.boolean(false)),
            ),
            ("or", [other]) => {
                let other = self.expression(other);
                self.if_some(option, |_| Val::Optional(option.clone()), |_| other)
            }
            ("or_else", [function]) => self.if_some(
                option,
                |_| Val::Optional(option.clone()),
                |lowerer| lowerer.calls(function, vec![]),
            ),
            _ => {
                self.errors.report(
                    &call.method,
                    format_args!(
                        "the method `{name}` of options is not supported where a derivative may pass through them; take \
                         the value with `match`, `if let`, `unwrap_or` or `map_or`"
                    ),
                );
                Val::Poison
            }
        }
    }

    /// `then`, and `then_some` of what may be differentiated. `None` for other methods.
    pub(super) fn option_of_boolean(&mut self, call: &ExprMethodCall, receiver: &Val) -> Option<Val> {
        let Val::Node(condition) = *receiver else { return None };
        let argument =
            call.args.first().filter(|_| call.args.len() == 1 && self.ty(condition) == Ty::Bool)?;
        let value = if call.method == "then" {
            self.if_holds(receiver, |lowerer| lowerer.calls(argument, vec![]), |_| Val::Uninitialized)
        } else if call.method == "then_some" {
            self.expression(argument)
        } else {
            return None;
        };
        Some(Val::Optional(Optional::new(condition, value)))
    }

    fn calls(&mut self, function: &Expr, arguments: Vec<Val>) -> Val {
        match self.callable(function) {
            Some(callable) => self.applied(&callable, arguments),
            None => Val::Poison,
        }
    }

    fn of_item(&mut self, function: &Expr, option: &Optional) -> Val {
        let item = self.existing(option);
        self.calls(function, vec![item])
    }

    /// The value, which panics if there is none.
    fn unwrapped(&mut self, call: &ExprMethodCall, option: &Optional) -> Val {
        match self.builder.known_boolean(option.exists) {
            Some(true) => {}
            Some(false) => {
                self.errors.report(&call.method, "there is never a value here; remove the call");
                return Val::Poison;
            }
            None => {
                let message = match call.args.first() {
                    Some(Expr::Lit(message)) => quote!(#message),
                    _ => quote!("called `Option::unwrap()` on a `None` value"),
                };
                let condition = Template::new().hole(option.exists, Precedence::Lowest);
                self.assert_that(condition, message);
            }
        }
        self.existing(option)
    }

    /// An option without derivative in one node.
    pub(super) fn option_node(&mut self, option: &Optional) -> Option<ValueId> {
        let settled = self.settled(option);
        if self.builder.known_boolean(settled.exists) == Some(false) {
            return Some(
                self.node_of(
                    Template::new().tokens(quote!(::core::option::Option::None)),
                    Precedence::Postfix,
                ),
            );
        }
        let value = self.node(settled.value()?)?;
        let template = Template::new()
            .hole(settled.exists, Precedence::Postfix)
            .tokens(quote!(.then_some))
            .arguments(&[value], &[]);
        Some(self.node_of(template, Precedence::Postfix))
    }
}
