//! Jacobians by elimination: the function is linearised into a graph of partials, and every vertex between inputs and
//! outputs is eliminated. The order decides how many operations that takes.

mod branches;
mod dag;
mod order;
mod partials;
mod product;

use std::cell::RefCell;
use std::ops::Range;

use super::activity::Activity;
use super::copy::Copier;
use super::primal::Primal;
use crate::graph::{Builder, Function, Map, Set, Sym, Terminator, ValueId};
use dag::{Dag, Vertex};
pub(crate) use order::Order;

/// What is to be differentiated by what.
pub(super) struct Task<'a> {
    /// The parameters to differentiate with respect to.
    pub(super) active: &'a [ValueId],
    /// The outputs to differentiate.
    pub(super) outputs: Range<usize>,
    /// The outputs that are yielded before the entries.
    pub(super) kept: Range<usize>,
    /// How many of these are the primal's own, so that no bit of them may change.
    pub(super) primal_yields: usize,
    /// Whether the matrix is symmetric, so that what is above its diagonal is copied from below.
    pub(super) is_triangle: bool,
    pub(super) strict: bool,
}

/// Extends a function to one that yields the partials of its outputs, row by row.
pub(super) fn accumulate(primal: &Function, task: &Task<'_>, order: Order) -> Function {
    let mut copier = Copier::new(&primal.graph, &primal.parameters, task.strict);
    copier.copy_values(primal.body);
    let Terminator::Yield(outputs) = copier.copy_end(primal.body) else {
        unreachable!("lowering refuses functions that always panic")
    };
    let active: Vec<ValueId> = task.active.iter().map(|&id| copier.get(id)).collect();
    let mut builder = copier.builder;
    let body = builder.current();
    let differentiated = outputs[task.outputs.clone()].to_vec();
    builder.graph_mut().region_mut(body).end = Terminator::Yield(differentiated.clone());
    let snapshot = Function { graph: builder.graph().clone(), parameters: Vec::new(), body };
    let values = snapshot.graph.region(body).values.clone();
    let activity = Activity::of(&snapshot, &active);
    let builder = RefCell::new(builder);
    let entries = {
        let mut elimination = Elimination::new(&builder, activity, snapshot.graph.len(), order);
        let seeds = elimination.unit_seeds(&differentiated);
        let mut dag = elimination.linearise(&values, &differentiated, &seeds);
        if task.is_triangle {
            dag.keep_triangle(&active);
        }
        elimination.eliminate_all(&mut dag);
        elimination.entries(&dag, &active, task.is_triangle)
    };
    let kept = outputs[task.kept.clone()].iter().copied();
    builder.into_inner().finish(Terminator::Yield(kept.chain(entries).collect()))
}

/// The partial of an output in a value.
struct Seed<'g> {
    output: usize,
    value: ValueId,
    partial: Sym<'g>,
}

struct Elimination<'g> {
    primal: Primal<'g>,
    order: Order,
    /// Partials that are zero where a function with a kink chose another operand.
    choices: Set<ValueId>,
    /// Partials that may be infinite where the value is finite.
    cusps: Set<ValueId>,
    /// Partials of guarded products, which vanish where the product is guarded.
    masks: Set<ValueId>,
    /// Partials of guarded products that may be infinite, and that vanish with what they multiply.
    forgiving: Set<ValueId>,
    /// Casts of partials to the type of what the primal cast.
    casts: Set<ValueId>,
}

impl<'g> Elimination<'g> {
    fn new(builder: &'g RefCell<Builder>, activity: Activity, count: usize, order: Order) -> Self {
        Self {
            primal: Primal::new(builder, activity, count, Map::default()),
            order,
            choices: Set::default(),
            cusps: Set::default(),
            masks: Set::default(),
            forgiving: Set::default(),
            casts: Set::default(),
        }
    }

    /// The graph of partials between the outputs and what varies outside of a list of values. In reverse order,
    /// values are eliminated as soon as their partials are known, and inputs and outputs are all that is left.
    fn linearise(&mut self, values: &[ValueId], outputs: &[ValueId], seeds: &[Seed<'g>]) -> Dag<'g> {
        let mut dag = Dag::default();
        for &id in outputs {
            dag.add_output(id);
        }
        for seed in seeds {
            if self.primal.activity.is_varied(seed.value) {
                let from = dag.vertex(seed.value);
                dag.add(from, dag.outputs[seed.output], seed.partial);
            }
        }
        for &id in values.iter().rev() {
            let is_branch = self.primal.builder.borrow().graph().branch(id).is_some();
            if is_branch {
                self.add_branch(&mut dag, id);
            } else if let Some(vertex) = dag.known(id) {
                self.add_partials(&mut dag, id, vertex);
                self.finish(&mut dag, vertex);
            }
        }
        dag
    }

    /// What the outputs are to themselves.
    fn unit_seeds(&self, outputs: &[ValueId]) -> Vec<Seed<'g>> {
        let seed = |(output, &value): (usize, &ValueId)| Seed {
            output,
            value,
            partial: self.primal.number(value, 1.0),
        };
        outputs.iter().enumerate().map(seed).collect()
    }

    /// Leaves a vertex whose edges are complete to be eliminated when its turn comes.
    fn finish(&mut self, dag: &mut Dag<'g>, vertex: Vertex) {
        match self.order {
            Order::Reverse => self.eliminate(dag, vertex),
            Order::Forward | Order::Markowitz => dag.inner.push(vertex),
        }
    }

    fn eliminate_all(&mut self, dag: &mut Dag<'g>) {
        for vertex in self.order.sequence(dag) {
            self.eliminate(dag, vertex);
        }
    }

    fn eliminate(&mut self, dag: &mut Dag<'g>, vertex: Vertex) {
        let (into, out_of) = dag.take(vertex);
        let value = dag.value(vertex);
        let sums = |edges: Vec<dag::Edge<'g>>| -> Vec<(Vertex, Sym<'g>)> {
            edges
                .into_iter()
                .filter_map(|(other, terms)| self.sum(dag, terms).map(|sum| (other, sum)))
                .collect()
        };
        let (into, out_of) = (sums(into), sums(out_of));
        for &(from, partial) in &into {
            self.name(partial, value, dag.value(from));
        }
        let is_single = out_of.len() == 1;
        for &(to, outer) in &out_of {
            self.name(outer, dag.value(to), value);
            for &(from, inner) in &into {
                if dag.is_needed(from, to) {
                    let product = self.product(outer, inner, is_single);
                    dag.add(from, to, product);
                }
            }
        }
    }

    /// What is left when only inputs and outputs are, row by row; what a triangle leaves out is mirrored.
    fn entries(&self, dag: &Dag<'g>, active: &[ValueId], is_triangle: bool) -> Vec<ValueId> {
        let mut rows: Vec<Vec<ValueId>> = Vec::new();
        for (number, &output) in dag.outputs.iter().enumerate() {
            let edges: Map<Vertex, &[Sym<'g>]> = dag.edges_into(output).collect();
            let columns = if is_triangle { number + 1 } else { active.len() };
            let row = active[..columns].iter().map(|&input| {
                let terms = dag.known(input).and_then(|vertex| edges.get(&vertex));
                let Some(entry) = terms.and_then(|terms| self.sum(dag, terms.to_vec())) else {
                    return self.primal.number(input, 0.0).id;
                };
                self.name(entry, dag.value(output), input);
                entry.id
            });
            rows.push(row.collect());
        }
        let count = rows.len();
        let entry = |row: usize, column: usize| rows[row].get(column).copied();
        (0..count)
            .flat_map(|row| (0..active.len()).map(move |column| (row, column)))
            .filter_map(|(row, column)| entry(row, column).or_else(|| entry(column, row)))
            .collect()
    }

    /// Says what a partial is called, if both values have names.
    fn name(&self, partial: Sym<'g>, above: ValueId, below: ValueId) {
        let mut builder = self.primal.builder.borrow_mut();
        if partial.id.index() < self.primal.count {
            return;
        }
        let name_of = |id: ValueId| builder.graph().value(id).note.name.clone();
        if let (Some(above), Some(below)) = (name_of(above), name_of(below)) {
            builder.hint(partial.id, &format!("d_{above}_d_{below}"));
        }
    }
}
