//! Functions of slices and other parameters, evaluated at points that are lists of numbers.
//!
//! The root of the test says with `watched` what happens around a call.

/// How exact derivatives have to be; differences of these functions are so with a digit to spare.
const TOLERANCE: f64 = 1e-9;

/// Numbers that a parameter or a gradient consists of, one after the other.
pub(crate) trait Flat: Sized {
    /// How many.
    const LENGTH: usize;
    /// Takes the first numbers.
    fn take(numbers: &mut impl Iterator<Item = f64>) -> Self;
    /// Appends the numbers.
    fn put(&self, numbers: &mut Vec<f64>);
}

impl Flat for f64 {
    const LENGTH: usize = 1;

    fn take(numbers: &mut impl Iterator<Item = f64>) -> Self {
        numbers.next().expect("a number for each parameter")
    }

    fn put(&self, numbers: &mut Vec<f64>) {
        numbers.push(*self);
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    const LENGTH: usize = N * T::LENGTH;

    fn take(numbers: &mut impl Iterator<Item = f64>) -> Self {
        std::array::from_fn(|_| T::take(numbers))
    }

    fn put(&self, numbers: &mut Vec<f64>) {
        for part in self {
            part.put(numbers);
        }
    }
}

impl Flat for () {
    const LENGTH: usize = 0;

    fn take(_numbers: &mut impl Iterator<Item = f64>) -> Self {}

    fn put(&self, _numbers: &mut Vec<f64>) {}
}

macro_rules! flat_tuples {
    ($(($($part:ident $place:tt),+))+) => {
        $(
            impl<$($part: Flat),+> Flat for ($($part,)+) {
                const LENGTH: usize = 0 $(+ $part::LENGTH)+;

                fn take(numbers: &mut impl Iterator<Item = f64>) -> Self {
                    ($($part::take(numbers),)+)
                }

                fn put(&self, numbers: &mut Vec<f64>) {
                    $(self.$place.put(numbers);)+
                }
            }
        )+
    };
}

flat_tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}

/// A value, with the gradient unless that is in slices only.
pub(crate) trait Outcome {
    /// The value, and the numbers of the gradient.
    fn parts(self) -> (f64, Vec<f64>);
}

impl Outcome for f64 {
    fn parts(self) -> (f64, Vec<f64>) {
        (self, Vec::new())
    }
}

impl<G: Flat> Outcome for (f64, G) {
    fn parts(self) -> (f64, Vec<f64>) {
        let mut numbers = Vec::new();
        self.1.put(&mut numbers);
        (self.0, numbers)
    }
}

/// A slice, its gradient, its part of the Hessian times a direction, both at first no numbers, and of the direction.
pub(crate) struct Slice<T> {
    pub(crate) numbers: Vec<T>,
    pub(crate) bar: Vec<T>,
    pub(crate) hvp: Vec<T>,
    pub(crate) dot: Vec<T>,
}

impl<T: Flat> Slice<T> {
    pub(crate) fn take(
        length: usize,
        numbers: &mut impl Iterator<Item = f64>,
        dots: &mut impl Iterator<Item = f64>,
    ) -> Self {
        let unset = || (0..length).map(|_| T::take(&mut std::iter::repeat(f64::NAN))).collect();
        Self {
            numbers: (0..length).map(|_| T::take(numbers)).collect(),
            bar: unset(),
            hvp: unset(),
            dot: (0..length).map(|_| T::take(dots)).collect(),
        }
    }
}

/// What siblings return, gradients as the numbers of a point.
#[derive(Debug)]
pub(crate) struct Derivatives {
    pub(crate) with_value: (f64, Vec<f64>),
    pub(crate) alone: Vec<f64>,
    pub(crate) forward: (f64, f64),
    /// The value, and what is pulled back from the cotangent 2.
    pub(crate) backward: (f64, Vec<f64>),
    /// The gradient, and the Hessian times the direction, if there is a sibling for it.
    pub(crate) second: Option<(Vec<f64>, Vec<f64>)>,
}

/// The numbers of slices, then those of what is returned besides.
pub(crate) fn joined(mut slices: Vec<f64>, rest: impl Flat) -> Vec<f64> {
    rest.put(&mut slices);
    slices
}

/// The same of two at once, which are returned as a pair, unless there is nothing else than slices.
pub(crate) fn joined_pair(slices: [Vec<f64>; 2], rest: impl Flat) -> (Vec<f64>, Vec<f64>) {
    let [mut first, mut second] = slices;
    let rest = joined(Vec::new(), rest);
    let (left, right) = rest.split_at(rest.len() / 2);
    first.extend(left);
    second.extend(right);
    (first, second)
}

/// A function and its siblings, of a point whose first numbers are those of its slices.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// The lengths of the slices, for each point.
    pub(crate) lengths: Vec<Vec<usize>>,
    /// Between which numbers coordinates are.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// How many numbers a point with such slices has.
    pub(crate) size: fn(&[usize]) -> usize,
    /// The value, at a point with such slices.
    pub(crate) value: fn(&[usize], &[f64]) -> f64,
    /// All derivatives, with a direction after the point.
    pub(crate) derivatives: fn(&[usize], &[f64], &[f64]) -> Derivatives,
}

impl Function {
    /// Coordinates that are spread evenly, in no order, and all different.
    fn coordinates(&self, size: usize, start: f64) -> Vec<f64> {
        let place = |i: u32| (start + f64::from(i) * 0.618_033_988_749_894_8) % 1.0;
        (0..).map(|i| self.low + (self.high - self.low) * place(i)).take(size).collect()
    }

    /// Evaluates all siblings at all points.
    pub(crate) fn evaluate(&self) {
        for lengths in &self.lengths {
            let point = self.coordinates((self.size)(lengths), 0.27);
            (self.derivatives)(lengths, &point, &point);
        }
    }

    /// Compares values with the function itself bit for bit, gradients with differences, and forward mode with both.
    ///
    /// What differences say of their own error has to be below 1e-9 of the largest number involved, and so has what
    /// they and the derivatives differ by.
    pub(crate) fn check(&self) {
        for lengths in &self.lengths {
            let point = self.coordinates((self.size)(lengths), 0.27);
            let direction = self.coordinates(point.len(), 0.6);
            let place = format!("{} with slices of {lengths:?} at {point:?}", self.name);
            let value = (self.value)(lengths, &point);
            let found = (self.derivatives)(lengths, &point, &direction);
            assert_eq!(found.with_value.0.to_bits(), value.to_bits(), "the value of {place}");
            assert_eq!(found.forward.0.to_bits(), value.to_bits(), "the forward value of {place}");
            let partial = |i: usize| {
                let moved = |step: f64| {
                    let mut point = point.clone();
                    point[i] += step;
                    (self.value)(lengths, &point)
                };
                difference(moved)
            };
            let (expected, errors): (Vec<f64>, Vec<f64>) = (0..point.len()).map(partial).unzip();
            let size = expected.iter().fold(1.0_f64.max(value.abs()), |size, slope| size.max(slope.abs()));
            assert!(
                errors.iter().all(|error| *error <= TOLERANCE * size),
                "differences of {place}: {errors:?}"
            );
            let close = |found: f64, expected: f64| (found - expected).abs() <= TOLERANCE * size;
            for gradient in [&found.with_value.1, &found.alone] {
                assert_eq!(gradient.len(), expected.len(), "the gradient of {place}");
                for (i, (found, expected)) in gradient.iter().zip(&expected).enumerate() {
                    assert!(close(*found, *expected), "partial {i} of {place}: {found}, not {expected}");
                }
            }
            assert_eq!(
                found.backward.0.to_bits(),
                value.to_bits(),
                "the value before the pullback of {place}"
            );
            let pulled: Vec<f64> = found.backward.1.iter().map(|bar| 0.5 * bar).collect();
            for gradient in std::iter::once(&pulled).chain(found.second.as_ref().map(|(bar, _)| bar)) {
                assert_eq!(gradient.len(), expected.len(), "the other gradient of {place}");
                for (i, (found, expected)) in gradient.iter().zip(&expected).enumerate() {
                    assert!(
                        close(*found, *expected),
                        "partial {i} otherwise of {place}: {found}, not {expected}"
                    );
                }
            }
            if let Some((_, second)) = &found.second {
                self.check_second(lengths, &point, &direction, second);
            }
            let along: f64 = expected.iter().zip(&direction).map(|(slope, way)| slope * way).sum();
            let found = found.forward.1;
            assert!(close(found, along), "the direction {direction:?} of {place}: {found}, not {along}");
        }
    }

    /// Compares the Hessian times a direction with differences of gradients in that direction.
    fn check_second(&self, lengths: &[usize], point: &[f64], direction: &[f64], found: &[f64]) {
        let expected: Vec<(f64, f64)> = (0..point.len())
            .map(|i| {
                difference(|step| {
                    let moved: Vec<f64> =
                        point.iter().zip(direction).map(|(v, way)| v + step * way).collect();
                    (self.derivatives)(lengths, &moved, direction).alone[i]
                })
            })
            .collect();
        let size = expected.iter().fold(1.0_f64, |size, (slope, _)| size.max(slope.abs()));
        let place = format!("{} with slices of {lengths:?} at {point:?} in {direction:?}", self.name);
        assert_eq!(found.len(), expected.len(), "the second derivative of {place}");
        for (i, (found, (expected, error))) in found.iter().zip(expected).enumerate() {
            assert!(error <= TOLERANCE * size, "second differences of {place}: {error}");
            let fits = (found - expected).abs() <= TOLERANCE * size;
            assert!(fits, "second partial {i} of {place}: {found}, not {expected}");
        }
    }
}

/// The derivative at zero and its error, by Ridders: central differences of ever smaller widths are extrapolated to
/// none, and the extrapolation is taken that changed least.
pub(crate) fn difference(f: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut best, mut error) = (f64::NAN, f64::INFINITY);
    let mut before: Vec<f64> = Vec::new();
    for width in (0..10).map(|k| 8e-3 / 1.5_f64.powi(k)) {
        let mut row = vec![(f(width) - f(-width)) / (2.0 * width)];
        let mut power = 1.0;
        for (k, old) in before.iter().enumerate() {
            power *= 1.5 * 1.5;
            let new = (power * row[k] - old) / (power - 1.0);
            let change = (new - row[k]).abs().max((new - old).abs());
            if change <= error {
                (best, error) = (new, change);
            }
            row.push(new);
        }
        before = row;
    }
    (best, error)
}

/// A list of functions, each a line `name with_value alone forward backward second: (slices; others; constants) at
/// [lengths] in low..high`, whose parameters are in this order. `second` may be absent.
macro_rules! functions {
    ($(
        $name:ident $with_value:ident $alone:ident $forward:ident $backward:ident $($second:ident)?:
        ($($slice:ident: [$element:ty]),*; $($other:ident: $ty:ty),*; $($constant:expr),*)
        at [$($lengths:expr),*] in $low:literal..$high:literal
    )+) => {
        #[allow(unused, clippy::let_unit_value, reason = "some functions have no slices, some nothing else")]
        pub(crate) fn functions() -> Vec<$crate::harness::Function> {
            use $crate::harness::{Derivatives, Flat, Function, Outcome, Slice, joined, joined_pair};
            use $crate::watched;

            vec![$(Function {
                name: stringify!($name),
                lengths: vec![$(Vec::from($lengths)),*],
                low: $low,
                high: $high,
                size: |lengths| {
                    let mut lengths = lengths.iter();
                    let size = <($($ty,)*) as Flat>::LENGTH;
                    $(let size = size + lengths.next().expect("a length") * <$element as Flat>::LENGTH;)*
                    size
                },
                value: |lengths, point| {
                    let (mut lengths, mut numbers) = (lengths.iter(), point.iter().copied());
                    $(let $slice = Slice::<$element>::take(
                        *lengths.next().expect("a length"),
                        &mut numbers,
                        &mut std::iter::repeat(0.0),
                    );)*
                    $(let $other = <$ty>::take(&mut numbers);)*
                    $name($(&$slice.numbers,)* $($other,)* $($constant),*)
                },
                derivatives: |lengths, point, direction| {
                    let mut lengths = lengths.iter();
                    let (mut numbers, mut dots) = (point.iter().copied(), direction.iter().copied());
                    $(let mut $slice = Slice::<$element>::take(
                        *lengths.next().expect("a length"),
                        &mut numbers,
                        &mut dots,
                    );)*
                    $(let $other = (<$ty>::take(&mut numbers), <$ty>::take(&mut dots));)*
                    // What siblings have written to the gradients of slices.
                    macro_rules! written {
                        ($field:ident) => {{
                            let mut numbers = Vec::new();
                            $($slice.$field.iter().for_each(|part| part.put(&mut numbers));)*
                            numbers
                        }};
                    }
                    let (value, rest) = watched(stringify!($with_value), || {
                        $with_value($(&$slice.numbers,)* $($other.0,)* $($constant,)* $(&mut $slice.bar),*)
                    })
                    .parts();
                    let mut gradient = written!(bar);
                    gradient.extend(rest);
                    let alone = watched(stringify!($alone), || {
                        $alone($(&$slice.numbers,)* $($other.0,)* $($constant,)* $(&mut $slice.bar),*)
                    });
                    let alone = joined(written!(bar), alone);
                    let forward = watched(stringify!($forward), || {
                        $forward(
                            $(&$slice.numbers,)* $($other.0,)* $($constant,)*
                            $(&$slice.dot,)* $($other.1),*
                        )
                    });
                    let (pulled_value, pulled) = watched(stringify!($backward), || {
                        let (value, pullback) = $backward($(&$slice.numbers,)* $($other.0,)* $($constant),*);
                        (value, pullback(2.0, $(&mut $slice.bar),*))
                    });
                    let pulled = joined(written!(bar), pulled);
                    macro_rules! second {
                        ($sibling:ident) => {
                            $sibling(
                                $(&$slice.numbers,)* $($other.0,)* $($constant,)*
                                $(&$slice.dot,)* $($other.1,)*
                                $(&mut $slice.bar,)* $(&mut $slice.hvp),*
                            )
                        };
                    }
                    let second: Option<(Vec<f64>, Vec<f64>)> = None;
                    $(
                        let second = watched(stringify!($second), || second!($second));
                        let second = Some(joined_pair([written!(bar), written!(hvp)], second));
                    )?
                    Derivatives { with_value: (value, gradient), alone, forward, backward: (pulled_value, pulled), second }
                },
            }),+]
        }
    };
}
pub(crate) use functions;
