//! Places in arrays: which are different ones, and sums in places that have just been cleared.

use std::rc::Rc;

use super::{Builder, Graph, Member, Op, ValueId};

/// The most values that are looked through for the zero in a place.
const FARTHEST_ZERO: usize = 32;

impl Graph {
    /// Whether indices are known to lead to different elements.
    fn differ(&self, left: &[ValueId], right: &[ValueId]) -> bool {
        left.iter().zip(right).any(|(&left, &right)| {
            let ((left_base, left), (right_base, right)) = (self.offset(left), self.offset(right));
            left_base == right_base && left != right
        })
    }
}

impl Builder {
    /// An array with a float added in one place. Where a zero has just been put there, the float is put there instead,
    /// behind what was added in other places in between.
    pub(crate) fn added_to(
        &mut self,
        path: Rc<Member>,
        array: ValueId,
        indices: &[ValueId],
        float: ValueId,
    ) -> ValueId {
        let at = |array| std::iter::once(array).chain(indices.iter().copied()).chain([float]).collect();
        let Some((mut base, sums)) = self.cleared_place(&path, array, indices) else {
            return self.accumulate(path, at(array));
        };
        for (path, operands) in sums.into_iter().rev() {
            base = self.accumulate(path, std::iter::once(base).chain(operands).collect());
        }
        self.store(path, at(base))
    }

    /// The array before a zero was put in a place, and the sums in other places since, last one first: the paths, and the
    /// indices and floats. `None` if anything else has been done since, or something has looked at the array.
    #[expect(clippy::type_complexity, reason = "it is taken apart at once")]
    fn cleared_place(
        &self,
        path: &Member,
        array: ValueId,
        indices: &[ValueId],
    ) -> Option<(ValueId, Vec<(Rc<Member>, Vec<ValueId>)>)> {
        let graph = self.graph();
        let mut latest = array;
        let mut sums = Vec::new();
        for &id in graph.region(self.current()).values.iter().rev().take(FARTHEST_ZERO) {
            let value = graph.value(id);
            if id != latest {
                let mut is_looked_at = value.operands.contains(&latest);
                graph.regions(id).for_each(|region| {
                    graph.for_each_use(region, &mut |used| is_looked_at |= used == latest);
                });
                if is_looked_at {
                    return None;
                }
                continue;
            }
            let (Op::Accumulate(other) | Op::Store(other)) = &value.op else { return None };
            let known = &value.operands[1..=other.indices];
            if other.key.trim() != path.key.trim() {
                return None;
            }
            if let Op::Store(_) = value.op {
                let is_zero = value.operands.last().is_some_and(|&last| self.number(last) == Some(0.0));
                return (is_zero && known == indices).then(|| (value.operands[0], sums));
            }
            if !graph.differ(known, indices) {
                return None;
            }
            sums.push((Rc::clone(other), value.operands[1..].to_vec()));
            latest = value.operands[0];
        }
        None
    }
}
