//! A point turned by a quaternion and moved, 3 outputs of 10 inputs.

use chainrule::jacobian;

use crate::{Budgets, Role, Subject, Workload};

/// The inputs are the quaternion, real part first, the translation, and the point.
#[jacobian]
fn moved(pose: &[f64; 10]) -> [f64; 3] {
    let &[w, x, y, z, tx, ty, tz, px, py, pz] = pose;
    let turned_x = 2.0 * (y * pz - z * py);
    let turned_y = 2.0 * (z * px - x * pz);
    let turned_z = 2.0 * (x * py - y * px);
    [
        px + w * turned_x + (y * turned_z - z * turned_y) + tx,
        py + w * turned_y + (z * turned_x - x * turned_z) + ty,
        pz + w * turned_z + (x * turned_y - y * turned_x) + tz,
    ]
}

/// The slopes in the point are the matrix of the rotation; those in the quaternion are sums of products that several
/// of them share.
fn moved_by_hand(pose: &[f64; 10]) -> [[f64; 10]; 3] {
    let &[w, x, y, z, _, _, _, px, py, pz] = pose;
    let (w2, x2, y2, z2) = (w + w, x + x, y + y, z + z);
    let (xx, yy, zz) = (x2 * x, y2 * y, z2 * z);
    let (xy, xz, yz) = (x2 * y, x2 * z, y2 * z);
    let (wx, wy, wz) = (w2 * x, w2 * y, w2 * z);
    let (x_px, x_py, x_pz) = (x2 * px, x2 * py, x2 * pz);
    let (y_px, y_py, y_pz) = (y2 * px, y2 * py, y2 * pz);
    let (z_px, z_py, z_pz) = (z2 * px, z2 * py, z2 * pz);
    let (w_px, w_py, w_pz) = (w2 * px, w2 * py, w2 * pz);
    let (turned_x, turned_y, turned_z) = (y_pz - z_py, z_px - x_pz, x_py - y_px);
    [
        [
            turned_x,
            y_py + z_pz,
            turned_z - y_px + w_pz,
            -turned_y - z_px - w_py,
            1.0,
            0.0,
            0.0,
            1.0 - (yy + zz),
            xy - wz,
            xz + wy,
        ],
        [
            turned_y,
            -turned_z - x_py - w_pz,
            x_px + z_pz,
            turned_x - z_py + w_px,
            0.0,
            1.0,
            0.0,
            xy + wz,
            1.0 - (xx + zz),
            yz - wx,
        ],
        [
            turned_z,
            turned_y - x_pz + w_py,
            -turned_x - y_pz - w_px,
            x_px + y_py,
            0.0,
            0.0,
            1.0,
            xz - wy,
            yz + wx,
            1.0 - (xx + yy),
        ],
    ]
}

pub(super) fn workload() -> Workload<10> {
    Workload {
        name: "transform",
        arguments: [0.8, 0.2, -0.4, 0.4, 1.0, -2.0, 0.5, 0.7, -0.3, 1.1],
        budgets: Budgets { jacobian: Some(1.05), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, moved),
            Subject::new(Role::Jacobian, moved_jacobian),
            Subject::new(Role::JacobianByHand, moved_by_hand),
            Subject::new(Role::EmptyValue, |x| [x[0], x[1], x[2]]),
            Subject::new(Role::EmptyJacobian, |x| [*x, *x, *x]),
        ],
    }
}
