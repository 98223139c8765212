//! `#[hessian]`: all second derivatives, alone and with the value and the gradient.

use proc_macro2::TokenStream;
use quote::quote;

use super::lent::Lent;
use super::seeds;
use super::sibling::{Body, Sibling, Target};
use super::sweeps::Matrix;
use crate::transform::{self, Accumulated, seeded};

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let (hessian, gradient, result) = (target.hessian_type(), target.gradient_type(), target.result_type());
    // By a slice, both are written to what the caller lends.
    let (alone, with_value) = if target.returns_gradient() {
        (hessian.clone(), quote!((#result, #gradient, #hessian)))
    } else {
        (quote!(()), result)
    };
    vec![
        sibling(target, "hessian", false, alone),
        sibling(target, "value_grad_and_hessian", true, with_value),
    ]
}

/// The sibling that returns the Hessian, after the value and the gradient if `with_value`.
fn sibling(target: &Target<'_>, suffix: &'static str, with_value: bool, output: TokenStream) -> Sibling {
    let mut docs = docs(target, with_value);
    let matrix = Lent::of(target, "hessian", &[]);
    docs.extend(
        matrix
            .names
            .iter()
            .map(|name| format!(" It is written to `{name}`, row by row. Panics unless its rows fill that.")),
    );
    let (line, body) = derived(target, with_value).unzip();
    docs.extend(line.flatten());
    let body = body.map(|body| body.with_matrix(target.input_size(), target.input_size()));
    let gradient = if with_value { Lent::of(target, "bar", &matrix.names).inputs } else { Vec::new() };
    Sibling {
        suffix,
        docs,
        inputs: gradient.into_iter().chain(matrix.inputs).collect(),
        output,
        body,
        is_const: true,
    }
}

/// How the Hessian came about, and the code: a loop over seeds for large ones, and otherwise code for each entry.
fn derived(target: &Target<'_>, with_value: bool) -> Option<(Option<String>, Body)> {
    let primal = &target.lowered?.function;
    let (active, lent) = (target.active_values(), target.lent_values());
    let request = target.request(&active, &lent, with_value);
    Some(match seeded::hessian(primal, &request) {
        Some(seeded) => {
            let line = seeds::description(&seeded, "Hessian");
            (Some(line), seeds::hessian(target, with_value, &seeded))
        }
        None if transform::has_repetition(primal) => {
            let name = Lent::of(target, "hessian", &[]).names.pop();
            let name = name.map_or_else(|| "hessian".to_owned(), |name| name.to_string());
            let matrix = Matrix::new(target, &name, with_value);
            let line = " The Hessian is computed row by row, forward over reverse.".to_owned();
            (matrix.has_loops().then_some(line), matrix.hessian()?)
        }
        None => {
            let accumulated = target.derived(transform::hessian(primal, &request))?;
            (accumulated.description("Hessian"), body(target, with_value, &accumulated))
        }
    })
}

fn body(target: &Target<'_>, with_value: bool, accumulated: &Accumulated) -> Body {
    let count = target.active_values().len();
    Body::of(&accumulated.function, &target.context(&[]), &|yields| {
        let (value, yields) = yields.split_at(usize::from(with_value));
        let (gradient, entries) = yields.split_at(if with_value { count } else { 0 });
        let hessian = target.hessian(&|row, column| entries[row * count + column].clone());
        if with_value {
            let gradient = target.gradient(gradient);
            quote!((#(#value)*, #gradient, #hessian))
        } else {
            hessian
        }
    })
}

fn docs(target: &Target<'_>, with_value: bool) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    if with_value {
        vec![
            format!(" The value of `{name}`, its gradient and its Hessian with respect to {list}."),
            String::new(),
            format!(" The value is that of `{name}`, bit for bit; the Hessian is exactly symmetric."),
        ]
    } else {
        vec![
            format!(" The Hessian of `{name}` with respect to {list}."),
            String::new(),
            " It is exactly symmetric.".to_owned(),
        ]
    }
}
