//! Derivatives of loops allocate nothing: the functions of `rolled.rs`, with an allocator that counts.

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
#![allow(dead_code, reason = "nothing is compared here")]

#[path = "rolled/harness.rs"]
mod harness;

#[path = "rolled/arrays.rs"]
mod arrays;
#[path = "rolled/bodies.rs"]
mod bodies;
#[path = "rolled/calls.rs"]
mod calls;
#[path = "rolled/control.rs"]
mod control;
#[path = "rolled/dynamics.rs"]
mod dynamics;
#[path = "rolled/exits.rs"]
mod exits;
#[path = "rolled/in_place.rs"]
mod in_place;
#[path = "rolled/lent.rs"]
mod lent;
#[path = "rolled/matrices.rs"]
mod matrices;
#[path = "rolled/mixed.rs"]
mod mixed;
#[path = "rolled/records.rs"]
mod records;
#[path = "rolled/reductions.rs"]
mod reductions;
#[path = "rolled/settled.rs"]
mod settled;
#[path = "rolled/sizes.rs"]
mod sizes;
#[path = "rolled/statistics.rs"]
mod statistics;

use chainrule::{grad, jvp};

/// Fails if the call of a sibling allocates.
fn watched<R>(name: &str, call: impl FnOnce() -> R) -> R {
    let (result, count) = counted(call);
    assert_eq!(count, 0, "allocations of {name}");
    result
}

/// What a call returns, and how often it allocates.
fn counted<R>(call: impl FnOnce() -> R) -> (R, u64) {
    let mut result = None;
    let info = allocation_counter::measure(|| result = Some(call()));
    (result.expect("the call has returned"), info.count_total)
}

#[test]
fn the_allocator_counts() {
    assert_eq!(counted(|| vec![1.0; 3]), (vec![1.0; 3], 1));
    assert_eq!(counted(|| [1.0; 3]), ([1.0; 3], 0));
}

#[test]
fn nothing_is_allocated() {
    let lists = [
        arrays::functions(),
        bodies::functions(),
        calls::functions(),
        control::functions(),
        dynamics::functions(),
        matrices::functions(),
        mixed::functions(),
        records::functions(),
        reductions::functions(),
        settled::functions(),
        sizes::functions(),
        statistics::functions(),
    ];
    lists.iter().flatten().for_each(harness::Function::evaluate);
}

/// Two vectors, of sums and of their roots.
#[grad(alloc)]
#[jvp(alloc)]
fn roots_of_sums(x: &[f64]) -> f64 {
    let mut sums = vec![0.0; x.len()];
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i];
        sums[i] = sum;
    }
    let roots: Vec<f64> = sums.iter().map(|sum| sum.sqrt()).collect();
    let mut total = 0.0;
    for i in 1..roots.len() {
        total += roots[i] * roots[i - 1];
    }
    total
}

#[test]
fn each_vector_of_the_program_has_one_derivative() {
    let (x, mut x_bar) = ([1.0, 3.0, 5.0, 7.0], [0.0; 4]);
    assert_eq!(counted(|| roots_of_sums(&x)), (20.0, 2));
    assert_eq!(counted(|| roots_of_sums_value_and_grad(&x, &mut x_bar)), (20.0, 4));
    assert_eq!(counted(|| roots_of_sums_grad(&x, &mut x_bar)), ((), 4));
    assert_eq!(counted(|| roots_of_sums_jvp(&x, &[0.0; 4])), ((20.0, 0.0), 4));
}
