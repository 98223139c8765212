use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{distance, hand, hand_jacobian, hand_value_and_jacobian, reach, run};

/// A joint moves the hand across the line from it to the hand, by that line's length.
#[test]
fn jacobian_turns_the_hand_about_each_joint() {
    let joints = [0.4, -0.9, 1.3];
    let (position, jacobian) = hand_value_and_jacobian(&joints);
    assert_eq!((position, jacobian), (hand(&joints), hand_jacobian(&joints)));
    let mut pivot = [0.0, 0.0];
    let mut angle = 0.0;
    for (joint, length) in [1.0, 0.8, 0.5].into_iter().enumerate() {
        assert_relative_eq!(jacobian[0][joint], pivot[1] - position[1], max_relative = 1e-13);
        assert_relative_eq!(jacobian[1][joint], position[0] - pivot[0], max_relative = 1e-13);
        angle += joints[joint];
        pivot = [pivot[0] + length * f64::cos(angle), pivot[1] + length * f64::sin(angle)];
    }
}

#[test]
fn the_hand_arrives() {
    for target in [[-0.5, 1.2], [1.5, 0.5], [0.2, -0.9], [2.0, 0.8]] {
        let path: Vec<_> = reach([0.3, 0.3, 0.3], target).take(100).collect();
        let last = path[path.len() - 1];
        assert!(path.len() < 40, "{} steps", path.len());
        assert!(distance(&last, target) < 1e-8);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/inverse_kinematics.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
