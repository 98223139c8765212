//! Which Jacobians and Hessians are computed by loops over seeds, and how large their code is.

use std::fmt::Write;

use chainrule_compiler::{Mode, expand};
use proc_macro2::{TokenStream, TokenTree};

/// What an attribute makes of a function.
fn expanded(mode: Mode, options: &str, function: &str) -> TokenStream {
    let tokens = |source: &str| source.parse::<TokenStream>().expect("tokens");
    expand(mode, tokens(options), tokens(function))
}

/// How many tokens there are, groups opened.
fn count(tokens: TokenStream) -> usize {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        })
        .sum()
}

/// The lines of documentation that say how the matrix came about, by the words before the numbers.
fn manner(tokens: &TokenStream) -> &'static str {
    let text = tokens.to_string();
    assert!(!text.contains("compile_error"), "{text}");
    let manners = ["column by column in forward mode", "row by row in reverse mode", "forward over reverse"];
    let found = manners.into_iter().find(|manner| text.contains(manner));
    found.unwrap_or("entry by entry")
}

/// Each of `n` outputs depends on all `m` inputs, by way of two sums.
fn mixed(m: usize, n: usize) -> String {
    format!(
        "fn mixed(x: [f64; {m}]) -> [f64; {n}] {{
            let mut wave = 0.0;
            let mut square = 1.0;
            for k in 0..{m} {{
                wave += x[k].sin();
                square += x[k] * x[k];
            }}
            let mut y = [0.0; {n}];
            for i in 0..{n} {{
                y[i] = (wave * (i + 1) as f64).tanh() / square;
            }}
            y
        }}"
    )
}

/// `count` layers of a dense network.
fn layers(n: usize, count: usize) -> String {
    let mut body = format!("let mut state = x; for _ in 0..{count} {{ let mut next = [0.0; {n}];");
    write!(
        body,
        "for i in 0..{n} {{
            let mut sum = 0.1;
            for j in 0..{n} {{ sum += ((i * 7 + j * 3) % 11) as f64 * 0.1 * state[j]; }}
            next[i] = sum.tanh();
        }}
        state = next; }}"
    )
    .expect("strings take everything");
    format!("fn layers(x: [f64; {n}]) -> [f64; {n}] {{ {body} state }}")
}

fn sum_of(n: usize, terms: &str, last: &str) -> String {
    format!("fn f(x: [f64; {n}]) -> f64 {{ let mut sum = 1.0; {terms} {last} }}")
}

#[test]
fn dense_jacobians_are_loops() {
    assert_eq!(manner(&expanded(Mode::Jacobian, "", &mixed(20, 20))), "entry by entry");
    let square = expanded(Mode::Jacobian, "", &mixed(40, 40));
    assert_eq!(manner(&square), "column by column in forward mode");
    assert_eq!(manner(&expanded(Mode::Jacobian, "", &mixed(21, 20))), "row by row in reverse mode");
    assert_eq!(
        manner(&expanded(Mode::Jacobian, "unroll = 10000", &layers(24, 2))),
        "column by column in forward mode"
    );
}

/// Doubling the side doubles the code, and does not multiply it by four.
#[test]
fn code_grows_with_the_function() {
    let [small, large] = [40, 80].map(|n| count(expanded(Mode::Jacobian, "unroll = 10000", &mixed(n, n))));
    assert!(small < 14_000, "{small} tokens for 40 inputs and outputs");
    assert!(large < small * 21 / 10, "{small} tokens for 40, {large} for 80");
    let log_sum_exp = |n: usize| sum_of(n, &format!("for k in 0..{n} {{ sum += x[k].exp(); }}"), "sum.ln()");
    let [small, large] = [40, 80].map(|n| count(expanded(Mode::Hessian, "", &log_sum_exp(n))));
    assert!(small < 12_000, "{small} tokens for 40 variables");
    assert!(large < small * 21 / 10, "{small} tokens for 40, {large} for 80");
}

#[test]
fn sparse_matrices_and_cheap_entries_stay_unrolled() {
    let rosenbrock = sum_of(
        100,
        "for i in 0..99 { sum += 100.0 * (x[i + 1] - x[i] * x[i]).powi(2) + (1.0 - x[i]).powi(2); }",
        "sum",
    );
    assert_eq!(manner(&expanded(Mode::Hessian, "", &rosenbrock)), "entry by entry");
    let banded = "fn banded(x: [f64; 200]) -> [f64; 200] {
        let mut y = x;
        for i in 1..199 { y[i] = (x[i - 1] - x[i + 1]).sin() * x[i]; }
        y
    }";
    assert_eq!(manner(&expanded(Mode::Jacobian, "", banded)), "entry by entry");
    // One product for each entry is less than the layer itself takes.
    assert_eq!(manner(&expanded(Mode::Jacobian, "unroll = 10000", &layers(24, 1))), "entry by entry");
    let pairs = "for i in 0..24 { for j in 0..i { let d = x[i] - x[j]; sum += 1.0 / (1.0 + d * d); } }";
    let (pairs, root) = (sum_of(24, pairs, "sum"), sum_of(24, pairs, "sum.sqrt()"));
    assert_eq!(manner(&expanded(Mode::Hessian, "unroll = 10000", &pairs)), "entry by entry");
    assert_eq!(manner(&expanded(Mode::Hessian, "unroll = 10000", &root)), "forward over reverse");
}

#[test]
fn what_would_happen_twice_stays_unrolled() {
    let calling =
        mixed(40, 40).replace("let mut y", "if wave > 1.0 { square *= f64::from(counted(3)); } let mut y");
    assert_eq!(manner(&expanded(Mode::Jacobian, "", &calling)), "entry by entry");
}

#[test]
fn assertions_are_made_once() {
    let asserting = mixed(40, 40)
        .replace("let mut y", "if wave > 1.0 { assert!(square > 1.0); square = square.sqrt(); } let mut y");
    let tokens = expanded(Mode::Jacobian, "", &asserting);
    assert_eq!(manner(&tokens), "column by column in forward mode");
    let assertions = tokens.to_string().matches("assert !").count();
    assert_eq!(assertions, 3, "in the primal, and before the loops of siblings");
}

/// Matrices by arrays that are one value, whatever their length is.
#[test]
fn loops_over_elements_do_not_grow_with_the_array() {
    let energy = |n: usize| {
        format!(
            "fn energy(x: [f64; {n}], k: f64) -> f64 {{
                let mut sum = 0.0;
                for i in 1..{n} {{ sum += (k * (x[i] - x[i - 1])).cos() * x[i]; }}
                sum
            }}"
        )
    };
    let step = |n: usize| {
        format!(
            "fn step(x: [f64; {n}]) -> [f64; {n}] {{
                let mut y = [0.0; {n}];
                for i in 1..{n} {{ y[i] = x[i] * 3.0 + x[i - 1].sin(); }}
                y
            }}"
        )
    };
    let hessian = |n: usize| expanded(Mode::Hessian, "", &energy(n));
    let jacobian = |n: usize| expanded(Mode::Jacobian, "", &step(n));
    assert_eq!(manner(&hessian(20_000)), "forward over reverse");
    assert_eq!(manner(&jacobian(20_000)), "column by column in forward mode");
    assert_eq!(count(hessian(20_000)), count(hessian(2_000_000)));
    assert_eq!(count(jacobian(20_000)), count(jacobian(2_000_000)));
}
