//! Calls of functions with siblings, in every mode: against numerical derivatives, and against the same program
//! written in one piece.

use chainrule::{Differentiable, Real, check, grad, hessian, hvp, jacobian, jvp, vjp};

mod helpers {
    use chainrule::{grad, hvp, jvp, vjp};

    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    pub fn logistic(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    #[vjp]
    #[jvp]
    pub fn polar(x: f64, y: f64) -> (f64, f64) {
        (x.hypot(y), y.atan2(x))
    }

    #[vjp]
    #[jvp]
    pub fn cross(a: &[f64; 3], b: [f64; 3]) -> [f64; 3] {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }
}

#[grad]
#[jvp]
#[hvp]
fn square(x: f64) -> f64 {
    x * x
}

/// A bare name that `chainrule::math` has too is the program's own function.
#[grad]
#[vjp]
#[jvp]
#[hvp]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[grad]
#[jvp]
#[hvp]
#[hessian]
#[jacobian]
#[vjp]
fn staged(x: f64, y: f64) -> f64 {
    let num = x + sigmoid(y);
    let den = helpers::logistic(x) + square(x + y);
    num / den
}

#[grad]
#[jvp]
#[hvp]
#[hessian]
fn staged_whole(x: f64, y: f64) -> f64 {
    let num = x + 1.0 / (1.0 + (-y).exp());
    let den = 1.0 / (1.0 + (-x).exp()) + (x + y) * (x + y);
    num / den
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-13 * (1.0 + a.abs().max(b.abs())), "{a} is not {b}");
}

#[test]
fn staged_function() {
    for (x, y) in [(3.0, -4.0), (0.5, 0.25), (-2.0, 1.0)] {
        assert_eq!(staged_value_and_grad(x, y).0.to_bits(), staged(x, y).to_bits());
        let (gx, gy) = staged_grad(x, y);
        let (ex, ey) = staged_whole_grad(x, y);
        close(gx, ex);
        close(gy, ey);
        let (value, tangent) = staged_jvp(x, y, 0.5, -2.0);
        assert_eq!(value.to_bits(), staged(x, y).to_bits());
        close(tangent, 0.5 * ex - 2.0 * ey);
        let (value, pullback) = staged_vjp(x, y);
        assert_eq!(value.to_bits(), staged(x, y).to_bits());
        let (vx, vy) = pullback(2.0);
        close(vx, 2.0 * ex);
        close(vy, 2.0 * ey);
        let (jx, jy) = staged_jacobian(x, y);
        close(jx, ex);
        close(jy, ey);
        let (_, (hx, hy)) = staged_hvp(x, y, 0.5, -2.0);
        let (_, (wx, wy)) = staged_whole_hvp(x, y, 0.5, -2.0);
        close(hx, wx);
        close(hy, wy);
        let ((a, b), (c, d)) = staged_hessian(x, y);
        let ((wa, wb), (_, wd)) = staged_whole_hessian(x, y);
        close(a, wa);
        close(b, wb);
        assert_eq!(b.to_bits(), c.to_bits());
        close(d, wd);
    }
}

#[grad]
#[vjp]
#[jvp]
#[jacobian]
fn arrays(x: f64, y: f64, v: [f64; 3]) -> f64 {
    let (r, angle) = helpers::polar(x, y);
    let w: [f64; 3] = helpers::cross(&v, [x, r, 1.0]);
    let u = helpers::cross(&w, v);
    w[0] * angle + w[1] * w[2] + u[0].sin() * u[2]
}

#[test]
fn arrays_and_tuples() {
    let point = (0.75, -1.25, [0.5, -0.25, 2.0]);
    check::gradient(|&(x, y, v)| arrays(x, y, v), |&(x, y, v)| arrays_grad(x, y, v), &point).unwrap();
    check::jvp(
        |&(x, y, v)| arrays(x, y, v),
        |&(x, y, v), &(a, b, c)| arrays_jvp(x, y, v, a, b, c),
        &point,
        &(0.5, 1.5, [1.0, -1.0, 0.25]),
    )
    .unwrap();
    let (x, y, v) = point;
    assert_eq!(arrays_jacobian(x, y, v), arrays_grad(x, y, v));
    let (value, pullback) = arrays_vjp(x, y, v);
    assert_eq!(value.to_bits(), arrays(x, y, v).to_bits());
    assert_eq!(pullback(1.0).2.map(|g| (g * 1e9).round()), arrays_grad(x, y, v).2.map(|g| (g * 1e9).round()));
}

#[jacobian]
#[vjp]
#[jvp]
fn rotated(x: f64, v: [f64; 3]) -> [f64; 3] {
    let w: [f64; 3] = helpers::cross(&v, [x, 1.0, square(x)]);
    [w[0] * x, sigmoid(w[1]), w[2]]
}

#[test]
fn jacobian_through_calls() {
    let (x, v) = (0.5, [1.0, -2.0, 0.25]);
    let rows = rotated_jacobian(x, v);
    let (_, pullback) = rotated_vjp(x, v);
    let (gx, gv) = pullback([1.0, 0.0, 0.0]);
    close(rows.0[0], gx);
    for (entry, expected) in rows.1[0].into_iter().zip(gv) {
        close(entry, expected);
    }
    let (_, dots) = rotated_jvp(x, v, 1.0, [0.0; 3]);
    for (entry, expected) in rows.0.into_iter().zip(dots) {
        close(entry, expected);
    }
}

/// Horner's scheme by recursion: a + x (b + x (c + …)).
#[grad]
#[jvp]
#[hvp]
fn horner(x: f64, depth: u32) -> f64 {
    if depth == 0 { 1.0 } else { f64::from(depth) + x * horner(x, depth - 1) }
}

#[test]
fn recursion() {
    check::gradient(|&x| horner(x, 6), |&x| horner_grad(x, 6), &0.75).unwrap();
    check::jvp(|&x| horner(x, 6), |&x, &d| horner_jvp(x, 6, d), &0.75, &2.0).unwrap();
    let second = horner_hvp(0.75, 6, 1.0).1;
    check::gradient(|&x| horner_grad(x, 6), |_| second, &0.75).unwrap();
}

#[grad]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { x * odd(x, n - 1) }
}

#[grad]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { x.sin() } else { even(x, n - 1) + x }
}

#[test]
fn mutual_recursion() {
    for n in 0..6 {
        check::gradient(|&x| even(x, n), |&x| even_grad(x, n), &1.25).unwrap();
    }
}

#[grad]
#[jvp]
fn generic_square<T: Real>(x: T) -> T {
    x * x
}

#[grad]
#[jvp]
fn generic<T: Real>(x: T, y: T) -> T {
    generic_square(x) * generic_square::<T>(y.sin())
}

#[grad]
fn uses_generic(x: f32, y: f64) -> f64 {
    generic_square(f64::from(x)) + generic(y, 2.0)
}

#[test]
fn generics() {
    check::gradient(|&(x, y)| generic(x, y), |&(x, y)| generic_grad(x, y), &(0.5_f64, 1.5)).unwrap();
    check::gradient(|&(x, y)| generic(x, y), |&(x, y)| generic_grad(x, y), &(0.5_f32, 1.5)).unwrap();
    let (gx, gy) = uses_generic_grad(0.5, 1.5);
    assert_eq!(gx, 1.0);
    check::gradient(|&y| uses_generic(0.5, y), |_| gy, &1.5).unwrap();
}

const RATE: f64 = 0.25;

#[grad]
fn scaled(x: f64, rate: f64, power: i32) -> f64 {
    (x * rate).powi(power)
}

#[grad]
fn branches(x: f64, n: usize) -> f64 {
    let mut total = 0.0;
    for k in 0..4 {
        total += match n {
            0 => scaled(x, RATE, 2),
            1 if x > 1.0 => sigmoid(x) * scaled(x, 2.0, k),
            _ => {
                if k > 2 {
                    return total + sigmoid(total);
                }
                square(x)
            }
        };
    }
    total
}

#[test]
fn calls_in_branches_and_loops() {
    for n in 0..3 {
        for x in [0.5, 1.5] {
            check::gradient(|&x| branches(x, n), |&x| branches_grad(x, n), &x).unwrap();
            assert_eq!(branches_value_and_grad(x, n).0.to_bits(), branches(x, n).to_bits());
        }
    }
}

#[grad]
#[jvp]
#[vjp]
fn fixed_path(x: f64, y: f64) -> f64 {
    let (gx, gy) = staged_grad(x, y);
    let (value, (hx, _)) = staged_value_and_grad(x * 0.5, 2.0);
    let (w, w_dot) = staged_jvp(x, y, gx, 1.0);
    gx * gx + gy + value * hx + w * w_dot
}

#[test]
fn nested_gradients() {
    let point = (0.75, 1.25);
    check::gradient(|&(x, y)| fixed_path(x, y), |&(x, y)| fixed_path_grad(x, y), &point).unwrap();
    check::jvp(
        |&(x, y)| fixed_path(x, y),
        |&(x, y), &(a, b)| fixed_path_jvp(x, y, a, b),
        &point,
        &(0.5, -1.0),
    )
    .unwrap();
    assert_eq!(fixed_path_value_and_grad(0.75, 1.25).0.to_bits(), fixed_path(0.75, 1.25).to_bits());
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    damping: [f64; 2],
    #[differentiable(constant)]
    order: i32,
    #[differentiable(constant)]
    scale: f64,
}

#[grad]
#[vjp]
#[jvp]
fn energy(spring: &Spring, state: State) -> f64 {
    0.5 * spring.stiffness * state.x.powi(spring.order) + spring.scale * state.v * state.v
}

#[vjp]
#[jvp]
fn step(state: State, spring: &Spring, dt: f64) -> State {
    let force =
        -spring.stiffness * state.x - spring.damping[0] * state.v - spring.damping[1] * state.v.powi(3);
    let v = state.v + dt * force;
    State { v, x: state.x + dt * v }
}

#[grad]
#[vjp]
#[jvp]
fn run(spring: &Spring, start: State, dt: f64) -> f64 {
    let mut state = start;
    for _ in 0..5 {
        state = step(state, spring, dt);
    }
    state.v *= 0.5;
    energy(spring, state) + state.x
}

fn spring() -> Spring {
    Spring { stiffness: 2.0, damping: [0.5, 0.25], order: 2, scale: 0.75 }
}

#[test]
fn structs() {
    let start = State { x: 1.0, v: -0.5 };
    let point = (spring(), start, 0.125);
    check::gradient(|(p, s, t)| run(p, *s, *t), |(p, s, t)| run_grad(p, *s, *t), &point).unwrap();
    let (gradient, ..) = run_grad(&spring(), start, 0.125);
    assert_eq!(gradient.order, 2);
    assert_eq!(gradient.scale, 0.75);
    let direction = (
        Spring { stiffness: 1.0, damping: [0.5, -0.5], order: 7, scale: 3.0 },
        State { x: 0.5, v: 0.25 },
        -1.0,
    );
    let (_, tangent) = run_jvp(&spring(), start, 0.125, direction.0.clone(), direction.1, -1.0);
    let masked = (direction.0.as_direction(), direction.1, -1.0);
    let (p, s, t) = run_grad(&spring(), start, 0.125);
    let expected = p.dot(&masked.0) + s.dot(&masked.1) + t * masked.2;
    close(tangent, expected);
}

impl Spring {
    #[grad]
    #[jvp]
    fn force(&self, x: f64) -> f64 {
        -self.stiffness * x - self.scale * x.powi(self.order + 1)
    }

    #[grad(wrt(self, x))]
    #[jvp(wrt(self, x))]
    fn work(&self, x: f64) -> f64 {
        self.stiffness * x * x + self.damping[0] * x
    }

    #[grad]
    fn total(&self, x: f64) -> f64 {
        self.force(x) * 2.0 + Self::offset(x) + self.force(x * x)
    }

    #[grad(wrt(self, x))]
    fn loss(&self, x: f64) -> f64 {
        self.work(x).sin() + self.work(2.0 * x)
    }

    #[grad]
    fn offset(x: f64) -> f64 {
        x.cos()
    }
}

#[test]
fn methods() {
    let p = spring();
    check::gradient(|&x| p.total(x), |&x| p.total_grad(x), &0.75).unwrap();
    check::gradient(|(p, x)| p.loss(*x), |(p, x)| p.loss_grad(*x), &(spring(), 0.75)).unwrap();
}
