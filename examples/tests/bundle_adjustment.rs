use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{
    COUNT, adjustment, guess, photograph, residual, residual_jacobian, residual_value_and_jacobian, run,
    sum_of_squares, truth, unevenness,
};

#[test]
fn jacobians_are_differences_of_residuals() {
    let (camera, point, pixel) = (guess().cameras[1], guess().points[4], [12.0, -30.0]);
    let (value, (of_camera, of_point)) = residual_value_and_jacobian(&camera, &point, &pixel);
    assert_eq!(value, residual(&camera, &point, &pixel));
    assert_eq!((of_camera, of_point), residual_jacobian(&camera, &point, &pixel));
    let step = 1e-5;
    let moved = |i: usize, step: f64| {
        let (mut camera, mut point) = (camera, point);
        if i < 6 {
            camera[i] += step;
        } else {
            point[i - 6] += step;
        }
        residual(&camera, &point, &pixel)
    };
    for i in 0..9 {
        let (ahead, behind) = (moved(i, step), moved(i, -step));
        for output in 0..2 {
            let found = if i < 6 { of_camera[output][i] } else { of_point[output][i - 6] };
            assert_relative_eq!(found, (ahead[output] - behind[output]) / (2.0 * step), epsilon = 1e-5);
        }
    }
}

#[test]
fn the_scene_is_found() {
    let pictures = photograph(&truth());
    let fits: Vec<_> = adjustment(&pictures).take(50).collect();
    assert!(fits.len() < 20, "{} steps", fits.len());
    let found = &fits[fits.len() - 1];
    // Better than the truth, as there is noise to fit.
    assert!(found.sum < sum_of_squares(&truth(), &pictures));
    assert!((found.sum / COUNT).sqrt() < 0.3);
    assert!(unevenness(&guess().points) > 1.1);
    assert!(unevenness(&found.scene.points) < 1.02);
    assert_relative_eq!(unevenness(&truth().points), 1.0, max_relative = 1e-14);
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/bundle_adjustment.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
