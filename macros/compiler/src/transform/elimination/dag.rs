//! The linearised function: vertices for values, edges with the partial of the one in the other.
//!
//! Eliminating a vertex joins each edge into it with each edge out of it. When only inputs and outputs are left, the
//! edges between them are the Jacobian.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Map, Set, Sym, ValueId};

/// Names a vertex of a [`Dag`].
pub(super) type Vertex = usize;

#[derive(Default)]
pub(super) struct Dag<'g> {
    /// For each vertex, where its edges come from, and the terms whose sum is the partial.
    into: Vec<BTreeMap<Vertex, Vec<Sym<'g>>>>,
    /// For each vertex, where its edges go to.
    out_of: Vec<BTreeSet<Vertex>>,
    vertices: Map<ValueId, Vertex>,
    values: Vec<ValueId>,
    /// The vertices of outputs, in their order. Nothing comes out of them.
    pub(super) outputs: Vec<Vertex>,
    /// The vertices between inputs and outputs, each before those that it depends on.
    pub(super) inner: Vec<Vertex>,
    /// On how many edges a term is.
    edges: Map<ValueId, u32>,
    /// The entries that are asked for, if not all are.
    pub(super) reach: Option<Reach>,
}

/// Which entries of a triangular part can be reached by way of a vertex.
pub(super) struct Reach {
    /// The lowest number of an input that a vertex depends on.
    lowest_input: Vec<usize>,
    /// The highest number of an output that depends on a vertex.
    highest_output: Vec<usize>,
}

/// An edge that was taken out: the vertex at its other end, and its terms.
pub(super) type Edge<'g> = (Vertex, Vec<Sym<'g>>);

impl<'g> Dag<'g> {
    /// The vertex of a value, a new one if it has none.
    pub(super) fn vertex(&mut self, id: ValueId) -> Vertex {
        if let Some(&vertex) = self.vertices.get(&id) {
            return vertex;
        }
        let vertex = self.new_vertex(id);
        self.vertices.insert(id, vertex);
        vertex
    }

    /// The vertex of a value that something depends on.
    pub(super) fn known(&self, id: ValueId) -> Option<Vertex> {
        self.vertices.get(&id).copied()
    }

    pub(super) fn add_output(&mut self, id: ValueId) -> Vertex {
        let vertex = self.new_vertex(id);
        self.outputs.push(vertex);
        vertex
    }

    fn new_vertex(&mut self, id: ValueId) -> Vertex {
        self.into.push(BTreeMap::new());
        self.out_of.push(BTreeSet::new());
        self.values.push(id);
        self.values.len() - 1
    }

    pub(super) fn value(&self, vertex: Vertex) -> ValueId {
        self.values[vertex]
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Adds to the partial of `to` in `from`.
    pub(super) fn add(&mut self, from: Vertex, to: Vertex, term: Sym<'g>) {
        self.into[to].entry(from).or_default().push(term);
        self.out_of[from].insert(to);
        *self.edges.entry(term.id).or_default() += 1;
    }

    /// Whether an edge leads to an entry that is asked for.
    pub(super) fn is_needed(&self, from: Vertex, to: Vertex) -> bool {
        self.reach.as_ref().is_none_or(|reach| reach.lowest_input[from] <= reach.highest_output[to])
    }

    /// Whether a term is on other edges than the one it was taken from.
    pub(super) fn is_shared(&self, term: Sym<'g>, here: usize) -> bool {
        self.edges.get(&term.id).is_some_and(|&count| count as usize > here)
    }

    /// Takes a vertex out, with its edges: those into it and those out of it.
    pub(super) fn take(&mut self, vertex: Vertex) -> (Vec<Edge<'g>>, Vec<Edge<'g>>) {
        let into: Vec<Edge<'g>> = std::mem::take(&mut self.into[vertex]).into_iter().collect();
        for (from, _) in &into {
            self.out_of[*from].remove(&vertex);
        }
        let targets = std::mem::take(&mut self.out_of[vertex]);
        let out = targets
            .into_iter()
            .filter_map(|to| self.into[to].remove(&vertex).map(|terms| (to, terms)))
            .collect();
        (into, out)
    }

    /// What is left of the edges into a vertex.
    pub(super) fn edges_into(&self, vertex: Vertex) -> impl Iterator<Item = (Vertex, &[Sym<'g>])> {
        self.into[vertex].iter().map(|(&from, terms)| (from, terms.as_slice()))
    }

    pub(super) fn sources(&self, vertex: Vertex) -> impl Iterator<Item = Vertex> {
        self.into[vertex].keys().copied()
    }

    pub(super) fn targets(&self, vertex: Vertex) -> impl Iterator<Item = Vertex> {
        self.out_of[vertex].iter().copied()
    }

    /// Restricts the entries to those where the number of the input is not above that of the output, and drops the
    /// edges that lead to others only.
    pub(super) fn keep_triangle(&mut self, inputs: &[ValueId]) {
        let mut lowest_input = vec![usize::MAX; self.len()];
        for (number, &id) in inputs.iter().enumerate() {
            if let Some(vertex) = self.known(id) {
                lowest_input[vertex] = lowest_input[vertex].min(number);
            }
        }
        let mut highest_output = vec![0; self.len()];
        for (number, &vertex) in self.outputs.iter().enumerate() {
            highest_output[vertex] = number;
        }
        let is_inner: Set<Vertex> = self.inner.iter().copied().collect();
        for &vertex in self.inner.iter().rev().chain(&self.outputs) {
            for from in self.sources(vertex) {
                lowest_input[vertex] = lowest_input[vertex].min(lowest_input[from]);
            }
        }
        let others = (0..self.len()).filter(|vertex| !is_inner.contains(vertex));
        for vertex in self.inner.iter().copied().chain(others) {
            for to in self.targets(vertex) {
                highest_output[vertex] = highest_output[vertex].max(highest_output[to]);
            }
        }
        self.reach = Some(Reach { lowest_input, highest_output });
        for to in 0..self.len() {
            let dropped: Vec<Vertex> = self.sources(to).filter(|&from| !self.is_needed(from, to)).collect();
            for from in dropped {
                self.into[to].remove(&from);
                self.out_of[from].remove(&to);
            }
        }
    }
}
