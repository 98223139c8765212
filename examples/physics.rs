//! A small physics engine that can be asked backwards: how must the dumbbell be thrown to hit the target?
//!
//! Two balls on a spring fly through the air, bounce off the floor and tumble on. Every force is a function of its
//! own, and so is a step of time; each is differentiated by itself, and the flight calls them thousands of times.
//! A gradient has the form of what it is taken with respect to: that of a throw is a throw, that of a world a world.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::{Differentiable, grad, vjp};

/// Where the middle of the dumbbell is to be at the end of the flight, in metres.
const TARGET: [f64; 2] = [5.0, 0.6];

/// How close counts as a hit.
const CLOSE_ENOUGH: f64 = 1e-6;

/// A ball of one kilogram.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Ball {
    position: [f64; 2],
    velocity: [f64; 2],
}

/// How the dumbbell leaves the hand. The velocity of its middle can be chosen; it always turns at the same rate.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Throw {
    velocity: [f64; 2],
    #[differentiable(constant)]
    spin: f64,
}

/// What acts on the balls.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct World {
    gravity: f64,
    drag: f64,
    /// Of the spring, and its length at rest.
    stiffness: f64,
    length: f64,
    /// Of the floor, and by how much less it pushes what moves up at one metre per second.
    hardness: f64,
    loss: f64,
    #[differentiable(constant)]
    time_step: f64,
}

const WORLD: World = World {
    gravity: 9.81,
    drag: 0.02,
    stiffness: 200.0,
    length: 0.5,
    hardness: 4e4,
    loss: 0.05,
    time_step: 0.004,
};

const FIRST_THROW: Throw = Throw { velocity: [3.0, 2.5], spin: 4.0 };

/// The force on the ball at the end `here` of the spring.
#[vjp]
fn spring(here: [f64; 2], there: [f64; 2], world: &World) -> [f64; 2] {
    let (dx, dy) = (there[0] - here[0], there[1] - here[1]);
    let distance = dx.hypot(dy);
    let tension = world.stiffness * (distance - world.length) / distance;
    [tension * dx, tension * dy]
}

/// The force of the air, which grows with the square of the speed.
#[vjp]
fn air(velocity: [f64; 2], world: &World) -> [f64; 2] {
    let [vx, vy] = velocity;
    let slowing = -world.drag * vx.hypot(vy);
    [slowing * vx, slowing * vy]
}

/// The force of the floor upwards. It is a penalty on being below the floor, with the square of the depth; so it has
/// no kink where a ball touches down, and a gradient that is worth following.
#[grad]
fn ground(height: f64, climb: f64, world: &World) -> f64 {
    let depth = (-height).max(0.0);
    world.hardness * depth * depth * (1.0 - world.loss * climb)
}

/// A ball after a step of time: its velocity changes first, and moves it then.
#[vjp]
fn moved(ball: Ball, other: Ball, world: &World) -> Ball {
    let pull = spring(ball.position, other.position, world);
    let brake = air(ball.velocity, world);
    let push = ground(ball.position[1], ball.velocity[1], world);
    let velocity = [
        ball.velocity[0] + world.time_step * (pull[0] + brake[0]),
        ball.velocity[1] + world.time_step * (pull[1] + brake[1] + push - world.gravity),
    ];
    let position =
        [ball.position[0] + world.time_step * velocity[0], ball.position[1] + world.time_step * velocity[1]];
    Ball { position, velocity }
}

/// The dumbbell after a step of time.
#[vjp]
fn step(balls: [Ball; 2], world: &World) -> [Ball; 2] {
    let [left, right] = balls;
    [moved(left, right, world), moved(right, left, world)]
}

/// The dumbbell as it leaves the hand, level and a metre and a half above the floor.
#[vjp]
fn thrown(throw: &Throw, world: &World) -> [Ball; 2] {
    let arm = 0.5 * world.length;
    let [vx, vy] = throw.velocity;
    let left = Ball { position: [-arm, 1.5], velocity: [vx, vy - arm * throw.spin] };
    let right = Ball { position: [arm, 1.5], velocity: [vx, vy + arm * throw.spin] };
    [left, right]
}

/// The middle of the dumbbell.
#[vjp]
fn middle(balls: [Ball; 2]) -> [f64; 2] {
    let [left, right] = balls;
    [0.5 * (left.position[0] + right.position[0]), 0.5 * (left.position[1] + right.position[1])]
}

/// The middle of the dumbbell at the end of the flight, after 1.2 seconds.
#[vjp]
fn landing(throw: &Throw, world: &World) -> [f64; 2] {
    let mut balls: [Ball; 2] = thrown(throw, world);
    for _ in 0..300 {
        balls = step(balls, world);
    }
    middle(balls)
}

/// The square of the distance by which a throw misses the target.
#[grad(wrt(throw))]
fn miss(throw: &Throw, world: &World) -> f64 {
    let [x, y] = landing(throw, world);
    (x - TARGET[0]).powi(2) + (y - TARGET[1]).powi(2)
}

/// One throw after the other, by gradient descent. A step is as long as the last one says that the gradient can be
/// trusted, which is the rule of Barzilai and Borwein.
fn practice(first: Throw) -> impl Iterator<Item = Throw> {
    let mut last: Option<(Throw, Throw)> = None;
    successors(Some(first), move |throw| {
        let gradient = miss_grad(throw, &WORLD);
        let rate = last.as_ref().map_or(0.05, |(last_throw, last_gradient)| {
            let moved = throw.add(&last_throw.scale(-1.0));
            let turned = gradient.add(&last_gradient.scale(-1.0));
            moved.dot(&moved) / moved.dot(&turned).abs()
        });
        let next = throw.add(&gradient.scale(-rate));
        last = Some((throw.clone(), gradient));
        Some(next)
    })
}

/// The throws until one hits.
fn throws() -> Vec<Throw> {
    let mut throws = Vec::new();
    for throw in practice(FIRST_THROW).take(100) {
        let is_hit = miss(&throw, &WORLD).sqrt() < CLOSE_ENOUGH;
        throws.push(throw);
        if is_hit {
            break;
        }
    }
    throws
}

/// The flight as a picture: the balls as `o` ten times a second, the target as `x`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the picture holds the flight")]
fn draw(out: &mut impl Write, throw: &Throw) -> io::Result<()> {
    let mut lines = vec![vec![' '; 60]; 21];
    let mut mark = |[x, y]: [f64; 2], symbol| {
        lines[(20.0 - 10.0 * y).round() as usize][(10.0 * x).round() as usize + 4] = symbol;
    };
    let flight = successors(Some(thrown(throw, &WORLD)), |&balls| Some(step(balls, &WORLD)));
    for balls in flight.take(301).step_by(25) {
        for ball in balls {
            mark(ball.position, 'o');
        }
    }
    mark(TARGET, 'x');
    for line in lines {
        let line: String = line.into_iter().collect();
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out, "{}", "=".repeat(60))
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "to ({}, {})\n", TARGET[0], TARGET[1])?;
    writeln!(out, "throw   velocity   misses by")?;
    let throws = throws();
    for (number, throw) in throws.iter().enumerate() {
        let [vx, vy] = throw.velocity;
        let distance = miss(throw, &WORLD).sqrt();
        let distance = if distance < CLOSE_ENOUGH { "nothing".into() } else { format!("{distance:.4}") };
        writeln!(out, "{number:>5} {vx:>7.3} {vy:>6.3} {distance:>9}")?;
    }
    let hit = &throws[throws.len() - 1];
    draw(out, hit)?;

    writeln!(out, "\nby how many millimetres a hundredth more would move the landing\n")?;
    writeln!(out, "                  x         y")?;
    let (_, along_x) = landing_vjp(hit, &WORLD);
    let (_, along_y) = landing_vjp(hit, &WORLD);
    let ((_, x), (_, y)) = (along_x([1.0, 0.0]), along_y([0.0, 1.0]));
    let names = ["gravity", "drag", "stiffness", "length", "hardness", "loss"];
    let slopes = WORLD.floats().zip(x.floats().zip(y.floats()));
    for (name, (value, (x, y))) in names.iter().zip(slopes) {
        let millimetres = |slope: f64| 1e3 * slope * 0.01 * value;
        writeln!(out, "{name:>9} {:>9.4} {:>9.4}", millimetres(x), millimetres(y))?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/physics.rs"]
mod tests;
