//! A function and its derivatives, as they come from chainrule, from people and from competitors.

use std::hint::black_box;

use crate::Results;

/// What a subject is measured as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The function that is differentiated.
    Primal,
    /// `f_grad`.
    Gradient,
    /// `f_value_and_grad`.
    ValueAndGradient,
    /// `f_vjp`, whose pullback is called at once with 1.
    Pullback,
    /// The value and the gradient, written by hand.
    ByHand,
    /// The gradient that symdiff generates.
    Symdiff,
    /// `f_jacobian`.
    Jacobian,
    /// The Jacobian, written by hand.
    JacobianByHand,
    /// Reads the arguments and writes a number: what the loop around [`Role::Primal`] costs.
    EmptyValue,
    /// Reads the arguments and writes as many numbers as a gradient has.
    EmptyGradient,
    /// Reads the arguments and writes as many numbers as a Jacobian has.
    EmptyJacobian,
    /// Reads the arguments and writes as many numbers as a value and a gradient have.
    EmptyValueAndGradient,
}

impl Role {
    /// The word that stands for the role on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Primal => "primal",
            Self::Gradient => "gradient",
            Self::ValueAndGradient => "value-and-gradient",
            Self::Pullback => "pullback",
            Self::ByHand => "by-hand",
            Self::Symdiff => "symdiff",
            Self::Jacobian => "jacobian",
            Self::JacobianByHand => "jacobian-by-hand",
            Self::EmptyJacobian => "empty-jacobian",
            Self::EmptyValue => "empty-value",
            Self::EmptyGradient => "empty-gradient",
            Self::EmptyValueAndGradient => "empty-value-and-gradient",
        }
    }

    /// The subject whose cost is overhead in the cost of this one.
    #[must_use]
    pub fn overhead(self) -> Self {
        match self {
            Self::Primal | Self::EmptyValue => Self::EmptyValue,
            Self::Gradient | Self::Symdiff | Self::EmptyGradient => Self::EmptyGradient,
            Self::Jacobian | Self::JacobianByHand | Self::EmptyJacobian => Self::EmptyJacobian,
            Self::ValueAndGradient | Self::Pullback | Self::ByHand | Self::EmptyValueAndGradient => {
                Self::EmptyValueAndGradient
            }
        }
    }
}

/// The highest ratios of instructions that are accepted.
#[derive(Clone, Copy, Default, Debug)]
pub struct Budgets {
    /// Of `f_value_and_grad` to the hand-written function.
    pub by_hand: Option<f64>,
    /// Of `f_grad` to symdiff's gradient.
    pub symdiff: Option<f64>,
    /// Of `f_jacobian` to the hand-written Jacobian.
    pub jacobian: Option<f64>,
}

/// A function to differentiate, with the ways to do so.
pub struct Workload<const N: usize> {
    /// Its name.
    pub name: &'static str,
    /// The arguments at which it is measured.
    pub arguments: [f64; N],
    /// What is accepted.
    pub budgets: Budgets,
    /// What is measured.
    pub subjects: Vec<Subject<N>>,
}

/// The value and the gradient from a value and its pullback.
pub fn at_one<G>((value, pullback): (f64, impl FnOnce(f64) -> G)) -> (f64, G) {
    (value, pullback(1.0))
}

/// Calls a function as often as given, and returns its results.
type Repeat<const N: usize> = dyn Fn(&[f64; N], usize) -> Vec<f64>;

/// One function of a workload.
pub struct Subject<const N: usize> {
    /// What it is.
    pub role: Role,
    repeat: Box<Repeat<N>>,
}

impl<const N: usize> Subject<N> {
    /// A subject from a function of all arguments.
    pub fn new<R: Results>(role: Role, function: impl Fn(&[f64; N]) -> R + Copy + 'static) -> Self {
        // This loop is compiled once per function and holds the only call of it, so that it is inlined
        // everywhere or nowhere.
        let repeat = move |arguments: &[f64; N], count: usize| {
            let mut numbers = Vec::new();
            for left in (0..count).rev() {
                let results = function(black_box(arguments));
                black_box(&results);
                if left == 0 {
                    results.collect_into(&mut numbers);
                }
            }
            numbers
        };
        Self { role, repeat: Box::new(repeat) }
    }
}

/// A [`Workload`] of any number of arguments.
pub trait Measured {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What is accepted.
    fn budgets(&self) -> Budgets;
    /// Whether there is a subject in this role.
    fn has(&self, role: Role) -> bool;
    /// Calls the subject in a role as often as given.
    fn repeat(&self, role: Role, count: usize);
    /// Compares the subjects with each other.
    ///
    /// # Errors
    ///
    /// Says which subject computes something else than the others.
    fn verify(&self) -> Result<(), String>;
}

/// Gradients agree if they differ by less than this, relative to their size or to 1.
const TOLERANCE: f64 = 1e-12;

/// At how many points gradients are compared.
const POINTS: u32 = 100;

impl<const N: usize> Measured for Workload<N> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn budgets(&self) -> Budgets {
        self.budgets
    }

    fn has(&self, role: Role) -> bool {
        self.subject(role).is_some()
    }

    fn repeat(&self, role: Role, count: usize) {
        if let Some(subject) = self.subject(role) {
            (subject.repeat)(&self.arguments, count);
        }
    }

    fn verify(&self) -> Result<(), String> {
        for point in 0..POINTS {
            let arguments = self.point(point);
            let evaluate =
                |role| self.subject(role).map(|subject: &Subject<N>| (subject.repeat)(&arguments, 1));
            let missing = |role: Role| format!("{} has no {}", self.name, role.name());
            if self.has(Role::Jacobian) {
                let expected = evaluate(Role::JacobianByHand).ok_or_else(|| missing(Role::JacobianByHand))?;
                let found = evaluate(Role::Jacobian).ok_or_else(|| missing(Role::Jacobian))?;
                self.compare(Role::Jacobian, &found, &expected, &arguments)?;
                continue;
            }
            let value = evaluate(Role::Primal).ok_or_else(|| missing(Role::Primal))?[0];
            let by_hand = evaluate(Role::ByHand).ok_or_else(|| missing(Role::ByHand))?;
            let gradient = &by_hand[1..];
            for role in [Role::ByHand, Role::ValueAndGradient, Role::Pullback, Role::Gradient, Role::Symdiff]
            {
                let Some(mut results) = evaluate(role) else { continue };
                if role.overhead() == Role::EmptyValueAndGradient {
                    let found = results.remove(0);
                    if found.to_bits() != value.to_bits() {
                        return Err(self.disagreement(role, "value", found, value, &arguments));
                    }
                }
                self.compare(role, &results, gradient, &arguments)?;
            }
        }
        Ok(())
    }
}

impl<const N: usize> Workload<N> {
    fn subject(&self, role: Role) -> Option<&Subject<N>> {
        self.subjects.iter().find(|subject| subject.role == role)
    }

    /// The arguments themselves, then points around them.
    fn point(&self, number: u32) -> [f64; N] {
        let mut arguments = self.arguments;
        for (argument, index) in arguments.iter_mut().zip(1..) {
            *argument *= 1.0 + 0.2 * f64::from(number * index).sin();
        }
        arguments
    }

    /// Compares derivatives with those that were written by hand.
    fn compare(
        &self,
        role: Role,
        found: &[f64],
        expected: &[f64],
        arguments: &[f64; N],
    ) -> Result<(), String> {
        if found.len() != expected.len() {
            return Err(format!("{}: {} has {} partials", self.name, role.name(), found.len()));
        }
        for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
            if (found - expected).abs() / expected.abs().max(1.0) >= TOLERANCE {
                let what = format!("partial {index}");
                return Err(self.disagreement(role, &what, found, expected, arguments));
            }
        }
        Ok(())
    }

    fn disagreement(
        &self,
        role: Role,
        what: &str,
        found: f64,
        expected: f64,
        arguments: &[f64; N],
    ) -> String {
        let (name, role) = (self.name, role.name());
        format!("{name}: the {what} of {role} is {found:e} instead of {expected:e} at {arguments:?}")
    }
}
