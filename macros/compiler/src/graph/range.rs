//! What is known of a value's size, for inputs that are finite.
//!
//! The reverse sweep asks whether a partial can be infinite and whether a cotangent can be zero, to leave out
//! guards that cannot matter. Plain `+`, `-` and `*` of finite values are taken to stay finite, and nonzero
//! products not to vanish; functions that reach infinity or zero from ordinary arguments say so in their row.
//!
//! The range of an array is that of its elements. What a loop carries is finite if it begins so and, as long as all that
//! loops carry is, stays so.

use super::{Builder, Comparison, Graph, Op, Set, Terminator, Value, ValueId};
use crate::rules::Primitive;

/// The smallest positive number.
const SMALLEST: f64 = f64::from_bits(1);

/// An interval that holds the finite values, and whether zero and infinity are among the possible ones.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) zero: bool,
    pub(crate) infinite: bool,
}

impl Range {
    /// Any finite number.
    pub(crate) const FINITE: Self =
        Self { low: f64::NEG_INFINITY, high: f64::INFINITY, zero: true, infinite: false };
    /// Anything at all.
    pub(crate) const ANY: Self = Self { infinite: true, ..Self::FINITE };
    /// From zero to infinity, both included.
    pub(crate) const POSITIVE: Self = Self { low: 0.0, ..Self::ANY };
    /// From zero up, finite.
    pub(crate) const NONNEGATIVE: Self = Self { low: 0.0, ..Self::FINITE };
    /// From -1 to 1.
    pub(crate) const UNIT: Self = Self { low: -1.0, high: 1.0, ..Self::FINITE };
    /// From 0 to 1.
    pub(crate) const PROBABILITY: Self = Self { low: 0.0, high: 1.0, ..Self::FINITE };

    fn new(low: f64, high: f64, zero: bool, infinite: bool) -> Self {
        if low.is_nan() || high.is_nan() {
            return Self { zero, infinite, ..Self::FINITE };
        }
        Self { low, high, zero: zero && low <= 0.0 && high >= 0.0, infinite }
    }

    fn point(value: f64) -> Self {
        Self { low: value, high: value, zero: value == 0.0, infinite: value.is_infinite() }
    }

    /// What is left of it where the value compares so with a number.
    fn bounded(self, comparison: Comparison, bound: f64) -> Self {
        let excludes_zero = match comparison {
            Comparison::Greater => bound >= 0.0,
            Comparison::GreaterEqual => bound > 0.0,
            Comparison::Less => bound <= 0.0,
            Comparison::LessEqual => bound < 0.0,
            Comparison::Equal => bound != 0.0,
            Comparison::NotEqual => bound == 0.0,
        };
        let (low, high) = match comparison {
            Comparison::Greater | Comparison::GreaterEqual => (self.low.max(bound), self.high),
            Comparison::Less | Comparison::LessEqual => (self.low, self.high.min(bound)),
            Comparison::Equal => (bound, bound),
            Comparison::NotEqual => (self.low, self.high),
        };
        Self { low, high, zero: self.zero && !excludes_zero, infinite: self.infinite }
    }

    fn union(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            zero: self.zero || other.zero,
            infinite: self.infinite || other.infinite,
        }
    }

    fn add(self, other: Self) -> Self {
        let (low, high) = (self.low + other.low, self.high + other.high);
        // A sum vanishes only where terms of opposite sign meet.
        let signed = low < 0.0 && high > 0.0 || low == 0.0 && self.zero && other.zero;
        Self::new(low, high, signed || high == 0.0, self.infinite || other.infinite)
    }

    /// The smaller of two. It is infinite only where both are, or where one may fall without bound.
    fn min(self, other: Self) -> Self {
        let is_bounded = |range: Self, other: Self| !range.infinite || range.low >= 0.0 && !other.infinite;
        Self {
            low: self.low.min(other.low),
            high: self.high.min(other.high),
            zero: self.zero || other.zero,
            infinite: !is_bounded(self, other) || !is_bounded(other, self),
        }
    }

    fn neg(self) -> Self {
        Self { low: -self.high, high: -self.low, ..self }
    }

    fn mul(self, other: Self) -> Self {
        let corners =
            [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        let zero = self.zero || other.zero;
        let infinite = self.infinite || other.infinite;
        if corners.iter().any(|corner| corner.is_nan()) {
            let nonnegative = self.low >= 0.0 && other.low >= 0.0;
            let low = if nonnegative { 0.0 } else { f64::NEG_INFINITY };
            return Self::new(low, f64::INFINITY, zero, infinite);
        }
        let low = corners.iter().copied().fold(f64::INFINITY, f64::min);
        let high = corners.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self { low, high, zero, infinite }
    }

    fn square(self) -> Self {
        let size = self.low.abs().max(self.high.abs());
        let product = self.mul(self);
        Self { low: 0.0, high: size * size, ..product }
    }

    fn recip(self) -> Self {
        let one_sided = !self.zero && (self.low > 0.0 || self.high < 0.0);
        let (low, high) = if one_sided && self.low != 0.0 && self.high != 0.0 {
            (1.0 / self.high, 1.0 / self.low)
        } else if self.low >= 0.0 {
            (0.0, f64::INFINITY)
        } else {
            (f64::NEG_INFINITY, f64::INFINITY)
        };
        Self { low, high, zero: self.infinite, infinite: self.zero }
    }
}

impl Builder {
    /// Takes a condition to hold, or not to hold, in the current region.
    pub(crate) fn assume(&mut self, condition: ValueId, holds: bool) {
        self.assume_arm(condition, holds);
        let value = self.graph().value(condition);
        let (left, right) = match value.op {
            Op::Not => return self.assume(value.operands[0], !holds),
            Op::Compare(_) => (value.operands[0], value.operands[1]),
            _ => return,
        };
        let Op::Compare(comparison) = value.op else { return };
        let comparison = if holds { comparison } else { comparison.opposite() };
        if let Some(bound) = self.number(right) {
            self.assume_range(left, self.range(left).bounded(comparison, bound));
        } else if let Some(bound) = self.number(left) {
            self.assume_range(right, self.range(right).bounded(comparison.mirrored(), bound));
        }
    }

    /// What earlier branches on the same condition yield is what they yield in the arm that is taken.
    fn assume_arm(&mut self, condition: ValueId, holds: bool) {
        for branch in self.branches_on(condition) {
            let Some(region) =
                self.graph().branch(branch).map(|found| found.arms[usize::from(!holds)].region)
            else {
                continue;
            };
            let Terminator::Yield(yields) = self.graph().region(region).end.clone() else { continue };
            for result in self.graph().results(branch).to_vec() {
                if let Op::Result(number) = self.graph().value(result).op {
                    self.assume_range(result, self.range(yields[number]));
                }
            }
        }
    }

    /// Takes a value to have the range of another, which it equals wherever it is looked at.
    pub(crate) fn set_range_of(&mut self, id: ValueId, other: ValueId) {
        self.ranges[id.index()] = self.range(other);
    }

    pub(crate) fn range(&self, id: ValueId) -> Range {
        self.ranges[id.index()]
    }

    /// Takes a value to be finite, which it is wherever it is looked at.
    pub(crate) fn set_finite(&mut self, id: ValueId) {
        self.ranges[id.index()] = Range::FINITE;
    }

    pub(super) fn range_of(&self, value: &Value) -> Range {
        Ranges { graph: self.graph(), known: &self.ranges }.of(value)
    }
}

impl Graph {
    /// The arguments of loops that are finite in every iteration, for inputs that are.
    pub(crate) fn finite_arguments(&self) -> Set<ValueId> {
        let is_carried = |id: ValueId| self.value(id).ty.scalar().is_some() && self.carrier(id).is_some();
        let mut finite: Set<ValueId> = self.ids().filter(|&id| is_carried(id)).collect();
        let mut count = usize::MAX;
        while finite.len() < count {
            count = finite.len();
            let known = self.ranges(&finite);
            finite.retain(|&id| self.origins(id).into_iter().all(|id| !known[id.index()].infinite));
        }
        finite
    }

    /// The range of each value if these are finite.
    fn ranges(&self, finite: &Set<ValueId>) -> Vec<Range> {
        let mut known = Vec::with_capacity(self.len());
        for id in self.ids() {
            let range = if finite.contains(&id) {
                Range::FINITE
            } else {
                Ranges { graph: self, known: &known }.of(self.value(id))
            };
            known.push(range);
        }
        known
    }
}

/// Finds the range of a value from those of the values before it.
struct Ranges<'a> {
    graph: &'a Graph,
    known: &'a [Range],
}

impl Ranges<'_> {
    fn range(&self, id: ValueId) -> Range {
        self.known[id.index()]
    }

    fn of(&self, value: &Value) -> Range {
        if value.ty.scalar().is_none() {
            return Range::ANY;
        }
        let operand = |number: usize| self.range(value.operands[number]);
        match &value.op {
            Op::Constant(constant) => Range::point(constant.value),
            Op::Select => self.of_select(&value.operands),
            Op::Pick => value.operands[2..].iter().fold(operand(1), |range, &id| range.union(self.range(id))),
            Op::Cast | Op::Detach | Op::Linked | Op::Load(_) | Op::Filled(_) => operand(0),
            Op::Store(_) => operand(0).union(operand(value.operands.len() - 1)),
            Op::Accumulate(_) => operand(0).union(operand(0).add(operand(value.operands.len() - 1))),
            Op::Join => operand(0).add(operand(1)),
            Op::ZeroLike | Op::Cleared => Range::point(0.0),
            Op::Result(number) => self.of_result(value.operands[0], *number),
            // What it is equal to comes later.
            Op::Argument(_) => Range::ANY,
            Op::Primitive(primitive) => self.of_primitive(*primitive, &value.operands),
            // A slope can be infinite.
            Op::Part(number)
                if self.graph.call(value.operands[0]).is_some_and(|call| *number >= call.values()) =>
            {
                Range::ANY
            }
            _ => Range::FINITE,
        }
    }

    /// A selection that replaces a zero by another number is not zero.
    fn of_select(&self, operands: &[ValueId]) -> Range {
        let (on_true, on_false) = (self.range(operands[1]), self.range(operands[2]));
        let condition = self.graph.value(operands[0]);
        let tests_for_zero = matches!(condition.op, Op::Compare(Comparison::Equal))
            && condition.operands[0] == operands[2]
            && self.graph.number(condition.operands[1]) == Some(0.0);
        on_true.union(Range { zero: on_false.zero && !tests_for_zero, ..on_false })
    }

    fn of_result(&self, owner: ValueId, number: usize) -> Range {
        let origins = self.graph.yielded(owner, number);
        let ranges = origins.into_iter().map(|id| self.range(id));
        ranges.reduce(Range::union).unwrap_or(Range::ANY)
    }

    fn of_primitive(&self, primitive: Primitive, operands: &[ValueId]) -> Range {
        let operand = |number: usize| self.range(operands[number]);
        match primitive {
            Primitive::add => operand(0).add(operand(1)),
            Primitive::sub => operand(0).add(operand(1).neg()),
            Primitive::neg => operand(0).neg(),
            Primitive::mul if operands[0] == operands[1] => operand(0).square(),
            Primitive::mul => operand(0).mul(operand(1)),
            Primitive::div => operand(0).mul(operand(1).recip()),
            Primitive::recip => operand(0).recip(),
            Primitive::sqrt | Primitive::abs => {
                let operand = operand(0);
                if primitive == Primitive::abs {
                    let high = operand.low.abs().max(operand.high.abs());
                    return Range { low: 0.0, high, ..operand };
                }
                // The root of the smallest number is not small.
                let least = if operand.zero || operand.low < 0.0 { 0.0 } else { SMALLEST };
                Range { low: operand.low.max(least).sqrt(), high: operand.high.max(0.0).sqrt(), ..operand }
            }
            Primitive::exp => {
                let argument = operand(0);
                let (low, high) = (argument.low.exp(), argument.high.exp());
                // Beyond these arguments an `f64` exponential leaves the normal numbers; an `f32` one sooner.
                Range {
                    low,
                    high,
                    zero: argument.low < -80.0,
                    infinite: argument.high > 80.0 || argument.infinite,
                }
            }
            Primitive::powi => match self.graph.known_integer(operands[1]) {
                Some(exponent @ 0..) => {
                    let (base, is_even) = (operand(0), exponent % 2 == 0);
                    Range { low: if is_even { 0.0 } else { f64::NEG_INFINITY }, high: f64::INFINITY, ..base }
                }
                Some(_) => Range { zero: operand(0).infinite, infinite: operand(0).zero, ..Range::ANY },
                None => Range::ANY,
            },
            Primitive::powf => match self.graph.number(operands[1]) {
                Some(exponent) if exponent >= 0.0 => Range { low: 0.0, ..operand(0) },
                _ => Range::ANY,
            },
            Primitive::min => operand(0).min(operand(1)),
            Primitive::max => operand(0).neg().min(operand(1).neg()).neg(),
            Primitive::clamp => operands.iter().map(|&id| self.range(id)).fold(operand(0), Range::union),
            _ => primitive.rule().range,
        }
    }
}
