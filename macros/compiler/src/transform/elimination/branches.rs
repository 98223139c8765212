//! The partials of a branch's results: a branch on the same test, each arm of which accumulates its own.

use super::Elimination;
use super::dag::{Dag, Vertex};
use crate::graph::{Arm, Map, Op, RegionId, Sym, Terminator, ValueId};

/// The partials that an arm gives: of the result with this place among those asked for, in this value outside.
type Entries<'g> = Map<(usize, ValueId), Sym<'g>>;

impl<'g> Elimination<'g> {
    /// Adds the edges into the results of a branch.
    pub(super) fn add_branch(&mut self, dag: &mut Dag<'g>, id: ValueId) {
        let (numbers, vertices) = self.wanted_results(dag, id);
        if numbers.is_empty() {
            return;
        }
        dag.inner.extend(&vertices);
        let (branch, operand) = {
            let builder = self.primal.builder.borrow();
            let Some(branch) = builder.graph().branch(id) else { return };
            (branch.clone(), builder.graph().value(id).operands[0])
        };
        let operand = self.primal.available(operand);
        let mut arms = Vec::new();
        let mut wanted: Vec<(usize, ValueId)> = Vec::new();
        let mut entries: Vec<Entries<'g>> = Vec::new();
        for arm in &branch.arms {
            let guard = arm.guard.map(|guard| self.primal.copy_guard(guard));
            self.primal.builder.borrow_mut().enter();
            self.primal.copy_arguments(arm.region);
            let found = self.entries_of_arm(arm.region, &numbers);
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
            let from = dag.vertex(outside);
            dag.add(from, vertices[place], Sym { builder: self.primal.builder, id });
        }
    }

    /// The numbers of the results that something depends on, and their vertices.
    fn wanted_results(&self, dag: &Dag<'g>, id: ValueId) -> (Vec<usize>, Vec<Vertex>) {
        let builder = self.primal.builder.borrow();
        let graph = builder.graph();
        graph
            .results(id)
            .iter()
            .filter_map(|&result| match graph.value(result).op {
                Op::Result(number) => dag.known(result).map(|vertex| (number, vertex)),
                _ => None,
            })
            .unzip()
    }

    /// Accumulates the partials of what an arm yields in what stands outside of it.
    fn entries_of_arm(&mut self, region: RegionId, numbers: &[usize]) -> Vec<((usize, ValueId), Sym<'g>)> {
        let (values, end) = {
            let builder = self.primal.builder.borrow();
            let region = builder.graph().region(region);
            (region.values.clone(), region.end.clone())
        };
        let Terminator::Yield(yields) = end else { return Vec::new() };
        let outputs: Vec<ValueId> = numbers.iter().map(|&number| yields[number]).collect();
        let mut dag = self.linearise(&values, &outputs);
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
