//! Numeric code with loops that stay loops, as it is written where it is used: over slices, arrays of constant size,
//! ranges known at run time, and until something has converged.
//!
//! Each function is compared with itself: its value bit for bit, its derivatives with differences.

#![allow(
    clippy::assign_op_pattern,
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::double_ended_iterator_last,
    clippy::explicit_counter_loop,
    clippy::explicit_iter_loop,
    clippy::filter_map_bool_then,
    clippy::implicit_saturating_sub,
    clippy::iter_nth,
    clippy::large_stack_arrays,
    clippy::manual_is_multiple_of,
    clippy::manual_memcpy,
    clippy::manual_midpoint,
    clippy::manual_swap,
    clippy::misrefactored_assign_op,
    clippy::needless_for_each,
    clippy::needless_range_loop,
    clippy::redundant_closure_for_method_calls,
    clippy::reversed_empty_ranges,
    clippy::while_let_on_iterator,
    reason = "functions are written in all the ways in which people write them"
)]

#[path = "rolled/harness.rs"]
#[allow(dead_code, reason = "`allocations.rs` evaluates without comparing")]
mod harness;

#[path = "rolled/allocated.rs"]
mod allocated;
#[path = "rolled/arrays.rs"]
mod arrays;
#[path = "rolled/bodies.rs"]
mod bodies;
#[path = "rolled/calls.rs"]
mod calls;
#[path = "rolled/changed.rs"]
mod changed;
#[path = "rolled/control.rs"]
mod control;
#[path = "rolled/dynamics.rs"]
mod dynamics;
#[path = "rolled/exits.rs"]
mod exits;
#[path = "rolled/heap.rs"]
mod heap;
#[path = "rolled/in_place.rs"]
mod in_place;
#[path = "rolled/iterators.rs"]
mod iterators;
#[path = "rolled/lent.rs"]
mod lent;
#[path = "rolled/matrices.rs"]
mod matrices;
#[path = "rolled/mixed.rs"]
mod mixed;
#[path = "rolled/programs.rs"]
mod programs;
#[path = "rolled/records.rs"]
mod records;
#[path = "rolled/reductions.rs"]
mod reductions;
#[path = "rolled/scalars.rs"]
mod scalars;
#[path = "rolled/settled.rs"]
mod settled;
#[path = "rolled/sizes.rs"]
mod sizes;
#[path = "rolled/statistics.rs"]
mod statistics;
#[path = "rolled/steps.rs"]
mod steps;
#[path = "rolled/stored.rs"]
mod stored;
#[path = "rolled/vectors.rs"]
mod vectors;

/// What happens around a call of a sibling: nothing here, `allocations.rs` counts.
fn watched<R>(_name: &str, call: impl FnOnce() -> R) -> R {
    call()
}

/// Checks all functions before it names those that fail.
fn check(functions: &[harness::Function]) {
    let fails = |function: &&harness::Function| std::panic::catch_unwind(|| function.check()).is_err();
    let failed: Vec<&str> = functions.iter().filter(fails).map(|function| function.name).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn arrays() {
    check(&arrays::functions());
}

#[test]
fn bodies() {
    check(&bodies::functions());
}

#[test]
fn calls() {
    check(&calls::functions());
}

#[test]
fn mixed() {
    check(&mixed::functions());
}

#[test]
fn records() {
    check(&records::functions());
}

#[test]
fn iterators() {
    check(&iterators::functions());
}

#[test]
fn programs() {
    check(&programs::functions());
}

#[test]
fn reductions() {
    check(&reductions::functions());
}

#[test]
fn statistics() {
    check(&statistics::functions());
}

#[test]
fn matrices() {
    check(&matrices::functions());
}

#[test]
fn dynamics() {
    check(&dynamics::functions());
}

#[test]
fn control() {
    check(&control::functions());
}

#[test]
fn stored() {
    check(&stored::functions());
}

#[test]
fn allocated() {
    check(&allocated::functions());
}

#[test]
fn heap() {
    check(&heap::functions());
}

#[test]
fn vectors() {
    check(&vectors::functions());
}

#[test]
fn lent() {
    check(&lent::functions());
}

#[test]
fn exits() {
    check(&exits::functions());
}

#[test]
fn settled() {
    check(&settled::functions());
}

#[test]
fn sizes() {
    check(&sizes::functions());
}

#[test]
fn in_place() {
    check(&in_place::functions());
}
