//! The partials of a branch's results: a branch on the same test, each arm of which accumulates its own.

use super::dag::{Dag, Vertex};
use super::{Elimination, Order, Seed};
use crate::graph::{Arm, Map, Op, RegionId, Sym, Terminator, ValueId};

/// A result of a branch, by its number, and its vertex.
struct Wanted {
    number: usize,
    vertex: Vertex,
}

/// The partial of an output in the result with a number: number, output, partial.
type ArmSeed<'g> = (usize, usize, Sym<'g>);

/// The partials that an arm gives: of the output with this place among those asked for, in this value outside.
type Entries<'g> = Map<(usize, ValueId), Sym<'g>>;

impl<'g> Elimination<'g> {
    /// Adds the edges into the results of a branch, or around them to the outputs if these are fewer.
    pub(super) fn add_branch(&mut self, dag: &mut Dag<'g>, id: ValueId) {
        let results = self.wanted_results(dag, id);
        if results.is_empty() {
            return;
        }
        let mut targets: Vec<Vertex> = results.iter().flat_map(|result| dag.targets(result.vertex)).collect();
        targets.sort_unstable();
        targets.dedup();
        if self.order == Order::Reverse && targets.len() <= results.len() {
            let mut seeds = Vec::new();
            for result in &results {
                let (_, out_of) = dag.take(result.vertex);
                for (to, terms) in out_of {
                    let output = targets.binary_search(&to).unwrap_or_default();
                    if let Some(partial) = self.sum(dag, terms) {
                        self.seal(partial);
                        seeds.push((result.number, output, partial));
                    }
                }
            }
            self.accumulate_in_arms(dag, id, &targets, &seeds);
            return;
        }
        let vertices: Vec<Vertex> = results.iter().map(|result| result.vertex).collect();
        let seeds: Vec<ArmSeed<'g>> = results
            .iter()
            .enumerate()
            .map(|(output, result)| {
                (result.number, output, self.primal.number(dag.value(result.vertex), 1.0))
            })
            .collect();
        self.accumulate_in_arms(dag, id, &vertices, &seeds);
        for vertex in vertices {
            self.finish(dag, vertex);
        }
    }

    /// Adds the edges into some vertices, which depend on what a branch yields as the seeds say.
    fn accumulate_in_arms(
        &mut self,
        dag: &mut Dag<'g>,
        id: ValueId,
        vertices: &[Vertex],
        seeds: &[ArmSeed<'g>],
    ) {
        let outputs: Vec<ValueId> = vertices.iter().map(|&vertex| dag.value(vertex)).collect();
        let (branch, operand) = {
            let builder = self.primal.builder.borrow();
            let Some(branch) = builder.graph().branch(id) else { return };
            (branch.clone(), builder.graph().value(id).operands[0])
        };
        let operand = self.primal.available(operand);
        let mut arms = Vec::new();
        let mut wanted: Vec<(usize, ValueId)> = Vec::new();
        let mut entries: Vec<Entries<'g>> = Vec::new();
        for (number, arm) in branch.arms.iter().enumerate() {
            let guard = arm.guard.map(|guard| self.primal.copy_guard(guard));
            self.primal.builder.borrow_mut().enter();
            if let Some(holds) = branch.condition_in(number) {
                self.primal.builder.borrow_mut().assume(operand.id, holds);
            }
            self.primal.copy_arguments(arm.region);
            self.primal.share_calls(arm.region);
            let found = self.entries_of_arm(arm.region, &outputs, seeds);
            wanted.extend(found.iter().map(|(key, _)| *key));
            entries.push(found.into_iter().collect());
            let end = self.primal.end_of_arm(arm.region);
            let region = self.primal.builder.borrow_mut().leave(end);
            arms.push(Arm { pattern: arm.pattern.clone(), guard, region });
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut yielded: Vec<(usize, ValueId)> = Vec::new();
        for key in wanted {
            match self.common_number(&arms, &entries, key) {
                Some(number) => {
                    let from = dag.vertex(key.1);
                    dag.add(from, vertices[key.0], number);
                }
                None => yielded.push(key),
            }
        }
        self.set_yields(&arms, &entries, &yielded);
        let mut builder = self.primal.builder.borrow_mut();
        let copy = builder.branch(branch.test, operand.id, arms);
        for (number, (place, outside)) in yielded.into_iter().enumerate() {
            let ty = builder.graph().value(outside).ty;
            let id = builder.result(copy, number, ty);
            // Zero where another arm was taken.
            if entries.iter().any(|entries| !entries.contains_key(&(place, outside))) {
                self.choices.insert(id);
            }
            let from = dag.vertex(outside);
            dag.add(from, vertices[place], Sym { builder: self.primal.builder, id });
        }
    }

    /// The results that something depends on.
    fn wanted_results(&self, dag: &Dag<'g>, id: ValueId) -> Vec<Wanted> {
        let builder = self.primal.builder.borrow();
        let graph = builder.graph();
        graph
            .results(id)
            .iter()
            .filter_map(|&result| match graph.value(result).op {
                Op::Result(number) => dag.known(result).map(|vertex| Wanted { number, vertex }),
                _ => None,
            })
            .collect()
    }

    /// Accumulates the partials of some outputs, by way of what an arm yields, in what stands outside of it.
    fn entries_of_arm(
        &mut self,
        region: RegionId,
        outputs: &[ValueId],
        seeds: &[ArmSeed<'g>],
    ) -> Vec<((usize, ValueId), Sym<'g>)> {
        let (values, end) = {
            let builder = self.primal.builder.borrow();
            let region = builder.graph().region(region);
            (region.values.clone(), region.end.clone())
        };
        let Terminator::Yield(yields) = end else { return Vec::new() };
        let seeds: Vec<Seed<'g>> = seeds
            .iter()
            .map(|&(number, output, partial)| Seed { output, value: yields[number], partial })
            .collect();
        let mut dag = self.linearise(&values, outputs, &seeds);
        self.eliminate_all(&mut dag);
        let mut entries = Vec::new();
        for (place, &output) in dag.outputs.iter().enumerate() {
            for (from, terms) in dag.edges_into(output) {
                if let Some(sum) = self.sum(&dag, terms.to_vec()) {
                    entries.push(((place, dag.value(from)), sum));
                }
            }
        }
        entries
    }

    /// The number that an entry is in every arm that ends.
    fn common_number(&self, arms: &[Arm], entries: &[Entries<'g>], key: (usize, ValueId)) -> Option<Sym<'g>> {
        let builder = self.primal.builder.borrow();
        let mut common: Option<Sym<'g>> = None;
        for (arm, entries) in arms.iter().zip(entries) {
            if let Terminator::Panic(_) = builder.graph().region(arm.region).end {
                continue;
            }
            let entry = *entries.get(&key)?;
            builder.number(entry.id)?;
            if common.get_or_insert(entry).id != entry.id {
                return None;
            }
        }
        common
    }

    /// Makes the arms yield the entries, zero where an arm has none.
    fn set_yields(&self, arms: &[Arm], entries: &[Entries<'g>], keys: &[(usize, ValueId)]) {
        let mut builder = self.primal.builder.borrow_mut();
        for (arm, entries) in arms.iter().zip(entries) {
            if let Terminator::Panic(_) = builder.graph().region(arm.region).end {
                continue;
            }
            let yields = keys
                .iter()
                .map(|key| entries.get(key).map_or_else(|| builder.like(key.1, 0.0), |entry| entry.id))
                .collect();
            builder.graph_mut().region_mut(arm.region).end = Terminator::Yield(yields);
        }
    }
}
