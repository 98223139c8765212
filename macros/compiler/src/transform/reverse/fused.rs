//! Reversing a loop in the loop itself: where all that it carries is only added to, the cotangents of what it carries
//! are the same in every iteration, so that each iteration can add its contributions as soon as it has computed its
//! values. That saves computing them again, which pays where they are expensive, and where a loop of its own would not
//! be vectorised because it adds up numbers.

use super::Reverse;
use super::arrays::Kind;
use super::loops::{Reversed, Seed, Sum};
use crate::graph::{Graph, Loop, Op, RegionId, Set, Sym, Terminator, Ty, ValueId};
use crate::rules::{Primitive, is_call};
use crate::transform::cotangents::Cotangents;
use crate::transform::whole;

impl<'g> Reverse<'g> {
    /// Reverses a loop in itself, if that is possible and pays. `known` are the arrays that have had cotangents before
    /// the attempt at reversing it in a loop of its own.
    pub(super) fn fuse_loop(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        seeded: &[Seed],
        attempt: &Reversed,
        known: &Set<ValueId>,
        cotangents: &mut Cotangents<'g>,
    ) -> bool {
        let Some(factor) = self.common_factor(id, repeat, seeded, attempt, known) else { return false };
        let builder = self.builder;
        let body = builder.borrow().graph().region(repeat.body).clone();
        let Terminator::Yield(yields) = &body.end else { return false };
        for sum in attempt.sums() {
            builder.borrow_mut().move_back(sum.initial, id);
        }
        builder.borrow_mut().resume(repeat.body);
        self.open_scope(Kind::Loop, repeat.body);
        let mut inner = Cotangents::default();
        for seed in seeded {
            let next = yields[repeat.exits() + seed.number];
            let cotangent = match factor {
                Some(_) => self.number(next, 1.0),
                None => self.sym(seed.cotangent),
            };
            self.contribute(&mut inner, next, cotangent);
        }
        self.sweep(&body.values, &mut inner);
        for seed in seeded {
            inner.take(body.arguments[repeat.domain.items() + seed.number], self.primal.count);
        }
        let mut totals = Vec::new();
        for target in inner.remaining() {
            totals.extend(inner.take(target, self.primal.count).map(|total| (target, total)));
        }
        let arrays = self.latest_of_carried();
        let scope = self.close_scope();
        builder.borrow_mut().suspend();
        for ((array, around, argument), latest) in scope.carried.into_iter().zip(arrays) {
            let result = self.adopt(id, repeat, around, argument, latest);
            let sum = Sum { array, argument, initial: around, next: latest };
            self.write_once(id, &sum, false);
            self.take_over(array, result, false);
        }
        for (target, total) in totals {
            let name = self.name_of(target).map(|name| format!("{name}_bar"));
            let is_whole = builder.borrow().graph().value(total.id).ty == Ty::Whole;
            let zero = self.before(id, |builder| builder.like(target, 0.0));
            let sum = self.carry(id, zero, name.as_deref(), |builder, _, sum| {
                if is_whole {
                    whole::added(builder, &[sum, total.id])
                } else {
                    builder.simplified(Primitive::add, vec![sum, total.id])
                }
            });
            let sum = self.sym(sum);
            let contribution = match factor {
                Some(factor) => self.scale().by_partial(factor, sum),
                None => sum,
            };
            self.contribute(cotangents, target, contribution);
        }
        for seed in seeded {
            let initial = builder.borrow().graph().value(id).operands[repeat.domain.bounds() + seed.number];
            self.contribute(cotangents, initial, self.sym(seed.cotangent));
        }
        true
    }

    /// What the contributions are to be multiplied with afterwards, if anything; `None` if the loop cannot be reversed in
    /// itself.
    #[expect(
        clippy::option_option,
        reason = "whether it can be, and whether there is a factor, are two questions"
    )]
    fn common_factor(
        &self,
        id: ValueId,
        repeat: &Loop,
        seeded: &[Seed],
        attempt: &Reversed,
        known: &Set<ValueId>,
    ) -> Option<Option<Sym<'g>>> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let is_here = graph.value(id).region == builder.current();
        let is_added_to = seeded.iter().all(|seed| seed.is_constant);
        if !is_here || !is_added_to || !(attempt.has_totals() || is_expensive(graph, repeat.body)) {
            return None;
        }
        let sums = attempt.sums();
        if sums
            .iter()
            .any(|sum| known.contains(&sum.array) || graph.value(sum.initial).region != builder.current())
        {
            return None;
        }
        if seeded.iter().all(|seed| builder.number(seed.cotangent).is_some()) {
            return Some(None);
        }
        match seeded {
            [seed] if sums.is_empty() => Some(Some(self.sym(seed.cotangent))),
            _ => None,
        }
    }

    /// Has a loop carry an argument that its body has been given already.
    fn adopt(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        initial: ValueId,
        argument: ValueId,
        next: ValueId,
    ) -> ValueId {
        let mut builder = self.builder.borrow_mut();
        let ty = builder.graph().value(argument).ty;
        let number = builder.graph().carried_count(id);
        if let Some(condition) = repeat.condition {
            builder.resume(condition);
            builder.argument(ty, None);
            builder.suspend();
        }
        if let Terminator::Yield(yields) = &mut builder.graph_mut().region_mut(repeat.body).end {
            yields.push(next);
        }
        builder.graph_mut().value_mut(id).operands.push(initial);
        builder.result(id, number, ty)
    }
}

/// Whether a body computes something that it is better not to compute twice.
fn is_expensive(graph: &Graph, region: RegionId) -> bool {
    graph.region(region).values.iter().any(|&id| {
        let is_slow = match graph.value(id).op {
            Op::Primitive(Primitive::div | Primitive::sqrt | Primitive::recip) | Op::Call(_) => true,
            Op::Primitive(primitive) => is_call(primitive),
            _ => false,
        };
        is_slow || graph.regions(id).any(|inner| is_expensive(graph, inner))
    })
}
