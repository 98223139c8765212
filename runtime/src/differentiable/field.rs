//! The floats of a field, as derived code calls for them.
//!
//! Of a call of the method, rustc sees what the implementation returns, and does not connect its items with what a bound
//! on the field's type says of the scalar. Of these functions it sees the bound only.

use super::Differentiable;

/// The floats.
#[inline]
pub fn floats<Field: Differentiable>(field: &Field) -> impl Iterator<Item = Field::Scalar> {
    field.floats()
}

/// The floats, to be changed.
#[inline]
pub fn floats_mut<Field: Differentiable>(field: &mut Field) -> impl Iterator<Item = &mut Field::Scalar> {
    field.floats_mut()
}
