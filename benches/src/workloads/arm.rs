//! The position of the tool of an arm with six joints, 3 outputs of 6 inputs.

use chainrule::jacobian;

use crate::{Budgets, Role, Subject, Workload};

/// Turns about the vertical, shoulder, elbow, and the three axes of the wrist.
#[jacobian]
fn position(joints: &[f64; 6]) -> [f64; 3] {
    let &[base, shoulder, elbow, roll, pitch, twist] = joints;
    let (sin_base, cos_base) = base.sin_cos();
    let (sin_upper, cos_upper) = shoulder.sin_cos();
    let (sin_lower, cos_lower) = (shoulder + elbow).sin_cos();
    let (sin_roll, cos_roll) = roll.sin_cos();
    let (sin_pitch, cos_pitch) = pitch.sin_cos();
    let (sin_twist, cos_twist) = twist.sin_cos();
    // The tool in the frames of the wrist, from the inside out.
    let (tool_x, tool_y, tool_z) = (0.1 * cos_twist, 0.1 * sin_twist, 0.15);
    let bent_x = cos_pitch * tool_x + sin_pitch * tool_z;
    let bent_z = cos_pitch * tool_z - sin_pitch * tool_x;
    let rolled_x = cos_roll * bent_x - sin_roll * tool_y;
    let rolled_y = sin_roll * bent_x + cos_roll * tool_y;
    // The plane of the arm.
    let forearm = 0.35 + bent_z;
    let reach = 0.4 * cos_upper + cos_lower * forearm - sin_lower * rolled_x;
    let height = 0.3 + 0.4 * sin_upper + sin_lower * forearm + cos_lower * rolled_x;
    [cos_base * reach - sin_base * rolled_y, sin_base * reach + cos_base * rolled_y, height]
}

/// Each joint turns what is behind it, so the slopes are the same quantities turned by a right angle.
fn position_by_hand(joints: &[f64; 6]) -> [[f64; 6]; 3] {
    let &[base, shoulder, elbow, roll, pitch, twist] = joints;
    let (sin_base, cos_base) = base.sin_cos();
    let (sin_upper, cos_upper) = shoulder.sin_cos();
    let (sin_lower, cos_lower) = (shoulder + elbow).sin_cos();
    let (sin_roll, cos_roll) = roll.sin_cos();
    let (sin_pitch, cos_pitch) = pitch.sin_cos();
    let (sin_twist, cos_twist) = twist.sin_cos();
    let (tool_x, tool_y) = (0.1 * cos_twist, 0.1 * sin_twist);
    let bent_x = cos_pitch * tool_x + sin_pitch * 0.15;
    let bent_z = cos_pitch * 0.15 - sin_pitch * tool_x;
    let rolled_x = cos_roll * bent_x - sin_roll * tool_y;
    let rolled_y = sin_roll * bent_x + cos_roll * tool_y;
    let forearm = 0.35 + bent_z;
    let lower_reach = cos_lower * forearm - sin_lower * rolled_x;
    let lower_height = sin_lower * forearm + cos_lower * rolled_x;
    let reach = 0.4 * cos_upper + lower_reach;
    let height = 0.4 * sin_upper + lower_height;
    let roll_reach = sin_lower * rolled_y;
    let pitch_x = cos_roll * bent_z;
    let pitch_y = sin_roll * bent_z;
    let pitch_reach = -cos_lower * bent_x - sin_lower * pitch_x;
    let twist_bent = cos_pitch * tool_y;
    let twist_x = -cos_roll * twist_bent - sin_roll * tool_x;
    let twist_y = cos_roll * tool_x - sin_roll * twist_bent;
    let twist_z = sin_pitch * tool_y;
    let twist_reach = cos_lower * twist_z - sin_lower * twist_x;
    [
        [
            -(sin_base * reach + cos_base * rolled_y),
            -cos_base * height,
            -cos_base * lower_height,
            cos_base * roll_reach - sin_base * rolled_x,
            cos_base * pitch_reach - sin_base * pitch_y,
            cos_base * twist_reach - sin_base * twist_y,
        ],
        [
            cos_base * reach - sin_base * rolled_y,
            -sin_base * height,
            -sin_base * lower_height,
            sin_base * roll_reach + cos_base * rolled_x,
            sin_base * pitch_reach + cos_base * pitch_y,
            sin_base * twist_reach + cos_base * twist_y,
        ],
        [
            0.0,
            reach,
            lower_reach,
            -cos_lower * rolled_y,
            cos_lower * pitch_x - sin_lower * bent_x,
            sin_lower * twist_z + cos_lower * twist_x,
        ],
    ]
}

pub(super) fn workload() -> Workload<6> {
    Workload {
        name: "arm",
        arguments: [0.3, 0.8, -1.1, 0.4, 0.9, -0.6],
        budgets: Budgets { jacobian: Some(1.05), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, position),
            Subject::new(Role::Jacobian, position_jacobian),
            Subject::new(Role::JacobianByHand, position_by_hand),
            Subject::new(Role::EmptyValue, |x| [x[0], x[1], x[2]]),
            Subject::new(Role::EmptyJacobian, |x| [*x, *x, *x]),
        ],
    }
}
