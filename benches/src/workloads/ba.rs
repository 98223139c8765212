//! The residual of bundle adjustment: a point seen by a camera with radial distortion, 2 outputs of 15 inputs.

use chainrule::jacobian;

use crate::{Budgets, Role, Subject, Workload};

/// Where the point was seen.
const FEATURE: [f64; 2] = [0.25, -0.125];

/// The inputs are the rotation vector, the centre, the focal length, the principal point and the two coefficients of
/// distortion of the camera, the point, and a weight.
#[jacobian]
fn residual(x: &[f64; 15]) -> [f64; 2] {
    let &[rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2, px, py, pz, weight] = x;
    let (dx, dy, dz) = (px - cx, py - cy, pz - cz);
    let squared_angle = rx * rx + ry * ry + rz * rz;
    let (qx, qy, qz) = if squared_angle > 0.0 {
        let angle = squared_angle.sqrt();
        let (sine, cosine) = angle.sin_cos();
        let (ax, ay, az) = (rx / angle, ry / angle, rz / angle);
        let along = (ax * dx + ay * dy + az * dz) * (1.0 - cosine);
        (
            dx * cosine + (ay * dz - az * dy) * sine + ax * along,
            dy * cosine + (az * dx - ax * dz) * sine + ay * along,
            dz * cosine + (ax * dy - ay * dx) * sine + az * along,
        )
    } else {
        (dx + (ry * dz - rz * dy), dy + (rz * dx - rx * dz), dz + (rx * dy - ry * dx))
    };
    let (u, v) = (qx / qz, qy / qz);
    let squared_radius = u * u + v * v;
    let distortion = 1.0 + squared_radius * (k1 + k2 * squared_radius);
    let scale = focal * distortion;
    [weight * (scale * u + ux - FEATURE[0]), weight * (scale * v + uy - FEATURE[1])]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The slopes of a rotated vector in the rotation vector are `-[q]ₓ Jₗ` with the left Jacobian of rotations, which
/// is less than to follow the formula of the rotation; the two rows are taken through it one by one.
#[allow(clippy::too_many_lines, reason = "half of them are the entries of the result")]
fn residual_by_hand(x: &[f64; 15]) -> [[f64; 15]; 2] {
    let &[rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2, px, py, pz, weight] = x;
    let d = [px - cx, py - cy, pz - cz];
    let squared_angle = rx * rx + ry * ry + rz * rz;
    let mut axis = [rx, ry, rz];
    let (mut sine, mut cosine, mut over_angle) = (0.0, 1.0, 0.0);
    let is_turned = squared_angle > 0.0;
    let q = if is_turned {
        let angle = squared_angle.sqrt();
        (sine, cosine) = angle.sin_cos();
        over_angle = 1.0 / angle;
        axis = [rx * over_angle, ry * over_angle, rz * over_angle];
        let turned = cross(axis, d);
        let along = dot(axis, d) * (1.0 - cosine);
        [
            d[0] * cosine + turned[0] * sine + axis[0] * along,
            d[1] * cosine + turned[1] * sine + axis[1] * along,
            d[2] * cosine + turned[2] * sine + axis[2] * along,
        ]
    } else {
        let turned = cross(axis, d);
        [d[0] + turned[0], d[1] + turned[1], d[2] + turned[2]]
    };
    let over_depth = 1.0 / q[2];
    let (u, v) = (q[0] * over_depth, q[1] * over_depth);
    let squared_radius = u * u + v * v;
    let k2_radius = k2 * squared_radius;
    let distortion = 1.0 + squared_radius * (k1 + k2_radius);
    let slope = 2.0 * (k1 + 2.0 * k2_radius);
    let strength = weight * focal;
    let (strength_u, strength_v) = (strength * u, strength * v);
    let by_radius = strength_u * slope;
    let level = strength * distortion;
    let u_u = level + by_radius * u;
    let u_v = by_radius * v;
    let v_v = level + strength_v * slope * v;
    let rows = [
        [u_u * over_depth, u_v * over_depth, -(u_u * u + u_v * v) * over_depth],
        [u_v * over_depth, v_v * over_depth, -(u_v * u + v_v * v) * over_depth],
    ];
    let share = sine * over_angle;
    let (rest, turn) = (1.0 - share, (1.0 - cosine) * over_angle);
    let by = |row: [f64; 3]| -> ([f64; 3], [f64; 3]) {
        let moment = cross(q, row);
        let turned = cross(row, axis);
        if is_turned {
            let across = cross(moment, axis);
            let along = dot(moment, axis) * rest;
            let along_axis = dot(row, axis) * (1.0 - cosine);
            (
                [
                    share * moment[0] + along * axis[0] + turn * across[0],
                    share * moment[1] + along * axis[1] + turn * across[1],
                    share * moment[2] + along * axis[2] + turn * across[2],
                ],
                [
                    cosine * row[0] + sine * turned[0] + along_axis * axis[0],
                    cosine * row[1] + sine * turned[1] + along_axis * axis[1],
                    cosine * row[2] + sine * turned[2] + along_axis * axis[2],
                ],
            )
        } else {
            (cross(d, row), [row[0] + turned[0], row[1] + turned[1], row[2] + turned[2]])
        }
    };
    let ((r0, p0), (r1, p1)) = (by(rows[0]), by(rows[1]));
    let (scaled_u, scaled_v) = (distortion * u, distortion * v);
    let (first_u, first_v) = (strength_u * squared_radius, strength_v * squared_radius);
    [
        [
            r0[0],
            r0[1],
            r0[2],
            -p0[0],
            -p0[1],
            -p0[2],
            weight * scaled_u,
            weight,
            0.0,
            first_u,
            first_u * squared_radius,
            p0[0],
            p0[1],
            p0[2],
            focal * scaled_u + ux - FEATURE[0],
        ],
        [
            r1[0],
            r1[1],
            r1[2],
            -p1[0],
            -p1[1],
            -p1[2],
            weight * scaled_v,
            0.0,
            weight,
            first_v,
            first_v * squared_radius,
            p1[0],
            p1[1],
            p1[2],
            focal * scaled_v + uy - FEATURE[1],
        ],
    ]
}

pub(super) fn workload() -> Workload<15> {
    Workload {
        name: "ba",
        arguments: [0.3, -0.2, 0.5, 0.1, -0.4, 0.2, 1.5, 0.05, -0.02, 0.1, -0.03, 0.8, -0.5, 3.0, 0.9],
        budgets: Budgets { jacobian: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, residual),
            Subject::new(Role::Jacobian, residual_jacobian),
            Subject::new(Role::JacobianByHand, residual_by_hand),
            Subject::new(Role::EmptyValue, |x| [x[0], x[1]]),
            Subject::new(Role::EmptyJacobian, |x| [*x, *x]),
        ],
    }
}
