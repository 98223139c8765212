use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{
    diameter, implicit, loss, loss_grad, loss_value_and_grad, root_of_friction, root_of_friction_grad,
    root_of_friction_value_and_grad, run,
};

/// The loop ends at a relative change of 1e-14, and what its derivatives lack then is about as small.
#[test]
fn loop_and_equation_agree() {
    for reynolds in [5e3, 1e4, 1e5, 1e6, 1e8] {
        for roughness in [0.0, 1e-5, 1e-3, 0.05] {
            let (x, (by_reynolds, by_roughness)) = root_of_friction_value_and_grad(reynolds, roughness);
            assert_eq!(x.to_bits(), root_of_friction(reynolds, roughness).to_bits());
            assert_eq!((by_reynolds, by_roughness), root_of_friction_grad(reynolds, roughness));
            let rest = x + 2.0 * (roughness / 3.7 + 2.51 * x / reynolds).log10();
            assert!(rest.abs() < 1e-12, "{rest}");
            let expected = implicit(reynolds, roughness);
            assert_relative_eq!(by_reynolds, expected.0, max_relative = 1e-10);
            assert_relative_eq!(by_roughness, expected.1, max_relative = 1e-10);
        }
    }
}

/// Without roughness the equation can be solved by Lambert's function: for
/// `x = -2 log₁₀(2.51 x / Re)` and `b = ln(10) / 2`, `b x eᵇˣ = b Re / 2.51`.
#[test]
fn smooth_pipes_are_known() {
    let b = 0.5 * std::f64::consts::LN_10;
    for reynolds in [5e3, 1e5, 1e7] {
        let x = root_of_friction(reynolds, 0.0);
        assert_relative_eq!(b * x + (b * x).ln(), (b * reynolds / 2.51).ln(), max_relative = 1e-14);
        // d(b x + ln(b x)) = d ln Re
        let (by_reynolds, _) = root_of_friction_grad(reynolds, 0.0);
        assert_relative_eq!(by_reynolds, 1.0 / (reynolds * (b + 1.0 / x)), max_relative = 1e-10);
    }
}

#[test]
fn losses_are_differentiated_through_the_loop() {
    let point = [0.02, 0.1, 1.5e-4];
    let value = |p: [f64; 3]| loss(p[0], p[1], p[2]);
    let (found, gradient) = loss_value_and_grad(point[0], point[1], point[2]);
    assert_eq!(found.to_bits(), value(point).to_bits());
    assert_eq!(gradient, loss_grad(point[0], point[1], point[2]));
    for (i, partial) in [gradient.0, gradient.1, gradient.2].into_iter().enumerate() {
        let slope = |step: f64| {
            let (mut up, mut down) = (point, point);
            up[i] += step * point[i];
            down[i] -= step * point[i];
            (value(up) - value(down)) / (up[i] - down[i])
        };
        let difference = (4.0 * slope(5e-4) - slope(1e-3)) / 3.0;
        assert_relative_eq!(partial, difference, max_relative = 1e-9);
    }
}

#[test]
fn the_pipe_is_as_wide_as_it_has_to_be() {
    assert_relative_eq!(loss(0.02, diameter(0.02, 1.5e-4, 100.0), 1.5e-4), 100.0, max_relative = 1e-12);
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/pipe.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
