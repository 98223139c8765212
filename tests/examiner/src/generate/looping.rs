//! Loops, and jumps out of them.

use super::Generator;
use super::domain::boxed;
use crate::ast::{Block, Expr, Form, Name, Op, Pat, Rel, Stmt, Ty};
use crate::features::{Feature, Scalar};

/// A loop around the current place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    pub(super) label: Option<Name>,
    /// Whether it can be left at any time: if it is unrolled, `while` and `loop` have to run as often as the compiler
    /// knows.
    pub(super) breaks: bool,
    /// Whether an iteration can be left at any time: the next one has to be another.
    pub(super) continues: bool,
}

/// How a block is left, other than by its end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leave {
    Return,
    Break(Option<Name>),
    Continue(Option<Name>),
}

const LABELS: &[Name] = &["outer", "rows", "a", "search"];

impl Generator {
    /// Makes something that is written down several times when it is unrolled, and so has to be small.
    pub(super) fn repeated<T>(&mut self, times: usize, make: impl FnOnce(&mut Self) -> T) -> T {
        let (fuel, unrolled) = (self.fuel, self.unrolled);
        self.unrolled *= times.max(1);
        self.fuel = fuel.min((60 / self.unrolled).max(2));
        let start = self.fuel;
        let made = make(self);
        let used = start.saturating_sub(self.fuel);
        self.fuel = fuel.saturating_sub(used);
        self.unrolled = unrolled;
        made
    }

    /// A loop with what it needs before it.
    pub(super) fn looping(&mut self, depth: usize) -> Vec<Stmt> {
        let mut stmts = Vec::new();
        if self.has(Feature::Mutation) && self.targets().is_empty() {
            stmts.push(self.let_of(Ty::Real, depth.min(1), true));
        }
        if self.sized.is_some() && self.chance(Feature::Mutation, 40) {
            stmts.extend(self.let_whole());
        }
        if self.chance(Feature::Rolled, 25) {
            stmts.extend(self.let_cut());
        }
        if self.has(Feature::Mutation) && self.chance(Feature::Rolled, 20) {
            stmts.extend(self.conditional(depth));
        } else if self.has(Feature::Mutation) && self.rng.chance(18) {
            stmts.extend(self.counted(depth));
        } else {
            stmts.push(self.each(depth));
        }
        stmts
    }

    pub(super) fn label(&mut self) -> Option<Name> {
        let used: Vec<Name> = self.loops.iter().filter_map(|each| each.label).collect();
        let free: Vec<Name> = LABELS.iter().filter(|label| !used.contains(label)).copied().collect();
        (!free.is_empty() && self.chance(Feature::Jumps, 25)).then(|| self.rng.pick(&free))
    }

    fn each(&mut self, depth: usize) -> Stmt {
        let source = self.source(true);
        let carried = if source.is_run { self.carry() } else { Vec::new() };
        let mark = self.scope.len();
        let borrowed = self.bindings_of(&source.iter.borrowed());
        let changed = self.bindings_of(&source.iter.changed());
        for &index in &borrowed {
            self.scope[index].frozen += 1;
        }
        for &index in &changed {
            self.scope[index].hidden += 1;
        }
        let label = self.label();
        let pat = self.item_pattern(&source.item, &mut Vec::new());
        let body = self.body(Loop { label, breaks: true, continues: true }, source.count, depth);
        self.carried(&carried);
        for &index in &borrowed {
            self.scope[index].frozen -= 1;
        }
        for &index in &changed {
            self.scope[index].hidden -= 1;
        }
        self.scope.truncate(mark);
        Stmt::For(label, pat, source.iter, body)
    }

    pub(super) fn bindings_of(&self, names: &[Name]) -> Vec<usize> {
        names.iter().filter_map(|name| self.scope.iter().rposition(|binding| binding.name == *name)).collect()
    }

    pub(super) fn body(&mut self, each: Loop, count: usize, depth: usize) -> Block {
        self.loops.push(each);
        let level = std::mem::replace(&mut self.statement_level, true);
        let body = self.repeated(count, |generator| generator.loop_body(depth.saturating_sub(1)));
        self.statement_level = level;
        self.loops.pop();
        body
    }

    fn loop_body(&mut self, depth: usize) -> Block {
        let (mark, consts) = (self.scope.len(), self.consts.len());
        let count = self.rng.below(3);
        let mut stmts = self.stmts(count, depth.min(2));
        if self.has(Feature::If) && self.chance(Feature::Rolled, 8) {
            stmts.extend(self.extreme());
        }
        for _ in 0..=self.rng.below(2) {
            if !self.targets().is_empty() && self.has(Feature::Mutation) && !stmts.iter().any(Stmt::diverges)
            {
                stmts.push(self.assign(depth.min(2)));
            }
        }
        self.scope.truncate(mark);
        self.consts.truncate(consts);
        Block { stmts, tail: None }
    }

    /// A `while` or a `loop` that counts.
    fn counted(&mut self, depth: usize) -> Vec<Stmt> {
        let (low, step) = (self.rng.below(2), self.rng.pick(&[1, 1, 2]));
        let high = low + 1 + self.rng.below(4);
        let count = (high - low).div_ceil(step);
        if self.unrolled * count > 27 {
            return vec![self.each(depth)];
        }
        let counter = self.name();
        let mut stmts = vec![Stmt::Let(Pat::BindMut(counter), None, Expr::Size(low))];
        let (label, mark) = (self.label(), self.scope.len());
        self.bind_counter(counter, Ty::Size, (low, high - 1), true);
        // The name must not be hidden where it is counted on.
        let breaks = self.has(Feature::Rolled);
        let mut body = self.body(Loop { label, breaks, continues: false }, count, depth);
        self.scope.truncate(mark);
        body = separate(body, counter);
        body.stmts.push(Stmt::Assign(counter, Some(Op::Add), Expr::Size(step)));
        let at = |rel, n| Expr::Cmp(rel, Box::new(Expr::Var(counter)), Box::new(Expr::Size(n)));
        if self.rng.chance(60) {
            stmts.push(Stmt::While(label, at(Rel::Lt, high), body));
        } else {
            let stop = Block { stmts: vec![Stmt::Break(None)], tail: None };
            let stop = Stmt::Do(Expr::If(Box::new(at(Rel::Ge, high)), stop, Block::default()));
            body.stmts.insert(0, stop);
            stmts.push(Stmt::Loop(label, body));
        }
        let end = low + count * step;
        self.bind_counter(counter, Ty::Size, (end, end), true);
        stmts
    }

    /// Whether, and how, a block that may be left early is left.
    pub(super) fn leaving(&mut self, percent: usize) -> Option<Leave> {
        if self.in_guard || self.in_closure {
            return None;
        }
        let deep = self.statement_level || self.has(Feature::DeepReturn);
        let inner = self.loops.iter().rev().take_while(|each| each.breaks).copied().collect::<Vec<Loop>>();
        if deep && !inner.is_empty() && self.chance(Feature::Jumps, percent) {
            let outer: Vec<Name> = inner.iter().filter_map(|each| each.label).collect();
            let label = (!outer.is_empty() && self.rng.chance(60)).then(|| self.rng.pick(&outer));
            let target = inner.iter().find(|each| label.is_none() || each.label == label);
            let continues = target.is_some_and(|each| each.continues);
            let breaks = !continues || self.rng.chance(50);
            return Some(if breaks { Leave::Break(label) } else { Leave::Continue(label) });
        }
        let returns = deep && inner.len() == self.loops.len() && self.chance(Feature::Return, percent);
        returns.then_some(Leave::Return)
    }

    /// The statement that leaves.
    pub(super) fn leave(&mut self, leave: Leave, depth: usize) -> Stmt {
        match leave {
            Leave::Return if self.result == Ty::Real => Stmt::Return(self.real(depth)),
            Leave::Return => Stmt::Return(self.result()),
            Leave::Break(label) => Stmt::Break(label),
            Leave::Continue(label) => Stmt::Continue(label),
        }
    }

    /// The places that can be assigned to: reals, arrays, and what mutable references refer to.
    pub(super) fn targets(&self) -> Vec<(Expr, Ty)> {
        if self.in_guard {
            return Vec::new();
        }
        let mut found = Vec::new();
        for binding in self.visible() {
            let place = Expr::Var(binding.name);
            match &binding.ty {
                Ty::Real | Ty::Array(..)
                    if binding.mutable && self.is_free(binding) && binding.ty.is_pure() =>
                {
                    found.push((place, binding.ty.clone()));
                }
                Ty::Struct(of) if binding.mutable && self.is_free(binding) => {
                    for field in of.fields.iter().filter(|field| !field.constant && field.ty == Ty::Real) {
                        found.push((Expr::Member(Box::new(place.clone()), field.name), field.ty.clone()));
                    }
                }
                Ty::Run(element, _, Form::Owned)
                    if binding.mutable && self.is_free(binding) && element.is_pure() =>
                {
                    let counted =
                        self.run_counters().iter().any(|(_, run, _)| self.scope[*run].name == binding.name);
                    found.extend(counted.then(|| (place, binding.ty.clone())));
                }
                Ty::Mut(inner) if self.is_free(binding) && inner.is_pure() => {
                    found.push((Expr::Deref(Box::new(place), false), (**inner).clone()));
                }
                _ => {}
            }
        }
        found
    }

    /// An element of an array that is assigned to; the index is written without a star.
    pub(super) fn target_element(&mut self, place: Expr, ty: &Ty) -> Expr {
        if let (Ty::Run(..), Expr::Var(name)) = (ty, &place) {
            return self.run_target(name);
        }
        match ty.element() {
            Some((element, length)) => {
                let place = if let Expr::Deref(inner, _) = place { *inner } else { place };
                let index = self.index(length, false);
                self.target_element(Expr::Index(Box::new(place), Box::new(index)), &element.clone())
            }
            None => place,
        }
    }

    /// `array.swap(i, j)`
    pub(super) fn swap(&mut self) -> Option<Stmt> {
        let targets = self.targets();
        let arrays: Vec<(Name, usize)> = targets
            .iter()
            .filter_map(|(place, ty)| match (place, ty) {
                (Expr::Var(name), Ty::Array(_, length)) => Some((*name, *length)),
                _ => None,
            })
            .collect();
        if arrays.is_empty() {
            return None;
        }
        let (name, length) = self.rng.pick(&arrays);
        match self.rng.below(5) {
            0 => return Some(Stmt::Reverse(name)),
            1 => {
                let reals = targets.iter().any(|(place, ty)| {
                    *place == Expr::Var(name) && matches!(ty, Ty::Array(element, _) if **element == Ty::Real)
                });
                let value = self.real(1);
                let clash = value == Expr::Var(name)
                    || value.assigns_to(name)
                    || value.descendants().contains(&Expr::Var(name));
                if reals && !clash {
                    return Some(Stmt::Fill(name, value));
                }
            }
            _ => {}
        }
        let (i, j) = (self.index(length, true), self.index(length, true));
        Some(Stmt::Swap(name, i, j))
    }

    /// A counter that is computed from others.
    pub(super) fn let_size(&mut self) -> Stmt {
        let length = self.rng.pick(&[2, 3, 4]);
        let known = self.rng.chance(70);
        let init = self.index(length, known);
        let init = if matches!(init, Expr::Size(_)) { boxed(Op::Add, init, Expr::Size(0)) } else { init };
        let name = self.name();
        self.bind_counter(name, Ty::Size, (0, length - 1), known);
        Stmt::Let(Pat::Bind(name), None, init)
    }

    /// A table of constants.
    pub(super) fn table(&mut self) -> Option<Stmt> {
        let name = super::scope::TABLES.iter().find(|name| self.scope.iter().all(|b| b.name != **name))?;
        if self.scalar == Scalar::Generic {
            return None;
        }
        let length = self.rng.pick(&[2, 3, 4]);
        let lits = (0..length).map(|_| self.const_literal()).collect();
        self.bind(name, Ty::array(Ty::Real, length), false);
        Some(Stmt::Table(name, lits))
    }

    /// A slice of an array that does not change.
    pub(super) fn let_slice(&mut self) -> Option<Stmt> {
        let fixed = |name| self.visible().into_iter().any(|binding| binding.name == name && !binding.mutable);
        let arrays = self.arrays().into_iter();
        let arrays: Vec<_> = arrays.filter(|(place, _)| place.root().is_some_and(fixed)).collect();
        if arrays.is_empty() {
            return None;
        }
        let (place, ty) = arrays[self.rng.below(arrays.len())].clone();
        let (element, length) = ty.element().map(|(element, n)| (element.clone(), n))?;
        let low = self.rng.below(length);
        let high = low + 1 + self.rng.below(length - low);
        let name = self.name();
        self.bind(name, Ty::Slice(Box::new(element), high - low), false);
        Some(Stmt::Let(Pat::Bind(name), None, Expr::Slice(Box::new(place), low, high)))
    }
}

/// The body of a loop behind which a variable is counted on: in a block of its own if it hides the variable.
pub(super) fn separate(body: Block, counter: Name) -> Block {
    let hidden = body.stmts.iter().any(|stmt| match stmt {
        Stmt::Let(pat, ..) => mentions(pat, counter),
        _ => false,
    });
    if hidden { Block { stmts: vec![Stmt::Do(Expr::Block(body))], tail: None } } else { body }
}

fn mentions(pat: &Pat, name: Name) -> bool {
    match pat {
        Pat::Bind(other) | Pat::BindMut(other) => *other == name,
        Pat::Tuple(pats) | Pat::Array(pats, _) => pats.iter().any(|pat| mentions(pat, name)),
        Pat::Ref(inner) | Pat::Some(inner) => mentions(inner, name),
        Pat::At(other, inner) => *other == name || mentions(inner, name),
        Pat::Record(record) => record.fields.iter().any(|(_, pat)| mentions(pat, name)),
        _ => false,
    }
}
