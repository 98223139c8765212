//! What a loop carries and only ever replaces: a running maximum or minimum, or the best of something by a comparison.
//!
//! Its cotangent goes to the iteration that replaced it last, and nothing is left for those before. So of all the
//! values that it had, only two are needed: the last one, and the one before that.

use crate::graph::{Graph, Loop, Op, Set, ValueId};
use crate::rules::Primitive;
use crate::transform::activity::sources;

/// Whether what a loop carries under this number goes nowhere but into its own next value, and there it is either kept
/// or replaced.
pub(super) fn is_chosen(graph: &Graph, id: ValueId, repeat: &Loop, number: usize) -> bool {
    let argument = graph.carried_argument(repeat, number);
    let Some(next) = graph.carried(id, number).and_then(|carried| carried.next) else { return false };
    let mut users = Users { graph, values: Vec::new() };
    users.collect(repeat.body);
    // Everything that the argument flows into has to be a choice.
    let mut flow: Set<ValueId> = Set::default();
    flow.insert(argument);
    for &value in &users.values {
        if !sources(graph, value).iter().any(|source| flow.contains(source)) {
            continue;
        }
        let is_choice = match graph.value(value).op {
            Op::Primitive(Primitive::max | Primitive::min) => true,
            Op::Result(_) => graph.branch(graph.value(value).operands[0]).is_some(),
            _ => false,
        };
        if !is_choice {
            return false;
        }
        flow.insert(value);
    }
    let others = graph.region(repeat.body).end.operands().iter().enumerate();
    let leaks = others
        .filter(|(position, _)| *position != repeat.exits() + number)
        .any(|(_, other)| flow.contains(other));
    flow.contains(&next) && !leaks && users.decides_nothing_else(&flow, next)
}

struct Users<'a> {
    graph: &'a Graph,
    /// The values of the body and of the regions below it, results of branches behind what they choose from.
    values: Vec<ValueId>,
}

impl Users<'_> {
    fn collect(&mut self, region: crate::graph::RegionId) {
        for &id in &self.graph.region(region).values {
            for inner in self.graph.regions(id) {
                self.collect(inner);
            }
            self.values.push(id);
            self.values.extend(self.graph.results(id));
        }
    }

    /// Whether conditions on what flows decide about nothing but it: other results of the branches are no floats.
    fn decides_nothing_else(&self, flow: &Set<ValueId>, next: ValueId) -> bool {
        let graph = self.graph;
        let mut tests: Set<ValueId> = flow.clone();
        for &id in &self.values {
            let value = graph.value(id);
            let is_test = matches!(value.op, Op::Compare(_) | Op::Not)
                || matches!(value.op, Op::Result(_)) && !value.ty.is_real();
            let sources = match value.op {
                Op::Result(_) => graph.origins(id),
                _ => value.operands.clone(),
            };
            let is_tested =
                is_test && sources.iter().any(|id| tests.contains(id) && (*id != next || flow.contains(id)));
            if is_tested {
                tests.insert(id);
            }
        }
        self.values.iter().all(|&id| {
            let value = graph.value(id);
            let uses = value.operands.iter().any(|operand| tests.contains(operand));
            let is_harmless = match value.op {
                _ if tests.contains(&id) || flow.contains(&id) => true,
                Op::Branch(_) => graph.results(id).iter().all(|result| {
                    flow.contains(result)
                        || !graph.value(*result).ty.is_real() && !graph.value(*result).ty.is_array()
                }),
                Op::Part(_) | Op::Result(_) => true,
                _ => false,
            };
            !uses || is_harmless
        })
    }
}
