//! Iterators over as many items as there are at run time: how many items they have, and what each item is.
//!
//! A chain of adaptors becomes one loop over positions (`each`), in which every adaptor says what stands at a position,
//! or, if it has to see the items one after the other, what becomes of the item that comes.

use std::rc::Rc;

use quote::{ToTokens, quote};
use syn::Expr;

use super::control::ArmSource;
use super::each::Adaptor;
use super::loops::MOST_ITERATIONS;
use super::opaque::Template;
use super::place::Place;
use super::scope::VariableId;
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::{Comparison, Precedence, Test, ValueId};

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
    /// The pieces of so many elements.
    Chunks(View, ValueId, Cut),
    /// One value again and again.
    Repeated(Box<Val>),
    /// The items again and again.
    Cycled(Rc<Stream>),
    /// The items of one, then those of the other.
    Chained(Rc<Stream>, Rc<Stream>),
    Zip(Rc<Stream>, Rc<Stream>),
    Enumerate(Rc<Stream>),
    Reversed(Rc<Stream>),
    Skip(Rc<Stream>, ValueId),
    Take(Rc<Stream>, ValueId),
    StepBy(Rc<Stream>, ValueId),
    Mapped(Rc<Stream>, Function),
    /// What the items refer to.
    Copied(Rc<Stream>),
    /// What an adaptor makes of one item after the other, and the variable in which it remembers what it has seen, while
    /// the loop over the items is lowered.
    Adapted(Rc<Stream>, Adaptor, Option<VariableId>),
}

/// How a slice is cut into pieces.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Cut {
    /// Whether a piece of what is left over is not included.
    pub(super) is_exact: bool,
    /// Whether the first piece is the last one of the slice.
    pub(super) is_from_end: bool,
}

/// What is called for each item.
#[derive(Clone)]
pub(crate) enum Function {
    /// A closure, by its number.
    Closure(usize),
    /// A function, and what the items are from.
    Path(Rc<syn::ExprPath>, Rc<Expr>),
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Closure(a), Self::Closure(b)) => a == b,
            (Self::Path(a, _), Self::Path(b, _)) => {
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
            Self::Path(path, _) => write!(formatter, "{}", path.to_token_stream()),
        }
    }
}

impl Stream {
    /// Whether its items can only be looked at one after the other.
    pub(super) fn is_sequential(&self) -> bool {
        match self {
            Self::Adapted(..) => true,
            Self::Mapped(inner, _) | Self::Copied(inner) => inner.is_sequential(),
            _ => false,
        }
    }

    /// Whether there are items in items.
    pub(super) fn is_flattened(&self) -> bool {
        match self {
            Self::Adapted(_, Adaptor::Flatten, _) => true,
            Self::Mapped(inner, _) | Self::Copied(inner) | Self::Adapted(inner, ..) => inner.is_flattened(),
            _ => false,
        }
    }

    /// Whether there is no end to it.
    fn is_endless(&self) -> bool {
        match self {
            Self::From(_) | Self::Repeated(_) => true,
            Self::Mapped(inner, _)
            | Self::Copied(inner)
            | Self::Enumerate(inner)
            | Self::Skip(inner, _)
            | Self::StepBy(inner, _) => inner.is_endless(),
            Self::Zip(left, right) => left.is_endless() && right.is_endless(),
            _ => false,
        }
    }

    /// The iterators that it goes through directly.
    fn sources(&self) -> Vec<&Self> {
        match self {
            Self::Chained(first, second) | Self::Zip(first, second) => vec![first, second],
            Self::Cycled(inner)
            | Self::Enumerate(inner)
            | Self::Reversed(inner)
            | Self::Skip(inner, _)
            | Self::Take(inner, _)
            | Self::StepBy(inner, _)
            | Self::Copied(inner)
            | Self::Mapped(inner, _)
            | Self::Adapted(inner, ..) => vec![inner],
            _ => Vec::new(),
        }
    }

    /// Whether there is a list of values at its source, whose elements are best known.
    pub(super) fn holds_list(&self) -> bool {
        matches!(self, Self::List(_)) || self.sources().into_iter().any(Self::holds_list)
    }

    /// Whether an item is an element that can be assigned to.
    pub(super) fn has_places(&self) -> bool {
        match self {
            Self::Places(..) => true,
            Self::List(items) => items.iter().any(|item| matches!(item, Val::Place(_))),
            _ => self.sources().into_iter().any(Self::has_places),
        }
    }

    /// Whether it costs nothing to look at an item once more.
    pub(super) fn is_cheap(&self) -> bool {
        let is_dear = matches!(self, Self::Mapped(..) | Self::Adapted(..) | Self::Chained(..));
        !is_dear && self.sources().into_iter().all(Self::is_cheap)
    }

    /// The arrays and values that the items are parts of.
    pub(super) fn collect(&self, nodes: &mut Vec<ValueId>) {
        match self {
            Self::Elements(view)
            | Self::Places(view, _)
            | Self::Windows(view, _)
            | Self::Chunks(view, ..) => {
                nodes.push(view.array);
            }
            Self::Constants(array) => nodes.push(*array),
            Self::List(items) => items.iter().for_each(|item| item.collect(nodes)),
            Self::Repeated(value) => value.collect(nodes),
            _ => self.sources().into_iter().for_each(|inner| inner.collect(nodes)),
        }
    }

    /// The same items in the other order, if the adaptors allow.
    pub(super) fn reversed(self) -> Option<Self> {
        Some(match self {
            Self::Reversed(inner) => (*inner).clone(),
            Self::Adapted(inner, adaptor @ (Adaptor::Filter(_) | Adaptor::FilterMap(_)), variable) => {
                Self::Adapted(Rc::new((*inner).clone().reversed()?), adaptor, variable)
            }
            Self::Mapped(inner, function) if inner.is_sequential() => {
                Self::Mapped(Rc::new((*inner).clone().reversed()?), function)
            }
            Self::Copied(inner) if inner.is_sequential() => {
                Self::Copied(Rc::new((*inner).clone().reversed()?))
            }
            Self::Adapted(..) => return None,
            stream => Self::Reversed(Rc::new(stream)),
        })
    }
}

impl Lowerer<'_> {
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
            Stream::From(_) | Stream::Repeated(_) => self.greatest_size(),
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
            Stream::Chunks(view, size, cut) => {
                let length = self.length_of(view);
                if cut.is_exact {
                    self.integer_quotient(length, *size)
                } else {
                    self.integer_method("div_ceil", length, *size)
                }
            }
            // None of no items, and otherwise there is no end.
            Stream::Cycled(inner) => {
                let (length, greatest) = (self.length_of_stream(inner), self.greatest_size());
                self.integer_method("saturating_mul", length, greatest)
            }
            Stream::Chained(first, second) => {
                let (first, second) = (self.length_of_stream(first), self.length_of_stream(second));
                self.integer_sum(first, second)
            }
            Stream::Zip(left, right) if left.is_endless() => self.length_of_stream(right),
            Stream::Zip(left, right) if right.is_endless() => self.length_of_stream(left),
            Stream::Zip(left, right) => {
                let (left, right) = (self.length_of_stream(left), self.length_of_stream(right));
                self.integer_method("min", left, right)
            }
            Stream::Enumerate(inner)
            | Stream::Reversed(inner)
            | Stream::Mapped(inner, _)
            | Stream::Copied(inner) => self.length_of_stream(inner),
            Stream::Adapted(inner, adaptor, _) => {
                let length = self.length_of_stream(inner);
                let most = match adaptor {
                    Adaptor::Take(count) => Some(*count),
                    Adaptor::Zip(other, true) => Some(self.length_of_stream(other)),
                    _ => None,
                };
                match most.map(|most| (most, self.known_size(&Val::Node(most)))) {
                    None | Some((_, Some(1..))) => length,
                    Some((_, Some(0))) => self.size_node(0),
                    // If none is asked for, none is looked at.
                    Some((most, None)) => {
                        let greatest = self.greatest_size();
                        let most = self.integer_method("saturating_mul", most, greatest);
                        self.integer_method("min", length, most)
                    }
                }
            }
            Stream::Skip(inner, count) => {
                let length = self.length_of_stream(inner);
                self.integer_method("saturating_sub", length, *count)
            }
            Stream::Take(inner, count) => {
                if inner.is_endless() {
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
        (!stream.is_sequential()).then(|| self.length_of_stream(stream))
    }

    fn greatest_size(&mut self) -> ValueId {
        self.node_of(Template::new().tokens(quote!(::core::primitive::usize::MAX)), Precedence::Postfix)
    }

    /// The item at a position, which has to be below the length.
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
            Stream::Chunks(view, size, cut) => Val::View(self.piece_of(view, *size, *cut, position)),
            Stream::Repeated(value) => (**value).clone(),
            Stream::Cycled(inner) => {
                let length = self.length_of_stream(inner);
                let position = self.integer_remainder(position, length);
                self.item_of(inner, position)
            }
            Stream::Chained(first, second) => {
                let length = self.length_of_stream(first);
                let is_first = self.compared(Comparison::Less, position, length);
                let of_first = |lowerer: &mut Self| lowerer.item_of(first, position);
                let of_second = |lowerer: &mut Self| {
                    let position = lowerer.integer_difference(position, length);
                    lowerer.item_of(second, position)
                };
                match self.builder.known_boolean(is_first) {
                    Some(true) => of_first(self),
                    Some(false) => of_second(self),
                    None => {
                        let arms = vec![ArmSource::going_on(of_first), ArmSource::going_on(of_second)];
                        self.branch(Test::Bool, is_first, arms)
                    }
                }
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
            Stream::Take(inner, _) | Stream::Adapted(inner, ..) => self.item_of(inner, position),
        }
    }

    /// The piece of a slice at a position among pieces of so many elements.
    fn piece_of(&mut self, view: &View, size: ValueId, cut: Cut, position: ValueId) -> View {
        let before = self.integer_product(position, size);
        let length = self.length_of(view);
        if !cut.is_from_end {
            let rest = self.integer_difference(length, before);
            let piece = if cut.is_exact { size } else { self.integer_method("min", size, rest) };
            return self.narrowed_to(view, before, piece);
        }
        let end = self.integer_difference(length, before);
        let start = if cut.is_exact {
            self.integer_difference(end, size)
        } else {
            self.integer_method("saturating_sub", end, size)
        };
        self.narrowed(view, start, end)
    }

    /// All items, if it is known how many there are.
    pub(super) fn known_items(&mut self, stream: &Stream) -> Option<Vec<Val>> {
        if stream.is_sequential() {
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

    pub(super) fn apply_function(&mut self, function: &Function, arguments: Vec<Val>) -> Val {
        match function {
            Function::Closure(number) => self.call_held(*number, arguments),
            Function::Path(path, items) => {
                if arguments.iter().any(Val::is_poisoned) {
                    Val::Poison
                } else {
                    self.call_of(path, &arguments, Some(items))
                }
            }
        }
    }

    /// What is called for each item of `items`, from now until the items are looked at.
    pub(super) fn function(&mut self, function: &Expr, items: &Expr) -> Option<Function> {
        Some(match self.callable(function)? {
            super::closure::Callable::Closure(closure) => match self.closure(closure) {
                Val::Closure(number) => {
                    self.handed_later.insert(number, Rc::new(items.clone()));
                    Function::Closure(number)
                }
                _ => return None,
            },
            super::closure::Callable::Held(number, _) => Function::Closure(number),
            super::closure::Callable::Function(path) => {
                Function::Path(Rc::new(path.clone()), Rc::new(items.clone()))
            }
        })
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
}
