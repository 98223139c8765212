//! Copies regions from one graph into another that is being built, with changes on the way.

use crate::graph::{
    Arm, Branch, Builder, Function, Graph, Loop, Map, Op, RegionId, Set, Terminator, ValueId,
};

/// Carries values of a source graph over into a builder.
pub(super) struct Copier<'a> {
    pub(super) source: &'a Graph,
    pub(super) builder: Builder,
    map: Map<ValueId, ValueId>,
    /// Source values that stand for other source values, as results do inside a joined arm.
    pub(super) aliases: Map<ValueId, ValueId>,
    /// Arguments of loops in the source that are finite.
    finite: Set<ValueId>,
}

/// What stands in the copy for a source value instead of its copy, if something does.
pub(super) type Replace<'a, 'r> = dyn FnMut(&mut Copier<'a>, ValueId) -> Option<ValueId> + 'r;

/// A copy of a function, with what `replace` makes of some values instead of theirs.
pub(super) fn rewritten<'a>(function: &'a Function, strict: bool, replace: &mut Replace<'a, '_>) -> Function {
    let mut copier = Copier::new(&function.graph, &function.parameters, strict);
    copier.copy_values_with(function.body, replace);
    let end = copier.copy_end(function.body);
    copier.builder.finish(end)
}

impl<'a> Copier<'a> {
    /// A copier that has carried the parameters over.
    pub(super) fn new(source: &'a Graph, parameters: &[ValueId], strict: bool) -> Self {
        let mut copier = Self {
            source,
            builder: Builder::new(strict),
            map: Map::default(),
            aliases: Map::default(),
            finite: source.finite_arguments(),
        };
        for &id in parameters {
            let value = source.value(id);
            let name = value.note.name.clone().unwrap_or_else(|| "x".into());
            let copy = copier.builder.parameter(value.ty, &name);
            if let Some(size) = value.note.size {
                copier.builder.note_size(copy, size);
            }
            if value.note.is_usize {
                copier.builder.note_usize(copy);
            }
            copier.map.insert(id, copy);
        }
        copier
    }

    /// Copies the body of another function, whose parameters are these values here, and returns what it yields.
    pub(super) fn inline(&mut self, function: &Function, arguments: &[ValueId]) -> Vec<ValueId> {
        let mut inner = Copier {
            source: &function.graph,
            builder: std::mem::take(&mut self.builder),
            map: function.parameters.iter().copied().zip(arguments.iter().copied()).collect(),
            aliases: Map::default(),
            finite: function.graph.finite_arguments(),
        };
        inner.copy_values(function.body);
        let yields = inner.get_all(function.graph.region(function.body).end.operands());
        self.builder = inner.builder;
        yields
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

    /// Copies one value of a region, branches and loops with all that is in them.
    pub(super) fn copy(&mut self, id: ValueId) -> ValueId {
        self.copy_with(id, &mut |_, _| None)
    }

    pub(super) fn copy_region(&mut self, region: RegionId) -> RegionId {
        self.builder.enter();
        self.copy_open_region(region, &mut |_, _| None)
    }

    pub(super) fn copy_values(&mut self, region: RegionId) {
        self.copy_values_with(region, &mut |_, _| None);
    }

    /// Copies the values of a region and of those below it, with what `replace` makes of some of them instead.
    pub(super) fn copy_values_with(&mut self, region: RegionId, replace: &mut Replace<'a, '_>) {
        let source = self.source;
        for &id in &source.region(region).values {
            self.copy_with(id, replace);
        }
    }

    fn copy_with(&mut self, id: ValueId, replace: &mut Replace<'a, '_>) -> ValueId {
        let value = self.source.value(id);
        let replacement = replace(self, id);
        if replacement.is_none() {
            // Where it was copied before, its results were those of that copy.
            for result in self.source.results(id) {
                self.map.remove(result);
            }
        }
        let copy = match (replacement, &value.op) {
            (Some(replacement), _) => replacement,
            (None, Op::Branch(branch)) => {
                let operand = self.get(value.operands[0]);
                let arms =
                    (0..branch.arms.len()).map(|number| self.copy_arm(branch, number, operand, replace));
                let arms = arms.collect();
                self.builder.branch(branch.test.clone(), operand, arms)
            }
            (None, Op::Loop(repeat)) => self.copy_loop_with(id, repeat, replace),
            (None, Op::Pullback(region)) => {
                self.builder.enter();
                let region = self.copy_open_region(*region, replace);
                self.builder.pullback(region)
            }
            (None, _) => {
                let operands = self.get_all(&value.operands);
                match self.builder.again(value, operands) {
                    Some(copy) => copy,
                    None => return self.get(id),
                }
            }
        };
        self.note(id, copy);
        self.map.insert(id, copy);
        copy
    }

    fn copy_arm(
        &mut self,
        branch: &Branch,
        number: usize,
        operand: ValueId,
        replace: &mut Replace<'a, '_>,
    ) -> Arm {
        let arm = &branch.arms[number];
        let guard = arm.guard.map(|guard| self.copy_region(guard));
        self.builder.enter();
        if let Some(holds) = branch.condition_in(number) {
            self.builder.assume(operand, holds);
        }
        Arm { pattern: arm.pattern.clone(), guard, region: self.copy_open_region(arm.region, replace) }
    }

    /// Copies a loop with what `replace` makes of the values in its body. Its condition stays as it is, as guards do.
    fn copy_loop_with(&mut self, id: ValueId, repeat: &Loop, replace: &mut Replace<'a, '_>) -> ValueId {
        let operands = self.get_all(&self.source.value(id).operands);
        let condition = repeat.condition.map(|condition| self.copy_region(condition));
        self.builder.enter();
        let body = self.copy_open_region(repeat.body, replace);
        self.builder.repeat(Loop { condition, body, ..repeat.clone() }, operands)
    }

    /// Copies into the current region, and closes it.
    fn copy_open_region(&mut self, region: RegionId, replace: &mut Replace<'a, '_>) -> RegionId {
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
        self.copy_each_argument(&self.source.region(region).arguments);
    }

    /// Makes these arguments of a region those of the current one.
    pub(super) fn copy_each_argument(&mut self, arguments: &[ValueId]) {
        for &id in arguments {
            let value = self.source.value(id);
            let name = value.note.name.clone();
            let copy = match value.op {
                Op::Argument(_) => self.builder.argument(value.ty, name),
                _ => self.builder.binding(value.ty, name.unwrap_or_else(|| "bound".into())),
            };
            if self.finite.contains(&id) {
                self.builder.set_finite(copy);
            }
            self.note(id, copy);
            self.map.insert(id, copy);
        }
    }

    pub(super) fn copy_end(&mut self, region: RegionId) -> Terminator {
        match self.source.region(region).end.clone() {
            Terminator::Yield(values) => Terminator::Yield(self.get_all(&values)),
            Terminator::Panic(id) => Terminator::Panic(self.get(id)),
        }
    }

    /// Ends a region with some of its yields, as [`some`] chooses them.
    pub(super) fn copy_end_of(&mut self, region: RegionId, first: usize, kept: &[usize]) -> Terminator {
        match &self.source.region(region).end {
            Terminator::Yield(values) => Terminator::Yield(self.get_all(&some(values, first, kept))),
            Terminator::Panic(id) => Terminator::Panic(self.get(*id)),
        }
    }

    /// Carries the results of a branch or loop over to a copy of it, which has them under other numbers, or not at all.
    pub(super) fn copy_results(
        &mut self,
        id: ValueId,
        copy: ValueId,
        renumbered: impl Fn(usize) -> Option<usize>,
    ) {
        self.map.insert(id, copy);
        let source = self.source;
        for &result in source.results(id) {
            if let Op::Result(number) = source.value(result).op
                && let Some(number) = renumbered(number)
            {
                let result_copy = self.builder.result(copy, number, source.value(result).ty);
                self.map.insert(result, result_copy);
                self.note(result, result_copy);
            }
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
        if note.is_kept {
            self.builder.note_kept(copy);
        }
    }
}

/// The place of a number among those that are left.
pub(super) fn place(kept: &[usize], number: usize) -> Option<usize> {
    kept.iter().position(|&kept| kept == number)
}

/// The first of some values, which a loop does not carry, and of those behind them the ones with the given numbers.
pub(super) fn some(values: &[ValueId], first: usize, kept: &[usize]) -> Vec<ValueId> {
    let (others, carried) = values.split_at(first);
    others.iter().copied().chain(kept.iter().map(|&number| carried[number])).collect()
}
