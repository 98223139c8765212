//! Counts the instructions of generated and of hand-written gradients, with callgrind.
//!
//! Prints a Markdown table and fails if a budget is missed or if results differ. The program runs itself
//! under valgrind, once per function and number of calls: the difference of two numbers of calls leaves
//! start-up out, and what an empty function takes is subtracted.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use chainrule_benches::{Comparison, Measured, Role, callgrind, workloads};

/// How many times the instructions of `f_value_and_grad` a pullback may take that is called at once.
const PULLBACK: f64 = 1.02;

/// The numbers of calls whose difference is measured.
const CALLS: [u32; 2] = [100, 600];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => measure(""),
        [workload] => measure(workload),
        [workload, role, calls] => repeat(workload, role, calls.parse()?),
        _ => Err("give nothing, or the name of a workload".into()),
    }
}

/// What runs under valgrind.
fn repeat(workload: &str, role: &str, calls: usize) -> Result<ExitCode, Box<dyn Error>> {
    let found = workloads::all().into_iter().find(|candidate| candidate.name() == workload);
    let found = found.ok_or_else(|| format!("there is no workload `{workload}`"))?;
    let role = ROLES.into_iter().find(|candidate| candidate.name() == role);
    found.repeat(role.ok_or("there is no such role")?, calls);
    Ok(ExitCode::SUCCESS)
}

const ROLES: [Role; 12] = [
    Role::Primal,
    Role::Gradient,
    Role::ValueAndGradient,
    Role::Pullback,
    Role::ByHand,
    Role::Symdiff,
    Role::Jacobian,
    Role::JacobianByHand,
    Role::EmptyJacobian,
    Role::EmptyValue,
    Role::EmptyGradient,
    Role::EmptyValueAndGradient,
];

/// Measures all workloads, or the one of the given name.
fn measure(only: &str) -> Result<ExitCode, Box<dyn Error>> {
    if cfg!(debug_assertions) {
        return Err("instructions are counted in optimised code; run with `--release`".into());
    }
    let selected: Vec<Box<dyn Measured>> =
        workloads::all().into_iter().filter(|workload| only.is_empty() || workload.name() == only).collect();
    if selected.is_empty() {
        return Err(format!("there is no workload `{only}`").into());
    }
    for workload in &selected {
        workload.verify()?;
    }
    let (jacobians, gradients): (Vec<_>, Vec<_>) =
        selected.iter().map(AsRef::as_ref).partition(|workload| workload.has(Role::Jacobian));
    let mut missed = Vec::new();
    if !gradients.is_empty() {
        measure_gradients(&gradients, &mut missed)?;
    }
    if !jacobians.is_empty() {
        measure_jacobians(&jacobians, &mut missed)?;
    }
    if missed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("\nover budget:");
    for miss in &missed {
        eprintln!("  {miss}");
    }
    Ok(ExitCode::FAILURE)
}

fn measure_gradients(workloads: &[&dyn Measured], missed: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    println!(
        "Instructions per call; `f_value_and_grad` against hand-written code, `f_vjp` at once against it, `f_grad` \
         against symdiff.\n"
    );
    println!(
        "| | primal | by hand | value_and_grad | ratio | budget | vjp | ratio | budget | symdiff | grad | ratio | budget |"
    );
    println!("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    for &workload in workloads {
        let (name, budgets) = (workload.name(), workload.budgets());
        let primal = instructions(workload, Role::Primal)?;
        let by_hand = instructions(workload, Role::ByHand)?;
        let both = instructions(workload, Role::ValueAndGradient)?;
        let gradient = instructions(workload, Role::Gradient)?;
        let pullback = instructions(workload, Role::Pullback)?;
        let at_once = Comparison::new(pullback, Some(both), Some(PULLBACK));
        let first = Comparison::new(both, Some(by_hand), budgets.by_hand);
        let symdiff =
            workload.has(Role::Symdiff).then(|| instructions(workload, Role::Symdiff)).transpose()?;
        let second = Comparison::new(gradient, symdiff, budgets.symdiff);
        let symdiff = symdiff.map_or_else(|| "–".to_owned(), |count| format!("{count:.0}"));
        println!(
            "| {name} | {primal:.0} | {by_hand:.0} | {both:.0} | {} | {pullback:.0} | {} | {symdiff} | {gradient:.0} | {} |",
            first.cells(),
            at_once.cells(),
            second.cells()
        );
        missed.extend(
            first.is_missed().then(|| format!("{name}: `f_value_and_grad` against hand-written code")),
        );
        missed.extend(at_once.is_missed().then(|| format!("{name}: `f_vjp` against `f_value_and_grad`")));
        missed.extend(second.is_missed().then(|| format!("{name}: `f_grad` against symdiff")));
    }
    println!();
    Ok(())
}

fn measure_jacobians(workloads: &[&dyn Measured], missed: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    println!("Instructions per call; `f_jacobian` against hand-written code.\n");
    println!("| | primal | by hand | jacobian | ratio | budget |");
    println!("| --- | --: | --: | --: | --: | --: |");
    for &workload in workloads {
        let primal = instructions(workload, Role::Primal)?;
        let by_hand = instructions(workload, Role::JacobianByHand)?;
        let jacobian = instructions(workload, Role::Jacobian)?;
        let comparison = Comparison::new(jacobian, Some(by_hand), workload.budgets().jacobian);
        let name = workload.name();
        println!("| {name} | {primal:.0} | {by_hand:.0} | {jacobian:.0} | {} |", comparison.cells());
        missed.extend(comparison.is_missed().then(|| format!("{name}: `f_jacobian`")));
    }
    Ok(())
}

/// The instructions of one call, without those of the loop around it.
fn instructions(workload: &dyn Measured, role: Role) -> Result<f64, Box<dyn Error>> {
    let per_call = |role: Role| callgrind::per_call(workload.name(), role.name(), CALLS);
    Ok(per_call(role)? - per_call(role.overhead())?)
}
