//! Calls functions of any signature with arguments read from a table.

/// A number of the type that a function computes in. Both widen to `f64` without loss.
pub(crate) trait Scalar {
    fn widen(self) -> f64;
}

impl Scalar for f64 {
    fn widen(self) -> f64 {
        self
    }
}

impl Scalar for f32 {
    fn widen(self) -> f64 {
        f64::from(self)
    }
}

/// A type of parameter. The table holds every argument as an `f64` that converts exactly.
pub(crate) trait Argument {
    fn from_table(number: f64) -> Self;
}

impl Argument for f64 {
    fn from_table(number: f64) -> Self {
        number
    }
}

impl Argument for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "checked on the next line")]
    fn from_table(number: f64) -> Self {
        let rounded = number as f32;
        assert_eq!(f64::from(rounded), number, "the table promises an f32");
        rounded
    }
}

impl Argument for i32 {
    #[allow(clippy::cast_possible_truncation, reason = "checked on the next line")]
    fn from_table(number: f64) -> Self {
        let rounded = number as i32;
        assert_eq!(f64::from(rounded), number, "the table promises an i32");
        rounded
    }
}

impl Argument for bool {
    fn from_table(number: f64) -> Self {
        number != 0.0
    }
}

/// What a gradient sibling returns: a bare number for one active parameter, else a tuple.
pub(crate) trait Gradient {
    fn flatten(self) -> Vec<f64>;
}

impl<T: Scalar> Gradient for T {
    fn flatten(self) -> Vec<f64> {
        vec![self.widen()]
    }
}

/// A function whose parameters can be filled from a list of numbers.
pub(crate) trait Call<Arguments> {
    type Output;

    fn call(&self, arguments: &[f64]) -> Self::Output;
}

macro_rules! implement_for_arity {
    ($($Type:ident $name:ident)+) => {
        impl<Function, Output, $($Type: Argument),+> Call<($($Type,)+)> for Function
        where
            Function: Fn($($Type),+) -> Output,
        {
            type Output = Output;

            fn call(&self, arguments: &[f64]) -> Output {
                let &[$($name),+] = arguments else {
                    panic!("{} arguments for another number of parameters", arguments.len())
                };
                self($($Type::from_table($name)),+)
            }
        }
    };
}

macro_rules! implement_for_tuple {
    ($($Type:ident $name:ident)+) => {
        impl<$($Type: Scalar),+> Gradient for ($($Type,)+) {
            fn flatten(self) -> Vec<f64> {
                let ($($name,)+) = self;
                vec![$($name.widen()),+]
            }
        }
    };
}

macro_rules! for_each_arity {
    ($($Type:ident $name:ident)+) => {
        for_each_arity!(@from [] $($Type $name)+);
    };
    (@from [$($done:tt)*] $Type:ident $name:ident $($rest:tt)*) => {
        implement_for_arity!($($done)* $Type $name);
        implement_for_tuple!($($done)* $Type $name);
        for_each_arity!(@from [$($done)* $Type $name] $($rest)*);
    };
    (@from [$($done:tt)*]) => {};
}

for_each_arity!(A a B b C c D d E e F f G g H h I i J j K k L l M m N n O o P p Q q R r S s);
