//! In which order vertices are eliminated.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::dag::{Dag, Vertex};

/// An order of elimination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// From the inputs to the outputs, as forward mode does.
    Forward,
    /// From the outputs to the inputs, as reverse mode does.
    Reverse,
    /// The vertex with the fewest pairs of edges first, counted anew after each.
    Markowitz,
}

impl Order {
    /// All orders, the ones preferred among equals first.
    pub(crate) const ALL: [Self; 3] = [Self::Reverse, Self::Markowitz, Self::Forward];

    /// What documentation calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Reverse => "reverse",
            Self::Markowitz => "Markowitz",
        }
    }

    /// The inner vertices in this order; none in reverse order, where they are eliminated as they come.
    pub(super) fn sequence(self, dag: &Dag<'_>) -> Vec<Vertex> {
        match self {
            Self::Reverse => Vec::new(),
            Self::Forward => dag.inner.iter().rev().copied().collect(),
            Self::Markowitz => markowitz(dag),
        }
    }
}

fn markowitz(dag: &Dag<'_>) -> Vec<Vertex> {
    let mut into: Vec<BTreeSet<Vertex>> =
        (0..dag.len()).map(|vertex| dag.sources(vertex).collect()).collect();
    let mut out_of: Vec<BTreeSet<Vertex>> =
        (0..dag.len()).map(|vertex| dag.targets(vertex).collect()).collect();
    // The place in reverse order, which decides among equals; none of inputs and outputs.
    let mut places: Vec<Option<usize>> = vec![None; dag.len()];
    for (place, &vertex) in dag.inner.iter().enumerate() {
        places[vertex] = Some(place);
    }
    let mut heap = BinaryHeap::new();
    for &vertex in &dag.inner {
        heap.push(Reverse((into[vertex].len() * out_of[vertex].len(), places[vertex], vertex)));
    }
    let mut sequence = Vec::with_capacity(dag.inner.len());
    while let Some(Reverse((pairs, _, vertex))) = heap.pop() {
        // What was entered before its edges changed, or is eliminated, is out of date.
        if places[vertex].is_none() || pairs != into[vertex].len() * out_of[vertex].len() {
            continue;
        }
        places[vertex] = None;
        sequence.push(vertex);
        let sources = std::mem::take(&mut into[vertex]);
        let targets = std::mem::take(&mut out_of[vertex]);
        for &from in &sources {
            out_of[from].remove(&vertex);
            out_of[from].extend(targets.iter().filter(|&&to| dag.is_needed(from, to)));
        }
        for &to in &targets {
            into[to].remove(&vertex);
            into[to].extend(sources.iter().filter(|&&from| dag.is_needed(from, to)));
        }
        for &changed in sources.iter().chain(&targets) {
            if places[changed].is_some() {
                heap.push(Reverse((into[changed].len() * out_of[changed].len(), places[changed], changed)));
            }
        }
    }
    sequence
}
