//! How much a matrix of derivatives is, known before any of it is computed: sets of inputs and of outputs in, counts
//! out.

use super::activity::{Activity, sources};
use crate::graph::{Function, Op, ValueId};
use crate::rules::Primitive;

/// The size of a matrix of derivatives and of the code that accumulates it entry by entry.
pub(super) struct Extent {
    /// The entries that are not zero for every argument.
    pub(super) entries: usize,
    /// The products and sums that combine partials, in forward or in reverse order, whichever takes fewer.
    pub(super) operations: usize,
    /// The values between the inputs and the outputs, which is what code for one direction grows with.
    pub(super) values: usize,
}

impl Extent {
    /// The extent of the partials of `outputs` with respect to the active parameters.
    pub(super) fn of(function: &Function, active: &[ValueId], outputs: &[ValueId]) -> Self {
        let graph = &function.graph;
        let activity = Activity::of(function, active);
        let steps: Vec<Step> = graph
            .ids()
            .filter(|&id| activity.is_varied(id))
            .map(|id| {
                let sources = sources(graph, id).into_iter().filter(|&id| activity.is_varied(id));
                Step { id, sources: sources.collect(), is_sum: is_sum(&graph.value(id).op) }
            })
            .collect();
        let reaching = reaching(graph.len(), active, &steps);
        let reached = reached(graph.len(), outputs, &steps);
        let (mut values, mut forward, mut reverse) = (0, 0, 0);
        for step in &steps {
            let (inputs, outputs) = (reaching.count(step.id), reached.count(step.id));
            if inputs == 0 || outputs == 0 || step.sources.is_empty() {
                continue;
            }
            values += 1;
            // What arrives over several edges is added up; in reverse order that happens at the other end.
            let arriving: usize = step.sources.iter().map(|&source| reaching.count(source)).sum();
            forward += arriving - inputs;
            reverse += outputs * (step.sources.len() - 1);
            if !step.is_sum {
                forward += arriving;
                reverse += outputs * step.sources.len();
            }
        }
        let entries = outputs.iter().map(|&id| reaching.count(id)).sum();
        Self { entries, operations: forward.min(reverse), values }
    }
}

/// A value that varies, with the varied values that it is computed from.
struct Step {
    id: ValueId,
    sources: Vec<ValueId>,
    /// Whether all its slopes are 1 or -1.
    is_sum: bool,
}

fn is_sum(op: &Op) -> bool {
    matches!(
        op,
        Op::Result(_)
            | Op::Argument(_)
            | Op::Load(_)
            | Op::Store(_)
            | Op::Accumulate(_)
            | Op::Join
            | Op::Filled(_)
            | Op::Cast
            | Op::Primitive(Primitive::add | Primitive::sub | Primitive::neg)
    )
}

/// For each value, the inputs that reach it.
fn reaching(count: usize, active: &[ValueId], steps: &[Step]) -> Sets {
    let mut sets = Sets::new(count, active.len());
    for (number, &id) in active.iter().enumerate() {
        sets.insert(id, number);
    }
    // A value is created after its operands, so the order of creation is an order of evaluation. What loops carry back
    // takes more rounds.
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        for step in steps {
            for &source in &step.sources {
                has_changed |= sets.join(step.id, source);
            }
        }
    }
    sets
}

/// For each value, the outputs that it reaches.
fn reached(count: usize, outputs: &[ValueId], steps: &[Step]) -> Sets {
    let mut sets = Sets::new(count, outputs.len());
    for (number, &id) in outputs.iter().enumerate() {
        sets.insert(id, number);
    }
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        for step in steps.iter().rev() {
            for &source in &step.sources {
                has_changed |= sets.join(source, step.id);
            }
        }
    }
    sets
}

/// One set of numbers below a bound for each value, as bits.
struct Sets {
    /// The words of one set.
    width: usize,
    words: Vec<u64>,
}

impl Sets {
    fn new(count: usize, bound: usize) -> Self {
        let width = bound.div_ceil(64);
        Self { width, words: vec![0; count * width] }
    }

    fn insert(&mut self, id: ValueId, number: usize) {
        self.words[id.index() * self.width + number / 64] |= 1 << (number % 64);
    }

    /// Adds what is in the set of `other` to that of `id`. Whether this changes it.
    fn join(&mut self, id: ValueId, other: ValueId) -> bool {
        let mut has_changed = false;
        for word in 0..self.width {
            let added = self.words[other.index() * self.width + word];
            let joined = &mut self.words[id.index() * self.width + word];
            has_changed |= added & !*joined != 0;
            *joined |= added;
        }
        has_changed
    }

    fn count(&self, id: ValueId) -> usize {
        let start = id.index() * self.width;
        self.words[start..start + self.width].iter().map(|word| word.count_ones() as usize).sum()
    }
}
