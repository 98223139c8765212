//! Arms, projectiles, orbits and rotations.

use chainrule::grad;

/// Distance of a two-link arm's tip from a target.
#[grad]
fn arm_distance(shoulder: f64, elbow: f64, target_x: f64, target_y: f64) -> f64 {
    const UPPER: f64 = 1.2;
    const FORE: f64 = 0.8;
    let x = UPPER * shoulder.cos() + FORE * (shoulder + elbow).cos();
    let y = UPPER * shoulder.sin() + FORE * (shoulder + elbow).sin();
    (x - target_x).hypot(y - target_y)
}

/// Elbow angle that reaches a point: inverse kinematics.
#[grad]
fn elbow_angle(x: f64, y: f64, upper: f64, fore: f64) -> f64 {
    let cosine = (x * x + y * y - upper * upper - fore * fore) / (2.0 * upper * fore);
    cosine.clamp(-1.0, 1.0).acos()
}

/// Heading from one point to another.
#[grad]
fn bearing(x1: f64, y1: f64, x2: f64, y2: f64) -> f64 {
    f64::atan2(y2 - y1, x2 - x1)
}

/// Great-circle distance by the haversine formula, in degrees and kilometres.
#[grad]
fn haversine(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    const EARTH: f64 = 6371.0;
    let (lat1, lat2) = (lat1.to_radians(), lat2.to_radians());
    let half_lat = (lat2 - lat1) / 2.0;
    let half_lon = (lon2 - lon1).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
    2.0 * EARTH * h.sqrt().asin()
}

/// Range of a projectile from a height.
#[grad]
fn projectile_range(speed: f64, angle: f64, height: f64) -> f64 {
    let g = 9.81;
    let (s, c) = angle.sin_cos();
    let up = speed * s;
    speed * c / g * (up + (up * up + 2.0 * g * height).sqrt())
}

/// Height of a projectile under linear drag.
#[grad]
fn drag_height(speed: f64, time: f64, drag: f64) -> f64 {
    let terminal = 9.81 / drag;
    (speed + terminal) / drag * -(-drag * time).exp_m1() - terminal * time
}

/// Speed of a falling body under quadratic drag.
#[grad]
fn falling_speed(mass: f64, area: f64, time: f64) -> f64 {
    let terminal = (2.0 * mass * 9.81 / (1.225 * area * 0.47)).sqrt();
    terminal * (9.81 * time / terminal).tanh()
}

/// One Newton step of Kepler's equation.
#[grad]
fn kepler_step(anomaly: f64, mean: f64, eccentricity: f64) -> f64 {
    let (sine, cosine) = anomaly.sin_cos();
    let residual = anomaly - eccentricity * sine - mean;
    anomaly - residual / (1.0 - eccentricity * cosine)
}

/// True anomaly from the eccentric one.
#[grad]
fn true_anomaly(eccentric: f64, e: f64) -> f64 {
    let ratio = ((1.0 + e) / (1.0 - e)).sqrt();
    2.0 * (ratio * (eccentric / 2.0).tan()).atan()
}

/// First component of a vector rotated by a quaternion that need not be normalised.
#[grad]
fn quaternion_rotation(w: f64, i: f64, j: f64, k: f64, x: f64, y: f64, z: f64) -> f64 {
    let norm = w * w + i * i + j * j + k * k;
    let s = 2.0 / norm;
    let xx = 1.0 - s * (j * j + k * k);
    let xy = s * (i * j - w * k);
    let xz = s * (i * k + w * j);
    xx * x + xy * y + xz * z
}

/// Smoothstep between two edges.
#[grad]
fn smoothstep(low: f64, high: f64, x: f64) -> f64 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Period of a pendulum by two terms of the arithmetic-geometric mean.
#[grad]
fn pendulum_period(length: f64, amplitude: f64) -> f64 {
    let (a, g) = (1.0, (amplitude / 2.0).cos());
    let (a, g) = ((a + g) / 2.0, (a * g).sqrt());
    let (a, g) = ((a + g) / 2.0, (a * g).sqrt());
    std::f64::consts::TAU * (length / 9.81).sqrt() / ((a + g) / 2.0)
}

/// Position in a lane, which wraps around.
#[grad]
fn wrapped_position(start: f64, speed: f64, time: f64) -> f64 {
    let travelled = start + speed * time;
    travelled.rem_euclid(10.0) + 0.5 * travelled % 3.0
}

/// Catenary in single precision.
#[grad]
fn catenary(x: f32, scale: f32) -> f32 {
    scale * (x / scale).cosh() - scale
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (arm_distance, arm_distance_grad, arm_distance_value_and_grad),
        (elbow_angle, elbow_angle_grad, elbow_angle_value_and_grad),
        (bearing, bearing_grad, bearing_value_and_grad),
        (haversine, haversine_grad, haversine_value_and_grad),
        (projectile_range, projectile_range_grad, projectile_range_value_and_grad),
        (drag_height, drag_height_grad, drag_height_value_and_grad),
        (falling_speed, falling_speed_grad, falling_speed_value_and_grad),
        (kepler_step, kepler_step_grad, kepler_step_value_and_grad),
        (true_anomaly, true_anomaly_grad, true_anomaly_value_and_grad),
        (quaternion_rotation, quaternion_rotation_grad, quaternion_rotation_value_and_grad),
        (smoothstep, smoothstep_grad, smoothstep_value_and_grad),
        (pendulum_period, pendulum_period_grad, pendulum_period_value_and_grad),
        (wrapped_position, wrapped_position_grad, wrapped_position_value_and_grad),
        (catenary, catenary_grad, catenary_value_and_grad),
    ]
}
