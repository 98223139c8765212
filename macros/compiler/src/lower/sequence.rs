//! Arrays and iterators whose length is known: as lists of values, on which the methods act at once.

use std::rc::Rc;

use syn::{BinOp, Expr, ExprMethodCall, ExprRange, GenericArgument, RangeLimits};

use super::constant::Known;
use super::control::ArmSource;
use super::loops::MOST_ITERATIONS;
use super::stream::Stream;
use super::{Lowerer, Val};
use crate::graph::{Test, Ty};

impl Lowerer<'_> {
    /// The items that a loop or an adaptor goes through. Reports what has no known length.
    pub(super) fn items_of(&mut self, expression: &Expr) -> Option<Vec<Val>> {
        let value = self.expression(expression);
        self.items(value, expression)
    }

    /// An array that is one value as a list, if it has few enough elements to be unrolled.
    pub(super) fn listed_items(&mut self, value: Val) -> Val {
        match &value {
            Val::View(view) => self.listed(view).map_or(value, Val::Array),
            Val::Place(place) => {
                let place = place.clone();
                match self.read(&place) {
                    Val::View(view) if self.listed(&view).is_some() => {
                        self.places_within(&place).map_or(value, Val::Sequence)
                    }
                    _ => value,
                }
            }
            _ => value,
        }
    }

    pub(super) fn items(&mut self, value: Val, at: &Expr) -> Option<Vec<Val>> {
        let value = self.listed_items(value);
        let value = self.expanded(value);
        match value {
            Val::Array(parts) if matches!(at, Expr::Reference(_)) => {
                Some(parts.into_iter().map(|part| self.by_reference(part)).collect())
            }
            Val::Array(parts) | Val::Sequence(parts) => Some(parts),
            Val::Stream(stream) if self.known_items(&stream).is_some() => self.known_items(&stream),
            Val::Place(place) => self.places_within(&place),
            Val::Poison | Val::Never => None,
            _ => {
                self.errors.report(
                    at,
                    "how many items this has is not known to the macro; loop over a range with literal bounds or over an \
                     array whose type is written with its length, `let w: [f64; 3] = w;`",
                );
                None
            }
        }
    }

    /// `a..b` with known bounds.
    pub(super) fn range(&mut self, range: &ExprRange) -> Val {
        let Some(end) = &range.end else {
            self.errors.report(
                range,
                "a range without an end is only supported as the argument of `zip`; write its end",
            );
            return Val::Poison;
        };
        let start = match &range.start {
            Some(start) => self.expression(start),
            None => self.integer(Known { value: 0, suffix: None }),
        };
        let end = self.expression(end);
        if start.is_poisoned() || end.is_poisoned() {
            return Val::Poison;
        }
        let is_closed = matches!(range.limits, RangeLimits::Closed(_));
        let (Val::Node(first), Val::Node(last)) = (&start, &end) else { return Val::Poison };
        let stream = Val::Stream(Rc::new(Stream::Range { start: *first, end: *last, is_closed }));
        let (Some(start), Some(end)) = (self.known(&start), self.known(&end)) else { return stream };
        let last = match range.limits {
            RangeLimits::HalfOpen(_) => end.value,
            RangeLimits::Closed(_) => end.value.saturating_add(1),
        };
        let count = usize::try_from(last.saturating_sub(start.value)).unwrap_or(0);
        if count > self.decisions.longest {
            return stream;
        }
        self.counted(Known { value: start.value, suffix: start.suffix.or(end.suffix) }, count)
    }

    /// Consecutive integers.
    pub(super) fn counted(&mut self, start: Known, count: usize) -> Val {
        let items = (0..).take(count.min(MOST_ITERATIONS + 1)).map(|offset: i64| {
            self.integer(Known { value: start.value.saturating_add(offset), suffix: start.suffix })
        });
        Val::Sequence(items.collect())
    }

    /// Methods of arrays and iterators. `None` for those that are not known here.
    pub(super) fn sequence_method(&mut self, call: &ExprMethodCall, receiver: &Val) -> Option<Val> {
        let is_array = matches!(receiver, Val::Array(_));
        let (Val::Array(items) | Val::Sequence(items)) = receiver else { return None };
        let items = items.clone();
        let like = |items: Vec<Val>| if is_array { Val::Array(items) } else { Val::Sequence(items) };
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        Some(match (name.as_str(), arguments.as_slice()) {
            ("iter", []) => Val::Sequence(items.into_iter().map(|item| self.by_reference(item)).collect()),
            ("copied" | "cloned", []) => {
                Val::Sequence(items.into_iter().map(|item| self.by_value(item)).collect())
            }
            ("into_iter", []) => Val::Sequence(items),
            ("as_slice" | "as_ref" | "to_owned" | "clone" | "each_ref", []) => like(items),
            ("len" | "count", []) => self.size(items.len()),
            ("is_empty", []) => Val::Node(self.boolean(items.is_empty())),
            ("rev", []) => Val::Sequence(items.into_iter().rev().collect()),
            ("enumerate", []) => {
                let pairs = items.into_iter().enumerate();
                Val::Sequence(pairs.map(|(index, item)| Val::Tuple(vec![self.size(index), item])).collect())
            }
            ("zip", [other]) => self.zip(items, other),
            ("chain", [other]) => {
                let value = self.expression(other);
                let value = self.listed_items(value);
                if let Some(second) = self.stream_of(&value)
                    && self.known_items(&second).is_none()
                {
                    return Some(self.chained(call, &Stream::List(items), second));
                }
                let Some(others) = self.items(value, other) else { return Some(Val::Poison) };
                Val::Sequence(items.into_iter().chain(others).collect())
            }
            ("skip", [count]) => match self.count(count) {
                Some(count) => Val::Sequence(items.into_iter().skip(count).collect()),
                None => Val::Poison,
            },
            ("take", [count]) => match self.count(count) {
                Some(count) => Val::Sequence(items.into_iter().take(count).collect()),
                None => Val::Poison,
            },
            ("step_by", [step]) => match self.positive(step) {
                Some(step) => Val::Sequence(items.into_iter().step_by(step).collect()),
                None => Val::Poison,
            },
            ("windows", [size]) => match self.positive(size) {
                Some(size) => {
                    Val::Sequence(items.windows(size).map(|window| Val::Array(window.to_vec())).collect())
                }
                None => Val::Poison,
            },
            ("chunks_exact" | "chunks", [size]) => match self.positive(size) {
                Some(size) => {
                    let chunks = items.chunks(size).filter(|chunk| name == "chunks" || chunk.len() == size);
                    Val::Sequence(chunks.map(|chunk| Val::Array(chunk.to_vec())).collect())
                }
                None => Val::Poison,
            },
            ("split_at", [middle]) => match self.count(middle) {
                Some(middle) if middle <= items.len() => {
                    let (left, right) = items.split_at(middle);
                    Val::Tuple(vec![Val::Array(left.to_vec()), Val::Array(right.to_vec())])
                }
                _ => return None,
            },
            ("map", [function]) => self.mapped(items, function, None).map_or(Val::Poison, like),
            ("flat_map", [function]) => {
                let Some(parts) = self.mapped(items, function, None) else { return Some(Val::Poison) };
                return Some(self.flattened(parts, function));
            }
            ("flatten", []) => return Some(self.flattened(items, &call.receiver)),
            ("filter", [function]) => match self.filtered(&items, function) {
                Some(kept) => kept,
                None => return self.stream_method(call, &stream_of_list(items)),
            },
            ("for_each", [function]) => match self.mapped(items, function, None) {
                Some(_) => Val::Unit,
                None => Val::Poison,
            },
            ("all" | "any", [function]) => self.quantified(items, function, name == "all"),
            ("sum" | "product", []) => self.accumulated(items, call),
            ("fold", [initial, function]) => {
                let mut accumulator = self.expression(initial);
                let Some(function) = self.callable(function) else { return Some(Val::Poison) };
                for item in items {
                    if self.exit.is_some() {
                        return Some(Val::Never);
                    }
                    accumulator = self.applied(&function, vec![accumulator, item]);
                }
                accumulator
            }
            _ => return self.item_method(call, items, is_array),
        })
    }

    /// Methods that give an item, or may not, and those of which it is only known at run time what they give.
    fn item_method(&mut self, call: &ExprMethodCall, items: Vec<Val>, is_array: bool) -> Option<Val> {
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        Some(match (name.as_str(), arguments.as_slice()) {
            ("next", []) => self.maybe(items.into_iter().next()),
            ("first", []) => {
                let first = items.into_iter().next().map(|item| self.by_reference(item));
                self.maybe(first)
            }
            ("last", []) if is_array => {
                let last = items.into_iter().last().map(|item| self.by_reference(item));
                self.maybe(last)
            }
            ("last", []) => self.maybe(items.into_iter().last()),
            ("split_first", []) if is_array => {
                let mut items = items.into_iter();
                let first = items.next().map(|first| Val::Tuple(vec![first, Val::Array(items.collect())]));
                self.maybe(first)
            }
            ("split_last", []) if is_array => {
                let mut items = items;
                let last = items.pop().map(|last| Val::Tuple(vec![last, Val::Array(items)]));
                self.maybe(last)
            }
            ("reduce", [function]) => {
                let Some(function) = self.callable(function) else { return Some(Val::Poison) };
                let reduced =
                    items.into_iter().reduce(|value, item| self.applied(&function, vec![value, item]));
                self.maybe(reduced)
            }
            (
                "chunks" | "rchunks" | "rchunks_exact" | "cycle" | "filter_map" | "find" | "find_map" | "get"
                | "map_while" | "max_by" | "min_by" | "nth" | "position" | "rposition" | "scan"
                | "skip_while" | "take_while",
                [..],
            ) => return self.stream_method(call, &stream_of_list(items)),
            ("min" | "max", []) => {
                let mut items = items.into_iter();
                let first = items.next()?;
                return items.try_fold(first, |value, item| self.fold_method(&name, &[value, item]));
            }
            _ => return None,
        })
    }

    /// Methods that change an array in place. `None` for those that are not known here.
    pub(super) fn mutating_method(&mut self, call: &ExprMethodCall) -> Option<Val> {
        let name = call.method.to_string();
        if let Some(item) = self.taken_item(call) {
            return Some(item);
        }
        if !matches!(
            name.as_str(),
            "iter_mut"
                | "as_mut_slice"
                | "swap"
                | "fill"
                | "reverse"
                | "copy_from_slice"
                | "clone_from_slice"
        ) {
            return None;
        }
        if !self.may_be_array(&call.receiver) {
            return None;
        }
        let Some(place) = self.place(&call.receiver) else { return Some(Val::Poison) };
        let value = self.read(&place);
        let arguments: Vec<&Expr> = call.args.iter().collect();
        if let Val::View(view) = &value {
            return self.mutating_view_method(call, view, &place, &arguments);
        }
        let Val::Array(mut parts) = self.expanded(value) else { return None };
        match (name.as_str(), arguments.as_slice()) {
            ("iter_mut", []) => {
                return self.places_within(&place).map(Val::Sequence);
            }
            ("as_mut_slice", []) => return Some(Val::Place(place)),
            ("swap", [a, b]) => {
                let (first, second) = (self.expression(a), self.expression(b));
                if self.known(&first).is_none() || self.known(&second).is_none() {
                    return Some(self.swapped(&place, &first, &second, &call.method));
                }
                let positions =
                    (self.position(&first, parts.len(), a), self.position(&second, parts.len(), b));
                let (Some(first), Some(second)) = positions else { return Some(Val::Poison) };
                parts.swap(first, second);
            }
            ("fill", [value]) => {
                let value = self.expression(value);
                parts.fill(value);
            }
            ("reverse", []) => parts.reverse(),
            ("copy_from_slice" | "clone_from_slice", [source]) => {
                let source_items = self.items_of(source)?;
                if source_items.len() != parts.len() {
                    self.errors.report(source, "the two arrays have different lengths; make them equal");
                    return Some(Val::Poison);
                }
                parts = source_items;
            }
            _ => return None,
        }
        self.write(&place, Val::Array(parts), &call.method);
        Some(Val::Unit)
    }

    /// `zip`, which gives a list if both sides are lists.
    fn zip(&mut self, items: Vec<Val>, other: &Expr) -> Val {
        match self.zipped(other, items.len()) {
            Some(Zipped::List(others)) => {
                let pairs = items.into_iter().zip(others);
                Val::Sequence(pairs.map(|(item, other)| Val::Tuple(vec![item, other])).collect())
            }
            Some(Zipped::Stream(other)) => {
                Val::Stream(Rc::new(Stream::Zip(Rc::new(Stream::List(items)), Rc::new(other))))
            }
            None => Val::Poison,
        }
    }

    /// The other side of a `zip`: a range without an end is as long as is needed.
    fn zipped(&mut self, other: &Expr, length: usize) -> Option<Zipped> {
        if let Expr::Range(range) = unwrapped(other)
            && range.end.is_none()
        {
            let start = match &range.start {
                Some(start) => self.expression(start),
                None => self.integer(Known { value: 0, suffix: None }),
            };
            if let Some(start) = self.known(&start) {
                return match self.counted(start, length) {
                    Val::Sequence(items) => Some(Zipped::List(items)),
                    _ => None,
                };
            }
        }
        let value = self.expression(other);
        let value = self.listed_items(value);
        match self.stream_of(&value) {
            Some(stream) => Some(match self.known_items(&stream) {
                Some(items) => Zipped::List(items),
                None => Zipped::Stream(stream),
            }),
            None => self.items(value, other).map(Zipped::List),
        }
    }

    pub(super) fn count(&mut self, expression: &Expr) -> Option<usize> {
        let value = self.expression(expression);
        let count = self.known_size(&value);
        if count.is_none() && !value.is_poisoned() {
            self.errors.report(
                expression,
                "this number is not known to the macro; write a literal or a counter of a loop",
            );
        }
        count
    }

    fn positive(&mut self, expression: &Expr) -> Option<usize> {
        let count = self.count(expression)?;
        if count == 0 {
            self.errors.report(expression, "this number must not be zero; write 1 or more");
            return None;
        }
        Some(count)
    }

    fn flattened(&mut self, parts: Vec<Val>, at: &Expr) -> Val {
        let mut all = Vec::new();
        for part in parts {
            match self.items(part, at) {
                Some(items) => all.extend(items),
                None => return Val::Poison,
            }
        }
        Val::Sequence(all)
    }

    /// `None` if which items are kept is only known at run time.
    fn filtered(&mut self, items: &[Val], function: &Expr) -> Option<Val> {
        let Some(callable) = self.callable(function) else { return Some(Val::Poison) };
        let mut kept = Vec::new();
        for item in items {
            let condition = self.applied(&callable, vec![item.clone()]);
            match self.known_condition(&condition) {
                Some(true) => kept.push(item.clone()),
                Some(false) => {}
                None if condition.is_poisoned() => return Some(Val::Poison),
                None => return None,
            }
        }
        Some(Val::Sequence(kept))
    }

    /// `all` and `any`, which stop at the first item that decides.
    fn quantified(&mut self, items: Vec<Val>, function: &Expr, is_all: bool) -> Val {
        let Some(callable) = self.callable(function) else { return Val::Poison };
        let mut value = Val::Node(self.boolean(is_all));
        for item in items {
            value = match (self.known_condition(&value), value) {
                (Some(known), value) if known != is_all => return value,
                (Some(_), _) => self.applied(&callable, vec![item]),
                (None, Val::Node(condition)) => {
                    let decided =
                        ArmSource::going_on(move |lowerer: &mut Self| Val::Node(lowerer.boolean(!is_all)));
                    let callable = &callable;
                    let next =
                        ArmSource::going_on(move |lowerer: &mut Self| lowerer.applied(callable, vec![item]));
                    let arms = if is_all { vec![next, decided] } else { vec![decided, next] };
                    self.branch(Test::Bool, condition, arms)
                }
                _ => return Val::Poison,
            };
        }
        value
    }

    /// `sum` and `product`, which start from −0 and 1 and so with the first item.
    fn accumulated(&mut self, items: Vec<Val>, call: &ExprMethodCall) -> Val {
        let is_sum = call.method == "sum";
        let operator = if is_sum {
            BinOp::Add(syn::Token![+](call.method.span()))
        } else {
            BinOp::Mul(syn::Token![*](call.method.span()))
        };
        let total = items
            .into_iter()
            .reduce(|total, item| self.arithmetic(&operator, &total, &item, &call.receiver, &call.receiver));
        total.unwrap_or_else(|| {
            let scalar = call.turbofish.as_ref().and_then(|turbofish| match turbofish.args.first() {
                Some(GenericArgument::Type(ty)) => self.signature.scalar(ty),
                _ => None,
            });
            let ty = scalar.map_or_else(|| self.types.fresh(), Ty::Real);
            Val::Node(self.literal(ty, if is_sum { "-0.0" } else { "1.0" }))
        })
    }
}

/// An iterator over a few values, of which it is only known at run time which are used.
fn stream_of_list(items: Vec<Val>) -> Val {
    Val::Stream(Rc::new(Stream::List(items)))
}

/// The other side of a `zip`.
enum Zipped {
    List(Vec<Val>),
    Stream(Stream),
}

pub(super) fn unwrapped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => unwrapped(&inner.expr),
        Expr::Group(inner) => unwrapped(&inner.expr),
        other => other,
    }
}
