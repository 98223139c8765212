//! Arrays that the function changes for its caller: what is in them first is an input, and what it leaves there an
//! output, whose cotangents become those of the input in the one array that the caller lends for both.

use super::{Reverse, Seed};
use crate::graph::{Builder, Function, Left, Op, ValueId};
use crate::transform::copy::Copier;

/// What the function leaves in a parameter.
#[derive(Clone, Copy)]
pub(super) struct Changed {
    pub(super) parameter: ValueId,
    pub(super) contents: ValueId,
}

/// What the derivative is of: the outputs, and in a pullback, which is given cotangents of them, the contents.
pub(super) fn observed(outputs: &[ValueId], changed: &[Changed], seed: Seed<'_>) -> Vec<ValueId> {
    let contents = match seed {
        Seed::One | Seed::Each | Seed::Given(_) => &[][..],
        Seed::Parameters(_) => changed,
    };
    outputs.iter().copied().chain(contents.iter().map(|changed| changed.contents)).collect()
}

/// Leaves everything where it belongs, in the current region.
pub(super) fn write_all(changed: &[Changed], builder: &mut Builder) {
    for Changed { parameter, contents } in changed {
        builder.leave_in(*parameter, Left::Contents, *contents);
    }
}

/// Copies the values of the primal, but what it leaves in its parameters, which is written later: as long as the way
/// back may read what was there before, it had better be there.
pub(super) fn copy_without_ends(copier: &mut Copier<'_>, primal: &Function) -> Vec<Changed> {
    let source = copier.source;
    let mut changed = Vec::new();
    for &id in &source.region(primal.body).values {
        match (&source.value(id).op, source.value(id).operands.as_slice()) {
            (Op::Leave(_), &[parameter, contents]) => {
                changed.push(Changed { parameter: copier.get(parameter), contents: copier.get(contents) });
            }
            _ => {
                copier.copy(id);
            }
        }
    }
    changed
}

impl Reverse<'_> {
    /// Has the cotangents of what is left in a parameter begin in the array that the caller lends for them, as what is
    /// there in a pullback, and as zeros otherwise. Returns that array.
    pub(super) fn begin_contents(&mut self, changed: &Changed, seed: Seed<'_>) -> ValueId {
        let Some(&place) = self.lent.get(&changed.parameter) else { return changed.parameter };
        let is_given = matches!(seed, Seed::Parameters(_));
        let latest = if is_given { Some(changed.contents) } else { self.latest_active(changed.contents) };
        if let Some(latest) = latest {
            let begin = |builder: &mut Builder| {
                if is_given { builder.lent(place) } else { builder.cleared(place) }
            };
            let cotangents = begin(&mut self.builder.borrow_mut());
            // The place is taken: whatever else the parameter was copied to has its cotangents elsewhere.
            self.lent.remove(&changed.parameter);
            self.replace_cotangents(latest, cotangents);
        }
        place
    }

    /// The latest of the arrays which became these contents that the derivative depends on, in the function's own
    /// region.
    fn latest_active(&self, contents: ValueId) -> Option<ValueId> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let here = builder.current();
        graph
            .earlier_versions(contents)
            .find(|&id| graph.value(id).region == here && self.primal.activity.is_useful(id))
    }

    /// The cotangents of what is in a parameter are those of the parameter.
    pub(super) fn reverse_lent(&mut self, id: ValueId) {
        let parameter = self.builder.borrow().graph().value(id).operands[0];
        if let Some(cotangents) = self.take_array(id) {
            self.give_array(parameter, cotangents);
        }
    }
}
