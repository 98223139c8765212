//! Slices of structs: fields, nested fields and elements of fields, windows and pairs, elements as arguments.

use chainrule::{Differentiable, grad, hvp, jvp, vjp};

use crate::harness::{Flat, functions};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec2 {
    x: f64,
    y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    place: [f64; 2],
    speed: Vec2,
    mass: f64,
    /// Floats that are not differentiated by, and integers.
    #[differentiable(constant)]
    unit: f64,
    #[differentiable(constant)]
    count: usize,
}

impl Flat for Body {
    const LENGTH: usize = 5;

    fn take(numbers: &mut impl Iterator<Item = f64>) -> Self {
        let place = <[f64; 2]>::take(numbers);
        let speed = Vec2 { x: f64::take(numbers), y: f64::take(numbers) };
        Self { place, speed, mass: f64::take(numbers), unit: 0.5, count: 3 }
    }

    fn put(&self, numbers: &mut Vec<f64>) {
        self.place.put(numbers);
        numbers.extend([self.speed.x, self.speed.y, self.mass]);
        assert!((self.unit, self.count) == (0.5, 3), "constants are those of the body");
    }
}

impl Flat for Vec2 {
    const LENGTH: usize = 2;

    fn take(numbers: &mut impl Iterator<Item = f64>) -> Self {
        Self { x: f64::take(numbers), y: f64::take(numbers) }
    }

    fn put(&self, numbers: &mut Vec<f64>) {
        numbers.extend([self.x, self.y]);
    }
}

functions! {
    kinetic kinetic_value_and_grad kinetic_grad kinetic_jvp kinetic_vjp kinetic_hvp:
        (bodies: [Body]; factor: f64;) at [[0], [1], [2], [7]] in 0.5..1.5
    attraction attraction_value_and_grad attraction_grad attraction_jvp attraction_vjp attraction_hvp:
        (bodies: [Body];;) at [[0], [1], [2], [5]] in 0.5..1.5
    called called_value_and_grad called_grad called_jvp called_vjp called_hvp:
        (bodies: [Body]; factor: f64;) at [[0], [1], [2], [7]] in 0.5..1.5
    called_by_index called_by_index_value_and_grad called_by_index_grad called_by_index_jvp called_by_index_vjp called_by_index_hvp:
        (bodies: [Body]; factor: f64;) at [[0], [1], [2], [7]] in 0.5..1.5
    with_weights with_weights_value_and_grad with_weights_grad with_weights_jvp with_weights_vjp with_weights_hvp:
        (bodies: [Body], weights: [f64]; shift: Vec2;) at [[0, 0], [1, 2], [3, 2], [7, 7]] in 0.5..1.5
    neighbours neighbours_value_and_grad neighbours_grad neighbours_jvp neighbours_vjp neighbours_hvp:
        (bodies: [Body];;) at [[0], [1], [2], [7]] in 0.5..1.5
    two_slices two_slices_value_and_grad two_slices_grad two_slices_jvp two_slices_vjp two_slices_hvp:
        (bodies: [Body], ways: [Vec2];;) at [[0, 0], [1, 2], [3, 2], [7, 7]] in 0.5..1.5
    heaviest heaviest_value_and_grad heaviest_grad heaviest_jvp heaviest_vjp heaviest_hvp:
        (bodies: [Body];;) at [[0], [1], [2], [7]] in 0.5..1.5
    left_early left_early_value_and_grad left_early_grad left_early_jvp left_early_vjp left_early_hvp:
        (bodies: [Body]; most: f64;) at [[0], [1], [2], [9]] in 0.5..1.5
    recurrence recurrence_value_and_grad recurrence_grad recurrence_jvp recurrence_vjp recurrence_hvp:
        (bodies: [Body]; start: f64;) at [[0], [1], [2], [9]] in 0.5..1.5
    by_constants by_constants_value_and_grad by_constants_grad by_constants_jvp by_constants_vjp by_constants_hvp:
        (bodies: [Body];;) at [[0], [1], [2], [7]] in 0.5..1.5
    first_and_last first_and_last_value_and_grad first_and_last_grad first_and_last_jvp first_and_last_vjp first_and_last_hvp:
        (bodies: [Body]; x: f64;) at [[1], [2], [7]] in 0.5..1.5
    unused unused_value_and_grad unused_grad unused_jvp unused_vjp unused_hvp:
        (bodies: [Body]; x: f64;) at [[0], [1], [3]] in 0.5..1.5
    taken_apart taken_apart_value_and_grad taken_apart_grad taken_apart_jvp taken_apart_vjp taken_apart_hvp:
        (ways: [Vec2];;) at [[0], [1], [3]] in 0.5..1.5
    by_path by_path_value_and_grad by_path_grad by_path_jvp by_path_vjp by_path_hvp:
        (bodies: [Body];;) at [[1], [2], [6]] in 0.5..1.5
    of_the_center of_the_center_value_and_grad of_the_center_grad of_the_center_jvp of_the_center_vjp of_the_center_hvp:
        (bodies: [Body];;) at [[1], [2], [6]] in 0.5..1.5
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kinetic(bodies: &[Body], factor: f64) -> f64 {
    let mut sum = 0.0;
    for body in bodies {
        sum += 0.5 * body.mass * (body.speed.x.powi(2) + body.speed.y.powi(2)) * factor;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn attraction(bodies: &[Body]) -> f64 {
    let mut sum = 0.0;
    for i in 0..bodies.len() {
        for j in 0..i {
            let mut square = 0.01;
            for d in 0..2 {
                square += (bodies[i].place[d] - bodies[j].place[d]).powi(2);
            }
            sum -= bodies[i].mass * bodies[j].mass / square.sqrt();
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn energy(body: &Body, factor: f64) -> f64 {
    factor * body.mass * body.speed.x * body.place[1].sin() + body.unit
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn called(bodies: &[Body], factor: f64) -> f64 {
    bodies.iter().map(|body| energy(body, factor) * body.mass).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn called_by_index(bodies: &[Body], factor: f64) -> f64 {
    let mut sum = 0.0;
    for (i, body) in bodies.iter().enumerate().take(20) {
        let next = &bodies[(i + 1) % bodies.len()];
        sum += energy(next, factor) * energy(body, sum);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn with_weights(bodies: &[Body], weights: &[f64], shift: Vec2) -> f64 {
    let mut sum = 0.0;
    for (body, w) in bodies.iter().zip(weights) {
        sum += w * (body.place[0] - shift.x) * (body.speed.y - shift.y).exp();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn neighbours(bodies: &[Body]) -> f64 {
    let mut sum = 0.0;
    for pair in bodies.windows(2) {
        sum += (pair[1].place[0] - pair[0].place[0]).powi(2) * pair[0].mass;
    }
    for i in 0..20 {
        if i == bodies.len() {
            break;
        }
        let body = &bodies[bodies.len() - 1 - i];
        if i % 2 == 0 {
            sum += body.speed.x.sin();
        } else {
            sum *= body.speed.y;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn two_slices(bodies: &[Body], ways: &[Vec2]) -> f64 {
    bodies
        .iter()
        .zip(ways.iter())
        .fold(0.0, |sum, (body, way)| sum + (body.speed.x * way.x + body.speed.y * way.y).tanh() * body.mass)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn heaviest(bodies: &[Body]) -> f64 {
    let mut most = 0.0;
    for body in bodies {
        if body.mass * body.mass > most {
            most = body.mass * body.mass;
        }
    }
    most
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn left_early(bodies: &[Body], most: f64) -> f64 {
    let mut sum = 0.0;
    for body in bodies.iter().take(20) {
        if sum > 2.0 * most {
            return sum * body.mass;
        }
        if body.place[0] > 1.45 {
            continue;
        }
        sum += body.speed.x * body.place[1];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn recurrence(bodies: &[Body], start: f64) -> f64 {
    let mut x = start;
    for body in bodies.iter().take(20) {
        x = (body.mass * x).sin() + body.place[0] * x;
    }
    x
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn by_constants(bodies: &[Body]) -> f64 {
    let mut sum = 0.0;
    for body in bodies {
        let count: usize = body.count;
        for k in 0..count {
            sum += body.mass * body.unit * k as f64 * body.mass;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn first_and_last(bodies: &[Body], x: f64) -> f64 {
    let last = &bodies[bodies.len() - 1];
    bodies[0].place[0] * last.place[1] * x + last.mass
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn unused(bodies: &[Body], x: f64) -> f64 {
    x * x * bodies.len() as f64
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn taken_apart(ways: &[Vec2]) -> f64 {
    let mut sum = 0.0;
    for way in ways {
        let Vec2 { x, y } = *way;
        sum += x * y;
        let turned = Vec2 { x: y, y: x * x };
        sum += turned.x * turned.y;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn of_the_center(bodies: &[Body]) -> f64 {
    let (mut x, mut mass) = (0.0, 0.0);
    for body in bodies {
        x += body.mass * body.place[0];
        mass += body.mass;
    }
    let center = x / mass;
    bodies.iter().map(|body| body.mass * (body.place[0] - center).powi(2)).sum::<f64>() / mass
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn momentum(body: &Body) -> f64 {
    body.mass * body.speed.x
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn by_path(bodies: &[Body]) -> f64 {
    let first = bodies.first().unwrap();
    bodies.iter().map(momentum).sum::<f64>() * first.mass
}
