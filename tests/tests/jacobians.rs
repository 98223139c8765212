//! Jacobians and Hessians: their shapes, and their entries against closed forms.

#![allow(clippy::all, clippy::pedantic, reason = "formulas are written as in the books, and shapes as types")]

use chainrule::{Real, grad, hessian, jacobian};

/// Panics unless all entries agree to a few units in the last place, relative to the largest.
fn assert_close<'a>(
    found: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
    tolerance: f64,
) {
    let (found, expected): (Vec<f64>, Vec<f64>) =
        (found.into_iter().copied().collect(), expected.into_iter().copied().collect());
    let scale = expected.iter().fold(1e-300_f64, |scale, entry| scale.max(entry.abs()));
    assert_eq!(found.len(), expected.len());
    for (position, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let is_close = (found - expected).abs() <= tolerance * scale;
        assert!(is_close, "entry {position} is {found:e} instead of {expected:e}");
    }
}

/// Numbers that look random, in a range.
fn numbers<const N: usize>(seed: u32, low: f64, high: f64) -> [f64; N] {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::array::from_fn(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let unit = (state >> 11) as f64 / (1_u64 << 53) as f64;
        low + (high - low) * unit
    })
}

/// The shapes of Jacobians, by assignment to their types.
mod shapes {
    use super::{hessian, jacobian};

    #[jacobian]
    fn array_of_array(x: [f64; 3]) -> [f64; 2] {
        [x[0] * x[1], x[2].sin()]
    }

    #[jacobian]
    fn array_of_scalar(t: f64) -> [f64; 2] {
        [t.cos(), t.sin()]
    }

    #[jacobian]
    fn scalar_of_array(x: [f64; 2]) -> f64 {
        x[0] * x[1]
    }

    #[jacobian]
    fn scalar_of_scalar(x: f64) -> f64 {
        x * x
    }

    #[jacobian]
    fn tuple_of_scalars(x: f64, y: f64) -> (f64, f64) {
        (x * y, x + y)
    }

    #[jacobian]
    fn array_of_scalars(x: f64, y: f64) -> [f64; 2] {
        [x * y, x + y]
    }

    #[jacobian]
    fn tuple_of_parts(x: [f64; 2], s: f64) -> (f64, [f64; 2]) {
        (x[0] * s, [x[1], s * s])
    }

    #[jacobian]
    fn nested(x: [[f64; 2]; 1]) -> [[f64; 1]; 2] {
        [[x[0][0] * x[0][1]], [x[0][1]]]
    }

    #[jacobian]
    fn by_reference(x: &[f64; 2], n: i32) -> [f64; 1] {
        [x[0].powi(n) * x[1]]
    }

    #[jacobian(wrt(y))]
    fn some(x: f64, y: f64, z: f64) -> [f64; 2] {
        [x * y, y * z]
    }

    #[jacobian]
    fn mixed(x: f32, y: f64) -> [f64; 1] {
        [f64::from(x) * y]
    }

    #[test]
    fn jacobians() {
        let block: [[f64; 3]; 2] = array_of_array_jacobian([2.0, 3.0, 0.0]);
        assert_eq!(block, [[3.0, 2.0, 0.0], [0.0, 0.0, 1.0]]);
        let column: [f64; 2] = array_of_scalar_jacobian(0.0);
        assert_eq!(column, [-0.0, 1.0]);
        let row: [f64; 2] = scalar_of_array_jacobian([2.0, 3.0]);
        assert_eq!(row, [3.0, 2.0]);
        assert_eq!(scalar_of_scalar_value_and_jacobian(3.0), (9.0, 6.0));
        let blocks: ((f64, f64), (f64, f64)) = tuple_of_scalars_jacobian(2.0, 3.0);
        assert_eq!(blocks, ((3.0, 2.0), (1.0, 1.0)));
        let columns: ([f64; 2], [f64; 2]) = array_of_scalars_jacobian(2.0, 3.0);
        assert_eq!(columns, ([3.0, 1.0], [2.0, 1.0]));
        type Blocks = (([f64; 2], f64), ([[f64; 2]; 2], [f64; 2]));
        let blocks: Blocks = tuple_of_parts_jacobian([2.0, 3.0], 5.0);
        assert_eq!(blocks, (([5.0, 0.0], 2.0), ([[0.0, 1.0], [0.0, 0.0]], [0.0, 10.0])));
        let deep: [[[[f64; 2]; 1]; 1]; 2] = nested_jacobian([[2.0, 3.0]]);
        assert_eq!(deep, [[[[3.0, 2.0]]], [[[0.0, 1.0]]]]);
        assert_eq!(by_reference_jacobian(&[2.0, 3.0], 3), [[36.0, 8.0]]);
        assert_eq!(some_value_and_jacobian(2.0, 3.0, 5.0), ([6.0, 15.0], [2.0, 5.0]));
        let columns: ([f32; 1], [f64; 1]) = mixed_jacobian(2.0, 3.0);
        assert_eq!(columns, ([3.0], [2.0]));
    }

    #[hessian]
    fn of_scalar(x: f64) -> f64 {
        x * x * x
    }

    #[hessian]
    fn of_array(x: [f64; 2]) -> f64 {
        x[0] * x[0] * x[1]
    }

    #[hessian]
    fn of_parts(x: [f64; 2], s: f64) -> f64 {
        x[0] * x[1] * s * s
    }

    #[hessian]
    fn of_mixed(x: f32, y: f64) -> f64 {
        f64::from(x) * y * y
    }

    #[hessian(wrt(x))]
    fn of_some(x: f64, y: f64) -> f64 {
        x * x * y
    }

    #[test]
    fn hessians() {
        let single: f64 = of_scalar_hessian(2.0);
        assert_eq!(single, 12.0);
        let block: [[f64; 2]; 2] = of_array_hessian([2.0, 3.0]);
        assert_eq!(block, [[6.0, 4.0], [4.0, 0.0]]);
        type Blocks = (([[f64; 2]; 2], [f64; 2]), ([f64; 2], f64));
        let blocks: Blocks = of_parts_hessian([2.0, 3.0], 5.0);
        assert_eq!(blocks, (([[0.0, 25.0], [25.0, 0.0]], [30.0, 20.0]), ([30.0, 20.0], 12.0)));
        let mixed: ((f32, f64), (f32, f64)) = of_mixed_hessian(2.0, 3.0);
        assert_eq!(mixed, ((0.0, 6.0), (6.0, 4.0)));
        assert_eq!(of_some_value_grad_and_hessian(2.0, 3.0), (12.0, 12.0, 6.0));
    }
}

/// A planar arm of three links.
#[jacobian]
fn planar_arm(angles: [f64; 3]) -> [f64; 2] {
    let first = angles[0];
    let second = first + angles[1];
    let third = second + angles[2];
    [
        1.0 * first.cos() + 0.8 * second.cos() + 0.5 * third.cos(),
        1.0 * first.sin() + 0.8 * second.sin() + 0.5 * third.sin(),
    ]
}

#[test]
fn arm() {
    for seed in 0..20 {
        let angles: [f64; 3] = numbers(seed, -3.0, 3.0);
        let a = angles[0];
        let b = a + angles[1];
        let c = b + angles[2];
        let expected = [
            [-(a.sin() + 0.8 * b.sin() + 0.5 * c.sin()), -(0.8 * b.sin() + 0.5 * c.sin()), -(0.5 * c.sin())],
            [a.cos() + 0.8 * b.cos() + 0.5 * c.cos(), 0.8 * b.cos() + 0.5 * c.cos(), 0.5 * c.cos()],
        ];
        let (value, found) = planar_arm_value_and_jacobian(angles);
        assert_eq!(value, planar_arm(angles));
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-14);
        assert_close(planar_arm_jacobian(angles).as_flattened(), expected.as_flattened(), 1e-14);
    }
}

#[jacobian]
fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

#[jacobian]
fn cartesian(radius: f64, angle: f64) -> (f64, f64) {
    (radius * angle.cos(), radius * angle.sin())
}

#[test]
fn coordinates() {
    for seed in 0..20 {
        let [x, y] = numbers(seed, -2.0, 2.0);
        let ((r_x, r_y), (angle_x, angle_y)) = polar_jacobian(x, y);
        let squared = x * x + y * y;
        let expected = [x / squared.sqrt(), y / squared.sqrt(), -y / squared, x / squared];
        assert_close(&[r_x, r_y, angle_x, angle_y], &expected, 1e-14);
        let (radius, angle) = polar(x, y);
        let ((x_r, x_angle), (y_r, y_angle)) = cartesian_jacobian(radius, angle);
        // The two are inverse to each other, and so are their Jacobians.
        let product = [
            x_r * r_x + x_angle * angle_x,
            x_r * r_y + x_angle * angle_y,
            y_r * r_x + y_angle * angle_x,
            y_r * r_y + y_angle * angle_y,
        ];
        assert_close(&product, &[1.0, 0.0, 0.0, 1.0], 1e-14);
    }
    assert_eq!(polar_jacobian(0.0, 0.0), ((0.0, 0.0), (0.0, 0.0)));
}

/// A point, turned by a unit quaternion and moved.
#[jacobian]
fn transform(rotation: [f64; 4], translation: [f64; 3], point: [f64; 3]) -> [f64; 3] {
    let [w, x, y, z] = rotation;
    let cross = [
        2.0 * (y * point[2] - z * point[1]),
        2.0 * (z * point[0] - x * point[2]),
        2.0 * (x * point[1] - y * point[0]),
    ];
    [
        point[0] + w * cross[0] + (y * cross[2] - z * cross[1]) + translation[0],
        point[1] + w * cross[1] + (z * cross[0] - x * cross[2]) + translation[1],
        point[2] + w * cross[2] + (x * cross[1] - y * cross[0]) + translation[2],
    ]
}

#[test]
fn rigid_transform() {
    for seed in 0..20 {
        let [w, x, y, z]: [f64; 4] = numbers(seed, -1.0, 1.0);
        let point: [f64; 3] = numbers(seed + 100, -1.0, 1.0);
        let (by_rotation, by_translation, by_point) =
            transform_jacobian([w, x, y, z], [1.0, 2.0, 3.0], point);
        assert_eq!(by_translation, [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        let matrix = [
            [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
            [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
            [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
        ];
        assert_close(by_point.as_flattened(), matrix.as_flattened(), 1e-14);
        let [a, b, c] = point;
        let expected = [
            [
                2.0 * (y * c - z * b),
                2.0 * (y * b + z * c),
                2.0 * (x * b + w * c) - 4.0 * y * a,
                2.0 * (x * c - w * b) - 4.0 * z * a,
            ],
            [
                2.0 * (z * a - x * c),
                2.0 * (y * a - w * c) - 4.0 * x * b,
                2.0 * (x * a + z * c),
                2.0 * (w * a + y * c) - 4.0 * z * b,
            ],
            [
                2.0 * (x * b - y * a),
                2.0 * (z * a + w * b) - 4.0 * x * c,
                2.0 * (z * b - w * a) - 4.0 * y * c,
                2.0 * (x * a + y * b),
            ],
        ];
        assert_close(by_rotation.as_flattened(), expected.as_flattened(), 1e-14);
    }
}

#[hessian]
fn rosenbrock(x: [f64; 4]) -> f64 {
    let a = x[1] - x[0] * x[0];
    let b = x[2] - x[1] * x[1];
    let c = x[3] - x[2] * x[2];
    100.0 * (a * a + b * b + c * c) + (1.0 - x[0]).powi(2) + (1.0 - x[1]).powi(2) + (1.0 - x[2]).powi(2)
}

#[test]
fn tridiagonal() {
    for seed in 0..20 {
        let x: [f64; 4] = numbers(seed, -2.0, 2.0);
        let mut expected = [[0.0; 4]; 4];
        for i in 0..3 {
            expected[i][i] += 1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0;
            expected[i + 1][i + 1] += 200.0;
            expected[i][i + 1] = -400.0 * x[i];
            expected[i + 1][i] = -400.0 * x[i];
        }
        let (value, gradient, found) = rosenbrock_value_grad_and_hessian(x);
        assert_eq!(value, rosenbrock(x));
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-14);
        assert_close(rosenbrock_hessian(x).as_flattened(), expected.as_flattened(), 1e-14);
        let a = x[1] - x[0] * x[0];
        assert_close(&gradient[..1], &[-400.0 * a * x[0] - 2.0 * (1.0 - x[0])], 1e-14);
    }
}

#[hessian]
#[grad]
fn goldstein_price(x: f64, y: f64) -> f64 {
    let a = x + y + 1.0;
    let b = 19.0 - 14.0 * x + 3.0 * x * x - 14.0 * y + 6.0 * x * y + 3.0 * y * y;
    let c = 2.0 * x - 3.0 * y;
    let d = 18.0 - 32.0 * x + 12.0 * x * x + 48.0 * y - 36.0 * x * y + 27.0 * y * y;
    (1.0 + a * a * b) * (30.0 + c * c * d)
}

#[test]
fn goldstein_price_surface() {
    for seed in 0..20 {
        let [x, y] = numbers(seed, -2.0, 2.0);
        // By the product rule on the two factors, whose own derivatives are those of polynomials.
        let (a, c) = (x + y + 1.0, 2.0 * x - 3.0 * y);
        let b = 19.0 - 14.0 * x + 3.0 * x * x - 14.0 * y + 6.0 * x * y + 3.0 * y * y;
        let d = 18.0 - 32.0 * x + 12.0 * x * x + 48.0 * y - 36.0 * x * y + 27.0 * y * y;
        let b_1 = [-14.0 + 6.0 * x + 6.0 * y; 2];
        let d_1 = [-32.0 + 24.0 * x - 36.0 * y, 48.0 - 36.0 * x + 54.0 * y];
        let (b_2, d_2) = ([[6.0; 2]; 2], [[24.0, -36.0], [-36.0, 54.0]]);
        let c_1 = [2.0, -3.0];
        let (p, q) = (1.0 + a * a * b, 30.0 + c * c * d);
        let p_1: [f64; 2] = std::array::from_fn(|i| 2.0 * a * b + a * a * b_1[i]);
        let q_1: [f64; 2] = std::array::from_fn(|i| 2.0 * c * c_1[i] * d + c * c * d_1[i]);
        let expected: [[f64; 2]; 2] = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let p_2 = 2.0 * b + 2.0 * a * (b_1[i] + b_1[j]) + a * a * b_2[i][j];
                let q_2 = 2.0 * c_1[i] * c_1[j] * d
                    + 2.0 * c * (c_1[i] * d_1[j] + c_1[j] * d_1[i])
                    + c * c * d_2[i][j];
                p_2 * q + p_1[i] * q_1[j] + p_1[j] * q_1[i] + p * q_2
            })
        });
        let ((xx, xy), (yx, yy)) = goldstein_price_hessian(x, y);
        assert_close(&[xx, xy, yx, yy], expected.as_flattened(), 1e-12);
        let (value, (by_x, by_y), _) = goldstein_price_value_grad_and_hessian(x, y);
        assert_eq!(value, goldstein_price(x, y));
        let (grad_x, grad_y) = goldstein_price_grad(x, y);
        assert_close(&[by_x, by_y], &[grad_x, grad_y], 1e-13);
    }
}

/// The energy of two atoms, by all six coordinates.
#[hessian]
fn lennard_jones(x: [f64; 6]) -> f64 {
    let (dx, dy, dz) = (x[0] - x[3], x[1] - x[4], x[2] - x[5]);
    let r2 = dx * dx + dy * dy + dz * dz;
    let inverse = 1.0 / r2;
    let sixth = inverse * inverse * inverse;
    4.0 * (sixth * sixth - sixth)
}

#[test]
fn lennard_jones_pair() {
    for seed in 0..20 {
        let near: [f64; 3] = numbers(seed, -0.6, -0.3);
        let far: [f64; 3] = numbers(seed + 50, 0.3, 0.6);
        let x = [near[0], near[1], near[2], far[0], far[1], far[2]];
        let d: [f64; 3] = std::array::from_fn(|i| near[i] - far[i]);
        let s = d.iter().map(|d| d * d).sum::<f64>();
        // With u(s) = 4 (s⁻⁶ - s⁻³) and s = d·d: u'' 4 dᵢ dⱼ + u' 2 δᵢⱼ.
        let slope = 4.0 * (-6.0 * s.powi(-7) + 3.0 * s.powi(-4));
        let curvature = 4.0 * (42.0 * s.powi(-8) - 12.0 * s.powi(-5));
        let mut expected = [[0.0; 6]; 6];
        for (i, row) in expected.iter_mut().enumerate() {
            for (j, entry) in row.iter_mut().enumerate() {
                let sign = if i / 3 == j / 3 { 1.0 } else { -1.0 };
                let diagonal = if i % 3 == j % 3 { 2.0 * slope } else { 0.0 };
                *entry = sign * (4.0 * curvature * d[i % 3] * d[j % 3] + diagonal);
            }
        }
        assert_close(lennard_jones_hessian(x).as_flattened(), expected.as_flattened(), 1e-13);
    }
}

#[hessian]
fn log_sum_exp(x: [f64; 5]) -> f64 {
    (x[0].exp() + x[1].exp() + x[2].exp() + x[3].exp() + x[4].exp()).ln()
}

#[test]
fn log_sum_exp_of_five() {
    for seed in 0..20 {
        let x: [f64; 5] = numbers(seed, -2.0, 2.0);
        let sum = x.iter().map(|x| x.exp()).sum::<f64>();
        let share: [f64; 5] = std::array::from_fn(|i| x[i].exp() / sum);
        let expected: [[f64; 5]; 5] = std::array::from_fn(|i| {
            std::array::from_fn(|j| if i == j { share[i] * (1.0 - share[i]) } else { -share[i] * share[j] })
        });
        let found = log_sum_exp_hessian(x);
        assert_close(found.as_flattened(), expected.as_flattened(), 1e-14);
        for i in 0..5 {
            for j in 0..5 {
                assert_eq!(found[i][j].to_bits(), found[j][i].to_bits());
            }
        }
    }
}

/// Branches, kinks and borders, where the Jacobian is what `#[grad]` gives of each output.
mod as_gradients {
    use super::{grad, jacobian, numbers};

    /// `mod name { (x, y) => first, second }`: rows of the Jacobian against two gradients.
    macro_rules! rows {
        ($(mod $name:ident { |$x:ident, $y:ident| $setup:block => $result:ident [$first:expr, $second:expr] })+) => {$(
            mod $name {
                use super::{grad, jacobian};

                #[jacobian]
                #[jacobian(strict, name = "strict")]
                fn f($x: f64, $y: f64) -> [f64; 2] {
                    let $result = $setup;
                    [$first, $second]
                }

                #[grad]
                #[grad(strict, name = "strict_first")]
                #[allow(dead_code, reason = "the gradient is asked for")]
                fn first($x: f64, $y: f64) -> f64 {
                    let $result = $setup;
                    $first
                }

                #[grad]
                #[grad(strict, name = "strict_second")]
                #[allow(dead_code, unused_variables, reason = "the gradient is asked for")]
                fn second($x: f64, $y: f64) -> f64 {
                    let $result = $setup;
                    $second
                }

                #[test]
                fn holds() {
                    for (x, y) in super::points() {
                        let value = f(x, y);
                        let (found, by) = f_value_and_jacobian(x, y);
                        assert_eq!(found.map(f64::to_bits), value.map(f64::to_bits));
                        let gradients = [first_grad(x, y), second_grad(x, y)];
                        let strict = [strict_first_grad(x, y), strict_second_grad(x, y)];
                        let pairs = [(by, gradients), (f_jacobian(x, y), gradients), (strict_jacobian(x, y), strict)];
                        for ((by_x, by_y), gradients) in pairs {
                            for (row, (expected_x, expected_y)) in gradients.into_iter().enumerate() {
                                // Where a value is no number, neither has to be its slope.
                                if value[row].is_nan() {
                                    continue;
                                }
                                super::assert_same(by_x[row], expected_x, (x, y));
                                super::assert_same(by_y[row], expected_y, (x, y));
                            }
                        }
                    }
                }
            }
        )+};
    }

    fn points() -> Vec<(f64, f64)> {
        let special = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5];
        let mut points: Vec<(f64, f64)> =
            special.iter().flat_map(|&x| special.iter().map(move |&y| (x, y))).collect();
        points.extend((0..50).map(|seed| {
            let [x, y] = numbers(seed, -3.0, 3.0);
            (x, y)
        }));
        points
    }

    fn assert_same(found: f64, expected: f64, at: (f64, f64)) {
        let is_same = found == expected
            || found.is_nan() && expected.is_nan()
            || (found - expected).abs() <= 1e-13 * expected.abs().max(1.0);
        assert!(is_same, "{found:e} instead of {expected:e} at {at:?}");
    }

    rows! {
        mod conditional { |x, y| { if x > y { x * y } else { x.sin() + y } } => z [z * x, z + y] }
        mod nested { |x, y| {
            let a = x * y;
            if a > 0.5 { if x > 1.0 { a.ln() * x } else { a.sqrt() } } else { a * a - y }
        } => z [z * z, z * y] }
        mod chained { |x, y| {
            let a = if x > 0.0 { x * y } else { y.exp() };
            let b = if a > 1.0 { a.ln() } else { a * x };
            a * b
        } => z [z, z * x] }
        mod matching { |x, y| {
            match x.round() as i32 { 0 => x * y, 1 | 2 => x * x, n if n < 0 => y * f64::from(n), _ => y.sin() }
        } => z [z + x, z * y] }
        mod extremes { |x, y| { x.max(y) + x.min(0.5) * y.abs() } => z [z, z.clamp(-1.0, 1.0) * x] }
        mod pole_cut_off { |x, y| { (1.0 / x).min(1.0) } => z [z * y, z + y] }
        mod vanishing_factor { |x, y| { 0.0 * x.sqrt() } => z [z + y, z * y] }
        mod root_of_a_product { |x, y| { y * x.abs().sqrt() } => z [z, z * y] }
        mod roots_of_nothing { |x, y| { x.sqrt().max(0.25) } => z [z * y, y] }
        mod logistic { |x, y| { 1.0 / (1.0 + (-800.0 * x).exp()) } => z [z * y, z + y] }
        mod powers { |x, y| { x.powi(0) + x.powi(3) * y.powf(2.0) } => z [z, z * y] }
        mod logarithms { |x, y| { (x * x / (1.0 + y * y)).ln() } => z [z, z * y] }
        mod steps { |x, y| { x.floor() * y + x.signum() } => z [z, z * y] }
    }

    #[jacobian]
    fn returning(x: f64, y: f64) -> [f64; 2] {
        if x < 0.0 {
            return [x * x, y];
        }
        let root = x.sqrt();
        if y < 0.0 {
            return [root * y, 1.0];
        }
        [root + y, root * y]
    }

    #[test]
    fn early_returns() {
        assert_eq!(returning_jacobian(-2.0, 5.0), ([-4.0, 0.0], [0.0, 1.0]));
        assert_eq!(returning_jacobian(4.0, -5.0), ([-1.25, 0.0], [2.0, 0.0]));
        assert_eq!(returning_jacobian(4.0, 5.0), ([0.25, 1.25], [1.0, 2.0]));
    }
}

/// Second derivatives where first ones are guarded, cut off or zero by chance.
mod second_derivatives {
    use super::hessian;

    #[hessian]
    fn root(x: f64, y: f64) -> f64 {
        x * y.sqrt()
    }

    #[hessian]
    fn cut_off(x: f64, y: f64) -> f64 {
        x * (1.0 / y).min(1.0)
    }

    #[hessian]
    fn logistic(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    #[hessian]
    fn piecewise(x: f64, y: f64) -> f64 {
        if x > 0.0 { x * x * y } else { y * y }
    }

    #[hessian]
    fn cubed_size(x: f64) -> f64 {
        x.abs().powi(3)
    }

    #[test]
    fn a_factor_of_zero_has_a_slope() {
        assert_eq!(root_hessian(0.0, 4.0), ((0.0, 0.25), (0.25, -0.0)));
        assert_eq!(cut_off_hessian(0.0, 2.0), ((0.0, -0.25), (-0.25, 0.0)));
        assert_eq!(cut_off_hessian(3.0, 0.5), ((0.0, 0.0), (0.0, 0.0)));
        assert_eq!(cut_off_hessian(3.0, 0.0), ((0.0, 0.0), (0.0, 0.0)));
    }

    #[test]
    fn saturation() {
        for x in [-800.0, -745.0, -710.0, 710.0, 800.0] {
            assert!(logistic_hessian(x).abs() < 1e-300, "{:e} at {x}", logistic_hessian(x));
        }
        let slope = |x: f64| (-x).exp() / (1.0 + (-x).exp()).powi(2);
        for x in [-30.0, -5.0, -1.0, 0.5, 3.0, 40.0] {
            let expected = slope(x) * (1.0 - 2.0 / (1.0 + (-x).exp()));
            let found = logistic_hessian(x);
            assert!((found - expected).abs() <= 1e-13 * expected.abs(), "{found:e}, {expected:e} at {x}");
        }
    }

    #[test]
    fn branches() {
        assert_eq!(piecewise_hessian(3.0, 5.0), ((10.0, 6.0), (6.0, 0.0)));
        assert_eq!(piecewise_hessian(-3.0, 5.0), ((0.0, 0.0), (0.0, 2.0)));
        assert_eq!(cubed_size_hessian(-2.0), 12.0);
        assert_eq!(cubed_size_hessian(0.0), 0.0);
    }
}

/// Other scalars than `f64`.
mod scalars {
    use super::{Real, hessian, jacobian};

    #[jacobian]
    fn turned<T: Real>(angle: T, point: [T; 2]) -> [T; 2] {
        let (sine, cosine) = angle.sin_cos();
        [cosine * point[0] - sine * point[1], sine * point[0] + cosine * point[1]]
    }

    #[hessian]
    fn energy<T: Real>(x: [T; 2]) -> T {
        x[0] * x[0] * x[1] + x[1].exp()
    }

    #[jacobian]
    fn single(x: [f32; 2]) -> [f32; 2] {
        [x[0] * x[1], 0.1 * x[0] + x[1].sqrt()]
    }

    #[test]
    fn generic() {
        let (by_angle, by_point) = turned_jacobian(0.0_f32, [2.0, 3.0]);
        assert_eq!(by_angle, [-3.0, 2.0]);
        assert_eq!(by_point, [[1.0, -0.0], [0.0, 1.0]]);
        let (by_angle, _) = turned_jacobian(0.0_f64, [2.0, 3.0]);
        assert_eq!(by_angle, [-3.0, 2.0]);
        assert_eq!(energy_hessian([2.0_f64, 0.0]), [[0.0, 4.0], [4.0, 1.0]]);
        assert_eq!(energy_hessian([2.0_f32, 0.0]), [[0.0, 4.0], [4.0, 1.0]]);
    }

    #[test]
    fn single_precision() {
        assert_eq!(single_value_and_jacobian([2.0, 4.0]), (single([2.0, 4.0]), [[4.0, 2.0], [0.1, 0.25]]));
    }
}
