//! The partials of a function with kinks: a branch on its cases.

use std::cell::RefCell;

use crate::graph::{Builder, Sym, Terminator};
use crate::rules::Case;

/// What `partials_of` makes of the case that holds, as results of a branch. What is the same number in every case
/// is that number.
pub(super) fn branch_on_cases<'g>(
    builder: &'g RefCell<Builder>,
    cases: &[Case],
    arguments: &[Sym<'g>],
    result: Sym<'g>,
    partials_of: &dyn Fn(&Case) -> Vec<Sym<'g>>,
) -> Vec<Sym<'g>> {
    let Some((first, rest)) = cases.split_first() else { return Vec::new() };
    let Some(when) = first.when else { return partials_of(first) };
    let condition = when(arguments, result);
    let arm = |values: &[Sym<'g>]| {
        let ids = values.iter().map(|value| value.id).collect();
        builder.borrow_mut().leave(Terminator::Yield(ids))
    };
    builder.borrow_mut().enter();
    let on_true = partials_of(first);
    let true_region = arm(&on_true);
    builder.borrow_mut().enter();
    let on_false = branch_on_cases(builder, rest, arguments, result, partials_of);
    let false_region = arm(&on_false);
    let mut borrowed = builder.borrow_mut();
    let branch = borrowed.if_else(condition.id, true_region, false_region);
    on_true
        .iter()
        .zip(&on_false)
        .enumerate()
        .map(|(number, (value, other))| {
            if value.id == other.id && borrowed.number(value.id).is_some() {
                return *value;
            }
            let ty = borrowed.graph().value(value.id).ty;
            let id = borrowed.result(branch, number, ty);
            Sym { builder, id }
        })
        .collect()
}
