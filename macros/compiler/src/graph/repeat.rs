//! Loops whose number of iterations is decided at run time.
//!
//! What an iteration hands to the next is carried: the operands of the loop are its first values, the arguments of the
//! body stand for it in one iteration, the body yields it for the next, and the results of the loop are its last
//! values. A loop over a range has one argument more, the integer that it is at.

use super::{Graph, Op, RegionId, Terminator, ValueId};

/// A loop. Operands: the bounds of the range if it is one, then what is carried into the first iteration.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) domain: Domain,
    /// Asked before each iteration: a region with the arguments of the body that yields whether it goes on.
    pub(crate) condition: Option<RegionId>,
    pub(crate) body: RegionId,
    /// Whether the body yields, before what it carries, whether the loop goes on.
    pub(crate) can_break: bool,
}

/// What a loop goes through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Domain {
    /// The integers between two bounds, which are the first operands.
    Range {
        /// Whether the upper bound belongs to it.
        is_closed: bool,
        is_reversed: bool,
    },
    /// It goes on until its condition does not hold or the body breaks out of it.
    Endless,
}

impl Domain {
    /// How many operands are not carried, and how many are bounds.
    pub(crate) fn bounds(self) -> usize {
        match self {
            Self::Range { .. } => 2,
            Self::Endless => 0,
        }
    }

    /// How many arguments stand before what is carried.
    pub(crate) fn items(self) -> usize {
        match self {
            Self::Range { .. } => 1,
            Self::Endless => 0,
        }
    }

    /// The same in the other order.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Range { is_closed, is_reversed } => Self::Range { is_closed, is_reversed: !is_reversed },
            Self::Endless => Self::Endless,
        }
    }
}

impl Loop {
    pub(crate) fn regions(&self) -> impl Iterator<Item = RegionId> {
        self.condition.into_iter().chain([self.body])
    }

    /// How many yields of the body stand before what is carried.
    pub(crate) fn exits(&self) -> usize {
        usize::from(self.can_break)
    }
}

/// What is carried under one number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    pub(crate) initial: ValueId,
    /// What the body yields; absent if it always panics.
    pub(crate) next: Option<ValueId>,
}

impl Graph {
    /// The loop that a value is.
    pub(crate) fn repeat(&self, id: ValueId) -> Option<&Loop> {
        match &self.value(id).op {
            Op::Loop(repeat) => Some(repeat),
            _ => None,
        }
    }

    pub(crate) fn has_loops(&self) -> bool {
        self.ids().any(|id| matches!(self.value(id).op, Op::Loop(_)))
    }

    /// How many values a loop carries.
    pub(crate) fn carried_count(&self, id: ValueId) -> usize {
        self.repeat(id).map_or(0, |repeat| self.value(id).operands.len() - repeat.domain.bounds())
    }

    /// What a loop carries under a number.
    pub(crate) fn carried(&self, id: ValueId, number: usize) -> Option<Carried> {
        let repeat = self.repeat(id)?;
        let initial = *self.value(id).operands.get(repeat.domain.bounds() + number)?;
        let next = match &self.region(repeat.body).end {
            Terminator::Yield(yields) => yields.get(repeat.exits() + number).copied(),
            Terminator::Panic(_) => None,
        };
        Some(Carried { initial, next })
    }

    /// What stands in a loop's body for what it carries under a number.
    pub(crate) fn carried_argument(&self, repeat: &Loop, number: usize) -> ValueId {
        self.region(repeat.body).arguments[repeat.domain.items() + number]
    }

    /// The loop, and the number among what it carries, of an argument of one of its regions that is no item.
    pub(crate) fn carrier(&self, argument: ValueId) -> Option<(ValueId, usize)> {
        let Op::Argument(number) = self.value(argument).op else { return None };
        let owner = self.region(self.value(argument).region).owner?;
        let items = self.repeat(owner)?.domain.items();
        Some((owner, number.checked_sub(items)?))
    }

    /// The values that decide which arm of a branch is taken, or how often a loop goes round.
    pub(crate) fn decisions(&self, id: ValueId) -> Vec<ValueId> {
        let value = self.value(id);
        let yields = |region: RegionId| self.region(region).end.operands();
        match &value.op {
            Op::Branch(branch) => {
                let guards = branch.arms.iter().filter_map(|arm| arm.guard).flat_map(yields);
                value.operands.iter().chain(guards).copied().collect()
            }
            Op::Loop(repeat) => {
                let bounds = &value.operands[..repeat.domain.bounds()];
                let conditions = repeat.condition.into_iter().flat_map(yields);
                let exits = match &self.region(repeat.body).end {
                    Terminator::Yield(yields) => &yields[..repeat.exits()],
                    Terminator::Panic(_) => &[],
                };
                bounds.iter().chain(conditions).chain(exits).copied().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The values that a result of a branch or loop, or a carried argument, may be equal to.
    pub(crate) fn origins(&self, id: ValueId) -> Vec<ValueId> {
        match self.value(id).op {
            Op::Result(number) => self.yielded(self.value(id).operands[0], number),
            Op::Argument(_) => {
                self.carrier(id).map_or_else(Vec::new, |(owner, number)| self.yielded(owner, number))
            }
            _ => Vec::new(),
        }
    }

    /// The values that the result of a branch or loop with this number may be equal to.
    pub(crate) fn yielded(&self, owner: ValueId, number: usize) -> Vec<ValueId> {
        if let Some(carried) = self.carried(owner, number) {
            return std::iter::once(carried.initial).chain(carried.next).collect();
        }
        let bodies = self.branch(owner).into_iter().flat_map(super::Branch::bodies);
        bodies
            .filter_map(|region| match &self.region(region).end {
                Terminator::Yield(values) => values.get(number).copied(),
                Terminator::Panic(_) => None,
            })
            .collect()
    }

    /// How many floats an array holds, if that is known.
    pub(crate) fn array_size(&self, id: ValueId) -> Option<usize> {
        self.earlier_versions(id).find_map(|id| self.value(id).note.size)
    }

    /// Whether an array is a vector of the program, or one that was kept.
    pub(crate) fn is_vector(&self, id: ValueId) -> bool {
        let Some(made) = self.earlier_versions(id).last().map(|id| self.value(id)) else { return false };
        match &made.op {
            Op::Filled(filled) => filled.is_vector,
            // What is kept of each iteration stands in an array that was made of what it was before the loop.
            Op::Load(_) if made.ty.is_array() => {
                let kept = self.earlier_versions(made.operands[0]).last().map(|id| self.value(id));
                kept.is_some_and(|kept| match &kept.op {
                    Op::Filled(filled) => filled.kept.is_some() && self.is_vector(kept.operands[0]),
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Where an array was made or came from.
    pub(crate) fn origin_of_array(&self, id: ValueId) -> ValueId {
        self.earlier_versions(id).last().unwrap_or(id)
    }

    /// An array, what it was before it changed last, and so on, to where it was made or came from.
    pub(crate) fn earlier_versions(&self, id: ValueId) -> impl Iterator<Item = ValueId> {
        let before = |&id: &ValueId| match self.value(id).op {
            Op::ZeroLike | Op::Cleared | Op::Lent => self.value(id).operands.first().copied(),
            Op::Result(_) | Op::Argument(_) => self.origins(id).first().copied(),
            _ => self.array_before(id),
        };
        // No chain is longer than the graph.
        std::iter::successors(Some(id), before).take(self.len())
    }
}
