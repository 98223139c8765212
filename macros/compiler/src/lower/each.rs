//! Loops over the items of an iterator: a loop over positions, with what its adaptors do to each item in the body.
//!
//! Adaptors that have to see the items one after the other, such as `filter` and `scan`, remember in variables that no
//! name reaches what they have seen.

use std::rc::Rc;

use syn::{Label, Pat};

use super::control::{ArmSource, Exit, Goes};
use super::scope::VariableId;
use super::stream::{Function, Stream};
use super::{Lowerer, Val};
use crate::graph::{Comparison, Domain, Test, ValueId};

/// An adaptor that has to see the items one after the other.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Adaptor {
    Filter(Function),
    FilterMap(Function),
    TakeWhile(Function),
    MapWhile(Function),
    SkipWhile(Function),
    /// With what the state is at first.
    Scan(Box<Val>, Function),
    /// The items of the items.
    Flatten,
    Enumerate,
    Skip(ValueId),
    Take(ValueId),
    /// The items of another iterator beside them, and whether these come first.
    Zip(Rc<Stream>, bool),
}

/// What a loop does with each item.
pub(super) type Body<'b, 'l> = dyn Fn(&mut Lowerer<'l>, Val) + 'b;

impl<'l> Lowerer<'l> {
    /// A loop over the items.
    pub(super) fn for_each(
        &mut self,
        stream: &Stream,
        label: Option<&Label>,
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
        let stream = self.begun(stream);
        let outermost = self.loops.len();
        if let Some(count) = self.known_size(&Val::Node(length)).filter(|_| stream.holds_list()) {
            let mut positions: Vec<ValueId> = (0..count).map(|position| self.size_node(position)).collect();
            if is_reversed {
                positions.reverse();
            }
            return self.unrolled(label, positions, |lowerer, position| {
                lowerer.with_item(&stream, position, outermost, body);
            });
        }
        let domain = Domain::Range { is_closed: false, is_reversed };
        self.rolled(label, domain, vec![zero, length], name, None, &|lowerer, position| {
            if let Some(position) = position {
                lowerer.with_item(&stream, position, outermost, body);
            }
        })
    }

    /// The iterator with variables for what its adaptors remember.
    fn begun(&mut self, stream: &Stream) -> Stream {
        let begun = |lowerer: &mut Self, inner: &Rc<Stream>| Rc::new(lowerer.begun(inner));
        match stream {
            Stream::Mapped(inner, function) => Stream::Mapped(begun(self, inner), function.clone()),
            Stream::Copied(inner) => Stream::Copied(begun(self, inner)),
            Stream::Adapted(inner, adaptor, _) => {
                let inner = begun(self, inner);
                let first = match adaptor {
                    Adaptor::Scan(initial, _) => Some(("state", (**initial).clone())),
                    Adaptor::SkipWhile(_) => Some(("begun", Val::Node(self.boolean(false)))),
                    Adaptor::Enumerate | Adaptor::Skip(_) | Adaptor::Take(_) | Adaptor::Zip(..) => {
                        Some(("count", self.size(0)))
                    }
                    _ => None,
                };
                let variable = first.map(|(name, value)| self.scopes.hidden(name, value));
                Stream::Adapted(inner, adaptor.clone(), variable)
            }
            other => other.clone(),
        }
    }

    /// Does something with the item at a position, if no adaptor leaves it out. The loop over the items is the one with
    /// the number `outermost`.
    fn with_item(&mut self, stream: &Stream, position: ValueId, outermost: usize, body: &Body<'_, 'l>) {
        match stream {
            Stream::Adapted(inner, adaptor, variable) => {
                self.with_item(inner, position, outermost, &|lowerer, item| {
                    lowerer.adapted(adaptor, *variable, item, outermost, body);
                });
            }
            Stream::Mapped(inner, function) if inner.is_sequential() => {
                self.with_item(inner, position, outermost, &|lowerer, item| {
                    let item = lowerer.apply_function(function, vec![item]);
                    body(lowerer, item);
                });
            }
            Stream::Copied(inner) if inner.is_sequential() => {
                self.with_item(inner, position, outermost, &|lowerer, item| {
                    let item = lowerer.by_value(item);
                    body(lowerer, item);
                });
            }
            _ => {
                let item = self.item_of(stream, position);
                body(self, item);
            }
        }
    }

    /// What an adaptor does with an item.
    fn adapted(
        &mut self,
        adaptor: &Adaptor,
        variable: Option<VariableId>,
        item: Val,
        outermost: usize,
        body: &Body<'_, 'l>,
    ) {
        match (adaptor, variable) {
            (Adaptor::Filter(function), _) => {
                let kept = self.apply_function(function, vec![item.clone()]);
                self.only_if(&kept, move |lowerer| body(lowerer, item));
            }
            (Adaptor::FilterMap(function), _) => {
                let kept = self.apply_function(function, vec![item]);
                let Some(kept) = self.option_of(&kept) else { return };
                self.only_if(&Val::Node(kept.exists), |lowerer| {
                    let item = lowerer.existing(&kept);
                    body(lowerer, item);
                });
            }
            (Adaptor::TakeWhile(function), _) => {
                let goes_on = self.apply_function(function, vec![item.clone()]);
                self.end_unless(&goes_on, outermost);
                if self.exit.is_none() {
                    body(self, item);
                }
            }
            (Adaptor::MapWhile(function), _) => {
                let found = self.apply_function(function, vec![item]);
                self.with_next(&found, outermost, body);
            }
            (Adaptor::Scan(_, function), Some(state)) => {
                let place = Val::Place(super::place::Place::of(state));
                let found = self.apply_function(function, vec![place, item]);
                self.with_next(&found, outermost, body);
            }
            (Adaptor::SkipWhile(function), Some(begun)) => {
                let is_begun = self.scopes.get(begun).value.clone();
                let is_left_out = self.if_holds(
                    &is_begun,
                    |lowerer| Val::Node(lowerer.boolean(false)),
                    |lowerer| lowerer.apply_function(function, vec![item.clone()]),
                );
                let Val::Node(is_left_out) = is_left_out else { return };
                let is_kept = Val::Node(self.negated(is_left_out));
                self.only_if(&is_kept, |lowerer| {
                    let yes = Val::Node(lowerer.boolean(true));
                    lowerer.scopes.assign(begun, yes);
                    body(lowerer, item.clone());
                });
            }
            (Adaptor::Flatten, _) => {
                let item = self.listed_items(item);
                match (self.stream_of(&item), item) {
                    (Some(stream), _) => {
                        self.for_each(&stream, None, None, body);
                    }
                    (None, Val::Array(items) | Val::Sequence(items)) => {
                        for item in items {
                            if self.exit.is_none() {
                                body(self, item);
                            }
                        }
                    }
                    _ => {}
                }
            }
            (Adaptor::Enumerate, Some(count)) => {
                let before = self.counted_up(count);
                body(self, Val::Tuple(vec![Val::Node(before), item]));
            }
            (Adaptor::Skip(skipped), Some(count)) => {
                let before = self.counted_up(count);
                let is_kept = Val::Node(self.compared(Comparison::GreaterEqual, before, *skipped));
                self.only_if(&is_kept, |lowerer| body(lowerer, item.clone()));
            }
            (Adaptor::Take(taken), Some(count)) => {
                let before = self.counted_up(count);
                self.with_one_of(before, *taken, outermost, &|lowerer| body(lowerer, item.clone()));
            }
            (Adaptor::Zip(other, is_first), Some(count)) => {
                let (before, length) = (self.counted_up(count), self.length_of_stream(other));
                if !is_first {
                    let is_there = Val::Node(self.compared(Comparison::Less, before, length));
                    self.end_unless(&is_there, outermost);
                    if self.exit.is_none() {
                        let other = self.item_of(other, before);
                        body(self, Val::Tuple(vec![item, other]));
                    }
                    return;
                }
                self.with_one_of(before, length, outermost, &|lowerer| {
                    let other = lowerer.item_of(other, before);
                    body(lowerer, Val::Tuple(vec![other, item.clone()]));
                });
            }
            _ => unreachable!("what remembers something has a variable"),
        }
    }

    /// Goes on with the value of an option, and ends the loops from `outermost` on where there is none.
    fn with_next(&mut self, found: &Val, outermost: usize, body: &Body<'_, 'l>) {
        let Some(found) = self.option_of(found) else { return };
        self.end_unless(&Val::Node(found.exists), outermost);
        if self.exit.is_none() {
            let item = self.existing(&found);
            body(self, item);
        }
    }

    /// Does something with the first few items and then ends the loops from `outermost` on, without a look at what comes
    /// next.
    fn with_one_of(&mut self, before: ValueId, count: ValueId, outermost: usize, body: &dyn Fn(&mut Self)) {
        // The body may have left the iteration before by `continue`, so that the loops have not ended there.
        let is_one = Val::Node(self.compared(Comparison::Less, before, count));
        self.end_unless(&is_one, outermost);
        if self.exit.is_none() {
            body(self);
        }
        if self.exit.is_none() {
            let one = self.size_node(1);
            let after = self.integer_sum(before, one);
            let is_followed = Val::Node(self.compared(Comparison::Less, after, count));
            self.end_unless(&is_followed, outermost);
        }
    }

    /// What a counter holds, which holds one more afterwards.
    fn counted_up(&mut self, counter: VariableId) -> ValueId {
        let Val::Node(before) = self.scopes.get(counter).value else {
            unreachable!("a counter is one value")
        };
        let one = self.size_node(1);
        let after = Val::Node(self.integer_sum(before, one));
        self.scopes.assign(counter, after);
        before
    }

    fn only_if(&mut self, condition: &Val, then: impl FnOnce(&mut Self)) {
        let then = |lowerer: &mut Self| {
            then(lowerer);
            Val::Unit
        };
        self.if_holds(condition, then, |_| Val::Unit);
    }

    /// One thing where a condition holds, and another where it does not.
    pub(super) fn if_holds(
        &mut self,
        condition: &Val,
        then: impl FnOnce(&mut Self) -> Val,
        otherwise: impl FnOnce(&mut Self) -> Val,
    ) -> Val {
        match (self.known_condition(condition), condition) {
            (Some(true), _) => then(self),
            (Some(false), _) => otherwise(self),
            (None, Val::Node(condition)) => {
                let arms = vec![ArmSource::going_on(then), ArmSource::going_on(otherwise)];
                self.branch(Test::Bool, *condition, arms)
            }
            _ => Val::Poison,
        }
    }

    /// Ends the loops from `outermost` on where a condition does not hold.
    pub(super) fn end_unless(&mut self, condition: &Val, outermost: usize) {
        match (self.known_condition(condition), condition) {
            (Some(false), _) => self.end_loops(outermost),
            (None, Val::Node(condition)) => {
                let go_on = ArmSource::going_on(|_: &mut Self| Val::Unit);
                let end = ArmSource {
                    goes: Goes::Returns,
                    ..ArmSource::going_on(move |lowerer: &mut Self| {
                        lowerer.end_loops(outermost);
                        Val::Never
                    })
                };
                self.branch(Test::Bool, *condition, vec![go_on, end]);
            }
            _ => {}
        }
    }

    fn end_loops(&mut self, outermost: usize) {
        self.stop_loops(outermost);
        self.exit = Some(Exit::Leave);
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

    /// `all` and `any`: a loop that ends at the first item that decides.
    pub(super) fn decided(&mut self, stream: &Stream, function: &Function, is_all: bool) -> Val {
        let undecided = Val::Node(self.boolean(is_all));
        let found = self.scopes.hidden("decided", undecided);
        let outermost = self.loops.len();
        self.for_each(stream, None, None, &|lowerer, item| {
            let holds = lowerer.apply_function(function, vec![item]);
            let decide = |lowerer: &mut Self| {
                let decided = Val::Node(lowerer.boolean(!is_all));
                lowerer.scopes.assign(found, decided);
                lowerer.end_loops(outermost);
                Val::Never
            };
            let go_on = |_: &mut Self| Val::Unit;
            if is_all {
                lowerer.if_holds(&holds, go_on, decide);
            } else {
                lowerer.if_holds(&holds, decide, go_on);
            }
        });
        self.scopes.get(found).value.clone()
    }

    /// Whether a predicate holds for an item, and the position of the first or last such item.
    pub(super) fn sought(
        &mut self,
        stream: &Stream,
        is_last: bool,
        predicate: &dyn Fn(&mut Self, Val) -> Val,
    ) -> (ValueId, ValueId) {
        let (no, zero) = (Val::Node(self.boolean(false)), self.size(0));
        let (exists, found) = (self.scopes.hidden("found", no), self.scopes.hidden("position", zero));
        let inner = Rc::new(stream.clone());
        let numbered = if stream.is_sequential() {
            Stream::Adapted(inner, Adaptor::Enumerate, None)
        } else {
            Stream::Enumerate(inner)
        };
        let numbered = if is_last { Stream::Reversed(Rc::new(numbered)) } else { numbered };
        let outermost = self.loops.len();
        self.for_each(&numbered, None, None, &|lowerer, item| {
            let Val::Tuple(parts) = item else { return };
            let [position, item] = &parts[..] else { return };
            let holds = predicate(lowerer, item.clone());
            let decide = |lowerer: &mut Self| {
                let yes = Val::Node(lowerer.boolean(true));
                lowerer.scopes.assign(exists, yes);
                lowerer.scopes.assign(found, position.clone());
                lowerer.end_loops(outermost);
                Val::Never
            };
            lowerer.if_holds(&holds, decide, |_| Val::Unit);
        });
        match (&self.scopes.get(exists).value, &self.scopes.get(found).value) {
            (Val::Node(exists), Val::Node(found)) => (*exists, *found),
            _ => (self.boolean(false), self.size_node(0)),
        }
    }

    /// The first item, and whether there is one.
    pub(super) fn first_item(&mut self, stream: &Stream) -> (ValueId, Val) {
        let no = Val::Node(self.boolean(false));
        let (exists, found) =
            (self.scopes.hidden("found", no), self.scopes.hidden("item", Val::Uninitialized));
        let outermost = self.loops.len();
        self.for_each(stream, None, None, &|lowerer, item| {
            let yes = Val::Node(lowerer.boolean(true));
            lowerer.scopes.assign(exists, yes);
            lowerer.scopes.assign(found, item);
            lowerer.end_loops(outermost);
        });
        let value = self.scopes.get(found).value.clone();
        match self.scopes.get(exists).value {
            Val::Node(exists) => (exists, value),
            _ => (self.boolean(false), Val::Poison),
        }
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
