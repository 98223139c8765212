//! Calls of functions whose parameters the attribute macro does not know the types of. Whether a function's gradient
//! has an entry for an argument depends on whether the type of the argument carries floats; where the macro cannot see
//! that, generated code asks the type, by the functions here.
//!
//! Lists are nested pairs, `(a, (b, ()))`.

#![expect(missing_docs, reason = "for generated code alone; the types and traits say what they are for")]

use crate::Differentiable;

/// An argument of which the gradient has an entry, with its tangent.
#[derive(Clone, Copy)]
pub struct Given<T>(pub T);

/// An argument without floats.
#[derive(Clone, Copy)]
pub struct Absent;

/// What is asked whether it carries floats.
#[derive(Clone, Copy)]
pub struct Argument<'a, T>(pub &'a T);

/// Asks the type of an argument: [`Given`] a zero, or [`Absent`].
///
/// Of three methods of one name, the first whose receiver fits is called, with the fewest references taken.
#[doc(hidden)]
#[macro_export]
macro_rules! __slot {
    ($argument:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{ByReference as _, ByValue as _, Other as _};
        (&&$crate::__private::Argument($argument)).slot()
    }};
}

/// The type is differentiable.
pub trait ByValue {
    type Slot;
    fn slot(self) -> Self::Slot;
}

impl<T: Differentiable> ByValue for &&Argument<'_, T> {
    type Slot = Given<T>;
    fn slot(self) -> Given<T> {
        Given(self.0.zero())
    }
}

/// The type is a reference to a differentiable one.
pub trait ByReference {
    type Slot;
    fn slot(self) -> Self::Slot;
}

impl<T: Differentiable> ByReference for &Argument<'_, &T> {
    type Slot = Given<T>;
    fn slot(self) -> Given<T> {
        Given(self.0.zero())
    }
}

/// The type carries no floats.
pub trait Other {
    fn slot(self) -> Absent;
}

impl<T> Other for Argument<'_, T> {
    fn slot(self) -> Absent {
        Absent
    }
}

/// The receiver of a method and another argument, whose types are compared.
pub struct Pair<'a, A, B>(pub &'a A, pub &'a B);

/// Compiles only if the constant receiver of a method is of another type than an argument that varies.
#[doc(hidden)]
#[macro_export]
macro_rules! __apart {
    ($receiver:expr, $argument:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{DifferentTypes as _, SameType as _};
        $crate::__private::apart((&&$crate::__private::Pair($receiver, $argument)).compared())
    }};
}

/// Both are of one type.
pub trait SameType {
    fn compared(self) -> Alike;
}

impl<T> SameType for &&Pair<'_, T, T> {
    fn compared(self) -> Alike {
        Alike
    }
}

impl<T> SameType for &&Pair<'_, &T, T> {
    fn compared(self) -> Alike {
        Alike
    }
}

/// They are of different types.
pub trait DifferentTypes {
    fn compared(self) -> Unlike;
}

impl<A, B> DifferentTypes for &Pair<'_, A, B> {
    fn compared(self) -> Unlike {
        Unlike
    }
}

/// That two arguments are of one type.
pub struct Alike;

/// That two arguments are of different types.
pub struct Unlike;

/// Holds for [`Unlike`].
#[diagnostic::on_unimplemented(
    message = "what this method is called on is constant, and of the type of an argument that varies",
    label = "it cannot be seen which of the two its gradient is by",
    note = "make the method a function of both, `#[grad] fn f(a: &A, b: &A)`, and call that"
)]
pub trait Apart {}

impl Apart for Unlike {}

pub fn apart(_: impl Apart) {}

/// A number, as a type.
pub struct Zero;

/// The next number.
pub struct Next<N>(N);

/// A list of slots.
pub trait Slots {
    /// How many are given.
    type Count;
    /// The tangents of those that are given.
    type Tangents;
    fn tangents(self) -> Self::Tangents;
}

impl Slots for () {
    type Count = Zero;
    type Tangents = ();
    fn tangents(self) {}
}

impl<T, Rest: Slots> Slots for (Given<T>, Rest) {
    type Count = Next<Rest::Count>;
    type Tangents = (T, Rest::Tangents);
    fn tangents(self) -> Self::Tangents {
        (self.0.0, self.1.tangents())
    }
}

impl<Rest: Slots> Slots for (Absent, Rest) {
    type Count = Rest::Count;
    type Tangents = Rest::Tangents;
    fn tangents(self) -> Self::Tangents {
        self.1.tangents()
    }
}

/// A gradient of so many entries: one alone, several as a tuple.
pub trait Entries<Count> {
    type List;
    fn list(self) -> Self::List;
}

/// The entries of a gradient at the slots that are given, and nothing at the others.
pub trait Spread<List>: Slots {
    type Entries;
    fn spread(list: List) -> Self::Entries;
}

impl Spread<()> for () {
    type Entries = ();
    fn spread((): ()) {}
}

impl<T, Entry, List, Rest: Spread<List>> Spread<(Entry, List)> for (Given<T>, Rest) {
    type Entries = (Entry, Rest::Entries);
    fn spread((entry, list): (Entry, List)) -> Self::Entries {
        (entry, Rest::spread(list))
    }
}

impl<List, Rest: Spread<List>> Spread<List> for (Absent, Rest) {
    type Entries = ((), Rest::Entries);
    fn spread(list: List) -> Self::Entries {
        ((), Rest::spread(list))
    }
}

/// The entries of a gradient, one for each slot.
#[inline]
pub fn spread<Gradient, S>(gradient: Gradient, _: &S) -> S::Entries
where
    S: Spread<<Gradient as Entries<<S as Slots>::Count>>::List>,
    Gradient: Entries<<S as Slots>::Count>,
{
    S::spread(gradient.list())
}

/// A list before another.
pub trait Before<Rest> {
    type List;
    fn before(self, rest: Rest) -> Self::List;
}

impl<Rest> Before<Rest> for () {
    type List = Rest;
    fn before(self, rest: Rest) -> Rest {
        rest
    }
}

impl<Head, Tail: Before<Rest>, Rest> Before<Rest> for (Head, Tail) {
    type List = (Head, Tail::List);
    fn before(self, rest: Rest) -> Self::List {
        (self.0, self.1.before(rest))
    }
}

/// A function that takes the values of a list as its arguments.
pub trait Takes<List> {
    type Output;
    fn call(self, list: List) -> Self::Output;
}

/// Calls a function with arguments, and with the tangents of those that carry floats.
#[inline]
pub fn call_with_tangents<F, Arguments, S>(function: F, arguments: Arguments, slots: S) -> F::Output
where
    S: Slots,
    Arguments: Before<S::Tangents>,
    F: Takes<Arguments::List>,
{
    function.call(arguments.before(slots.tangents()))
}

/// Names as a list: of types, of values, or of the parts of a pattern.
macro_rules! list {
    () => { () };
    ($head:ident $($tail:ident)*) => { ($head, list!($($tail)*)) };
}

macro_rules! functions {
    ($($name:ident)*) => {
        impl<F, Output, $($name),*> Takes<list!($($name)*)> for F
        where
            F: FnOnce($($name),*) -> Output,
        {
            type Output = Output;
            #[allow(non_snake_case, reason = "the names of types are reused for values")]
            fn call(self, list!($($name)*): list!($($name)*)) -> Output {
                self($($name),*)
            }
        }
    };
}

functions! { A B }
functions! { A B C }
functions! { A B C D }
functions! { A B C D E }
functions! { A B C D E G }
functions! { A B C D E G H }
functions! { A B C D E G H I }
functions! { A B C D E G H I J }
functions! { A B C D E G H I J K }
functions! { A B C D E G H I J K L }
functions! { A B C D E G H I J K L M }
functions! { A B C D E G H I J K L M N }
functions! { A B C D E G H I J K L M N O }
functions! { A B C D E G H I J K L M N O P }
functions! { A B C D E G H I J K L M N O P Q }

impl<A> Entries<Next<Zero>> for A {
    type List = (A, ());
    fn list(self) -> Self::List {
        (self, ())
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name),*> Entries<tuples!(@count $($name)*)> for ($($name,)*) {
            type List = list!($($name)*);
            #[allow(non_snake_case, reason = "the names of types are reused for values")]
            fn list(self) -> Self::List {
                let ($($name,)*) = self;
                list!($($name)*)
            }
        }
    };
    (@count) => { Zero };
    (@count $head:ident $($tail:ident)*) => { Next<tuples!(@count $($tail)*)> };
}

tuples! { A B }
tuples! { A B C }
tuples! { A B C D }
tuples! { A B C D E }
tuples! { A B C D E F }
tuples! { A B C D E F G }
tuples! { A B C D E F G H }
tuples! { A B C D E F G H I }
tuples! { A B C D E F G H I J }
tuples! { A B C D E F G H I J K }
tuples! { A B C D E F G H I J K L }
