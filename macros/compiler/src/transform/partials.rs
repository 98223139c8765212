//! The linear part of one value: which values it depends on, and with which slopes. Forward mode, reverse mode and
//! elimination all read it here, so that they agree.
//!
//! Mostly these are the partials of the value's rule. Where a composition has better slopes than the chain rule
//! over its parts gives, the edges skip what is between: the logistic function in its usual spellings depends on
//! the exponent itself, a logarithm of a product or quotient on the factors, and the slope of `hypot` on both legs.

use std::cell::RefCell;

use super::calls;
use super::scale::guarded_product;
use crate::graph::{Builder, Op, Sym, Terminator, ValueId};
use crate::rules::{Case, Derivative, Kind, Primitive, nonzero};

/// A transform that asks for the partials of values of its graph.
pub(super) trait Linearize<'g> {
    fn builder(&self) -> &'g RefCell<Builder>;

    /// The value, or what stands for it in the current region.
    fn available(&mut self, id: ValueId) -> Sym<'g>;

    fn is_varied(&self, id: ValueId) -> bool;

    /// Whether one varied value alone uses this one.
    fn is_used_once(&self, id: ValueId) -> bool;
}

/// How a value depends on others, to first order.
pub(super) enum Partials<'g> {
    /// The sum over the edges. An operand may have several.
    Smooth(Vec<Edge<'g>>),
    /// The first case that holds decides, which is a branch.
    Cases(Kink<'g>),
    /// The operand in another float type.
    Cast(ValueId),
    /// One of two values, by a condition.
    Select(Sym<'g>, [ValueId; 2]),
    /// The element at an index: the varied ones with their positions.
    Pick(Sym<'g>, Vec<(i32, ValueId)>),
    /// Not at all.
    Constant,
}

/// The dependence of a value on a varied one.
pub(super) struct Edge<'g> {
    pub(super) operand: ValueId,
    pub(super) slope: Slope<'g>,
}

#[derive(Clone)]
pub(super) enum Slope<'g> {
    /// The partial derivative of a rule.
    Partial(Sym<'g>),
    /// A product of factors within 0 and 1, to be multiplied one after the other, or their product with a sign.
    Shares { factor: Sym<'g>, share: Share<'g>, is_negative: bool },
}

/// The second factor of a logistic slope.
#[derive(Clone, Copy)]
pub(super) enum Share<'g> {
    Of(Sym<'g>),
    Over(Sym<'g>),
}

/// A function with kinks, applied.
pub(super) struct Kink<'g> {
    pub(super) cases: &'static [Case],
    pub(super) operands: Vec<ValueId>,
    pub(super) arguments: Vec<Sym<'g>>,
    pub(super) result: Sym<'g>,
}

impl<'g> Kink<'g> {
    /// A branch on the cases, in which `values` makes the results out of the partials of each case. What is the same
    /// number in every case is that number.
    pub(super) fn branch(&self, values: &dyn Fn(Vec<Option<Sym<'g>>>) -> Vec<Sym<'g>>) -> Vec<Sym<'g>> {
        self.nested(self.cases, values)
    }

    fn nested(&self, cases: &[Case], values: &dyn Fn(Vec<Option<Sym<'g>>>) -> Vec<Sym<'g>>) -> Vec<Sym<'g>> {
        let Some((first, rest)) = cases.split_first() else { return Vec::new() };
        let in_first = || values((first.partials)(&self.arguments, self.result));
        let Some(when) = first.when else { return in_first() };
        let condition = when(&self.arguments, self.result);
        let builder = self.result.builder;
        let arm = |values: Vec<Sym<'g>>| {
            let ids = values.iter().map(|value| value.id).collect();
            let region = builder.borrow_mut().leave(Terminator::Yield(ids));
            (region, values)
        };
        builder.borrow_mut().enter();
        let (on_true, found) = arm(in_first());
        builder.borrow_mut().enter();
        let (on_false, others) = arm(self.nested(rest, values));
        let mut open = builder.borrow_mut();
        let branch = open.if_else(condition.id, on_true, on_false);
        found
            .iter()
            .zip(&others)
            .enumerate()
            .map(|(number, (value, other))| {
                if value.id == other.id && open.number(value.id).is_some() {
                    return *value;
                }
                let ty = open.graph().value(value.id).ty;
                Sym { builder, id: open.result(branch, number, ty) }
            })
            .collect()
    }
}

impl<'g> Slope<'g> {
    /// The slope as one value.
    pub(super) fn partial(&self) -> Sym<'g> {
        match *self {
            Self::Partial(partial) => partial,
            Self::Shares { factor, share, is_negative } => {
                let product = share.times(factor);
                if is_negative { -product } else { product }
            }
        }
    }
}

impl<'g> Share<'g> {
    pub(super) fn times(self, factor: Sym<'g>) -> Sym<'g> {
        match self {
            Self::Of(share) => factor * share,
            Self::Over(denominator) => factor / denominator,
        }
    }
}

/// The linear part of a value that is no branch. Operands that do not vary are left out, and so are slopes of 0.
pub(super) fn partials<'g>(of: &mut impl Linearize<'g>, id: ValueId) -> Partials<'g> {
    let value = of.builder().borrow().graph().value(id).clone();
    match &value.op {
        Op::Primitive(primitive) => {
            let edge = logistic(of, id, *primitive, &value.operands)
                .or_else(|| complement(of, id, *primitive, &value.operands));
            if let Some(edge) = edge {
                return Partials::Smooth(vec![edge]);
            }
            if let Some(edges) = direction(of, id, *primitive, &value.operands) {
                return Partials::Smooth(edges);
            }
            by_rule(of, id, *primitive, &value.operands)
        }
        Op::Cast => Partials::Cast(value.operands[0]),
        Op::Select => {
            if let Some(edges) = guarded(of, id) {
                return Partials::Smooth(edges);
            }
            let condition = of.available(value.operands[0]);
            Partials::Select(condition, [value.operands[1], value.operands[2]])
        }
        Op::Pick => {
            let index = of.available(value.operands[0]);
            let elements = (0..).zip(value.operands[1..].iter().copied());
            Partials::Pick(index, elements.filter(|&(_, element)| of.is_varied(element)).collect())
        }
        Op::Linked => {
            let links = value.operands[1..].chunks_exact(2).filter(|link| of.is_varied(link[0]));
            let links: Vec<[ValueId; 2]> = links.map(|link| [link[0], link[1]]).collect();
            let edges = links
                .into_iter()
                .map(|[operand, slope]| Edge { operand, slope: Slope::Partial(of.available(slope)) });
            Partials::Smooth(edges.collect())
        }
        Op::Call(call) if call.is_value() => Partials::Smooth(calls::edges(of, id, call, &value.operands, 0)),
        Op::Part(number) => {
            let made = of.builder().borrow().graph().value(value.operands[0]).clone();
            let Op::Call(call) = &made.op else { return Partials::Constant };
            Partials::Smooth(calls::edges(of, id, call, &made.operands, *number))
        }
        _ => Partials::Constant,
    }
}

fn by_rule<'g>(
    of: &mut impl Linearize<'g>,
    id: ValueId,
    primitive: Primitive,
    operands: &[ValueId],
) -> Partials<'g> {
    let rule = primitive.rule();
    let result = of.available(id);
    let arguments: Vec<Sym<'g>> = operands.iter().map(|&id| of.available(id)).collect();
    let slopes = match &rule.derivative {
        Derivative::Smooth(slopes) => slopes,
        Derivative::Cases(cases) => {
            return Partials::Cases(Kink { cases, operands: operands.to_vec(), arguments, result });
        }
    };
    if let (Primitive::mul, &[factor, other]) = (primitive, operands)
        && factor == other
    {
        return Partials::Smooth(vec![Edge { operand: factor, slope: Slope::Partial(arguments[0] * 2.0) }]);
    }
    // A list has one partial, which is taken of each element in turn.
    let size = if rule.parameters[0].kind == Kind::list { 1 } else { operands.len() };
    let mut edges = Vec::new();
    for (operands, arguments) in operands.chunks(size).zip(arguments.chunks(size)) {
        for (&operand, partial) in operands.iter().zip(slopes(arguments, result)) {
            if let Some(partial) = partial
                && of.is_varied(operand)
                && number(of, partial.id) != Some(0.0)
            {
                match logarithmic(of, id, operand, partial) {
                    Some(factors) => edges.extend(factors),
                    None => edges.push(Edge { operand, slope: Slope::Partial(partial) }),
                }
            }
        }
    }
    Partials::Smooth(edges)
}

/// A slope `number / product` in a product or quotient, as a logarithm has it.
struct OverProduct<'g> {
    numerator: Sym<'g>,
    is_negative: bool,
    product: ValueId,
}

/// The factors of a product or quotient under a logarithm: the slopes of `ln(a / b)` are `1 / a` and `-1 / b`,
/// without the detour by `a / b`, which may overflow or vanish.
fn logarithmic<'g>(
    of: &mut impl Linearize<'g>,
    id: ValueId,
    operand: ValueId,
    partial: Sym<'g>,
) -> Option<Vec<Edge<'g>>> {
    let parts = of.builder().borrow().parts(partial.id, Primitive::div)?;
    if number(of, parts[0]).is_none() || parts[1] != of.available(operand).id {
        return None;
    }
    let numerator = Sym { builder: of.builder(), id: parts[0] };
    let mut edges = Vec::new();
    let mut pending = vec![OverProduct { numerator, is_negative: false, product: operand }];
    while let Some(OverProduct { numerator, is_negative, product }) = pending.pop() {
        match factors(of, id, product) {
            Some((factors, is_quotient)) => {
                for (position, &factor) in factors.iter().enumerate().rev() {
                    let is_negative = is_negative != (is_quotient && position == 1);
                    pending.push(OverProduct { numerator, is_negative, product: factor });
                }
            }
            None if of.is_varied(product) => {
                let slope = numerator / of.available(product);
                let slope = Slope::Partial(if is_negative { -slope } else { slope });
                edges.push(Edge { operand: product, slope });
            }
            None => {}
        }
    }
    Some(edges)
}

/// The factors of a product or quotient that `id` alone uses, and whether it is a quotient.
fn factors<'g>(of: &impl Linearize<'g>, id: ValueId, product: ValueId) -> Option<(Vec<ValueId>, bool)> {
    let builder = of.builder().borrow();
    let graph = builder.graph();
    let value = graph.value(product);
    let Op::Primitive(primitive @ (Primitive::mul | Primitive::div)) = value.op else { return None };
    let is_apart = !builder.strict
        && of.is_varied(product)
        && of.is_used_once(product)
        && value.region == graph.value(id).region
        && Logistic::find(&builder, primitive, &value.operands).is_none();
    is_apart.then(|| (value.operands.clone(), primitive == Primitive::div))
}

/// The logistic function in its usual spellings, `1 / (1 + e)` and `e / (1 + e)` with `e = exp(u)`: both slopes
/// are products of shares of 1, which neither overflow nor cancel.
fn logistic<'g>(
    of: &mut impl Linearize<'g>,
    id: ValueId,
    primitive: Primitive,
    operands: &[ValueId],
) -> Option<Edge<'g>> {
    let found = Logistic::find(&of.builder().borrow(), primitive, operands)?;
    if !of.is_varied(found.exponent) {
        return None;
    }
    let name = of.builder().borrow().graph().value(id).note.name.clone();
    let factor = of.available(id);
    let share = if found.is_decreasing {
        // e · result is 1 - result without cancellation; where e overflows it is NaN, and `min` gives 1.
        let exponential = of.available(found.exponential);
        let complement = (exponential * factor).min(1.0);
        if let Some(name) = name {
            of.builder().borrow_mut().name(complement.id, &format!("one_minus_{name}"));
        }
        Share::Of(complement)
    } else {
        Share::Over(of.available(found.denominator))
    };
    let slope = Slope::Shares { factor, share, is_negative: found.is_decreasing };
    Some(Edge { operand: found.exponent, slope })
}

/// `min(e * r, 1)` with the logistic function `r = 1 / (1 + e)`, which [`logistic`] makes: it is 1 - r.
fn complement<'g>(
    of: &mut impl Linearize<'g>,
    id: ValueId,
    primitive: Primitive,
    operands: &[ValueId],
) -> Option<Edge<'g>> {
    let (exponent, result) = {
        let builder = of.builder().borrow();
        if primitive != Primitive::min || builder.number(operands[1]) != Some(1.0) {
            return None;
        }
        let parts = builder.parts(operands[0], Primitive::mul)?;
        [(parts[0], parts[1]), (parts[1], parts[0])].into_iter().find_map(|(exponential, result)| {
            let found = match builder.graph().value(result).op {
                Op::Primitive(primitive) => {
                    Logistic::find(&builder, primitive, &builder.graph().value(result).operands)?
                }
                _ => return None,
            };
            (found.is_decreasing && found.exponential == exponential).then_some((found.exponent, result))
        })?
    };
    if !of.is_varied(exponent) {
        return None;
    }
    let (factor, share) = (of.available(id), Share::Of(of.available(result)));
    Some(Edge { operand: exponent, slope: Slope::Shares { factor, share, is_negative: false } })
}

struct Logistic {
    exponent: ValueId,
    exponential: ValueId,
    denominator: ValueId,
    /// Whether it falls with the exponent: `1 / (1 + e)`.
    is_decreasing: bool,
}

impl Logistic {
    fn find(builder: &Builder, primitive: Primitive, operands: &[ValueId]) -> Option<Self> {
        let (numerator, denominator) = match primitive {
            Primitive::div => (Some(operands[0]), operands[1]),
            Primitive::recip => (None, operands[0]),
            _ => return None,
        };
        let terms = builder.parts(denominator, Primitive::add)?;
        let exponential = match (builder.number(terms[0]), builder.number(terms[1])) {
            (Some(1.0), None) => terms[1],
            (None, Some(1.0)) => terms[0],
            _ => return None,
        };
        let exponent = builder.parts(exponential, Primitive::exp)?[0];
        let is_decreasing = numerator.is_none_or(|id| builder.number(id) == Some(1.0));
        let is_logistic = is_decreasing || numerator == Some(exponential);
        is_logistic.then_some(Self { exponent, exponential, denominator, is_decreasing })
    }
}

/// The component `x / r` of a direction, where `r = hypot(x, y)`: its slopes are `(y / r)² / r` and `-(x / r) (y / r) / r`,
/// which do not cancel where y is small. Second derivatives of `hypot` are made of these.
fn direction<'g>(
    of: &mut impl Linearize<'g>,
    id: ValueId,
    primitive: Primitive,
    operands: &[ValueId],
) -> Option<Vec<Edge<'g>>> {
    let (Primitive::hypot_slope, &[x, radius]) = (primitive, operands) else { return None };
    let legs = of.builder().borrow().parts(radius, Primitive::hypot)?;
    let y = match legs[..] {
        [a, b] if a == x && b != x => b,
        [a, b] if b == x && a != x => a,
        _ => return None,
    };
    let (component, radius) = (of.available(id), of.available(radius));
    let other = of.available(y).hypot_slope(radius);
    let mut edges = Vec::new();
    for (operand, factor, is_negative) in [(x, other, false), (y, component, true)] {
        if of.is_varied(operand) {
            let slope = factor * other / nonzero(radius);
            edges.push(Edge { operand, slope: Slope::Partial(if is_negative { -slope } else { slope }) });
        }
    }
    Some(edges)
}

/// A product that is guarded against a zero is differentiated as the product: where the guarded factor is zero,
/// its own derivative need not be.
fn guarded<'g>(of: &mut impl Linearize<'g>, id: ValueId) -> Option<Vec<Edge<'g>>> {
    let factors = {
        let builder = of.builder().borrow();
        let (guard, product) = guarded_product(&builder, id)?;
        let factors = builder.parts(product, Primitive::mul)?;
        factors.contains(&guard).then_some(factors)?
    };
    let mut edges = Vec::new();
    for (operand, other) in [(factors[0], factors[1]), (factors[1], factors[0])] {
        if of.is_varied(operand) {
            let partial = of.available(other);
            edges.push(Edge { operand, slope: Slope::Partial(partial) });
        }
    }
    Some(edges)
}

fn number<'g>(of: &impl Linearize<'g>, id: ValueId) -> Option<f64> {
    of.builder().borrow().number(id)
}
