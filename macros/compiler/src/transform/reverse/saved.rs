//! What an iteration of a reversed loop needs of the primal's iteration, and where it comes from: from a value that the
//! primal's loop saved, or from the iteration after it, by undoing what that did.
//!
//! Where saved values stand is a matter of its own (`kept`).

use std::rc::Rc;

use quote::quote;

use super::Reverse;
use super::chosen::is_chosen;
use super::exits::Exits;
use super::loops::Reversed;
use super::position::Positions;
use super::undone::Step;
use crate::graph::{Builder, Change, Comparison, Domain, Loop, Map, Member, Set, Terminator, Ty, ValueId};
use crate::transform::partials::Linearize;

/// How a reversed loop goes through its iterations, and where it has the primal's values from.
pub(super) struct Sources {
    pub(super) domain: Domain,
    pub(super) bounds: Vec<ValueId>,
    /// What the primal loop carried into its first iteration.
    pub(super) initial: Vec<ValueId>,
    /// Where what is carried comes from, by its number.
    carried: Map<usize, Source>,
    /// The numbers of what is finite in every iteration.
    finite: Set<usize>,
    /// Floats that were loaded from arrays which have changed since.
    pub(super) loads: Vec<(ValueId, ValueId)>,
    /// Where the numbers of iterations come from, once they are asked for.
    pub(super) positions: Option<Positions>,
    pub(super) exits: Exits,
    /// Floats that were loaded from arrays which still have them after the loop, and the arrays then.
    pub(super) settled: Vec<(ValueId, ValueId)>,
    /// The numbers of arrays of which loops inside may need more than the loads that are saved, which are these.
    pub(super) partly: Vec<(usize, Vec<ValueId>)>,
}

/// Where a value comes from that was carried into an iteration.
#[derive(Clone)]
pub(super) enum Source {
    /// An array with one element for each iteration.
    Saved(ValueId),
    /// The same for an array: an array of arrays.
    SavedArray(ValueId),
    /// The place for the gradient of this array, at the index of the iteration.
    KeptInGradient(ValueId),
    /// The last value behind the iteration that replaced it last, and what it was before until then.
    Chosen { winner: ValueId, last: ValueId, before: ValueId, is_falling: bool },
    /// What it was in the last iteration, which alone asks for it.
    Last(ValueId),
    /// What it became, from which this is taken away again.
    Undone { last: ValueId, step: Step },
}

/// Values of the reversed body that belong to an iteration as a whole.
#[derive(Default)]
pub(super) struct Stepped {
    /// The number of the iteration.
    pub(super) position: Option<ValueId>,
    /// The argument, its first value and its next one, of what is carried for the sake of the primal's values.
    pub(super) carried: Vec<[ValueId; 3]>,
}

impl Sources {
    /// The numbers of what is kept in gradients, and the arrays that these are of.
    pub(super) fn kept_in_gradients(&self) -> impl Iterator<Item = (usize, ValueId)> {
        self.carried.iter().filter_map(|(&number, source)| match source {
            Source::KeptInGradient(array) => Some((number, *array)),
            _ => None,
        })
    }
}

impl Reverse<'_> {
    /// How the reversed loop goes through the iterations of the primal's.
    pub(super) fn domain_of(&mut self, id: ValueId, repeat: &Loop) -> Sources {
        let operands = self.builder.borrow().graph().value(id).operands.clone();
        let (bounds, initial) = operands.split_at(repeat.domain.bounds());
        let mut sources = Sources {
            domain: repeat.domain.reversed(),
            bounds: bounds.to_vec(),
            initial: initial.to_vec(),
            carried: Map::default(),
            finite: Set::default(),
            loads: Vec::new(),
            positions: None,
            exits: self.exits_of(id, repeat),
            settled: Vec::new(),
            partly: Vec::new(),
        };
        match repeat.domain {
            Domain::Range { is_closed, is_reversed } if repeat.can_break || repeat.condition.is_some() => {
                // As far as the primal came.
                let first = self.available(bounds[usize::from(is_reversed)]).id;
                let reached = self.carry(id, first, Some("reached"), |builder, item, _| {
                    if is_reversed { item } else { builder.neighbour(item, true) }
                });
                let closed_first = if is_reversed && is_closed {
                    self.builder.borrow_mut().neighbour(first, true)
                } else {
                    first
                };
                sources.domain =
                    Domain::Range { is_closed: is_closed && is_reversed, is_reversed: !is_reversed };
                sources.bounds =
                    if is_reversed { vec![reached, bounds[1]] } else { vec![closed_first, reached] };
            }
            Domain::Range { .. } => {
                sources.bounds = bounds.iter().map(|&bound| self.available(bound).id).collect();
            }
            Domain::Endless => {
                let count = self.counted(id);
                let zero = self.builder.borrow_mut().literal(quote!(0));
                sources.domain = Domain::Range { is_closed: false, is_reversed: true };
                sources.bounds = vec![zero, count];
                sources.positions = Some(Positions::Counted(count));
            }
        }
        sources
    }

    /// Has a loop carry one thing more, and returns its last value. The next one is made of the item and the last one.
    pub(super) fn carry(
        &mut self,
        id: ValueId,
        initial: ValueId,
        name: Option<&str>,
        next: impl FnOnce(&mut Builder, ValueId, ValueId) -> ValueId,
    ) -> ValueId {
        let mut builder = self.builder.borrow_mut();
        let Some(repeat) = builder.graph().repeat(id).cloned() else {
            unreachable!("only loops carry values")
        };
        let ty = builder.graph().value(initial).ty;
        let number = builder.graph().carried_count(id);
        if let Some(condition) = repeat.condition {
            builder.resume(condition);
            builder.argument(ty, name.map(Rc::from));
            builder.suspend();
        }
        builder.resume(repeat.body);
        let argument = builder.argument(ty, name.map(Rc::from));
        let item = builder.graph().region(repeat.body).arguments[0];
        let next = next(&mut builder, item, argument);
        builder.suspend();
        if let Terminator::Yield(yields) = &mut builder.graph_mut().region_mut(repeat.body).end {
            yields.push(next);
        }
        builder.graph_mut().value_mut(id).operands.push(initial);
        builder.result(id, number, ty)
    }

    /// Makes something right before a loop.
    pub(super) fn before(&mut self, id: ValueId, make: impl FnOnce(&mut Builder) -> ValueId) -> ValueId {
        let mut builder = self.builder.borrow_mut();
        let region = builder.graph().value(id).region;
        builder.within(region, |builder| {
            let made = make(builder);
            builder.move_back(made, id);
            made
        })
    }

    /// Finds what the first attempt at a reversed body needs, and has the primal's loop save it.
    pub(super) fn save(&mut self, id: ValueId, repeat: &Loop, attempt: &Reversed, sources: &mut Sources) {
        let builder = self.builder;
        let live = self.settle(id, repeat, attempt, sources);
        let items = repeat.domain.items();
        let needed: Vec<usize> = attempt.arguments[items..]
            .iter()
            .enumerate()
            .filter(|(_, stand_in)| live.contains(stand_in))
            .map(|(number, _)| number)
            .collect();
        let arguments = builder.borrow().graph().region(repeat.body).arguments.clone();
        for number in needed {
            let argument = arguments[items + number];
            let ty = builder.borrow().graph().value(argument).ty;
            if ty.is_real() && !builder.borrow().range(argument).infinite {
                sources.finite.insert(number);
            }
            match ty {
                Ty::Real(_) if is_chosen(builder.borrow().graph(), id, repeat, number) => {
                    let source = self.chosen(id, repeat, number, sources);
                    sources.carried.insert(number, source);
                }
                Ty::Real(_) if self.is_for_exits(attempt, &live, attempt.arguments[items + number]) => {
                    let last = self.last_of(id, argument);
                    sources.carried.insert(number, Source::Last(last));
                }
                Ty::Real(_) => match self.kept_in_gradient(id, repeat, argument, attempt, sources) {
                    Some(array) => drop(sources.carried.insert(number, Source::KeptInGradient(array))),
                    None => self.save_argument(id, repeat, number, sources),
                },
                Ty::Array(_) => {
                    let read = (attempt.arguments[items + number], &live);
                    self.save_array(id, repeat, number, read, sources);
                }
                Ty::Other => match self.undone(id, repeat, number) {
                    Some(source) => drop(sources.carried.insert(number, source)),
                    None => self.save_argument(id, repeat, number, sources),
                },
                _ => self.save_argument(id, repeat, number, sources),
            }
        }
    }

    /// Has the primal's loop save what it carries under a number at the start of each iteration.
    pub(super) fn save_argument(&mut self, id: ValueId, repeat: &Loop, number: usize, sources: &mut Sources) {
        let argument = self.builder.borrow().graph().carried_argument(repeat, number);
        match self.saved(id, repeat, argument, sources) {
            Some(array) => {
                let is_array = self.builder.borrow().graph().value(argument).ty.is_array();
                let source = if is_array { Source::SavedArray(array) } else { Source::Saved(array) };
                sources.carried.insert(number, source);
            }
            None => self.note_unstored(id, argument),
        }
    }

    /// Notes that what a loop carries is needed and cannot be saved.
    pub(super) fn note_unstored(&mut self, id: ValueId, argument: ValueId) {
        let builder = self.builder.borrow();
        let name = builder.graph().value(argument).note.name.as_ref().map(ToString::to_string);
        let repeat = self.primal.loops.get(&id).copied().unwrap_or(id);
        self.unstored.push(super::Unstored { repeat, name });
    }

    /// Has the primal's loop hand out what it carried as `argument` into its last iteration.
    pub(super) fn last_of(&mut self, id: ValueId, argument: ValueId) -> ValueId {
        let initial = self.builder.borrow().graph().origins(argument)[0];
        let name = self.name_of(argument);
        let name = name.map_or_else(|| "previous".to_owned(), |name| format!("previous_{name}"));
        self.carry(id, initial, Some(&name), |_, _, _| argument)
    }

    /// Has the primal's loop note which iteration replaced what it carries last, and what that was before.
    fn chosen(&mut self, id: ValueId, repeat: &Loop, number: usize, sources: &mut Sources) -> Source {
        let builder = self.builder;
        let positions = self.find_positions(id, repeat, sources);
        let position = self.position_in(repeat, positions);
        let (argument, next, initial, ty) = {
            let builder = builder.borrow();
            let graph = builder.graph();
            let argument = graph.carried_argument(repeat, number);
            let origins = graph.origins(argument);
            (argument, origins[1], origins[0], graph.value(argument).ty)
        };
        let name =
            builder.borrow().graph().value(argument).note.name.clone().unwrap_or_else(|| "value".into());
        let zero = self.before(id, |builder| builder.literal(quote!(0)));
        let winner = self.carry(id, zero, Some(&format!("{name}_winner")), |builder, _, winner| {
            let is_replaced = builder.compare(Comparison::NotEqual, next, argument);
            builder.select(is_replaced, position, winner)
        });
        let before = self.carry(id, initial, Some(&format!("{name}_before")), |builder, _, before| {
            let is_replaced = builder.compare(Comparison::NotEqual, next, argument);
            builder.select(is_replaced, argument, before)
        });
        let last = builder.borrow_mut().result(id, number, ty);
        let is_falling = matches!(repeat.domain, Domain::Range { is_reversed: true, .. })
            && !matches!(positions, Positions::Counted(_));
        Source::Chosen { winner, last, before, is_falling }
    }

    /// What belongs to the iteration as a whole, at the start of a reversed body.
    pub(super) fn stepped(
        &mut self,
        sources: &Sources,
        item: Option<ValueId>,
    ) -> (Stepped, Map<usize, ValueId>) {
        let mut stepped = Stepped::default();
        let mut values = Map::default();
        let mut numbers: Vec<usize> = sources.carried.keys().copied().collect();
        numbers.sort_unstable();
        let needs_position = !sources.loads.is_empty()
            || sources
                .carried
                .values()
                .any(|source| !matches!(source, Source::Undone { .. } | Source::KeptInGradient(_)));
        if needs_position {
            let (position, carried) = self.position_of(sources, item);
            stepped.position = position;
            stepped.carried.extend(carried);
        }
        for number in numbers {
            let value = match &sources.carried[&number] {
                Source::Saved(array) => {
                    let Some(position) = stepped.position else { continue };
                    let path = Rc::new(Member::computed_element());
                    self.builder.borrow_mut().load(path, vec![*array, position])
                }
                Source::SavedArray(array) => {
                    let Some(position) = stepped.position else { continue };
                    let path = Rc::new(Member::computed_element());
                    self.builder.borrow_mut().load_array(path, vec![*array, position])
                }
                &Source::KeptInGradient(array) => {
                    let Some(item) = item else { continue };
                    let place = self.cotangents_of(array);
                    self.builder.borrow_mut().load(Rc::new(Member::computed_element()), vec![place, item])
                }
                &Source::Chosen { winner, last, before, is_falling } => {
                    let Some(position) = stepped.position else { continue };
                    let mut builder = self.builder.borrow_mut();
                    let is_behind = if is_falling { Comparison::Less } else { Comparison::Greater };
                    let is_later = builder.compare(is_behind, position, winner);
                    builder.select(is_later, last, before)
                }
                &Source::Last(last) => {
                    let (ty, name) = (self.type_of(last), self.name_of(last));
                    let argument = self.builder.borrow_mut().argument(ty, name);
                    stepped.carried.push([argument, last, argument]);
                    argument
                }
                Source::Undone { last, step } => {
                    let amount = self.available(step.amount).id;
                    let mut builder = self.builder.borrow_mut();
                    let name = builder.graph().value(*last).note.name.clone();
                    let argument = builder.argument(Ty::Other, name);
                    if step.is_added {
                        // What it became, so that nothing falls below the first value, and zero.
                        let before = builder.step(argument, amount, Change::Taken);
                        stepped.carried.push([argument, *last, before]);
                        before
                    } else {
                        // Before the first iteration there is none, and what would be there may be too large.
                        let before = builder.step(argument, amount, Change::AddedWrapping);
                        stepped.carried.push([argument, *last, before]);
                        argument
                    }
                }
            };
            if sources.finite.contains(&number) {
                self.builder.borrow_mut().set_finite(value);
            }
            values.insert(number, value);
        }
        (stepped, values)
    }

    /// Has copies of the primal's body take floats from where they are after the loop.
    pub(super) fn use_saved_loads(&mut self, sources: &Sources, stepped: &Stepped) {
        self.primal.settled.extend(sources.settled.iter().copied());
        if let Some(position) = stepped.position {
            self.primal.saved.extend(sources.loads.iter().map(|&(load, array)| (load, [array, position])));
        }
    }
}
