//! Which values a derivative flows through: varied (depending on an active parameter) and useful (the result
//! depending on them).

use crate::graph::{Function, Graph, Op, RegionId, ValueId};
use crate::rules::Primitive;

pub(super) struct Activity {
    varied: Vec<bool>,
    /// Whether the result depends on a varied value.
    useful: Vec<bool>,
    /// How many active values use this one.
    uses: Vec<u32>,
}

impl Activity {
    pub(super) fn of(function: &Function, active: &[ValueId]) -> Self {
        let graph = &function.graph;
        let (varied, uses) = (vec![false; graph.len()], vec![0; graph.len()]);
        let mut activity = Self { varied, useful: Vec::new(), uses };
        for id in active {
            activity.varied[id.index()] = true;
        }
        // A value is created after its operands, so the order of creation is an order of evaluation. What a loop carries
        // into the next iteration is found in the next round.
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for id in graph.ids() {
                if !activity.is_varied(id) && sources(graph, id).iter().any(|&id| activity.is_varied(id)) {
                    activity.varied[id.index()] = true;
                    has_changed = true;
                }
            }
        }
        let mut useful = vec![false; graph.len()];
        activity.mark_useful(graph, function.body, &mut useful);
        activity.useful = useful;
        activity
    }

    pub(super) fn is_varied(&self, id: ValueId) -> bool {
        self.varied.get(id.index()).copied().unwrap_or(false)
    }

    /// Whether a value varies, and the result depends on it.
    pub(super) fn is_useful(&self, id: ValueId) -> bool {
        self.useful.get(id.index()).copied().unwrap_or(false)
    }

    /// Whether one active value alone uses this one.
    pub(super) fn is_used_once(&self, id: ValueId) -> bool {
        self.uses.get(id.index()).copied() == Some(1)
    }

    pub(super) fn set_varied(&mut self, id: ValueId) {
        if self.varied.len() <= id.index() {
            self.varied.resize(id.index() + 1, false);
        }
        self.varied[id.index()] = true;
    }

    /// Takes a value for as active as another, which it repeats.
    pub(super) fn inherit(&mut self, copy: ValueId, original: ValueId) {
        if self.is_varied(original) {
            self.set_varied(copy);
        }
        let uses = self.uses.get(original.index()).copied().unwrap_or_default();
        if self.uses.len() <= copy.index() {
            self.uses.resize(copy.index() + 1, 0);
        }
        let known = &mut self.uses[copy.index()];
        *known = (*known).max(uses);
    }

    /// Counts the uses of varied values by useful ones, from the yields of a region up.
    fn mark_useful(&mut self, graph: &Graph, region: RegionId, useful: &mut [bool]) {
        let mut pending: Vec<ValueId> = graph.region(region).end.operands().to_vec();
        for &id in &pending {
            self.uses[id.index()] += 1;
        }
        while let Some(id) = pending.pop() {
            if !self.is_varied(id) || std::mem::replace(&mut useful[id.index()], true) {
                continue;
            }
            for source in sources(graph, id) {
                self.uses[source.index()] += 1;
                pending.push(source);
            }
        }
    }
}

/// The values that a derivative flows into a value from.
pub(super) fn sources(graph: &Graph, id: ValueId) -> Vec<ValueId> {
    let operands = &graph.value(id).operands;
    match &graph.value(id).op {
        Op::Primitive(_) | Op::Cast | Op::Call(_) | Op::Part(_) | Op::Whole(_) | Op::Join => operands.clone(),
        Op::Select | Op::Pick => operands[1..].to_vec(),
        Op::Load(_) | Op::Filled(_) | Op::Lent => vec![operands[0]],
        Op::Store(_) | Op::Accumulate(_) => vec![operands[0], operands[operands.len() - 1]],
        Op::Result(_) | Op::Argument(_) => graph.origins(id),
        Op::Linked => operands[1..].iter().copied().step_by(2).collect(),
        _ => Vec::new(),
    }
}

/// Whether reversing a value takes no more than sums, constant factors, and choosing an operand.
pub(super) fn is_linear(graph: &Graph, id: ValueId, activity: &Activity) -> bool {
    let value = graph.value(id);
    match value.op {
        Op::Primitive(
            Primitive::add
            | Primitive::sub
            | Primitive::neg
            | Primitive::max
            | Primitive::min
            | Primitive::clamp
            | Primitive::abs
            | Primitive::relu,
        )
        | Op::Cast => true,
        Op::Primitive(Primitive::mul) => {
            value.operands.iter().filter(|&&id| activity.is_varied(id)).count() < 2
        }
        Op::Primitive(Primitive::div) => !activity.is_varied(value.operands[1]),
        _ => false,
    }
}
