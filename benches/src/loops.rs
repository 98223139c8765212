//! Loops whose gradients are compared with themselves.

mod accumulations;
mod changes;
mod linear;

use std::hint::black_box;

use crate::Role;

/// How often the loops run.
pub const LENGTH: usize = 1000;

/// A loop, its gradient, and its gradient written by hand.
///
/// The arguments stand in one slice behind one another. So do the partials, which are written to another one.
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// The highest accepted ratio of the instructions of `f_value_and_grad` to those of `f`.
    pub budget: Option<f64>,
    arguments: Vec<f64>,
    partials: usize,
    primal: fn(&[f64]) -> f64,
    value_and_gradient: Gradient,
    by_hand: Gradient,
}

/// Returns the value and writes the partials.
type Gradient = fn(&[f64], &mut [f64]) -> f64;

/// At how many points gradients are compared.
const POINTS: u32 = 20;

/// Gradients agree if they differ by less than this, relative to their size or to 1.
const TOLERANCE: f64 = 1e-12;

impl Case {
    /// Calls the function in a role as often as given.
    ///
    /// # Panics
    ///
    /// If loops are not measured in that role.
    pub fn repeat(&self, role: Role, count: usize) {
        let mut partials = vec![0.0; self.partials];
        for _ in 0..count {
            let arguments = black_box(self.arguments.as_slice());
            let value = match role {
                Role::Primal => (self.primal)(arguments),
                Role::ValueAndGradient => (self.value_and_gradient)(arguments, &mut partials),
                Role::ByHand => (self.by_hand)(arguments, &mut partials),
                _ => panic!("loops are not measured as {}", role.name()),
            };
            black_box(value);
            black_box(partials.as_mut_slice());
        }
    }

    /// Compares the gradient with the one written by hand, and the values of both with that of the function.
    ///
    /// # Errors
    ///
    /// Says what differs.
    pub fn verify(&self) -> Result<(), String> {
        for point in 0..POINTS {
            let arguments = self.point(point);
            let value = (self.primal)(&arguments);
            // What was in the places of the partials does not matter.
            let (mut found, mut expected) = (vec![f64::NAN; self.partials], vec![f64::NAN; self.partials]);
            let values = [
                (self.value_and_gradient)(&arguments, &mut found),
                (self.by_hand)(&arguments, &mut expected),
            ];
            for other in values {
                if other.to_bits() != value.to_bits() {
                    return Err(format!("{}: the value is {other:e} instead of {value:e}", self.name));
                }
            }
            for (index, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
                let error = (found - expected).abs() / expected.abs().max(1.0);
                // Not a number is an error, too.
                if error.is_nan() || error >= TOLERANCE {
                    return Err(format!(
                        "{}: partial {index} is {found:e} instead of {expected:e} at point {point}",
                        self.name
                    ));
                }
            }
        }
        Ok(())
    }

    /// The arguments themselves, then points around them.
    fn point(&self, number: u32) -> Vec<f64> {
        let changed =
            |(&argument, index): (&f64, u32)| argument * (1.0 + 0.2 * f64::from(number * index).sin());
        self.arguments.iter().zip(1..).map(changed).collect()
    }
}

/// Numbers around `middle`, at most `width` away, for `count` arguments.
fn around(middle: f64, width: f64, count: usize) -> Vec<f64> {
    (1..).take(count).map(|index: u32| middle + width * (f64::from(index) * 0.7).sin()).collect()
}

/// The slice of that many first arguments as an array.
fn array<const N: usize>(arguments: &[f64]) -> &[f64; N] {
    arguments.first_chunk().expect("there are enough arguments")
}

/// All of them, in the order of the table.
#[must_use]
pub fn all() -> Vec<Case> {
    [accumulations::cases(), changes::cases(), linear::cases()].into_iter().flatten().collect()
}
