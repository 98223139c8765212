//! Iterators over as many items as there are at run time: how many items they have, and what each item is.
//!
//! A chain of adaptors becomes one loop over positions, in which every adaptor says what stands at a position.

use std::rc::Rc;

use quote::{ToTokens, quote};
use syn::{BinOp, Expr, ExprMethodCall, GenericArgument, Pat};

use super::control::ArmSource;
use super::loops::MOST_ITERATIONS;
use super::opaque::Template;
use super::place::Place;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Domain, Precedence, Test, Ty, ValueId};

/// What an iterator yields.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Stream {
    /// The integers between two bounds.
    Range {
        start: ValueId,
        end: ValueId,
        is_closed: bool,
    },
    /// The integers from one on, as many as are asked for.
    From(ValueId),
    /// The elements of an array.
    Elements(View),
    /// The elements of a slice or array without derivatives.
    Constants(ValueId),
    /// A few values.
    List(Vec<Val>),
    /// References to the elements of an array that can be assigned to.
    Places(View, Place),
    /// The runs of so many neighbours.
    Windows(View, ValueId),
    /// The pieces of so many elements, what is left over not included.
    Chunks(View, ValueId),
    Zip(Rc<Stream>, Rc<Stream>),
    Enumerate(Rc<Stream>),
    Reversed(Rc<Stream>),
    Skip(Rc<Stream>, ValueId),
    Take(Rc<Stream>, ValueId),
    StepBy(Rc<Stream>, ValueId),
    Mapped(Rc<Stream>, Function),
    Filtered(Rc<Stream>, Function),
    /// The items of the items.
    Flattened(Rc<Stream>),
    /// What the items refer to.
    Copied(Rc<Stream>),
}

/// What is called for each item.
#[derive(Clone)]
pub(crate) enum Function {
    /// A closure, by its number.
    Closure(usize),
    Path(Rc<syn::ExprPath>),
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Closure(a), Self::Closure(b)) => a == b,
            (Self::Path(a), Self::Path(b)) => {
                a.to_token_stream().to_string() == b.to_token_stream().to_string()
            }
            _ => false,
        }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Closure(number) => write!(formatter, "closure {number}"),
            Self::Path(path) => write!(formatter, "{}", path.to_token_stream()),
        }
    }
}

impl Stream {
    /// Whether there are items in items.
    pub(super) fn is_flattened(&self) -> bool {
        match self {
            Self::Flattened(_) => true,
            Self::Mapped(inner, _) | Self::Enumerate(inner) | Self::Filtered(inner, _) => {
                inner.is_flattened()
            }
            _ => false,
        }
    }

    /// Whether how many items there are is not known before they are looked at.
    fn is_filtered(&self) -> bool {
        match self {
            Self::Filtered(..) | Self::Flattened(_) => true,
            Self::Mapped(inner, _) | Self::Enumerate(inner) => inner.is_filtered(),
            _ => false,
        }
    }
}

/// What a loop does with each item.
type Body<'b, 'l> = dyn Fn(&mut Lowerer<'l>, Val) + 'b;

impl<'l> Lowerer<'l> {
    /// How many items there are.
    pub(super) fn length_of_stream(&mut self, stream: &Stream) -> ValueId {
        match stream {
            Stream::Range { start, end, is_closed } => {
                let known = [start, end].map(|&bound| self.known(&Val::Node(bound)));
                if let [Some(start), Some(end)] = known {
                    let count = end.value.saturating_sub(start.value).saturating_add(i64::from(*is_closed));
                    return self.size_node(usize::try_from(count).unwrap_or(0));
                }
                let zero = self.known_size(&Val::Node(*start)) == Some(0);
                if zero && !is_closed {
                    return *end;
                }
                let template = match is_closed {
                    true => Template::new().hole(*end, Precedence::Postfix).tokens(quote!(+ 1)),
                    false => Template::new().hole(*end, Precedence::Sum),
                };
                let end = if *is_closed { self.node_of(template, Precedence::Sum) } else { *end };
                self.integer_method("saturating_sub", end, *start)
            }
            Stream::From(_) => self.node_of(Template::new().tokens(quote!(usize::MAX)), Precedence::Postfix),
            Stream::Elements(view) | Stream::Places(view, _) => self.length_of(view),
            Stream::Constants(array) => {
                let template = Template::new().hole(*array, Precedence::Postfix).tokens(quote!(.len()));
                self.node_of(template, Precedence::Postfix)
            }
            Stream::List(items) => self.size_node(items.len()),
            Stream::Windows(view, size) => {
                let (length, one) = (self.length_of(view), self.size_node(1));
                let more = self.integer_sum(length, one);
                self.integer_method("saturating_sub", more, *size)
            }
            Stream::Chunks(view, size) => {
                let length = self.length_of(view);
                self.integer_quotient(length, *size)
            }
            Stream::Zip(left, right) => match (&**left, &**right) {
                (Stream::From(_), other) | (other, Stream::From(_)) => self.length_of_stream(other),
                (left, right) => {
                    let (left, right) = (self.length_of_stream(left), self.length_of_stream(right));
                    self.integer_method("min", left, right)
                }
            },
            Stream::Enumerate(inner)
            | Stream::Reversed(inner)
            | Stream::Mapped(inner, _)
            | Stream::Filtered(inner, _)
            | Stream::Flattened(inner)
            | Stream::Copied(inner) => self.length_of_stream(inner),
            Stream::Skip(inner, count) => {
                let length = self.length_of_stream(inner);
                self.integer_method("saturating_sub", length, *count)
            }
            Stream::Take(inner, count) => {
                if let Stream::From(_) = **inner {
                    return *count;
                }
                let length = self.length_of_stream(inner);
                self.integer_method("min", length, *count)
            }
            Stream::StepBy(inner, step) => {
                let length = self.length_of_stream(inner);
                self.integer_method("div_ceil", length, *step)
            }
        }
    }

    /// How many items there are, if that is known before they are looked at.
    pub(super) fn counted_length(&mut self, stream: &Stream) -> Option<ValueId> {
        (!stream.is_filtered()).then(|| self.length_of_stream(stream))
    }

    /// The item at a position.
    pub(super) fn item_of(&mut self, stream: &Stream, position: ValueId) -> Val {
        match stream {
            Stream::Range { start, .. } | Stream::From(start) => {
                Val::Node(self.integer_sum(*start, position))
            }
            Stream::Elements(view) => self.element_of(view, position),
            Stream::Constants(array) => {
                let element = self.opaque_element(*array, position);
                self.by_reference(element)
            }
            Stream::List(items) => match self.known_size(&Val::Node(position)) {
                Some(position) => items.get(position).cloned().unwrap_or(Val::Poison),
                None => match items.first() {
                    Some(Val::Place(first)) => {
                        first.around().map_or(Val::Poison, |around| Val::Place(around.at_computed(position)))
                    }
                    _ => self.picked(items.clone(), position),
                },
            },
            Stream::Places(_, place) => Val::Place(place.clone().at_computed(position)),
            Stream::Windows(view, size) => Val::View(self.narrowed_to(view, position, *size)),
            Stream::Chunks(view, size) => {
                let start = self.integer_product(position, *size);
                Val::View(self.narrowed_to(view, start, *size))
            }
            Stream::Zip(left, right) => {
                let left = self.item_of(left, position);
                let right = self.item_of(right, position);
                Val::Tuple(vec![left, right])
            }
            Stream::Enumerate(inner) => {
                let item = self.item_of(inner, position);
                Val::Tuple(vec![Val::Node(position), item])
            }
            Stream::Reversed(inner) => {
                let (length, one) = (self.length_of_stream(inner), self.size_node(1));
                let last = self.integer_difference(length, one);
                let position = self.integer_difference(last, position);
                self.item_of(inner, position)
            }
            Stream::Skip(inner, count) => {
                let position = self.integer_sum(position, *count);
                self.item_of(inner, position)
            }
            Stream::StepBy(inner, step) => {
                let position = self.integer_product(position, *step);
                self.item_of(inner, position)
            }
            Stream::Copied(inner) => {
                let item = self.item_of(inner, position);
                self.by_value(item)
            }
            Stream::Mapped(inner, function) => {
                let item = self.item_of(inner, position);
                self.apply_function(function, vec![item])
            }
            Stream::Take(inner, _) | Stream::Filtered(inner, _) | Stream::Flattened(inner) => {
                self.item_of(inner, position)
            }
        }
    }

    /// All items, if it is known how many there are.
    pub(super) fn known_items(&mut self, stream: &Stream) -> Option<Vec<Val>> {
        if stream.is_filtered() {
            return None;
        }
        let length = self.length_of_stream(stream);
        let length = self.known_size(&Val::Node(length)).filter(|&length| length <= MOST_ITERATIONS)?;
        let items = (0..length).map(|position| {
            let position = self.size_node(position);
            self.item_of(stream, position)
        });
        Some(items.collect())
    }

    fn apply_function(&mut self, function: &Function, arguments: Vec<Val>) -> Val {
        match function {
            Function::Closure(number) => self.call_held(*number, arguments),
            Function::Path(path) => {
                if arguments.iter().any(Val::is_poisoned) {
                    Val::Poison
                } else {
                    self.call_of(path, &arguments)
                }
            }
        }
    }

    /// What is called for each item, from now until the items are looked at.
    fn function(&mut self, function: &Expr) -> Option<Function> {
        Some(match self.callable(function)? {
            super::closure::Callable::Closure(closure) => match self.closure(closure) {
                Val::Closure(number) => Function::Closure(number),
                _ => return None,
            },
            super::closure::Callable::Held(number, _) => Function::Closure(number),
            super::closure::Callable::Function(path) => Function::Path(Rc::new(path.clone())),
        })
    }

    /// A loop over the items.
    pub(super) fn for_each(
        &mut self,
        stream: &Stream,
        label: Option<&syn::Label>,
        pattern: Option<&Pat>,
        body: &Body<'_, 'l>,
    ) -> Val {
        // A range is gone through as it was written.
        let plain = match stream {
            Stream::Range { .. } => Some((stream, false)),
            Stream::Reversed(inner) if matches!(**inner, Stream::Range { .. }) => Some((&**inner, true)),
            _ => None,
        };
        if let Some((&Stream::Range { start, end, is_closed }, is_reversed)) = plain {
            let name = pattern.and_then(position_name);
            return self.rolled(
                label,
                Domain::Range { is_closed, is_reversed },
                vec![start, end],
                name,
                None,
                &|lowerer, item| {
                    if let Some(item) = item {
                        body(lowerer, Val::Node(item));
                    }
                },
            );
        }
        let (stream, is_reversed) = match stream {
            Stream::Reversed(inner) => (&**inner, true),
            stream => (stream, false),
        };
        let (zero, length) = (self.size_node(0), self.length_of_stream(stream));
        let name = match (stream, pattern) {
            (Stream::Enumerate(_), Some(Pat::Tuple(tuple))) => tuple.elems.first().and_then(position_name),
            _ => None,
        };
        let domain = Domain::Range { is_closed: false, is_reversed };
        self.rolled(label, domain, vec![zero, length], name, None, &|lowerer, position| {
            if let Some(position) = position {
                lowerer.with_item(stream, position, body);
            }
        })
    }

    /// Does something with the item at a position, if no filter leaves it out.
    fn with_item(&mut self, stream: &Stream, position: ValueId, body: &Body<'_, 'l>) {
        match stream {
            Stream::Filtered(inner, function) => {
                self.with_item(inner, position, &|lowerer, item| {
                    let kept = lowerer.apply_function(function, vec![item.clone()]);
                    let Val::Node(kept) = kept else { return };
                    let take = ArmSource::going_on(move |lowerer: &mut Self| {
                        body(lowerer, item);
                        Val::Unit
                    });
                    let leave = ArmSource::going_on(|_: &mut Self| Val::Unit);
                    lowerer.branch(Test::Bool, kept, vec![take, leave]);
                });
            }
            Stream::Flattened(inner) => {
                self.with_item(inner, position, &|lowerer, item| {
                    let item = lowerer.listed_items(item);
                    match (lowerer.stream_of(&item), item) {
                        (Some(stream), _) => {
                            lowerer.for_each(&stream, None, None, body);
                        }
                        (None, Val::Array(items) | Val::Sequence(items)) => {
                            for item in items {
                                body(lowerer, item);
                            }
                        }
                        _ => {}
                    }
                });
            }
            Stream::Mapped(inner, function) if inner.is_filtered() => {
                self.with_item(inner, position, &|lowerer, item| {
                    let item = lowerer.apply_function(function, vec![item]);
                    body(lowerer, item);
                });
            }
            _ => {
                let item = self.item_of(stream, position);
                body(self, item);
            }
        }
    }

    /// Methods of iterators and of arrays of any length. `None` for those that are not known here.
    pub(super) fn stream_method(&mut self, call: &ExprMethodCall, receiver: &Val) -> Option<Val> {
        let stream = self.stream_of(receiver)?;
        let inner = || Rc::new(stream.clone());
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let made = |stream| Some(Val::Stream(Rc::new(stream)));
        if let Some(value) = self.view_method(&name, &arguments, receiver) {
            return Some(value);
        }
        let must_be_counted = matches!(
            name.as_str(),
            "rev" | "enumerate" | "zip" | "skip" | "take" | "step_by" | "len" | "count"
        );
        if must_be_counted && stream.is_filtered() {
            self.errors.report(
                &call.method,
                format_args!(
                    "how many items are left after `filter` or `flatten` is only known at run time, so `{name}` after it is \
                     not supported; write a `for` loop with `if` in its body and count in a variable"
                ),
            );
            return Some(Val::Poison);
        }
        match (name.as_str(), arguments.as_slice()) {
            ("copied" | "cloned", []) if matches!(stream, Stream::Constants(_)) => {
                made(Stream::Copied(inner()))
            }
            ("iter" | "into_iter" | "by_ref" | "copied" | "cloned", []) => made(stream),
            ("len" | "count", []) => Some(Val::Node(self.length_of_stream(&stream))),
            ("rev", []) => made(match stream {
                Stream::Reversed(inner) => (*inner).clone(),
                stream => Stream::Reversed(Rc::new(stream)),
            }),
            ("enumerate", []) => made(Stream::Enumerate(inner())),
            ("zip", [other]) => {
                let Some(other) = self.open_stream(other) else { return Some(Val::Poison) };
                made(Stream::Zip(inner(), Rc::new(other)))
            }
            ("skip" | "take" | "step_by", [count]) => {
                let Val::Node(count) = self.expression(count) else { return Some(Val::Poison) };
                made(match name.as_str() {
                    "skip" => Stream::Skip(inner(), count),
                    "take" => Stream::Take(inner(), count),
                    _ => Stream::StepBy(inner(), count),
                })
            }
            ("map" | "filter", [function]) => {
                let Some(function) = self.function(function) else { return Some(Val::Poison) };
                made(if name == "map" {
                    Stream::Mapped(inner(), function)
                } else {
                    Stream::Filtered(inner(), function)
                })
            }
            ("flatten", []) => made(Stream::Flattened(inner())),
            ("for_each", [function]) => {
                let Some(function) = self.function(function) else { return Some(Val::Poison) };
                Some(self.for_each(&stream, None, None, &|lowerer, item| {
                    lowerer.apply_function(&function, vec![item]);
                }))
            }
            ("all" | "any", [function]) => {
                let Some(function) = self.function(function) else { return Some(Val::Poison) };
                Some(self.decided(&stream, &function, name == "all"))
            }
            ("sum" | "product", []) => {
                let scalar = call.turbofish.as_ref().and_then(|turbofish| match turbofish.args.first() {
                    Some(GenericArgument::Type(ty)) => self.signature.scalar(ty),
                    _ => None,
                });
                let ty = scalar.map_or_else(|| self.types.fresh(), Ty::Real);
                let (start, operator) = match name.as_str() {
                    "sum" => ("-0.0", BinOp::Add(syn::Token![+](call.method.span()))),
                    _ => ("1.0", BinOp::Mul(syn::Token![*](call.method.span()))),
                };
                let start = Val::Node(self.literal(ty, start));
                let at = &call.receiver;
                Some(self.folded(&stream, &name, start, &|lowerer, total, item| {
                    lowerer.arithmetic(&operator, &total, &item, at, at)
                }))
            }
            ("fold", [initial, function]) => {
                let initial = self.expression(initial);
                let Some(function) = self.function(function) else { return Some(Val::Poison) };
                Some(self.folded(&stream, "folded", initial, &|lowerer, total, item| {
                    lowerer.apply_function(&function, vec![total, item])
                }))
            }
            _ => {
                self.errors.report(
                    &call.method,
                    format_args!(
                        "the method `{name}` of iterators and slices of unknown length is not supported; write a `for` \
                         loop"
                    ),
                );
                Some(Val::Poison)
            }
        }
    }

    /// A value that each item changes.
    pub(super) fn folded(
        &mut self,
        stream: &Stream,
        name: &str,
        initial: Val,
        step: &dyn Fn(&mut Self, Val, Val) -> Val,
    ) -> Val {
        if initial.is_poisoned() {
            return initial;
        }
        let total = self.scopes.hidden(name, initial);
        self.for_each(stream, None, None, &|lowerer, item| {
            let old = lowerer.scopes.get(total).value.clone();
            let new = step(lowerer, old, item);
            lowerer.scopes.assign(total, new);
        });
        self.scopes.get(total).value.clone()
    }

    /// Methods of slices that are no iterators' methods.
    fn view_method(&mut self, name: &str, arguments: &[&Expr], receiver: &Val) -> Option<Val> {
        let Val::View(view) = receiver else { return None };
        match (name, arguments) {
            ("len", []) => Some(Val::Node(self.length_of(view))),
            ("is_empty", []) => {
                let (length, zero) = (self.length_of(view), self.size_node(0));
                Some(Val::Node(self.builder.compare(crate::graph::Comparison::Equal, length, zero)))
            }
            ("first", []) => {
                let first = self.size_node(0);
                Some(self.element_of(view, first))
            }
            ("last", []) => {
                let (length, one) = (self.length_of(view), self.size_node(1));
                let last = self.integer_difference(length, one);
                Some(self.element_of(view, last))
            }
            ("as_slice" | "as_ref" | "to_owned" | "clone", []) => Some(receiver.clone()),
            ("windows" | "chunks_exact", [size]) => {
                let Val::Node(size) = self.expression(size) else { return Some(Val::Poison) };
                let stream = match name {
                    "windows" => Stream::Windows(view.clone(), size),
                    _ => Stream::Chunks(view.clone(), size),
                };
                Some(Val::Stream(Rc::new(stream)))
            }
            ("split_at", [middle]) => {
                let Val::Node(middle) = self.expression(middle) else { return Some(Val::Poison) };
                let (start, length) = (self.size_node(0), self.length_of(view));
                self.assert_range(start, middle, length, false);
                let parts = [(start, middle), (middle, length)];
                Some(Val::Tuple(parts.map(|(start, end)| Val::View(self.narrowed(view, start, end))).into()))
            }
            _ => None,
        }
    }

    /// Methods that change an array that is one value. `None` for those that are not known here.
    pub(super) fn mutating_view_method(
        &mut self,
        call: &ExprMethodCall,
        view: &View,
        place: &Place,
        arguments: &[&Expr],
    ) -> Option<Val> {
        let at = &call.method;
        let places = Stream::Places(view.clone(), place.clone());
        match (call.method.to_string().as_str(), arguments) {
            ("iter_mut", []) => Some(Val::Stream(Rc::new(places))),
            ("as_mut_slice", []) => Some(Val::Place(place.clone())),
            ("swap", [a, b]) => {
                let (a, b) = (self.expression(a), self.expression(b));
                Some(self.swapped(place, &a, &b, at))
            }
            ("fill", [value]) => {
                let value = self.expression(value);
                Some(self.for_each(&places, None, None, &|lowerer, element| {
                    if let Val::Place(element) = element {
                        lowerer.write(&element, value.clone(), at);
                    }
                }))
            }
            ("copy_from_slice" | "clone_from_slice", [source]) => {
                let source = self.expression(source);
                let Some(source) = self.stream_of(&source) else { return Some(Val::Poison) };
                let both = Stream::Zip(Rc::new(places), Rc::new(source));
                Some(self.for_each(&both, None, None, &|lowerer, pair| {
                    if let Val::Tuple(pair) = pair
                        && let [Val::Place(element), value] = &pair[..]
                    {
                        lowerer.write(element, value.clone(), at);
                    }
                }))
            }
            _ => None,
        }
    }

    /// Exchanges two elements of what a place holds.
    pub(super) fn swapped(&mut self, place: &Place, first: &Val, second: &Val, at: &syn::Ident) -> Val {
        let (Val::Node(first), Val::Node(second)) = (first, second) else { return Val::Poison };
        let [first, second] = [*first, *second].map(|index| place.clone().at_computed(index));
        let (old, new) = (self.read(&first), self.read(&second));
        self.write(&first, new, at);
        self.write(&second, old, at);
        Val::Unit
    }

    /// What an iterator, or an array as one, goes through.
    pub(super) fn stream_of(&mut self, value: &Val) -> Option<Stream> {
        match value {
            Val::Stream(stream) => Some((**stream).clone()),
            Val::View(view) => Some(Stream::Elements(view.clone())),
            Val::Node(id) if matches!(self.list_types.get(id), Some(syn::Type::Slice(_))) => {
                Some(Stream::Constants(*id))
            }
            Val::Place(place) => match self.read(place) {
                Val::View(view) => Some(Stream::Places(view, place.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// The other side of a `zip`.
    pub(super) fn open_stream(&mut self, other: &Expr) -> Option<Stream> {
        if let Expr::Range(range) = super::sequence::unwrapped(other)
            && range.end.is_none()
        {
            let start = match &range.start {
                Some(start) => self.expression(start),
                None => self.size(0),
            };
            return match start {
                Val::Node(start) => Some(Stream::From(start)),
                _ => None,
            };
        }
        let value = self.expression(other);
        match self.stream_of(&value) {
            Some(stream) => Some(stream),
            None => self.items(value, other).map(Stream::List),
        }
    }

    /// `all` and `any`: a loop that ends at the first item that decides.
    fn decided(&mut self, stream: &Stream, function: &Function, is_all: bool) -> Val {
        let undecided = Val::Node(self.boolean(is_all));
        let found = self.scopes.hidden("decided", undecided);
        self.for_each(stream, None, None, &|lowerer, item| {
            let holds = lowerer.apply_function(function, vec![item]);
            let Val::Node(holds) = holds else { return };
            let decide = ArmSource::going_on(move |lowerer: &mut Self| {
                let decided = Val::Node(lowerer.boolean(!is_all));
                lowerer.scopes.assign(found, decided);
                lowerer.leave_innermost_loop();
                Val::Never
            });
            let go_on = ArmSource::going_on(|_: &mut Self| Val::Unit);
            let arms = if is_all { vec![go_on, decide] } else { vec![decide, go_on] };
            lowerer.branch(Test::Bool, holds, arms);
        });
        self.scopes.get(found).value.clone()
    }
}

/// The name that a pattern gives to an integer.
fn position_name(pattern: &Pat) -> Option<Rc<str>> {
    match pattern {
        Pat::Ident(pattern) => Some(Rc::from(super::pattern::plain(&pattern.ident))),
        Pat::Paren(inner) => position_name(&inner.pat),
        _ => None,
    }
}
