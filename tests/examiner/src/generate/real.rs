//! Real expressions.

use super::domain::{boxed, lit};
use super::looping::Leave;
use super::{Generator, scope};
use crate::ast::{Block, Cast, Expr, Fun, Lit, Op, Origin, Ty};
use crate::features::{Feature, Scalar};

/// Digits as people write them; the last ones need a suffix to be floats.
const LITERALS: &[&str] = &[
    "0.5", "2.0", "1.5", "3.0", "0.25", "1.0", "0.1", "2.75", "0.3", "4.0", "0.0", "1e-1", "2.5e0", "1_0.0",
    "0.7", "1.25", "2.",
];

const CONSTANTS: &[&str] = &["PI", "E", "LN_2", "SQRT_2", "FRAC_PI_3", "TAU"];

impl Generator {
    /// A real expression of at most the depth.
    pub(super) fn real(&mut self, depth: usize) -> Expr {
        if depth == 0 || self.fuel == 0 {
            return self.leaf();
        }
        self.fuel -= 1;
        let level = std::mem::replace(&mut self.statement_level, false);
        let expr = self.branching_real(depth - 1);
        self.statement_level = level;
        expr
    }

    fn branching_real(&mut self, depth: usize) -> Expr {
        let on = |feature, weight| if self.has(feature) { weight } else { 0 };
        // What a helper returns might be an integer, as far as can be seen where it is cast.
        let casts = self.scalar != Scalar::Generic && !self.has(Feature::Calls);
        let casts = if casts { on(Feature::Casts, 3) } else { 0 };
        let weights = [
            10,
            36,
            5,
            on(Feature::Std, 26),
            on(Feature::Kinks, 12),
            on(Feature::Own, 9),
            casts,
            on(Feature::If, 6),
            on(Feature::Match, 4),
            on(Feature::Options, 2),
            on(Feature::Blocks, 3),
            on(Feature::Hold, 2),
            on(Feature::Tuples, 1),
            if self.unrolled <= 6 { on(Feature::Iterators, 6) } else { 0 },
            if self.helpers.is_empty() { 0 } else { 20 },
        ];
        match self.rng.weighted(&weights) {
            0 => self.leaf(),
            1 => self.arithmetic(depth),
            2 => Expr::Neg(Box::new(self.real(depth))),
            3 => self.call_from(Origin::Std, depth),
            4 => self.call_from(Origin::Kink, depth),
            5 => self.call_from(Origin::Own, depth),
            6 => self.cast(depth),
            7 => self.if_real(depth),
            8 => self.match_real(depth),
            9 => self.if_let_real(depth),
            10 => Expr::Block(self.real_block(depth, None)),
            11 => Expr::Hold(Box::new(self.real(depth))),
            13 => self.reduction_of_any(),
            14 => self.called_real(depth).unwrap_or_else(|| self.leaf()),
            _ => {
                let argument = self.real(depth);
                let call = self.styled(Fun::SinCos, vec![argument]);
                Expr::Field(Box::new(call), self.rng.below(2))
            }
        }
    }

    /// Something that needs no operands, mostly a variable.
    fn leaf(&mut self) -> Expr {
        let place = self.real_place();
        let constants = if self.has(Feature::Constants) { 5 } else { 0 };
        let consts = if self.consts.is_empty() { 0 } else { constants };
        let integers = if self.has(Feature::Integers) && self.has(Feature::Casts) { 5 } else { 0 };
        match self.rng.weighted(&[64, 18, constants / 2, consts, integers]) {
            0 if place.is_some() => place.expect("there is one"),
            2 => Expr::Std(self.rng.pick(CONSTANTS)),
            3 => Expr::Const(self.consts[self.rng.below(self.consts.len())]),
            4 => {
                if let Some(run) = self.any_run()
                    && self.rng.chance(20)
                {
                    let length = Expr::Len(Box::new(Expr::Var(self.scope[run].name)));
                    return Expr::Cast(Cast::SizeToReal, Box::new(length));
                }
                let counters = self.readable(&Ty::Size);
                if !counters.is_empty() && self.rng.chance(60) {
                    let counter = counters[self.rng.below(counters.len())].clone();
                    return Expr::Cast(Cast::SizeToReal, Box::new(counter));
                }
                let cast = self.rng.pick(&[Cast::IntToReal, Cast::IntFrom]);
                Expr::Cast(cast, Box::new(self.int(1)))
            }
            _ => Expr::Lit(self.literal()),
        }
    }

    pub(super) fn literal(&mut self) -> Lit {
        if self.scalar == Scalar::Generic {
            return self.const_literal();
        }
        match self.rng.below(20) {
            0 => Lit { text: self.rng.pick(&["2", "3", "1"]).to_owned(), suffix: true },
            1 => Lit { suffix: true, ..self.const_literal() },
            _ => Lit::new(self.rng.pick(LITERALS)),
        }
    }

    /// A literal that needs no context.
    pub(super) fn const_literal(&mut self) -> Lit {
        Lit::new(self.rng.pick(&LITERALS[..LITERALS.len() - 1]))
    }

    fn arithmetic(&mut self, depth: usize) -> Expr {
        let remainder = if self.has(Feature::Remainder) && self.has(Feature::Kinks) { 2 } else { 0 };
        match self.rng.weighted(&[8, 7, 10, 6, remainder]) {
            0 => boxed(Op::Add, self.real(depth), self.real(depth)),
            1 => boxed(Op::Sub, self.real(depth), self.real(depth)),
            2 => boxed(Op::Mul, self.real(depth), self.real(depth)),
            3 => boxed(Op::Div, self.real(depth), self.divisor(depth)),
            _ => boxed(Op::Rem, self.real(depth), self.divisor(depth)),
        }
    }

    /// Something to divide by: rarely zero.
    pub(super) fn divisor(&mut self, depth: usize) -> Expr {
        if self.chance(Feature::Wild, 10) {
            return self.real(depth);
        }
        if self.rng.chance(25) {
            return lit(self.rng.pick(&["2.0", "3.0", "0.5", "1.5"]));
        }
        self.positive(depth)
    }

    fn call_from(&mut self, origin: Origin, depth: usize) -> Expr {
        let candidates: Vec<Fun> =
            Fun::ALL.iter().filter(|fun| fun.origin() == origin && **fun != Fun::SinCos).copied().collect();
        let fun = self.rng.pick(&candidates);
        self.call(fun, depth)
    }

    fn cast(&mut self, depth: usize) -> Expr {
        let real = self.real(depth);
        if self.chance(Feature::FloatCasts, 50) {
            Expr::Cast(Cast::ThroughOther, Box::new(real))
        } else {
            let int = Expr::Cast(Cast::RealToInt, Box::new(real));
            Expr::Cast(Cast::IntToReal, Box::new(int))
        }
    }

    pub(super) fn if_real(&mut self, depth: usize) -> Expr {
        let cond = Box::new(self.boolean(1));
        let leave = self.leaves_here();
        let then = self.real_block(depth, leave);
        let other = if self.rng.chance(20) {
            Block::value(self.if_real(depth.saturating_sub(1)))
        } else {
            self.real_block(depth, None)
        };
        Expr::If(cond, then, other)
    }

    fn match_real(&mut self, depth: usize) -> Expr {
        let mut first = self.leaves_here();
        self.matching(&mut |generator| generator.real_block(depth, first.take()))
    }

    fn if_let_real(&mut self, depth: usize) -> Expr {
        let scrutinee = Box::new(self.option(1));
        let (name, mark) = (self.name(), self.scope.len());
        self.bind(name, Ty::Int, false);
        let then = self.real_block(depth, None);
        self.scope.truncate(mark);
        let pat = crate::ast::Pat::Some(Box::new(crate::ast::Pat::Bind(name)));
        Expr::IfLet(pat, scrutinee, then, self.real_block(depth, None))
    }

    /// Whether one of the branches to come shall `return`, or leave a loop, instead of having a value.
    fn leaves_here(&mut self) -> Option<Leave> {
        let percent = if self.statement_level { 12 } else { 5 };
        self.leaving(percent)
    }

    /// A block with a real value, or one that is left.
    pub(super) fn real_block(&mut self, depth: usize, leave: Option<Leave>) -> Block {
        let (mark, consts) = (self.scope.len(), self.consts.len());
        let count = if self.has(Feature::Blocks) { self.rng.weighted(&[70, 20, 10]) } else { 0 };
        let mut stmts = self.stmts(count, depth.min(2));
        let tail = match leave {
            Some(leave) => {
                stmts.push(self.leave(leave, depth));
                None
            }
            None => Some(Box::new(self.real(depth))),
        };
        self.scope.truncate(mark);
        self.consts.truncate(consts);
        Block { stmts, tail }
    }

    /// An unused name for an inner `const`.
    pub(super) fn const_name(&mut self) -> Option<crate::ast::Name> {
        scope::CONSTS.iter().find(|name| !self.consts.contains(name)).copied()
    }
}
