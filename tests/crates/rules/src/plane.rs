//! A function with two results, whose pullback is written by hand.

/// Distance and direction.
pub type Polar = (f64, f64);

/// Distance and direction of a place.
#[must_use]
pub fn polar(place: [f64; 2]) -> Polar {
    let [x, y] = place;
    (x.hypot(y), y.atan2(x))
}

/// Distance and direction, and what takes their cotangents to that of the place.
pub fn polar_vjp(place: [f64; 2]) -> (Polar, impl FnOnce(Polar) -> [f64; 2]) {
    let [x, y] = place;
    let (radius, angle) = polar(place);
    let pullback = move |(radius_bar, angle_bar): Polar| {
        let (along, across) = (radius_bar / radius, angle_bar / (radius * radius));
        [along * x - across * y, along * y + across * x]
    };
    ((radius, angle), pullback)
}

/// Distance and direction, and how they change as the place does.
#[must_use]
pub fn polar_jvp(place: [f64; 2], place_dot: [f64; 2]) -> (Polar, Polar) {
    let ([x, y], [x_dot, y_dot]) = (place, place_dot);
    let (radius, angle) = polar(place);
    ((radius, angle), ((x * x_dot + y * y_dot) / radius, (x * y_dot - y * x_dot) / (radius * radius)))
}
