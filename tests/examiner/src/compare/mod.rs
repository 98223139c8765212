//! The judgement: what the compiled program returned and what the oracle says, in; whether they agree, and
//! how strictly that could be decided, out.

mod modes;

use std::fmt;

use crate::batch::{Numbers, Output};
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
    /// The Jacobian, or the pullbacks of units, are not the oracle's.
    Jacobian,
    /// The derivative along a direction is not the oracle's.
    Tangent,
    /// The pullback of a seed is not the oracle's.
    Pullback,
    /// `⟨w, J v⟩` is not `⟨Jᵀ w, v⟩`.
    Adjoint,
    /// Second derivatives are not the oracle's.
    Curvature,
    /// A Hessian is not symmetric.
    Symmetry,
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

/// How a point was judged, and whether second derivatives were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) class: Class,
    pub(crate) second_order: bool,
}

impl From<Class> for Judgement {
    fn from(class: Class) -> Self {
        Self { class, second_order: false }
    }
}

/// Judges one point: the outputs are those of the profiles, debug first.
pub(crate) fn judge(verdict: &Verdict, outputs: &[&Output]) -> Result<Judgement, Complaint> {
    if verdict.flags.ambiguous {
        return Ok(Class::Ambiguous.into());
    }
    if (verdict.flags.inexact || verdict.flags.foldable) && verdict.flags.fragile {
        return Ok(Class::Fragile.into());
    }
    let mut judgement = None;
    for (index, output) in outputs.iter().enumerate() {
        judgement = Some(judge_one(verdict, output, index > 0)?);
    }
    if let [Output::Numbers(debug), Output::Numbers(release)] = outputs {
        let (first, second) = (&debug.all, &release.all);
        if !first.iter().zip(second).all(|(a, b)| same_bits(*a, *b)) {
            if verdict.flags.foldable {
                return Ok(Class::Folded.into());
            }
            return complain(Wrong::Profiles, format!("debug {}\nrelease {}", listed(first), listed(second)));
        }
    }
    Ok(judgement.expect("at least one profile"))
}

/// Numbers with all their digits.
pub(crate) fn listed(numbers: &[f64]) -> String {
    numbers.iter().map(|x| format!("{x:e}")).collect::<Vec<_>>().join(", ")
}

fn judge_one(verdict: &Verdict, output: &Output, optimised: bool) -> Result<Judgement, Complaint> {
    let Output::Numbers(numbers) = output else {
        return complain(Wrong::Panic, "it panics".to_owned());
    };
    judge_values(verdict, numbers, optimised)?;
    if verdict.values.iter().any(|component| component.value.is_nan()) {
        return Ok(Class::NanValue.into());
    }
    if let [(first, gradient), (second, alone), ..] = &numbers.gradients[..] {
        for (lane, (&a, &b)) in gradient.iter().zip(alone).enumerate() {
            let component = &verdict.values[0];
            let close = (a - b).abs() <= tolerance(verdict, component.spread[lane], a.abs());
            // At a pole the two may round to its two sides.
            if component.value.is_finite() && !same_bits(a, b) && !close {
                let text = format!("component {lane}: {first} gives {a:e}, {second} {b:e}");
                return complain(Wrong::Siblings, text);
            }
        }
    }
    let mut worst = Class::Compared;
    for (name, gradient) in &numbers.gradients {
        for (lane, &got) in gradient.iter().enumerate() {
            worst = worst.max(judge_component(verdict, (0, lane), got, (Wrong::Gradient, name))?);
        }
    }
    for (name, jacobian) in &numbers.jacobians {
        for (row, gradient) in jacobian.iter().enumerate() {
            for (lane, &got) in gradient.iter().enumerate() {
                worst = worst.max(judge_component(verdict, (row, lane), got, (Wrong::Jacobian, name))?);
            }
        }
    }
    modes::products(verdict, numbers)?;
    let second_order = modes::second_order(verdict, numbers)?;
    Ok(Judgement { class: worst, second_order })
}

/// The values have to be the function's, bit for bit, and those the interpreter's.
fn judge_values(verdict: &Verdict, numbers: &Numbers, optimised: bool) -> Result<(), Complaint> {
    for (name, values) in &numbers.values {
        for (&plain, &value) in numbers.plain.iter().zip(values) {
            if !same_bits(plain, value) {
                return complain(Wrong::Value, format!("f gives {plain:e}, {name} gives {value:e}"));
            }
        }
    }
    for (&plain, component) in numbers.plain.iter().zip(&verdict.values) {
        let rounds = verdict.flags.inexact || optimised && verdict.flags.foldable;
        let allowed = tolerance(verdict, component.value_spread, component.value);
        let close = (plain - component.value).abs() <= allowed;
        if !(same_bits(plain, component.value) || rounds && close) {
            let text = format!("f gives {plain:e}, the interpreter {:e}", component.value);
            return complain(Wrong::Interpreter, text);
        }
    }
    Ok(())
}

/// What rounding may do: 64 times what it did in the noisy runs, and a few units in the last place.
fn tolerance(verdict: &Verdict, spread: f64, magnitude: f64) -> f64 {
    64.0 * spread + 4.0 * verdict.epsilon * magnitude.abs()
}

fn judge_component(
    verdict: &Verdict,
    (row, lane): (usize, usize),
    got: f64,
    (wrong, name): (Wrong, &str),
) -> Result<Class, Complaint> {
    let component = &verdict.values[row];
    let (expected, spread) = (component.gradient[lane], component.spread[lane]);
    let flags = verdict.flags;
    let complaint = || {
        let place = if row > 0 { format!("({row}, {lane})") } else { lane.to_string() };
        let text = format!("component {place}: {name} gives {got:e}, expected {expected:e} ± {spread:e}");
        complain(wrong, text)
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
        component.gradient.iter().filter(|g| g.is_finite()).fold(0.0_f64, |max, g| max.max(g.abs()));
    let agrees = (got - expected).abs() <= tolerance(verdict, spread, magnitude);
    // One millionth for f64; for f32 the same number of digits short of what the scalar has.
    let noisy = spread > verdict.epsilon.sqrt() * 100.0 * magnitude.max(1e-3);
    // Where a value is infinite, elimination has no guard for partials that vanish in another factor.
    let is_unguarded = wrong == Wrong::Jacobian && component.value.is_infinite() && got.is_nan();
    if flags.convention || is_unguarded {
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
    use super::{Class, Complaint, Wrong};
    use crate::batch::{Numbers, Output};
    use crate::oracle::{Component, Flags, Verdict};

    fn judge(verdict: &Verdict, outputs: &[&Output]) -> Result<Class, Complaint> {
        super::judge(verdict, outputs).map(|judgement| judgement.class)
    }

    fn verdict() -> Verdict {
        verdict_of(2.0, vec![3.0, f64::INFINITY], vec![1e-15, f64::INFINITY])
    }

    fn verdict_of(value: f64, gradient: Vec<f64>, spread: Vec<f64>) -> Verdict {
        Verdict {
            values: vec![Component { value, value_spread: 1e-15, gradient, spread }],
            hessian: Vec::new(),
            hessian_spread: Vec::new(),
            flags: Flags::default(),
            epsilon: f64::EPSILON,
        }
    }

    fn output(value: f64, gradient: [f64; 2]) -> Output {
        outputs(value, gradient, gradient)
    }

    fn outputs(value: f64, gradient: [f64; 2], alone: [f64; 2]) -> Output {
        Output::Numbers(Box::new(Numbers {
            all: [vec![2.0, value], gradient.into(), alone.into()].concat(),
            plain: vec![2.0],
            values: vec![("f_value_and_grad", vec![value])],
            gradients: vec![("f_value_and_grad", gradient.into()), ("f_grad", alone.into())],
            ..Numbers::default()
        }))
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
        let other = verdict_of(2.0_f64.next_up(), vec![3.0, inf], vec![1e-15, inf]);
        assert_eq!(wrong(&other, &[&right]), Some(Wrong::Interpreter));
        let torn = outputs(2.0, [3.0, inf], [3.5, inf]);
        assert_eq!(wrong(&verdict(), &[&torn]), Some(Wrong::Siblings));
    }

    #[test]
    fn a_nan_is_rejected_however_large_the_noise() {
        let noisy = verdict_of(2.0, vec![3.0, 1.0], vec![1.0, 1.0]);
        assert_eq!(wrong(&noisy, &[&output(2.0, [3.0, f64::NAN])]), Some(Wrong::Gradient));
        assert_eq!(judge(&noisy, &[&output(2.0, [3.0, 7.0])]), Ok(Class::IllConditioned));
    }
}
