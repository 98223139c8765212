//! What a check found to differ, as a table.

use core::error::Error;
use core::fmt::{self, Arguments, Debug, Display, Formatter, Write};

use super::derivative::Estimate;
use crate::{Differentiable, Real};

/// Derivatives that differ from the numerical ones, or a value that differs from the function's.
///
/// [`Display`] and [`Debug`] print the same table, so that `unwrap` in a test shows it. It has a line for each float
/// that differs: its index in the order of [`floats`](Differentiable::floats), what was given, what was expected, and
/// how far off that may be. Of many lines, it has the first twenty.
pub struct Mismatch<D, V = D> {
    found: Found<D, V>,
}

enum Found<D, V> {
    Derivatives(Table<D>),
    Values(Table<V>),
}

impl<D, V> Mismatch<D, V> {
    /// Derivatives of which some differ.
    pub(super) fn of_derivatives(table: Table<D>) -> Self {
        Self { found: Found::Derivatives(table) }
    }

    /// A value of which some floats differ.
    pub(super) fn of_values(table: Table<V>) -> Self {
        Self { found: Found::Values(table) }
    }
}

impl<D: Differentiable, V: Differentiable> Display for Mismatch<D, V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.found {
            Found::Derivatives(table) => {
                let title = "derivatives that differ from the numerical ones";
                table.write(f, title, ["given", "numerical", "error estimate"])
            }
            Found::Values(table) => {
                table.write(f, "values that differ from the function's", ["given", "expected", "rounding"])
            }
        }
    }
}

impl<D: Differentiable, V: Differentiable> Debug for Mismatch<D, V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // `unwrap` has already begun the line.
        writeln!(f)?;
        Display::fmt(self, f)
    }
}

impl<D: Differentiable, V: Differentiable> Error for Mismatch<D, V> {}

/// What was given beside what was expected, float by float.
pub(super) struct Table<T> {
    pub(super) given: T,
    pub(super) expected: T,
    /// How far off each expected float may be.
    pub(super) error: T,
}

/// How many lines a table has at most, besides its head.
const MOST_LINES: usize = 20;

impl<T: Differentiable> Table<T> {
    /// What `mismatch` makes of the table, if there is a float that differs.
    pub(super) fn into_result<E>(self, mismatch: impl FnOnce(Self) -> E) -> Result<(), E> {
        if self.lines().next().is_none() { Ok(()) } else { Err(mismatch(self)) }
    }

    /// The floats that differ, with their indices.
    fn lines(&self) -> impl Iterator<Item = (usize, T::Scalar, Estimate<T::Scalar>)> {
        let expected = self.expected.floats().zip(self.error.floats());
        let estimates = expected.map(|(value, error)| Estimate { value, error });
        let all = self.given.floats().zip(estimates).enumerate();
        all.filter(|(_, (given, expected))| !expected.confirms(*given))
            .map(|(index, (given, expected))| (index, given, expected))
    }

    fn write(&self, f: &mut Formatter<'_>, title: &str, heads: [&str; 3]) -> fmt::Result {
        let count = self.lines().count();
        writeln!(f, "{title}: {count} of {}", T::COUNT)?;
        let lines = || self.lines().take(MOST_LINES);
        let [mut first, mut second, mut third] = heads.map(str::len);
        for (_, given, Estimate { value, error }) in lines() {
            first = first.max(length(format_args!("{given:?}")));
            second = second.max(length(format_args!("{value:?}")));
            third = third.max(length(format_args!("{:.0e}", error.to_f64())));
        }
        let [given, expected, error] = heads;
        write!(f, "float  {given:>first$}  {expected:>second$}  {error:>third$}")?;
        for (index, given, Estimate { value, error }) in lines() {
            write!(f, "\n{index:>5}  {given:>first$?}  {value:>second$?}  {:>third$.0e}", error.to_f64())?;
        }
        if count > MOST_LINES {
            write!(f, "\nand {} more", count - MOST_LINES)?;
        }
        Ok(())
    }
}

/// How many characters this prints as.
fn length(text: Arguments<'_>) -> usize {
    struct Counter(usize);

    impl Write for Counter {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }

    let mut counter = Counter(0);
    // It has nothing that could fail.
    let _ = counter.write_fmt(text);
    counter.0
}
