//! Integers that a loop carries and changes by the same amount in each iteration: the reversed loop takes the amount away
//! again, and nothing is kept.

use super::Reverse;
use super::saved::Source;
use crate::graph::{Change, Graph, Loop, Op, Piece, Terminator, ValueId};
use crate::transform::partials::Linearize;

/// What an integer changes by in each iteration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) amount: ValueId,
    /// Whether the amount is added rather than taken away.
    pub(super) is_added: bool,
}

impl Reverse<'_> {
    /// An integer that grows or falls by the same amount in each iteration that has one after it.
    pub(super) fn undone(&mut self, id: ValueId, repeat: &Loop, number: usize) -> Option<Source> {
        let (argument, step) = {
            let builder = self.builder.borrow();
            let graph = builder.graph();
            let argument = graph.carried_argument(repeat, number);
            (argument, step(graph, id, repeat, number)?)
        };
        let last = self.last_of(id, argument);
        let last = if step.is_added {
            let amount = self.available(step.amount).id;
            self.builder.borrow_mut().step(last, amount, Change::Added)
        } else {
            last
        };
        Some(Source::Undone { last, step })
    }
}

/// What an integer that a loop carries under a number changes by in each iteration that has one after it, if that is
/// the same in all of them.
pub(super) fn step(graph: &Graph, id: ValueId, repeat: &Loop, number: usize) -> Option<Step> {
    let argument = graph.carried_argument(repeat, number);
    let next = graph.carried(id, number)?.next?;
    let step = step_of(graph, argument, next, stop_of(graph, repeat))?;
    let is_outside = !graph.encloses(repeat.body, graph.value(step.amount).region)
        || graph.known_literal(step.amount).is_some();
    is_outside.then_some(step)
}

/// What says in an iteration that it is the last one.
pub(super) fn stop_of(graph: &Graph, repeat: &Loop) -> Option<ValueId> {
    let go_on = match &graph.region(repeat.body).end {
        Terminator::Yield(yields) if repeat.can_break => graph.value(yields[0]),
        _ => return None,
    };
    matches!(go_on.op, Op::Not).then(|| go_on.operands[0])
}

/// What is added to an argument of a loop's body to make the next value, or taken away from it, unless `stop` says that
/// there is no next iteration.
fn step_of(graph: &Graph, argument: ValueId, next: ValueId, stop: Option<ValueId>) -> Option<Step> {
    let value = graph.value(next);
    if let Op::Opaque(opaque) = &value.op {
        let [Piece::Hole(0, _), Piece::Tokens(symbol), Piece::Hole(1, _)] = opaque.pieces.as_slice() else {
            return None;
        };
        let is_added = match symbol.to_string().as_str() {
            "+" => true,
            "-" => false,
            _ => return None,
        };
        let is_step = value.operands[0] == argument;
        return is_step.then(|| Step { amount: value.operands[1], is_added });
    }
    let (Op::Result(number), Some(stop)) = (&value.op, stop) else { return None };
    let (owner, stop) = (value.operands[0], graph.value(stop));
    let Op::Result(stops) = stop.op else { return None };
    if stop.operands[0] != owner {
        return None;
    }
    let mut step = None;
    for body in graph.branch(owner)?.bodies() {
        let Terminator::Yield(yields) = &graph.region(body).end else { continue };
        let (next, stop) = (*yields.get(*number)?, *yields.get(stops)?);
        if graph.known_boolean(stop) == Some(true) {
            continue;
        }
        let found = step_of(graph, argument, next, Some(stop))?;
        if step.is_some_and(|step| step != found) {
            return None;
        }
        step = Some(found);
    }
    step
}
