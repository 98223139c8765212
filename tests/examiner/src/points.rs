//! Points: the arguments with which a program is called, random ones and ones where things happen.

use crate::ast::{Form, Program, Ty};
use crate::features::Scalar;
use crate::oracle;
use crate::rng::Rng;

/// One argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Arg {
    Real(f64),
    Int(i32),
    Bool(bool),
    Opt(Option<i32>),
    Size(usize),
}

impl Arg {
    /// As the word that is sent to the compiled program.
    pub(crate) fn to_bits(self) -> u64 {
        let word = |n: i32| i64::from(n).cast_unsigned();
        match self {
            Arg::Real(x) => x.to_bits(),
            Arg::Int(n) | Arg::Opt(Some(n)) => word(n),
            Arg::Bool(b) => u64::from(b),
            Arg::Size(n) => n as u64,
            Arg::Opt(None) => u64::MAX >> 1,
        }
    }
}

/// The arguments of one call: the scalars in them, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point(pub(crate) Vec<Arg>);

/// `usize` arguments are below this.
pub(crate) const SIZES: usize = 3;

/// How often another point is tried when the program gives NaN at one.
const TRIES: usize = 4;

/// Up to `count` points at which the program does not panic. `None` means that it is not worth compiling:
/// it panics or gives NaN almost everywhere.
pub(crate) fn choose(program: &Program, count: usize, rng: &mut Rng) -> Option<Vec<Point>> {
    let mut points = Vec::with_capacity(count);
    let mut panics = 0;
    let mut numbers = 0;
    for index in 0..count {
        // The last third of the points is special, ties and zeros included.
        let special = index >= count - count / 3;
        for attempt in 1..=TRIES {
            let point = random(program, index, special, rng);
            match oracle::value(program, &point) {
                Err(_) => panics += 1,
                Ok(value) if value.is_nan() && attempt < TRIES => {}
                Ok(value) => {
                    numbers += usize::from(!value.is_nan());
                    points.push(point);
                    break;
                }
            }
        }
    }
    (panics == 0 && numbers * 2 > count).then_some(points)
}

/// The lengths of slices at the first points; at the others they are random.
const LENGTHS: [usize; 3] = [usize::MAX, 0, 1];

fn random(program: &Program, index: usize, special: bool, rng: &mut Rng) -> Point {
    let arg = |ty: &Ty, rng: &mut Rng| match ty {
        Ty::Real => Arg::Real(real(program.scalar, special, rng)),
        Ty::Int => Arg::Int(rng.int(-3, 6)),
        Ty::Bool => Arg::Bool(rng.chance(50)),
        Ty::Opt => Arg::Opt(rng.chance(60).then(|| rng.int(-3, 6))),
        Ty::Size => Arg::Size(rng.below(SIZES)),
        other => unreachable!("{other:?} is no scalar"),
    };
    // Slices are mostly of one length.
    let common = match LENGTHS.get(index) {
        Some(&length) => length,
        None if program.has_runs() => rng.below(6),
        None => 0,
    };
    // Arrays have the length that all of them can have.
    let sized = program.params.iter().filter(|param| param.ty.is_sized());
    let most = sized.map(|param| if let Ty::Run(_, most, _) = param.ty { most } else { 0 }).min();
    let dimension = common.min(most.unwrap_or(0));
    let mut args = Vec::new();
    for param in &program.params {
        let mut leaves = param.ty.leaves();
        if let Ty::Run(_, most, form) = param.ty {
            let length = match form {
                Form::Owned | Form::Borrowed => dimension,
                Form::Slice if rng.chance(70) => common.min(most),
                Form::Slice => rng.below(most + 1),
            };
            args.push(Arg::Size(length));
            leaves.remove(0);
        }
        args.extend(leaves.iter().map(|ty| arg(ty, rng)));
    }
    Point(args)
}

fn real(scalar: Scalar, special: bool, rng: &mut Rng) -> f64 {
    let x = if special && rng.chance(75) {
        rng.pick(&[0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1.5, 10.0, 0.25])
    } else {
        (rng.unit() * 6.0 - 3.0) * if rng.chance(10) { 8.0 } else { 1.0 }
    };
    #[allow(clippy::cast_possible_truncation, reason = "the argument of an f32 program is an f32")]
    if scalar == Scalar::F32 { f64::from(x as f32) } else { x }
}
