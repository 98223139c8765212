//! Residuals: values of the primal that the reverse sweep needs, where they are not in scope.
//!
//! A value computed inside an arm is out of reach of the reversed arm. Cheap ones are computed again there;
//! others are handed out by the branch as one more yield, with a dummy from the arms that do not have them.

use super::activity::Activity;
use crate::graph::{Builder, Map, Op, RegionId, Terminator, Ty, ValueId, WholeOp};
use crate::rules::Primitive;

#[derive(Default)]
pub(super) struct Residuals {
    /// What a pattern's binding is called in the reversed arm.
    bound: Map<ValueId, ValueId>,
    /// Values computed again, by the region that needed them.
    recomputed: Map<(RegionId, ValueId), ValueId>,
    handed_out: Map<ValueId, ValueId>,
}

/// How many operations deep a value may be to be computed again.
const RECOMPUTED_DEPTH: usize = 4;

impl Residuals {
    /// Notes that `copy`, in the current region, is bound to the same thing as `argument` is in its arm.
    pub(super) fn bind(&mut self, argument: ValueId, copy: ValueId) {
        self.bound.insert(argument, copy);
    }

    /// A value that equals `id` and is in scope in the current region.
    pub(super) fn available(
        &mut self,
        builder: &mut Builder,
        activity: &mut Activity,
        id: ValueId,
    ) -> ValueId {
        let current = builder.current();
        if is_in_scope(builder, id) {
            return id;
        }
        if let Some(&copy) = self.bound.get(&id)
            && is_in_scope(builder, copy)
        {
            return copy;
        }
        if let Some(&copy) = self.recomputed.get(&(current, id)) {
            return copy;
        }
        if self.is_recomputed(builder, id, RECOMPUTED_DEPTH) {
            let value = builder.graph().value(id).clone();
            let operands = value
                .operands
                .iter()
                .map(|&operand| self.available(builder, activity, operand))
                .collect::<Vec<_>>();
            let Some(copy) = builder.again(&value, operands) else {
                unreachable!("only operations are computed again")
            };
            self.recomputed.insert((current, id), copy);
            return copy;
        }
        let result = self.hand_out(builder, id);
        if activity.is_varied(id) {
            activity.set_varied(result);
        }
        self.available(builder, activity, result)
    }

    /// Whether a value is computed again rather than handed out: cheap arithmetic, and everything that is no
    /// number, for which there would be no dummy.
    fn is_recomputed(&self, builder: &Builder, id: ValueId, depth: usize) -> bool {
        if is_in_scope(builder, id) || self.bound.get(&id).is_some_and(|&copy| is_in_scope(builder, copy)) {
            return true;
        }
        let value = builder.graph().value(id);
        let is_cheap = match &value.op {
            Op::Primitive(primitive) => {
                matches!(primitive, Primitive::add | Primitive::sub | Primitive::mul | Primitive::neg)
            }
            // Calls of unknown functions have no key: they are made once.
            Op::Opaque(opaque) => opaque.key.is_some(),
            Op::Coerce
            | Op::Detach
            | Op::Cast
            | Op::Compare(_)
            | Op::Not
            | Op::Select
            | Op::Whole(WholeOp::Member(_)) => true,
            // There is no dummy of a type that the macro does not see.
            Op::Call(_) | Op::Part(_) | Op::Whole(_) => !value.ty.is_real(),
            _ => false,
        };
        if !value.ty.is_real() {
            return is_cheap;
        }
        is_cheap
            && depth > 0
            && value.operands.iter().all(|&operand| self.is_recomputed(builder, operand, depth - 1))
    }

    /// Makes the branch around a value yield it as well.
    fn hand_out(&mut self, builder: &mut Builder, id: ValueId) -> ValueId {
        if let Some(&result) = self.handed_out.get(&id) {
            return result;
        }
        let value = builder.graph().value(id).clone();
        let Some(branch_id) = builder.graph().region(value.region).owner else {
            unreachable!("the outermost region is always in scope")
        };
        let regions: Vec<RegionId> =
            builder.graph().branch(branch_id).map(|branch| branch.bodies().collect()).unwrap_or_default();
        let mut number = 0;
        for region in regions {
            let handed = if region == value.region {
                id
            } else {
                of_the_same_type(builder, id, region).unwrap_or_else(|| {
                    builder.resume(region);
                    let dummy = builder.dummy(value.ty);
                    builder.suspend();
                    dummy
                })
            };
            if let Terminator::Yield(values) = &mut builder.graph_mut().region_mut(region).end {
                number = values.len();
                values.push(handed);
            }
        }
        let result = builder.result(branch_id, number, value.ty);
        // The dummies are never looked at.
        builder.set_range_of(result, id);
        if let Some(name) = &value.note.name {
            builder.name(result, name);
        }
        self.handed_out.insert(id, result);
        result
    }
}

/// A value in scope in a region that is of the type of this one, which has parts: there is no dummy of a type that the
/// macro does not see.
fn of_the_same_type(builder: &Builder, id: ValueId, region: RegionId) -> Option<ValueId> {
    let graph = builder.graph();
    let mut pending = vec![id];
    while let Some(id) = pending.pop() {
        let value = graph.value(id);
        if value.ty != Ty::Whole {
            return None;
        }
        if graph.encloses(value.region, region) {
            return Some(id);
        }
        match &value.op {
            Op::Result(_) => pending.extend(graph.origins(id)),
            Op::Whole(WholeOp::Literal(literal)) if literal.path.is_none() => {
                pending.extend(value.operands.last());
            }
            Op::Whole(WholeOp::Gather(_) | WholeOp::Scaled | WholeOp::Direction) => {
                pending.push(value.operands[0]);
            }
            _ => {}
        }
    }
    None
}

fn is_in_scope(builder: &Builder, id: ValueId) -> bool {
    let graph = builder.graph();
    graph.encloses(graph.value(id).region, builder.current())
}
