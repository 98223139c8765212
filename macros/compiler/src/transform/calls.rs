//! The linear part of calls. The macro does not see the body of a function that is called, so its derivatives are
//! those of its siblings: `g_value_and_grad` gives the slopes of a call with one real as its result, `g_vjp` those
//! of others, `g_jvp` tangents, and `g_hvp` the slopes of what `g_grad` and `g_jvp` return.

use std::cell::RefCell;
use std::rc::Rc;

use super::copy::rewritten;
use super::partials::{Edge, Linearize, Slope};
use crate::graph::{
    Builder, Call, Function, Graph, MOST_BESIDE_BORROWS, Map, Op, RegionId, Sibling, Sym, Ty, ValueId,
};

/// The operands of a call that carry floats, by their numbers among the operands.
pub(super) fn float_operands(call: &Call) -> Vec<usize> {
    call.floats()
        .into_iter()
        .enumerate()
        .filter_map(|(position, is_float)| is_float.then_some(position))
        .collect()
}

/// The operands of a call that have tangents in forward mode.
pub(super) fn tangent_operands(call: &Call) -> Vec<usize> {
    let mut positions = float_operands(call);
    positions.extend(call.arrays());
    positions.sort_unstable();
    positions
}

/// The dependence of `id`, which is the value of a call or the part of what it returns with this number, on the
/// operands.
pub(super) fn edges<'g>(
    of: &mut impl Linearize<'g>,
    id: ValueId,
    call: &Rc<Call>,
    operands: &[ValueId],
    part: usize,
) -> Vec<Edge<'g>> {
    let builder = of.builder();
    let floats = float_operands(call);
    let available: Vec<ValueId> = operands.iter().map(|&id| of.available(id).id).collect();
    // The positions of operands, and where the sibling returns the slopes in them.
    let by_argument = |offset: usize| floats.iter().copied().zip(offset..).collect::<Vec<_>>();
    let (sibling, more, slopes) = match call.sibling {
        Sibling::Primal if call.is_value() => (Sibling::ValueAndGrad, Vec::new(), by_argument(0)),
        Sibling::Primal => {
            let seeds = (0..call.result.size()).map(|number| if number == part { 1.0 } else { 0.0 });
            let seeds = seeds.map(|seed| builder.borrow_mut().like(id, seed)).collect();
            (Sibling::VjpAtOnce, seeds, by_argument(0))
        }
        Sibling::ValueAndGrad if part == 0 => (Sibling::ValueAndGrad, Vec::new(), by_argument(0)),
        Sibling::Grad | Sibling::ValueAndGrad => {
            let entry = part - call.values();
            let directions = floats.iter().enumerate().map(|(float, &position)| {
                // The entry is of the type of the operand, which may be a constant of unknown type.
                let (like, number) = if float == entry { (id, 1.0) } else { (available[position], 0.0) };
                builder.borrow_mut().like(like, number)
            });
            (Sibling::Hvp, directions.collect(), by_argument(floats.len()))
        }
        // The tangents are the direction.
        Sibling::Jvp if part == 0 => (Sibling::Hvp, Vec::new(), by_argument(0)),
        Sibling::Jvp => {
            let by_tangent = (call.arity()..).zip(0..floats.len());
            (Sibling::Hvp, Vec::new(), by_argument(floats.len()).into_iter().chain(by_tangent).collect())
        }
        // Lowering refuses what would need third derivatives.
        Sibling::Vjp
        | Sibling::Pullback
        | Sibling::VjpAtOnce
        | Sibling::AddGrad
        | Sibling::AddVjp
        | Sibling::Hvp => return Vec::new(),
    };
    let slopes: Vec<(usize, usize)> =
        slopes.into_iter().filter(|&(position, _)| of.is_varied(operands[position])).collect();
    let made = again(builder, call, sibling, available.iter().copied().chain(more).collect());
    let call = call.of(sibling);
    slopes
        .into_iter()
        .map(|(position, float)| {
            let id = gradient(builder, made, &call, float, available[position]);
            Edge { operand: operands[position], slope: Slope::Partial(Sym { builder, id }) }
        })
        .collect()
}

/// A sibling of a call on these operands.
pub(super) fn again(
    builder: &RefCell<Builder>,
    call: &Call,
    sibling: Sibling,
    operands: Vec<ValueId>,
) -> ValueId {
    builder.borrow_mut().call(call.of(sibling), operands, Ty::Unit)
}

/// The part of a call that is the gradient by the float with this number, an operand like `like`.
pub(super) fn gradient(
    builder: &RefCell<Builder>,
    made: ValueId,
    call: &Call,
    float: usize,
    like: ValueId,
) -> ValueId {
    let mut builder = builder.borrow_mut();
    let ty = float_type(&builder, like);
    let id = builder.part(made, call.gradient_part(float), ty);
    let name_of = |id: ValueId| {
        let value = builder.graph().value(id);
        match value.op {
            Op::Constant(_) => None,
            _ => value.note.name.as_ref().map(ToString::to_string),
        }
    };
    let function = call.callee.name();
    let hint = match name_of(like) {
        Some(name) => format!("d{function}_d{name}"),
        None => format!("{function}_slope"),
    };
    builder.hint(id, &hint);
    id
}

/// The type of the gradient by a value: constants of unknown type are whole.
pub(super) fn float_type(builder: &Builder, id: ValueId) -> Ty {
    match builder.graph().value(id).ty {
        Ty::Real(scalar) => Ty::Real(scalar),
        _ => Ty::Whole,
    }
}

/// How often the pullbacks of a function run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    /// They are closures that the caller gets.
    Once,
    /// They are bodies of loops.
    Often,
}

/// The function with each call of which a sibling is called as well, on the same operands in the same region or in
/// a pullback right inside, replaced by what the sibling returns. `None` if there is none.
///
/// A pullback can be called once, and borrows what its function was given by reference. Where it would be called in a
/// loop, or leave the function inside another pullback with what it borrows, the call is made once more there instead.
pub(super) fn join(function: &Function, pullbacks: Runs, strict: bool) -> Option<Function> {
    let partners = partners(&function.graph, pullbacks);
    if partners.is_empty() {
        return None;
    }
    let mut pullbacks = Map::default();
    for (&primal, &sibling) in &partners {
        if let Some(call) = function.graph.call(sibling).filter(|call| call.sibling == Sibling::VjpAtOnce) {
            pullbacks.insert(sibling, (primal, call.result.size()));
        }
    }
    let mut made_for: Map<ValueId, ValueId> = Map::default();
    Some(rewritten(function, strict, &mut |copier, id| {
        let source = copier.source;
        let value = source.value(id);
        let call = source.call(id)?;
        if let Some((primal, results)) = pullbacks.get(&id) {
            let made = *made_for.get(primal)?;
            let pullback = copier.builder.part(made, *results, Ty::Other);
            copier.builder.hint(pullback, &format!("{}_pullback", call.callee.name()));
            let cotangents: Vec<ValueId> = value.operands[call.arity()..].to_vec();
            let operands = std::iter::once(pullback).chain(copier.get_all(&cotangents)).collect();
            return Some(copier.builder.call(call.of(Sibling::Pullback), operands, Ty::Unit));
        }
        let partner = *partners.get(&id)?;
        let sibling = source.call(partner)?.sibling;
        let count = if sibling == Sibling::Jvp { source.value(partner).operands.len() } else { call.arity() };
        let operands = copier.known(&source.value(partner).operands[..count])?;
        let made_by = if sibling == Sibling::VjpAtOnce { Sibling::Vjp } else { sibling };
        let made = copier.builder.call(call.of(made_by), operands, Ty::Unit);
        made_for.insert(id, made);
        Some(if call.is_value() { copier.builder.part(made, 0, value.ty) } else { made })
    }))
}

/// For each call, the call of a sibling that returns its value too.
fn partners(graph: &Graph, pullbacks: Runs) -> Map<ValueId, ValueId> {
    let calls = |wanted: fn(Sibling) -> bool| {
        graph.ids().filter(move |&id| graph.call(id).is_some_and(|call| wanted(call.sibling)))
    };
    let mut primals: Map<(Rc<str>, Vec<ValueId>), Vec<ValueId>> = Map::default();
    for id in calls(|sibling| sibling == Sibling::Primal) {
        if let Some(call) = graph.call(id) {
            primals.entry((Rc::clone(&call.key), graph.value(id).operands.clone())).or_default().push(id);
        }
    }
    let mut partners = Map::default();
    if primals.is_empty() {
        return partners;
    }
    let is_joint = |sibling| matches!(sibling, Sibling::ValueAndGrad | Sibling::Jvp | Sibling::VjpAtOnce);
    for id in calls(is_joint) {
        let Some(call) = graph.call(id) else { continue };
        let value = graph.value(id);
        let key = (Rc::clone(&call.key), value.operands[..call.arity()].to_vec());
        for &primal in primals.get(&key).into_iter().flatten() {
            let home = graph.value(primal).region;
            let borrows = call.sibling == Sibling::VjpAtOnce && call.has_references();
            let stays = borrows || call.sibling == Sibling::VjpAtOnce && pullbacks == Runs::Often;
            let is_near = value.region == home || !stays && is_pullback_in(graph, value.region, home);
            if is_near && (!borrows || graph.region(home).values.len() <= MOST_BESIDE_BORROWS) {
                partners.entry(primal).or_insert(id);
            }
        }
    }
    partners
}

/// Whether a region is a pullback right inside another.
fn is_pullback_in(graph: &Graph, region: RegionId, home: RegionId) -> bool {
    let region = graph.region(region);
    let is_pullback = region.owner.is_some_and(|owner| matches!(graph.value(owner).op, Op::Pullback(_)));
    is_pullback && region.parent == Some(home)
}
