use approx::assert_relative_eq;

use super::{bfgs, rosenbrock, rosenbrock_grad, rosenbrock_value_and_grad, run, steepest_descent};

const START: (f64, f64) = (-1.2, 1.0);

#[test]
fn gradient_is_the_known_one() {
    let (value, (df_dx, df_dy)) = rosenbrock_value_and_grad(START.0, START.1);
    assert_eq!(value, rosenbrock(START.0, START.1));
    assert_relative_eq!(value, 24.2, max_relative = 1e-14);
    assert_relative_eq!(df_dx, -215.6, max_relative = 1e-14);
    assert_relative_eq!(df_dy, -88.0, max_relative = 1e-14);
    assert_eq!(rosenbrock_grad(1.0, 1.0), (0.0, 0.0));
}

#[test]
fn both_paths_end_at_the_minimum() {
    let paths = [steepest_descent(START), bfgs(START)];
    for path in &paths {
        let (x, y) = path[path.len() - 1];
        assert_relative_eq!(x, 1.0, epsilon = 1e-7);
        assert_relative_eq!(y, 1.0, epsilon = 1e-7);
        let falls =
            path.windows(2).all(|pair| rosenbrock(pair[1].0, pair[1].1) < rosenbrock(pair[0].0, pair[0].1));
        assert!(falls, "a step went up");
    }
    let [slow, fast] = paths.map(|path| path.len());
    assert!(fast < 60, "BFGS took {fast} points");
    assert!(slow > 100 * fast, "steepest descent took only {slow} points");
}

/// How many steps it takes may change with the last bit of a gradient, so only the frame is fixed.
#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    let out = String::from_utf8_lossy(&out);
    for (part, name) in out.split("\n\n").zip(["steepest descent", "BFGS"]) {
        let lines: Vec<&str> = part.lines().collect();
        assert_eq!(lines[0], name);
        assert_eq!(lines[2], "     0  -1.200000   1.000000     2.42e1");
        assert!(lines[lines.len() - 1].contains("   1.000000   1.000000 "), "{part}");
    }
    assert_eq!(out.split("\n\n").count(), 2);
}
