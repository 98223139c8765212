//! The oracle: a program and a point in; its value, its gradient and the noise of both out.
//!
//! It knows nothing of chainrule. Programs are interpreted with forward-mode dual numbers, all inputs at
//! once; the noise is found by Monte-Carlo arithmetic (see [`dual`]).

mod dual;
mod float;
mod interp;
mod rules;
mod second;
mod special;

pub(crate) use dual::{ACTIVE, CURVED, Flags};
use dual::{Arithmetic, Dual};
use float::Float;

use std::thread;

use crate::ast::{Mode, Program};
use crate::features::Scalar;
use crate::points::Point;
use crate::rng::Rng;

/// The stack of the interpreter, in bytes.
const STACK: usize = 256 << 20;

/// How many noisy runs tell the spread.
const SAMPLES: u64 = 8;

/// What the oracle says about a program at a point.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// One entry per real of the result.
    pub(crate) values: Vec<Component>,
    /// Second derivatives of the first real of the result, if they were asked for: rows, symmetric.
    pub(crate) hessian: Vec<Vec<f64>>,
    pub(crate) hessian_spread: Vec<Vec<f64>>,
    pub(crate) flags: Flags,
    /// The rounding unit of the scalar.
    pub(crate) epsilon: f64,
}

/// A real of the result, its derivatives, and the noise of both.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Component {
    pub(crate) value: f64,
    pub(crate) value_spread: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) spread: Vec<f64>,
}

/// Asks the oracle; an error says why the compiled program would panic.
pub(crate) fn judge(program: &Program, point: &Point) -> Result<Verdict, &'static str> {
    deeply(program, || match program.scalar {
        Scalar::F32 => judge_in::<f32>(program, point),
        Scalar::F64 | Scalar::Generic => judge_in::<f64>(program, point),
    })
}

/// Only the value, and only whether there is one.
pub(crate) fn value(program: &Program, point: &Point) -> Result<f64, &'static str> {
    let arithmetic = &mut Arithmetic::exact();
    deeply(program, || match program.scalar {
        Scalar::F32 => interp::run::<f32>(program, &point.0, arithmetic).map(|x| x[0].primal.to_f64()),
        Scalar::F64 | Scalar::Generic => {
            interp::run::<f64>(program, &point.0, arithmetic).map(|x| x[0].primal.to_f64())
        }
    })
}

/// Interprets programs of several functions on a stack of its own: they recurse, and each of their calls is many of the
/// interpreter.
fn deeply<R: Send>(program: &Program, work: impl FnOnce() -> R + Send) -> R {
    if program.helpers.is_empty() {
        return work();
    }
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let worker = builder.spawn_scoped(scope, work).expect("a thread can be started");
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn judge_in<F: Float>(program: &Program, point: &Point) -> Result<Verdict, &'static str> {
    let active = program.active();
    let second_order = program.entry_modes().contains(&Mode::Hvp) && active <= CURVED;
    let mut exact = Arithmetic::exact().with_second_order(second_order);
    let base: Vec<Dual<F>> = interp::run(program, &point.0, &mut exact)?;
    let mut flags = exact.flags;
    let tape = exact.into_tape();
    let component = |dual: &Dual<F>| Component {
        value: dual.primal.to_f64(),
        value_spread: 0.0,
        gradient: dual.tangent[..active].to_vec(),
        spread: vec![0.0; active],
    };
    let lanes = if second_order && base.len() == 1 { active } else { 0 };
    let rows = (0..lanes).map(|i| base[0].curvature[i][..lanes].to_vec());
    let mut verdict = Verdict {
        values: base.iter().map(component).collect(),
        hessian: rows.collect(),
        hessian_spread: vec![vec![0.0; lanes]; lanes],
        flags,
        epsilon: F::EPSILON,
    };
    let widen = |spread: &mut f64, center: f64, sample: f64| {
        let distance = (sample - center).abs();
        *spread = if distance.is_nan() { f64::INFINITY } else { spread.max(distance) };
    };
    for sample in 0..SAMPLES {
        let mut noisy =
            Arithmetic::noisy(tape.clone(), Rng::new(0x5EED, sample)).with_second_order(second_order);
        // Noise can push integers or bounds nowhere, but a program that panics under it is beyond judging.
        let Ok(duals) = interp::run::<F>(program, &point.0, &mut noisy) else {
            flags.fragile = true;
            continue;
        };
        flags.fragile |= noisy.flags.fragile;
        flags.kink |= noisy.flags.kink;
        for (component, dual) in verdict.values.iter_mut().zip(&duals) {
            widen(&mut component.value_spread, component.value, dual.primal.to_f64());
            for lane in 0..active {
                widen(&mut component.spread[lane], component.gradient[lane], dual.tangent[lane]);
            }
        }
        for i in 0..lanes {
            for j in 0..lanes {
                let center = verdict.hessian[i][j];
                widen(&mut verdict.hessian_spread[i][j], center, duals[0].curvature[i][j]);
            }
        }
    }
    verdict.flags = flags;
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::{judge, value};
    use crate::features::{Feature, Features, Scalar};
    use crate::generate;
    use crate::points::{Arg, Point};

    /// The central difference along the argument `index`, with one step of Richardson's extrapolation.
    fn difference(program: &crate::ast::Program, point: &Point, index: usize, h: f64) -> Option<f64> {
        let at = |step: f64| {
            let mut moved = point.clone();
            let Arg::Real(x) = &mut moved.0[index] else { unreachable!("an active parameter is real") };
            *x += step;
            value(program, &moved).ok()
        };
        let central = |h: f64| Some((at(h)? - at(-h)?) / (2.0 * h));
        Some((4.0 * central(h / 2.0)? - central(h)?) / 3.0)
    }

    /// Differences know no rules, so they share no misunderstanding with the oracle. They see the steps of
    /// `as f32` and through `constant`; those are left out. Where the value itself is rough they see nothing.
    #[test]
    fn gradients_agree_with_finite_differences() {
        let features = Features::all().without(Feature::Hold).without(Feature::FloatCasts);
        let (mut agreed, mut undecided) = (0, 0);
        for index in 0..1500 {
            let (program, points) = generate::program(99, index, features, Scalar::F64);
            let marked = program.params.iter().flat_map(|param| param.ty.marked_leaves(param.active));
            let lanes = marked.enumerate().filter(|(_, (_, active))| *active).map(|(leaf, _)| leaf);
            for (lane, argument) in lanes.enumerate() {
                let point = &points[0];
                let verdict = judge(&program, point).expect("chosen points do not panic");
                let [Some(a), Some(b)] = [1e-3, 2.5e-4].map(|h| difference(&program, point, argument, h))
                else {
                    undecided += 1;
                    continue;
                };
                let got = verdict.values[0].gradient[lane];
                let scale = a.abs().max(b.abs()).max(1e-3);
                // Near a kink, or where the function is rough, the two differences are not alike.
                let rough = verdict.values[0].value_spread > 1e-10 * scale;
                let alike = (a - b).abs() <= 1e-8 * scale && !rough;
                if !alike {
                    undecided += 1;
                    continue;
                }
                let source = crate::print::program(&program, false);
                assert!(
                    (got - b).abs() <= 1e-6 * scale,
                    "{source}\nat {point:?}: {got:e}, differences {a:e} {b:e}"
                );
                agreed += 1;
            }
        }
        assert!(agreed > 4 * undecided, "{agreed} agreed, {undecided} undecided");
    }
}
