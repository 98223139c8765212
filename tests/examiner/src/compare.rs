//! The judgement: what the compiled program returned and what the oracle says, in; whether they agree, and
//! how strictly that could be decided, out.

use std::fmt;

use crate::batch::Output;
use crate::oracle::Verdict;

/// How a point was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// All numbers were compared within the tolerance.
    Compared,
    /// The last bits differ between debug and release, because LLVM evaluated calls at compile time; both
    /// are within the tolerance.
    Folded,
    /// The gradient has infinite components, which were compared as such.
    Infinite,
    /// Zero met infinity on the way, and the result follows the convention that zero wins.
    ConventionKept,
    /// Zero met infinity on the way, and the result is another one.
    ConventionDiffers,
    /// The oracle's own arithmetic has no answer (∞ - ∞).
    OracleNan,
    /// Magnitudes near overflow or underflow, with the result that the oracle has.
    ExtremeAgrees,
    /// Magnitudes near overflow or underflow, with another result.
    ExtremeDiffers,
    /// The value itself is NaN: any gradient will do.
    NanValue,
    /// The rounding noise is too large to tell right from wrong.
    IllConditioned,
    /// Rust leaves the result open (the sign of `max(0.0, -0.0)`).
    Ambiguous,
    /// A decision hangs on the last bits of a function that is not std's.
    Fragile,
}

impl Class {
    /// All classes, in order.
    pub const ALL: [Class; 12] = [
        Class::Compared,
        Class::Folded,
        Class::Infinite,
        Class::ConventionKept,
        Class::ConventionDiffers,
        Class::OracleNan,
        Class::ExtremeAgrees,
        Class::ExtremeDiffers,
        Class::NanValue,
        Class::IllConditioned,
        Class::Ambiguous,
        Class::Fragile,
    ];

    /// Whether the gradient was really examined.
    #[must_use]
    pub fn is_examined(self) -> bool {
        matches!(
            self,
            Class::Compared | Class::Folded | Class::Infinite | Class::ConventionKept | Class::ExtremeAgrees
        )
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Class::Compared => "compared",
            Class::Folded => "folded by LLVM",
            Class::Infinite => "infinite",
            Class::ConventionKept => "0·∞ kept",
            Class::ConventionDiffers => "0·∞ differs",
            Class::OracleNan => "∞-∞",
            Class::ExtremeAgrees => "extreme, agrees",
            Class::ExtremeDiffers => "extreme, differs",
            Class::NanValue => "NaN value",
            Class::IllConditioned => "ill-conditioned",
            Class::Ambiguous => "open in Rust",
            Class::Fragile => "fragile",
        })
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Panic,
    /// The value that comes with the gradient is not the function's.
    Value,
    /// The compiled function does not return what the interpreter does: the examiner itself is wrong, or
    /// the attribute changed the function.
    Interpreter,
    /// `f_grad` and `f_value_and_grad` disagree.
    Siblings,
    /// The gradient is not the oracle's.
    Gradient,
    /// Debug and release disagree.
    Profiles,
}

/// A mismatch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Complaint {
    pub(crate) wrong: Wrong,
    pub(crate) text: String,
}

fn complain<T>(wrong: Wrong, text: String) -> Result<T, Complaint> {
    Err(Complaint { wrong, text })
}

fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// Judges one point: the outputs are those of the profiles, debug first.
pub(crate) fn judge(verdict: &Verdict, outputs: &[&Output]) -> Result<Class, Complaint> {
    if verdict.flags.ambiguous {
        return Ok(Class::Ambiguous);
    }
    if (verdict.flags.inexact || verdict.flags.foldable) && verdict.flags.fragile {
        return Ok(Class::Fragile);
    }
    let mut class = None;
    for (index, output) in outputs.iter().enumerate() {
        class = Some(judge_one(verdict, output, index > 0)?);
    }
    if let [debug, release] = outputs {
        let (first, second) = (flat(debug), flat(release));
        if !first.iter().zip(&second).all(|(a, b)| same_bits(*a, *b)) {
            if verdict.flags.foldable {
                return Ok(Class::Folded);
            }
            return complain(
                Wrong::Profiles,
                format!("debug {}\nrelease {}", listed(&first), listed(&second)),
            );
        }
    }
    Ok(class.expect("at least one profile"))
}

/// Numbers with all their digits.
pub(crate) fn listed(numbers: &[f64]) -> String {
    numbers.iter().map(|x| format!("{x:e}")).collect::<Vec<_>>().join(", ")
}

fn flat(output: &Output) -> Vec<f64> {
    match output {
        Output::Panic => Vec::new(),
        Output::Numbers { plain, value, gradient, alone } => [*plain, *value]
            .into_iter()
            .chain(gradient.iter().copied())
            .chain(alone.iter().copied())
            .collect(),
    }
}

fn judge_one(verdict: &Verdict, output: &Output, optimised: bool) -> Result<Class, Complaint> {
    let Output::Numbers { plain, value, gradient, alone } = output else {
        return complain(Wrong::Panic, "it panics".to_owned());
    };
    if !same_bits(*plain, *value) {
        return complain(Wrong::Value, format!("f gives {plain:e}, f_value_and_grad gives {value:e}"));
    }
    let rounds = verdict.flags.inexact || optimised && verdict.flags.foldable;
    let close = (plain - verdict.value).abs() <= tolerance(verdict, verdict.value_spread, verdict.value);
    if !(same_bits(*plain, verdict.value) || rounds && close) {
        let text = format!("f gives {plain:e}, the interpreter {:e}", verdict.value);
        return complain(Wrong::Interpreter, text);
    }
    if verdict.value.is_nan() {
        return Ok(Class::NanValue);
    }
    let lanes = gradient.len();
    for lane in 0..lanes {
        let (a, b) = (gradient[lane], alone[lane]);
        let close = (a - b).abs() <= tolerance(verdict, verdict.spread[lane], a.abs());
        // Forward mode stops infinities at a slope of zero that reverse mode meets too late.
        let is_stopped = verdict.flags.convention && a.is_nan() && !b.is_nan();
        // At a pole the two may round to its two sides.
        if verdict.value.is_finite() && !same_bits(a, b) && !close && !is_stopped {
            let text = format!("component {lane}: f_value_and_grad gives {a:e}, f_grad {b:e}");
            return complain(Wrong::Siblings, text);
        }
    }
    let classes = [gradient, alone]
        .into_iter()
        .flat_map(|gradient| (0..lanes).map(|lane| judge_component(verdict, lane, gradient)));
    let worst = classes.collect::<Result<Vec<Class>, Complaint>>()?.into_iter().max();
    Ok(worst.unwrap_or(Class::Compared))
}

/// What rounding may do: 64 times what it did in the noisy runs, and a few units in the last place.
fn tolerance(verdict: &Verdict, spread: f64, magnitude: f64) -> f64 {
    64.0 * spread + 4.0 * verdict.epsilon * magnitude.abs()
}

fn judge_component(verdict: &Verdict, lane: usize, gradient: &[f64]) -> Result<Class, Complaint> {
    let (got, expected, spread) = (gradient[lane], verdict.gradient[lane], verdict.spread[lane]);
    let flags = verdict.flags;
    let complaint = || {
        let text = format!("component {lane}: got {got:e}, expected {expected:e} ± {spread:e}");
        complain(Wrong::Gradient, text)
    };
    if expected.is_nan() {
        return Ok(Class::OracleNan);
    }
    if expected.is_infinite() {
        return match () {
            () if got == expected => Ok(Class::Infinite),
            () if flags.convention => Ok(Class::ConventionDiffers),
            () if flags.extreme => Ok(Class::ExtremeDiffers),
            () => complaint(),
        };
    }
    let magnitude =
        verdict.gradient.iter().filter(|g| g.is_finite()).fold(0.0_f64, |max, g| max.max(g.abs()));
    let agrees = (got - expected).abs() <= tolerance(verdict, spread, magnitude);
    // One millionth for f64; for f32 the same number of digits short of what the scalar has.
    let noisy = spread > verdict.epsilon.sqrt() * 100.0 * magnitude.max(1e-3);
    if flags.convention {
        return Ok(if agrees { Class::ConventionKept } else { Class::ConventionDiffers });
    }
    if flags.extreme && !got.is_nan() {
        return Ok(if agrees { Class::ExtremeAgrees } else { Class::ExtremeDiffers });
    }
    if noisy && !got.is_nan() {
        return Ok(Class::IllConditioned);
    }
    if agrees { Ok(Class::Compared) } else { complaint() }
}

#[cfg(test)]
mod tests {
    use super::{Class, Wrong, judge};
    use crate::batch::Output;
    use crate::oracle::{Flags, Verdict};

    fn verdict() -> Verdict {
        Verdict {
            value: 2.0,
            value_spread: 1e-15,
            gradient: vec![3.0, f64::INFINITY],
            spread: vec![1e-15, f64::INFINITY],
            flags: Flags::default(),
            epsilon: f64::EPSILON,
        }
    }

    fn output(value: f64, gradient: [f64; 2]) -> Output {
        Output::Numbers { plain: 2.0, value, gradient: gradient.into(), alone: gradient.into() }
    }

    fn wrong(verdict: &Verdict, outputs: &[&Output]) -> Option<Wrong> {
        judge(verdict, outputs).err().map(|complaint| complaint.wrong)
    }

    #[test]
    fn the_right_answer_is_accepted() {
        let right = output(2.0, [3.0, f64::INFINITY]);
        assert_eq!(judge(&verdict(), &[&right, &right]), Ok(Class::Infinite));
        let rounded = output(2.0, [3.0 + 2e-15, f64::INFINITY]);
        assert_eq!(judge(&verdict(), &[&rounded]), Ok(Class::Infinite));
    }

    #[test]
    fn every_kind_of_wrong_answer_is_rejected() {
        let right = output(2.0, [3.0, f64::INFINITY]);
        let inf = f64::INFINITY;
        for bad in [[3.0 + 1e-12, inf], [f64::NAN, inf], [-3.0, inf], [0.0, inf], [3.0, -inf], [3.0, 1e9]] {
            assert_eq!(wrong(&verdict(), &[&output(2.0, bad)]), Some(Wrong::Gradient), "{bad:?}");
        }
        assert_eq!(wrong(&verdict(), &[&output(2.0_f64.next_up(), [3.0, inf])]), Some(Wrong::Value));
        assert_eq!(wrong(&verdict(), &[&Output::Panic]), Some(Wrong::Panic));
        let last_bit = output(2.0, [3.0_f64.next_up(), inf]);
        assert_eq!(wrong(&verdict(), &[&right, &last_bit]), Some(Wrong::Profiles));
        let other = Verdict { value: 2.0_f64.next_up(), ..verdict() };
        assert_eq!(wrong(&other, &[&right]), Some(Wrong::Interpreter));
        let Output::Numbers { plain, value, gradient, .. } = right else { unreachable!() };
        let torn = Output::Numbers { plain, value, gradient, alone: vec![3.5, inf] };
        assert_eq!(wrong(&verdict(), &[&torn]), Some(Wrong::Siblings));
    }

    #[test]
    fn a_nan_is_rejected_however_large_the_noise() {
        let noisy = Verdict { gradient: vec![3.0, 1.0], spread: vec![1.0, 1.0], ..verdict() };
        assert_eq!(wrong(&noisy, &[&output(2.0, [3.0, f64::NAN])]), Some(Wrong::Gradient));
        assert_eq!(judge(&noisy, &[&output(2.0, [3.0, 7.0])]), Ok(Class::IllConditioned));
    }
}
