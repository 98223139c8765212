use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{
    CERTIFIED, CERTIFIED_DEVIATIONS, CERTIFIED_SUM, START, deviations, fits, observations, residuals,
    residuals_jacobian, residuals_value_and_jacobian, run,
};

#[test]
fn jacobian_is_the_derivative_of_the_residuals() {
    let data = observations();
    let b = [250.0, 5e-4];
    let (value, jacobian) = residuals_value_and_jacobian(&b, &data);
    assert_eq!(value, residuals(&b, &data));
    assert_eq!(jacobian, residuals_jacobian(&b, &data));
    for ([d1, d2], [x, _]) in jacobian.into_iter().zip(data) {
        let decay = (-b[1] * x).exp();
        assert_relative_eq!(d1, decay - 1.0, max_relative = 1e-13);
        assert_relative_eq!(d2, -b[0] * x * decay, max_relative = 1e-13);
    }
}

/// From NIST's second starting point and from the first, which is far off.
#[test]
fn finds_what_nist_certifies() {
    let data = observations();
    for (start, most) in [(START, 10), ([500.0, 1e-4], 60)] {
        let path: Vec<_> = fits(start, &data).collect();
        assert!(path.len() < most, "it took {} steps", path.len());
        let fit = path[path.len() - 1];
        assert_relative_eq!(fit.sum, CERTIFIED_SUM, max_relative = 1e-8);
        for i in 0..2 {
            assert_relative_eq!(fit.b[i], CERTIFIED[i], max_relative = 1e-5);
            assert_relative_eq!(deviations(&fit.b, &data)[i], CERTIFIED_DEVIATIONS[i], max_relative = 1e-5);
        }
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/levenberg_marquardt.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
