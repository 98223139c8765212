//! Statements: bindings, assignments, branches for their effects.

use super::Generator;
use super::looping::Leave;
use crate::ast::{Block, Expr, Fun, Name, Op, Pat, Stmt, Ty};
use crate::features::{Feature, Scalar};

impl Generator {
    /// Some statements; what they bind stays in scope.
    pub(super) fn stmts(&mut self, count: usize, depth: usize) -> Vec<Stmt> {
        (0..count).flat_map(|_| self.stmt(depth)).collect()
    }

    /// One statement, or two that belong together.
    fn stmt(&mut self, depth: usize) -> Vec<Stmt> {
        let on = |feature, weight| if self.has(feature) { weight } else { 0 };
        let reals = !self.targets().is_empty();
        let room = usize::from(depth > 0 && self.unrolled <= 13);
        let mutation = on(Feature::Mutation, 1);
        let weights = [
            30,
            on(Feature::Tuples, 8),
            mutation * 10,
            mutation * if reals { 18 } else { 0 },
            on(Feature::If, 12),
            on(Feature::Match, 5),
            on(Feature::Integers, 6),
            on(Feature::Logic, 4),
            on(Feature::Options, 3),
            on(Feature::Asserts, 4),
            on(Feature::Constants, 2),
            on(Feature::DeadCode, 3),
            on(Feature::Blocks, 2),
            on(Feature::Arrays, 12),
            on(Feature::Loops, 14) * room,
            if self.readable(&Ty::Size).is_empty() { 0 } else { on(Feature::Arrays, 3) },
            on(Feature::Arrays, 2),
            if self.helpers.is_empty() { 0 } else { 24 },
            if self.structs.is_empty() { 0 } else { 14 },
        ];
        match self.rng.weighted(&weights) {
            0 => vec![self.let_of(Ty::Real, depth, false)],
            1 => self.tuples(depth),
            2 => vec![self.let_of(Ty::Real, depth, true)],
            3 => vec![self.assign(depth)],
            4 => vec![self.if_stmt(depth)],
            5 => vec![self.match_stmt(depth)],
            6 => {
                let mutable = self.chance(Feature::Mutation, 40);
                vec![self.let_of(Ty::Int, depth, mutable)]
            }
            7 => {
                let mutable = self.chance(Feature::Mutation, 20);
                vec![self.let_of(Ty::Bool, depth, mutable)]
            }
            8 => vec![self.let_of(Ty::Opt, depth, false)],
            9 => {
                let debug = self.rng.chance(50);
                vec![Stmt::Assert(debug, self.truism())]
            }
            10 => self.inner_const().into_iter().collect(),
            11 => vec![self.dead(depth)],
            13 => {
                let ty = self.local_array();
                let mutable = self.chance(Feature::Mutation, 50);
                vec![self.let_of(ty, depth, mutable)]
            }
            14 if !self.in_guard && !self.in_closure => self.looping(depth),
            15 => vec![self.let_size()],
            16 => self.around_arrays(),
            17 => self.let_called(depth).into_iter().collect(),
            18 => self.around_structs(depth).into_iter().collect(),
            _ => {
                let block = self.effects(depth, None);
                vec![Stmt::Do(Expr::Block(block))]
            }
        }
    }

    /// A slice, an array that is taken apart, or elements that change places.
    fn around_arrays(&mut self) -> Vec<Stmt> {
        let stmt = match self.rng.below(4) {
            3 => self.table(),
            0 => self.let_slice(),
            1 => self.swap().filter(|_| self.has(Feature::Mutation)),
            _ => {
                let arrays: Vec<_> =
                    self.arrays().into_iter().filter(|(_, ty)| matches!(ty, Ty::Array(..))).collect();
                (!arrays.is_empty()).then(|| {
                    let (place, ty) = arrays[self.rng.below(arrays.len())].clone();
                    let (element, length) = ty.element().expect("it is an array");
                    let pat = self.array_pattern(element, length, &mut Vec::new());
                    Stmt::Let(pat, None, place)
                })
            }
        };
        stmt.into_iter().collect()
    }

    pub(super) fn value_of(&mut self, ty: &Ty, depth: usize) -> Expr {
        match ty {
            Ty::Real if depth > 0 && self.rng.chance(15) => self.top_level_real(depth),
            Ty::Real => self.real(depth),
            Ty::Int => self.int(depth.min(2)),
            Ty::Bool => self.boolean(depth.min(2)),
            Ty::Opt => self.option(1),
            Ty::Size => self.size(),
            Ty::Array(..) => self.array(ty, depth),
            Ty::Struct(of) => self.struct_value(of, depth),
            Ty::Ref(_) | Ty::Mut(_) | Ty::Slice(..) | Ty::Run(..) => {
                unreachable!("references are made elsewhere")
            }
            Ty::Tuple(types) => Expr::Tuple(types.iter().map(|ty| self.value_of(ty, depth.min(2))).collect()),
        }
    }

    /// A branching value right behind the `=`, where a branch may also return.
    fn top_level_real(&mut self, depth: usize) -> Expr {
        if self.has(Feature::If) && self.fuel > 0 { self.if_real(depth - 1) } else { self.real(depth) }
    }

    pub(super) fn let_of(&mut self, ty: Ty, depth: usize, mutable: bool) -> Stmt {
        let init = self.value_of(&ty, depth);
        let name = self.name();
        let annotation = self.chance(Feature::Annotations, 25).then(|| ty.clone());
        self.bind(name, ty, mutable);
        Stmt::Let(if mutable { Pat::BindMut(name) } else { Pat::Bind(name) }, annotation, init)
    }

    /// A tuple local, a pattern that takes a tuple apart, or both.
    fn tuples(&mut self, depth: usize) -> Vec<Stmt> {
        if self.chance(Feature::Std, 20) {
            let argument = self.real(depth);
            let call = self.styled(Fun::SinCos, vec![argument]);
            return vec![self.take_apart(&[Ty::Real, Ty::Real], call)];
        }
        let mut types = vec![Ty::Real; 2];
        if self.rng.chance(30) {
            types.push(Ty::Real);
        }
        if self.chance(Feature::Integers, 20) {
            types[1] = Ty::Int;
        }
        if self.rng.chance(10) {
            types.push(Ty::Tuple(vec![Ty::Real, Ty::Real]));
        }
        let value = self.value_of(&Ty::Tuple(types.clone()), depth.min(2));
        if self.rng.chance(50) {
            return vec![self.take_apart(&types, value)];
        }
        let name = self.name();
        let ty = Ty::Tuple(types.clone());
        let annotation = self.chance(Feature::Annotations, 25).then(|| ty.clone());
        self.bind(name, ty, false);
        let mut stmts = vec![Stmt::Let(Pat::Bind(name), annotation, value)];
        if self.rng.chance(30) {
            stmts.push(self.take_apart(&types, Expr::Var(name)));
        }
        stmts
    }

    pub(super) fn take_apart(&mut self, types: &[Ty], value: Expr) -> Stmt {
        let mut names = Vec::new();
        let pat = self.apart(types, &mut names);
        let ty = Ty::Tuple(types.to_vec());
        let annotation = self.chance(Feature::Annotations, 20).then_some(ty);
        Stmt::Let(pat, annotation, value)
    }

    /// A pattern for a tuple; no name twice.
    fn apart(&mut self, types: &[Ty], names: &mut Vec<Name>) -> Pat {
        let parts = types.iter().map(|ty| {
            if let (Ty::Tuple(inner), true) = (ty, self.rng.chance(70)) {
                return self.apart(inner, names);
            }
            if self.rng.chance(10) {
                return Pat::Wild;
            }
            let name = std::iter::repeat_with(|| self.name()).find(|name| !names.contains(name));
            let name = name.expect("names enough");
            names.push(name);
            let mutable = self.chance(Feature::Mutation, 15);
            self.bind(name, ty.clone(), mutable);
            if mutable { Pat::BindMut(name) } else { Pat::Bind(name) }
        });
        Pat::Tuple(parts.collect())
    }

    pub(super) fn assign(&mut self, depth: usize) -> Stmt {
        let integers = self.assignable(&Ty::Int);
        if !integers.is_empty() && self.rng.chance(25) {
            let name = self.rng.pick(&integers);
            let op = self.rng.pick(&[None, Some(Op::Add), Some(Op::Sub), Some(Op::Rem)]);
            let value = if op == Some(Op::Rem) { Expr::Int(self.rng.int(2, 5)) } else { self.int(1) };
            return Stmt::Assign(name, op, value);
        }
        let booleans = self.assignable(&Ty::Bool);
        if !booleans.is_empty() && self.rng.chance(25) {
            return Stmt::Assign(self.rng.pick(&booleans), None, self.boolean(1));
        }
        let targets = self.targets();
        let (place, ty) = targets[self.rng.below(targets.len())].clone();
        if let (Expr::Var(name), Ty::Array(..), true) = (&place, &ty, self.rng.chance(12)) {
            return Stmt::Assign(name, None, self.array(&ty, depth.min(2)));
        }
        let place = self.target_element(place, &ty);
        let remainder = usize::from(self.has(Feature::Remainder) && self.has(Feature::Kinks));
        let ops = [None, Some(Op::Add), Some(Op::Sub), Some(Op::Mul), Some(Op::Div), Some(Op::Rem)];
        let is_carried = place
            .root()
            .and_then(|name| self.scope.iter().rev().find(|binding| binding.name == name))
            .is_some_and(|binding| binding.carried > 0);
        if is_carried && self.rng.chance(15) {
            return self.damped(place, depth);
        }
        let weights = if is_carried { [1, 6, 4, 0, 0, 0] } else { [6, 6, 4, 4, 3, remainder] };
        let op = ops[self.rng.weighted(&weights)];
        let divides = matches!(op, Some(Op::Div | Op::Rem));
        let value = if divides { self.divisor(depth.min(1)) } else { self.real(depth) };
        // The operators of a generic type borrow their left side first.
        let clash = self.scalar == Scalar::Generic && value.assigns_in(&place);
        let op = if clash { None } else { op };
        match place {
            Expr::Var(name) => Stmt::Assign(name, op, value),
            place => Stmt::Store(place, op, value),
        }
    }

    /// A block for its effects: assignments to what is outside, or a `return`.
    fn effects(&mut self, depth: usize, leave: Option<Leave>) -> Block {
        let (mark, consts) = (self.scope.len(), self.consts.len());
        let count = self.rng.below(2);
        let mut stmts = self.stmts(count, depth.min(2));
        if let Some(leave) = leave {
            if self.rng.chance(30) && self.has(Feature::Mutation) && !self.targets().is_empty() {
                stmts.push(self.assign(depth.min(2)));
            }
            stmts.push(self.leave(leave, depth.min(2)));
            if self.chance(Feature::DeadCode, 5) {
                stmts.extend(self.stmts(1, 0));
            }
        } else if self.has(Feature::Mutation) && !self.targets().is_empty() {
            for _ in 0..=self.rng.below(2) {
                stmts.push(self.assign(depth.min(2)));
            }
        }
        self.scope.truncate(mark);
        self.consts.truncate(consts);
        Block { stmts, tail: None }
    }

    fn if_stmt(&mut self, depth: usize) -> Stmt {
        if depth > 1 && self.chance(Feature::Options, 15) {
            let scrutinee = Box::new(self.option(1));
            let (name, mark) = (self.name(), self.scope.len());
            self.bind(name, Ty::Int, false);
            let then = self.effects(depth - 1, None);
            self.scope.truncate(mark);
            let other = if self.rng.chance(40) { self.effects(depth - 1, None) } else { Block::default() };
            return Stmt::Do(Expr::IfLet(Pat::Some(Box::new(Pat::Bind(name))), scrutinee, then, other));
        }
        let cond = Box::new(self.boolean(2));
        let inner = depth.saturating_sub(1);
        let leave = self.leaving(30);
        let then = self.effects(inner, leave);
        let other = match self.rng.below(4) {
            0 if depth > 0 => Block { stmts: vec![self.if_stmt(inner)], tail: None },
            1 | 2 => {
                let other = if leave.is_none() { self.leaving(15) } else { None };
                self.effects(inner, other)
            }
            _ => Block::default(),
        };
        Stmt::Do(Expr::If(cond, then, other))
    }

    fn match_stmt(&mut self, depth: usize) -> Stmt {
        let inner = depth.saturating_sub(1);
        let mut leave = if self.statement_level { self.leaving(20) } else { None };
        Stmt::Do(self.matching(&mut |generator| generator.effects(inner, leave.take())))
    }

    fn inner_const(&mut self) -> Option<Stmt> {
        let name = self.const_name()?;
        let literal = self.const_literal();
        self.consts.push(name);
        Some(Stmt::Const(name, literal))
    }

    /// A binding that nobody reads, of something that may well be NaN.
    fn dead(&mut self, depth: usize) -> Stmt {
        let argument = self.real(depth.min(1));
        let fun = self.rng.pick(&[Fun::Acos, Fun::Ln, Fun::Sqrt, Fun::Recip]);
        let value = if self.has(Feature::Std) { self.styled(fun, vec![argument]) } else { argument };
        Stmt::Let(if self.rng.chance(50) { Pat::Wild } else { Pat::Bind("_unused") }, None, value)
    }
}
