//! Forward mode: beside each value its tangent, `value_dot += operand_dot * partial`.
//!
//! A branch becomes one branch that yields values and tangents, and a loop one loop that carries both. A function with a
//! kink chooses among tangents by a branch on its cases. What does not depend on an active parameter has no tangent,
//! rather than a zero.

use std::cell::RefCell;

use super::activity::Activity;
use super::calls::{float_operands, tangent_operands};
use super::copy::Copier;
use super::partials::{Edge, Kink, Linearize, Partials, Slope, partials};
use super::scale::{Known, Scale};
use super::unit::{Unit, is_only_loaded};
use super::whole;
use crate::graph::{
    Arm, Builder, Comparison, Function, Graph, Loop, Map, Note, Op, RegionId, Set, Sibling, Sym, Terminator,
    Ty, Value, ValueId, WholeOp, round_to,
};
use crate::rules::Primitive;

/// By which siblings the tangents of calls are computed that return one real.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    /// By `g_jvp`.
    ByTangents,
    /// By `g_value_and_grad`, which reverse mode has asked for as well.
    ByGradients,
}

/// Extends a function by the tangents of its yields where one float changes with the slope 1: a parameter, or the
/// element of an array, at as many indices as are given, which are parameters more.
pub(super) fn forward_along(
    primal: &Function,
    active: ValueId,
    indices: usize,
    calls: Calls,
    strict: bool,
) -> Function {
    let mut forward = Forward::new(primal, &[active], calls, strict);
    let copy = forward.copier.get(active);
    if primal.graph.value(active).ty.is_array() {
        let builder = &mut forward.copier.builder;
        let position = (0..indices).map(|_| builder.parameter(Ty::Other, "row")).collect();
        let unit = Unit::new(copy, position);
        if is_only_loaded(primal, active) {
            forward.unit = Some(unit);
        } else {
            let array = unit.array(builder);
            forward.tangents.of.insert(copy, array);
        }
    } else {
        let one = forward.copier.builder.like(copy, 1.0);
        forward.tangents.of.insert(copy, one);
    }
    forward.lend(primal, &[active]);
    forward.finish(primal)
}

/// Extends a function by one parameter for the tangent of each active one, and by the tangents of its yields.
pub(super) fn forward(primal: &Function, active: &[ValueId], calls: Calls, strict: bool) -> Function {
    let mut forward = Forward::new(primal, active, calls, strict);
    for &id in active {
        let value = primal.graph.value(id);
        let name = value.note.name.as_deref().unwrap_or("x");
        let builder = &mut forward.copier.builder;
        let parameter = builder.parameter(value.ty, &format!("{name}_dot"));
        let tangent = match value.ty {
            Ty::Whole => builder.whole(WholeOp::Direction, vec![parameter], Ty::Whole),
            _ => parameter,
        };
        let copy = forward.copier.get(id);
        forward.tangents.of.insert(copy, tangent);
        if is_lent(primal, id) {
            forward.lent.insert(id, parameter);
        }
    }
    forward.lend(primal, active);
    forward.finish(primal)
}

/// Whether a parameter is written to.
fn is_lent(function: &Function, parameter: ValueId) -> bool {
    function.graph.ids().map(|id| function.graph.value(id)).any(|value| {
        matches!(value.op, Op::Cleared | Op::Lent | Op::Leave(_)) && value.operands[0] == parameter
    })
}

/// What changes: the active parameters, and the arrays that the caller lends, whose tangents begin as zeros in arrays
/// that it lends too.
fn active_and_lent(primal: &Function, active: &[ValueId]) -> Vec<ValueId> {
    let is_cleared = |&id: &ValueId| matches!(primal.graph.value(id).op, Op::Cleared | Op::Lent);
    active.iter().copied().chain(primal.graph.ids().filter(is_cleared)).collect()
}

struct Forward<'a> {
    calls: Calls,
    copier: Copier<'a>,
    activity: Activity,
    tangents: Tangents,
    /// For each array that the caller lends, the one that it lends for the tangents.
    lent: Map<ValueId, ValueId>,
    /// The tangent that is zero but for one element, and has no place.
    unit: Option<Unit>,
}

/// The tangents found so far, by the copies that they belong to.
#[derive(Default)]
struct Tangents {
    of: Map<ValueId, ValueId>,
    /// The values of the primal.
    copies: Set<ValueId>,
    /// Copies that one active value alone uses.
    used_once: Set<ValueId>,
    /// Casts of tangents to the type that the primal casts to.
    casts: Set<ValueId>,
    /// For each call, the one of its sibling that returns the tangents of what it returns.
    calls: Map<ValueId, ValueId>,
}

impl<'a> Forward<'a> {
    fn new(primal: &'a Function, active: &[ValueId], calls: Calls, strict: bool) -> Self {
        Self {
            calls,
            copier: Copier::new(&primal.graph, &primal.parameters, strict),
            activity: Activity::of(primal, &active_and_lent(primal, active)),
            tangents: Tangents::default(),
            lent: Map::default(),
            unit: None,
        }
    }

    /// For each array that the caller lends, unless it has tangents already, asks for another one for them.
    fn lend(&mut self, primal: &Function, active: &[ValueId]) {
        for &id in &primal.parameters {
            if is_lent(primal, id) && !active.contains(&id) {
                let value = primal.graph.value(id);
                let name = value.note.name.as_deref().unwrap_or("x");
                let parameter = self.copier.builder.parameter(value.ty, &format!("{name}_dot"));
                self.lent.insert(id, parameter);
            }
        }
    }

    /// The function with its yields and their tangents.
    fn finish(mut self, primal: &Function) -> Function {
        let outputs = self.values(primal.body).unwrap_or_default();
        let tangents: Vec<ValueId> = outputs.iter().map(|&id| self.tangent_or_zero(id)).collect();
        self.copier.builder.finish(Terminator::Yield(outputs.into_iter().chain(tangents).collect()))
    }
}

impl Forward<'_> {
    /// Copies the values of a region with their tangents. The copies of what it yields, unless it panics.
    fn values(&mut self, region: RegionId) -> Option<Vec<ValueId>> {
        let source: &Graph = self.copier.source;
        for &id in &source.region(region).values {
            match &source.value(id).op {
                Op::Branch(_) => self.branch(id),
                Op::Loop(repeat) => self.repeat(id, repeat),
                _ => self.value(id),
            }
        }
        match &source.region(region).end {
            Terminator::Yield(yields) => Some(self.copier.get_all(yields)),
            Terminator::Panic(_) => None,
        }
    }

    fn value(&mut self, id: ValueId) {
        let copy = self.copier.copy(id);
        self.tangents.copies.insert(copy);
        let value = self.copier.source.value(id);
        if let (Op::Cleared | Op::Lent, Some(&lent)) =
            (&value.op, value.operands.first().and_then(|id| self.lent.get(id)))
        {
            let tangent = match value.op {
                Op::Lent => self.copier.builder.lent(lent),
                _ => self.copier.builder.cleared(lent),
            };
            self.tangents.of.insert(copy, tangent);
            return;
        }
        if let (Op::Leave(left), &[parameter, array]) = (&value.op, value.operands.as_slice())
            && let Some(&lent) = self.lent.get(&parameter)
        {
            let array = self.copier.get(array);
            let tangent = self.tangent(array).unwrap_or_else(|| self.copier.builder.zero_array(array));
            self.copier.builder.leave_in(lent, *left, tangent);
            return;
        }
        if !self.activity.is_varied(id) || self.tangent(copy).is_some() {
            return;
        }
        let at_once = self.at_once(copy);
        if let AtOnce::Tangent(tangent) = at_once {
            self.tangents.of.insert(copy, tangent);
            name_tangent(&mut self.copier.builder, copy, tangent);
        }
        if !matches!(at_once, AtOnce::Elsewhere) {
            return;
        }
        if self.activity.is_used_once(id) {
            self.tangents.used_once.insert(copy);
        }
        let builder = RefCell::new(std::mem::take(&mut self.copier.builder));
        let tangent = Linear { builder: &builder, tangents: &mut self.tangents }.tangent(copy);
        if let Some(tangent) = tangent.map(|tangent| tangent.id) {
            self.tangents.of.insert(copy, tangent);
            name_tangent(&mut builder.borrow_mut(), copy, tangent);
        }
        self.copier.builder = builder.into_inner();
    }

    /// The tangent that the sibling of a function gives at once, or of an operation on whole values.
    fn at_once(&mut self, copy: ValueId) -> AtOnce {
        let builder = &mut self.copier.builder;
        let value = builder.graph().value(copy).clone();
        match &value.op {
            Op::Call(call) => {
                let sibling = match call.sibling {
                    Sibling::Primal
                        if self.calls == Calls::ByGradients
                            && call.is_value()
                            && value.ty.is_real()
                            && !call.has_arrays() =>
                    {
                        return AtOnce::Elsewhere;
                    }
                    Sibling::Primal => Sibling::Jvp,
                    Sibling::Grad | Sibling::ValueAndGrad => Sibling::Hvp,
                    _ => return AtOnce::None,
                };
                let tangents = tangent_operands(call).into_iter().map(|position| {
                    let operand = value.operands[position];
                    self.tangents.of.get(&operand).copied().unwrap_or_else(|| builder.like(operand, 0.0))
                });
                let operands = value.operands.iter().copied().chain(tangents.collect::<Vec<_>>()).collect();
                let made = builder.call(call.of(sibling), operands, Ty::Unit);
                self.tangents.calls.insert(copy, made);
                if call.is_value() { AtOnce::Tangent(builder.part(made, 1, value.ty)) } else { AtOnce::None }
            }
            Op::Part(number) => {
                let of = value.operands[0];
                let Some(call) = builder.graph().call(of).cloned() else { return AtOnce::Elsewhere };
                let count = match call.sibling {
                    Sibling::Primal => call.result.size(),
                    Sibling::Grad => float_operands(&call).len(),
                    Sibling::ValueAndGrad if *number > 0 => float_operands(&call).len() - 1,
                    _ => return AtOnce::Elsewhere,
                };
                match self.tangents.calls.get(&of) {
                    Some(&made) => AtOnce::Tangent(builder.part(made, count + number, value.ty)),
                    None => AtOnce::None,
                }
            }
            // A multiple that is guarded against a zero is differentiated as the multiple.
            Op::Select if value.ty == Ty::Whole && is_guarded_multiple(builder, &value) => self
                .tangents
                .of
                .get(&value.operands[2])
                .map_or(AtOnce::None, |&tangent| AtOnce::Tangent(tangent)),
            Op::Whole(op) => {
                let tangents: Vec<Option<ValueId>> =
                    value.operands.iter().map(|operand| self.tangents.of.get(operand).copied()).collect();
                let tangent = whole::tangent(builder, op, &value.operands, &tangents, value.ty);
                tangent.map_or(AtOnce::None, AtOnce::Tangent)
            }
            Op::Load(_) | Op::Store(_) | Op::Accumulate(_) | Op::Join | Op::Filled(_) => {
                let tangent = self.of_array(copy, &value);
                let is_struct = matches!(value.op, Op::Load(_)) && value.ty == Ty::Whole;
                let builder = &mut self.copier.builder;
                let tangent = tangent.map(|tangent| {
                    if is_struct {
                        builder.whole(WholeOp::Direction, vec![tangent], Ty::Whole)
                    } else {
                        tangent
                    }
                });
                tangent.map_or(AtOnce::None, AtOnce::Tangent)
            }
            _ => AtOnce::Elsewhere,
        }
    }

    /// The tangent of an operation on arrays, which is the same operation on the tangents.
    fn of_array(&mut self, copy: ValueId, value: &Value) -> Option<ValueId> {
        if let (Op::Load(path), Some(unit)) = (&value.op, &self.unit)
            && unit.is_of(value.operands[0])
        {
            return Some(unit.load(&mut self.copier.builder, path, copy));
        }
        let last = value.operands.len() - 1;
        let first = self.tangent(value.operands[0]);
        let other = self.tangent(value.operands[last]);
        let mut operands = value.operands.clone();
        match (&value.op, first, other) {
            (Op::Load(_) | Op::Filled(_), Some(tangent), _) => operands[0] = tangent,
            (Op::Join | Op::Accumulate(_), Some(tangent), None) | (Op::Join, None, Some(tangent)) => {
                return Some(tangent);
            }
            (Op::Join | Op::Accumulate(_) | Op::Store(_), ..) => {
                for place in [0, last] {
                    operands[place] = self.tangent_or_zero(operands[place]);
                }
            }
            _ => return None,
        }
        self.copier.builder.again(&Value { note: Note::default(), ..value.clone() }, operands)
    }

    /// The tangent that a copy has already, and not only inside a branch or loop that is closed.
    fn tangent(&self, copy: ValueId) -> Option<ValueId> {
        let builder = &self.copier.builder;
        let graph = builder.graph();
        let tangent = self.tangents.of.get(&copy).copied();
        tangent.filter(|&tangent| graph.encloses(graph.value(tangent).region, builder.current()))
    }

    /// The tangent of a copy, or zeros.
    fn tangent_or_zero(&mut self, copy: ValueId) -> ValueId {
        self.tangent(copy).unwrap_or_else(|| self.copier.builder.like(copy, 0.0))
    }

    fn branch(&mut self, id: ValueId) {
        let source = self.copier.source;
        let Some(branch) = source.branch(id) else { return };
        let operand = self.copier.get(source.value(id).operands[0]);
        let mut arms = Vec::new();
        let mut yields = Vec::new();
        for arm in &branch.arms {
            let guard = arm.guard.map(|guard| self.copier.copy_region(guard));
            self.copier.builder.enter();
            self.copier.copy_arguments(arm.region);
            let values = self.values(arm.region);
            let end = self.copier.copy_end(arm.region);
            let region = self.copier.builder.leave(end);
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
            if let Some(values) = values {
                // Asked for here: in another arm, the same value has another tangent.
                let tangents: Vec<Option<ValueId>> =
                    values.iter().map(|value| self.tangents.of.get(value).copied()).collect();
                yields.push((region, values, tangents));
            }
        }
        let count = yields.first().map_or(0, |(_, values, _)| values.len());
        let varied: Vec<usize> = (0..count)
            .filter(|&number| yields.iter().any(|(_, _, tangents)| tangents[number].is_some()))
            .collect();
        let builder = &mut self.copier.builder;
        for (region, values, tangents) in yields {
            let mut all = values.clone();
            builder.resume(region);
            all.extend(
                varied
                    .iter()
                    .map(|&number| tangents[number].unwrap_or_else(|| builder.like(values[number], 0.0))),
            );
            builder.leave(Terminator::Yield(all));
        }
        let copy = builder.branch(branch.test.clone(), operand, arms);
        self.note_results(id, copy, count, &varied);
    }

    /// A loop that carries after its values the tangents of those that vary.
    fn repeat(&mut self, id: ValueId, repeat: &Loop) {
        let source = self.copier.source;
        let (bounds, items) = (repeat.domain.bounds(), repeat.domain.items());
        let count = source.carried_count(id);
        let arguments = &source.region(repeat.body).arguments[items..];
        let varied: Vec<usize> =
            (0..count).filter(|&number| self.activity.is_varied(arguments[number])).collect();
        let mut operands = self.copier.get_all(&source.value(id).operands);
        let tangents: Vec<ValueId> =
            varied.iter().map(|&number| self.tangent_or_zero(operands[bounds + number])).collect();
        let condition = repeat.condition.map(|condition| {
            self.copier.builder.enter();
            self.arguments(condition, items, &varied, false);
            self.copier.copy_values(condition);
            let end = self.copier.copy_end(condition);
            self.copier.builder.leave(end)
        });
        let begins_finite = self.are_finite(&tangents);
        let (mut body, stays_finite) = self.body(repeat, &varied, begins_finite);
        if begins_finite && !stays_finite {
            (body, _) = self.body(repeat, &varied, false);
        }
        operands.extend(tangents);
        let copy = self.copier.builder.repeat(Loop { condition, body, ..repeat.clone() }, operands);
        self.note_results(id, copy, count, &varied);
    }

    /// The body of a loop with tangents, which are taken to be finite or not, and whether they stay so.
    fn body(&mut self, repeat: &Loop, varied: &[usize], is_finite: bool) -> (RegionId, bool) {
        self.copier.builder.enter();
        self.arguments(repeat.body, repeat.domain.items(), varied, is_finite);
        let Some(mut yields) = self.values(repeat.body) else {
            let end = self.copier.copy_end(repeat.body);
            return (self.copier.builder.leave(end), true);
        };
        let values = &yields[repeat.exits()..];
        let tangents: Vec<ValueId> =
            varied.iter().map(|&number| self.tangent_or_zero(values[number])).collect();
        let stays_finite = self.are_finite(&tangents);
        yields.extend(tangents);
        (self.copier.builder.leave(Terminator::Yield(yields)), stays_finite)
    }

    /// Whether tangents are finite, as far as they are floats or arrays of them.
    fn are_finite(&self, ids: &[ValueId]) -> bool {
        let builder = &self.copier.builder;
        let is_made_of_floats = |id: ValueId| builder.graph().value(id).ty.scalar().is_some();
        ids.iter().all(|&id| !is_made_of_floats(id) || !builder.range(id).infinite)
    }

    /// The arguments of a region of a loop, and then the tangents of those that vary.
    fn arguments(&mut self, region: RegionId, items: usize, varied: &[usize], is_finite: bool) {
        self.copier.copy_arguments(region);
        for &number in varied {
            let argument = self.copier.get(self.copier.source.region(region).arguments[items + number]);
            let builder = &mut self.copier.builder;
            let ty = builder.graph().value(argument).ty;
            let tangent = builder.argument(ty, None);
            if is_finite {
                builder.set_finite(tangent);
            }
            name_tangent(builder, argument, tangent);
            self.tangents.of.insert(argument, tangent);
        }
    }

    /// Notes the tangents of the results of a branch or loop, which stand behind its `count` values.
    fn note_results(&mut self, id: ValueId, copy: ValueId, count: usize, varied: &[usize]) {
        self.copier.copy_results(id, copy, Some);
        let source = self.copier.source;
        for &result in source.results(id) {
            let Op::Result(number) = source.value(result).op else { continue };
            let value = self.copier.get(result);
            if let Some(position) = varied.iter().position(|&varied| varied == number) {
                let ty = source.value(result).ty;
                let builder = &mut self.copier.builder;
                let tangent = builder.result(copy, count + position, ty);
                name_tangent(builder, value, tangent);
                self.tangents.of.insert(value, tangent);
            }
        }
    }
}

/// Whether a value is `if factor == 0.0 { zero } else { scale(whole, factor) }`.
fn is_guarded_multiple(builder: &Builder, select: &Value) -> bool {
    let graph = builder.graph();
    let (condition, multiple) = (graph.value(select.operands[0]), graph.value(select.operands[2]));
    matches!(condition.op, Op::Compare(Comparison::Equal))
        && builder.number(condition.operands[1]) == Some(0.0)
        && matches!(multiple.op, Op::Whole(WholeOp::Scaled))
        && multiple.operands[1] == condition.operands[0]
}

/// Where the tangent of a value comes from.
enum AtOnce {
    Tangent(ValueId),
    /// It has none of its own.
    None,
    /// From its partials.
    Elsewhere,
}

/// The linear part of one value, applied to tangents.
struct Linear<'t, 'g> {
    builder: &'g RefCell<Builder>,
    tangents: &'t mut Tangents,
}

impl<'g> Linearize<'g> for Linear<'_, 'g> {
    fn builder(&self) -> &'g RefCell<Builder> {
        self.builder
    }

    fn available(&mut self, id: ValueId) -> Sym<'g> {
        self.sym(id)
    }

    fn is_varied(&self, id: ValueId) -> bool {
        self.tangents.of.contains_key(&id)
    }

    fn is_used_once(&self, id: ValueId) -> bool {
        self.tangents.used_once.contains(&id)
    }
}

impl<'g> Linear<'_, 'g> {
    fn tangent(&mut self, id: ValueId) -> Option<Sym<'g>> {
        match partials(self, id) {
            Partials::Smooth(edges) => {
                if let Some(quotient) = self.quotient(id, &edges) {
                    return Some(quotient);
                }
                let terms = edges.into_iter().filter_map(|Edge { operand, slope }| {
                    let tangent = self.of(operand)?;
                    Some(self.dot(id, tangent, &slope).unwrap_or_else(|| self.scale().by(tangent, &slope)))
                });
                terms.reduce(|sum, term| sum + term)
            }
            Partials::Cases(kink) => self.chosen(&kink),
            Partials::Cast(operand) => {
                let tangent = self.of(operand)?;
                Some(self.cast(tangent, id))
            }
            Partials::Select(condition, [on_true, on_false]) => {
                let (on_true, on_false) = (self.of(on_true), self.of(on_false));
                let zero = self.number(id, 0.0);
                Some(condition.select(on_true.unwrap_or(zero), on_false.unwrap_or(zero)))
            }
            Partials::Pick(index, elements) => {
                let count = self.builder.borrow().graph().value(id).operands.len() - 1;
                let mut tangents = vec![self.number(id, 0.0).id; count];
                for (position, element) in elements {
                    if let (Ok(position), Some(tangent)) = (usize::try_from(position), self.of(element)) {
                        tangents[position] = tangent.id;
                    }
                }
                let picked = self.builder.borrow_mut().pick(index.id, tangents);
                Some(self.sym(picked))
            }
            Partials::Constant => None,
        }
        .filter(|tangent| self.builder.borrow().number(tangent.id) != Some(0.0))
    }

    /// The product of a tangent with a slope where both are whole values.
    fn dot(&self, id: ValueId, tangent: Sym<'g>, slope: &Slope<'g>) -> Option<Sym<'g>> {
        let mut builder = self.builder.borrow_mut();
        let &Slope::Partial(slope) = slope else { return None };
        let is_whole = builder.graph().value(slope.id).ty == Ty::Whole;
        let ty = builder.graph().value(id).ty;
        is_whole.then(|| self.sym(builder.whole(WholeOp::Dot, vec![slope.id, tangent.id], ty)))
    }

    /// The tangent of a function with kinks, from a branch on its cases.
    fn chosen(&self, kink: &Kink<'g>) -> Option<Sym<'g>> {
        let zero = self.number(kink.result.id, 0.0);
        let chosen = kink.branch(&|partials| {
            let terms =
                kink.operands.iter().zip(partials).filter_map(|(&operand, partial)| {
                    Some(self.scale().by_partial(self.of(operand)?, partial?))
                });
            vec![terms.reduce(|sum, term| sum + term).unwrap_or(zero)]
        });
        chosen.into_iter().next()
    }

    /// A tangent in the type of the value. A round trip through `f32` does not round it: the derivative of
    /// `x as f32 as f64` is 1.
    fn cast(&mut self, tangent: Sym<'g>, id: ValueId) -> Sym<'g> {
        let mut builder = self.builder.borrow_mut();
        let ty = builder.graph().value(id).ty;
        let source = builder.graph().value(tangent.id);
        let id = match source.op {
            Op::Cast
                if self.tangents.casts.contains(&tangent.id)
                    && builder.graph().value(source.operands[0]).ty == ty =>
            {
                source.operands[0]
            }
            Op::Constant(ref constant) if round_to(ty, constant.value) == constant.value => {
                let value = constant.value;
                builder.like(id, value)
            }
            _ => {
                let cast = builder.cast_apart(tangent.id, ty);
                self.tangents.casts.insert(cast);
                cast
            }
        };
        drop(builder);
        self.sym(id)
    }

    /// The tangent of a quotient as one quotient, `(x_dot - q * y_dot) / y`: the slope `-q / y` by itself may vanish
    /// where the product with `y_dot` does not.
    fn quotient(&self, id: ValueId, edges: &[Edge<'g>]) -> Option<Sym<'g>> {
        let denominator = {
            let builder = self.builder.borrow();
            let parts = builder.parts(id, Primitive::div).filter(|_| !builder.strict)?;
            if let [edge] = edges
                && edge.operand == parts[1]
            {
                let y_dot = self.of(edge.operand)?;
                drop(builder);
                let product = self.scale().by_partial(y_dot, self.sym(id));
                return Some(-self.scale().over(product, self.sym(parts[1])));
            }
            let is_plain = edges.len() == 2 && edges[0].operand == parts[0] && edges[1].operand == parts[1];
            is_plain.then_some(parts[1])?
        };
        let (x_dot, y_dot) = (self.of(edges[0].operand)?, self.of(edges[1].operand)?);
        let numerator = x_dot - self.scale().by_partial(y_dot, self.sym(id));
        Some(self.scale().over(numerator, self.sym(denominator)))
    }

    fn scale(&self) -> Scale<'_, 'g> {
        Scale {
            builder: self.builder,
            known: Known::In(&self.tangents.copies),
            nonzero: &[],
            seeds: &[],
            is_forward: true,
            is_differentiated: false,
        }
    }

    fn of(&self, id: ValueId) -> Option<Sym<'g>> {
        self.tangents.of.get(&id).map(|&tangent| self.sym(tangent))
    }

    fn number(&self, like: ValueId, value: f64) -> Sym<'g> {
        let id = self.builder.borrow_mut().like(like, value);
        self.sym(id)
    }

    fn sym(&self, id: ValueId) -> Sym<'g> {
        Sym { builder: self.builder, id }
    }
}

/// Names the tangent of a value that the user named.
fn name_tangent(builder: &mut Builder, value: ValueId, tangent: ValueId) {
    if let Some(name) = builder.graph().value(value).note.name.clone() {
        builder.name(tangent, &format!("{name}_dot"));
        builder.seal(tangent);
        return;
    }
    let name_of = |id: ValueId| builder.graph().value(id).note.name.as_ref().map(ToString::to_string);
    if let Some(name) = builder.graph().describe(value, &name_of) {
        builder.hint(tangent, &format!("{name}_dot"));
    }
}
