//! Methods of iterators over as many items as there are at run time.

use std::rc::Rc;

use quote::{ToTokens, quote};
use syn::{BinOp, Expr, ExprMethodCall, GenericArgument};

use super::each::Adaptor;
use super::option::Optional;
use super::stream::{Function, Stream};
use super::{Lowerer, Val};
use crate::graph::{Ty, ValueId};

impl Lowerer<'_> {
    /// Methods of iterators and of arrays of any length. `None` for those that are not known here.
    pub(super) fn stream_method(&mut self, call: &ExprMethodCall, receiver: &Val) -> Option<Val> {
        let stream = self.stream_of(receiver)?;
        if let Some(value) = self.slice_method(call, receiver) {
            return Some(value);
        }
        if self.is_advanced(call) {
            return Some(Val::Poison);
        }
        if let Some(adapted) = self.adapting_method(call, &stream) {
            return Some(adapted);
        }
        if let Some(value) = self.reducing_method(call, &stream) {
            return Some(value);
        }
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        Some(match (name.as_str(), arguments.as_slice()) {
            ("len", []) if !stream.is_sequential() => Val::Node(self.length_of_stream(&stream)),
            ("count", []) => self.count_of(&stream),
            ("for_each", [function]) => {
                let Some(function) = self.function(function, &call.receiver) else {
                    return Some(Val::Poison);
                };
                self.for_each(&stream, None, None, &|lowerer, item| {
                    lowerer.apply_function(&function, vec![item]);
                })
            }
            ("all" | "any", [function]) => {
                let Some(function) = self.function(function, &call.receiver) else {
                    return Some(Val::Poison);
                };
                self.decided(&stream, &function, name == "all")
            }
            ("sum" | "product", []) => self.total_of(call, &stream),
            ("fold", [initial, function]) => {
                let initial = self.expression(initial);
                let Some(function) = self.function(function, &call.receiver) else {
                    return Some(Val::Poison);
                };
                self.folded(&stream, "folded", initial, &|lowerer, total, item| {
                    lowerer.apply_function(&function, vec![total, item])
                })
            }
            ("next", []) => self.first_of(&stream),
            ("nth", [position]) if !stream.is_sequential() => match self.expression(position) {
                Val::Node(position) => self.item_at(&stream, position),
                _ => Val::Poison,
            },
            ("last", []) => match stream.clone().reversed() {
                Some(reversed) if stream.is_sequential() => self.first_of(&reversed),
                Some(_) => self.last_item(&stream),
                None => self.refuse_method(call),
            },
            ("find", [function]) => self.first_that(&stream, (function, &call.receiver), Adaptor::Filter),
            ("find_map", [function]) => {
                self.first_that(&stream, (function, &call.receiver), Adaptor::FilterMap)
            }
            ("position", [function]) => self.position_of(&stream, (function, &call.receiver), false),
            ("rposition", [function]) if !stream.is_sequential() => {
                self.position_of(&stream, (function, &call.receiver), true)
            }
            _ => self.refuse_method(call),
        })
    }

    /// `core::iter::repeat(x)`, `core::iter::once(x)` and the like. `None` for other functions.
    pub(super) fn iterator_call(&mut self, path: &syn::ExprPath, arguments: &[Val]) -> Option<Val> {
        let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let name = names.next().filter(|_| path.qself.is_none())?;
        if names.next().as_deref() != Some("iter") {
            return None;
        }
        let (made, function) = match (name.as_str(), arguments) {
            ("once", [value]) => (Val::Sequence(vec![value.clone()]), quote!(once::<f64>)),
            ("repeat", [value]) => {
                let repeated = Stream::Repeated(Box::new(value.clone()));
                (Val::Stream(Rc::new(repeated)), quote!(repeat::<f64>))
            }
            ("repeat_n", [value, Val::Node(count)]) => {
                let repeated = Stream::Repeated(Box::new(value.clone()));
                (Val::Stream(Rc::new(Stream::Take(Rc::new(repeated), *count))), quote!(repeat_n::<f64>))
            }
            _ => return None,
        };
        let runtime = &self.runtime;
        let found: Vec<_> = path.path.segments.iter().map(|segment| &segment.ident).collect();
        let leading = path.path.leading_colon;
        let check = quote! {
            const _: fn() = || #runtime::__private::same_function(
                ::core::iter::#function,
                #leading #(#found)::*::<f64>,
            );
        };
        self.checks.entry(path.to_token_stream().to_string()).or_insert(check);
        Some(made)
    }

    fn refuse_method(&self, call: &ExprMethodCall) -> Val {
        self.errors.report(
            &call.method,
            format_args!(
                "the method `{}` of iterators and slices of unknown length is not supported; write a `for` loop",
                call.method
            ),
        );
        Val::Poison
    }

    /// Methods that make one iterator of another. `None` if it is another method.
    fn adapting_method(&mut self, call: &ExprMethodCall, stream: &Stream) -> Option<Val> {
        let inner = || Rc::new(stream.clone());
        let adapted = |adaptor| Stream::Adapted(inner(), adaptor, None);
        let is_sequential = stream.is_sequential();
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let made = match (name.as_str(), arguments.as_slice()) {
            ("copied" | "cloned", []) => Stream::Copied(inner()),
            ("iter" | "into_iter" | "fuse" | "clone", []) => stream.clone(),
            ("rev", []) => match stream.clone().reversed() {
                Some(reversed) => reversed,
                None => {
                    self.refuse_after(call);
                    return Some(Val::Poison);
                }
            },
            ("enumerate", []) if is_sequential => adapted(Adaptor::Enumerate),
            ("enumerate", []) => Stream::Enumerate(inner()),
            ("chain", [other]) => {
                let other = self.open_stream(other);
                return Some(other.map_or(Val::Poison, |other| self.chained(call, stream, other)));
            }
            ("cycle", []) if !is_sequential => Stream::Cycled(inner()),
            ("zip", [other]) => {
                let Some(other) = self.open_stream(other) else { return Some(Val::Poison) };
                match (is_sequential, other.is_sequential()) {
                    (false, false) => Stream::Zip(inner(), Rc::new(other)),
                    (true, false) => adapted(Adaptor::Zip(Rc::new(other), false)),
                    (false, true) => Stream::Adapted(Rc::new(other), Adaptor::Zip(inner(), true), None),
                    (true, true) => {
                        self.refuse_after(call);
                        return Some(Val::Poison);
                    }
                }
            }
            ("skip" | "take" | "step_by", [count]) => {
                let Val::Node(count) = self.expression(count) else { return Some(Val::Poison) };
                match (name.as_str(), is_sequential) {
                    ("skip", false) => Stream::Skip(inner(), count),
                    ("skip", true) => adapted(Adaptor::Skip(count)),
                    ("take", false) => Stream::Take(inner(), count),
                    ("take", true) => adapted(Adaptor::Take(count)),
                    (_, false) => Stream::StepBy(inner(), count),
                    (_, true) => {
                        self.refuse_after(call);
                        return Some(Val::Poison);
                    }
                }
            }
            ("flatten", []) => adapted(Adaptor::Flatten),
            ("scan", [initial, function]) => {
                let initial = self.expression(initial);
                let Some(function) = self.function(function, &call.receiver) else {
                    return Some(Val::Poison);
                };
                if initial.is_poisoned() {
                    return Some(Val::Poison);
                }
                adapted(Adaptor::Scan(Box::new(initial), function))
            }
            (
                "map" | "flat_map" | "filter" | "filter_map" | "take_while" | "map_while" | "skip_while",
                [function],
            ) => {
                let Some(function) = self.function(function, &call.receiver) else {
                    return Some(Val::Poison);
                };
                match name.as_str() {
                    "map" => Stream::Mapped(inner(), function),
                    "flat_map" => {
                        Stream::Adapted(Rc::new(Stream::Mapped(inner(), function)), Adaptor::Flatten, None)
                    }
                    "filter" => adapted(Adaptor::Filter(function)),
                    "filter_map" => adapted(Adaptor::FilterMap(function)),
                    "take_while" => adapted(Adaptor::TakeWhile(function)),
                    "map_while" => adapted(Adaptor::MapWhile(function)),
                    _ if is_sequential => adapted(Adaptor::SkipWhile(function)),
                    _ => {
                        let start = self.end_of_run(stream, &function);
                        Stream::Skip(inner(), start)
                    }
                }
            }
            _ => return None,
        };
        Some(Val::Stream(Rc::new(made)))
    }

    fn refuse_after(&self, call: &ExprMethodCall) {
        self.errors.report(
            &call.method,
            format_args!(
                "how many items are left before this is only known at run time, so `{}` is not supported here; write a \
                 `for` loop with `if` in its body and count in a variable",
                call.method
            ),
        );
    }

    /// `chain`.
    pub(super) fn chained(&self, call: &ExprMethodCall, stream: &Stream, other: Stream) -> Val {
        if stream.is_sequential() || other.is_sequential() {
            self.refuse_after(call);
            return Val::Poison;
        }
        if stream.has_places() || other.has_places() {
            self.errors.report(
                &call.method,
                "`chain` of elements that are assigned to is not supported; write a loop for each of the arrays",
            );
            return Val::Poison;
        }
        Val::Stream(Rc::new(Stream::Chained(Rc::new(stream.clone()), Rc::new(other))))
    }

    /// How many items there are.
    fn count_of(&mut self, stream: &Stream) -> Val {
        if !stream.is_sequential() {
            return Val::Node(self.length_of_stream(stream));
        }
        let zero = self.size(0);
        self.folded(stream, "count", zero, &|lowerer, count, _| match count {
            Val::Node(count) => {
                let one = lowerer.size_node(1);
                Val::Node(lowerer.integer_sum(count, one))
            }
            other => other,
        })
    }

    /// `sum` and `product`.
    fn total_of(&mut self, call: &ExprMethodCall, stream: &Stream) -> Val {
        let name = call.method.to_string();
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
        self.folded(stream, &name, start, &|lowerer, total, item| {
            lowerer.arithmetic(&operator, &total, &item, at, at)
        })
    }

    /// The first item that an adaptor lets through.
    fn first_that(
        &mut self,
        stream: &Stream,
        (function, items): (&Expr, &Expr),
        adaptor: fn(Function) -> Adaptor,
    ) -> Val {
        match self.function(function, items) {
            Some(function) => {
                self.first_of(&Stream::Adapted(Rc::new(stream.clone()), adaptor(function), None))
            }
            None => Val::Poison,
        }
    }

    /// The first item. Of items that can be looked at once more, only the position is looked for.
    fn first_of(&mut self, stream: &Stream) -> Val {
        if !stream.is_sequential() {
            let zero = self.size_node(0);
            return self.item_at(stream, zero);
        }
        if let Stream::Adapted(inner, Adaptor::Filter(function), _) = stream
            && inner.is_cheap()
        {
            let (exists, position) =
                self.sought(inner, false, &|lowerer, item| lowerer.apply_function(function, vec![item]));
            return Val::Optional(Optional::at(exists, inner, position));
        }
        let (exists, value) = self.first_item(stream);
        Val::Optional(Optional::new(exists, value))
    }

    /// The position of the first item that a predicate does not hold for, or else the length.
    fn end_of_run(&mut self, stream: &Stream, function: &Function) -> ValueId {
        let (exists, position) =
            self.sought(stream, false, &|lowerer, item| match lowerer.apply_function(function, vec![item]) {
                Val::Node(holds) => Val::Node(lowerer.negated(holds)),
                other => other,
            });
        let length = self.length_of_stream(stream);
        match self.if_holds(&Val::Node(exists), |_| Val::Node(position), |_| Val::Node(length)) {
            Val::Node(end) => end,
            _ => length,
        }
    }

    /// The position of the first or last item that a predicate holds for.
    fn position_of(&mut self, stream: &Stream, (function, items): (&Expr, &Expr), is_last: bool) -> Val {
        let Some(function) = self.function(function, items) else { return Val::Poison };
        let (exists, position) =
            self.sought(stream, is_last, &|lowerer, item| lowerer.apply_function(&function, vec![item]));
        Val::Optional(Optional::new(exists, Val::Node(position)))
    }
}
