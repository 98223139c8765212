//! What compiled programs print, read back: the numbers in the order in which the driver prints them.

use std::ops::Range;

use super::source::Subject;
use crate::ast::{Mode, Program, Ty};

/// What a compiled program returns at a point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    Panic,
    Numbers(Box<Numbers>),
}

/// The numbers of all siblings; those that the program does not have are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Numbers {
    /// All of them, as they came.
    pub(crate) all: Vec<f64>,
    /// What the function itself returns.
    pub(crate) plain: Vec<f64>,
    /// The values that come with derivatives, one list per sibling.
    pub(crate) values: Vec<(&'static str, Vec<f64>)>,
    /// Gradients, by the siblings that return them.
    pub(crate) gradients: Vec<(&'static str, Vec<f64>)>,
    /// Jacobians, a row per real of the result, by the siblings that they are made with.
    pub(crate) jacobians: Vec<(&'static str, Vec<Vec<f64>>)>,
    /// The derivative along [`DIRECTION`].
    pub(crate) tangent: Vec<f64>,
    /// The pullback of [`WEIGHTS`].
    pub(crate) pulled: Vec<f64>,
    /// The second derivative along [`DIRECTION`].
    pub(crate) curved: Vec<f64>,
    pub(crate) hessians: Vec<(&'static str, Vec<Vec<f64>>)>,
}

/// The direction of tangents.
pub(crate) const DIRECTION: [f64; 12] =
    [0.75, -1.25, 0.5, 2.0, -0.375, 1.5, -0.625, 1.125, -2.25, 0.875, 1.75, -0.5];

/// The seed of pullbacks.
pub(crate) const WEIGHTS: [f64; 12] =
    [1.25, -0.5, 0.625, 1.75, -1.5, 0.375, 2.5, -0.875, 1.125, -2.0, 0.25, 0.5];

struct Reader<'a> {
    program: &'a Program,
    numbers: std::slice::Iter<'a, f64>,
}

impl Reader<'_> {
    fn list(&mut self, count: usize) -> Option<Vec<f64>> {
        (0..count).map(|_| self.numbers.next().copied()).collect()
    }

    fn results(&mut self) -> Option<Vec<f64>> {
        self.list(self.program.result.reals())
    }

    fn gradient(&mut self) -> Option<Vec<f64>> {
        self.list(self.program.active())
    }

    /// Blocks of numbers, put where they belong.
    fn matrix(&mut self, rows: usize, order: &[(usize, usize)]) -> Option<Vec<Vec<f64>>> {
        let mut matrix = vec![vec![f64::NAN; self.program.active()]; rows];
        for &(row, column) in order {
            matrix[row][column] = *self.numbers.next()?;
        }
        Some(matrix)
    }

    /// The lanes of each active parameter.
    fn blocks(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let active = self.program.params.iter().filter(|param| param.active);
        active
            .map(|param| {
                let lanes = start..start + param.ty.reals();
                start = lanes.end;
                lanes
            })
            .collect()
    }

    /// The entries of the Jacobian as it is laid out: tuples of results outside, then parameters, then rows.
    fn jacobian_order(&self) -> Vec<(usize, usize)> {
        let mut order = Vec::new();
        collect(&self.program.result, 0, &self.blocks(), &mut order);
        order
    }

    fn hessian_order(&self) -> Vec<(usize, usize)> {
        let blocks = self.blocks();
        let mut order = Vec::new();
        for rows in &blocks {
            for columns in &blocks {
                order.extend(rows.clone().flat_map(|row| columns.clone().map(move |column| (row, column))));
            }
        }
        order
    }
}

fn collect(ty: &Ty, start: usize, blocks: &[Range<usize>], order: &mut Vec<(usize, usize)>) {
    if let Ty::Tuple(types) = ty {
        let mut start = start;
        for ty in types {
            collect(ty, start, blocks, order);
            start += ty.reals();
        }
        return;
    }
    for columns in blocks {
        for row in start..start + ty.reals() {
            order.extend(columns.clone().map(|column| (row, column)));
        }
    }
}

/// Reads the results at one point.
pub(super) fn parse(words: &[&str], program: &Program, subject: Subject) -> Option<Output> {
    if words == ["panic"] {
        return Some(Output::Panic);
    }
    let numbers = words.iter().map(|word| u64::from_str_radix(word, 16).map(f64::from_bits));
    let all: Vec<f64> = numbers.collect::<Result<_, _>>().ok()?;
    let mut reader = Reader { program, numbers: all.iter() };
    let mut read = Numbers { all: all.clone(), plain: reader.results()?, ..Numbers::default() };
    if subject == Subject::Primal {
        return Some(Output::Numbers(Box::new(read)));
    }
    let is_scalar = program.result == Ty::Real;
    if is_scalar {
        read.values.push(("f_value_and_grad", reader.results()?));
        read.gradients.push(("f_value_and_grad", reader.gradient()?));
        read.gradients.push(("f_grad", reader.gradient()?));
    }
    if program.modes {
        modes(&mut reader, &mut read)?;
    }
    reader.numbers.next().is_none().then(|| Output::Numbers(Box::new(read)))
}

fn modes(reader: &mut Reader<'_>, read: &mut Numbers) -> Option<()> {
    let rows = reader.program.result.reals();
    read.values.push(("f_jvp", reader.results()?));
    read.tangent = reader.results()?;
    let modes = reader.program.entry_modes();
    if modes.contains(&Mode::Vjp) {
        read.values.push(("f_vjp", reader.results()?));
        read.pulled = reader.gradient()?;
        let pulled = (0..rows).map(|_| reader.gradient()).collect::<Option<Vec<_>>>()?;
        read.jacobians.push(("f_vjp", pulled));
    }
    if modes.contains(&Mode::Jacobian) {
        let order = reader.jacobian_order();
        read.jacobians.push(("f_jacobian", reader.matrix(rows, &order)?));
        read.values.push(("f_value_and_jacobian", reader.results()?));
        read.jacobians.push(("f_value_and_jacobian", reader.matrix(rows, &order)?));
    }
    if modes.contains(&Mode::Hvp) {
        read.gradients.push(("f_hvp", reader.gradient()?));
        read.curved = reader.gradient()?;
    }
    if modes.contains(&Mode::Hessian) {
        let (order, lanes) = (reader.hessian_order(), reader.program.active());
        read.hessians.push(("f_hessian", reader.matrix(lanes, &order)?));
        read.values.push(("f_value_grad_and_hessian", reader.results()?));
        read.gradients.push(("f_value_grad_and_hessian", reader.gradient()?));
        read.hessians.push(("f_value_grad_and_hessian", reader.matrix(lanes, &order)?));
    }
    Some(())
}
