//! Derivatives written by hand, in every mode: an implicit function, a better formula, an external routine, linear
//! equations, methods, and slopes of one's own choice. Each is checked by itself, and through a caller.

use chainrule::{Differentiable, Real, check, grad, hessian, hvp, jacobian, jvp, vjp};

/// Lambert's function, by iteration: w e^w = x.
fn lambert(x: f64) -> f64 {
    let mut w = x.ln_1p();
    for _ in 0..20 {
        w -= (w - x * (-w).exp()) / (1.0 + w);
    }
    w
}

fn lambert_value_and_grad(x: f64) -> (f64, f64) {
    let w = lambert(x);
    (w, (-w).exp() / (1.0 + w))
}

fn lambert_grad(x: f64) -> f64 {
    lambert_value_and_grad(x).1
}

fn lambert_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    let (w, slope) = lambert_value_and_grad(x);
    (w, slope * x_dot)
}

fn lambert_hvp(x: f64, x_dot: f64) -> (f64, f64) {
    let (w, slope) = lambert_value_and_grad(x);
    (slope, -slope * slope * x_dot * (2.0 + w) / (1.0 + w))
}

#[test]
fn implicit_function() {
    for x in [-0.3, 1e-9, 0.7, 1.0, 40.0] {
        check::value_and_gradient(|&x| lambert(x), |&x| lambert_value_and_grad(x), &x).unwrap();
        check::jvp(|&x| lambert(x), |&x, &x_dot| lambert_jvp(x, x_dot), &x, &-1.5).unwrap();
        check::jvp(|&x| lambert_grad(x), |&x, &x_dot| lambert_hvp(x, x_dot), &x, &-1.5).unwrap();
    }
    // Ω, and W(e) = 1.
    assert!((lambert(1.0) - 0.567_143_290_409_783_8).abs() < 1e-15);
    assert!((lambert_grad(1.0_f64.exp()) - 0.5 * (-1.0_f64).exp()).abs() < 1e-16);
}

#[grad]
#[vjp]
#[jvp]
#[jacobian]
#[hessian]
#[hvp]
fn current(voltage: f64, resistance: f64) -> f64 {
    lambert(resistance * voltage.exp()) / resistance
}

/// The same without W: i r + ln i = v, so that ∂i/∂v = i / (1 + i r) and ∂i/∂r = -i² / (1 + i r).
fn current_slopes(voltage: f64, resistance: f64) -> (f64, f64) {
    let i = current(voltage, resistance);
    (i / (1.0 + i * resistance), -i * i / (1.0 + i * resistance))
}

#[test]
fn implicit_function_in_every_mode() {
    let (v, r) = (2.0, 0.5);
    let (by_v, by_r) = current_slopes(v, r);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-14, "{a} is not {b}");
    let both = |(a, b): (f64, f64)| {
        close(a, by_v);
        close(b, by_r);
    };
    both(current_grad(v, r));
    both(current_jacobian(v, r));
    let (value, pullback) = current_vjp(v, r);
    assert_eq!(value.to_bits(), current(v, r).to_bits());
    both(pullback(1.0));
    let (value, slope) = current_jvp(v, r, 2.0, -3.0);
    assert_eq!(value.to_bits(), current(v, r).to_bits());
    close(slope, 2.0 * by_v - 3.0 * by_r);

    // ∂²i/∂v² = i / (1 + i r)³.
    let i = current(v, r);
    let ((by_vv, by_vr), (by_rv, by_rr)) = current_hessian(v, r);
    close(by_vv, i / (1.0 + i * r).powi(3));
    assert_eq!(by_vr.to_bits(), by_rv.to_bits());
    check::gradient(|&(v, r)| current_slopes(v, r).1, |_| (by_rv, by_rr), &(v, r)).unwrap();
    let (gradient, product) = current_hvp(v, r, 2.0, -3.0);
    both(gradient);
    close(product.0, 2.0 * by_vv - 3.0 * by_vr);
    close(product.1, 2.0 * by_rv - 3.0 * by_rr);
}

/// A gradient written by hand inside of a function: its derivative is the `hvp` written by hand.
#[grad]
#[vjp]
#[jvp]
fn slope_of_slope(x: f64) -> f64 {
    let (w, slope) = lambert_value_and_grad(x);
    lambert_grad(2.0 * x) * w + slope
}

#[test]
fn nested() {
    check::value_and_gradient(|&x| slope_of_slope(x), |&x| slope_of_slope_value_and_grad(x), &0.8).unwrap();
    check::vjp(|&x| slope_of_slope(x), |&x| slope_of_slope_vjp(x), &0.8, &-2.0).unwrap();
    check::jvp(|&x| slope_of_slope(x), |&x, &d| slope_of_slope_jvp(x, d), &0.8, &3.0).unwrap();
}

/// (eˣ - 1) / x.
fn mean_exp(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.exp_m1() / x }
}

/// The derivative of this order, from the series Σ xⁿ / (n! (n + order + 1)).
fn mean_exp_derivative(x: f64, order: i32) -> f64 {
    let mut power = 1.0;
    let mut sum = 0.0;
    for n in 0..40 {
        sum += power / f64::from(n + order + 1);
        power *= x / f64::from(n + 1);
    }
    sum
}

fn mean_exp_value_and_grad(x: f64) -> (f64, f64) {
    (mean_exp(x), mean_exp_derivative(x, 1))
}

fn mean_exp_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (mean_exp(x), mean_exp_derivative(x, 1) * x_dot)
}

fn mean_exp_hvp(x: f64, x_dot: f64) -> (f64, f64) {
    (mean_exp_derivative(x, 1), mean_exp_derivative(x, 2) * x_dot)
}

#[grad]
#[vjp]
#[jvp]
#[jacobian]
#[hessian]
#[hvp]
fn growth(rate: f64, time: f64) -> f64 {
    time * mean_exp(rate * time)
}

#[test]
fn better_formula() {
    for x in [-3.0, -1e-5, 0.5, 2.0] {
        check::value_and_gradient(|&x| mean_exp(x), |&x| mean_exp_value_and_grad(x), &x).unwrap();
        check::jvp(|&x| mean_exp(x), |&x, &d| mean_exp_jvp(x, d), &x, &2.0).unwrap();
        check::jvp(|&x| mean_exp_value_and_grad(x).1, |&x, &d| mean_exp_hvp(x, d), &x, &2.0).unwrap();
    }
    // Where the formula itself has no digits left: ∫₀ᵗ exp(r s) ds = t + ½ r t² + ⅙ r² t³ + ….
    let (rate, time) = (0.0, 3.0);
    let gradient = (4.5, 1.0);
    assert_eq!(growth_value_and_grad(rate, time), (3.0, gradient));
    assert_eq!(growth_jacobian(rate, time), gradient);
    assert_eq!(growth_vjp(rate, time).1(2.0), (9.0, 2.0));
    assert_eq!(growth_jvp(rate, time, 2.0, -1.0), (3.0, 8.0));
    assert_eq!(growth_hessian(rate, time), ((9.0, 3.0), (3.0, 0.0)));
    assert_eq!(growth_hvp(rate, time, 2.0, -1.0), (gradient, (15.0, 6.0)));
}

/// A table of squares with lines between them, as an external routine may have it.
fn table(x: f64, rows: usize) -> f64 {
    table_value_and_grad(x, rows).0
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tests stay in the table")]
fn table_value_and_grad(x: f64, rows: usize) -> (f64, f64) {
    const SQUARES: [f64; 6] = [0.0, 1.0, 4.0, 9.0, 16.0, 25.0];
    let row = (x as usize).min(rows - 2);
    let slope = SQUARES[row + 1] - SQUARES[row];
    (SQUARES[row] + slope * (x - x.floor()), slope)
}

fn table_jvp(x: f64, rows: usize, x_dot: f64) -> (f64, f64) {
    let (value, slope) = table_value_and_grad(x, rows);
    (value, slope * x_dot)
}

fn table_hvp(x: f64, rows: usize, _: f64) -> (f64, f64) {
    (table_value_and_grad(x, rows).1, 0.0)
}

#[grad]
#[vjp]
#[jvp]
#[jacobian]
#[hessian]
#[hvp]
fn looked_up(x: f64, y: f64) -> f64 {
    y * table(x * y, 6)
}

#[test]
fn external_routine() {
    // Between 2 and 3, the table is 5 t - 6, and the function 5 x y² - 6 y.
    let (x, y) = (1.25, 2.0);
    let gradient = (20.0, 19.0);
    assert_eq!(looked_up(x, y), 13.0);
    assert_eq!(looked_up_value_and_grad(x, y), (13.0, gradient));
    assert_eq!(looked_up_jacobian(x, y), gradient);
    assert_eq!(looked_up_vjp(x, y).1(3.0), (60.0, 57.0));
    assert_eq!(looked_up_jvp(x, y, 1.0, -1.0), (13.0, 1.0));
    assert_eq!(looked_up_hessian(x, y), ((0.0, 20.0), (20.0, 12.5)));
    assert_eq!(looked_up_hvp(x, y, 1.0, -1.0), (gradient, (-20.0, 7.5)));
}

type Vector = [f64; 2];
type Matrix = [Vector; 2];

/// The solution of a x = b, by Cramer's rule.
fn solve(a: &Matrix, b: Vector) -> Vector {
    let determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    [(b[0] * a[1][1] - a[0][1] * b[1]) / determinant, (a[0][0] * b[1] - b[0] * a[1][0]) / determinant]
}

fn solve_vjp(a: &Matrix, b: Vector) -> (Vector, impl FnOnce(Vector) -> (Matrix, Vector)) {
    let a = *a;
    let x = solve(&a, b);
    let pullback = move |x_bar| {
        let b_bar = solve(&[[a[0][0], a[1][0]], [a[0][1], a[1][1]]], x_bar);
        (b_bar.map(|b| x.map(|x| -b * x)), b_bar)
    };
    (x, pullback)
}

fn solve_jvp(a: &Matrix, b: Vector, a_dot: Matrix, b_dot: Vector) -> (Vector, Vector) {
    let x = solve(a, b);
    let right = [0, 1].map(|i| b_dot[i] - a_dot[i][0] * x[0] - a_dot[i][1] * x[1]);
    (x, solve(a, right))
}

#[vjp]
#[jvp]
#[jacobian]
fn moved(stiffness: [f64; 2], load: f64) -> [f64; 2] {
    let [first, second] = stiffness;
    let a = [[first + second, -second], [-second, second]];
    let x = solve(&a, [0.0, load]);
    [x[0] * x[1], x[1].sin()]
}

#[grad]
fn work(stiffness: [f64; 2], load: f64) -> f64 {
    let [first, second] = stiffness;
    let [_, end] = solve(&[[first + second, -second], [-second, second]], [0.0, load]);
    0.5 * load * end
}

#[test]
fn linear_equations() {
    let point = ([[4.0, 1.0], [-2.0, 3.0]], [1.0, 5.0]);
    check::vjp(|(a, b)| solve(a, *b), |(a, b)| solve_vjp(a, *b), &point, &[0.5, -2.0]).unwrap();
    let direction = ([[0.5, -1.0], [0.25, 2.0]], [-1.0, 0.75]);
    check::jvp(|(a, b)| solve(a, *b), |(a, b), (da, db)| solve_jvp(a, *b, *da, *db), &point, &direction)
        .unwrap();

    let point = ([2.0, 4.0], 8.0);
    // ½ load² (1 / first + 1 / second).
    assert_eq!(work_value_and_grad(point.0, point.1), (24.0, ([-8.0, -2.0], 6.0)));
    let (by_stiffness, by_load) = moved_jacobian(point.0, point.1);
    for i in 0..2 {
        check::gradient(|&(s, l)| moved(s, l)[i], |_| (by_stiffness[i], by_load[i]), &point).unwrap();
    }
    check::vjp(|&(s, l)| moved(s, l), |&(s, l)| moved_vjp(s, l), &point, &[0.5, -2.0]).unwrap();
    check::jvp(
        |&(s, l)| moved(s, l),
        |&(s, l), &(ds, dl)| moved_jvp(s, l, ds, dl),
        &point,
        &([0.5, -1.0], 2.0),
    )
    .unwrap();
}

/// Rounding that passes on slopes as if it did nothing, as networks of few bits are trained. Nothing but the sibling
/// can know of it.
fn rounded<T: Real>(x: T) -> T {
    x.round()
}

fn rounded_value_and_grad<T: Real>(x: T) -> (T, T) {
    (x.round(), T::ONE)
}

fn rounded_jvp<T: Real>(x: T, x_dot: T) -> (T, T) {
    (x.round(), x_dot)
}

fn rounded_hvp<T: Real>(_: T, _: T) -> (T, T) {
    (T::ONE, T::ZERO)
}

#[grad]
#[vjp]
#[jvp]
#[jacobian]
#[hessian]
#[hvp]
fn quantized(x: f64, y: f64) -> f64 {
    rounded(x) * rounded(y)
}

#[grad]
fn quantized_single(x: f32) -> f32 {
    rounded(x) * x
}

#[test]
fn slope_of_choice() {
    let (x, y) = (2.25, -3.75);
    let gradient = (-4.0, 2.0);
    assert_eq!(quantized(x, y), -8.0);
    assert_eq!(quantized_value_and_grad(x, y), (-8.0, gradient));
    assert_eq!(quantized_jacobian(x, y), gradient);
    assert_eq!(quantized_vjp(x, y).1(0.5), (-2.0, 1.0));
    assert_eq!(quantized_jvp(x, y, 1.0, 3.0), (-8.0, 2.0));
    assert_eq!(quantized_hessian(x, y), ((0.0, 1.0), (1.0, 0.0)));
    assert_eq!(quantized_hvp(x, y, 1.0, 3.0), (gradient, (3.0, 1.0)));
    assert_eq!(quantized_single_grad(2.25), 2.0 + 2.25);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Lens {
    focus: f64,
    #[differentiable(constant)]
    name: &'static str,
}

impl Lens {
    /// Where the image is: 1 / focus = 1 / object + 1 / image.
    fn image(&self, object: f64) -> f64 {
        self.focus * object / (object - self.focus)
    }

    fn image_value_and_grad(&self, object: f64) -> (f64, (Self, f64)) {
        let image = self.image(object);
        let (by_focus, by_object) = ((image / self.focus).powi(2), -(image / object).powi(2));
        (image, (Self { focus: by_focus, ..self.clone() }, by_object))
    }

    fn image_jvp(&self, object: f64, self_dot: Self, object_dot: f64) -> (f64, f64) {
        let (image, (by_self, by_object)) = self.image_value_and_grad(object);
        (image, by_self.focus * self_dot.focus + by_object * object_dot)
    }
}

#[grad]
#[vjp]
#[jvp]
fn telescope(front: &Lens, eyepiece: &Lens, object: f64) -> f64 {
    let image = front.image(object);
    eyepiece.image(2.0 - image)
}

#[test]
fn methods() {
    let lens = |focus, name| Lens { focus, name };
    let point = (lens(1.25, "front"), lens(0.25, "eyepiece"), 9.0);
    let f = |(a, b, o): &(Lens, Lens, f64)| telescope(a, b, *o);
    check::value_and_gradient(
        |(a, o)| a.image(*o),
        |(a, o)| a.image_value_and_grad(*o),
        &(lens(1.25, "front"), 9.0),
    )
    .unwrap();
    check::value_and_gradient(f, |(a, b, o)| telescope_value_and_grad(a, b, *o), &point).unwrap();
    check::vjp(f, |(a, b, o)| telescope_vjp(a, b, *o), &point, &-0.5).unwrap();
    check::jvp(
        f,
        |(a, b, o), (da, db, d)| telescope_jvp(a, b, *o, da.clone(), db.clone(), *d),
        &point,
        &(lens(0.5, ""), lens(-1.0, ""), 2.0),
    )
    .unwrap();
}
