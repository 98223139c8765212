//! Helpers: functions that are called by the function under examination and by one another.

use super::Generator;
use super::domain::boxed;
use std::sync::Arc;

use crate::ast::{Block, Expr, Helper, Home, Name, Op, Parameter, Pat, Rel, SELF, Stmt, Struct, Ty};
use crate::features::{Feature, Scalar};
use crate::rng::Rng;

/// None of these is the name of a local: that would hide the function.
const NAMES: &[Name] =
    &["blend", "wave", "cost", "advance", "energy", "sigmoid", "drag", "spread", "refine", "weigh"];

/// How deep a recursion goes is told by a parameter of one of these names.
pub(super) const DEPTHS: [Name; 2] = ["rounds", "left_over"];

const HOMES: &[Home] = &[
    Home::ROOT,
    Home::ROOT,
    Home::ROOT,
    Home::Module(&["helpers"]),
    Home::Module(&["helpers", "deep"]),
    Home::Module(&["other"]),
];

impl Generator {
    /// Helpers, each of which may call those before it.
    pub(super) fn make_helpers(&mut self) {
        for _ in 0..self.rng.pick(&[1, 1, 2, 2, 3, 4]) {
            match self.rng.below(8) {
                0 | 1 => self.make_recursion(),
                2 => self.make_mutual_recursion(),
                _ => {
                    let (mut child, helper) = self.begin_helper();
                    let count = child.rng.below(3);
                    let stmts = child.stmts(count, 2);
                    let body = child.ending(stmts);
                    self.add_helper(Helper { body, ..helper }, child.curved);
                }
            }
        }
    }

    /// A generator for a new helper, with the helper's parameters in scope; and the helper without body.
    fn begin_helper(&mut self) -> (Self, Helper) {
        let used = |name: &Name| self.helpers.iter().any(|helper| helper.name == *name);
        let names: Vec<Name> = NAMES.iter().filter(|name| !used(name)).copied().collect();
        let name = self.rng.pick(&names);
        let owner = self.owner().filter(|_| self.rng.chance(45));
        let home = owner.as_ref().map_or_else(|| self.rng.pick(HOMES), |of| Home::Impl(of.name));
        let scalar = match &owner {
            Some(of) if of.is_generic => Scalar::Generic,
            None if self.rng.chance(25) => Scalar::Generic,
            _ => self.scalar,
        };
        let curved = self.curved || self.rng.chance(50);
        // Nested gradients are told by second derivatives, of which there are only a few.
        let features = self.features.without(Feature::Wrt).without(Feature::Rolled);
        let features = if curved { features.with(Feature::Modes) } else { features.without(Feature::Modes) };
        let mut child = Self::new(Rng::new(self.rng.next(), 0), features, scalar);
        child.curved = curved;
        child.helpers.clone_from(&self.helpers);
        child.structs.clone_from(&self.structs);
        child.curved_helpers.clone_from(&self.curved_helpers);
        let lifted = scalar == Scalar::Generic && self.scalar == Scalar::F32;
        if home.path().is_empty() && !lifted {
            child.consts.clone_from(&self.consts);
        }
        child.fuel = child.rng.pick(&[3, 5, 8, 12]);
        if !curved && child.rng.chance(55) {
            child.result = child.several();
        }
        let mut params = child.params();
        // Such an array is of indices in bounds, and a caller would have to know them.
        params.retain(|param| param.ty.element().is_none() || param.ty.reals() > 0);
        child.scope.retain(|binding| params.iter().any(|param| param.name == binding.name));
        let mut home = home;
        if let Some(of) = owner.filter(|_| self.rng.chance(80)) {
            params.insert(0, child.receiver(&of));
            let traits = self.helpers.iter().any(|helper| matches!(helper.home, Home::Trait(_)));
            let plain = child.result == Ty::Real && !of.is_generic;
            if plain && !traits && params.iter().all(|param| !param.mutable) && self.rng.chance(25) {
                home = Home::Trait(of.name);
            }
        }
        let result = child.result.clone();
        (child, Helper { name, home, scalar, params, result, body: Block::default() })
    }

    /// A struct that a helper shall be a function of.
    fn owner(&mut self) -> Option<Arc<Struct>> {
        let fits = |of: &&Arc<Struct>| of.is_generic || self.scalar != Scalar::Generic;
        let structs: Vec<Arc<Struct>> = self.structs.iter().filter(fits).cloned().collect();
        structs.get(self.rng.below(structs.len().max(1))).cloned()
    }

    /// The parameter `self`, bound: constant, or differentiated with respect to.
    fn receiver(&mut self, of: &Arc<Struct>) -> Parameter {
        let (plain, active) = (Ty::Struct(of.clone()), self.rng.chance(50));
        let ty = if of.is_copy && self.rng.chance(25) { plain } else { Ty::Ref(Box::new(plain)) };
        self.bind(SELF, ty.clone(), false);
        let binding = self.scope.last_mut().expect("it was bound");
        binding.varies = Some(active);
        Parameter { name: SELF, ty, active, mutable: false }
    }

    fn make_recursion(&mut self) {
        let (mut child, mut helper) = self.begin_helper();
        child.add_depth(&mut helper.params);
        let body = child.recursion(helper.name, &helper.params);
        self.add_helper(Helper { body, ..helper }, child.curved);
    }

    /// Two helpers with the same parameters that call one another.
    fn make_mutual_recursion(&mut self) {
        let (mut child, mut first) = self.begin_helper();
        child.add_depth(&mut first.params);
        self.helpers.push(first.clone());
        let (mut other, second) = self.begin_helper();
        self.helpers.pop();
        // The same signature, so the same scope; only the name and perhaps the home are new.
        let is_free = |helper: &Helper| helper.home.owner().is_none();
        let home = if is_free(&first) && is_free(&second) { second.home } else { first.home };
        let second = Helper { name: second.name, home, ..first.clone() };
        other.scope.clone_from(&child.scope);
        other.consts.clone_from(&child.consts);
        other.helpers.clone_from(&child.helpers);
        (other.scalar, other.result) = (child.scalar, child.result.clone());
        (other.features, other.curved) = (child.features, child.curved);
        if !second.home.path().is_empty() {
            other.consts.clear();
        }
        if !first.home.path().is_empty() {
            other.consts.clear();
        }
        let body = child.recursion(second.name, &first.params);
        let other_body = other.recursion(first.name, &second.params);
        self.add_helper(Helper { body, ..first }, child.curved);
        self.add_helper(Helper { body: other_body, ..second }, child.curved);
    }

    fn add_helper(&mut self, helper: Helper, curved: bool) {
        let body = super::record::use_structs(&helper.params, helper.body);
        let helper = Helper { body, ..helper };
        if curved {
            self.curved_helpers.push(helper.name);
        }
        self.helpers.push(helper);
    }

    fn add_depth(&mut self, params: &mut Vec<Parameter>) {
        let name = self.rng.pick(&DEPTHS);
        let ty = if self.rng.chance(50) { Ty::Int } else { Ty::Size };
        let first = usize::from(params.first().is_some_and(|param| param.name == SELF));
        let place = first + self.rng.below(params.len() + 1 - first);
        self.bind(name, ty.clone(), false);
        params.insert(place, Parameter { name, ty, active: false, mutable: false });
    }

    /// A body that calls a function of the same parameters, unless it is deep enough.
    fn recursion(&mut self, callee: Name, params: &[Parameter]) -> Block {
        let depth = params.iter().find(|param| DEPTHS.contains(&param.name)).expect("it was added");
        let counter = Box::new(Expr::Var(depth.name));
        let cond = match depth.ty {
            Ty::Int => Expr::Cmp(Rel::Le, counter, Box::new(Expr::Int(0))),
            _ => Expr::Cmp(Rel::Eq, counter, Box::new(Expr::Size(0))),
        };
        let mark = self.scope.len();
        let base = self.result();
        let mut stmts = self.stmts(1, 1);
        for _ in 0..self.rng.pick(&[1, 1, 1, 2]) {
            let outer = self.in_guard;
            let mut args = Vec::new();
            for param in params {
                let arg = self.inner_argument(param);
                // Nothing may change while it is borrowed.
                self.in_guard |= matches!(arg, Expr::Borrow(_));
                args.push(arg);
            }
            self.in_guard = outer;
            let call = super::invoke::plain(callee, args);
            let ty = self.result.clone();
            stmts.push(self.let_result(ty, call));
        }
        let value = self.result();
        self.scope.truncate(mark);
        if self.chance(Feature::Return, 40) {
            let end = Block { stmts: vec![Stmt::Return(base)], tail: None };
            stmts.insert(0, Stmt::Do(Expr::If(Box::new(cond), end, Block::default())));
            return Block { stmts, tail: Some(Box::new(value)) };
        }
        let deeper = Block { stmts, tail: Some(Box::new(value)) };
        Block::value(Expr::If(Box::new(cond), Block::value(base), deeper))
    }

    fn inner_argument(&mut self, param: &Parameter) -> Expr {
        if param.name == SELF {
            return Expr::Var(SELF);
        }
        let one = if param.ty == Ty::Int { Expr::Int(1) } else { Expr::Size(1) };
        if DEPTHS.contains(&param.name) {
            return boxed(Op::Sub, Expr::Var(param.name), one);
        }
        // Unless something else has the name now.
        let is_param = self.visible().iter().any(|b| b.name == param.name && b.ty == param.ty);
        if is_param && self.rng.chance(50) { Expr::Var(param.name) } else { self.argument(&param.ty, 1) }
    }

    /// A binding of what a call returns. A type that has arrays in it has to be written: patterns do not tell
    /// their lengths.
    pub(super) fn let_result(&mut self, ty: Ty, call: Expr) -> Stmt {
        let plain = matches!(&ty, Ty::Real | Ty::Struct(_))
            || matches!(&ty, Ty::Tuple(t) if t.iter().all(|t| *t == Ty::Real));
        let written = !plain || self.chance(Feature::Annotations, 30);
        let annotation = written.then(|| ty.clone());
        match &ty {
            Ty::Tuple(types) if !written || self.rng.chance(60) => {
                let Stmt::Let(pat, _, init) = self.take_apart(types, call) else { unreachable!("a let") };
                Stmt::Let(pat, annotation, init)
            }
            _ => {
                let name = self.name();
                let mutable = self.chance(Feature::Mutation, 25);
                self.bind(name, ty, mutable);
                let pat = if mutable { Pat::BindMut(name) } else { Pat::Bind(name) };
                Stmt::Let(pat, annotation, call)
            }
        }
    }
}
