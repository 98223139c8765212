//! What goes on in steps: differential equations, recurrences, recurrent networks.

use chainrule::{grad, hvp, jvp, math, vjp};

use crate::harness::functions;

functions! {
    waves waves_value_and_grad waves_grad waves_jvp waves_vjp waves_hvp:
        (; u: [f64; 10], c: f64;) at [[]] in 0.1..0.6
    pendulum pendulum_value_and_grad pendulum_grad pendulum_jvp pendulum_vjp pendulum_hvp:
        (; state: [f64; 2], damping: f64;) at [[]] in 0.1..1.0
    long_pendulum long_pendulum_value_and_grad long_pendulum_grad long_pendulum_jvp long_pendulum_vjp long_pendulum_hvp:
        (; state: [f64; 2], damping: f64;) at [[]] in 0.1..1.0
    hunters hunters_value_and_grad hunters_grad hunters_jvp hunters_vjp hunters_hvp:
        (; start: (f64, f64), rates: [f64; 4];) at [[]] in 0.4..1.2
    kepler kepler_value_and_grad kepler_grad kepler_jvp kepler_vjp kepler_hvp:
        (; place: [f64; 2], velocity: [f64; 2];) at [[]] in 0.7..1.0
    three_bodies three_bodies_value_and_grad three_bodies_grad three_bodies_jvp three_bodies_vjp three_bodies_hvp:
        (; places: [[f64; 2]; 3], velocities: [[f64; 2]; 3], masses: [f64; 3];) at [[]] in 0.1..0.9
    fitted_decay fitted_decay_value_and_grad fitted_decay_grad fitted_decay_jvp fitted_decay_vjp fitted_decay_hvp:
        (observed: [f64]; rate: f64, start: f64;) at [[0], [1], [2], [9]] in 0.2..1.0
    lorenz lorenz_value_and_grad lorenz_grad lorenz_jvp lorenz_vjp lorenz_hvp:
        (; state: [f64; 3], rho: f64;) at [[]] in 0.5..1.5
    filtered filtered_value_and_grad filtered_grad filtered_jvp filtered_vjp filtered_hvp:
        (x: [f64]; start: f64;) at [[0], [1], [2], [9]] in -2.0..3.0
    filter_of_two filter_of_two_value_and_grad filter_of_two_grad filter_of_two_jvp filter_of_two_vjp filter_of_two_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    recurrent recurrent_value_and_grad recurrent_grad recurrent_jvp recurrent_vjp recurrent_hvp:
        (; inputs: [f64; 40], w: [[f64; 4]; 4], v: [f64; 4];) at [[]] in -0.7..0.7
    recurrent_of_any_size recurrent_of_any_size_value_and_grad recurrent_of_any_size_grad
        recurrent_of_any_size_jvp recurrent_of_any_size_vjp recurrent_of_any_size_hvp:
        (; inputs: [[f64; 2]; 6], w: [[f64; 3]; 3], v: [[f64; 2]; 3];) at [[]] in -0.7..0.7
    remembering remembering_value_and_grad remembering_grad remembering_jvp remembering_vjp remembering_hvp:
        (; inputs: [f64; 30], gates: [[f64; 3]; 4];) at [[]] in -0.9..0.9
    logistic_map logistic_map_value_and_grad logistic_map_grad logistic_map_jvp logistic_map_vjp logistic_map_hvp:
        (; x: f64, r: f64;) at [[]] in 0.3..0.9
    option option_value_and_grad option_grad option_jvp option_vjp option_hvp:
        (; price: f64, strike: f64, volatility: f64;) at [[]] in 0.2..1.1
    heat heat_value_and_grad heat_grad heat_jvp heat_vjp heat_hvp:
        (; u: [f64; 12], k: f64;) at [[]] in 0.1..0.4
    heat_of_any_length heat_of_any_length_value_and_grad heat_of_any_length_grad heat_of_any_length_jvp heat_of_any_length_vjp heat_of_any_length_hvp:
        (; u: [f64; 9], k: f64; 20) at [[]] in 0.1..0.4
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn waves<const N: usize>(u: [f64; N], c: f64) -> f64 {
    let mut now = u;
    let mut before = u;
    for _ in 0..30 {
        let mut next = [0.0; N];
        for i in 1..N - 1 {
            next[i] = 2.0 * now[i] - before[i] + c * c * (now[i - 1] - 2.0 * now[i] + now[i + 1]);
        }
        before = now;
        now = next;
    }
    let mut energy = 0.0;
    for i in 0..N {
        energy += (now[i] - before[i]).powi(2) + now[i].powi(4);
    }
    energy
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn pendulum(state: [f64; 2], damping: f64) -> f64 {
    let [mut angle, mut speed] = state;
    let dt = 0.05;
    for _ in 0..50 {
        let force = -angle.sin() - damping * speed;
        angle += dt * speed;
        speed += dt * force;
    }
    0.5 * speed * speed + 1.0 - angle.cos()
}

/// Too many steps to be unrolled.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn long_pendulum(state: [f64; 2], damping: f64) -> f64 {
    const STEPS: usize = 2000;
    let [mut angle, mut speed] = state;
    let dt = 0.002;
    for step in 0..STEPS {
        let push = 0.1 * (step as f64 * dt).cos();
        let force = push - angle.sin() - damping * speed;
        angle += dt * speed;
        speed += dt * force;
    }
    angle * angle + speed
}

/// Lotka and Volterra's equations by Runge and Kutta.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn hunters(start: (f64, f64), rates: [f64; 4]) -> f64 {
    let slope = |x: f64, y: f64| (rates[0] * x - rates[1] * x * y, rates[2] * x * y - rates[3] * y);
    let (mut x, mut y) = start;
    let h = 0.02;
    for _ in 0..300 {
        let k1 = slope(x, y);
        let k2 = slope(x + 0.5 * h * k1.0, y + 0.5 * h * k1.1);
        let k3 = slope(x + 0.5 * h * k2.0, y + 0.5 * h * k2.1);
        let k4 = slope(x + h * k3.0, y + h * k3.1);
        x += h / 6.0 * (k1.0 + 2.0 * k2.0 + 2.0 * k3.0 + k4.0);
        y += h / 6.0 * (k1.1 + 2.0 * k2.1 + 2.0 * k3.1 + k4.1);
    }
    x * x + y
}

/// An orbit by leaps.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kepler(place: [f64; 2], velocity: [f64; 2]) -> f64 {
    let ([mut x, mut y], [mut vx, mut vy]) = (place, velocity);
    let dt = 0.01;
    for _ in 0..400 {
        x += 0.5 * dt * vx;
        y += 0.5 * dt * vy;
        let cube = (x * x + y * y).powf(1.5);
        vx -= dt * x / cube;
        vy -= dt * y / cube;
        x += 0.5 * dt * vx;
        y += 0.5 * dt * vy;
    }
    x * vy - 0.5 * y + vx
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn three_bodies(mut places: [[f64; 2]; 3], mut velocities: [[f64; 2]; 3], masses: [f64; 3]) -> f64 {
    let dt = 0.01;
    for _ in 0..100 {
        for i in 0..3 {
            for j in 0..3 {
                if i != j {
                    let dx = places[j][0] - places[i][0];
                    let dy = places[j][1] - places[i][1];
                    let square = dx * dx + dy * dy + 0.1;
                    let pull = masses[j] / (square * square.sqrt());
                    velocities[i][0] += dt * pull * dx;
                    velocities[i][1] += dt * pull * dy;
                }
            }
        }
        for (place, velocity) in places.iter_mut().zip(&velocities) {
            for d in 0..2 {
                place[d] += dt * velocity[d];
            }
        }
    }
    places[0][0] * places[1][1] + velocities[2][0]
}

/// A step of the solution for each observation; it is linear in the state, with a factor that is the same each time.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn fitted_decay(observed: &[f64], rate: f64, start: f64) -> f64 {
    let mut loss = 0.0;
    for (i, y) in observed.iter().enumerate() {
        let state = start * (-rate * i as f64).exp();
        loss += (state - y).powi(2);
    }
    loss
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn lorenz(state: [f64; 3], rho: f64) -> f64 {
    let mut s = state;
    for _ in 0..150 {
        let slope = [10.0 * (s[1] - s[0]), s[0] * (rho - s[2]) - s[1], s[0] * s[1] - 8.0 / 3.0 * s[2]];
        for i in 0..3 {
            s[i] += 0.01 * slope[i];
        }
    }
    s[0] + s[1] * s[2]
}

/// An exponential average, whose factors are constants.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn filtered(x: &[f64], start: f64) -> f64 {
    let mut state = start;
    for v in x {
        state = 0.9 * state + 0.1 * v;
    }
    state * state
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn filter_of_two(x: &[f64]) -> f64 {
    let (mut a, mut b) = (0.0, 0.0);
    for v in x {
        (a, b) = (0.5 * a - 0.25 * b + v, a);
    }
    a * b + a
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn recurrent(inputs: [f64; 40], w: [[f64; 4]; 4], v: [f64; 4]) -> f64 {
    let mut h = [0.0; 4];
    for input in inputs {
        let old = h;
        for i in 0..4 {
            let mut z = v[i] * input;
            for j in 0..4 {
                z += w[i][j] * old[j];
            }
            h[i] = z.tanh();
        }
    }
    h[0] + h[1] * h[2] - h[3]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn recurrent_of_any_size<const T: usize, const D: usize, const H: usize>(
    inputs: [[f64; D]; T],
    w: [[f64; H]; H],
    v: [[f64; D]; H],
) -> f64 {
    let mut h = [0.0; H];
    let mut loss = 0.0;
    for input in &inputs {
        let mut z = [0.0; H];
        for i in 0..H {
            for j in 0..H {
                z[i] += w[i][j] * h[j];
            }
            for j in 0..D {
                z[i] += v[i][j] * input[j];
            }
        }
        for i in 0..H {
            h[i] = z[i].tanh();
        }
        loss += (h[0] - input[0]).powi(2);
    }
    loss
}

/// A cell of long short-term memory.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn remembering(inputs: [f64; 30], gates: [[f64; 3]; 4]) -> f64 {
    let (mut cell, mut hidden) = (0.0, 0.0);
    for x in inputs {
        let forget = math::sigmoid(gates[0][0] * x + gates[0][1] * hidden + gates[0][2]);
        let enter = math::sigmoid(gates[1][0] * x + gates[1][1] * hidden + gates[1][2]);
        let leave = math::sigmoid(gates[2][0] * x + gates[2][1] * hidden + gates[2][2]);
        let new: f64 = (gates[3][0] * x + gates[3][1] * hidden + gates[3][2]).tanh();
        cell = forget * cell + enter * new;
        hidden = leave * cell.tanh();
    }
    hidden * hidden + cell
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn logistic_map(x: f64, r: f64) -> f64 {
    let mut y = x;
    for _ in 0..1000 {
        y = (2.0 + r) * y * (1.0 - y);
    }
    y
}

/// An American option in a tree of prices.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn option(price: f64, strike: f64, volatility: f64) -> f64 {
    const STEPS: usize = 16;
    let dt = 1.0 / STEPS as f64;
    let up = (volatility * dt.sqrt()).exp();
    let down = 1.0 / up;
    let growth = (0.03 * dt).exp();
    let p = (growth - down) / (up - down);
    let mut values = [0.0; STEPS + 1];
    for i in 0..=STEPS {
        let end = price * up.powi(2 * i as i32 - STEPS as i32);
        values[i] = (strike - end).max(0.0);
    }
    for step in (0..STEPS).rev() {
        for i in 0..=step {
            let wait = (p * values[i + 1] + (1.0 - p) * values[i]) / growth;
            let now = strike - price * up.powi(2 * i as i32 - step as i32);
            values[i] = wait.max(now);
        }
    }
    values[0]
}

/// Explicit steps; the ends stay.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn heat(mut u: [f64; 12], k: f64) -> f64 {
    for _ in 0..200 {
        let old = u;
        for i in 1..11 {
            u[i] = old[i] + k * (old[i - 1] - 2.0 * old[i] + old[i + 1]);
        }
    }
    u.iter().map(|v| v * v).sum()
}

/// In place, so that the left neighbour is new; conductivity depends on the temperature.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn heat_of_any_length<const N: usize>(u: [f64; N], k: f64, steps: usize) -> f64 {
    let mut u = u;
    let mut before = u;
    for step in 0..20 {
        if step >= steps {
            break;
        }
        for i in 0..N {
            before[i] = u[i];
        }
        for i in 1..N - 1 {
            u[i] += k * before[i] * (before[i - 1] - 2.0 * before[i] + before[i + 1]);
        }
    }
    let mut sum = 0.0;
    for v in u {
        sum += v * v;
    }
    sum
}
