//! Loops that stay loops: the body is lowered once, into a region, with what an iteration hands to the next as
//! arguments.
//!
//! Which variables are carried is seen from the body: it is lowered on the assumption that none is, and again with
//! those that it turns out to change, until no new ones are found. Attempts are left without use.

use std::rc::Rc;

use syn::{Expr, Label};

use super::control::Exit;
use super::form::Form;
use super::scope::VariableId;
use super::{Lowerer, Val};
use crate::graph::{Domain, Loop, RegionId, Terminator, Ty, ValueId};

/// A variable that the body of a loop changes.
struct Carried {
    variable: VariableId,
    form: Form,
    /// The types of the nodes in it, and whether they vary.
    nodes: Vec<(Ty, bool)>,
}

/// What became of an attempt to lower a body.
enum Attempt {
    /// With this, it fits.
    Fits(ValueId),
    /// More is carried than was assumed.
    Again(Vec<Carried>),
    /// An error was reported, or control does not come back.
    Failed,
}

impl Lowerer<'_> {
    /// A loop whose number of iterations is not known, over a domain or as long as a condition holds.
    pub(super) fn rolled(
        &mut self,
        label: Option<&Label>,
        domain: Domain,
        bounds: Vec<ValueId>,
        name: Option<Rc<str>>,
        condition: Option<&Expr>,
        body: &dyn Fn(&mut Self, Option<ValueId>),
    ) -> Val {
        self.enter_loop(label);
        self.rolled_depth += 1;
        self.rolled_loops += 1;
        let mut carried: Vec<Carried> = Vec::new();
        loop {
            if !self.errors.is_empty() {
                break;
            }
            let Some(initial) = self.initial_values(&carried) else { break };
            let mut operands = bounds.clone();
            operands.extend(initial);
            match self.attempt(domain, operands, name.as_ref(), condition, body, &carried) {
                Attempt::Fits(id) => {
                    self.take_results(id, &carried);
                    break;
                }
                Attempt::Again(more) => carried = more,
                Attempt::Failed => break,
            }
        }
        self.rolled_depth -= 1;
        self.leave_loop()
    }

    fn attempt(
        &mut self,
        domain: Domain,
        operands: Vec<ValueId>,
        name: Option<&Rc<str>>,
        condition: Option<&Expr>,
        body: &dyn Fn(&mut Self, Option<ValueId>),
        carried: &[Carried],
    ) -> Attempt {
        let mark = self.scopes.mark();
        let condition = match condition {
            Some(condition) => match self.condition_region(domain, name, condition, carried) {
                Some(region) => Some(region),
                None => return Attempt::Failed,
            },
            None => None,
        };
        self.builder.enter();
        let item = self.arguments_of(domain, name, carried);
        self.leavable(|lowerer| body(lowerer, item));
        self.reset_skipped();
        if let Some(exit) = self.exit.take() {
            // The body always panics: what it carries does not matter.
            let Exit::Panic(id) = exit else { unreachable!("in a loop, `return` leaves the body") };
            self.scopes.roll_back(mark);
            let body = self.builder.leave(Terminator::Panic(id));
            let repeat = Loop { domain, condition, body, can_break: false };
            return Attempt::Fits(self.builder.repeat(repeat, operands));
        }
        let Some(frame) = self.loops.last() else { return Attempt::Failed };
        let (broken, skipped) = (frame.broken, frame.skipped);
        let changed = self.scopes.roll_back(mark);
        let stop = changed.iter().find(|(id, _)| *id == broken).map(|(_, value)| value.clone());
        let changed: Vec<(VariableId, Val)> =
            changed.into_iter().filter(|(id, _)| *id != broken && *id != skipped).collect();
        if !self.errors.is_empty() || changed.iter().any(|(_, value)| matches!(value, Val::Poison)) {
            self.builder.leave(Terminator::Yield(Vec::new()));
            return Attempt::Failed;
        }
        let mut next = Vec::new();
        let exit = stop.and_then(|stop| match (self.known_condition(&stop), stop) {
            (Some(false), _) => None,
            (_, Val::Node(stop)) => Some(self.negated(stop)),
            _ => None,
        });
        next.extend(exit);
        match self.next_values(&changed, carried) {
            Ok(values) => {
                next.extend(values);
                let body = self.builder.leave(Terminator::Yield(next));
                let repeat = Loop { domain, condition, body, can_break: exit.is_some() };
                Attempt::Fits(self.builder.repeat(repeat, operands))
            }
            Err(more) => {
                self.builder.leave(Terminator::Yield(Vec::new()));
                match more {
                    Some(more) => Attempt::Again(more),
                    None => Attempt::Failed,
                }
            }
        }
    }

    pub(super) fn negated(&mut self, condition: ValueId) -> ValueId {
        match self.builder.known_boolean(condition) {
            Some(known) => self.boolean(!known),
            None => self.builder.not(condition),
        }
    }

    /// Makes the arguments of the current region, and has the carried variables hold them.
    fn arguments_of(
        &mut self,
        domain: Domain,
        name: Option<&Rc<str>>,
        carried: &[Carried],
    ) -> Option<ValueId> {
        let item = (domain.items() > 0).then(|| {
            let name = name.filter(|name| !name.starts_with('_')).cloned();
            let item = self.builder.argument(Ty::Other, name);
            self.set_varied(item, false);
            item
        });
        let make = |lowerer: &mut Self, ty, _| lowerer.builder.argument(ty, None);
        self.hold(carried, &make);
        item
    }

    /// A region that yields whether the loop goes on.
    fn condition_region(
        &mut self,
        domain: Domain,
        name: Option<&Rc<str>>,
        condition: &Expr,
        carried: &[Carried],
    ) -> Option<RegionId> {
        let mark = self.scopes.mark();
        self.builder.enter();
        self.arguments_of(domain, name, carried);
        let value = self.expression(condition);
        let goes_on = self.condition(&value, condition);
        self.scopes.roll_back(mark);
        let region = self.builder.leave(Terminator::Yield(goes_on.into_iter().collect()));
        goes_on.map(|_| region)
    }

    /// Has the carried variables hold the results of the loop.
    fn take_results(&mut self, id: ValueId, carried: &[Carried]) {
        self.hold(carried, &|lowerer, ty, number| lowerer.builder.result(id, number, ty));
    }

    /// Has the carried variables hold nodes that are made by type and number.
    fn hold(&mut self, carried: &[Carried], make: &dyn Fn(&mut Self, Ty, usize) -> ValueId) {
        let mut number = 0;
        for each in carried {
            let mut made = Vec::new();
            for &(ty, varied) in &each.nodes {
                let node = make(self, ty, number);
                self.set_varied(node, varied);
                made.push(node);
                number += 1;
            }
            let value = each.form.with_nodes(&mut made.into_iter());
            let name = self.scopes.get(each.variable).name.clone();
            self.name_parts(&value, &name);
            self.scopes.assign(each.variable, value);
        }
    }

    /// What is carried into the first iteration, made before the loop.
    fn initial_values(&mut self, carried: &[Carried]) -> Option<Vec<ValueId>> {
        let mut initial = Vec::new();
        for each in carried {
            let value = self.scopes.get(each.variable).value.clone();
            if value == Val::Uninitialized {
                // It is not looked at before it has a value.
                initial.extend(each.nodes.iter().map(|&(ty, _)| self.builder.dummy(ty)));
                continue;
            }
            let mut nodes = Vec::new();
            if !self.flatten(&each.form, &value, &mut nodes)
                || !self.is_fixed(each.variable, &each.form, &value)
            {
                self.refuse_form(each.variable);
                return None;
            }
            initial.extend(nodes.into_iter().zip(&each.nodes).map(|(node, &(ty, _))| self.fitted(node, ty)));
        }
        Some(initial)
    }

    /// A node in the type in which it is carried.
    fn fitted(&mut self, node: ValueId, ty: Ty) -> ValueId {
        if let Ty::Real(scalar) = ty {
            let node = self.real(node);
            if let Ty::Real(found) = self.ty(node) {
                self.types.unify(scalar, found);
            }
            return node;
        }
        node
    }

    /// What the body yields for the carried variables; or what has to be carried, if that is more. In the body's region.
    fn next_values(
        &mut self,
        changed: &[(VariableId, Val)],
        carried: &[Carried],
    ) -> Result<Vec<ValueId>, Option<Vec<Carried>>> {
        let mut found = Vec::new();
        let mut next = Vec::new();
        let mut fits = true;
        for (variable, value) in changed {
            let before = self.scopes.get(*variable).value.clone();
            if matches!((&before, value), (Val::Uninitialized, Val::Uninitialized | Val::Unit)) {
                continue;
            }
            let assumed = carried.iter().find(|each| each.variable == *variable);
            let form = match assumed {
                Some(assumed) => self.widened(&assumed.form, &before, value),
                None => self.form_of(&before, value),
            };
            let Some(form) = form else {
                self.refuse_form(*variable);
                return Err(None);
            };
            // In another form, it begins anew.
            let assumed = assumed.filter(|assumed| assumed.form == form);
            let (mut old, mut new) = (Vec::new(), Vec::new());
            let is_new = before == Val::Uninitialized;
            let is_flat = self.flatten(&form, value, &mut new)
                && self.is_fixed(*variable, &form, value)
                && (assumed.is_some() || is_new || self.flatten(&form, &before, &mut old));
            if !is_flat {
                self.refuse_form(*variable);
                return Err(None);
            }
            let mut nodes = Vec::new();
            for (position, &new) in new.iter().enumerate() {
                let known = match assumed {
                    Some(assumed) => Some(assumed.nodes[position]),
                    None => old.get(position).map(|&old| (self.ty(old), self.is_varied(old))),
                };
                let (known_type, known_varied) = known.unwrap_or((self.ty(new), false));
                let ty = self.carried_type(known_type, new);
                let varied = known_varied || self.is_varied(new);
                fits &= assumed.is_some() && (ty, varied) == (known_type, known_varied);
                nodes.push((ty, varied));
                next.push(self.fitted(new, ty));
            }
            found.push(Carried { variable: *variable, form, nodes });
        }
        fits &= found.len() == carried.len();
        if fits { Ok(next) } else { Err(Some(found)) }
    }

    fn refuse_form(&mut self, variable: VariableId) {
        if !self.errors.is_empty() {
            return;
        }
        let name = &self.scopes.get(variable).name;
        self.errors.report(
            &self.signature.name,
            format_args!(
                "`{name}` changes its form in a loop that is not unrolled, or holds what cannot be handed from one \
                 iteration to the next; keep floats, integers, arrays or structs in it"
            ),
        );
    }

    /// The type of what is carried: that of its value so far, or of the next.
    fn carried_type(&mut self, known: Ty, next: ValueId) -> Ty {
        match (known, self.ty(next)) {
            (Ty::Real(a), Ty::Real(b)) | (Ty::Array(a), Ty::Array(b)) => {
                self.types.unify(a, b);
                known
            }
            (Ty::Real(_), _) => known,
            (_, next @ Ty::Real(_)) => next,
            (Ty::Bool, Ty::Bool) => Ty::Bool,
            (Ty::Whole, _) | (_, Ty::Whole) => Ty::Whole,
            _ => Ty::Other,
        }
    }
}
