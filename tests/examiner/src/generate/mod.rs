//! The generator: a seed in, a well-typed program with points at which to examine it out.
//!
//! Arguments are kept inside the domain of the functions most of the time, because a program that is NaN
//! everywhere examines nothing; feature `wild` lets some stray.

mod array;
#[cfg(test)]
mod coverage;
mod discrete;
mod domain;
mod helper;
mod invoke;
mod iter;
mod looping;
mod params;
mod real;
mod record;
mod run;
mod scope;
mod stmt;

use std::sync::Arc;

use crate::ast::{Block, Expr, Helper, Lit, Name, Op, Program, Stmt, Struct, Ty};
use crate::check::check;
use crate::features::{Feature, Features, Scalar};
use crate::points::{self, Point};
use crate::rng::Rng;
use scope::Binding;

/// How many points each program is examined at.
const POINTS: usize = 6;

/// Program number `index` of a seed, with its points.
pub(crate) fn program(seed: u64, index: u64, features: Features, scalar: Scalar) -> (Program, Vec<Point>) {
    let mut rng = Rng::new(seed, index);
    loop {
        let features = some_of(features, &mut rng);
        let mut generator = Generator::new(Rng::new(rng.next(), index), features, scalar);
        let program = generator.program();
        debug_assert_eq!(check(&program), Ok(()), "{}", crate::print::program(&program, false));
        if let Some(points) = points::choose(&program, POINTS, &mut rng) {
            return (program, points);
        }
    }
}

/// The features of one program: arrays and all that comes with them are in half of the programs only, helpers in
/// a third, all modes in a few.
fn some_of(mut features: Features, rng: &mut Rng) -> Features {
    if !features.has_everywhere(Feature::Modes) && !rng.chance(12) {
        features = features.without(Feature::Modes);
    }
    if !features.has_everywhere(Feature::Calls) && !rng.chance(33) {
        features = features.without(Feature::Calls);
    }
    if features.has_everywhere(Feature::Rolled) {
        return features;
    }
    features = features.without(Feature::Rolled);
    if features.has_everywhere(Feature::Arrays) || rng.chance(50) {
        return features;
    }
    [Feature::Arrays, Feature::Loops, Feature::Iterators, Feature::Jumps]
        .into_iter()
        .fold(features, Features::without)
}

/// A program in the making.
#[allow(clippy::struct_excessive_bools, reason = "independent properties of the place, not states")]
struct Generator {
    rng: Rng,
    features: Features,
    scalar: Scalar,
    scope: Vec<Binding>,
    consts: Vec<Name>,
    /// How many more expressions may be made before only leaves are.
    fuel: usize,
    /// Whether the place is one where people write `return`: a block of statements, not an operand.
    statement_level: bool,
    /// A guard must not return.
    in_guard: bool,
    /// A closure neither changes what lies below the barrier in the scope, nor leaves what is around it.
    barrier: usize,
    in_closure: bool,
    loops: Vec<looping::Loop>,
    /// The first parameter that is an array of `N` elements, by its place in the scope.
    sized: Option<usize>,
    /// Whether values of every iteration can be kept.
    alloc: bool,
    /// How often the current place is written down when the loops around it are unrolled.
    unrolled: usize,
    result: Ty,
    structs: Vec<Arc<Struct>>,
    /// What can be called.
    helpers: Vec<Helper>,
    /// Those that have second derivatives.
    curved_helpers: Vec<Name>,
    /// Whether the function shall have second derivatives, so that it cannot call all helpers.
    curved: bool,
}

impl Generator {
    fn new(rng: Rng, features: Features, scalar: Scalar) -> Self {
        Self {
            rng,
            features,
            scalar,
            scope: Vec::new(),
            consts: Vec::new(),
            fuel: 0,
            statement_level: true,
            in_guard: false,
            barrier: 0,
            in_closure: false,
            loops: Vec::new(),
            sized: None,
            alloc: false,
            unrolled: 1,
            result: Ty::Real,
            structs: Vec::new(),
            helpers: Vec::new(),
            curved_helpers: Vec::new(),
            curved: false,
        }
    }

    fn has(&self, feature: Feature) -> bool {
        self.features.has(feature)
    }

    /// Whether a feature is on and its turn comes.
    fn chance(&mut self, feature: Feature, percent: usize) -> bool {
        self.has(feature) && self.rng.chance(percent)
    }

    fn program(&mut self) -> Program {
        self.fuel = self.rng.pick(&[8, 12, 20, 30, 45, 70]);
        let modes = self.has(Feature::Modes);
        if modes {
            self.fuel = self.rng.pick(&[6, 10, 15, 22]);
            if self.rng.chance(40) {
                self.result = self.several();
            } else {
                self.curved = self.rng.chance(70);
            }
        }
        self.alloc = self.chance(Feature::Rolled, 35);
        let consts = self.module_consts();
        if self.has(Feature::Calls) {
            self.make_structs();
            self.make_helpers();
        }
        let params = self.params();
        let count = self.rng.below(6);
        let stmts = self.stmts(count, 3);
        let body = self.ending(stmts);
        let body = record::use_structs(&params, body);
        let wrt =
            params.iter().any(|param| param.ty.reals() > 0 && !param.active) || self.chance(Feature::Wrt, 3);
        let (scalar, result) = (self.scalar, self.result.clone());
        let mut helpers = std::mem::take(&mut self.helpers);
        let reached = reached(&body, &helpers);
        helpers.retain(|helper| reached.contains(&helper.name));
        let structs = self.structs.clone();
        let unroll = self.has(Feature::Rolled).then(|| self.rng.pick(&[1, 1, 1, 4, 10, 30]));
        let alloc = self.alloc;
        Program { scalar, consts, params, wrt, result, unroll, alloc, modes, body, structs, helpers }
    }

    fn module_consts(&mut self) -> Vec<(Name, Lit)> {
        let count = if self.chance(Feature::Constants, 25) { 1 + self.rng.below(2) } else { 0 };
        let consts: Vec<(Name, Lit)> =
            scope::CONSTS[..count].iter().map(|name| (*name, self.const_literal())).collect();
        self.consts.extend(consts.iter().map(|(name, _)| *name));
        consts
    }

    /// The type of a result of several reals.
    fn several(&mut self) -> Ty {
        let array = Ty::array(Ty::Real, self.rng.pick(&[2, 2, 3]));
        let arrays = self.has(Feature::Arrays);
        if self.rng.chance(40)
            && let Some(ty) = self.copied_struct()
        {
            return if self.rng.chance(25) { Ty::Tuple(vec![ty, Ty::Real]) } else { ty };
        }
        match self.rng.below(5) {
            0 | 1 if arrays => array,
            2 if arrays => Ty::array(Ty::array(Ty::Real, 2), 2),
            3 if arrays => Ty::Tuple(vec![Ty::Real, array]),
            4 => Ty::Tuple(vec![Ty::Real; 3]),
            _ => Ty::Tuple(vec![Ty::Real; 2]),
        }
    }

    /// The end of the body: a value, a `return`, or branches that return.
    fn ending(&mut self, mut stmts: Vec<Stmt>) -> Block {
        let value = self.result();
        if self.chance(Feature::Return, 10) {
            stmts.push(Stmt::Return(value));
            if self.chance(Feature::DeadCode, 20) {
                stmts.extend(self.stmts(1, 1));
            }
            return Block { stmts, tail: None };
        }
        if self.has(Feature::If) && self.chance(Feature::Return, 4) {
            let (cond, other) = (self.boolean(1), self.result());
            let branch = |value| Block { stmts: vec![Stmt::Return(value)], tail: None };
            stmts.push(Stmt::Do(Expr::If(Box::new(cond), branch(value), branch(other))));
            return Block { stmts, tail: None };
        }
        Block { stmts, tail: Some(Box::new(value)) }
    }

    /// A value in which most of what is in scope has a part, so that few derivatives are zero.
    fn result(&mut self) -> Expr {
        match self.result.clone() {
            Ty::Real => self.real_result(),
            ty => self.result_of(&ty),
        }
    }

    fn result_of(&mut self, ty: &Ty) -> Expr {
        match ty {
            Ty::Tuple(types) => Expr::Tuple(types.iter().map(|ty| self.result_of(ty)).collect()),
            Ty::Array(element, length) => {
                let same = self.readable(ty);
                if !same.is_empty() && self.rng.chance(30) {
                    return same[self.rng.below(same.len())].clone();
                }
                if self.rng.chance(20) {
                    return self.array(ty, 2);
                }
                Expr::Array((0..*length).map(|_| self.result_of(element)).collect())
            }
            Ty::Struct(of) => {
                let same = self.readable(ty);
                if !same.is_empty() && self.rng.chance(30) {
                    return same[self.rng.below(same.len())].clone();
                }
                let Expr::Record(mut record) = self.record(of, 1) else { unreachable!("a literal") };
                let fields = std::mem::take(&mut record.fields).into_iter().map(|(name, value)| {
                    let field = of.field(name).expect("it is one of them");
                    let plain = field.constant || field.ty != Ty::Real;
                    (name, if plain { value } else { self.real_result() })
                });
                record.fields = fields.collect();
                Expr::Record(record)
            }
            _ => self.real_result(),
        }
    }

    fn real_result(&mut self) -> Expr {
        let mut value = self.real(3);
        for local in self.readable(&Ty::Real).into_iter().take(8) {
            if self.rng.chance(60) {
                let op = self.rng.pick(&[Op::Add, Op::Sub, Op::Mul]);
                value = Expr::Bin(op, Box::new(value), Box::new(local));
            }
        }
        for array in self.arrays().into_iter().take(5) {
            if self.rng.chance(70) {
                let op = self.rng.pick(&[Op::Add, Op::Sub, Op::Mul]);
                let part = self.part_of(array);
                value = Expr::Bin(op, Box::new(value), Box::new(part));
            }
        }
        value
    }
}

/// The helpers that are called, directly or not.
fn reached(body: &Block, helpers: &[Helper]) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    let mut open = body.invocations();
    while let Some(call) = open.pop() {
        if !found.contains(&call.name) {
            found.push(call.name);
            let callee = helpers.iter().find(|helper| helper.name == call.name);
            open.extend(callee.into_iter().flat_map(|helper| helper.body.invocations()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{check, program};
    use crate::features::{Feature, Features, Scalar};

    #[test]
    fn programs_are_well_typed_and_repeatable() {
        for scalar in [Scalar::F64, Scalar::F32, Scalar::Generic] {
            for index in 0..600 {
                let all = Features::all();
                let features = match index % 4 {
                    0 | 2 => all.everywhere(Feature::Calls),
                    1 => all.everywhere(Feature::Rolled),
                    _ => all,
                };
                let (first, points) = program(11, index, features, scalar);
                assert_eq!(check(&first), Ok(()));
                assert_eq!(points.len(), super::POINTS);
                assert_eq!(program(11, index, features, scalar).0, first);
            }
        }
    }

    #[test]
    fn every_function_is_called_in_every_style() {
        use crate::ast::{Expr, Fun, Origin, Style};
        let mut missing: Vec<(Fun, Style)> = Vec::new();
        for &fun in Fun::ALL {
            missing.extend([(fun, Style::Method), (fun, Style::Math)]);
            // `f64::sigmoid` does not exist.
            missing.extend((fun.origin() != Origin::Own).then_some((fun, Style::Path)));
        }
        for index in 0..4000 {
            let (program, _) = program(2, index, Features::all(), Scalar::F64);
            missing.retain(|(fun, style)| {
                !program.any(&|expr| matches!(expr, Expr::Call(f, s, _) if f == fun && s == style))
            });
        }
        assert_eq!(missing, []);
    }

    #[test]
    fn most_gradients_are_not_zero() {
        let (mut zeros, mut all) = (0, 0);
        for index in 0..1000 {
            let (program, points) = program(2, index, Features::all().without(Feature::Modes), Scalar::F64);
            for point in &points {
                let verdict = crate::oracle::judge(&program, point).expect("chosen points do not panic");
                let gradients = || verdict.values.iter().flat_map(|component| &component.gradient);
                zeros += gradients().filter(|g| **g == 0.0).count();
                all += gradients().count();
            }
        }
        // Of an array often only some elements are used.
        assert!(zeros * 100 < all * 55, "{zeros} of {all} components are zero");
    }

    #[test]
    fn a_feature_that_is_off_does_not_appear() {
        use crate::ast::{Expr, Origin};
        let features = Features::all().without(Feature::Own).without(Feature::Match);
        for index in 0..300 {
            let (program, _) = program(5, index, features, Scalar::F64);
            assert!(!program.any(&|expr| matches!(expr, Expr::Match(..))));
            assert!(!program.any(&|expr| matches!(expr, Expr::Call(f, ..) if f.origin() == Origin::Own)));
        }
        for &feature in Feature::ALL {
            let _ = super::program(5, 1, Features::none().with(feature), Scalar::F64);
        }
    }
}
