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

/// What is left of the numbers that arguments are made of.
pub(crate) type Table<'a> = std::slice::Iter<'a, f64>;

/// A type of parameter. The table holds every argument as `f64`s that convert exactly.
pub(crate) trait Argument {
    fn from_table(table: &mut Table<'_>) -> Self;
}

fn next(table: &mut Table<'_>) -> f64 {
    *table.next().expect("fewer arguments than the parameters need")
}

impl Argument for f64 {
    fn from_table(table: &mut Table<'_>) -> Self {
        next(table)
    }
}

impl Argument for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "checked on the next line")]
    fn from_table(table: &mut Table<'_>) -> Self {
        let number = next(table);
        let rounded = number as f32;
        assert_eq!(f64::from(rounded), number, "the table promises an f32");
        rounded
    }
}

impl Argument for i32 {
    #[allow(clippy::cast_possible_truncation, reason = "checked on the next line")]
    fn from_table(table: &mut Table<'_>) -> Self {
        let number = next(table);
        let rounded = number as i32;
        assert_eq!(f64::from(rounded), number, "the table promises an i32");
        rounded
    }
}

impl Argument for u32 {
    fn from_table(table: &mut Table<'_>) -> Self {
        Self::try_from(i32::from_table(table)).expect("the table promises a u32")
    }
}

impl Argument for usize {
    fn from_table(table: &mut Table<'_>) -> Self {
        Self::try_from(i32::from_table(table)).expect("the table promises a usize")
    }
}

impl Argument for bool {
    fn from_table(table: &mut Table<'_>) -> Self {
        next(table) != 0.0
    }
}

impl<A: Argument, const N: usize> Argument for [A; N] {
    fn from_table(table: &mut Table<'_>) -> Self {
        std::array::from_fn(|_| A::from_table(table))
    }
}

/// Leaks, which a test can afford: arguments are few and small.
impl<A: Argument> Argument for &'static A {
    fn from_table(table: &mut Table<'_>) -> Self {
        Box::leak(Box::new(A::from_table(table)))
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
                let mut table = arguments.iter();
                $(let $name = $Type::from_table(&mut table);)+
                assert!(table.next().is_none(), "more arguments than the parameters need");
                self($($name),+)
            }
        }
    };
}

macro_rules! implement_for_tuple {
    ($($Type:ident $name:ident)+) => {
        impl<$($Type: Argument),+> Argument for ($($Type,)+) {
            fn from_table(table: &mut Table<'_>) -> Self {
                ($($Type::from_table(table),)+)
            }
        }

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
