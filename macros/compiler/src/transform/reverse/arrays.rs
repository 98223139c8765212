//! Cotangents of arrays. They are arrays too, which are changed in place: a load adds to an element, a store takes one
//! out. So there is one cotangent array for each array, whose latest version is threaded through loops and branches.
//!
//! A scope is a region that is being reversed. An array of its own has its cotangents begin there, with zeros; those
//! of an array outside come in as an argument, in a loop, or are those around it, in an arm.

use std::rc::Rc;

use super::Reverse;
use crate::graph::{Map, Member, Op, RegionId, Set, Terminator, ValueId};
use crate::rules::Primitive;
use crate::transform::Lending;
use crate::transform::cotangents::Cotangents;
use crate::transform::partials::Linearize;
use crate::transform::whole;

/// What a region is reversed as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The function, or a pullback.
    Body,
    Arm,
    Loop,
}

/// A region that is being reversed.
pub(super) struct Scope {
    kind: Kind,
    /// The region whose values are reversed.
    source: RegionId,
    /// The region that the reversed code stands in.
    target: RegionId,
    versions: Map<ValueId, Version>,
    /// Arrays in the order in which they were met.
    order: Vec<ValueId>,
    /// In a loop, the arrays from outside: what came in, and the argument that stands for it.
    pub(super) carried: Vec<(ValueId, ValueId, ValueId)>,
}

/// The cotangents of an array so far.
#[derive(Clone, Copy)]
struct Version {
    id: ValueId,
    /// Whether those of the regions around are not in it yet.
    is_apart: bool,
}

impl<'g> Reverse<'g> {
    pub(super) fn open_scope(&mut self, kind: Kind, source: RegionId) {
        let target = self.builder.borrow().current();
        let (versions, order, carried) = (Map::default(), Vec::new(), Vec::new());
        self.scopes.push(Scope { kind, source, target, versions, order, carried });
    }

    pub(super) fn close_scope(&mut self) -> Scope {
        let Some(scope) = self.scopes.pop() else { unreachable!("scopes are opened before they are closed") };
        scope
    }

    /// Whether a value stands in a loop, of the primal or a reversed one.
    pub(super) fn is_in_a_loop(&self, id: ValueId) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let mut owner = graph.region(graph.value(id).region).owner;
        while let Some(around) = owner {
            if graph.repeat(around).is_some() {
                return true;
            }
            owner = graph.region(graph.value(around).region).owner;
        }
        self.scopes.iter().any(|scope| scope.kind == Kind::Loop)
    }

    /// The arrays that have cotangents.
    pub(super) fn known_arrays(&self) -> Set<ValueId> {
        self.scopes.iter().flat_map(|scope| scope.order.iter().copied()).collect()
    }

    /// The cotangents of an array so far, to be added to.
    pub(super) fn cotangents_of(&mut self, array: ValueId) -> ValueId {
        self.cotangents_in(self.scopes.len() - 1, array)
    }

    fn cotangents_in(&mut self, depth: usize, array: ValueId) -> ValueId {
        if let Some(version) = self.scopes[depth].versions.get(&array) {
            return version.id;
        }
        let (kind, target) = (self.scopes[depth].kind, self.scopes[depth].target);
        let id = if self.is_home(depth, array) {
            let like = self.lent.get(&array).copied();
            let available = self.form_of(array);
            let lending = self.lending;
            self.builder.borrow_mut().within(target, |builder| match like {
                Some(lent) if lending == Lending::AddedTo => builder.lent(lent),
                Some(lent) => builder.cleared(lent),
                None => builder.zero_array(available),
            })
        } else {
            let around = self.cotangents_in(depth - 1, array);
            if kind == Kind::Arm {
                around
            } else {
                let ty = self.builder.borrow().graph().value(around).ty;
                let argument = self.builder.borrow_mut().within(target, |builder| builder.argument(ty, None));
                self.scopes[depth].carried.push((array, around, argument));
                argument
            }
        };
        self.set_in(depth, array, Version { id, is_apart: false });
        id
    }

    /// An array of the same form, which is known where this one may not be.
    pub(super) fn form_of(&mut self, array: ValueId) -> ValueId {
        let mut root = array;
        loop {
            if let Some(&outside) = self.outside.get(&root) {
                return self.available(outside).id;
            }
            let builder = self.builder.borrow();
            let graph = builder.graph();
            let before = match graph.value(root).op {
                Op::Result(_) | Op::Argument(_) => graph.origins(root).first().copied(),
                _ => graph.array_before(root),
            };
            drop(builder);
            match before {
                Some(before) => root = before,
                None => return self.available(array).id,
            }
        }
    }

    /// Whether an array belongs to a region that is reversed.
    fn is_home(&self, depth: usize, array: ValueId) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let scope = &self.scopes[depth];
        let region = graph.value(array).region;
        depth == 0 || graph.encloses(scope.source, region) || graph.encloses(scope.target, region)
    }

    fn set_in(&mut self, depth: usize, array: ValueId, version: Version) {
        let scope = &mut self.scopes[depth];
        if scope.versions.insert(array, version).is_none() {
            scope.order.push(array);
        }
        self.name_array(array, version.id);
    }

    pub(super) fn name_array(&self, array: ValueId, cotangents: ValueId) {
        let mut builder = self.builder.borrow_mut();
        if let Some(name) = builder.graph().value(array).note.name.clone() {
            builder.name(cotangents, &format!("{name}_bar"));
        }
    }

    /// Has other values stand where the cotangents of an array are going to be.
    pub(super) fn replace_cotangents(&mut self, array: ValueId, id: ValueId) {
        self.set_in(0, array, Version { id, is_apart: false });
    }

    /// Replaces the latest version in the innermost scope.
    pub(super) fn update(&mut self, array: ValueId, id: ValueId) {
        let depth = self.scopes.len() - 1;
        let is_apart = self.scopes[depth].versions.get(&array).is_some_and(|version| version.is_apart);
        self.set_in(depth, array, Version { id, is_apart });
    }

    /// The cotangents of an array that nothing before it has, if there are any.
    pub(super) fn take_array(&mut self, array: ValueId) -> Option<ValueId> {
        let scope = self.scopes.last_mut()?;
        let version = scope.versions.remove(&array)?;
        scope.order.retain(|&other| other != array);
        Some(version.id)
    }

    /// Hands the cotangents of one array on to another, which it was made of.
    pub(super) fn give_array(&mut self, array: ValueId, id: ValueId) {
        if !self.is_varied(array) {
            return;
        }
        let depth = self.scopes.len() - 1;
        match self.scopes[depth].versions.get(&array).copied() {
            Some(version) => {
                let joined = self.builder.borrow_mut().join_arrays(id, version.id);
                self.set_in(depth, array, Version { id: joined, ..version });
            }
            None => {
                let is_apart = !self.is_home(depth, array);
                self.set_in(depth, array, Version { id, is_apart });
            }
        }
    }

    /// The cotangents of an array that is an element of another.
    pub(super) fn take_row(&mut self, id: ValueId) -> Option<ValueId> {
        let is_array = self.builder.borrow().graph().value(id).ty.is_array();
        if is_array { self.take_array(id) } else { None }
    }

    /// Adds the cotangent of a float or struct to those of the array that it was loaded from.
    pub(super) fn reverse_load(&mut self, path: &Rc<Member>, operands: &[ValueId], total: ValueId) {
        let array = operands[0];
        if !self.is_varied(array) {
            return;
        }
        let indices = self.indices(path, operands);
        let mut sum = self.cotangents_of(array);
        let mut builder = self.builder.borrow_mut();
        // To a struct, each of the parts that there is something for is added.
        for (member, rest) in whole::terms(&builder, total) {
            let path = member.map_or_else(|| Rc::clone(path), |member| Rc::new(path.then(&member)));
            let Some((&part, inner)) = rest.split_last() else { continue };
            let indices: Vec<ValueId> = indices.iter().chain(inner).copied().collect();
            sum = builder.added_to(path, sum, &indices, part);
        }
        drop(builder);
        self.update(array, sum);
    }

    /// Takes the cotangent of a stored float out of those of the array.
    pub(super) fn reverse_store(
        &mut self,
        id: ValueId,
        path: &Rc<Member>,
        operands: &[ValueId],
        cotangents: &mut Cotangents<'g>,
    ) {
        let Some(of_result) = self.take_array(id) else { return };
        let stored = operands[1 + path.indices];
        // What is added to an element leaves its cotangent as it is.
        if let Some(term) = self.added(path, operands, stored) {
            let indices = self.indices(path, operands);
            let load = std::iter::once(of_result).chain(indices).collect();
            let total = self.builder.borrow_mut().load(Rc::clone(path), load);
            self.contribute(cotangents, term, self.sym(total));
            return self.give_array(operands[0], of_result);
        }
        let indices = self.indices(path, operands);
        let at = |array: ValueId| std::iter::once(array).chain(indices.iter().copied());
        let is_array = self.builder.borrow().graph().value(stored).ty.is_array();
        if self.is_varied(stored) && is_array {
            let total = self.builder.borrow_mut().load_array(Rc::clone(path), at(of_result).collect());
            self.give_array(stored, total);
        } else if self.is_varied(stored) {
            let total = self.builder.borrow_mut().load(Rc::clone(path), at(of_result).collect());
            self.contribute(cotangents, stored, self.sym(total));
        }
        if self.is_varied(operands[0]) {
            let zero = if is_array {
                let form = self.form_of(stored);
                self.builder.borrow_mut().zero_array(form)
            } else {
                self.number(stored, 0.0).id
            };
            let operands_of_rest = at(of_result).chain([zero]).collect();
            let rest = self.builder.borrow_mut().store(Rc::clone(path), operands_of_rest);
            self.give_array(operands[0], rest);
        }
    }

    /// What a store adds to the element that it replaces, if it does that and no more.
    fn added(&self, path: &Rc<Member>, operands: &[ValueId], stored: ValueId) -> Option<ValueId> {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let terms = builder.parts(stored, Primitive::add)?;
        let is_element = |id: ValueId| match &graph.value(id).op {
            Op::Load(other) => other.key == path.key && graph.value(id).operands == operands[..=path.indices],
            _ => false,
        };
        let is_only = self.primal.activity.is_used_once(stored)
            && terms.iter().all(|&term| !is_element(term) || self.primal.activity.is_used_once(term));
        match terms[..] {
            [element, term] if is_only && is_element(element) && !is_element(term) => Some(term),
            _ => None,
        }
    }

    /// Whether nothing can be done to the cotangents of an array but to add to them.
    pub(super) fn takes_sums_alone(&self, array: ValueId) -> bool {
        self.lending == Lending::AddedTo && self.lent.contains_key(&array)
    }

    pub(super) fn indices(&mut self, path: &Member, operands: &[ValueId]) -> Vec<ValueId> {
        operands[1..=path.indices].iter().map(|&index| self.available(index).id).collect()
    }

    /// Ends the arms of a reversed branch with one version of the cotangents of each array that any arm has changed, and
    /// returns these arrays. The arms' scopes come in the order of the arms; those of arms that panic are `None`.
    pub(super) fn join_arms(&mut self, arms: &[(RegionId, Option<Scope>)]) -> Vec<(ValueId, bool)> {
        let mut arrays: Vec<ValueId> = Vec::new();
        for scope in arms.iter().filter_map(|(_, scope)| scope.as_ref()) {
            for &array in &scope.order {
                let is_outside = !self.builder.borrow().graph().encloses(scope.source, self.region_of(array));
                if is_outside && !arrays.contains(&array) {
                    arrays.push(array);
                }
            }
        }
        let mut found = Vec::new();
        for array in arrays {
            let versions: Vec<Option<Version>> = arms
                .iter()
                .map(|(_, scope)| scope.as_ref().and_then(|scope| scope.versions.get(&array).copied()))
                .collect();
            let is_apart =
                versions.iter().flatten().all(|version| version.is_apart) && !self.has_array(array);
            let around = (!is_apart).then(|| self.cotangents_of(array));
            for ((region, scope), version) in arms.iter().zip(versions) {
                if scope.is_none() {
                    continue;
                }
                self.builder.borrow_mut().resume(*region);
                let id = match (version, around) {
                    (Some(version), Some(around)) if version.is_apart => {
                        self.builder.borrow_mut().join_arrays(around, version.id)
                    }
                    (Some(version), _) => version.id,
                    (None, Some(around)) => around,
                    (None, None) => {
                        let like = self.form_of(array);
                        self.builder.borrow_mut().zero_array(like)
                    }
                };
                let mut builder = self.builder.borrow_mut();
                builder.suspend();
                if let Terminator::Yield(yields) = &mut builder.graph_mut().region_mut(*region).end {
                    yields.push(id);
                }
            }
            found.push((array, is_apart));
        }
        found
    }

    /// Takes over what a branch or loop has made of the cotangents of an array.
    pub(super) fn take_over(&mut self, array: ValueId, id: ValueId, is_apart: bool) {
        if is_apart {
            return self.give_array(array, id);
        }
        self.update(array, id);
    }

    /// What a loop's body, which is still open, yields for the arrays from outside that it adds to.
    pub(super) fn latest_of_carried(&mut self) -> Vec<ValueId> {
        let depth = self.scopes.len() - 1;
        let outside: Vec<ValueId> = self.scopes[depth]
            .order
            .iter()
            .copied()
            .filter(|&array| !self.is_home(depth, array) && self.scopes[depth].versions[&array].is_apart)
            .collect();
        for array in outside {
            let Some(version) = self.scopes[depth].versions.remove(&array) else { continue };
            let around = self.cotangents_in(depth, array);
            let joined = self.builder.borrow_mut().join_arrays(around, version.id);
            self.set_in(depth, array, Version { id: joined, is_apart: false });
        }
        let scope = &self.scopes[depth];
        scope.carried.iter().map(|(array, ..)| scope.versions[array].id).collect()
    }

    /// Whether an array has cotangents in this scope or around it.
    fn has_array(&self, array: ValueId) -> bool {
        self.scopes.iter().any(|scope| scope.versions.contains_key(&array))
    }

    fn region_of(&self, id: ValueId) -> RegionId {
        self.builder.borrow().graph().value(id).region
    }
}
