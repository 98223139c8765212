//! Arguments that suit a function: inside its domain, away from overflow.

use super::Generator;
use crate::ast::{Expr, Fun, Lit, Op, Style, Ty};
use crate::features::{Feature, Scalar};

pub(super) fn boxed(op: Op, a: Expr, b: Expr) -> Expr {
    Expr::Bin(op, Box::new(a), Box::new(b))
}

pub(super) fn lit(text: &str) -> Expr {
    Expr::Lit(Lit::new(text))
}

impl Generator {
    /// A call of `fun`, its arguments made with the given depth.
    pub(super) fn call(&mut self, fun: Fun, depth: usize) -> Expr {
        let wild = self.chance(Feature::Wild, 8);
        let args = if wild { self.any_arguments(fun, depth) } else { self.arguments(fun, depth) };
        self.styled(fun, args)
    }

    /// A call in one of the styles that exist for the function.
    pub(super) fn styled(&mut self, fun: Fun, args: Vec<Expr>) -> Expr {
        let own = fun.origin() == crate::ast::Origin::Own;
        let style = if self.chance(Feature::MathPaths, 20) {
            Style::Math
        } else if !own && self.chance(Feature::Paths, 20) {
            Style::Path
        } else {
            Style::Method
        };
        Expr::Call(fun, style, args)
    }

    fn any_arguments(&mut self, fun: Fun, depth: usize) -> Vec<Expr> {
        match fun {
            Fun::Powi => vec![self.real(depth), self.int(1)],
            // Bounds out of order panic, and the oracle has no reflection formula.
            Fun::Clamp | Fun::LnGamma | Fun::Digamma => self.arguments(fun, depth),
            _ => fun.params().iter().map(|_| self.real(depth)).collect(),
        }
    }

    fn arguments(&mut self, fun: Fun, depth: usize) -> Vec<Expr> {
        match fun {
            Fun::Asin | Fun::Acos | Fun::Atanh => vec![self.within_one(depth)],
            Fun::Acosh => {
                let e = self.positive(depth);
                vec![boxed(Op::Add, e, lit("1.0"))]
            }
            Fun::Ln
            | Fun::Log10
            | Fun::Log2
            | Fun::Ln1p
            | Fun::Sqrt
            | Fun::Cbrt
            | Fun::Recip
            | Fun::LnGamma
            | Fun::Digamma => vec![self.positive(depth)],
            Fun::Log => {
                let e = self.positive(depth);
                let base = self.positive(depth.min(1));
                let active = self.rng.chance(40);
                let base = if active {
                    boxed(Op::Add, base, lit("1.0"))
                } else {
                    self.one_of(&["2.0", "10.0", "3.5"])
                };
                vec![e, base]
            }
            Fun::Exp | Fun::Exp2 | Fun::ExpM1 | Fun::Sinh | Fun::Cosh => vec![self.bounded(depth)],
            Fun::Powf => {
                let active = self.rng.chance(50);
                let exponent = if active {
                    self.bounded(depth.min(1))
                } else {
                    self.one_of(&["2.0", "0.5", "1.5", "3.0", "1.0"])
                };
                vec![self.positive(depth), exponent]
            }
            Fun::Powi => {
                if self.rng.chance(70) {
                    vec![self.real(depth), Expr::Int(self.rng.int(0, 4))]
                } else {
                    vec![self.positive(depth), self.int(1)]
                }
            }
            Fun::Clamp => self.clamp_arguments(depth),
            Fun::RemEuclid | Fun::DivEuclid => {
                let x = self.real(depth);
                vec![x, self.positive(depth.min(1))]
            }
            Fun::Logit => {
                let e = self.real(depth);
                let wave = self.styled(Fun::Sin, vec![e]);
                vec![boxed(Op::Add, boxed(Op::Mul, wave, lit("0.4")), lit("0.5"))]
            }
            Fun::LeakyRelu | Fun::Elu => {
                let x = self.real(depth);
                let active = self.rng.chance(40);
                vec![x, if active { self.real(depth.min(1)) } else { self.one_of(&["0.1", "0.5", "1.0"]) }]
            }
            _ => fun.params().iter().map(|_| self.real(depth)).collect(),
        }
    }

    fn clamp_arguments(&mut self, depth: usize) -> Vec<Expr> {
        let x = self.real(depth);
        let centers = self.readable(&Ty::Real);
        if self.rng.chance(60) || centers.is_empty() {
            return vec![x, self.signed(&["1.0", "0.5", "0.0"]), self.one_of(&["1.5", "2.0", "3.0", "10.0"])];
        }
        // Bounds that move, in order whatever the center is.
        let center = centers[self.rng.below(centers.len())].clone();
        let width = self.positive(1);
        vec![x, boxed(Op::Sub, center.clone(), lit("0.5")), boxed(Op::Add, center, width)]
    }

    /// A negated literal, or 0.
    fn signed(&mut self, texts: &[&str]) -> Expr {
        Expr::Neg(Box::new(self.one_of(texts)))
    }

    fn one_of(&mut self, texts: &[&str]) -> Expr {
        lit(self.rng.pick(texts))
    }

    /// Something above 0.2.
    pub(super) fn positive(&mut self, depth: usize) -> Expr {
        let e = self.real(depth);
        let floor = self.one_of(&["0.5", "0.25", "1.0", "1.5"]);
        let size = match self.rng.below(4) {
            0 | 1 if self.has(Feature::Kinks) => self.styled(Fun::Abs, vec![e]),
            2 if self.has(Feature::Own) && depth < 3 => self.styled(Fun::Softplus, vec![e]),
            3 if matches!(e, Expr::Var(_)) => boxed(Op::Mul, e.clone(), e),
            _ => self.styled(Fun::Powi, vec![e, Expr::Int(2)]),
        };
        if self.rng.chance(50) { boxed(Op::Add, size, floor) } else { boxed(Op::Add, floor, size) }
    }

    /// Something between -1 and 1.
    fn within_one(&mut self, depth: usize) -> Expr {
        let e = self.real(depth);
        let shrinks = self.rng.pick(&[Fun::Sin, Fun::Cos, Fun::Tanh]);
        let wave = self.styled(shrinks, vec![e]);
        boxed(Op::Mul, wave, self.one_of(&["0.9", "0.5", "0.75"]))
    }

    /// Something whose exponential is no giant.
    pub(super) fn bounded(&mut self, depth: usize) -> Expr {
        let e = self.real(depth);
        match self.rng.below(5) {
            0 if self.has(Feature::Kinks) => {
                let bound = self.one_of(&["2.0", "3.0"]);
                self.styled(Fun::Min, vec![e, bound])
            }
            1 => boxed(Op::Mul, e, self.one_of(&["0.25", "0.1"])),
            2 if matches!(e, Expr::Var(_)) && self.scalar != Scalar::F32 => e,
            _ => {
                let wave = self.styled(Fun::Sin, vec![e]);
                boxed(Op::Mul, wave, self.one_of(&["2.0", "0.5", "1.5"]))
            }
        }
    }
}
