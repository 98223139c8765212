use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{AT_REST, N, descent, energy, energy_hessian, energy_value_grad_and_hessian, run, start};

#[test]
fn hessian_is_the_difference_of_gradients() {
    let p = start();
    let (value, _, hessian) = energy_value_grad_and_hessian(&p);
    assert_eq!(value, energy(&p));
    assert_eq!(hessian, energy_hessian(&p));
    for i in 0..N {
        let moved = |step: f64| {
            let mut p = p;
            p[i] += step;
            energy_value_grad_and_hessian(&p).1
        };
        let (ahead, behind) = (moved(1e-5), moved(-1e-5));
        for j in 0..N {
            assert_eq!(hessian[i][j], hessian[j][i]);
            assert_relative_eq!(hessian[i][j], (ahead[j] - behind[j]) / 2e-5, epsilon = 1e-6);
        }
    }
}

/// At rest the springs carry the weights, and nothing pulls sideways.
#[test]
fn the_chain_comes_to_rest() {
    let path: Vec<_> = descent().take(50).collect();
    let last = &path[path.len() - 1];
    assert!(path.len() < 30, "{} steps", path.len());
    assert!(last.slope < AT_REST);
    assert!(path.windows(2).all(|pair| pair[1].energy <= pair[0].energy + 1e-12));
    // The heavy weight hangs lowest.
    assert!((0..6).all(|i| last.p[2 * i + 1] >= last.p[5]));
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/newton.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
