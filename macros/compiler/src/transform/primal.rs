//! The primal inside a function that is being extended by its derivative: its values where they are needed again.

use std::cell::RefCell;
use std::rc::Rc;

use super::activity::Activity;
use super::residual::Residuals;
use crate::graph::{Arm, Builder, Loop, Map, Member, Op, RegionId, Sym, Terminator, ValueId};
use crate::rules::is_call;

/// The values that stand in a builder before the derivative's.
pub(super) struct Primal<'g> {
    pub(super) builder: &'g RefCell<Builder>,
    pub(super) activity: Activity,
    pub(super) residuals: Residuals,
    /// Values below this number belong to the primal.
    pub(super) count: usize,
    /// What values were copied from.
    pub(super) copied_from: Map<ValueId, ValueId>,
    /// The loops of the source that loops here are copies of.
    pub(super) loops: Map<ValueId, ValueId>,
    /// Loads whose array has changed since, and where their floats were saved: the array and the index.
    pub(super) saved: Map<ValueId, [ValueId; 2]>,
    /// Loads whose array has changed since, and the array before or after the loop that has the same float in that place.
    pub(super) settled: Map<ValueId, ValueId>,
    /// What stands for such loads in copies, and how they would be made.
    pub(super) loaded: Map<ValueId, (Rc<Member>, Vec<ValueId>)>,
}

impl<'g> Primal<'g> {
    pub(super) fn new(
        builder: &'g RefCell<Builder>,
        activity: Activity,
        count: usize,
        loops: Map<ValueId, ValueId>,
    ) -> Self {
        Self {
            builder,
            activity,
            residuals: Residuals::default(),
            count,
            copied_from: Map::default(),
            loops,
            saved: Map::default(),
            settled: Map::default(),
            loaded: Map::default(),
        }
    }

    /// The value, or what stands for it in the current region.
    pub(super) fn available(&mut self, id: ValueId) -> Sym<'g> {
        let id = self.residuals.available(&mut self.builder.borrow_mut(), &mut self.activity, id);
        self.sym(id)
    }

    pub(super) fn number(&self, like: ValueId, value: f64) -> Sym<'g> {
        let id = self.builder.borrow_mut().like(like, value);
        self.sym(id)
    }

    pub(super) fn sym(&self, id: ValueId) -> Sym<'g> {
        Sym { builder: self.builder, id }
    }

    /// The end of an arm that repeats one: it panics where that does, and yields nothing yet.
    pub(super) fn end_of_arm(&mut self, region: RegionId) -> Terminator {
        let end = self.builder.borrow().graph().region(region).end.clone();
        match end {
            Terminator::Yield(_) => Terminator::Yield(Vec::new()),
            Terminator::Panic(id) => {
                let value = self.builder.borrow().graph().value(id).clone();
                let operands = value.operands.iter().map(|&operand| self.available(operand).id).collect();
                let copy = self.builder.borrow_mut().again(&value, operands);
                Terminator::Panic(copy.unwrap_or(id))
            }
        }
    }

    /// Makes the calls of an arm known in the current region, which repeats it: a slope that is one of them is not
    /// computed again.
    pub(super) fn share_calls(&mut self, region: RegionId) {
        let values = self.builder.borrow().graph().region(region).values.clone();
        for id in values {
            let value = self.builder.borrow().graph().value(id).clone();
            let is_real = |&operand: &ValueId| self.builder.borrow().graph().value(operand).ty.is_real();
            if let Op::Primitive(primitive) = value.op
                && is_call(primitive)
                && value.operands.iter().all(is_real)
            {
                let copy = self.available(id).id;
                let operands = value.operands.iter().map(|&operand| self.available(operand).id).collect();
                self.builder.borrow_mut().note_primitive(primitive, operands, copy);
            }
        }
    }

    pub(super) fn copy_guard(&mut self, guard: RegionId) -> RegionId {
        self.copy_region(guard, &mut Map::default())
    }

    /// A copy of a region inside the current one, for conditions that have to be evaluated again.
    fn copy_region(&mut self, region: RegionId, copies: &mut Map<ValueId, ValueId>) -> RegionId {
        self.builder.borrow_mut().enter();
        self.copy_arguments(region);
        self.copy_values(region, copies);
        let end = self.builder.borrow().graph().region(region).end.clone();
        let end = match end {
            Terminator::Yield(yields) => {
                Terminator::Yield(yields.iter().map(|&id| self.copied(id, copies)).collect())
            }
            Terminator::Panic(id) => {
                let value = self.builder.borrow().graph().value(id).clone();
                let operands = value.operands.iter().map(|&id| self.copied(id, copies)).collect();
                let copy = self.builder.borrow_mut().again(&value, operands);
                Terminator::Panic(copy.unwrap_or(id))
            }
        };
        self.builder.borrow_mut().leave(end)
    }

    /// Copies of the values of a region in the current one, except where there is something that stands for them.
    /// Assertions have been made, and are not made again.
    pub(super) fn copy_values(&mut self, region: RegionId, copies: &mut Map<ValueId, ValueId>) {
        let values = self.builder.borrow().graph().region(region).values.clone();
        for id in values {
            let value = self.builder.borrow().graph().value(id).clone();
            if copies.contains_key(&id) || matches!(value.op, Op::Effect(_) | Op::Leave(_)) {
                continue;
            }
            let operands: Vec<ValueId> =
                value.operands.iter().map(|&operand| self.copied(operand, copies)).collect();
            let copy = match &value.op {
                Op::Load(path) if self.saved.contains_key(&id) => {
                    let saved = self.saved[&id].to_vec();
                    let copy =
                        self.builder.borrow_mut().load_apart(Rc::new(Member::computed_element()), saved);
                    self.loaded.insert(copy, (Rc::clone(path), operands));
                    copy
                }
                Op::Load(path) if self.settled.contains_key(&id) => {
                    let last = std::iter::once(self.settled[&id]);
                    let source = last.chain(operands[1..].iter().copied()).collect();
                    let copy = self.builder.borrow_mut().load_apart(Rc::clone(path), source);
                    self.loaded.insert(copy, (Rc::clone(path), operands));
                    copy
                }
                Op::Load(path) if self.loaded.contains_key(&id) => {
                    let copy = self.builder.borrow_mut().load_apart(Rc::clone(path), operands);
                    let (path, operands) = self.loaded[&id].clone();
                    let operands = operands.iter().map(|&operand| self.copied(operand, copies)).collect();
                    self.loaded.insert(copy, (path, operands));
                    copy
                }
                Op::Branch(branch) => {
                    let arms = branch
                        .arms
                        .iter()
                        .map(|arm| Arm {
                            pattern: arm.pattern.clone(),
                            guard: arm.guard.map(|guard| self.copy_region(guard, copies)),
                            region: self.copy_region(arm.region, copies),
                        })
                        .collect();
                    self.builder.borrow_mut().branch(branch.test.clone(), operands[0], arms)
                }
                Op::Loop(repeat) => {
                    let condition =
                        repeat.condition.map(|condition| self.copy_loop_region(condition, copies));
                    let body = self.copy_loop_region(repeat.body, copies);
                    let repeat = Loop { condition, body, ..repeat.clone() };
                    let copy = self.builder.borrow_mut().repeat(repeat, operands);
                    let source = self.loops.get(&id).copied();
                    self.loops.extend(source.map(|source| (copy, source)));
                    copy
                }
                // What is reversed has cotangents of its own.
                _ if self.activity.is_varied(id) => {
                    let copy = self.builder.borrow_mut().again_apart(&value, operands);
                    copy.unwrap_or(id)
                }
                _ => {
                    let copy = self.builder.borrow_mut().again(&value, operands);
                    copy.unwrap_or(id)
                }
            };
            self.inherit_range(copy, id);
            self.activity.inherit(copy, id);
            self.copied_from.insert(copy, id);
            copies.insert(id, copy);
            let results = self.builder.borrow().graph().results(id).to_vec();
            for result in results {
                if self.builder.borrow().graph().regions(id).next().is_some() {
                    self.copied(result, copies);
                }
            }
        }
    }

    /// What is finite in the primal is so where it is computed again, or taken from where it was kept.
    fn inherit_range(&mut self, copy: ValueId, original: ValueId) {
        let mut builder = self.builder.borrow_mut();
        if matches!(builder.graph().value(original).op, Op::Load(_) | Op::Argument(_))
            && !builder.range(original).infinite
            && builder.range(copy).infinite
        {
            builder.set_finite(copy);
        }
    }

    fn copy_loop_region(&mut self, region: RegionId, copies: &mut Map<ValueId, ValueId>) -> RegionId {
        self.builder.borrow_mut().enter();
        let arguments = self.builder.borrow().graph().region(region).arguments.clone();
        for argument in arguments {
            let (ty, name) = {
                let builder = self.builder.borrow();
                let value = builder.graph().value(argument);
                (value.ty, value.note.name.clone())
            };
            let copy = self.builder.borrow_mut().argument(ty, name);
            self.inherit_range(copy, argument);
            self.activity.inherit(copy, argument);
            copies.insert(argument, copy);
        }
        self.copy_values(region, copies);
        let end = self.builder.borrow().graph().region(region).end.clone();
        let yields = end.operands().iter().map(|&id| self.copied(id, copies)).collect();
        self.builder.borrow_mut().leave(Terminator::Yield(yields))
    }

    /// What stands for a value in a copied region.
    pub(super) fn copied(&mut self, id: ValueId, copies: &mut Map<ValueId, ValueId>) -> ValueId {
        if let Some(&copy) = copies.get(&id) {
            return copy;
        }
        let value = self.builder.borrow().graph().value(id).clone();
        match (&value.op, value.operands.first().and_then(|branch| copies.get(branch))) {
            (Op::Result(number), Some(&branch)) => {
                let result = self.builder.borrow_mut().result(branch, *number, value.ty);
                if let Some(name) = &value.note.name {
                    self.builder.borrow_mut().name(result, name);
                }
                self.activity.inherit(result, id);
                copies.insert(id, result);
                result
            }
            _ => self.available(id).id,
        }
    }

    /// Binds in the current region what the arm's pattern binds in the arm.
    pub(super) fn copy_arguments(&mut self, region: RegionId) {
        let arguments = self.builder.borrow().graph().region(region).arguments.clone();
        for argument in arguments {
            let (ty, name) = {
                let builder = self.builder.borrow();
                let value = builder.graph().value(argument);
                (value.ty, value.note.name.clone().unwrap_or_else(|| "bound".into()))
            };
            let copy = self.builder.borrow_mut().binding(ty, name);
            self.residuals.bind(argument, copy);
        }
    }
}
