//! Structs, methods and traits in differentiated functions.

use chainrule::{Differentiable, Real, check, grad, hvp, jacobian, jvp, vjp};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec2<T> {
    x: T,
    y: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Weight(f64, #[differentiable(constant)] usize);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Body {
    place: Vec2<f64>,
    speed: Vec2<f64>,
    weight: Weight,
    drag: [f64; 2],
}

fn body() -> Body {
    Body {
        place: Vec2 { x: 0.5, y: -1.0 },
        speed: Vec2 { x: 2.0, y: 0.25 },
        weight: Weight(1.5, 2),
        drag: [0.25, 0.125],
    }
}

impl<T: Real> Vec2<T> {
    #[grad(wrt(self, other))]
    #[jvp(wrt(self, other))]
    #[hvp(wrt(self, other))]
    fn dot(self, other: Self) -> T {
        self.x * other.x + self.y * other.y
    }

    #[vjp(wrt(self, factor))]
    #[jvp(wrt(self, factor))]
    fn times(self, factor: T) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}

#[vjp]
#[jvp]
fn plus<T: Real>(a: Vec2<T>, b: Vec2<T>) -> Vec2<T> {
    Vec2 { x: a.x + b.x, y: a.y + b.y }
}

#[vjp]
#[jvp]
fn advance(body: &Body, dt: f64) -> Body {
    let speed = body.speed;
    let rate = body.drag[0] + body.drag[1] * speed.dot(speed);
    let slowed = speed.times(1.0 - rate * dt / body.weight.0);
    let place: Vec2<f64> = plus(body.place, slowed.times(dt));
    Body { place, speed: slowed, ..body.clone() }
}

#[grad]
#[vjp]
#[jvp]
fn reach(body: &Body, dt: f64) -> f64 {
    let mut now = advance(body, dt);
    for step in 0..3 {
        if now.place.y > -0.5 {
            now = advance(&now, dt);
        } else {
            now.speed.y += 0.5 * body.weight.0;
            now = advance(&now, 2.0 * dt);
        }
        if step == body.weight.1 {
            now.drag = [0.5 * now.place.x, body.drag[1]];
        }
    }
    now.place.dot(now.place) + now.drag[0]
}

#[test]
fn trajectories() {
    let point = (body(), 0.25);
    check::gradient(|(b, t)| reach(b, *t), |(b, t)| reach_grad(b, *t), &point).unwrap();
    let direction = (reach_grad(&body(), 0.5).0.scale(1e-3), -0.5);
    check::jvp(|(b, t)| reach(b, *t), |(b, t), (c, u)| reach_jvp(b, *t, c.clone(), *u), &point, &direction)
        .unwrap();
    let body = body();
    let (value, pullback) = reach_vjp(&body, 0.25);
    assert_eq!(value.to_bits(), reach(&body, 0.25).to_bits());
    let (by_body, by_dt) = pullback(2.0);
    let (expected, rate) = reach_grad(&body, 0.25);
    for (a, b) in by_body.floats().zip(expected.floats()) {
        assert!((a - 2.0 * b).abs() < 1e-12);
    }
    assert!((by_dt - 2.0 * rate).abs() < 1e-12);
}

#[jacobian]
#[jvp]
fn outputs(body: &Body, x: f64) -> [f64; 2] {
    let moved = advance(body, x);
    [moved.place.dot(body.speed), moved.drag[1] * x]
}

#[test]
fn jacobian_by_a_struct() {
    let rows = outputs_jacobian(&body(), 0.5);
    for k in 0..2 {
        check::gradient(|b| outputs(b, 0.5)[k], |_| rows.0[k].clone(), &body()).unwrap();
        check::gradient(|&x| outputs(&body(), x)[k], |_| rows.1[k], &0.5).unwrap();
    }
}

trait Potential {
    fn energy(&self, x: f64, y: f64) -> f64;
    fn energy_grad(&self, x: f64, y: f64) -> (f64, f64);
    fn energy_value_and_grad(&self, x: f64, y: f64) -> (f64, (f64, f64));
    fn energy_hvp(&self, x: f64, y: f64, x_dot: f64, y_dot: f64) -> ((f64, f64), (f64, f64));
}

struct Well {
    depth: f64,
}

impl Potential for Well {
    #[grad]
    #[hvp]
    fn energy(&self, x: f64, y: f64) -> f64 {
        -self.depth / (1.0 + x * x + y * y)
    }
}

#[grad(wrt(x))]
fn path(well: &Well, x: f64) -> f64 {
    let mut place = x;
    let mut speed = 0.0;
    for _ in 0..3 {
        let (slope, _) = well.energy_grad(place, 0.5);
        speed -= 0.125 * slope;
        place += 0.125 * speed;
    }
    well.energy(place, speed)
}

#[test]
fn traits() {
    let well = Well { depth: 2.0 };
    check::gradient(|&x| path(&well, x), |&x| path_grad(&well, x), &0.75).unwrap();
}

#[grad]
#[jvp]
#[hvp]
fn quadratic(v: Vec2<f64>, w: &Vec2<f64>) -> f64 {
    v.dot(*w).powi(2) + v.dot(v) * w.x.sin()
}

#[test]
fn second_order_by_structs() {
    let (v, w) = (Vec2 { x: 0.5, y: -1.0 }, Vec2 { x: 0.25, y: 2.0 });
    let point = (v, w);
    check::gradient(|(v, w)| quadratic(*v, w), |(v, w)| quadratic_grad(*v, w), &point).unwrap();
    let direction = (Vec2 { x: 1.0, y: 0.5 }, Vec2 { x: -0.5, y: 0.25 });
    let (gradient, second) = quadratic_hvp(v, &w, direction.0, direction.1);
    assert_eq!(gradient, quadratic_grad(v, &w));
    check::gradient(
        |(v, w)| {
            let (a, b) = quadratic_grad(*v, w);
            a.dot(direction.0) + b.dot(direction.1)
        },
        |_| second,
        &point,
    )
    .unwrap();
}

#[grad]
#[vjp]
fn many(bodies: &[Body; 2], scale: f64) -> f64 {
    let mut total = 0.0;
    for body in bodies {
        let moved = advance(body, scale);
        total += moved.place.dot(body.place) * body.weight.0;
    }
    let centre = plus(bodies[0].place, bodies[1].speed);
    total + centre.x * bodies[1].drag[1]
}

#[test]
fn arrays_of_structs() {
    let mut other = body();
    other.place.x = -0.75;
    let point = ([body(), other], 0.25);
    check::gradient(|(b, s)| many(b, *s), |(b, s)| many_grad(b, *s), &point).unwrap();
}

#[vjp]
fn polynomial(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { 1.0 + x * polynomial(x, n - 1) }
}

fn polynomial_value_and_grad(x: f64, n: u32) -> (f64, f64) {
    let (value, pullback) = polynomial_vjp(x, n);
    (value, pullback(1.0))
}

#[test]
fn recursion_by_hand() {
    check::gradient(|&x| polynomial(x, 4), |&x| polynomial_value_and_grad(x, 4).1, &0.5).unwrap();
}

#[vjp]
#[jvp]
fn pair(x: f64, n: u32) -> (f64, f64) {
    if n == 0 {
        (x, 1.0)
    } else {
        let (a, b) = pair(x, n - 1);
        (a * x + b, a - b * x)
    }
}

#[grad]
fn from_pair(x: f64, n: u32) -> f64 {
    let (a, b) = pair(x, n);
    a * b.sin()
}

#[test]
fn recursion_with_several_results() {
    check::gradient(|&x| from_pair(x, 3), |&x| from_pair_grad(x, 3), &0.5).unwrap();
}

#[vjp]
#[jvp]
fn softened(v: &[f64; 24], s: Vec2<f64>) -> [f64; 24] {
    let mut total = s.x;
    for x in v {
        total += x * x;
    }
    v.map(|x| x / (1.0 + total * s.y))
}

/// Large enough for a loop over seeds.
#[jacobian]
fn twice_softened(v: [f64; 24], a: f64) -> [f64; 24] {
    let w: [f64; 24] = softened(&v, Vec2 { x: a, y: 0.5 });
    let sum = plus(Vec2 { x: a, y: w[0] }, Vec2 { x: w[1], y: 0.25 });
    softened(&w, sum)
}

#[test]
fn jacobian_by_a_loop() {
    let mut next = 0.0;
    let v = [(); 24].map(|()| {
        next += 0.75;
        f64::sin(next)
    });
    let rows = twice_softened_jacobian(v, 0.5);
    for row in [0, 7, 23] {
        check::gradient(|v| twice_softened(*v, 0.5)[row], |_| rows.0[row], &v).unwrap();
        check::gradient(|&a| twice_softened(v, a)[row], |_| rows.1[row], &0.5).unwrap();
    }
}
