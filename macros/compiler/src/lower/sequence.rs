//! Arrays and iterators whose length is known: as lists of values, on which the methods act at once.

use std::rc::Rc;

use quote::ToTokens;
use syn::{
    BinOp, Expr, ExprCall, ExprClosure, ExprMethodCall, ExprPath, ExprRange, GenericArgument, PathArguments,
    RangeLimits, Type,
};

use super::constant::Known;
use super::control::ArmSource;
use super::loops::MOST_ITERATIONS;
use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Precedence, Test, Ty, ValueId};
use crate::signature::literal_length;

/// What is called for each item.
enum Callable<'e> {
    Closure(&'e ExprClosure),
    Function(&'e ExprPath),
    /// A closure that a variable holds.
    Held(usize, &'e ExprPath),
}

impl Lowerer<'_> {
    /// The items that a loop or an adaptor goes through. Reports what has no known length.
    pub(super) fn items_of(&mut self, expression: &Expr) -> Option<Vec<Val>> {
        let value = self.expression(expression);
        self.items(value, expression)
    }

    fn items(&mut self, value: Val, at: &Expr) -> Option<Vec<Val>> {
        let value = self.expanded(value);
        match value {
            Val::Array(parts) | Val::Sequence(parts) => Some(parts),
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

    /// An opaque array of known type as the list of its elements.
    pub(super) fn expanded(&mut self, value: Val) -> Val {
        match value {
            Val::Node(id) => match self.array_length(id) {
                Some(length) => {
                    Val::Array((0..length).map(|index| self.component(id, index, true)).collect())
                }
                None => value,
            },
            value => value,
        }
    }

    /// The length of an opaque array, if its type is known.
    fn array_length(&self, id: ValueId) -> Option<usize> {
        match self.array_types.get(&id)? {
            Type::Array(array) => literal_length(&array.len),
            _ => None,
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
        let (Some(start), Some(end)) = (self.known(&start), self.known(&end)) else {
            self.errors.report(
                range,
                "the bounds of this range are not known to the macro, so its loop cannot be unrolled; write them with \
                 literals, `const` items of the function or `len()` of arrays",
            );
            return Val::Poison;
        };
        let last = match range.limits {
            RangeLimits::HalfOpen(_) => end.value,
            RangeLimits::Closed(_) => end.value.saturating_add(1),
        };
        let count = usize::try_from(last.saturating_sub(start.value)).unwrap_or(0);
        self.counted(Known { value: start.value, suffix: start.suffix.or(end.suffix) }, count)
    }

    /// Consecutive integers.
    fn counted(&mut self, start: Known, count: usize) -> Val {
        let items = (0..).take(count.min(MOST_ITERATIONS + 1)).map(|offset: i64| {
            self.integer(Known { value: start.value.saturating_add(offset), suffix: start.suffix })
        });
        Val::Sequence(items.collect())
    }

    /// `[element; length]`.
    pub(super) fn repeat(&mut self, repeat: &syn::ExprRepeat) -> Val {
        let element = self.expression(&repeat.expr);
        let length = self.expression(&repeat.len);
        if element.is_poisoned() || length.is_poisoned() {
            return Val::Poison;
        }
        match self.known_size(&length) {
            Some(length) if length <= MOST_ITERATIONS => Val::Array(vec![element; length]),
            _ => {
                self.errors.report(
                    &repeat.len,
                    "the length of this array is not known to the macro; write it with literals, `const` items of the \
                     function or `len()` of arrays",
                );
                Val::Poison
            }
        }
    }

    /// `core::array::from_fn(f)`; the length is written, or that of the type that is expected.
    pub(super) fn array_from_fn(&mut self, call: &ExprCall) -> Val {
        let expected = self.expected.take();
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
        match call.args.first().map(unwrapped) {
            Some(Expr::Closure(closure)) => Val::Array(
                items
                    .into_iter()
                    .map(|item| self.inlined_expecting(closure, vec![item], element.as_ref()))
                    .collect(),
            ),
            Some(function) => self.mapped(items, function).map_or(Val::Poison, Val::Array),
            None => Val::Poison,
        }
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
            ("iter" | "into_iter" | "copied" | "cloned" | "by_ref", []) => Val::Sequence(items),
            ("as_slice" | "as_ref" | "to_owned" | "clone" | "each_ref", []) => like(items),
            ("len" | "count", []) => self.size(items.len()),
            ("is_empty", []) => Val::Node(self.boolean(items.is_empty())),
            ("rev", []) => Val::Sequence(items.into_iter().rev().collect()),
            ("enumerate", []) => {
                let pairs = items.into_iter().enumerate();
                Val::Sequence(pairs.map(|(index, item)| Val::Tuple(vec![self.size(index), item])).collect())
            }
            ("zip", [other]) => {
                let Some(others) = self.zipped(other, items.len()) else { return Some(Val::Poison) };
                let pairs = items.into_iter().zip(others);
                Val::Sequence(pairs.map(|(item, other)| Val::Tuple(vec![item, other])).collect())
            }
            ("chain", [other]) => {
                let Some(others) = self.items_of(other) else { return Some(Val::Poison) };
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
            ("first", []) if !items.is_empty() => items[0].clone(),
            ("last", []) if !items.is_empty() => items[items.len() - 1].clone(),
            ("map", [function]) => self.mapped(items, function).map_or(Val::Poison, like),
            ("flat_map", [function]) => {
                let Some(parts) = self.mapped(items, function) else { return Some(Val::Poison) };
                return Some(self.flattened(parts, function));
            }
            ("flatten", []) => return Some(self.flattened(items, &call.receiver)),
            ("filter", [function]) => return Some(self.filtered(items, function)),
            ("for_each", [function]) => match self.mapped(items, function) {
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
            ("reduce", [function]) if !items.is_empty() => {
                let Some(function) = self.callable(function) else { return Some(Val::Poison) };
                let mut items = items.into_iter();
                let first = items.next().unwrap_or(Val::Poison);
                items.fold(first, |value, item| self.applied(&function, vec![value, item]))
            }
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
        let Some(place) = self.place(&call.receiver) else { return Some(Val::Poison) };
        let value = self.read(&place);
        let Val::Array(mut parts) = self.expanded(value) else { return None };
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), arguments.as_slice()) {
            ("iter_mut", []) => {
                return self.places_within(&place).map(Val::Sequence);
            }
            ("as_mut_slice", []) => return Some(Val::Place(place)),
            ("swap", [a, b]) => {
                let (first, second) = (self.expression(a), self.expression(b));
                let positions =
                    (self.position(&first, parts.len(), a), self.position(&second, parts.len(), b));
                let (Some(first), Some(second)) = positions else {
                    if self.known(&first).is_none() || self.known(&second).is_none() {
                        self.errors.report(
                            &call.method,
                            "`swap` needs indices that the macro knows; write literals or counters of loops",
                        );
                    }
                    return Some(Val::Poison);
                };
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

    /// The other side of a `zip`: a range without an end is as long as is needed.
    fn zipped(&mut self, other: &Expr, length: usize) -> Option<Vec<Val>> {
        if let Expr::Range(range) = unwrapped(other)
            && range.end.is_none()
        {
            let start = match &range.start {
                Some(start) => self.expression(start),
                None => self.integer(Known { value: 0, suffix: None }),
            };
            if let Some(start) = self.known(&start) {
                return match self.counted(start, length) {
                    Val::Sequence(items) => Some(items),
                    _ => None,
                };
            }
        }
        self.items_of(other)
    }

    fn count(&mut self, expression: &Expr) -> Option<usize> {
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

    fn filtered(&mut self, items: Vec<Val>, function: &Expr) -> Val {
        let Some(callable) = self.callable(function) else { return Val::Poison };
        let mut kept = Vec::new();
        for item in items {
            let condition = self.applied(&callable, vec![item.clone()]);
            match self.known_condition(&condition) {
                Some(true) => kept.push(item),
                Some(false) => {}
                None => {
                    if !condition.is_poisoned() {
                        self.errors.report(
                            function,
                            "which items this keeps is not known to the macro; write a loop with `if` in its body",
                        );
                    }
                    return Val::Poison;
                }
            }
        }
        Val::Sequence(kept)
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

    fn mapped(&mut self, items: Vec<Val>, function: &Expr) -> Option<Vec<Val>> {
        let callable = self.callable(function)?;
        let start = self.builder.graph().len();
        let mut results = Vec::new();
        for (count, item) in items.into_iter().enumerate() {
            if self.exit.is_some() || self.is_beyond_budget(start, count, function) {
                return None;
            }
            results.push(self.applied(&callable, vec![item]));
        }
        Some(results)
    }

    fn callable<'e>(&mut self, function: &'e Expr) -> Option<Callable<'e>> {
        match unwrapped(function) {
            Expr::Closure(closure) => Some(Callable::Closure(closure)),
            Expr::Path(path) => {
                let held = path.path.get_ident().and_then(|ident| self.scopes.find(ident));
                Some(match held.map(|variable| &self.scopes.get(variable).value) {
                    Some(Val::Closure(number)) => Callable::Held(*number, path),
                    _ => Callable::Function(path),
                })
            }
            Expr::Reference(reference) => self.callable(&reference.expr),
            other => {
                self.errors
                    .report(other, "a closure or the name of a function is needed here; write `|x| …`");
                None
            }
        }
    }

    fn applied(&mut self, callable: &Callable<'_>, arguments: Vec<Val>) -> Val {
        match callable {
            Callable::Closure(closure) => self.inlined(closure, arguments),
            Callable::Held(number, path) => self.call_closure(*number, arguments, path),
            Callable::Function(path) => {
                if arguments.iter().any(Val::is_poisoned) {
                    return Val::Poison;
                }
                self.call_of(path, &arguments)
            }
        }
    }

    /// A closure that is bound to a name: its body is written out at each call.
    pub(super) fn closure(&mut self, closure: &ExprClosure) -> Val {
        let snapshot =
            if closure.capture.is_some() { self.scopes.snapshot_by_value() } else { self.scopes.snapshot() };
        self.closures.push((Rc::new(closure.clone()), snapshot));
        Val::Closure(self.closures.len() - 1)
    }

    /// A call of a closure, whose names mean what they meant where it was written.
    pub(super) fn call_closure(&mut self, number: usize, arguments: Vec<Val>, at: &ExprPath) -> Val {
        let (closure, snapshot) = self.closures[number].clone();
        if closure.inputs.len() != arguments.len() {
            self.errors.report(
                at,
                format_args!(
                    "this closure has {} parameters; give it as many arguments",
                    closure.inputs.len()
                ),
            );
            return Val::Poison;
        }
        let here = self.scopes.go_to(&snapshot);
        let value = self.inlined(&closure, arguments);
        self.scopes.return_to(here);
        value
    }

    /// The body of a closure, with its parameters bound to the arguments.
    fn inlined(&mut self, closure: &ExprClosure, arguments: Vec<Val>) -> Val {
        self.inlined_expecting(closure, arguments, None)
    }

    /// The body of a closure, with its parameters bound to the arguments.
    fn inlined_expecting(
        &mut self,
        closure: &ExprClosure,
        arguments: Vec<Val>,
        expected: Option<&Type>,
    ) -> Val {
        if closure.inputs.len() != arguments.len() {
            self.errors.report(
                &closure.inputs,
                format_args!("this closure is called with {} arguments; name each of them", arguments.len()),
            );
            return Val::Poison;
        }
        let outer_loops = std::mem::take(&mut self.loops);
        let outer_returned = self.returned.take();
        let was_in_closure = std::mem::replace(&mut self.in_closure, true);
        self.scopes.enter();
        for (pattern, argument) in closure.inputs.iter().zip(arguments) {
            self.bind(pattern, argument);
        }
        let value = self.expecting(&closure.body, expected.cloned());
        self.scopes.leave();
        self.in_closure = was_in_closure;
        self.returned = outer_returned;
        self.loops = outer_loops;
        value
    }

    /// The element of an opaque array at an index that is an expression.
    pub(super) fn opaque_element(&mut self, array: ValueId, index: ValueId) -> Val {
        let template = Template::new().hole(array, Precedence::Postfix).index(index);
        let element = match self.array_types.get(&array) {
            Some(Type::Array(array)) => Some((*array.elem).clone()),
            _ => None,
        };
        self.typed_part(template, element)
    }

    /// An opaque part of an opaque value, of a type that may be known.
    pub(super) fn typed_part(&mut self, template: Template, ty: Option<Type>) -> Val {
        let scalar = ty.as_ref().and_then(|ty| self.signature.scalar(ty)).map(Ty::Real);
        let value = self.opaque(template, Precedence::Postfix, scalar.unwrap_or(Ty::Other));
        if let (Val::Node(id), Some(ty @ Type::Array(_))) = (&value, ty) {
            self.array_types.insert(*id, ty);
        }
        value
    }

    /// `array[a..b]`.
    pub(super) fn slice_of(&mut self, parts: &[Val], range: &ExprRange) -> Val {
        let bound = |lowerer: &mut Self, bound: &Option<Box<Expr>>, default: usize| match bound {
            Some(bound) => lowerer.count(bound),
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

pub(super) fn unwrapped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => unwrapped(&inner.expr),
        Expr::Group(inner) => unwrapped(&inner.expr),
        other => other,
    }
}
