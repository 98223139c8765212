//! Ridders' method: a numerical derivative with an estimate of its error, over a length that it finds by itself.
//!
//! The slope of the secant between x - h and x + h is f′(x) + c₁ h² + c₂ h⁴ + …, so that the slopes for two lengths h
//! combine into one whose error begins with h⁴, those for three into one with h⁶, and so on. How far a combination is
//! from those that it is made of says how far off it may be. As h gets shorter, this *truncation* error falls, but
//! rounding errors of f grow like 1 / h.
//!
//! Nothing is known of f beforehand: ln x varies over a length of x, sin x over a length of 1, whatever x is. So h goes
//! from a quarter of x down to the spacing of floats, and a combination counts the more the smaller its error is in
//! relation to its size. Where h is too long, slopes are of any size, and their combinations do not settle. If they
//! settle for no length, the derivative is zero within its error.

use crate::Real;

/// A derivative, and how far off it may be.
#[derive(Clone, Copy)]
pub(super) struct Estimate<S> {
    pub(super) value: S,
    pub(super) error: S,
}

/// The slope between two points of a function.
pub(super) struct Secant<S> {
    slope: S,
    /// How much of it may come from rounding the values of the function.
    noise: S,
}

/// Over which lengths to look at a function.
pub(super) struct Lengths<S> {
    /// How far the argument is from zero.
    pub(super) relative: S,
    /// An ordinary change of the argument, for when zero is near.
    pub(super) absolute: S,
}

/// How many times the distance between combinations and their noise is taken for the error.
const CAUTION: f32 = 6.0;

/// By which factor h gets shorter. If h were halved, values of few digits would be halved, too, and seem to agree.
const RATIO: f32 = 1.7;

/// How many slopes are combined, at most.
const MOST_SLOPES: usize = 8;

/// By which factor an error may fall from one length to the next. If it falls by more, it was luck.
const FALL: f32 = 0.125;

/// The relative error that no derivative is blamed for: 5e-7 in `f64` and 2e-3 in `f32`.
fn tolerance<S: Real>() -> S {
    S::EPSILON.powf(S::from(0.4))
}

impl<S: Real> Secant<S> {
    /// The secant through the values to the left and right of a point that has the value `center`.
    pub(super) fn new(left: S, center: S, right: S, width: S) -> Self {
        let size = left.abs().max(right.abs()).max(center.abs());
        // The last bit of a subnormal number is that of the smallest normal one.
        let last_bit = S::EPSILON * (size + S::MIN_POSITIVE);
        Self { slope: (right - left) / width, noise: S::from(2.0) * last_bit / width }
    }
}

impl<S: Real> Estimate<S> {
    /// The derivative of a function, from its secants between h before and h behind a point.
    ///
    /// If several lengths tell different stories, and one confirms the derivative that was given, it is that one.
    pub(super) fn of(mut secant: impl FnMut(S) -> Secant<S>, lengths: &Lengths<S>, given: S) -> Self {
        let quarter = S::from(0.25);
        let (relative, absolute) = (quarter * lengths.relative, quarter * lengths.absolute);
        let mut search = |longest, shortest| {
            let mut search = Search::new(given);
            search.over(&mut secant, longest, shortest);
            search
        };
        let near = search(relative, relative * S::EPSILON);
        if near.confirmed.is_some() || relative >= absolute {
            return near.answer();
        }
        // Near zero, f may vary over lengths that are much longer than the distance from zero, as 1000 + x does.
        let far = search(absolute, relative.max(absolute * S::EPSILON));
        if near.has_settled() && far.confirmed.is_none() {
            return near.answer();
        }
        let (near, far) = (near.answer(), far.answer());
        let differ = (near.value - far.value).abs() > near.error + far.error;
        // If they differ, there is a kink in between, or the far one sees what is lost in rounding nearby.
        if far.confirms(given) || near.value.is_nan() || (!differ && far.error < near.error) {
            far
        } else {
            near
        }
    }

    /// Whether a derivative is right, as far as can be told. If one of both is no number or infinite, it is not.
    pub(super) fn confirms(&self, given: S) -> bool {
        let size = self.value.abs().max(given.abs());
        let allowed = self.error + tolerance::<S>() * size;
        given.is_finite() && (given - self.value).abs() <= allowed
    }

    /// Whether the error is at most this part of the value.
    fn is_within(&self, part: S) -> bool {
        self.value != S::ZERO && self.error <= part * self.value.abs()
    }

    /// Whether this is better in relation to its size. Zero never is.
    fn is_better_than(&self, other: &Self) -> bool {
        self.error * other.value.abs() < other.error * self.value.abs()
    }
}

/// What was found over a range of lengths.
struct Search<S> {
    given: S,
    /// A combination that has settled on the derivative that was given.
    confirmed: Option<Estimate<S>>,
    /// The combination with the smallest error in relation to its size.
    relative: Estimate<S>,
    /// The combination with the smallest error.
    absolute: Estimate<S>,
    /// For the last length, the slope, the combination of two slopes, that of three, and so on.
    row: [S; MOST_SLOPES],
    /// How many of these there are.
    known: usize,
    /// The smallest error among these.
    error: S,
}

impl<S: Real> Search<S> {
    fn new(given: S) -> Self {
        Self {
            given,
            confirmed: None,
            relative: Estimate { value: S::ZERO, error: S::INFINITY },
            absolute: Estimate { value: S::NAN, error: S::INFINITY },
            row: [S::ZERO; MOST_SLOPES],
            known: 0,
            error: S::ZERO,
        }
    }

    /// Makes h shorter and shorter, until the derivative that was given is confirmed.
    fn over(&mut self, mut secant: impl FnMut(S) -> Secant<S>, longest: S, shortest: S) {
        let mut h = longest;
        while h > shortest && self.confirmed.is_none() {
            let secant = secant(h);
            if secant.slope.is_finite() {
                self.extend(&secant);
            } else {
                // Outside of the domain, or beyond the largest float.
                self.known = 0;
            }
            h /= S::from(RATIO);
        }
    }

    /// Combines the slope for a length with those for the lengths before.
    fn extend(&mut self, secant: &Secant<S>) {
        let above = self.row;
        let known = self.known;
        let floor = if known > 2 { S::from(FALL) * self.error } else { S::ZERO };
        self.row[0] = secant.slope;
        self.known = MOST_SLOPES.min(known + 1);
        self.error = S::INFINITY;
        let square = S::from(RATIO) * S::from(RATIO);
        let mut power = S::ONE;
        for order in 1..self.known {
            power *= square;
            let shorter = self.row[order - 1];
            let value = shorter + (shorter - above[order - 1]) / (power - S::ONE);
            self.row[order] = value;
            // The combination above has to exist.
            if order < known {
                let moved = [shorter, above[order - 1], above[order]].map(|other| (value - other).abs());
                let moved = moved.into_iter().fold(S::ZERO, S::max);
                let error = S::from(CAUTION) * (moved + secant.noise);
                self.error = self.error.min(error);
                self.consider(Estimate { value, error: error.max(floor) });
            }
        }
    }

    fn consider(&mut self, found: Estimate<S>) {
        if found.error < self.absolute.error {
            self.absolute = found;
        }
        if found.is_better_than(&self.relative) {
            self.relative = found;
        }
        if found.is_within(tolerance()) && found.confirms(self.given) {
            self.confirmed = Some(found);
        }
    }

    /// Whether a combination has an error that does not matter.
    fn has_settled(&self) -> bool {
        self.relative.is_within(tolerance())
    }

    /// The derivative, or NaN. A combination that has not even half of the digits to settle is as good as zero.
    fn answer(&self) -> Estimate<S> {
        let best =
            if self.relative.is_within(tolerance::<S>().sqrt()) { self.relative } else { self.absolute };
        self.confirmed.unwrap_or(best)
    }
}
