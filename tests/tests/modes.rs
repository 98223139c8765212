//! The modes besides `#[grad]`: what each returns, that they agree with one another, and that they stack.

#![allow(clippy::all, clippy::pedantic, reason = "what is written is what is tested")]

use chainrule::{Real, grad, hvp, jvp, vjp};

/// Differentiates `fn f` of reals in every mode, and holds [`agree`] at each point.
macro_rules! modes_agree {
    (fn f($($x:ident),+) $body:block $(at ($($point:expr),+);)+) => {{
        #[grad]
        #[vjp]
        #[jvp]
        #[hvp]
        fn f($($x: f64),+) -> f64 $body
        let siblings = Siblings {
            value: |[$($x),+]| f($($x),+),
            gradient: |[$($x),+]| list!(f_grad($($x),+); $($x),+),
            pulled: |[$($x),+], w| {
                let (value, pullback) = f_vjp($($x),+);
                (value, list!(pullback(w); $($x),+))
            },
            pushed: |point, direction| {
                let mut pairs = point.into_iter().zip(direction);
                $(let $x = pairs.next().unwrap();)+
                f_jvp($($x.0,)+ $($x.1),+)
            },
            curved: |point, direction| {
                let mut pairs = point.into_iter().zip(direction);
                $(let $x = pairs.next().unwrap();)+
                let (gradient, product) = f_hvp($($x.0,)+ $($x.1),+);
                (list!(gradient; $($x),+), list!(product; $($x),+))
            },
        };
        for point in [$([$($point),+]),+] {
            siblings.agree(point);
        }
    }};
}

/// A gradient as an array.
macro_rules! list {
    ($gradient:expr; $x:ident) => {
        [$gradient]
    };
    ($gradient:expr; $($x:ident),+) => {{
        let ($($x),+) = $gradient;
        [$($x),+]
    }};
}

struct Siblings<const N: usize> {
    value: fn([f64; N]) -> f64,
    gradient: fn([f64; N]) -> [f64; N],
    pulled: fn([f64; N], f64) -> (f64, [f64; N]),
    pushed: fn([f64; N], [f64; N]) -> (f64, f64),
    curved: fn([f64; N], [f64; N]) -> ([f64; N], [f64; N]),
}

impl<const N: usize> Siblings<N> {
    /// - Values equal the function bit for bit.
    /// - Gradients are those of `grad`.
    /// - ⟨w, J v⟩ = ⟨Jᵀ w, v⟩ up to rounding, and the Hessian is symmetric, ⟨u, H v⟩ = ⟨H u, v⟩.
    /// - Derivatives agree with central differences of the value and of the gradient.
    fn agree(&self, point: [f64; N]) {
        let value = (self.value)(point);
        let gradient = (self.gradient)(point);
        let (same, pulled) = (self.pulled)(point, 1.0);
        assert_eq!(value.to_bits(), same.to_bits());
        close(&pulled, &gradient, 1e-14);
        let w = 0.7;
        let (_, pulled) = (self.pulled)(point, w);
        for seed in 0..4 {
            let (direction, other) = (direction(seed), direction(seed + 4));
            let (same, tangent) = (self.pushed)(point, direction);
            assert_eq!(value.to_bits(), same.to_bits());
            let (found, size) = inner(&pulled, &direction);
            let difference = (w * tangent - found).abs();
            assert!(difference <= 1e-13 * size, "{difference} of {size} at {point:?}");
            let (again, product) = (self.curved)(point, direction);
            close(&again, &gradient, 1e-13);
            let (left, left_size) = inner(&product, &other);
            let (right, right_size) = inner(&(self.curved)(point, other).1, &direction);
            let difference = (left - right).abs();
            assert!(difference <= 1e-12 * (left_size + right_size), "{left} is not {right} at {point:?}");
            let h = 1e-5;
            let moved = |h: f64| std::array::from_fn(|i| point[i] + h * direction[i]);
            let (above, below) = (moved(h), moved(-h));
            let difference = ((self.value)(above) - (self.value)(below)) / (2.0 * h);
            close(&[tangent], &[difference], 1e-7);
            let (above, below) = ((self.gradient)(above), (self.gradient)(below));
            let differences: [f64; N] = std::array::from_fn(|i| (above[i] - below[i]) / (2.0 * h));
            close(&product, &differences, 1e-7);
        }
    }
}

/// The inner product, and the sum of the sizes of its terms.
fn inner(a: &[f64], b: &[f64]) -> (f64, f64) {
    let terms = a.iter().zip(b).map(|(a, b)| a * b);
    (terms.clone().sum(), terms.map(f64::abs).sum())
}

/// Directions with entries of several sizes and signs.
fn direction<const N: usize>(seed: u32) -> [f64; N] {
    let mut state = seed * 7919 + 17;
    std::array::from_fn(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 23) - 1.0
    })
}

/// Relative to the largest of the numbers, or to 1.
#[track_caller]
fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    let size = expected.iter().fold(1.0_f64, |size, x| size.max(x.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * size, "{found} is not {expected}");
    }
}

#[test]
fn straight_lines() {
    modes_agree! {
        fn f(x, y) { let s = x * y + x.sin(); s / (1.0 + y * y) }
        at (0.3, -2.0); at (0.0, 0.0); at (-1.5, 0.25);
    }
    modes_agree! {
        fn f(x) { x.exp().ln_1p().tanh() * x.sqrt().cbrt() }
        at (0.3); at (2.0);
    }
    modes_agree! {
        fn f(x, y, z) { (x * y / z).ln() + (x / (y * z)).log2() + (z * x).log10() }
        at (0.3, 2.0, 5.0); at (0.5, 20.0, 0.25);
    }
    modes_agree! {
        fn f(x, y) { x.powf(y) + x.powi(3) - y.powi(-2) + x.hypot(y) + y.atan2(x) }
        at (1.25, 2.0); at (0.5, -0.75);
    }
    modes_agree! {
        fn f(x, y) {
            let sig_y = 1.0 / (1.0 + (-y).exp());
            let num = x + sig_y;
            let sig_x = 1.0 / (1.0 + (-x).exp());
            let den = sig_x + (x + y).powi(2);
            num / den
        }
        at (3.0, -4.0); at (-2.0, 1.0); at (20.0, 15.0);
    }
    modes_agree! {
        fn f(x, y) { let e = x.exp(); e / (1.0 + e) * y + (1.0 + (y - x).exp()).recip() }
        at (3.0, -4.0); at (-30.0, 1.0); at (20.0, 15.0);
    }
    modes_agree! {
        fn f(a, b, c, d) { ((a * b - c * d) / (a * a + d)).sin() * (b - c).cos() + a.mul_add(b, c) * d.asinh() }
        at (1.0, 2.0, -3.0, 4.0); at (0.1, 0.2, 0.3, 0.4);
    }
    modes_agree! {
        fn f(x, y) { chainrule::math::gelu(x) * chainrule::math::silu(y) + chainrule::math::norm(&[x, y, 1.0]) }
        at (0.7, -0.3); at (-5.0, 9.0);
    }
    modes_agree! {
        fn f(x, y) { chainrule::math::erf(x) * chainrule::math::ln_gamma(y) + chainrule::math::sinc(x * y) }
        at (0.7, 2.5); at (-0.5, 9.0);
    }
    modes_agree! {
        fn f(x, y, z) { chainrule::math::log_sum_exp(&[x, y, z]) * x + chainrule::math::softmax(&[x, y, z])[1] }
        at (0.7, 2.5, -1.0);
    }
}

#[test]
fn branches() {
    modes_agree! {
        fn f(x, y) {
            let r = x * x + y * y;
            if r > 4.0 {
                r.sqrt() * x
            } else if y < 0.0 {
                let s = (r + 1.0).ln();
                s * s * y
            } else {
                x * y
            }
        }
        at (3.0, 1.0); at (0.5, -1.0); at (0.5, 1.0);
    }
    modes_agree! {
        fn f(x, y) {
            let mut s = x;
            if y > 1.0 {
                s *= y.exp();
                if s > 100.0 {
                    return s.ln() * y;
                }
            }
            s += y;
            s * s
        }
        at (1.0, 6.0); at (1.0, 1.5); at (1.0, -1.5);
    }
    modes_agree! {
        fn f(x, y) {
            assert!(x.is_finite());
            match (x > y, 3) {
                (true, n) => x.powi(n) * y,
                (false, n) if n > 7 => x,
                _ => { let t = x.sin(); t * t / y }
            }
        }
        at (3.0, 1.0); at (-1.0, 2.0);
    }
}

#[test]
fn kinks_away_from_the_kink() {
    modes_agree! {
        fn f(x, y) { (x * x).max(y.exp()) * x.abs() + (x * y).min(1.0).clamp(-2.0, y) + x.copysign(y) * y }
        at (3.0, 1.5); at (-0.9, 2.0); at (0.5, 0.75); at (4.0, -1.5);
    }
    modes_agree! {
        fn f(x, y) { chainrule::math::relu(x * y) * x + chainrule::math::elu(x, y) + chainrule::math::leaky_relu(y * x, 0.1) * y }
        at (3.0, 1.0); at (-1.0, 2.0);
    }
}

#[test]
fn second_derivatives_where_a_factor_is_zero() {
    // A guard that keeps 0 · ∞ out of the gradient does not hide how the factor changes.
    #[hvp]
    fn f(x: f64, y: f64) -> f64 {
        x * y.sqrt()
    }
    assert_eq!(f_hvp(0.0, 4.0, 1.0, 0.0), ((2.0, 0.0), (0.0, 0.25)));
    assert_eq!(f_hvp(0.0, 4.0, 0.0, 1.0), ((2.0, 0.0), (0.25, 0.0)));
    #[hvp]
    fn chosen(z: f64, x: f64) -> f64 {
        z * (x * x).max(1.0)
    }
    assert_eq!(chosen_hvp(0.0, 3.0, 1.0, 0.0), ((9.0, 0.0), (0.0, 6.0)));
    assert_eq!(chosen_hvp(0.0, 3.0, 0.0, 1.0), ((9.0, 0.0), (6.0, 0.0)));
    #[hvp]
    fn quotient(x: f64, y: f64, z: f64) -> f64 {
        x / y * z.ln()
    }
    // x = 0 and ln z = 0
    let (_, product) = quotient_hvp(0.0, 2.0, 1.0, 1.0, 0.0, 0.0);
    assert_eq!(product, (0.0, 0.0, 0.5));
    let (_, product) = quotient_hvp(0.0, 2.0, 1.0, 0.0, 0.0, 1.0);
    assert_eq!(product, (0.5, 0.0, 0.0));
    #[hvp]
    fn cube(x: f64) -> f64 {
        x * x.abs().powf(1.5)
    }
    assert_eq!(cube_hvp(0.0, 1.0), (0.0, 0.0));
}

#[test]
fn known_hessians() {
    #[hvp]
    fn rosenbrock(x: f64, y: f64) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }
    // [[1200 x² - 400 y + 2, -400 x], [-400 x, 200]]
    assert_eq!(rosenbrock_hvp(1.0, 1.0, 1.0, 0.0), ((0.0, 0.0), (802.0, -400.0)));
    assert_eq!(rosenbrock_hvp(1.0, 1.0, 0.0, 1.0), ((0.0, 0.0), (-400.0, 200.0)));
    assert_eq!(rosenbrock_hvp(2.0, 3.0, 1.0, 0.0).1, (3602.0, -800.0));
    assert_eq!(rosenbrock_hvp(2.0, 3.0, 0.5, 2.0).1, (1801.0 - 1600.0, -400.0 + 400.0));
    #[hvp]
    fn product(x: [f64; 3]) -> f64 {
        x[0] * x[1] * x[2]
    }
    assert_eq!(product_hvp([2.0, 3.0, 5.0], [1.0, 0.0, 0.0]), ([15.0, 10.0, 6.0], [0.0, 5.0, 3.0]));
    assert_eq!(product_hvp([2.0, 3.0, 5.0], [0.0, 1.0, 1.0]).1, [8.0, 2.0, 2.0]);
    #[hvp]
    fn linear(x: f64, y: f64) -> f64 {
        3.0 * x - y
    }
    assert_eq!(linear_hvp(1.0, 2.0, 3.0, 4.0), ((3.0, -1.0), (0.0, 0.0)));
}

/// Zeros meet infinities in the same way in every mode.
#[test]
fn zero_stops_infinity() {
    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    fn literal(x: f64) -> f64 {
        0.0 * x.sqrt()
    }
    assert_eq!(literal_grad(0.0), 0.0);
    assert_eq!(literal_vjp(0.0).1(1.0), 0.0);
    assert_eq!(literal_jvp(0.0, 1.0), (0.0, 0.0));
    assert_eq!(literal_hvp(0.0, 1.0), (0.0, 0.0));

    #[grad]
    #[vjp]
    #[jvp]
    fn factor(x: f64, y: f64) -> f64 {
        y * x.sqrt()
    }
    assert_eq!(factor_grad(0.0, 0.0), (0.0, 0.0));
    assert_eq!(factor_vjp(0.0, 0.0).1(1.0), (0.0, 0.0));
    assert_eq!(factor_jvp(0.0, 0.0, 1.0, 0.0), (0.0, 0.0));
    assert_eq!(factor_jvp(0.0, 1.0, 1.0, 0.0), (0.0, f64::INFINITY));
    assert_eq!(factor_vjp(0.0, 1.0).1(1.0), (f64::INFINITY, 0.0));
    assert_eq!(factor_vjp(0.0, 1.0).1(0.0), (0.0, 0.0));

    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    fn smaller(x: f64) -> f64 {
        f64::min(1.0, 1.0 / x)
    }
    assert_eq!(smaller_grad(0.0), 0.0);
    assert_eq!(smaller_vjp(0.0).1(1.0), 0.0);
    assert_eq!(smaller_jvp(0.0, 1.0), (1.0, 0.0));
    assert_eq!(smaller_hvp(0.0, 1.0), (0.0, 0.0));
    assert_eq!(smaller_hvp(2.0, 1.0), (-0.25, 0.25));

    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    fn inner(x: f64) -> f64 {
        (x * 0.0).sqrt()
    }
    assert_eq!(inner_jvp(1.0, 1.0), (0.0, 0.0));
}

#[test]
fn logistic_far_out() {
    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    fn falling(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }
    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    fn rising(x: f64) -> f64 {
        let e = x.exp();
        e / (1.0 + e)
    }
    for x in [-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0] {
        let e = (-f64::abs(x)).exp();
        let slope = e / (1.0 + e).powi(2);
        let curvature = -x.signum() * slope * (1.0 - e) / (1.0 + e);
        let near = |found: f64, expected: f64| {
            assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{found} is not {expected} at {x}");
        };
        near(falling_grad(x), slope);
        near(falling_vjp(x).1(1.0), slope);
        near(falling_jvp(x, 1.0).1, slope);
        let (gradient, product) = falling_hvp(x, 1.0);
        near(gradient, slope);
        assert!((product - curvature).abs() <= 1e-14 * slope, "{product} is not {curvature} at {x}");
        if x < 700.0 {
            near(rising_vjp(x).1(1.0), slope);
            near(rising_jvp(x, 1.0).1, slope);
            let (gradient, product) = rising_hvp(x, 1.0);
            near(gradient, slope);
            assert!((product - curvature).abs() <= 1e-14 * slope, "{product} is not {curvature} at {x}");
        }
    }
}

#[test]
fn logarithms_of_what_overflows() {
    #[grad]
    #[vjp]
    #[jvp]
    fn f(x: f64, y: f64) -> f64 {
        (x * y).ln()
    }
    assert_eq!(f_grad(1e200, 1e200), (1e-200, 1e-200));
    assert_eq!(f_vjp(1e200, 1e200).1(2.0), (2e-200, 2e-200));
    assert_eq!(f_jvp(1e200, 1e200, 1e200, 0.0).1, 1.0);
    assert_eq!(f_jvp(1e-200, 1e-200, 0.0, 1e-200).1, 1.0);
}

#[test]
fn ties() {
    #[vjp]
    #[jvp]
    #[hvp]
    fn larger(x: f64, y: f64) -> f64 {
        x.max(y)
    }
    assert_eq!(larger_vjp(1.0, 1.0).1(1.0), (0.5, 0.5));
    assert_eq!(larger_jvp(1.0, 1.0, 3.0, 1.0).1, 2.0);
    assert_eq!(larger_hvp(1.0, 1.0, 3.0, 1.0), ((0.5, 0.5), (0.0, 0.0)));
    #[jvp]
    fn size(x: f64) -> f64 {
        x.abs()
    }
    assert_eq!(size_jvp(0.0, 1.0), (0.0, 0.0));
    assert_eq!(size_jvp(-2.0, 1.0), (2.0, -1.0));
    #[jvp]
    #[vjp]
    fn same(x: f64) -> f64 {
        x.min(x)
    }
    assert_eq!(same_jvp(3.0, 2.0), (3.0, 2.0));
    assert_eq!(same_vjp(3.0).1(2.0), 2.0);
}

#[test]
fn casts_do_not_round_derivatives() {
    #[grad]
    #[vjp]
    #[jvp]
    fn f(x: f64) -> f64 {
        (x as f32) as f64 * 3.0
    }
    let (dot, bar) = (0.1, 0.1);
    assert_eq!(f_jvp(1.0, dot), (3.0, 3.0 * dot));
    assert_eq!(f_vjp(1.0).1(bar), 3.0 * bar);
    #[vjp]
    #[jvp]
    fn mixed(x: f32, y: f64) -> f64 {
        f64::from(x) * y
    }
    assert_eq!(mixed_jvp(2.0, 3.0, 1.0, 0.0), (6.0, 3.0));
    assert_eq!(mixed_vjp(2.0, 3.0).1(1.0), (3.0_f32, 2.0_f64));
}

#[test]
fn single_precision_and_generics() {
    #[vjp]
    #[jvp]
    #[hvp]
    #[grad]
    fn single(x: f32, y: f32) -> f32 {
        x * x * y
    }
    assert_eq!(single_jvp(3.0, 5.0, 1.0, 0.0), (45.0_f32, 30.0_f32));
    assert_eq!(single_vjp(3.0, 5.0).1(2.0_f32), (60.0, 18.0));
    assert_eq!(single_hvp(3.0, 5.0, 1.0, 0.0), ((30.0_f32, 9.0), (10.0, 6.0)));
    #[hvp]
    #[jvp]
    #[grad]
    #[vjp]
    fn generic<T: Real>(x: T, y: &T) -> T {
        if x > T::ZERO { x * x * *y } else { (x / *y).exp() }
    }
    assert_eq!(generic_jvp(3.0_f32, &5.0, 1.0, 0.0), (45.0_f32, 30.0_f32));
    assert_eq!(generic_vjp(3.0, &5.0).1(2.0), (60.0, 18.0));
    assert_eq!(generic_hvp(3.0, &5.0, 1.0, 0.0), ((30.0, 9.0), (10.0, 6.0)));
    assert_eq!(generic_grad(0.0, &2.0), (0.5, 0.0));
}

#[test]
fn results_of_several_parts() {
    #[vjp]
    #[jvp]
    fn f(x: f64, y: f64) -> (f64, [f64; 2]) {
        let p = x * y;
        if x > 0.0 { (p, [x + y, p * p]) } else { (x, [0.0, 1.0]) }
    }
    assert_eq!(f_jvp(2.0, 3.0, 1.0, 0.0), ((6.0, [5.0, 36.0]), (3.0, [1.0, 36.0])));
    assert_eq!(f_jvp(2.0, 3.0, 0.0, 1.0).1, (2.0, [1.0, 24.0]));
    assert_eq!(f_jvp(-2.0, 3.0, 1.0, 1.0), ((-2.0, [0.0, 1.0]), (1.0, [0.0, 0.0])));
    let (value, pullback) = f_vjp(2.0, 3.0);
    assert_eq!(value, (6.0, [5.0, 36.0]));
    assert_eq!(pullback((1.0, [10.0, 100.0])), (3.0 + 10.0 + 3600.0, 2.0 + 10.0 + 2400.0));
    assert_eq!(f_vjp(-2.0, 3.0).1((1.0, [10.0, 100.0])), (1.0, 0.0));

    #[vjp]
    #[jvp]
    fn twice(x: f64) -> (f64, f64) {
        let y = x * x;
        (y, y)
    }
    assert_eq!(twice_vjp(3.0).1((1.0, 10.0)), 66.0);
    assert_eq!(twice_jvp(3.0, 1.0), ((9.0, 9.0), (6.0, 6.0)));

    #[vjp]
    #[jvp]
    fn constant(_x: f64) -> [f64; 2] {
        [1.0, 2.0]
    }
    assert_eq!(constant_vjp(3.0).1([1.0, 1.0]), 0.0);
    assert_eq!(constant_jvp(3.0, 1.0), ([1.0, 2.0], [0.0, 0.0]));
}

#[test]
fn parameters_of_every_shape() {
    #[vjp]
    #[jvp]
    #[hvp]
    fn f(x: &[f64; 2], (a, b): (f64, f64), n: i32, [p, q]: [f64; 2], _: f64) -> f64 {
        x[0] * a.powi(n) + x[1] * b * p + q * q
    }
    let x = [2.0, 3.0];
    let (value, pullback) = f_vjp(&x, (5.0, 7.0), 2, [11.0, 13.0], 0.0);
    assert_eq!(value, 50.0 + 231.0 + 169.0);
    assert_eq!(pullback(1.0), ([25.0, 77.0], (20.0, 33.0), [21.0, 26.0], 0.0));
    let (_, tangent) =
        f_jvp(&x, (5.0, 7.0), 2, [11.0, 13.0], 0.0, [1.0, 10.0], (0.0, 100.0), [0.0, 1000.0], 1e9);
    assert_eq!(tangent, 25.0 + 770.0 + 3300.0 + 26000.0);
    let (_, product) = f_hvp(&x, (5.0, 7.0), 2, [11.0, 13.0], 0.0, [1.0, 0.0], (0.0, 0.0), [0.0, 1.0], 0.0);
    assert_eq!(product, ([0.0, 0.0], (10.0, 0.0), [0.0, 2.0], 0.0));
}

#[test]
fn a_pullback_outlives_nothing_it_does_not_borrow() {
    #[vjp]
    fn f(x: &[f64; 2], y: f64) -> f64 {
        x[0] * x[1] * y
    }
    let x = [2.0, 3.0];
    let pullbacks: Vec<_> = [1.0, 2.0].iter().map(|&y| f_vjp(&x, y).1).collect();
    let gradients: Vec<_> = pullbacks.into_iter().map(|pullback| pullback(1.0)).collect();
    assert_eq!(gradients, [([3.0, 2.0], 6.0), ([6.0, 4.0], 6.0)]);
}

#[test]
fn effects_come_before_the_pullback() {
    #[vjp]
    fn f(x: f64) -> f64 {
        assert!(x > 0.0, "not positive");
        let y = if x > 10.0 { panic!("too large") } else { x * x };
        y * x
    }
    assert_eq!(f_vjp(2.0).1(1.0), 12.0);
    assert!(std::panic::catch_unwind(|| drop(f_vjp(-2.0))).is_err());
    assert!(std::panic::catch_unwind(|| drop(f_vjp(20.0))).is_err());
}

#[test]
fn options() {
    #[grad(wrt(x), name = "slope", strict)]
    #[vjp(wrt(x), name = "back", strict)]
    #[jvp(wrt(y), name = "along", strict)]
    #[hvp(wrt(x, y), name = "curve", strict)]
    fn f(x: f64, y: f64, z: f64) -> f64 {
        x * y * y + x.sin() * z / (y + 3.0)
    }
    let (x, y, z) = (0.3, 0.7, 2.0);
    assert_eq!(back_vjp(x, y, z).1(1.0).to_bits(), slope_grad(x, y, z).to_bits());
    assert_eq!(curve_hvp(x, y, z, 1.0, 0.0).0.0.to_bits(), slope_grad(x, y, z).to_bits());
    let slope = 2.0 * x * y - x.sin() * z / ((y + 3.0) * (y + 3.0));
    assert!((along_jvp(x, y, z, 1.0).1 - slope).abs() < 1e-15);
}

#[test]
fn names_that_meet() {
    #[jvp]
    #[vjp]
    #[hvp]
    fn f(x: f64, x_dot: f64, f_bar: f64) -> f64 {
        let x_bar = x * x_dot;
        x_bar * f_bar
    }
    assert_eq!(f_jvp(2.0, 3.0, 5.0, 1.0, 0.0, 0.0), (30.0, 15.0));
    assert_eq!(f_jvp(2.0, 3.0, 5.0, 0.0, 1.0, 0.0), (30.0, 10.0));
    assert_eq!(f_vjp(2.0, 3.0, 5.0).1(2.0), (30.0, 20.0, 12.0));
    assert_eq!(f_hvp(2.0, 3.0, 5.0, 1.0, 0.0, 0.0).1, (0.0, 5.0, 3.0));
    // Found by the examiner: a pattern that binds the name of a direction.
    #[jvp]
    #[hvp]
    fn bound(x: f64, n: Option<i32>) -> f64 {
        match n {
            Some(x_dot) if x_dot > 0 => x.powi(x_dot),
            Some(_) | None => x * 2.0,
        }
    }
    assert_eq!(bound_jvp(3.0, Some(2), 1.0), (9.0, 6.0));
    assert_eq!(bound_jvp(3.0, None, 1.0), (6.0, 2.0));
    assert_eq!(bound_hvp(3.0, Some(2), 1.0), (6.0, 2.0));
    #[vjp]
    fn pulled(x: f64, n: Option<i32>) -> f64 {
        match n {
            Some(pulled_bar) => x.powi(pulled_bar),
            None => x * 2.0,
        }
    }
    assert_eq!(pulled_vjp(3.0, Some(2)).1(10.0), 60.0);
    #[jvp]
    #[vjp]
    fn r#loop(r#type: f64) -> f64 {
        r#type * r#type
    }
    assert_eq!(loop_jvp(2.0, 3.0), (4.0, 12.0));
    assert_eq!(loop_vjp(2.0).1(3.0), 12.0);
}

#[test]
fn conditional_attributes_stack() {
    #[grad]
    #[cfg_attr(all(), jvp)]
    #[cfg_attr(any(), vjp)]
    fn f(x: f64) -> f64 {
        x * x
    }
    assert_eq!(f_grad(3.0), 6.0);
    assert_eq!(f_jvp(3.0, 1.0), (9.0, 6.0));
}

#[test]
fn methods() {
    struct Line;
    impl Line {
        #[jvp]
        #[vjp]
        #[hvp]
        fn f(x: f64) -> f64 {
            x * x * x
        }
    }
    assert_eq!(Line::f_jvp(2.0, 1.0), (8.0, 12.0));
    assert_eq!(Line::f_vjp(2.0).1(1.0), 12.0);
    assert_eq!(Line::f_hvp(2.0, 1.0), (12.0, 12.0));
}

#[jvp]
#[vjp]
#[hvp]
const fn constant(x: f64, y: f64) -> f64 {
    x * x * y
}

const AT_COMPILE_TIME: (f64, f64) = constant_jvp(3.0, 5.0, 1.0, 0.0);
const CURVED: ((f64, f64), (f64, f64)) = constant_hvp(3.0, 5.0, 1.0, 0.0);

#[test]
fn constant_functions() {
    assert_eq!(AT_COMPILE_TIME, (45.0, 30.0));
    assert_eq!(CURVED, ((30.0, 9.0), (10.0, 6.0)));
    assert_eq!(constant_vjp(3.0, 5.0).1(1.0), (30.0, 9.0));
}
