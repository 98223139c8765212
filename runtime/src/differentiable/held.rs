//! An inactive field, whose floats a direction leaves out, if it has any.
//!
//! Derived code cannot know whether the type of such a field is differentiable, so method lookup decides: it takes the
//! method of [`Held`] if the bound on its `impl` holds, and otherwise goes on to that of [`Other`]. The name is long
//! because it must not be one that users give to methods of all types.

use core::ops::Deref;

use super::Differentiable;

/// An inactive field; `Held::new(&mut field).chainrule_clear()` makes its floats 0 if its type is differentiable.
pub struct Held<'a, T>(Other<'a, T>);

/// A field of a type that has no floats as far as is known, so that there is nothing to do.
pub struct Other<'a, T>(&'a mut T);

impl<'a, T> Held<'a, T> {
    /// The field behind the reference.
    #[inline]
    pub const fn new(field: &'a mut T) -> Self {
        Self(Other(field))
    }
}

impl<T: Differentiable> Held<'_, T> {
    /// Makes all floats 0, those in inactive fields included.
    #[inline]
    pub fn chainrule_clear(self) {
        let Self(Other(field)) = self;
        *field = field.zero();
        field.clear_constants();
    }
}

impl<'a, T> Deref for Held<'a, T> {
    type Target = Other<'a, T>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> Other<'_, T> {
    /// Does nothing.
    #[expect(clippy::unused_self, reason = "it is called as the method that it stands in for")]
    #[inline]
    pub const fn chainrule_clear(&self) {}
}
