//! `#[jacobian]`: the derivatives of all outputs by all inputs, alone and with the value.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::lent::Lent;
use super::lines::Lines;
use super::matrices::{Direction, direction};
use super::seeds;
use super::shape::pair;
use super::sibling::{Body, Sibling, Target};
use super::sweeps::Matrix;
use crate::lower::ParameterTokens;
use crate::transform::{self, Accumulated, seeded};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let jacobian = target.jacobian_type();
    let result = target.result_type();
    // By slices, it is written to what the caller lends.
    let (alone, with_value) = if target.returns_gradient() {
        (jacobian.clone(), quote!((#result, #jacobian)))
    } else {
        (quote!(()), result)
    };
    vec![sibling(target, "jacobian", false, alone), sibling(target, "value_and_jacobian", true, with_value)]
}

/// The sibling that returns the Jacobian, after the outputs if `with_value`.
fn sibling(target: &Target<'_>, suffix: &'static str, with_value: bool, output: TokenStream) -> Sibling {
    let mut docs = docs(target, with_value);
    let lent = Lent::of(target, "jacobian", &[]);
    docs.extend(lent.names.iter().map(|name| {
        format!(" What is by a slice is written to `{name}`, row by row. Panics unless the rows fill that.")
    }));
    let (line, body) = derived(target, with_value).unzip();
    docs.extend(line.flatten());
    let body = body.map(|body| body.with_matrix(target.result_size(), target.input_size()));
    Sibling { suffix, docs, inputs: lent.inputs, output, body, is_const: true }
}

/// How the Jacobian came about, and the code: a loop over seeds for large ones, and otherwise code for each entry.
fn derived(target: &Target<'_>, with_value: bool) -> Option<(Option<String>, Body)> {
    let primal = &target.lowered?.function;
    let (active, lent) = (target.active_values(), target.lent_values());
    let request = target.request(&active, &lent, with_value);
    Some(match seeded::jacobian(primal, &request) {
        Some(seeded) => {
            let line = seeds::description(&seeded, "Jacobian");
            (Some(line), seeds::jacobian(target, with_value, &seeded))
        }
        None => match direction(target) {
            Some(Direction::Columns) => {
                let matrix = Matrix::new(target, "jacobian", with_value);
                let line = " The Jacobian is computed column by column in forward mode.".to_owned();
                (matrix.has_loops().then_some(line), matrix.jacobian_by_columns()?)
            }
            Some(Direction::Rows) => {
                let line = " The Jacobian is computed row by row in reverse mode.".to_owned();
                (Some(line), Matrix::new(target, "jacobian", with_value).jacobian_by_rows()?)
            }
            None => {
                let accumulated = target.derived(transform::jacobian(primal, &request))?;
                (accumulated.description("Jacobian"), body(target, with_value, &accumulated))
            }
        },
    })
}

fn body(target: &Target<'_>, with_value: bool, accumulated: &Accumulated) -> Body {
    let columns = target.active_values().len();
    let count = target.result_count();
    let lines = Lines::of(target, count);
    let lent: Vec<ParameterTokens> = lines.parameters().collect();
    let body = Body::of(&accumulated.function, &target.context(&lent), &|yields| {
        let (outputs, entries) = yields.split_at(if with_value { count } else { 0 });
        let result = with_value.then(|| target.result(outputs));
        let entry = |row: usize, column: usize| entries[row * columns + column].clone();
        let jacobian = target.returns_gradient().then(|| target.jacobian(&entry));
        pair(result, jacobian)
    });
    let rows = Literal::usize_unsuffixed(count).to_token_stream();
    let (checks, cut) = (lines.checks(&rows), lines.cut_all());
    body.after(&quote!(#checks #cut))
}

fn docs(target: &Target<'_>, with_value: bool) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    if with_value {
        vec![
            format!(" The value of `{name}` and its Jacobian with respect to {list}."),
            String::new(),
            format!(" The value is that of `{name}`, bit for bit; the Jacobian has one row per output."),
        ]
    } else {
        vec![
            format!(" The Jacobian of `{name}` with respect to {list}."),
            String::new(),
            " It has one row per output.".to_owned(),
        ]
    }
}
