//! Ways out of a loop. Only the last iteration takes one, so the primal's loop notes which it was, and the reversed loop
//! asks that instead of evaluating conditions again: what they depend on is not needed of every iteration, and what an
//! arm that leaves depends on is needed of the last one only.

use proc_macro2::Literal;
use quote::{ToTokens, quote};

use super::Reverse;
use super::loops::Reversed;
use super::saved::Stepped;
use super::undone::{step, stop_of};
use crate::graph::{Comparison, Graph, Loop, Map, Op, RegionId, Set, Terminator, Ty, ValueId};
use crate::rules::Primitive;

/// The conditions of a loop's exits, and which of these the loop took.
#[derive(Clone, Default)]
pub(super) struct Exits {
    found: Vec<Exit>,
    taken: Option<Taken>,
}

/// A branch with an arm that always leaves the loop.
#[derive(Clone, Copy)]
struct Exit {
    /// The condition of the branch, which nothing else asks.
    test: ValueId,
    /// What it is where the arm is taken.
    leaves: bool,
    /// The arm.
    arm: RegionId,
}

#[derive(Clone, Copy)]
enum Taken {
    /// Whether the only one was.
    Only(ValueId),
    /// The number of the one, from one on, or zero.
    Number(ValueId),
}

impl Reverse<'_> {
    /// Has a loop note which exit it takes, if there are some that depend on what cannot be had for nothing.
    pub(super) fn exits_of(&mut self, id: ValueId, repeat: &Loop) -> Exits {
        let (found, is_only, stop) = {
            let builder = self.builder.borrow();
            let graph = builder.graph();
            let Some(stop) = stop_of(graph, repeat) else { return Exits::default() };
            let mut search = Search { graph, body: repeat.body, found: Vec::new(), has_others: false };
            search.follow(stop);
            let Search { mut found, has_others, .. } = search;
            let is_only = found.len() == 1 && !has_others;
            let asks = |value| asks_for_what_is_carried(graph, id, repeat, value);
            found.retain(|exit| asks(exit.test) || multiplies(graph, exit.arm, asks));
            (found, is_only, stop)
        };
        if found.is_empty() {
            return Exits::default();
        }
        let taken = if is_only {
            let no = self.before(id, |builder| builder.boolean(false));
            Taken::Only(self.carry(id, no, Some("left"), |_, _, _| stop))
        } else {
            let none = self.before(id, |builder| builder.literal(quote!(0)));
            let number = self.number_of_exit(stop, &found);
            Taken::Number(self.carry(id, none, Some("exit"), |_, _, _| number))
        };
        Exits { found, taken: Some(taken) }
    }

    /// The number of the exit that an iteration takes, as one more result of the branches that say whether it does.
    fn number_of_exit(&mut self, stop: ValueId, exits: &[Exit]) -> ValueId {
        let builder = self.builder;
        let (owner, branch, number) = {
            let builder = builder.borrow();
            let value = builder.graph().value(stop);
            let Op::Result(number) = value.op else { unreachable!("exits were found behind branches") };
            let owner = value.operands[0];
            let Some(branch) = builder.graph().branch(owner).cloned() else {
                unreachable!("exits were found behind branches")
            };
            (owner, branch, number)
        };
        let mut results = 0;
        for region in branch.bodies() {
            let Terminator::Yield(yields) = builder.borrow().graph().region(region).end.clone() else {
                continue;
            };
            let leads_on = leads_on(builder.borrow().graph(), region, yields[number]);
            let exit = exits.iter().position(|exit| exit.arm == region);
            let number = if leads_on {
                self.number_of_exit(yields[number], exits)
            } else {
                let number = exit.map_or(0, |position| position + 1);
                let mut builder = builder.borrow_mut();
                builder.resume(region);
                let number = builder.literal(Literal::usize_unsuffixed(number).to_token_stream());
                builder.suspend();
                number
            };
            if let Terminator::Yield(yields) = &mut builder.borrow_mut().graph_mut().region_mut(region).end {
                results = yields.len();
                yields.push(number);
            }
        }
        builder.borrow_mut().result(owner, results, Ty::Other)
    }

    /// Has the copy of a body ask which exit was taken. Returns what it asks, and what that is where the exit was taken.
    pub(super) fn ask_for_exits(
        &mut self,
        exits: &Exits,
        stepped: &mut Stepped,
        copies: &mut Map<ValueId, ValueId>,
    ) -> Vec<(ValueId, bool)> {
        let mut builder = self.builder.borrow_mut();
        let Some(taken) = exits.taken else { return Vec::new() };
        let (result, name) = match taken {
            Taken::Only(result) => (result, "left"),
            Taken::Number(result) => (result, "exit"),
        };
        let ty = builder.graph().value(result).ty;
        let argument = builder.argument(ty, Some(name.into()));
        // The iterations before the last one took none.
        let none = match taken {
            Taken::Only(_) => builder.boolean(false),
            Taken::Number(_) => builder.literal(quote!(0)),
        };
        stepped.carried.push([argument, result, none]);
        let mut asked = Vec::new();
        for (exit, number) in exits.found.iter().zip(1..) {
            let is_taken = match taken {
                Taken::Only(_) => argument,
                Taken::Number(_) => {
                    let number = builder.literal(Literal::usize_unsuffixed(number).to_token_stream());
                    builder.compare(Comparison::Equal, argument, number)
                }
            };
            let test = if exit.leaves { is_taken } else { builder.not(is_taken) };
            copies.insert(exit.test, test);
            asked.push((test, exit.leaves));
        }
        asked
    }

    /// Whether the live values of a reversed body ask for what stands for a float only in arms that leave the loop, so that
    /// only the last iteration does.
    pub(super) fn is_for_exits(&self, attempt: &Reversed, live: &Set<ValueId>, stand_in: ValueId) -> bool {
        let builder = self.builder.borrow();
        let mut flow = Flow { graph: builder.graph(), asked: &attempt.exits, live, values: Set::default() };
        flow.values.insert(stand_in);
        !attempt.exits.is_empty() && flow.stays_in(attempt.region) && flow.is_absent(attempt.region)
    }
}

/// Finds the branches that say whether an iteration is the last one.
struct Search<'g> {
    graph: &'g Graph,
    body: RegionId,
    found: Vec<Exit>,
    /// Whether there are ways out besides.
    has_others: bool,
}

impl Search<'_> {
    fn follow(&mut self, stop: ValueId) {
        let graph = self.graph;
        let value = graph.value(stop);
        let Op::Result(number) = value.op else { return self.has_others = true };
        let Some(branch) = graph.branch(value.operands[0]) else { return self.has_others = true };
        let test = graph.value(value.operands[0]).operands[0];
        let mut uses = 0;
        graph.for_each_use(self.body, &mut |id| uses += usize::from(id == test));
        for (position, arm) in branch.arms.iter().enumerate() {
            let Terminator::Yield(yields) = &graph.region(arm.region).end else { continue };
            let stop = yields[number];
            match (graph.known_boolean(stop), branch.condition_in(position)) {
                (Some(false), _) => {}
                (Some(true), Some(leaves)) if uses == 1 => {
                    self.found.push(Exit { test, leaves, arm: arm.region });
                }
                (None, _) if leads_on(graph, arm.region, stop) => self.follow(stop),
                _ => self.has_others = true,
            }
        }
    }
}

/// Whether a branch in an arm says whether the loop is left.
fn leads_on(graph: &Graph, arm: RegionId, stop: ValueId) -> bool {
    let value = graph.value(stop);
    matches!(value.op, Op::Result(_)) && value.region == arm && graph.branch(value.operands[0]).is_some()
}

/// Whether a condition depends on what a loop carries, integers that can be stepped back aside.
fn asks_for_what_is_carried(graph: &Graph, id: ValueId, repeat: &Loop, test: ValueId) -> bool {
    let arguments = &graph.region(repeat.body).arguments[repeat.domain.items()..];
    let mut pending = vec![test];
    let mut seen: Set<ValueId> = Set::default();
    while let Some(next) = pending.pop() {
        let value = graph.value(next);
        if !graph.encloses(repeat.body, value.region) || !seen.insert(next) {
            continue;
        }
        if let Some(number) = arguments.iter().position(|&argument| argument == next)
            && (value.ty != Ty::Other || step(graph, id, repeat, number).is_none())
        {
            return true;
        }
        pending.extend(&value.operands);
        graph.regions(next).for_each(|region| graph.for_each_use(region, &mut |id| pending.push(id)));
    }
    false
}

/// Whether an arm does more with values that ask for something than to add them.
fn multiplies(graph: &Graph, arm: RegionId, asks: impl Fn(ValueId) -> bool) -> bool {
    graph.region(arm).values.iter().any(|&id| {
        let is_sum = matches!(
            graph.value(id).op,
            Op::Primitive(Primitive::add | Primitive::sub | Primitive::neg) | Op::Opaque(_)
        );
        !is_sum && asks(id)
    })
}

/// Where a float goes in a reversed body.
struct Flow<'a> {
    graph: &'a Graph,
    /// The conditions of exits, and what they are where an exit was taken.
    asked: &'a [(ValueId, bool)],
    live: &'a Set<ValueId>,
    /// Floats and conditions that depend on it.
    values: Set<ValueId>,
}

impl Flow<'_> {
    /// Whether all that it goes into, arms that leave aside, are further floats and conditions.
    fn stays_in(&mut self, region: RegionId) -> bool {
        let graph = self.graph;
        for &id in graph.region(region).values.iter().filter(|id| self.live.contains(id)) {
            let value = graph.value(id);
            if value.operands.iter().any(|operand| self.values.contains(operand)) {
                if !matches!(value.op, Op::Primitive(_) | Op::Compare(_) | Op::Not | Op::Select | Op::Cast) {
                    return false;
                }
                self.values.insert(id);
            }
            for inner in graph.regions(id).filter(|&inner| !self.is_left_from(id, inner)).collect::<Vec<_>>()
            {
                if !self.stays_in(inner) || !self.is_yielded_nowhere(id, inner) {
                    return false;
                }
            }
        }
        true
    }

    /// Whether the end of a region does without it.
    fn is_absent(&self, region: RegionId) -> bool {
        self.graph.region(region).end.operands().iter().all(|id| !self.values.contains(id))
    }

    /// Whether a branch's arm leaves the loop.
    fn is_left_from(&self, branch: ValueId, arm: RegionId) -> bool {
        let Some(found) = self.graph.branch(branch) else { return false };
        let test = self.graph.value(branch).operands[0];
        let leaves = self.asked.iter().find(|(asked, _)| *asked == test).map(|(_, leaves)| *leaves);
        let arms = found.arms.iter().enumerate();
        leaves.is_some()
            && arms
                .filter(|(_, each)| each.region == arm)
                .any(|(number, _)| found.condition_in(number) == leaves)
    }

    /// Whether nothing is asked of what a region yields that depends on the float.
    fn is_yielded_nowhere(&self, owner: ValueId, region: RegionId) -> bool {
        let graph = self.graph;
        let is_arm = graph.branch(owner).is_some_and(|branch| branch.bodies().any(|body| body == region));
        let Terminator::Yield(yields) = &graph.region(region).end else { return self.is_absent(region) };
        if !is_arm {
            return self.is_absent(region);
        }
        graph.results(owner).iter().filter(|result| self.live.contains(result)).all(|&result| {
            !matches!(graph.value(result).op, Op::Result(number) if self.values.contains(&yields[number]))
        })
    }
}
