//! Dual numbers and the arithmetic on them: a primal in the program's scalar, and the derivatives with
//! respect to all active parameters in `f64`.
//!
//! The arithmetic runs in two modes. The *base* run computes exactly what the program computes and writes
//! every decision (which side of a kink, which integer, which branch) on a tape. A *noisy* run repeats it
//! with every result, primal and tangent, moved by one or two units in the last place, and reads the
//! decisions from the tape: the spread of several such runs is the rounding noise that the gradient has by
//! nature, whatever the order in which it is computed.

use super::float::Float;
use super::rules::{self, Partial};
use super::second;
use crate::ast::{Fun, Op, Origin};
use crate::rng::Rng;

/// The most active reals that a program's arguments can have.
pub(crate) const ACTIVE: usize = 12;

/// The most active reals that second derivatives are computed for.
pub(crate) const CURVED: usize = 6;

/// Second derivatives, as a symmetric matrix.
pub(crate) type Curvature = [[f64; CURVED]; CURVED];

/// A value with its derivatives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dual<F> {
    pub(crate) primal: F,
    pub(crate) tangent: [f64; ACTIVE],
    /// Zeros unless the arithmetic is one of second order.
    pub(crate) curvature: Curvature,
    /// Whether the value depends on an active parameter at all; a derivative that is 0 by accident is
    /// another matter than one that does not exist.
    pub(crate) active: bool,
}

impl<F> Dual<F> {
    pub(crate) fn constant(primal: F) -> Self {
        Self { primal, tangent: [0.0; ACTIVE], curvature: [[0.0; CURVED]; CURVED], active: false }
    }
}

/// What happened on the way that bears on how strictly a result can be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "independent observations, not states")]
pub(crate) struct Flags {
    /// Zero times infinity, which counts as zero here; reverse mode sees such products elsewhere.
    pub(crate) convention: bool,
    /// Magnitudes near overflow or underflow.
    pub(crate) extreme: bool,
    /// Something that Rust leaves open, such as the sign of `max(0.0, -0.0)`.
    pub(crate) ambiguous: bool,
    /// A function was called whose value is not exactly the program's.
    pub(crate) inexact: bool,
    /// A call was made that LLVM may evaluate at compile time, or turn into another one, with another last
    /// bit: of constants, or of a power with a constant exponent.
    pub(crate) foldable: bool,
    /// A decision came out otherwise under noise.
    pub(crate) fragile: bool,
    /// There may be no second derivative, or none that everybody would agree on.
    pub(crate) kink: bool,
}

impl Flags {
    pub(crate) fn merge(&mut self, other: Flags) {
        self.convention |= other.convention;
        self.extreme |= other.extreme;
        self.ambiguous |= other.ambiguous;
        self.inexact |= other.inexact;
        self.foldable |= other.foldable;
        self.fragile |= other.fragile;
        self.kink |= other.kink;
    }
}

/// A decision of the base run.
#[derive(Clone, Debug)]
enum Decision {
    Truth(bool),
    Integer(i32),
    /// A piece of a piecewise function: its value, where, and the partials there.
    Piece(f64, Vec<f64>, Vec<Partial>),
}

/// The decisions of a base run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape(Vec<Decision>);

/// The arithmetic unit.
pub(crate) struct Arithmetic {
    tape: Tape,
    position: usize,
    noise: Option<Rng>,
    second_order: bool,
    pub(crate) flags: Flags,
}

impl Arithmetic {
    /// For the base run.
    pub(crate) fn exact() -> Self {
        Self { tape: Tape::default(), position: 0, noise: None, second_order: false, flags: Flags::default() }
    }

    /// Second derivatives are computed as well.
    pub(crate) fn with_second_order(mut self, second_order: bool) -> Self {
        self.second_order = second_order;
        self
    }

    /// Switches second derivatives on or off; whether they were on.
    pub(crate) fn replace_second_order(&mut self, second_order: bool) -> bool {
        std::mem::replace(&mut self.second_order, second_order)
    }

    /// A value whose partials with respect to others are known.
    pub(crate) fn composed<F: Float>(&mut self, r: F, x: &[Dual<F>], partials: &[Partial]) -> Dual<F> {
        self.combine(r, x, partials, &[])
    }

    /// For a repetition with noise.
    pub(crate) fn noisy(tape: Tape, rng: Rng) -> Self {
        Self { tape, position: 0, noise: Some(rng), second_order: false, flags: Flags::default() }
    }

    pub(crate) fn is_noisy(&self) -> bool {
        self.noise.is_some()
    }

    pub(crate) fn into_tape(self) -> Tape {
        self.tape
    }

    /// Writes the decision in the base run, reads it afterwards.
    fn decide(&mut self, now: Decision) -> Decision {
        if self.noise.is_none() {
            self.tape.0.push(now.clone());
            return now;
        }
        self.position += 1;
        self.tape.0[self.position - 1].clone()
    }

    /// A comparison of reals.
    pub(crate) fn truth(&mut self, now: bool) -> bool {
        match self.decide(Decision::Truth(now)) {
            Decision::Truth(held) => {
                self.flags.fragile |= held != now;
                held
            }
            _ => unreachable!("a noisy run takes the same path"),
        }
    }

    /// A cast from real to integer.
    pub(crate) fn integer(&mut self, now: i32) -> i32 {
        match self.decide(Decision::Integer(now)) {
            Decision::Integer(held) => {
                self.flags.fragile |= held != now;
                held
            }
            _ => unreachable!("a noisy run takes the same path"),
        }
    }

    /// An operator.
    pub(crate) fn operator<F: Float>(&mut self, op: Op, x: Dual<F>, y: Dual<F>) -> Dual<F> {
        let (a, b) = (x.primal, y.primal);
        let r = match op {
            Op::Add => a + b,
            Op::Sub => a - b,
            Op::Mul => a * b,
            Op::Div => a / b,
            Op::Rem => a % b,
        };
        let partials = rules::operator(op, a.to_f64(), b.to_f64(), r.to_f64());
        if op == Op::Rem {
            return self.piece(&[x, y], r, partials.to_vec(), &[]);
        }
        let r = self.shake(r, r.to_f64().abs());
        let seconds =
            if self.second_order { second::operator(op, a.to_f64(), b.to_f64()) } else { Vec::new() };
        self.combine(r, &[x, y], &partials, &seconds)
    }

    /// A function; `n` is the exponent of `powi`, given among the arguments too.
    pub(crate) fn call<F: Float>(&mut self, fun: Fun, x: &[Dual<F>], n: i32) -> Dual<F> {
        let primals: Vec<F> = x.iter().map(|x| x.primal).collect();
        let reals: Vec<f64> = primals.iter().map(|x| x.to_f64()).collect();
        self.flags.merge(trouble(fun, &reals));
        let active = x.iter().filter(|x| x.active).count();
        self.flags.foldable |= active == 0 || matches!(fun, Fun::Powf | Fun::Log) && active < x.len();
        let r = F::call(fun, &primals, n);
        let partials = rules::partials(fun, &reals, r.to_f64(), n);
        // A pole approached through -0 has the other sign.
        let pole = partials.iter().any(|partial| partial.value.is_infinite());
        self.flags.ambiguous |= pole && reals.iter().any(|&x| x == 0.0 && x.is_sign_negative());
        let seconds =
            if self.second_order { second::partials(fun, &reals, r.to_f64(), n) } else { Vec::new() };
        self.flags.kink |= self.second_order && second::is_kink(fun, &reals);
        if rules::is_held(fun) {
            return self.piece(x, r, partials, &seconds);
        }
        let r = self.shake(r, value_scale(fun, reals[0], r.to_f64()));
        self.combine(r, x, &partials, &seconds)
    }

    /// `-x`
    pub(crate) fn negate<F: Float>(x: Dual<F>) -> Dual<F> {
        let curvature = x.curvature.map(|row| row.map(|c| -c));
        Dual { primal: -x.primal, tangent: x.tangent.map(|t| -t), curvature, active: x.active }
    }

    /// `x as f32 as f64`: the rounding is a decision, the derivative passes.
    pub(crate) fn through_other<F: Float>(&mut self, x: Dual<F>) -> Dual<F> {
        let r = x.primal.through_other();
        self.piece(&[x], r, vec![Partial { value: 1.0, scale: 0.0 }], &[])
    }

    /// A piece of a piecewise function. A noisy run continues the piece of the base run linearly.
    fn piece<F: Float>(
        &mut self,
        x: &[Dual<F>],
        r: F,
        partials: Vec<Partial>,
        seconds: &[(usize, usize, f64)],
    ) -> Dual<F> {
        let at: Vec<f64> = x.iter().map(|x| x.primal.to_f64()).collect();
        let now = partials.clone();
        let decision = self.decide(Decision::Piece(r.to_f64(), at.clone(), partials));
        let Decision::Piece(base, base_at, partials) = decision else {
            unreachable!("a noisy run takes the same path");
        };
        if self.noise.is_none() {
            return self.combine(r, x, &partials, seconds);
        }
        let moves = at.iter().zip(&base_at).zip(&partials);
        let shift: f64 = moves
            .filter(|((now, then), _)| now != then)
            .map(|((now, then), partial)| (now - then) * partial.value)
            .sum();
        let other_piece = now.iter().zip(&partials).any(|(a, b)| (a.value - b.value).abs() > 1e-6);
        self.flags.fragile |= other_piece || (r.to_f64() - base - shift).abs() > 1e-6 * base.abs();
        self.combine(F::from_f64(base + shift), x, &partials, seconds)
    }

    /// The chain rule.
    fn combine<F: Float>(
        &mut self,
        r: F,
        x: &[Dual<F>],
        partials: &[Partial],
        seconds: &[(usize, usize, f64)],
    ) -> Dual<F> {
        let mut result = Dual::constant(r);
        self.watch::<F>(r.to_f64());
        for (x, partial) in x.iter().zip(partials).filter(|(x, _)| x.active) {
            result.active = true;
            self.watch::<F>(partial.value);
            let partial = self.shake_real::<F>(partial.value, partial.scale);
            for (sum, &tangent) in result.tangent.iter_mut().zip(&x.tangent) {
                let product = self.times(partial, tangent);
                self.watch::<F>(product);
                let product = self.shake_real::<F>(product, product.abs());
                *sum += product;
            }
        }
        for tangent in &mut result.tangent {
            *tangent = self.shake_real::<F>(*tangent, tangent.abs());
        }
        if self.second_order {
            self.curve(&mut result, x, partials, seconds);
        }
        result
    }

    /// The chain rule once more: `f″ x′ x′ + f′ x″`.
    fn curve<F: Float>(
        &mut self,
        result: &mut Dual<F>,
        x: &[Dual<F>],
        partials: &[Partial],
        seconds: &[(usize, usize, f64)],
    ) {
        for i in 0..CURVED {
            for j in i..CURVED {
                let mut terms = Vec::new();
                for (x, partial) in x.iter().zip(partials).filter(|(x, _)| x.active) {
                    terms.push(times(partial.value, x.curvature[i][j]));
                }
                for &(a, b, second) in seconds {
                    let (Some(a_dual), Some(b_dual)) = (x.get(a), x.get(b)) else { continue };
                    if !a_dual.active || !b_dual.active {
                        continue;
                    }
                    terms.push(times(second, times(a_dual.tangent[i], b_dual.tangent[j])));
                    if a != b {
                        terms.push(times(second, times(b_dual.tangent[i], a_dual.tangent[j])));
                    }
                }
                let mut sum = 0.0;
                for term in terms {
                    self.flags.kink |= !term.is_finite() || term.abs() > 1e100;
                    sum += self.shake_real::<F>(term, term.abs());
                }
                sum = self.shake_real::<F>(sum, sum.abs());
                result.curvature[i][j] = sum;
                result.curvature[j][i] = sum;
            }
        }
    }

    /// A product in which zero wins.
    fn times(&mut self, a: f64, b: f64) -> f64 {
        if a == 0.0 || b == 0.0 {
            self.flags.convention |= !(a.is_finite() && b.is_finite());
            return 0.0;
        }
        a * b
    }

    /// Notes magnitudes that come near the ends of the range.
    fn watch<F: Float>(&mut self, x: f64) {
        let size = x.abs();
        self.flags.extreme |=
            size.is_finite() && size != 0.0 && !(F::RANGE.recip()..=F::RANGE).contains(&size);
    }

    fn shake<F: Float>(&mut self, x: F, scale: f64) -> F {
        if self.noise.is_some() { F::from_f64(self.shake_real::<F>(x.to_f64(), scale)) } else { x }
    }

    /// Moves a number by one or two units in the last place of `scale`.
    fn shake_real<F: Float>(&mut self, x: f64, scale: f64) -> f64 {
        match &mut self.noise {
            Some(rng) if x.is_finite() && scale.is_finite() => {
                x + rng.pick(&[-2.0, -1.0, 1.0, 2.0]) * F::EPSILON * scale
            }
            _ => x,
        }
    }
}

fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// The size of the intermediates behind a value that chainrule computes itself: the noise of that value.
fn value_scale(fun: Fun, x: f64, r: f64) -> f64 {
    match fun {
        Fun::LnGamma | Fun::Digamma | Fun::Logit => r.abs().max(1.0),
        Fun::Erfc | Fun::Gaussian | Fun::NormalPdf | Fun::NormalCdf | Fun::Gelu => {
            r.abs() * (1.0 + 2.0 * x * x)
        }
        _ => r.abs(),
    }
}

/// What Rust leaves open about a call.
fn trouble(fun: Fun, x: &[f64]) -> Flags {
    let opposite_zeros =
        |a: f64, b: f64| a == 0.0 && b == 0.0 && a.is_sign_negative() != b.is_sign_negative();
    let ambiguous = match fun {
        Fun::Min | Fun::Max => opposite_zeros(x[0], x[1]),
        Fun::Clamp => opposite_zeros(x[0], x[1]) || opposite_zeros(x[0], x[2]),
        Fun::Copysign => x[1].is_nan(),
        _ => false,
    };
    Flags { ambiguous, inexact: fun.origin() == Origin::Own, ..Flags::default() }
}
