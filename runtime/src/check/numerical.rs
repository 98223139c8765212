//! Numerical derivatives of all floats, beside those that were given.

use super::derivative::{Estimate, Lengths, Secant};
use super::mismatch::Table;
use crate::{Differentiable, Real};

/// The gradient of `f`: its slopes as one float of the point moves.
pub(super) fn gradient<P: Differentiable>(f: impl Fn(&P) -> P::Scalar, point: &P, given: P) -> Table<P> {
    let center = f(point);
    let mut moved = point.clone();
    table(given, point.floats(), |index, x, given| {
        let mut at = |y| {
            set(&mut moved, index, y);
            f(&moved)
        };
        let secant = |h| {
            let (left, right) = (x - h, x + h);
            // Both are rounded, so the width is not exactly 2 h.
            Secant::new(at(left), center, at(right), right - left)
        };
        let lengths = Lengths { relative: x.abs(), absolute: P::Scalar::ONE };
        let estimate = Estimate::of(secant, &lengths, given);
        set(&mut moved, index, x);
        estimate
    })
}

/// The derivative of `f` along a direction: the slopes of all floats of its value as the point moves.
pub(super) fn along<P, V>(f: impl Fn(&P) -> V, point: &P, direction: &P, given: V) -> Table<V>
where
    P: Differentiable,
    V: Differentiable<Scalar = P::Scalar>,
{
    let zero = P::Scalar::ZERO;
    let speed = direction.floats().fold(zero, |speed, d| speed.max(d.abs()));
    let absolute = if speed > zero { speed.recip() } else { P::Scalar::ONE };
    // After this time, the first float is at zero or has doubled.
    let times = point.floats().zip(direction.floats()).map(|(x, d)| (x / d).abs());
    let relative = times.filter(|t| *t > zero && t.is_finite()).reduce(P::Scalar::min).unwrap_or(zero);
    let lengths = Lengths { relative, absolute };
    table(given, f(point).floats(), |index, center, given| {
        let at = |t| f(&point.add(&direction.scale(t))).floats().nth(index).unwrap_or(P::Scalar::NAN);
        Estimate::of(|t| Secant::new(at(-t), center, at(t), t + t), &lengths, given)
    })
}

/// The derivatives that were given beside those that `estimate` makes of the index of each, the float in that place of
/// another value, and the derivative that was given.
fn table<D: Differentiable>(
    given: D,
    others: impl Iterator<Item = D::Scalar>,
    mut estimate: impl FnMut(usize, D::Scalar, D::Scalar) -> Estimate<D::Scalar>,
) -> Table<D> {
    let (mut expected, mut error) = (given.zero(), given.zero());
    let results = expected.floats_mut().zip(error.floats_mut());
    for (index, ((given, other), (expected, error))) in given.floats().zip(others).zip(results).enumerate() {
        let found = estimate(index, other, given);
        (*expected, *error) = (found.value, found.error);
    }
    Table { given, expected, error }
}

fn set<P: Differentiable>(point: &mut P, index: usize, x: P::Scalar) {
    if let Some(float) = point.floats_mut().nth(index) {
        *float = x;
    }
}
