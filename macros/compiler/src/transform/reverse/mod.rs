//! Reverse mode: the primal, then its values in reverse, each handing its cotangent on to its operands,
//! `operand_bar += value_bar * partial`.
//!
//! A branch is reversed by a branch on the same test, whose arms reverse the arms. Functions with a kink become
//! branches too, and what computes an operand that only they use is reversed under the condition that its
//! cotangent is not zero, so that nothing infinite is multiplied by a zero that came from an arm not taken.

mod arrays;
mod bound;
mod branches;
mod calls;
mod changed;
mod chosen;
mod exits;
mod fused;
mod kept;
mod kinks;
mod lent;
mod loops;
mod once;
mod position;
mod reads;
mod saved;
mod settled;
mod unchanged;
mod undone;

use std::cell::RefCell;

use proc_macro2::TokenStream;

use super::activity::Activity;
use super::copy::Copier;
use super::cotangents::Cotangents;
use super::partials::{Edge, Linearize, Partials, partials};
use super::primal::Primal;
use super::scale::{Known, Scale};
use super::whole::as_gradient;
use super::{Lending, Purpose, Request};
use crate::graph::{
    Builder, Comparison, Function, Left, Map, Op, Set, Sym, Terminator, Ty, ValueId, WholeOp, round_to,
};
use arrays::{Kind, Scope};
use changed::{copy_without_ends, observed, write_all};

/// Where the cotangents of the outputs come from.
#[derive(Clone, Copy)]
pub(super) enum Seed<'a> {
    /// There is one output, and its cotangent is 1.
    One,
    /// Each output in turn has the cotangent 1: a Jacobian, row by row.
    Each,
    /// More parameters, with these names; the gradient is a pullback.
    Parameters(&'a str),
    /// More parameters, with these names.
    Given(&'a str),
}

/// Something that a loop carries, which its reversal needs for each iteration and has no place for.
#[derive(Clone, Debug)]
pub(crate) struct Unstored {
    /// The loop of the primal.
    pub(super) repeat: ValueId,
    /// What it is called.
    pub(crate) name: Option<String>,
}

/// Extends a function to one that yields its gradient, or its pullback.
pub(super) fn reverse(
    primal: &Function,
    request: &Request<'_>,
    seed: Seed<'_>,
) -> Result<Function, Vec<Unstored>> {
    let mut copier = Copier::new(&primal.graph, &primal.parameters, request.strict);
    let left = copy_without_ends(&mut copier, primal);
    let Terminator::Yield(outputs) = &primal.graph.region(primal.body).end else {
        unreachable!("lowering refuses functions that always panic")
    };
    let outputs = copier.get_all(outputs);
    let active: Vec<ValueId> = request.active.iter().map(|&id| copier.get(id)).collect();
    let lenders: Vec<ValueId> = request.lent.iter().map(|&id| copier.get(id)).collect();
    let loops = primal.graph.ids().filter(|&id| primal.graph.repeat(id).is_some());
    let loops = loops.filter_map(|id| Some((copier.known(&[id])?[0], id))).collect();
    let mut builder = copier.builder;
    let body = builder.current();
    builder.graph_mut().region_mut(body).end = Terminator::Yield(observed(&outputs, &left, seed));
    let snapshot = Function { graph: builder.graph().clone(), parameters: Vec::new(), body };
    let values = snapshot.graph.region(body).values.clone();
    let activity = Activity::of(&snapshot, &active);
    if let Seed::Parameters(_) = seed {
        write_all(&left, &mut builder);
    }
    let seeds = cotangents_of_outputs(&mut builder, &outputs, seed);
    let gradients = if let Seed::Each = seed { seeds.len() } else { 1 };
    let lent: Vec<Map<ValueId, ValueId>> = (0..gradients).map(|_| lend(&mut builder, &lenders)).collect();
    let builder = RefCell::new(builder);
    let (gradient, unstored) = {
        let mut reverse = Reverse {
            builder: &builder,
            primal: Primal::new(&builder, activity, snapshot.graph.len(), loops),
            nonzero: Vec::new(),
            seeds: seeds.clone(),
            casts_back: Set::default(),
            is_differentiated: request.purpose != Purpose::Result,
            keeps_in_lent: request.purpose != Purpose::Matrix,
            scopes: Vec::new(),
            lent: Map::default(),
            lending: request.lending,
            unstored: Vec::new(),
            stack: request.stack,
            vector: request.vector.cloned(),
            outside: Map::default(),
            items: Map::default(),
        };
        let seeded: Vec<(ValueId, ValueId)> = outputs.iter().copied().zip(seeds).collect();
        let rows = if let Seed::Each = seed { 1 } else { seeded.len().max(1) };
        let mut gradient = Vec::new();
        for (row, lent) in seeded.chunks(rows).zip(lent) {
            reverse.lent = lent;
            reverse.open_scope(Kind::Body, body);
            let mut cotangents = Cotangents::default();
            for &(output, seed) in row {
                if builder.borrow().graph().value(output).ty.is_array() {
                    reverse.give_array(output, seed);
                } else if reverse.primal.activity.is_varied(output) {
                    cotangents.add(output, reverse.sym(seed));
                }
            }
            let changed = left.iter().map(|left| reverse.begin_contents(left, seed)).collect::<Vec<_>>();
            reverse.sweep(&values, &mut cotangents);
            gradient.extend(active.iter().map(|&id| {
                if builder.borrow().graph().value(id).ty.is_array() {
                    return reverse.cotangents_of(id);
                }
                let total =
                    cotangents.take(id, reverse.primal.count).unwrap_or_else(|| reverse.number(id, 0.0));
                let is_whole = builder.borrow().graph().value(id).ty == Ty::Whole;
                let total = if is_whole {
                    let gradient = as_gradient(&mut builder.borrow_mut(), id, total.id);
                    reverse.sym(gradient)
                } else {
                    total
                };
                reverse.name_cotangent(id, total);
                total.id
            }));
            for (left, place) in left.iter().zip(changed) {
                let cotangents = reverse.cotangents_of(left.parameter);
                reverse.builder.borrow_mut().leave_in(place, Left::Derivatives, cotangents);
            }
            reverse.close_scope();
        }
        (gradient, reverse.unstored)
    };
    if !unstored.is_empty() {
        return Err(unstored);
    }
    let mut builder = builder.into_inner();
    if !matches!(seed, Seed::Parameters(_)) {
        write_all(&left, &mut builder);
    }
    let mut yields = if request.with_value { outputs } else { Vec::new() };
    match seed {
        Seed::One | Seed::Each | Seed::Given(_) => yields.extend(gradient),
        Seed::Parameters(_) => {
            let region = builder.leave(Terminator::Yield(gradient));
            yields.push(builder.pullback(region));
        }
    }
    Ok(builder.finish(Terminator::Yield(yields)))
}

/// One more parameter for each slice, for the array that the caller lends for its gradient.
fn lend(builder: &mut Builder, slices: &[ValueId]) -> Map<ValueId, ValueId> {
    let mut array = |&id: &ValueId| {
        let value = builder.graph().value(id);
        let (ty, name) = (value.ty, value.note.name.clone().unwrap_or_else(|| "x".into()));
        (id, builder.parameter(ty, &format!("{name}_bar")))
    };
    slices.iter().map(&mut array).collect()
}

/// What the cotangents of the outputs are at first. Those of a pullback come as parameters, and its region begins here.
fn cotangents_of_outputs(builder: &mut Builder, outputs: &[ValueId], seed: Seed<'_>) -> Vec<ValueId> {
    let (Seed::Parameters(name) | Seed::Given(name)) = seed else {
        return outputs.iter().map(|&output| builder.like(output, 1.0)).collect();
    };
    let types = outputs.iter().map(|&id| builder.graph().value(id).ty).collect::<Vec<_>>();
    let parameters: Vec<ValueId> = types.into_iter().map(|ty| builder.parameter(ty, name)).collect();
    if let Seed::Parameters(_) = seed {
        builder.enter();
    }
    let masked = parameters.into_iter().map(|id| match builder.graph().value(id).ty {
        Ty::Whole => builder.whole(WholeOp::Direction, vec![id], Ty::Whole),
        _ => id,
    });
    masked.collect()
}

struct Reverse<'g> {
    builder: &'g RefCell<Builder>,
    primal: Primal<'g>,
    /// Cotangents that the branches around the current region have found not to be zero.
    nonzero: Vec<ValueId>,
    /// The cotangents that the caller of a pullback gives.
    seeds: Vec<ValueId>,
    /// Casts of cotangents to the type of the value that the primal cast.
    casts_back: Set<ValueId>,
    /// Whether the gradient is to be differentiated again.
    is_differentiated: bool,
    /// Whether arrays that the caller lends may hold something else before they hold gradients.
    keeps_in_lent: bool,
    /// The regions that are being reversed, outermost first.
    scopes: Vec<Scope>,
    /// The parameters that take the gradients of arrays.
    lent: Map<ValueId, ValueId>,
    /// What becomes of what is in these.
    lending: Lending,
    /// What could not be saved.
    unstored: Vec<Unstored>,
    /// The most bytes of one array of saved values.
    stack: usize,
    /// The macro that makes vectors, if values may stand on the heap.
    vector: Option<TokenStream>,
    /// For what stands for an array in a reversed loop, the array that the primal's loop began with.
    outside: Map<ValueId, ValueId>,
    /// Items of reversed loops, and the items of the primal's that they are.
    items: Map<ValueId, ValueId>,
}

impl<'g> Linearize<'g> for Reverse<'g> {
    fn builder(&self) -> &'g RefCell<Builder> {
        self.builder
    }

    fn available(&mut self, id: ValueId) -> Sym<'g> {
        self.primal.available(id)
    }

    fn is_varied(&self, id: ValueId) -> bool {
        self.primal.activity.is_varied(id)
    }

    fn is_used_once(&self, id: ValueId) -> bool {
        self.primal.activity.is_used_once(id)
    }
}

impl<'g> Reverse<'g> {
    /// Hands the cotangents of the given values on, last value first.
    fn sweep(&mut self, values: &[ValueId], cotangents: &mut Cotangents<'g>) {
        let position: Map<ValueId, usize> =
            values.iter().enumerate().map(|(index, &id)| (id, index)).collect();
        for &id in values.iter().rev() {
            let op = self.builder.borrow().graph().value(id).op.clone();
            if let Op::Lent = op {
                self.reverse_lent(id);
            } else if let Op::Branch(_) = op {
                self.reverse_branch(id, cotangents);
            } else if let Op::Loop(_) = op {
                self.reverse_loop(id, cotangents);
            } else if let Op::Load(path) = &op
                && let Some(total) = self.take_row(id)
            {
                let operands = self.builder.borrow().graph().value(id).operands.clone();
                self.reverse_load(path, &operands, total);
            } else if let Op::Store(path) = &op {
                let operands = self.builder.borrow().graph().value(id).operands.clone();
                self.reverse_store(id, path, &operands, cotangents);
            } else if let Op::Call(call) = &op {
                self.reverse_call(id, call, cotangents);
            } else if let Op::Part(_) = op {
                // The call takes the cotangents of all its parts at once.
            } else if let Some(total) = cotangents.take(id, self.primal.count) {
                self.name_cotangent(id, total);
                self.hand_on(id, total, cotangents, &position);
            }
        }
    }

    fn hand_on(
        &mut self,
        id: ValueId,
        total: Sym<'g>,
        cotangents: &mut Cotangents<'g>,
        position: &Map<ValueId, usize>,
    ) {
        if self.reverse_whole(id, total, cotangents) {
            return;
        }
        if let Some((path, operands)) = self.primal.loaded.get(&id).cloned() {
            return self.reverse_load(&path, &operands, total.id);
        }
        let value = self.builder.borrow().graph().value(id).clone();
        if let Op::Load(path) = &value.op {
            return self.reverse_load(path, &value.operands, total.id);
        }
        match partials(self, id) {
            Partials::Smooth(edges) => {
                // A multiple that several operands share is computed once.
                if edges.len() > 1 {
                    let mut builder = self.builder.borrow_mut();
                    if total.id.index() >= self.primal.count && builder.coefficient(total.id).is_some() {
                        builder.seal(total.id);
                    }
                }
                self.contribute_all(edges, total, cotangents);
            }
            Partials::Cases(kink) => {
                let shares = self.cases(&kink, total);
                // Where a share is zero, its own derivative need not be, so that cannot be the condition.
                let choices = if self.is_differentiated {
                    let one = self.number(id, 1.0);
                    self.cases(&kink, one)
                } else {
                    shares.clone()
                };
                for ((operand, share), (_, choice)) in shares.into_iter().zip(choices) {
                    self.name_cotangent(operand, share);
                    self.hand_on_share(operand, share, choice, cotangents, position);
                }
            }
            Partials::Cast(operand) => {
                let cast = self.cast_back(total, operand);
                self.contribute(cotangents, operand, cast);
            }
            Partials::Select(condition, [on_true, on_false]) => {
                let zero = self.number(id, 0.0);
                self.contribute(cotangents, on_true, condition.select(total, zero));
                self.contribute(cotangents, on_false, condition.select(zero, total));
            }
            Partials::Pick(index, elements) => {
                let zero = self.number(id, 0.0);
                for (position, element) in elements {
                    let is_picked = index.compare(Comparison::Equal, index.integer(position));
                    self.contribute(cotangents, element, is_picked.select(total, zero));
                }
            }
            Partials::Constant => {}
        }
    }

    fn contribute_all(&self, edges: Vec<Edge<'g>>, total: Sym<'g>, cotangents: &mut Cotangents<'g>) {
        for Edge { operand, slope } in edges {
            let contribution = self.scale().by(total, &slope);
            self.contribute(cotangents, operand, contribution);
        }
    }

    /// Hands a cotangent on to what a call, or a part of what it returns, depends on.
    fn hand_on_edges(&mut self, id: ValueId, total: Sym<'g>, cotangents: &mut Cotangents<'g>) {
        if let Partials::Smooth(edges) = partials(self, id) {
            self.contribute_all(edges, total, cotangents);
        }
    }

    /// A cotangent in the type of the value that was cast. A round trip through `f32` is not rounded on the way
    /// back: the derivative of `x as f32 as f64` is 1.
    fn cast_back(&mut self, total: Sym<'g>, operand: ValueId) -> Sym<'g> {
        let mut builder = self.builder.borrow_mut();
        let ty = builder.graph().value(operand).ty;
        let source = builder.graph().value(total.id);
        // A cast that the primal made is a value of its own, and rounded on purpose.
        let is_rounded_cotangent = self.casts_back.contains(&total.id);
        let id = match source.op {
            Op::Cast if is_rounded_cotangent && builder.graph().value(source.operands[0]).ty == ty => {
                source.operands[0]
            }
            Op::Constant(ref constant) if round_to(ty, constant.value) == constant.value => {
                let value = constant.value;
                builder.like(operand, value)
            }
            _ => {
                let cast = builder.cast_apart(total.id, ty);
                self.casts_back.insert(cast);
                cast
            }
        };
        drop(builder);
        self.sym(id)
    }

    fn scale(&self) -> Scale<'_, 'g> {
        Scale {
            builder: self.builder,
            known: Known::Below(self.primal.count),
            nonzero: &self.nonzero,
            seeds: &self.seeds,
            is_forward: false,
            is_differentiated: self.is_differentiated,
        }
    }

    fn contribute(&self, cotangents: &mut Cotangents<'g>, operand: ValueId, contribution: Sym<'g>) {
        if self.primal.activity.is_varied(operand) && !self.is_zero(contribution) {
            cotangents.add(operand, contribution);
        }
    }

    /// Names the cotangent of a value that the user named.
    fn name_cotangent(&self, id: ValueId, cotangent: Sym<'g>) {
        let mut builder = self.builder.borrow_mut();
        if let Some(name) = builder.graph().value(id).note.name.clone() {
            builder.name(cotangent.id, &format!("{name}_bar"));
            builder.seal(cotangent.id);
            return;
        }
        let name_of = |id: ValueId| builder.graph().value(id).note.name.as_ref().map(ToString::to_string);
        if let Some(name) = builder.graph().describe(id, &name_of) {
            builder.hint(cotangent.id, &format!("{name}_bar"));
        }
    }

    fn is_zero(&self, value: Sym<'g>) -> bool {
        self.builder.borrow().number(value.id) == Some(0.0)
    }

    fn number(&self, like: ValueId, value: f64) -> Sym<'g> {
        self.primal.number(like, value)
    }

    fn sym(&self, id: ValueId) -> Sym<'g> {
        self.primal.sym(id)
    }
}
