//! Products of vectors and matrices.

use chainrule::grad;

use super::{Case, LENGTH, around, array};

/// The size of the matrix, of as many elements as the loops have runs.
const ROWS: usize = 25;
const COLUMNS: usize = LENGTH / ROWS;

#[grad]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in x.iter().zip(y) {
        s += x * y;
    }
    s
}

fn dot_by_hand(x: &[f64], y: &[f64], x_bar: &mut [f64], y_bar: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in x.iter().zip(y) {
        s += x * y;
    }
    x_bar.copy_from_slice(y);
    y_bar.copy_from_slice(x);
    s
}

/// The square of the length of a product.
#[grad]
fn matrix_vector(m: &[[f64; COLUMNS]; ROWS], x: &[f64; COLUMNS]) -> f64 {
    let mut s = 0.0;
    for row in m {
        let mut y = 0.0;
        for (m, x) in row.iter().zip(x) {
            y += m * x;
        }
        s += y * y;
    }
    s
}

fn matrix_vector_by_hand(m: &[[f64; COLUMNS]; ROWS], x: &[f64; COLUMNS], partials: &mut [f64]) -> f64 {
    let (m_bar, x_bar) = partials.split_at_mut(LENGTH);
    x_bar.fill(0.0);
    let mut s = 0.0;
    for (row, row_bar) in m.iter().zip(m_bar.as_chunks_mut::<COLUMNS>().0) {
        let mut y = 0.0;
        for (m, x) in row.iter().zip(x) {
            y += m * x;
        }
        s += y * y;
        let double = y + y;
        for (((m, x), m_bar), x_bar) in row.iter().zip(x).zip(row_bar).zip(&mut *x_bar) {
            *m_bar = double * x;
            *x_bar += double * m;
        }
    }
    s
}

/// A matrix and a vector.
fn matrix(arguments: &[f64]) -> (&[[f64; COLUMNS]; ROWS], &[f64; COLUMNS]) {
    let (m, x) = arguments.split_at(LENGTH);
    (m.as_chunks().0.first_chunk().expect("there are enough arguments"), array(x))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "dot",
            budget: None,
            arguments: around(0.3, 1.0, 2 * LENGTH),
            partials: 2 * LENGTH,
            primal: |arguments| {
                let (x, y) = arguments.split_at(LENGTH);
                dot(x, y)
            },
            value_and_gradient: |arguments, partials| {
                let ((x, y), (x_bar, y_bar)) = (arguments.split_at(LENGTH), partials.split_at_mut(LENGTH));
                dot_value_and_grad(x, y, x_bar, y_bar)
            },
            by_hand: |arguments, partials| {
                let ((x, y), (x_bar, y_bar)) = (arguments.split_at(LENGTH), partials.split_at_mut(LENGTH));
                dot_by_hand(x, y, x_bar, y_bar)
            },
        },
        Case {
            name: "matrix_vector",
            budget: None,
            arguments: around(0.3, 1.0, LENGTH + COLUMNS),
            partials: LENGTH + COLUMNS,
            primal: |arguments| {
                let (m, x) = matrix(arguments);
                matrix_vector(m, x)
            },
            value_and_gradient: |arguments, partials| {
                let (m, x) = matrix(arguments);
                let (value, (m_gradient, x_gradient)) = matrix_vector_value_and_grad(m, x);
                let (m_bar, x_bar) = partials.split_at_mut(LENGTH);
                m_bar.copy_from_slice(m_gradient.as_flattened());
                x_bar.copy_from_slice(&x_gradient);
                value
            },
            by_hand: |arguments, partials| {
                let (m, x) = matrix(arguments);
                matrix_vector_by_hand(m, x, partials)
            },
        },
    ]
}
