//! What a formula and its references are.

use crate::call::{Call, Gradient, Scalar};

/// A function of a list of numbers.
type OfList<Output> = Box<dyn Fn(&[f64]) -> Output>;

/// A formula and its siblings, callable with a list of numbers.
pub(crate) struct Formula {
    pub(crate) name: &'static str,
    pub(crate) value: OfList<f64>,
    pub(crate) gradient: OfList<Vec<f64>>,
    pub(crate) value_and_gradient: OfList<(f64, Vec<f64>)>,
}

impl Formula {
    pub(crate) fn new<Arguments, T: Scalar, G: Gradient>(
        name: &'static str,
        value: impl Call<Arguments, Output = T> + 'static,
        gradient: impl Call<Arguments, Output = G> + 'static,
        value_and_gradient: impl Call<Arguments, Output = (T, G)> + 'static,
    ) -> Self {
        Self {
            name,
            value: Box::new(move |arguments| value.call(arguments).widen()),
            gradient: Box::new(move |arguments| gradient.call(arguments).flatten()),
            value_and_gradient: Box::new(move |arguments| {
                let (value, gradient) = value_and_gradient.call(arguments);
                (value.widen(), gradient.flatten())
            }),
        }
    }
}

/// The formulas of a module, each with the siblings that `#[grad]` gave it.
macro_rules! rows {
    ($(($value:expr, $gradient:expr, $value_and_gradient:expr),)*) => {
        vec![$($crate::harness::Formula::new(stringify!($value), $value, $gradient, $value_and_gradient)),*]
    };
}

/// An exact number, rounded to `f64`, and how far from it a computed one may be.
pub(crate) struct Expected {
    number: f64,
    tolerance: f64,
}

impl Expected {
    /// The tolerance is relative, hence an exact zero has to be met exactly; references avoid accidental
    /// zeros.
    pub(crate) fn objection(&self, what: &str, got: f64) -> Option<String> {
        let error = (got - self.number).abs();
        let accepted = error <= self.tolerance * self.number.abs();
        (!accepted).then(|| {
            let relative = error / self.number.abs();
            format!(
                "{what} is {got:e}, not {:e}: relative error {relative:.1e}, allowed {:.1e}",
                self.number, self.tolerance
            )
        })
    }
}

/// One line of `formulas.tsv`.
pub(crate) struct Reference {
    pub(crate) formula: &'static str,
    pub(crate) arguments: Vec<f64>,
    pub(crate) value: Expected,
    gradient: Vec<Expected>,
}

impl Reference {
    pub(crate) fn arguments_text(&self) -> String {
        self.arguments.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn gradient_objections(&self, sibling: &str, gradient: &[f64]) -> Vec<String> {
        if gradient.len() != self.gradient.len() {
            return vec![format!("{sibling} has {} partials, not {}", gradient.len(), self.gradient.len())];
        }
        let partials = self.gradient.iter().zip(gradient).enumerate();
        partials
            .filter_map(|(index, (expected, &got))| {
                expected.objection(&format!("{sibling}, partial {index}"), got)
            })
            .collect()
    }
}

/// Reads the committed answers: formula, arguments, value, partials, tolerances of value and partials.
pub(crate) fn references() -> Vec<Reference> {
    let lines = include_str!("../../references/formulas.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).map(reference).collect()
}

fn reference(line: &'static str) -> Reference {
    let columns: Vec<_> = line.split('\t').collect();
    let &[formula, arguments, value, partials, tolerances] = columns.as_slice() else {
        panic!("five columns expected: {line}")
    };
    let exact = numbers(value).chain(numbers(partials));
    let mut expected =
        exact.zip(numbers(tolerances)).map(|(number, tolerance)| Expected { number, tolerance });
    Reference {
        formula,
        arguments: numbers(arguments).collect(),
        value: expected.next().expect("a value"),
        gradient: expected.collect(),
    }
}

fn numbers(column: &str) -> impl Iterator<Item = f64> {
    column.split(' ').map(|number| number.parse().unwrap_or_else(|_| panic!("not a number: {number}")))
}
