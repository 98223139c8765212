//! A function that is found by iteration. The implicit function theorem knows its derivatives.

/// The eccentric anomaly E of an orbit, which solves Kepler's equation E - e sin E = M.
#[must_use]
pub fn kepler(mean: f64, eccentricity: f64) -> f64 {
    let mut anomaly = mean + eccentricity * mean.sin();
    // Newton's method is there long before, unless the orbit is nearly a parabola.
    for _ in 0..20 {
        let error = anomaly - eccentricity * anomaly.sin() - mean;
        anomaly -= error / (1.0 - eccentricity * anomaly.cos());
    }
    anomaly
}

/// The anomaly and its gradient: ∂E/∂M = 1 / (1 - e cos E) and ∂E/∂e = sin E / (1 - e cos E).
#[must_use]
pub fn kepler_value_and_grad(mean: f64, eccentricity: f64) -> (f64, (f64, f64)) {
    let anomaly = kepler(mean, eccentricity);
    let (sine, cosine) = anomaly.sin_cos();
    let slope = 1.0 / (1.0 - eccentricity * cosine);
    (anomaly, (slope, slope * sine))
}

/// The anomaly and its derivative along a direction.
#[must_use]
pub fn kepler_jvp(mean: f64, eccentricity: f64, mean_dot: f64, eccentricity_dot: f64) -> (f64, f64) {
    let (anomaly, (by_mean, by_eccentricity)) = kepler_value_and_grad(mean, eccentricity);
    (anomaly, by_mean * mean_dot + by_eccentricity * eccentricity_dot)
}

/// The gradient and its derivative along a direction.
#[must_use]
pub fn kepler_hvp(
    mean: f64,
    eccentricity: f64,
    mean_dot: f64,
    eccentricity_dot: f64,
) -> ((f64, f64), (f64, f64)) {
    let (anomaly, (slope, by_eccentricity)) = kepler_value_and_grad(mean, eccentricity);
    let (sine, cosine) = anomaly.sin_cos();
    let anomaly_dot = slope * mean_dot + by_eccentricity * eccentricity_dot;
    let slope_dot = slope * slope * (eccentricity_dot * cosine - eccentricity * sine * anomaly_dot);
    ((slope, by_eccentricity), (slope_dot, slope_dot * sine + slope * cosine * anomaly_dot))
}
