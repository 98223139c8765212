//! Arms, vehicles and what their sensors see.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

/// The hand of an arm of three links in a plane.
#[jacobian]
#[jvp]
#[vjp]
fn planar_hand(q: &[f64; 3]) -> [f64; 2] {
    let lengths = [1.0, 0.8, 0.5];
    let mut angle = 0.0;
    let mut hand = [0.0; 2];
    for (joint, length) in q.iter().zip(lengths) {
        angle += joint;
        hand[0] += length * angle.cos();
        hand[1] += length * angle.sin();
    }
    hand
}

/// Position and heading of a planar arm whose link lengths are to be calibrated, too.
#[jacobian]
#[jvp]
#[vjp]
fn planar_pose(q: [f64; 4], lengths: [f64; 4]) -> [f64; 3] {
    let (mut x, mut y, mut heading) = (0.0, 0.0, 0.0);
    for i in 0..4 {
        heading += q[i];
        let (sine, cosine) = heading.sin_cos();
        x += lengths[i] * cosine;
        y += lengths[i] * sine;
    }
    [x, y, heading]
}

/// How far the hand of an arm of four links is from a target, squared.
#[grad]
#[hessian]
#[hvp]
fn planar_distance(q: &[f64; 4]) -> f64 {
    const LENGTHS: [f64; 4] = [1.0, 0.8, 0.5, 0.3];
    let target = [1.1, 0.9];
    let mut angle = 0.0;
    let mut hand = [0.0, 0.0];
    for i in 0..4 {
        angle += q[i];
        hand[0] += LENGTHS[i] * angle.cos();
        hand[1] += LENGTHS[i] * angle.sin();
    }
    (hand[0] - target[0]).powi(2) + (hand[1] - target[1]).powi(2)
}

/// The Puma 560 by the rules of Denavit and Hartenberg: the pose of its flange as a matrix.
#[jacobian]
#[jvp]
#[vjp]
fn puma(q: &[f64; 6]) -> [[f64; 4]; 4] {
    // Length a, offset d, cosine and sine of the twist.
    const LINKS: [[f64; 4]; 6] = [
        [0.0, 0.0, 0.0, 1.0],
        [0.4318, 0.0, 1.0, 0.0],
        [0.0203, 0.15005, 0.0, -1.0],
        [0.0, 0.4318, 0.0, 1.0],
        [0.0, 0.0, 0.0, -1.0],
        [0.0, 0.0, 1.0, 0.0],
    ];
    let mut pose = [[0.0; 4]; 4];
    for i in 0..4 {
        pose[i][i] = 1.0;
    }
    for joint in 0..6 {
        let [a, d, ca, sa] = LINKS[joint];
        let (s, c) = q[joint].sin_cos();
        let link = [
            [c, -s * ca, s * sa, a * c],
            [s, c * ca, -c * sa, a * s],
            [0.0, sa, ca, d],
            [0.0, 0.0, 0.0, 1.0],
        ];
        let mut product = [[0.0; 4]; 4];
        for i in 0..4 {
            for j in 0..4 {
                for k in 0..4 {
                    product[i][j] += pose[i][k] * link[k][j];
                }
            }
        }
        pose = product;
    }
    pose
}

/// The wrist of an arm whose axes are skew: homogeneous coordinates, carried from the hand to the base.
#[jacobian]
#[jvp]
#[vjp]
fn skew_arm(q: &[f64; 6]) -> [f64; 3] {
    let lengths = [0.1, 0.5, 0.4, 0.1, 0.05, 0.02];
    let offsets = [0.3, 0.1, -0.05, 0.4, 0.1, 0.08];
    let twists = [1.2_f64, 0.3, -0.7, 1.1, -1.3, 0.2];
    let mut p = [0.0, 0.0, 0.0];
    for i in (0..6).rev() {
        let (sa, ca) = twists[i].sin_cos();
        let (s, c) = q[i].sin_cos();
        let lifted = [p[0] + lengths[i], ca * p[1] - sa * p[2], sa * p[1] + ca * p[2] + offsets[i]];
        p = [c * lifted[0] - s * lifted[1], s * lifted[0] + c * lifted[1], lifted[2]];
    }
    p
}

/// A vector turned by a quaternion that need not be of length one.
#[jacobian]
#[jvp]
#[vjp]
fn quaternion_rotate(q: &[f64; 4], v: &[f64; 3]) -> [f64; 3] {
    let norm = q.iter().map(|c| c * c).sum::<f64>().sqrt();
    let [w, x, y, z] = q.map(|c| c / norm);
    let t = [2.0 * (y * v[2] - z * v[1]), 2.0 * (z * v[0] - x * v[2]), 2.0 * (x * v[1] - y * v[0])];
    [
        v[0] + w * t[0] + y * t[2] - z * t[1],
        v[1] + w * t[1] + z * t[0] - x * t[2],
        v[2] + w * t[2] + x * t[1] - y * t[0],
    ]
}

/// Hamilton's product, by its table of signs and places.
#[jacobian]
#[jvp]
#[vjp]
fn quaternion_product(p: [f64; 4], q: [f64; 4]) -> [f64; 4] {
    const SIGNS: [[f64; 4]; 4] =
        [[1.0, -1.0, -1.0, -1.0], [1.0, 1.0, 1.0, -1.0], [1.0, -1.0, 1.0, 1.0], [1.0, 1.0, -1.0, 1.0]];
    let mut product = [0.0; 4];
    for k in 0..4_usize {
        for i in 0..4_usize {
            let j = i ^ k;
            product[k] += SIGNS[k][i] * p[i] * q[j];
        }
    }
    product
}

/// The matrix of roll, pitch and yaw.
#[jacobian]
#[jvp]
#[vjp]
fn euler_matrix(roll: f64, pitch: f64, yaw: f64) -> [[f64; 3]; 3] {
    let (sr, cr) = roll.sin_cos();
    let (sp, cp) = pitch.sin_cos();
    let (sy, cy) = yaw.sin_cos();
    let about_x = [[1.0, 0.0, 0.0], [0.0, cr, -sr], [0.0, sr, cr]];
    let about_y = [[cp, 0.0, sp], [0.0, 1.0, 0.0], [-sp, 0.0, cp]];
    let about_z = [[cy, -sy, 0.0], [sy, cy, 0.0], [0.0, 0.0, 1.0]];
    let mut zy = [[0.0; 3]; 3];
    let mut zyx = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            zy[i][j] = (0..3).map(|k| about_z[i][k] * about_y[k][j]).sum();
        }
    }
    for i in 0..3 {
        for j in 0..3 {
            zyx[i][j] = (0..3).map(|k| zy[i][k] * about_x[k][j]).sum();
        }
    }
    zyx
}

/// Where pose `b` is, seen from pose `a`, in a plane: what the edges of a pose graph measure.
#[jacobian]
#[jvp]
#[vjp]
fn between(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    let (s, c) = a[2].sin_cos();
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    [c * dx + s * dy, -s * dx + c * dy, b[2] - a[2]]
}

/// The inverse of one rigid motion composed with another; rotations are unit quaternions.
#[jacobian]
#[jvp]
#[vjp]
fn inverse_compose(a: (&[f64; 4], &[f64; 3]), b: (&[f64; 4], &[f64; 3])) -> ([f64; 4], [f64; 3]) {
    let (qa, ta) = a;
    let (qb, tb) = b;
    let u = [-qa[1], -qa[2], -qa[3]];
    let v = [qb[1], qb[2], qb[3]];
    let mut scalar = qa[0] * qb[0];
    let mut vector = [0.0; 3];
    let mut moved = [0.0; 3];
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        scalar -= u[i] * v[i];
        vector[i] = qa[0] * v[i] + qb[0] * u[i] + u[j] * v[k] - u[k] * v[j];
        moved[i] = tb[i] - ta[i];
    }
    let cross = [
        u[1] * moved[2] - u[2] * moved[1],
        u[2] * moved[0] - u[0] * moved[2],
        u[0] * moved[1] - u[1] * moved[0],
    ];
    let mut turned = moved;
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        turned[i] += 2.0 * (qa[0] * cross[i] + u[j] * cross[k] - u[k] * cross[j]);
    }
    ([scalar, vector[0], vector[1], vector[2]], turned)
}

/// Rodrigues' formula: a vector turned about an axis by the axis' length.
#[jacobian]
#[jvp]
#[vjp]
fn rodrigues(axis: &[f64; 3], x: &[f64; 3]) -> [f64; 3] {
    let squared: f64 = axis.iter().map(|v| v * v).sum();
    let cross =
        [axis[1] * x[2] - axis[2] * x[1], axis[2] * x[0] - axis[0] * x[2], axis[0] * x[1] - axis[1] * x[0]];
    if squared == 0.0 {
        return [x[0] + cross[0], x[1] + cross[1], x[2] + cross[2]];
    }
    let angle = squared.sqrt();
    let (sine, cosine) = angle.sin_cos();
    let along = axis.iter().zip(x).map(|(a, b)| a * b).sum::<f64>() * (1.0 - cosine) / squared;
    let mut turned = [0.0; 3];
    for i in 0..3 {
        turned[i] = x[i] * cosine + cross[i] * sine / angle + axis[i] * along;
    }
    turned
}

/// A term of bundle adjustment. The camera is a Rodrigues vector, its centre, the focal length, the principal point
/// and two terms of radial distortion.
#[jacobian(wrt(camera, point, weight))]
#[jvp(wrt(camera, point, weight))]
#[vjp(wrt(camera, point, weight))]
fn reprojection(camera: &[f64; 11], point: &[f64; 3], weight: f64, feature: &[f64; 2]) -> [f64; 2] {
    let [r0, r1, r2, c0, c1, c2, focal, u0, v0, k1, k2] = *camera;
    let axis = [r0, r1, r2];
    let centre = [c0, c1, c2];
    let mut x = [0.0; 3];
    for i in 0..3 {
        x[i] = point[i] - centre[i];
    }
    let squared = r0 * r0 + r1 * r1 + r2 * r2;
    let cross = [r1 * x[2] - r2 * x[1], r2 * x[0] - r0 * x[2], r0 * x[1] - r1 * x[0]];
    let mut seen = [0.0; 3];
    if squared > 0.0 {
        let angle = squared.sqrt();
        let (sine, cosine) = (angle.sin(), angle.cos());
        let dot = axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2];
        for i in 0..3 {
            seen[i] = x[i] * cosine + sine / angle * cross[i] + axis[i] * dot * (1.0 - cosine) / squared;
        }
    } else {
        for i in 0..3 {
            seen[i] = x[i] + cross[i];
        }
    }
    let projected = [seen[0] / seen[2], seen[1] / seen[2]];
    let r = projected[0] * projected[0] + projected[1] * projected[1];
    let distortion = 1.0 + k1 * r + k2 * r * r;
    let principal = [u0, v0];
    let mut residual = [0.0; 2];
    for i in 0..2 {
        residual[i] = weight * (focal * distortion * projected[i] + principal[i] - feature[i]);
    }
    residual
}

/// Sampson's distance of two views of a point from the epipolar constraint of `f`.
#[grad]
#[hvp]
fn epipolar(f: &[[f64; 3]; 3], p: [f64; 2], q: [f64; 2]) -> f64 {
    let p = [p[0], p[1], 1.0];
    let q = [q[0], q[1], 1.0];
    let mut fp = [0.0; 3];
    let mut fq = [0.0; 3];
    for i in 0..3 {
        for j in 0..3 {
            fp[i] += f[i][j] * p[j];
            fq[j] += f[i][j] * q[i];
        }
    }
    let algebraic: f64 = q.iter().zip(fp).map(|(a, b)| a * b).sum();
    algebraic * algebraic / (fp[0] * fp[0] + fp[1] * fp[1] + fq[0] * fq[0] + fq[1] * fq[1])
}

/// A point under a homography.
#[jacobian]
#[jvp]
#[vjp]
fn homography(h: &[[f64; 3]; 3], p: &[f64; 2]) -> (f64, f64) {
    let lifted = [p[0], p[1], 1.0];
    let [u, v, w] = h.map(|row| row[0] * lifted[0] + row[1] * lifted[1] + row[2] * lifted[2]);
    (u / w, v / w)
}

/// A rectified stereo camera: column left and right, row.
#[jacobian]
#[jvp]
#[vjp]
fn stereo(p: &[f64; 3]) -> [f64; 3] {
    const FOCAL: f64 = 420.0;
    const BASELINE: f64 = 0.12;
    let mut pixels = [0.0; 3];
    for (camera, offset) in [0.0, BASELINE].into_iter().enumerate() {
        pixels[camera] = FOCAL * (p[0] - offset) / p[2] + 320.0;
    }
    pixels[2] = FOCAL * p[1] / p[2] + 240.0;
    pixels
}

/// A vehicle that turns on the spot: exact for constant speed and turning rate, with the limit for straight ahead.
#[jacobian]
#[jvp]
#[vjp]
fn unicycle(state: &[f64; 3], control: &[f64; 2]) -> [f64; 3] {
    let dt = 0.1;
    let [x, y, heading] = *state;
    let [speed, rate] = *control;
    let next = heading + rate * dt;
    if rate.abs() < 1e-9 {
        [x + speed * dt * heading.cos(), y + speed * dt * heading.sin(), next]
    } else {
        let radius = speed / rate;
        [x + radius * (next.sin() - heading.sin()), y - radius * (next.cos() - heading.cos()), next]
    }
}

/// The kinematic bicycle, five steps of Euler.
#[jacobian(wrt(state, control))]
#[jvp(wrt(state, control))]
#[vjp(wrt(state, control))]
fn bicycle(state: [f64; 4], control: [f64; 2], dt: f64) -> [f64; 4] {
    let [mut x, mut y, mut heading, mut speed] = state;
    let [acceleration, steering] = control;
    for _ in 0..5 {
        x += dt * speed * heading.cos();
        y += dt * speed * heading.sin();
        heading += dt * speed * steering.tan() / 2.7;
        speed += dt * acceleration;
    }
    [x, y, heading, speed]
}

/// What a robot measures of a landmark.
#[jacobian]
#[jvp]
#[vjp]
fn range_bearing(state: &[f64; 3], landmark: &[f64; 2]) -> [f64; 2] {
    let (dx, dy) = (landmark[0] - state[0], landmark[1] - state[1]);
    [dx.hypot(dy), dy.atan2(dx) - state[2]]
}

/// Range, azimuth, elevation and range rate of a target of known velocity.
#[jacobian]
#[jvp]
#[vjp]
fn radar(state: &[f64; 6]) -> [f64; 4] {
    let mut squared = 0.0;
    let mut moving = 0.0;
    for i in 0..3 {
        squared += state[i] * state[i];
        moving += state[i] * state[i + 3];
    }
    let range = squared.sqrt();
    [range, state[1].atan2(state[0]), (state[2] / range).asin(), moving / range]
}

/// Time differences of arrival at four microphones.
#[jacobian]
#[jvp]
#[vjp]
fn time_differences(source: &[f64; 2]) -> [f64; 3] {
    let microphones = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.2], [0.0, 1.2]];
    let mut distances = [0.0; 4];
    for (d, m) in distances.iter_mut().zip(microphones.iter()) {
        *d = ((source[0] - m[0]).powi(2) + (source[1] - m[1]).powi(2)).sqrt();
    }
    [distances[1] - distances[0], distances[2] - distances[0], distances[3] - distances[0]].map(|d| d / 343.0)
}

/// Points of one scan against planes of another: what a rigid motion `(turn, x, y)` leaves over.
#[grad]
#[hessian]
#[hvp]
fn scan_match(motion: &[f64; 3]) -> f64 {
    let points = [[1.0, 0.2], [0.5, 1.1], [-0.7, 0.9], [-0.4, -1.2]];
    let normals = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [-0.96, 0.28]];
    let levels = [1.1, 1.0, 0.4, -0.5];
    let (s, c) = motion[0].sin_cos();
    let mut sum = 0.0;
    for ((p, n), level) in points.iter().zip(&normals).zip(&levels) {
        let moved = [c * p[0] - s * p[1] + motion[1], s * p[0] + c * p[1] + motion[2]];
        sum += (moved[0] * n[0] + moved[1] * n[1] - level).powi(2);
    }
    0.5 * sum
}

/// A cart with a pole: accelerations, then one semi-implicit step.
#[jacobian]
#[jvp]
#[vjp]
fn cart_pole(state: &[f64; 4], force: f64) -> [f64; 4] {
    const DT: f64 = 0.02;
    let [position, speed, angle, rate] = *state;
    let (sine, cosine) = angle.sin_cos();
    let pushed = (force + 0.05 * rate.powi(2) * sine) / 1.1;
    let angular = (9.8 * sine - cosine * pushed) / (0.5 * (4.0 / 3.0 - 0.1 * cosine * cosine / 1.1));
    let linear = pushed - 0.05 * angular * cosine / 1.1;
    let (speed, rate) = (speed + DT * linear, rate + DT * angular);
    [position + DT * speed, speed, angle + DT * rate, rate]
}

/// Three steps of attitude kinematics under a constant turning rate, the quaternion made unit again after each.
#[jacobian]
#[jvp]
#[vjp]
fn attitude(q: &[f64; 4], rate: &[f64; 3]) -> [f64; 4] {
    let [p, q_rate, r] = *rate;
    let mut a = *q;
    for _ in 0..3 {
        let slope = [
            -p * a[1] - q_rate * a[2] - r * a[3],
            p * a[0] + r * a[2] - q_rate * a[3],
            q_rate * a[0] - r * a[1] + p * a[3],
            r * a[0] + q_rate * a[1] - p * a[2],
        ];
        let mut norm = 0.0;
        for i in 0..4 {
            a[i] += 0.05 * slope[i];
            norm += a[i] * a[i];
        }
        a = a.map(|c| c / norm.sqrt());
    }
    a
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        planar_hand: jacobian(planar_hand_jacobian, planar_hand_value_and_jacobian), jvp(planar_hand_jvp),
            vjp(planar_hand_vjp);
        planar_pose: jacobian(planar_pose_jacobian, planar_pose_value_and_jacobian), jvp(planar_pose_jvp),
            vjp(planar_pose_vjp);
        planar_distance: grad(planar_distance_grad, planar_distance_value_and_grad),
            hessian(planar_distance_hessian, planar_distance_value_grad_and_hessian),
            hvp(planar_distance_hvp);
        puma: jacobian(puma_jacobian, puma_value_and_jacobian), jvp(puma_jvp), vjp(puma_vjp);
        skew_arm: jacobian(skew_arm_jacobian, skew_arm_value_and_jacobian), jvp(skew_arm_jvp),
            vjp(skew_arm_vjp);
        quaternion_rotate: jacobian(quaternion_rotate_jacobian, quaternion_rotate_value_and_jacobian),
            jvp(quaternion_rotate_jvp), vjp(quaternion_rotate_vjp);
        quaternion_product: jacobian(quaternion_product_jacobian, quaternion_product_value_and_jacobian),
            jvp(quaternion_product_jvp), vjp(quaternion_product_vjp);
        euler_matrix: jacobian(euler_matrix_jacobian, euler_matrix_value_and_jacobian), jvp(euler_matrix_jvp),
            vjp(euler_matrix_vjp);
        between: jacobian(between_jacobian, between_value_and_jacobian), jvp(between_jvp), vjp(between_vjp);
        inverse_compose: jacobian(inverse_compose_jacobian, inverse_compose_value_and_jacobian),
            jvp(inverse_compose_jvp), vjp(inverse_compose_vjp);
        rodrigues: jacobian(rodrigues_jacobian, rodrigues_value_and_jacobian), jvp(rodrigues_jvp),
            vjp(rodrigues_vjp);
        reprojection: jacobian(reprojection_jacobian, reprojection_value_and_jacobian), jvp(reprojection_jvp),
            vjp(reprojection_vjp);
        epipolar: grad(epipolar_grad, epipolar_value_and_grad), hvp(epipolar_hvp);
        homography: jacobian(homography_jacobian, homography_value_and_jacobian), jvp(homography_jvp),
            vjp(homography_vjp);
        stereo: jacobian(stereo_jacobian, stereo_value_and_jacobian), jvp(stereo_jvp), vjp(stereo_vjp);
        unicycle: jacobian(unicycle_jacobian, unicycle_value_and_jacobian), jvp(unicycle_jvp),
            vjp(unicycle_vjp);
        bicycle: jacobian(bicycle_jacobian, bicycle_value_and_jacobian), jvp(bicycle_jvp), vjp(bicycle_vjp);
        range_bearing: jacobian(range_bearing_jacobian, range_bearing_value_and_jacobian),
            jvp(range_bearing_jvp), vjp(range_bearing_vjp);
        radar: jacobian(radar_jacobian, radar_value_and_jacobian), jvp(radar_jvp), vjp(radar_vjp);
        time_differences: jacobian(time_differences_jacobian, time_differences_value_and_jacobian),
            jvp(time_differences_jvp), vjp(time_differences_vjp);
        scan_match: grad(scan_match_grad, scan_match_value_and_grad),
            hessian(scan_match_hessian, scan_match_value_grad_and_hessian), hvp(scan_match_hvp);
        cart_pole: jacobian(cart_pole_jacobian, cart_pole_value_and_jacobian), jvp(cart_pole_jvp),
            vjp(cart_pole_vjp);
        attitude: jacobian(attitude_jacobian, attitude_value_and_jacobian), jvp(attitude_jvp),
            vjp(attitude_vjp);
    ]
}
