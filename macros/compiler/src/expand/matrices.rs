//! Which matrices of derivatives by arrays there are, in which direction they are computed, and what to say of the
//! others.

use super::places::Place;
use super::sibling::Target;
use crate::graph::Ty;
use crate::mode::Mode;
use crate::signature::{Parameter, Shape};
use crate::transform::swept;

/// How a Jacobian with arrays as outputs is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// A sweep in forward mode for each input.
    Columns,
    /// A sweep in reverse mode for each output.
    Rows,
}

/// The direction that takes fewer sweeps, as far as their numbers are known. `None` where all outputs are floats.
pub(super) fn direction(target: &Target<'_>) -> Option<Direction> {
    let outputs = target.output_places();
    if !has_array(&outputs) {
        return None;
    }
    if target.lent_values().is_empty()
        && (outputs.len() > 1 || !has_more_inputs(target) || !is_reversible(target))
    {
        return Some(Direction::Columns);
    }
    Some(Direction::Rows)
}

fn has_array(places: &[Place]) -> bool {
    places.iter().any(|place| place.indices() > 0 || place.lengths.is_none())
}

fn has_more_inputs(target: &Target<'_>) -> bool {
    let is_known = |shape: &Shape| shape.has_known_size();
    let mut parameters = target.active_parameters();
    let is_result_known = target.signature.result.as_ref().is_some_and(is_known);
    let are_known = is_result_known && parameters.all(|parameter| is_known(&parameter.shape));
    are_known && target.input_size() > target.result_size()
}

/// Whether reverse mode has a place for all that it needs.
fn is_reversible(target: &Target<'_>) -> bool {
    let (active, lent) = (target.active_values(), target.lent_values());
    target.lowered.is_some_and(|lowered| {
        swept::rows(&lowered.function, &target.request(&active, &lent, false)).is_ok_and(|rows| rows.is_ok())
    })
}

/// Whether the matrix of the mode is one of those that there are. Reports what is in the way.
pub(super) fn is_supported(target: &Target<'_>, mode: Mode) -> bool {
    match mode {
        Mode::Hessian => is_hessian_supported(target),
        Mode::Jacobian => is_jacobian_supported(target),
        _ => true,
    }
}

fn is_hessian_supported(target: &Target<'_>) -> bool {
    let count = target.active_parameters().count();
    let slice = target.active_parameters().find(|parameter| parameter.shape.as_slice().is_some());
    if let Some(slice) = slice.filter(|_| count > 1) {
        let message = "a Hessian by a slice is supported if that is the only parameter it is by; name the slice alone in \
                       `wrt`, pass arrays of constant length, or use `#[hvp]` for the product with a direction";
        target.errors.report(&slice.ty, message);
        return false;
    }
    let uneven = uneven_input(target);
    if let Some(parameter) = uneven {
        target.errors.report(
            &parameter.ty,
            "a Hessian by this array is not supported, because it is one value whose floats are not all reached by \
             indices alone; pass an array of floats or of arrays of floats, of a slice only floats, or use `#[hvp]` for \
             the product with a direction",
        );
    }
    uneven.is_none()
}

fn is_jacobian_supported(target: &Target<'_>) -> bool {
    let outputs = target.output_places();
    let (Some(direction), Some(result)) = (direction(target), &target.signature.result_type) else {
        return true;
    };
    let is_even = outputs.iter().all(|output| output.lengths.is_some());
    if !is_even || (direction == Direction::Rows && outputs.iter().map(Place::indices).ne([1])) {
        let message = if is_even {
            "a Jacobian by a slice is supported of floats, or of one array of floats; return that, or use `#[vjp]` or \
             `#[jvp]`"
        } else {
            "a Jacobian of this array is not supported, because it is one value whose floats are not all reached by \
             indices alone; return an array of floats or of arrays of floats, or use `#[vjp]` or `#[jvp]`"
        };
        target.errors.report(result, message);
        return false;
    }
    let unsupported =
        if direction == Direction::Columns { uneven_input(target).or(whole_input(target)) } else { None };
    if let Some(parameter) = unsupported {
        target.errors.report(
            &parameter.ty,
            "a Jacobian of arrays whose length is not a literal is computed along one float after the other, and the \
             floats of this parameter are not all reached by indices; pass floats and arrays of floats, or use `#[vjp]` \
             or `#[jvp]`",
        );
    }
    unsupported.is_none()
}

/// The first parameter with an array in it that has no lengths.
fn uneven_input<'t>(target: &'t Target<'_>) -> Option<&'t Parameter> {
    let mut parameters = target.active_parameters().zip(target.places_by_parameter());
    parameters
        .find(|(_, places)| places.iter().any(|place| place.lengths.is_none()))
        .map(|(parameter, _)| parameter)
}

/// The first parameter with a struct in it.
fn whole_input<'t>(target: &'t Target<'_>) -> Option<&'t Parameter> {
    let lowered = target.lowered?;
    let is_whole = |id: &crate::graph::ValueId| lowered.function.graph.value(*id).ty == Ty::Whole;
    let mut active = target.active_values().into_iter();
    let mut parameters = target.active_parameters().zip(target.places_by_parameter());
    parameters
        .find(|(_, places)| active.by_ref().take(places.len()).filter(is_whole).count() > 0)
        .map(|(parameter, _)| parameter)
}
