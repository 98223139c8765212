//! Counts the instructions of loops and of their gradients, with callgrind.
//!
//! Prints a Markdown table and fails if a budget is missed or if a gradient is wrong. The program runs itself
//! under valgrind, as `instructions` does.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use chainrule_benches::loops::{self, Case, LENGTH};
use chainrule_benches::{Comparison, Role, callgrind};

/// The numbers of calls whose difference is measured.
const CALLS: [u32; 2] = [10, 60];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => measure(""),
        [case] => measure(case),
        [case, role, calls] => repeat(case, role, calls.parse()?),
        _ => Err("give nothing, or the name of a loop".into()),
    }
}

/// What runs under valgrind.
fn repeat(name: &str, role: &str, calls: usize) -> Result<ExitCode, Box<dyn Error>> {
    let found = loops::all().into_iter().find(|case| case.name == name);
    let found = found.ok_or_else(|| format!("there is no loop `{name}`"))?;
    let role = ROLES.into_iter().find(|candidate| candidate.name() == role);
    found.repeat(role.ok_or("there is no such role")?, calls);
    Ok(ExitCode::SUCCESS)
}

const ROLES: [Role; 3] = [Role::Primal, Role::ByHand, Role::ValueAndGradient];

/// Measures all loops, or the one of the given name.
fn measure(only: &str) -> Result<ExitCode, Box<dyn Error>> {
    if cfg!(debug_assertions) {
        return Err("instructions are counted in optimised code; run with `--release`".into());
    }
    let selected: Vec<Case> =
        loops::all().into_iter().filter(|case| only.is_empty() || case.name == only).collect();
    if selected.is_empty() {
        return Err(format!("there is no loop `{only}`").into());
    }
    for case in &selected {
        case.verify()?;
    }
    println!("Instructions per call, n = {LENGTH}; gradients against the primal.\n");
    println!("| | primal | by hand | ratio | value_and_grad | ratio | budget |");
    println!("| --- | --: | --: | --: | --: | --: | --: |");
    let mut missed = Vec::new();
    for case in &selected {
        let [primal, by_hand, both] = count(case)?;
        let comparison = Comparison::new(both, Some(primal), case.budget);
        println!(
            "| {} | {primal:.0} | {by_hand:.0} | {:.2} | {both:.0} | {} |",
            case.name,
            by_hand / primal,
            comparison.cells()
        );
        missed.extend(comparison.is_missed().then_some(case.name));
    }
    if missed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("\nover budget: {}", missed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// The instructions of one call in every role.
fn count(case: &Case) -> Result<[f64; 3], Box<dyn Error>> {
    let mut counts = [0.0; 3];
    for (count, role) in counts.iter_mut().zip(ROLES) {
        *count = callgrind::per_call(case.name, role.name(), CALLS)?;
    }
    Ok(counts)
}
