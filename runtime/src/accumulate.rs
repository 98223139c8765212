//! What gradients by slices are added to.

use core::cell::Cell;
use core::ops::Range;

/// Takes the gradient by a slice or array with elements `E`, to add it to what is there.
///
/// For a function of slices, [`grad`](crate::grad) also writes `f_add_grad`, and [`vjp`](crate::vjp) `f_add_vjp`. After
/// the arguments of `f` and a cotangent of its value, these take one `Accumulate` for each slice and array of floats
/// among the arguments, and add to it the cotangent times the derivative. This may be:
///
/// - `&mut [E]`, `&mut [E; N]` or `&mut Vec<E>`: adds to the elements;
/// - `&[Cell<E>]`: adds to the elements as well, for one slice that is an argument twice, or slices that overlap;
/// - `()`: takes nothing, for an argument that is constant. What only it would have taken is not computed, as far as
///   optimisation sees that.
///
/// ```
/// use chainrule::grad;
///
/// #[grad]
/// fn dot(x: &[f64], y: &[f64]) -> f64 {
///     x.iter().zip(y).map(|(x, y)| x * y).sum()
/// }
///
/// let mut x_bar = [10.0, 20.0];
/// dot_add_grad(&[1.0, 2.0], &[3.0, 4.0], 2.0, &mut x_bar, ());
/// assert_eq!(x_bar, [10.0 + 2.0 * 3.0, 20.0 + 2.0 * 4.0]);
///
/// // The gradient of x · x.
/// let x = [1.0, 2.0];
/// let mut x_bar = [0.0; 2];
/// let shared = std::cell::Cell::from_mut(&mut x_bar[..]).as_slice_of_cells();
/// dot_add_grad(&x, &x, 1.0, shared, shared);
/// assert_eq!(x_bar, [2.0, 4.0]);
/// ```
///
/// A type of a program's own may implement it, to send gradients elsewhere: into a sparse vector, say.
pub trait Accumulate<E> {
    /// What takes the gradient by a part of the slice.
    type Part<'a>: Accumulate<E>
    where
        Self: 'a;

    /// What several arguments can be given at once.
    type Shared<'a>: Accumulate<E> + Copy
    where
        Self: 'a;

    /// Whether it takes gradients by slices of this length.
    fn has_length(&self, length: usize) -> bool;

    /// Has `add` add to the element at `index`.
    ///
    /// # Panics
    ///
    /// If there is no such element.
    fn add_at(&mut self, index: usize, add: impl FnOnce(&mut E));

    /// What takes the gradient by the elements in a range.
    ///
    /// # Panics
    ///
    /// If the range is not within the length.
    fn part(&mut self, range: Range<usize>) -> Self::Part<'_>;

    /// What several arguments that are this slice, or parts of it, can be given at once.
    fn shared(&mut self) -> Self::Shared<'_>;
}

impl<E: Copy> Accumulate<E> for &mut [E] {
    type Part<'a>
        = &'a mut [E]
    where
        Self: 'a;
    type Shared<'a>
        = &'a [Cell<E>]
    where
        Self: 'a;

    #[inline]
    fn has_length(&self, length: usize) -> bool {
        self.len() == length
    }

    #[inline]
    fn add_at(&mut self, index: usize, add: impl FnOnce(&mut E)) {
        add(&mut self[index]);
    }

    #[inline]
    fn part(&mut self, range: Range<usize>) -> &mut [E] {
        &mut self[range]
    }

    #[inline]
    fn shared(&mut self) -> &[Cell<E>] {
        Cell::from_mut(&mut **self).as_slice_of_cells()
    }
}

/// The same for what is a slice behind a reference.
macro_rules! as_slices {
    ($([$($parameter:tt)*] $ty:ty;)*) => {$(
        impl<E: Copy $($parameter)*> Accumulate<E> for &mut $ty {
            type Part<'a>
                = &'a mut [E]
            where
                Self: 'a;
            type Shared<'a>
                = &'a [Cell<E>]
            where
                Self: 'a;

            #[inline]
            fn has_length(&self, length: usize) -> bool {
                self.len() == length
            }

            #[inline]
            fn add_at(&mut self, index: usize, add: impl FnOnce(&mut E)) {
                add(&mut self[index]);
            }

            #[inline]
            fn part(&mut self, range: Range<usize>) -> &mut [E] {
                &mut self[range]
            }

            #[inline]
            fn shared(&mut self) -> &[Cell<E>] {
                Cell::from_mut(&mut self[..]).as_slice_of_cells()
            }
        }
    )*};
}

as_slices! {
    [, const N: usize] [E; N];
}

#[cfg(feature = "alloc")]
as_slices! {
    [] alloc::vec::Vec<E>;
}

#[cfg(all(feature = "std", not(feature = "alloc")))]
as_slices! {
    [] std::vec::Vec<E>;
}

impl<E: Copy> Accumulate<E> for &[Cell<E>] {
    type Part<'a>
        = &'a [Cell<E>]
    where
        Self: 'a;
    type Shared<'a>
        = &'a [Cell<E>]
    where
        Self: 'a;

    #[inline]
    fn has_length(&self, length: usize) -> bool {
        self.len() == length
    }

    #[inline]
    fn add_at(&mut self, index: usize, add: impl FnOnce(&mut E)) {
        let mut element = self[index].get();
        add(&mut element);
        self[index].set(element);
    }

    #[inline]
    fn part(&mut self, range: Range<usize>) -> &[Cell<E>] {
        &self[range]
    }

    #[inline]
    fn shared(&mut self) -> &[Cell<E>] {
        self
    }
}

impl<E> Accumulate<E> for () {
    type Part<'a> = ();
    type Shared<'a> = ();

    #[inline]
    fn has_length(&self, _: usize) -> bool {
        true
    }

    #[inline]
    fn add_at(&mut self, _: usize, _: impl FnOnce(&mut E)) {}

    #[inline]
    fn part(&mut self, _: Range<usize>) {}

    #[inline]
    fn shared(&mut self) {}
}
