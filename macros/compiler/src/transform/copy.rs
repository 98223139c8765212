//! Copies regions from one graph into another that is being built, with changes on the way.

use crate::graph::{Arm, Branch, Builder, Graph, Map, Op, RegionId, Terminator, ValueId};

/// Carries values of a source graph over into a builder.
pub(super) struct Copier<'a> {
    pub(super) source: &'a Graph,
    pub(super) builder: Builder,
    map: Map<ValueId, ValueId>,
    /// Source values that stand for other source values, as results do inside a joined arm.
    pub(super) aliases: Map<ValueId, ValueId>,
}

impl<'a> Copier<'a> {
    /// A copier that has carried the parameters over.
    pub(super) fn new(source: &'a Graph, parameters: &[ValueId], strict: bool) -> Self {
        let mut copier =
            Self { source, builder: Builder::new(strict), map: Map::default(), aliases: Map::default() };
        for &id in parameters {
            let value = source.value(id);
            let name = value.note.name.clone().unwrap_or_else(|| "x".into());
            let copy = copier.builder.parameter(value.ty, &name);
            copier.map.insert(id, copy);
        }
        copier
    }

    pub(super) fn set(&mut self, id: ValueId, copy: ValueId) {
        self.map.insert(id, copy);
    }

    /// The source value behind aliases.
    pub(super) fn resolve(&self, mut id: ValueId) -> ValueId {
        while let Some(&other) = self.aliases.get(&id) {
            id = other;
        }
        id
    }

    /// What stands for a source value in the copy. Constants and results are carried over when first asked for.
    pub(super) fn get(&mut self, id: ValueId) -> ValueId {
        let id = self.resolve(id);
        if let Some(&copy) = self.map.get(&id) {
            return copy;
        }
        let value = self.source.value(id);
        let copy = match &value.op {
            Op::Constant(constant) => self.builder.constant(value.ty, constant.clone()),
            Op::Result(number) => {
                let branch = self.get(value.operands[0]);
                self.builder.result(branch, *number, value.ty)
            }
            other => unreachable!("{other:?} is used before it is copied"),
        };
        self.note(id, copy);
        self.map.insert(id, copy);
        copy
    }

    pub(super) fn get_all(&mut self, ids: &[ValueId]) -> Vec<ValueId> {
        ids.iter().map(|&id| self.get(id)).collect()
    }

    /// Copies one value of a region, branches with all that is in them.
    pub(super) fn copy(&mut self, id: ValueId) -> ValueId {
        let value = self.source.value(id);
        let operands = self.get_all(&value.operands);
        let copy = match &value.op {
            Op::Branch(branch) => {
                let arms = (0..branch.arms.len()).map(|number| self.copy_arm(branch, number, operands[0]));
                let arms = arms.collect();
                self.builder.branch(branch.test.clone(), operands[0], arms)
            }
            Op::Pullback(region) => {
                let region = self.copy_region(*region);
                self.builder.pullback(region)
            }
            _ => match self.builder.again(value, operands) {
                Some(copy) => copy,
                None => return self.get(id),
            },
        };
        self.note(id, copy);
        self.map.insert(id, copy);
        copy
    }

    fn copy_arm(&mut self, branch: &Branch, number: usize, operand: ValueId) -> Arm {
        let arm = &branch.arms[number];
        let guard = arm.guard.map(|guard| self.copy_region(guard));
        self.builder.enter();
        if let Some(holds) = branch.condition_in(number) {
            self.builder.assume(operand, holds);
        }
        Arm { pattern: arm.pattern.clone(), guard, region: self.copy_open_region(arm.region) }
    }

    pub(super) fn copy_region(&mut self, region: RegionId) -> RegionId {
        self.builder.enter();
        self.copy_open_region(region)
    }

    /// Copies into the current region, and closes it.
    fn copy_open_region(&mut self, region: RegionId) -> RegionId {
        self.copy_arguments(region);
        self.copy_values(region);
        let end = self.copy_end(region);
        self.builder.leave(end)
    }

    pub(super) fn copy_values(&mut self, region: RegionId) {
        let source = self.source;
        for &id in &source.region(region).values {
            self.copy(id);
        }
    }

    /// Copies the values of a region and of those below it, with what `replace` makes of some of them instead.
    pub(super) fn copy_values_with(
        &mut self,
        region: RegionId,
        replace: &mut impl FnMut(&mut Self, ValueId) -> Option<ValueId>,
    ) {
        let source = self.source;
        for &id in &source.region(region).values {
            if let Some(copy) = replace(self, id) {
                self.note(id, copy);
                self.map.insert(id, copy);
                continue;
            }
            match &source.value(id).op {
                Op::Branch(branch) => {
                    let operand = self.get(source.value(id).operands[0]);
                    let arms = (0..branch.arms.len())
                        .map(|number| {
                            let arm = &branch.arms[number];
                            let guard = arm.guard.map(|guard| self.copy_region(guard));
                            self.builder.enter();
                            if let Some(holds) = branch.condition_in(number) {
                                self.builder.assume(operand, holds);
                            }
                            let region = self.copy_open_region_with(arm.region, replace);
                            Arm { pattern: arm.pattern.clone(), guard, region }
                        })
                        .collect();
                    let copy = self.builder.branch(branch.test.clone(), operand, arms);
                    self.map.insert(id, copy);
                }
                Op::Pullback(inner) => {
                    self.builder.enter();
                    let region = self.copy_open_region_with(*inner, replace);
                    let copy = self.builder.pullback(region);
                    self.map.insert(id, copy);
                }
                _ => {
                    self.copy(id);
                }
            }
        }
    }

    fn copy_open_region_with(
        &mut self,
        region: RegionId,
        replace: &mut impl FnMut(&mut Self, ValueId) -> Option<ValueId>,
    ) -> RegionId {
        self.copy_arguments(region);
        self.copy_values_with(region, replace);
        let end = self.copy_end(region);
        self.builder.leave(end)
    }

    /// What stands for source values, if all of them have been carried over or need not be.
    pub(super) fn known(&mut self, ids: &[ValueId]) -> Option<Vec<ValueId>> {
        let is_known = |id: ValueId| {
            self.map.contains_key(&id)
                || matches!(self.source.value(id).op, Op::Constant(_))
                || matches!(self.source.value(id).op, Op::Result(_))
                    && self.map.contains_key(&self.source.value(id).operands[0])
        };
        ids.iter().all(|&id| is_known(self.resolve(id))).then(|| self.get_all(ids))
    }

    pub(super) fn copy_arguments(&mut self, region: RegionId) {
        let source = self.source;
        for &id in &source.region(region).arguments {
            let value = source.value(id);
            let name = value.note.name.clone().unwrap_or_else(|| "bound".into());
            let copy = self.builder.binding(value.ty, name);
            self.map.insert(id, copy);
        }
    }

    pub(super) fn copy_end(&mut self, region: RegionId) -> Terminator {
        match self.source.region(region).end.clone() {
            Terminator::Yield(values) => Terminator::Yield(self.get_all(&values)),
            Terminator::Panic(id) => Terminator::Panic(self.get(id)),
        }
    }

    /// Carries names over.
    pub(super) fn note(&mut self, id: ValueId, copy: ValueId) {
        let note = &self.source.value(id).note;
        if let Some(name) = &note.name {
            self.builder.name(copy, name);
        }
        if let Some(hint) = &note.hint {
            self.builder.hint(copy, hint);
        }
    }
}
