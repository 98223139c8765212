//! Integers, booleans and options: what conditions and `match` are made of.

use super::Generator;
use super::domain::boxed;
use crate::ast::{Arm, Block, Cast, Expr, Fun, Op, Pat, Rel, Ty};
use crate::features::{Feature, Scalar};

const RELATIONS: &[Rel] = &[Rel::Lt, Rel::Lt, Rel::Gt, Rel::Gt, Rel::Le, Rel::Ge, Rel::Eq, Rel::Ne];

impl Generator {
    /// An integer expression; magnitudes stay small enough that nothing overflows.
    pub(super) fn int(&mut self, depth: usize) -> Expr {
        let vars = self.readable(&Ty::Int);
        let counters = self.readable(&Ty::Size);
        let casts = self.scalar != Scalar::Generic && self.has(Feature::Casts);
        let casts = if casts && self.has(Feature::Integers) { 2 } else { 0 };
        let deep = usize::from(depth > 0 && self.has(Feature::Integers));
        let branch = if self.has(Feature::If) { deep } else { 0 };
        match self.rng.weighted(&[10, 4, 2 * deep, deep, deep, deep, casts * deep, branch]) {
            0 if !vars.is_empty() => vars[self.rng.below(vars.len())].clone(),
            0 | 1 if !counters.is_empty() => {
                let counter = counters[self.rng.below(counters.len())].clone();
                Expr::Cast(Cast::SizeToInt, Box::new(counter))
            }
            2 => boxed(self.rng.pick(&[Op::Add, Op::Sub]), self.int(depth - 1), self.int(depth - 1)),
            3 => boxed(Op::Mul, self.int(depth - 1), self.int(0)),
            4 => {
                boxed(self.rng.pick(&[Op::Rem, Op::Div]), self.int(depth - 1), Expr::Int(self.rng.int(2, 5)))
            }
            5 => Expr::Neg(Box::new(self.int(depth - 1))),
            6 => {
                let wave = self.bounded(1);
                Expr::Cast(Cast::RealToInt, Box::new(wave))
            }
            7 => {
                let cond = self.boolean(0);
                let (then, other) = (self.int(0), self.int(0));
                Expr::If(Box::new(cond), Block::value(then), Block::value(other))
            }
            _ => Expr::Int(self.rng.int(0, 5)),
        }
    }

    /// A condition.
    pub(super) fn boolean(&mut self, depth: usize) -> Expr {
        let vars = if self.has(Feature::Logic) { self.readable(&Ty::Bool) } else { Vec::new() };
        let logic = usize::from(depth > 0 && self.has(Feature::Logic));
        let integers = if self.has(Feature::Integers) { 3 } else { 0 };
        let counters = if self.readable(&Ty::Size).is_empty() { 0 } else { 3 };
        let chains = if self.has(Feature::Iterators) && self.unrolled <= 6 { logic } else { 0 };
        match self.rng.weighted(&[6, integers, 2, 2 * logic, 2 * logic, logic, counters, chains]) {
            1 => {
                let (a, b) = (self.int(depth), self.int(0));
                Expr::Cmp(self.rng.pick(RELATIONS), Box::new(a), Box::new(b))
            }
            2 if !vars.is_empty() => vars[self.rng.below(vars.len())].clone(),
            3 => Expr::And(Box::new(self.boolean(depth - 1)), Box::new(self.boolean(depth - 1))),
            4 => Expr::Or(Box::new(self.boolean(depth - 1)), Box::new(self.boolean(depth - 1))),
            5 => Expr::Not(Box::new(self.boolean(depth - 1))),
            6 => {
                let counters = self.readable(&Ty::Size);
                let counter = counters[self.rng.below(counters.len())].clone();
                let (a, b) = match self.rng.below(3) {
                    0 => (boxed(Op::Rem, counter, Expr::Size(2)), Expr::Size(0)),
                    1 => (counter, counters[self.rng.below(counters.len())].clone()),
                    _ => (counter, Expr::Size(self.rng.below(4))),
                };
                Expr::Cmp(self.rng.pick(RELATIONS), Box::new(a), Box::new(b))
            }
            7 => self.quantified(),
            _ => {
                let a = self.real(depth);
                let b = if self.rng.chance(50) { Expr::Lit(self.literal()) } else { self.real(depth) };
                let clash = self.scalar == Scalar::Generic && b.assigns_under(&a);
                let b = if clash { Expr::Lit(self.literal()) } else { b };
                Expr::Cmp(self.rng.pick(RELATIONS), Box::new(a), Box::new(b))
            }
        }
    }

    /// An `Option<i32>`.
    pub(super) fn option(&mut self, depth: usize) -> Expr {
        let vars = self.readable(&Ty::Opt);
        match self.rng.below(4) {
            0 | 1 if !vars.is_empty() => vars[self.rng.below(vars.len())].clone(),
            0 | 1 if self.has(Feature::If) => {
                let cond = self.boolean(depth);
                let some = Expr::Some(Box::new(self.int(depth)));
                Expr::If(Box::new(cond), Block::value(some), Block::value(Expr::None))
            }
            2 => Expr::None,
            _ => Expr::Some(Box::new(self.int(depth))),
        }
    }

    /// A `match` on something discrete, with a body from `body` in each arm.
    pub(super) fn matching(&mut self, body: &mut dyn FnMut(&mut Self) -> Block) -> Expr {
        let on = |feature, weight| if self.has(feature) { weight } else { 0 };
        let weights = [
            5,
            on(Feature::Logic, 1),
            on(Feature::Options, 3),
            on(Feature::Tuples, 2) * on(Feature::Logic, 1),
        ];
        let (scrutinee, ty) = match self.rng.weighted(&weights) {
            0 => (self.int(1), Ty::Int),
            1 => (self.boolean(1), Ty::Bool),
            2 => (self.option(1), Ty::Opt),
            _ => (Expr::Tuple(vec![self.int(1), self.boolean(1)]), Ty::Tuple(vec![Ty::Int, Ty::Bool])),
        };
        let mut arms = Vec::new();
        for _ in 0..=self.rng.below(3) {
            let mark = self.scope.len();
            let pat = self.pattern(&ty);
            let outer = std::mem::replace(&mut self.in_guard, true);
            // The derivative evaluates guards again, so the macro refuses calls there.
            let helpers = std::mem::take(&mut self.helpers);
            let guard = self.chance(Feature::Logic, 25).then(|| self.boolean(1));
            self.helpers = helpers;
            self.in_guard = outer;
            arms.push(Arm { pat, guard, body: body(self) });
            self.scope.truncate(mark);
        }
        let mark = self.scope.len();
        let pat = if matches!(ty, Ty::Int) && self.rng.chance(40) { self.binding() } else { Pat::Wild };
        arms.push(Arm { pat, guard: None, body: body(self) });
        self.scope.truncate(mark);
        Expr::Match(Box::new(scrutinee), arms)
    }

    fn binding(&mut self) -> Pat {
        let name = self.name();
        self.bind(name, Ty::Int, false);
        Pat::Bind(name)
    }

    /// A pattern that may not match.
    fn pattern(&mut self, ty: &Ty) -> Pat {
        match ty {
            Ty::Int => self.int_pattern(),
            Ty::Bool => Pat::Bool(self.rng.chance(50)),
            Ty::Opt if self.rng.chance(30) => Pat::None,
            Ty::Opt => Pat::Some(Box::new(match self.rng.below(3) {
                0 => Pat::Wild,
                1 => self.binding(),
                _ => self.int_pattern(),
            })),
            Ty::Tuple(types) => Pat::Tuple(
                types
                    .iter()
                    .map(|ty| if self.rng.chance(25) { Pat::Wild } else { self.pattern(ty) })
                    .collect(),
            ),
            other => unreachable!("{other:?} is not matched on"),
        }
    }

    fn int_pattern(&mut self) -> Pat {
        let low = self.rng.int(-2, 3);
        match self.rng.below(8) {
            0 => Pat::Range(low, Some(low + self.rng.int(1, 3)), true),
            1 => Pat::Range(low, Some(low + self.rng.int(1, 3)), false),
            2 => Pat::Range(low + 2, None, true),
            3 => Pat::Or(vec![Pat::Int(low), Pat::Int(low + 2)]),
            4 => {
                let name = self.name();
                self.bind(name, Ty::Int, false);
                Pat::At(name, Box::new(Pat::Range(low, Some(low + 2), true)))
            }
            5 => self.binding(),
            _ => Pat::Int(low),
        }
    }

    /// A condition that holds whatever the arguments are.
    pub(super) fn truism(&mut self) -> Expr {
        let zero = || Box::new(super::domain::lit("0.0"));
        let Some(real) = self.real_place() else { return Expr::Bool(true) };
        // NaN is unequal to itself, and an assertion should not fail on it.
        let nan = Expr::Cmp(Rel::Ne, Box::new(real.clone()), Box::new(real.clone()));
        let size = if self.has(Feature::Kinks) {
            self.styled(Fun::Abs, vec![real])
        } else {
            boxed(Op::Mul, real.clone(), real)
        };
        Expr::Or(Box::new(Expr::Cmp(Rel::Ge, Box::new(size), zero())), Box::new(nan))
    }
}
