//! Steps of simulations and cells of networks: annotated functions of structs, called in loops of any length.

use chainrule::{Differentiable, check, grad, jvp, vjp};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct State {
    place: [f64; 2],
    speed: f64,
    #[differentiable(constant)]
    label: &'static str,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Weights {
    input: f64,
    hidden: [f64; 2],
    bias: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Memory {
    cell: f64,
    hidden: f64,
}

#[vjp]
#[jvp]
fn rate(state: &State, pull: f64) -> State {
    let bend = state.place[0].sin() * pull;
    State { place: [state.speed, state.place[0] - state.place[1]], speed: -bend, label: "rate" }
}

/// A step of Heun's method.
#[vjp]
#[jvp]
fn step(state: &State, pull: f64, time: f64) -> State {
    let first = rate(state, pull);
    let middle = State {
        place: [state.place[0] + time * first.place[0], state.place[1] + time * first.place[1]],
        speed: state.speed + time * first.speed,
        ..state.clone()
    };
    let second = rate(&middle, pull);
    let half = 0.5 * time;
    State {
        place: [
            state.place[0] + half * (first.place[0] + second.place[0]),
            state.place[1] + half * (first.place[1] + second.place[1]),
        ],
        speed: state.speed + half * (first.speed + second.speed),
        ..state.clone()
    }
}

fn start() -> State {
    State { place: [0.5, -0.25], speed: 1.0, label: "start" }
}

#[grad(alloc)]
#[vjp(alloc)]
#[jvp]
fn any_count(start: &State, pull: f64, count: usize) -> f64 {
    let mut state = start.clone();
    for _ in 0..count {
        state = step(&state, pull, 0.1);
    }
    state.place[0] * state.speed + state.place[1]
}

#[grad]
#[vjp]
#[jvp]
fn hundred(start: &State, pull: f64) -> f64 {
    let mut state = start.clone();
    let mut total = 0.0;
    for _ in 0..200 {
        let next = step(&state, pull, 0.01);
        total += next.place[0] * state.speed;
        state = next;
    }
    total + state.place[1]
}

#[grad(alloc)]
#[vjp(alloc)]
#[jvp]
fn until(start: &State, pull: f64) -> f64 {
    let mut state = start.clone();
    while state.place[0] < 1.2 {
        state = step(&state, pull, 0.1);
        if state.speed < -3.0 {
            break;
        }
    }
    state.speed * state.place[1]
}

#[grad(unroll = 1)]
#[vjp(unroll = 1)]
#[jvp(unroll = 1)]
fn rolled(start: &State, pull: f64) -> f64 {
    let mut state = start.clone();
    for _ in 0..50 {
        state = step(&state, pull, 0.05);
        state.speed *= 0.99;
    }
    state.place[0]
}

/// Runge and Kutta's method, with the stages in the loop.
#[grad(alloc)]
#[vjp(alloc)]
#[jvp]
fn runge_kutta(start: &State, pull: f64, count: usize) -> f64 {
    let mut state = start.clone();
    let time = 0.05;
    for _ in 0..count {
        let k1 = rate(&state, pull);
        let mut at = state.clone();
        for d in 0..2 {
            at.place[d] += 0.5 * time * k1.place[d];
        }
        at.speed += 0.5 * time * k1.speed;
        let k2 = rate(&at, pull);
        for d in 0..2 {
            state.place[d] += time * k2.place[d];
        }
        state.speed += time * k2.speed;
    }
    state.place[0] + state.place[1] * state.speed
}

#[vjp]
#[jvp]
fn cell(weights: &Weights, memory: &Memory, x: f64) -> Memory {
    let gate = 1.0 / (1.0 + (-(weights.input * x + weights.hidden[0] * memory.hidden + weights.bias)).exp());
    let cell = gate * memory.cell + (1.0 - gate) * (weights.hidden[1] * memory.hidden + x).tanh();
    Memory { cell, hidden: gate * cell.tanh() }
}

#[grad(alloc)]
#[vjp(alloc)]
#[jvp]
fn network(weights: &Weights, x: &[f64]) -> f64 {
    let mut memory = Memory { cell: 0.0, hidden: 0.1 };
    for x in x {
        memory = cell(weights, &memory, *x);
    }
    memory.hidden * memory.hidden
}

fn weights() -> Weights {
    Weights { input: 0.5, hidden: [0.25, -0.75], bias: 0.125 }
}

/// Compares all siblings of a function of a state and a float with differences.
macro_rules! compare {
    ($f:ident $gradient:ident $pullback:ident $forward:ident ($($count:expr)?)) => {
        let point = (start(), 1.5);
        let direction = (State { place: [0.5, 1.0], speed: -0.25, label: "way" }, 0.75);
        check::gradient(|(s, p)| $f(s, *p $(, $count)?), |(s, p)| $gradient(s, *p $(, $count)?), &point).unwrap();
        check::jvp(
            |(s, p)| $f(s, *p $(, $count)?),
            |(s, p), (t, q)| $forward(s, *p, $($count,)? t.clone(), *q),
            &point,
            &direction,
        )
        .unwrap();
        let (value, pullback) = $pullback(&point.0, point.1 $(, $count)?);
        assert_eq!(value.to_bits(), $f(&point.0, point.1 $(, $count)?).to_bits());
        let (by_start, by_pull) = pullback(2.0);
        let (expected, slope) = $gradient(&point.0, point.1 $(, $count)?);
        for (found, expected) in by_start.floats().zip(expected.floats()) {
            assert!((found - 2.0 * expected).abs() < 1e-12 * (1.0 + expected.abs()));
        }
        assert!((by_pull - 2.0 * slope).abs() < 1e-12 * (1.0 + slope.abs()));
        assert_eq!((by_start.label, expected.label), ("start", "start"));
    };
}

#[test]
fn steps() {
    for count in [0, 1, 2, 17] {
        compare!(any_count any_count_grad any_count_vjp any_count_jvp (count));
        compare!(runge_kutta runge_kutta_grad runge_kutta_vjp runge_kutta_jvp (count));
    }
    compare!(hundred hundred_grad hundred_vjp hundred_jvp ());
    compare!(rolled rolled_grad rolled_vjp rolled_jvp ());
    compare!(until until_grad until_vjp until_jvp ());
}

#[test]
fn cells() {
    for length in [0, 1, 2, 9] {
        let x: Vec<f64> = (0..length).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let mut x_bar = vec![f64::NAN; x.len()];
        check::gradient(|w| network(w, &x), |w| network_grad(w, &x, &mut x_bar.clone()), &weights()).unwrap();
        let _ = network_grad(&weights(), &x, &mut x_bar);
        let x_dot: Vec<f64> = x.iter().map(|x| 1.0 - x).collect();
        let along: f64 = x_bar.iter().zip(&x_dot).map(|(bar, dot)| bar * dot).sum();
        let (_, slope) = network_jvp(&weights(), &x, weights().zero(), &x_dot);
        assert!((slope - along).abs() < 1e-12);
        let weights = weights();
        let (value, pullback) = network_vjp(&weights, &x);
        let mut pulled = vec![f64::NAN; x.len()];
        pullback(2.0, &mut pulled);
        assert_eq!(value.to_bits(), network(&weights, &x).to_bits());
        assert!(pulled.iter().zip(&x_bar).all(|(found, bar)| (found - 2.0 * bar).abs() < 1e-12));
        let moved = |step: f64| {
            let x: Vec<f64> = x.iter().zip(&x_dot).map(|(x, dot)| x + step * dot).collect();
            network(&weights, &x)
        };
        assert!((along - (moved(1e-5) - moved(-1e-5)) / 2e-5).abs() < 1e-8);
    }
}
