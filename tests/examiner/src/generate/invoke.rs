//! Calls of helpers and of their siblings.

use super::Generator;
use super::helper::DEPTHS;
use crate::ast::{Expr, Helper, Invocation, Name, Pat, SELF, Sibling, Stmt, Ty};
use crate::features::Scalar;
use crate::oracle::CURVED;

/// A call of a helper itself.
pub(super) fn plain(name: Name, args: Vec<Expr>) -> Expr {
    Expr::Invoke(Invocation { name, sibling: Sibling::Itself, turbofish: false, args })
}

impl Generator {
    /// What can be called here.
    fn callees(&self) -> Vec<(Helper, Sibling)> {
        let mut found = Vec::new();
        for helper in &self.helpers {
            let fits = helper.scalar == self.scalar || helper.scalar == Scalar::Generic;
            let is_curved = self.curved_helpers.contains(&helper.name);
            let on = !helper.is_method() || !self.receivers(helper).is_empty();
            if !fits || !on || self.curved && !is_curved {
                continue;
            }
            found.push((helper.clone(), Sibling::Itself));
            if !self.curved && is_curved && helper.reals() <= CURVED {
                let siblings = [Sibling::Grad, Sibling::ValueAndGrad, Sibling::Jvp];
                found.extend(siblings.map(|sibling| (helper.clone(), sibling)));
            }
        }
        found
    }

    /// A real that a helper returns.
    pub(super) fn called_real(&mut self, depth: usize) -> Option<Expr> {
        let mut callees = self.callees();
        callees.retain(|(helper, sibling)| helper.result_of(*sibling) == Ty::Real);
        let plain = callees.iter().filter(|(_, sibling)| *sibling == Sibling::Itself).cloned();
        let plain: Vec<_> = plain.collect();
        let callees = if self.rng.chance(75) && !plain.is_empty() { plain } else { callees };
        let (helper, sibling) = callees.get(self.rng.below(callees.len().max(1)))?.clone();
        Some(self.invocation(&helper, sibling, depth))
    }

    /// A binding of what a helper returns.
    pub(super) fn let_called(&mut self, depth: usize) -> Option<Stmt> {
        let mut callees = self.callees();
        let several = |(helper, sibling): &(Helper, Sibling)| helper.result_of(*sibling) != Ty::Real;
        if callees.iter().any(several) && self.rng.chance(80) {
            callees.retain(several);
        }
        let (helper, sibling) = callees.get(self.rng.below(callees.len().max(1)))?.clone();
        let call = self.invocation(&helper, sibling, depth);
        if self.rng.chance(4) {
            return Some(Stmt::Let(Pat::Bind("_unused"), Some(helper.result_of(sibling)), call));
        }
        Some(self.let_result(helper.result_of(sibling), call))
    }

    /// A struct that a helper returns.
    pub(super) fn called_struct(&mut self, ty: &Ty, depth: usize) -> Option<Expr> {
        let mut callees = self.callees();
        callees.retain(|(helper, sibling)| helper.result_of(*sibling) == *ty);
        let (helper, sibling) = callees.get(self.rng.below(callees.len().max(1)))?.clone();
        Some(self.invocation(&helper, sibling, depth))
    }

    fn invocation(&mut self, helper: &Helper, sibling: Sibling, depth: usize) -> Expr {
        let turbofish =
            helper.scalar == Scalar::Generic && helper.home.owner().is_none() && self.rng.chance(30);
        let level = std::mem::replace(&mut self.statement_level, false);
        let outer = self.in_guard;
        let mut args = Vec::new();
        let names = helper.params.iter().map(|param| Some(param.name)).chain(std::iter::repeat(None));
        for (ty, name) in helper.params_of(sibling).iter().zip(names) {
            let arg = match name {
                Some(SELF) => {
                    let receivers = self.receivers(helper);
                    receivers[self.rng.below(receivers.len())].clone()
                }
                Some(name) if DEPTHS.contains(&name) => self.depth_argument(ty),
                _ => self.argument(ty, depth),
            };
            // Nothing may change while it is borrowed.
            self.in_guard |= matches!(arg, Expr::Borrow(_));
            args.push(arg);
        }
        self.in_guard = outer;
        self.statement_level = level;
        Expr::Invoke(Invocation { name: helper.name, sibling, turbofish, args })
    }

    /// What a method can be called on: whether that varies tells the macro which attributes the method has.
    fn receivers(&self, helper: &Helper) -> Vec<Expr> {
        let mut found = Vec::new();
        let ty = &helper.params[0].ty;
        let owned = ty.owned();
        for binding in self.visible() {
            let constant =
                helper.wants_constant_self() && (binding.varies != Some(false) || helper.takes_its_like());
            if constant || helper.wants_varying_self() && binding.varies != Some(true) {
                continue;
            }
            let name = Expr::Var(binding.name);
            match (&binding.ty, ty) {
                (own, ty) if own == ty => found.push(name),
                (own, Ty::Ref(_)) if *own == owned => found.push(Expr::Borrow(Box::new(name))),
                (Ty::Ref(inner), _) if **inner == *ty => found.push(Expr::Deref(Box::new(name), false)),
                _ => {}
            }
        }
        found
    }

    fn depth_argument(&mut self, ty: &Ty) -> Expr {
        let rounds = self.rng.below(5);
        match ty {
            Ty::Int => Expr::Int(i32::try_from(rounds).expect("few")),
            _ if self.rng.chance(40) => self.index(3, false),
            _ => Expr::Size(rounds),
        }
    }

    /// An argument of a type.
    pub(super) fn argument(&mut self, ty: &Ty, depth: usize) -> Expr {
        match ty {
            Ty::Size => self.index(crate::points::SIZES, false),
            Ty::Ref(inner) => {
                let references = self.readable(ty);
                if !references.is_empty() && self.rng.chance(60) {
                    return references[self.rng.below(references.len())].clone();
                }
                let places = self.places(inner);
                let place = if places.is_empty() || self.rng.chance(25) {
                    self.value_of(inner, depth.min(1))
                } else {
                    places[self.rng.below(places.len())].clone()
                };
                Expr::Borrow(Box::new(place))
            }
            ty => self.value_of(ty, depth.min(2)),
        }
    }
}
