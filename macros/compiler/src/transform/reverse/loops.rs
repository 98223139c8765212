//! Reversing loops: a loop through the same domain in the other order, whose body is a copy of the primal's body,
//! reversed.
//!
//! The cotangents of what the primal carries are carried, and so are the sums of the contributions to values outside.
//! What an iteration needs of the values carried into it is what `saved` says; the rest of the copy is computed again
//! as far as the cotangents need it.

use std::rc::Rc;

use super::Reverse;
use super::arrays::Kind;
use super::saved::Sources;
use crate::graph::{Loop, Map, Op, Region, RegionId, Set, Sym, Terminator, Ty, ValueId};
use crate::transform::activity;
use crate::transform::cotangents::Cotangents;
use crate::transform::partials::Linearize;
use crate::transform::prune::live_in;
use crate::transform::whole;

/// A reversed body.
pub(super) struct Reversed {
    pub(super) region: RegionId,
    /// What the loop carries: the first value and the number of the loop's argument, in the order of the arguments.
    carried: Vec<Carried>,
    /// What stands for each argument of the primal's body.
    pub(super) arguments: Vec<ValueId>,
    /// The conditions of exits, and what they are where an exit was taken.
    pub(super) exits: Vec<(ValueId, bool)>,
}

struct Carried {
    /// The argument of the reversed body.
    argument: ValueId,
    initial: ValueId,
    next: ValueId,
    is_array: bool,
    target: Target,
    /// The number of what the primal's loop carries, if this is the cotangent of that.
    number: Option<usize>,
}

/// What the last value of something that a reversed loop carries is.
#[derive(Clone, Copy)]
enum Target {
    /// A contribution to this value, which stands before the primal loop.
    Value(ValueId),
    /// The cotangents of this array, which the primal loop has changed.
    Array(ValueId),
    /// Those of an array that the primal loop has read.
    Sum(ValueId),
    /// Nothing: it serves the iterations.
    None,
}

/// The cotangent of one result of a loop.
#[derive(Clone, Copy)]
pub(super) struct Seed {
    pub(super) number: usize,
    pub(super) cotangent: ValueId,
    /// Whether it is the same in every iteration.
    pub(super) is_constant: bool,
    /// Whether it is finite in every iteration.
    is_finite: bool,
}

/// The cotangents of an array from outside, which a reversed loop adds to.
pub(super) struct Sum {
    pub(super) array: ValueId,
    /// What stands for them in an iteration, what they are before the loop, and what an iteration makes of them.
    pub(super) argument: ValueId,
    pub(super) initial: ValueId,
    pub(super) next: ValueId,
}

impl Carried {
    fn as_sum(&self) -> Option<Sum> {
        let Target::Sum(array) = self.target else { return None };
        Some(Sum { array, argument: self.argument, initial: self.initial, next: self.next })
    }
}

impl Reversed {
    /// The arrays from outside that the loop adds to.
    pub(super) fn sums(&self) -> Vec<Sum> {
        self.carried.iter().filter_map(Carried::as_sum).collect()
    }

    /// Whether the loop adds up numbers, whose order keeps its iterations from being computed side by side.
    pub(super) fn has_totals(&self) -> bool {
        self.carried
            .iter()
            .any(|each| each.number.is_none() && !each.is_array && matches!(each.target, Target::Value(_)))
    }
}

impl<'g> Reverse<'g> {
    /// Reverses a loop, if anything flows back into it.
    pub(super) fn reverse_loop(&mut self, id: ValueId, cotangents: &mut Cotangents<'g>) {
        let seeds = self.seeds_of_loop(id, cotangents);
        if seeds.is_empty() {
            return;
        }
        let reached = self.reached(id, &seeds);
        let Some(repeat) = self.builder.borrow().graph().repeat(id).cloned() else { return };
        let seeded = self.seeded(id, &repeat, &reached, &seeds);
        let mut sources = self.domain_of(id, &repeat);
        // The first attempt shows what is needed and what does not change, the second one has it.
        let known = self.known_arrays();
        let mut seeded = seeded;
        let attempt = loop {
            let attempt = self.reversed_body(&repeat, &seeded, &sources);
            if !self.find_infinite(&mut seeded, &attempt) {
                break attempt;
            }
        };
        let seeded = seeded.into_iter().map(|seed| Seed {
            is_constant: attempt
                .carried
                .iter()
                .any(|each| each.number == Some(seed.number) && each.next == each.argument && !each.is_array),
            ..seed
        });
        let seeded: Vec<Seed> = seeded.collect();
        if self.fuse_loop(id, &repeat, &seeded, &attempt, &known, cotangents) {
            return;
        }
        self.save(id, &repeat, &attempt, &mut sources);
        let mut reversed = self.reversed_body(&repeat, &seeded, &sources);
        if self.save_whole_arrays(id, &repeat, &reversed, &mut sources) {
            reversed = self.reversed_body(&repeat, &seeded, &sources);
        }
        self.check_stand_ins(id, &reversed);
        let operands = sources.bounds.iter().copied().chain(reversed.carried.iter().map(|each| each.initial));
        let operands = operands.collect();
        let made = Loop { domain: sources.domain, condition: None, body: reversed.region, can_break: false };
        let made = self.builder.borrow_mut().repeat(made, operands);
        let (mut given, mut written) = (Vec::new(), Vec::new());
        for (number, each) in reversed.carried.iter().enumerate() {
            let mut builder = self.builder.borrow_mut();
            let ty = builder.graph().value(each.argument).ty;
            let result = builder.result(made, number, ty);
            drop(builder);
            match each.target {
                Target::Value(id) => self.contribute(cotangents, id, self.sym(result)),
                Target::Array(id) => given.push((id, result)),
                Target::Sum(array) => {
                    let is_kept_in = sources.kept_in_gradients().any(|(_, kept_in)| kept_in == array);
                    if each.as_sum().is_some_and(|sum| self.write_once(made, &sum, is_kept_in)) {
                        written.push(array);
                    }
                    self.take_over(array, result, false);
                }
                Target::None => {}
            }
        }
        self.check_gradients(id, &sources, &written);
        // What the loop has summed up is in place before more is added to it.
        for (array, result) in given {
            self.give_array(array, result);
        }
        for seed in seeded.iter().filter(|seed| seed.is_constant) {
            self.contribute(cotangents, sources.initial[seed.number], self.sym(seed.cotangent));
        }
    }

    /// The cotangents of the results.
    fn seeds_of_loop(&mut self, id: ValueId, cotangents: &mut Cotangents<'g>) -> Vec<Seed> {
        let results = self.builder.borrow().graph().results(id).to_vec();
        let mut seeds = Vec::new();
        for result in results {
            let Op::Result(number) = self.builder.borrow().graph().value(result).op else { continue };
            let cotangent = self.take_total(result, cotangents);
            seeds.extend(cotangent.map(|cotangent| Seed {
                number,
                cotangent,
                is_constant: false,
                is_finite: true,
            }));
        }
        seeds
    }

    /// The numbers of what is carried that the seeds depend on.
    fn reached(&self, id: ValueId, seeds: &[Seed]) -> Vec<usize> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut pending: Vec<ValueId> = Vec::new();
        let mut reached: Vec<usize> = Vec::new();
        let mut seen: Set<ValueId> = Set::default();
        let reach = |number: usize, reached: &mut Vec<usize>, pending: &mut Vec<ValueId>| {
            if !reached.contains(&number) {
                reached.push(number);
                pending.extend(graph.carried(id, number).and_then(|carried| carried.next));
            }
        };
        for seed in seeds {
            reach(seed.number, &mut reached, &mut pending);
        }
        while let Some(value) = pending.pop() {
            if !self.is_varied(value) || !seen.insert(value) {
                continue;
            }
            match graph.carrier(value) {
                Some((owner, number)) if owner == id => reach(number, &mut reached, &mut pending),
                _ => pending.extend(activity::sources(graph, value)),
            }
        }
        reached.sort_unstable();
        reached
    }

    /// For each number that is reached, the cotangent that goes into the reversed loop.
    fn seeded(&mut self, id: ValueId, repeat: &Loop, reached: &[usize], seeds: &[Seed]) -> Vec<Seed> {
        let mut seeded = Vec::new();
        for &number in reached {
            let found = seeds.iter().find(|seed| seed.number == number).copied();
            let seed = found.unwrap_or_else(|| {
                let initial =
                    self.builder.borrow().graph().value(id).operands[repeat.domain.bounds() + number];
                let initial = self.available(initial).id;
                let mut builder = self.builder.borrow_mut();
                let ty = builder.graph().value(initial).ty;
                let cotangent =
                    if ty.is_array() { builder.zero_array(initial) } else { builder.like(initial, 0.0) };
                Seed { number, cotangent, is_constant: false, is_finite: true }
            });
            seeded.push(seed);
        }
        seeded
    }

    /// Notes which cotangents were taken for finite and may not stay so; whether there are any.
    fn find_infinite(&self, seeded: &mut [Seed], attempt: &Reversed) -> bool {
        let builder = self.builder.borrow();
        let mut has_found = false;
        for each in &attempt.carried {
            let seed = seeded.iter_mut().find(|seed| Some(seed.number) == each.number && seed.is_finite);
            let is_infinite = [each.initial, each.next].into_iter().any(|id| builder.range(id).infinite);
            if let Some(seed) = seed.filter(|_| is_infinite) {
                seed.is_finite = false;
                has_found = true;
            }
        }
        has_found
    }

    fn reversed_body(&mut self, repeat: &Loop, seeded: &[Seed], sources: &Sources) -> Reversed {
        let region = self.builder.borrow_mut().enter();
        let body = self.builder.borrow().graph().region(repeat.body).clone();
        let Terminator::Yield(yields) = &body.end else { unreachable!("what always panics has no results") };
        let item = self.item_of(repeat, &body, sources);
        let mut carried = self.arguments_for_seeds(repeat, &body, seeded, sources);
        self.open_scope(Kind::Loop, region);
        let (mut stepped, known) = self.stepped(sources, item);
        let (arguments, mut copies) = self.stand_ins(repeat, &body.arguments, item, sources, &known);
        let exits = self.ask_for_exits(&sources.exits, &mut stepped, &mut copies);
        self.use_saved_loads(sources, &stepped);
        let given = self.builder.borrow().graph().region(region).values.len();
        self.primal.copy_values(repeat.body, &mut copies);
        let values = self.builder.borrow().graph().region(region).values[given..].to_vec();
        let mut inner = Cotangents::default();
        let argument_of = |carried: &[Carried], number: usize| {
            let found = carried.iter().find(|each| each.number == Some(number));
            found.map(|each| each.argument)
        };
        for seed in seeded {
            let next = yields[repeat.exits() + seed.number];
            let next = copies.get(&next).copied().unwrap_or(next);
            let cotangent = argument_of(&carried, seed.number).unwrap_or(seed.cotangent);
            if self.is_array(next) {
                self.give_array(next, cotangent);
            } else {
                self.contribute(&mut inner, next, self.sym(cotangent));
            }
        }
        self.sweep(&values, &mut inner);
        for seed in seeded {
            let argument = arguments[repeat.domain.items() + seed.number];
            let total = self.take_total(argument, &mut inner);
            if let Some(each) = carried.iter_mut().find(|each| each.number == Some(seed.number)) {
                each.next = match total {
                    Some(total) => total,
                    None => self.builder.borrow_mut().like(each.argument, 0.0),
                };
            }
        }
        for &[argument, initial, next] in &stepped.carried {
            let (is_array, target, number) = (false, Target::None, None);
            carried.push(Carried { argument, initial, next, is_array, target, number });
        }
        let mut totals = Vec::new();
        for id in inner.remaining() {
            let Some(total) = inner.take(id, self.primal.count) else { continue };
            totals.push((id, self.sum_of(id, total)));
        }
        let sums = self.latest_of_carried();
        let scope = self.close_scope();
        for ((array, initial, argument), next) in scope.carried.into_iter().zip(sums) {
            let (is_array, target, number) = (true, Target::Sum(array), None);
            carried.push(Carried { argument, initial, next, is_array, target, number });
        }
        let mut yields: Vec<(ValueId, ValueId)> =
            carried.iter().map(|each| (each.argument, each.next)).collect();
        yields.extend(totals.iter().map(|&(_, [argument, next])| (argument, next)));
        yields.sort_by_key(|&(argument, _)| argument);
        self.builder
            .borrow_mut()
            .leave(Terminator::Yield(yields.into_iter().map(|(_, next)| next).collect()));
        // What a struct's sum begins with is made of the struct, in front of the loop.
        for (id, [argument, next]) in totals {
            let like = self.available(id);
            let (initial, target) = (self.number(like.id, 0.0).id, Target::Value(id));
            carried.push(Carried { argument, initial, next, is_array: false, target, number: None });
        }
        carried.sort_by_key(|each| each.argument);
        Reversed { region, carried, arguments, exits }
    }

    /// The item of a reversed loop, which is the one of the primal's, or the number of the iteration.
    fn item_of(&mut self, repeat: &Loop, body: &Region, sources: &Sources) -> Option<ValueId> {
        let original = body.arguments.first().copied().filter(|_| repeat.domain.items() > 0);
        let name = original.and_then(|id| self.name_of(id));
        let item = (sources.domain.items() > 0).then(|| self.builder.borrow_mut().argument(Ty::Other, name));
        self.items.extend(item.zip(original));
        item
    }

    /// Arguments of the current region for the cotangents that are not the same in every iteration.
    fn arguments_for_seeds(
        &mut self,
        repeat: &Loop,
        body: &Region,
        seeded: &[Seed],
        sources: &Sources,
    ) -> Vec<Carried> {
        let mut carried = Vec::new();
        for seed in seeded.iter().filter(|seed| !seed.is_constant) {
            let original = body.arguments[repeat.domain.items() + seed.number];
            let name = self.name_of(original).map(|name| Rc::from(format!("{name}_bar")));
            let mut builder = self.builder.borrow_mut();
            let ty = builder.graph().value(seed.cotangent).ty;
            let argument = builder.argument(ty, name);
            if seed.is_finite {
                builder.set_finite(argument);
            }
            let is_array = ty.is_array();
            let before = sources.initial[seed.number];
            let target = if is_array { Target::Array(before) } else { Target::Value(before) };
            let (initial, number) = (seed.cotangent, Some(seed.number));
            carried.push(Carried { argument, initial, next: argument, is_array, target, number });
        }
        carried
    }

    pub(super) fn type_of(&self, id: ValueId) -> Ty {
        self.builder.borrow().graph().value(id).ty
    }

    fn is_array(&self, id: ValueId) -> bool {
        self.type_of(id).is_array()
    }

    /// The cotangent of a value, or the cotangents of an array, that nothing before it has.
    fn take_total(&mut self, id: ValueId, cotangents: &mut Cotangents<'g>) -> Option<ValueId> {
        if self.is_array(id) {
            return self.take_array(id);
        }
        let total = cotangents.take(id, self.primal.count)?;
        self.name_cotangent(id, total);
        Some(total.id)
    }

    /// The sum of the contributions of all iterations to a value outside: the argument that it is so far, and the next.
    fn sum_of(&mut self, id: ValueId, total: Sym<'g>) -> [ValueId; 2] {
        let name = self.name_of(id).map(|name| Rc::from(format!("{name}_bar")));
        let mut builder = self.builder.borrow_mut();
        let ty = builder.graph().value(total.id).ty;
        let argument = builder.argument(ty, name);
        drop(builder);
        let argument = self.sym(argument);
        let next = if ty == Ty::Whole { whole::sum(&[argument, total]) } else { Some(argument + total) };
        [argument.id, next.map_or(argument.id, |next| next.id)]
    }

    /// What stands in the reversed body for the arguments of the primal's.
    fn stand_ins(
        &mut self,
        repeat: &Loop,
        arguments: &[ValueId],
        item: Option<ValueId>,
        sources: &Sources,
        known: &Map<usize, ValueId>,
    ) -> (Vec<ValueId>, Map<ValueId, ValueId>) {
        let mut stand_ins = Vec::new();
        let mut copies = Map::default();
        // What the loop carries for its reversal is of no use in the copy.
        let count = repeat.domain.items() + sources.initial.len();
        for (number, &argument) in arguments.iter().take(count).enumerate() {
            let found = match number.checked_sub(repeat.domain.items()) {
                None => item,
                Some(carried) => known.get(&carried).copied(),
            };
            let stand_in = found.unwrap_or_else(|| self.builder.borrow_mut().absent(argument));
            self.primal.activity.inherit(stand_in, argument);
            if let Some(carried) = number.checked_sub(repeat.domain.items()) {
                self.outside.insert(stand_in, sources.initial[carried]);
            }
            stand_ins.push(stand_in);
            copies.insert(argument, stand_in);
        }
        (stand_ins, copies)
    }

    /// Notes what the reversed body still needs of the primal's iteration and does not have.
    fn check_stand_ins(&mut self, id: ValueId, reversed: &Reversed) {
        let live = live_in(self.builder.borrow().graph(), reversed.region, &Set::default());
        let is_missing = |id: &ValueId| {
            let builder = self.builder.borrow();
            live.contains(id) && matches!(builder.graph().value(*id).op, Op::Absent)
        };
        let missing: Vec<ValueId> = reversed.arguments.iter().copied().filter(is_missing).collect();
        for stand_in in missing {
            self.note_unstored(id, stand_in);
        }
    }

    pub(super) fn name_of(&self, id: ValueId) -> Option<Rc<str>> {
        self.builder.borrow().graph().value(id).note.name.clone()
    }
}
