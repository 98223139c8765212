//! Polynomials, integrals, steps in time, interpolation.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

/// A polynomial by Horner's scheme.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn horner(c: &[f64; 6], x: f64) -> f64 {
    let mut value = 0.0;
    for i in (0..6).rev() {
        value = value * x + c[i];
    }
    value
}

/// A polynomial together with its slope.
#[jacobian]
#[jvp]
#[vjp]
fn horner_with_slope(c: &[f64; 5], x: f64) -> (f64, f64) {
    let (mut value, mut slope) = (c[4], 0.0);
    for coefficient in c.iter().rev().skip(1) {
        slope = slope * x + value;
        value = value * x + coefficient;
    }
    (value, slope)
}

/// A series of Chebyshev polynomials by Clenshaw's recurrence.
#[grad]
#[jvp]
#[vjp]
fn clenshaw(c: &[f64; 6], x: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for i in (1..6).rev() {
        let b0 = c[i] + 2.0 * x * b1 - b2;
        b2 = b1;
        b1 = b0;
    }
    c[0] + x * b1 - b2
}

/// One step of Runge and Kutta for predator and prey.
#[jacobian(wrt(state, rates))]
#[jvp(wrt(state, rates))]
#[vjp(wrt(state, rates))]
fn predator_prey(state: [f64; 2], rates: &[f64; 4], h: f64) -> [f64; 2] {
    let slope =
        |s: [f64; 2]| [rates[0] * s[0] - rates[1] * s[0] * s[1], rates[2] * s[0] * s[1] - rates[3] * s[1]];
    let k1 = slope(state);
    let k2 = slope([state[0] + h / 2.0 * k1[0], state[1] + h / 2.0 * k1[1]]);
    let k3 = slope([state[0] + h / 2.0 * k2[0], state[1] + h / 2.0 * k2[1]]);
    let k4 = slope([state[0] + h * k3[0], state[1] + h * k3[1]]);
    let mut next = state;
    for i in 0..2 {
        next[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    next
}

/// Eight steps of Runge and Kutta for a damped pendulum, with the table of Butcher.
#[jacobian]
#[jvp]
#[vjp]
fn pendulum(start: &[f64; 2], damping: f64) -> [f64; 2] {
    const NODES: [f64; 4] = [0.0, 0.5, 0.5, 1.0];
    const WEIGHTS: [f64; 4] = [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0];
    let h = 0.1;
    let mut y = *start;
    for _ in 0..8 {
        let mut k = [0.0, 0.0];
        let mut sum = [0.0, 0.0];
        for (node, weight) in NODES.into_iter().zip(WEIGHTS) {
            let at = [y[0] + node * h * k[0], y[1] + node * h * k[1]];
            k = [at[1], -at[0].sin() - damping * at[1]];
            sum[0] += weight * k[0];
            sum[1] += weight * k[1];
        }
        y[0] += h * sum[0];
        y[1] += h * sum[1];
    }
    y
}

/// Simpson's rule with eight intervals for `exp(-a x²) cos(b x)`.
#[grad]
#[hessian]
#[hvp]
fn simpson(p: &[f64; 2]) -> f64 {
    let n = 8;
    let h = 1.5 / f64::from(n);
    let mut sum = 0.0;
    for i in 0..=n {
        let x = h * f64::from(i);
        let weight = match i {
            0 | 8 => 1.0,
            _ if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        sum += weight * (-p[0] * x * x).exp() * (p[1] * x).cos();
    }
    sum * h / 3.0
}

/// The trapezoidal rule over samples at uneven places.
#[grad]
#[jvp]
#[vjp]
fn trapezoids(x: &[f64; 6], y: &[f64; 6]) -> f64 {
    x.windows(2).zip(y.windows(2)).map(|(x, y)| (x[1] - x[0]) * (y[0] + y[1]) / 2.0).sum()
}

/// Gauss' rule with five points, from `a` to `b`.
#[grad]
#[jvp]
#[vjp]
fn gauss_legendre(a: f64, b: f64, k: f64) -> f64 {
    let nodes = [0.0, 0.538_469_310_105_683, 0.906_179_845_938_664];
    let weights = [0.568_888_888_888_888_9, 0.478_628_670_499_366_47, 0.236_926_885_056_189_08];
    let (middle, half) = ((a + b) / 2.0, (b - a) / 2.0);
    let f = |x: f64| (k * x).sin() / (1.0 + x * x);
    let mut sum = weights[0] * f(middle);
    for i in 1..3 {
        sum += weights[i] * (f(middle - half * nodes[i]) + f(middle + half * nodes[i]));
    }
    half * sum
}

/// The five-point stencil of Laplace on the inside of a grid.
#[jacobian]
#[jvp]
#[vjp]
fn laplacian(u: &[[f64; 4]; 4]) -> [[f64; 2]; 2] {
    let mut out = [[0.0; 2]; 2];
    for i in 1..3 {
        for j in 1..3 {
            out[i - 1][j - 1] = u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] - 4.0 * u[i][j];
        }
    }
    out
}

/// Four explicit steps of heat in a rod, whose conductivity grows with temperature.
#[jacobian]
#[jvp]
#[vjp]
fn heat(start: &[f64; 6], conductivity: f64) -> [f64; 6] {
    let mut u = *start;
    for _ in 0..4 {
        let before = u;
        for i in 1..5 {
            let left = (1.0 + 0.1 * (before[i] + before[i - 1])) * (before[i] - before[i - 1]);
            let right = (1.0 + 0.1 * (before[i + 1] + before[i])) * (before[i + 1] - before[i]);
            u[i] = before[i] + conductivity * (right - left);
        }
    }
    u
}

/// Burgers' equation, two steps upwind on a ring.
#[jacobian]
#[jvp]
#[vjp]
fn burgers(start: &[f64; 5]) -> [f64; 5] {
    let mut u = *start;
    for _ in 0..2 {
        let mut next = [0.0; 5];
        for i in 0..5 {
            let (left, right) = (u[(i + 4) % 5], u[(i + 1) % 5]);
            let difference = if u[i] > 0.0 { u[i] - left } else { right - u[i] };
            next[i] = u[i] - 0.2 * u[i] * difference;
        }
        u = next;
    }
    u
}

/// Twenty steps of Verlet for a planet: position and speed at the end.
#[jacobian]
#[jvp]
#[vjp]
fn orbit(start: &[f64; 4]) -> [f64; 4] {
    const DT: f64 = 0.02;
    let [mut x, mut y, mut u, mut v] = *start;
    let mut cube = (x * x + y * y).powf(1.5);
    for _ in 0..20 {
        u -= 0.5 * DT * x / cube;
        v -= 0.5 * DT * y / cube;
        x += DT * u;
        y += DT * v;
        cube = (x * x + y * y).powf(1.5);
        u -= 0.5 * DT * x / cube;
        v -= 0.5 * DT * y / cube;
    }
    [x, y, u, v]
}

/// The energy of three bodies in a plane, positions in pairs.
#[grad]
#[hessian]
#[hvp]
fn three_bodies(x: &[f64; 6]) -> f64 {
    let masses = [1.0, 0.5, 2.0];
    let mut energy = 0.0;
    for i in 0..3 {
        for j in 0..i {
            let (dx, dy) = (x[2 * i] - x[2 * j], x[2 * i + 1] - x[2 * j + 1]);
            energy -= masses[i] * masses[j] / (dx * dx + dy * dy).sqrt();
        }
    }
    energy
}

/// The energy of four atoms after Lennard and Jones.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn lennard_jones(positions: &[f64; 12]) -> f64 {
    let mut energy = 0.0;
    for i in 0..4 {
        for j in (i + 1)..4 {
            let mut squared = 0.0;
            for axis in 0..3 {
                let d = positions[3 * i + axis] - positions[3 * j + axis];
                squared += d * d;
            }
            let sixth = 1.0 / (squared * squared * squared);
            energy += 4.0 * (sixth * sixth - sixth);
        }
    }
    energy
}

/// A point on a Bézier curve by de Casteljau's corners.
#[jacobian]
#[jvp]
#[vjp]
fn bezier(points: &[[f64; 2]; 4], t: f64) -> [f64; 2] {
    let mut p = *points;
    for level in 1..4 {
        for i in 0..4 - level {
            for axis in 0..2 {
                p[i][axis] = (1.0 - t) * p[i][axis] + t * p[i + 1][axis];
            }
        }
    }
    p[0]
}

/// Lagrange's interpolation at `x`.
#[grad]
#[jvp]
#[vjp]
fn lagrange(nodes: &[f64; 4], values: &[f64; 4], x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..4 {
        let mut basis = 1.0;
        for j in 0..4 {
            if i != j {
                basis *= (x - nodes[j]) / (nodes[i] - nodes[j]);
            }
        }
        sum += basis * values[i];
    }
    sum
}

/// Interpolation in a table of knots, the interval found by a search.
#[grad]
#[jvp]
#[vjp]
fn piecewise_linear(values: &[f64; 5], x: f64) -> f64 {
    const KNOTS: [f64; 5] = [0.0, 0.5, 1.5, 3.0, 5.0];
    let (mut low, mut high) = (0, 4);
    for _ in 0..2 {
        let middle = (low + high) / 2;
        if x < KNOTS[middle] {
            high = middle;
        } else {
            low = middle;
        }
    }
    let t = (x - KNOTS[low]) / (KNOTS[high] - KNOTS[low]);
    (1.0 - t) * values[low] + t * values[high]
}

/// Bilinear interpolation in a grid whose cell comes from the coordinates.
#[grad]
#[jvp]
#[vjp]
fn bilinear(grid: &[[f64; 3]; 3], p: &[f64; 2]) -> f64 {
    let (i, j) = (p[0].floor() as usize, p[1].floor() as usize);
    let (u, v) = (p[0] - i as f64, p[1] - j as f64);
    let upper = (1.0 - v) * grid[i][j] + v * grid[i][j + 1];
    let lower = (1.0 - v) * grid[i + 1][j] + v * grid[i + 1][j + 1];
    (1.0 - u) * upper + u * lower
}

/// A square root by six steps of Heron's rule.
#[grad]
#[hessian]
fn heron(a: f64) -> f64 {
    let mut x = 0.5 * (1.0 + a);
    for _ in 0..6 {
        x = 0.5 * (x + a / x);
    }
    x
}

/// Six steps of Newton for Kepler's equation.
#[grad]
#[jvp]
#[vjp]
fn kepler(mean_anomaly: f64, eccentricity: f64) -> f64 {
    let mut e = mean_anomaly;
    for _ in 0..6 {
        e -= (e - eccentricity * e.sin() - mean_anomaly) / (1.0 - eccentricity * e.cos());
    }
    e
}

/// The logistic map, six times.
#[grad]
#[hessian]
fn logistic_map(p: (f64, f64)) -> f64 {
    let (rate, mut x) = p;
    for _ in 0..6 {
        x = rate * x * (1.0 - x);
    }
    x
}

/// A continued fraction from the inside out.
#[grad]
#[hessian]
#[hvp]
fn continued_fraction(a: &[f64; 5]) -> f64 {
    let mut tail = a[4];
    let mut i = 4;
    while i > 0 {
        i -= 1;
        tail = a[i] + 1.0 / tail;
    }
    tail
}

/// A sum compensated after Kahan.
#[grad]
#[jvp]
#[vjp]
fn kahan(x: &[f64; 6], scale: f64) -> f64 {
    let (mut sum, mut lost) = (0.0, 0.0);
    for v in x {
        let term = scale * v - lost;
        let next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }
    sum
}

/// Sample variance and skewness.
#[jacobian]
#[jvp]
#[vjp]
fn moments(x: &[f64; 7]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let (mut second, mut third) = (0.0, 0.0);
    for v in x {
        let d = v - mean;
        second += d * d;
        third += d * d * d;
    }
    let variance = second / (n - 1.0);
    (variance, third / n / variance.powf(1.5))
}

/// Black and Scholes on a tree of three levels with early exercise: an American put.
#[grad(wrt(spot, volatility))]
#[jvp(wrt(spot, volatility))]
#[vjp(wrt(spot, volatility))]
fn american_put(spot: f64, volatility: f64, strike: f64) -> f64 {
    let up = (volatility * 0.25_f64.sqrt()).exp();
    let growth = 1.01;
    let p = (growth - 1.0 / up) / (up - 1.0 / up);
    let mut values = [0.0_f64; 4];
    for i in 0..4_i32 {
        values[i as usize] = (strike - spot * up.powi(2 * i - 3)).max(0.0);
    }
    for level in (0..3_i32).rev() {
        for i in 0..=level {
            let k = i as usize;
            let held = (p * values[k + 1] + (1.0 - p) * values[k]) / growth;
            let exercised = strike - spot * up.powi(2 * i - level);
            values[k] = held.max(exercised);
        }
    }
    values[0]
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        horner: grad(horner_grad, horner_value_and_grad),
            hessian(horner_hessian, horner_value_grad_and_hessian), hvp(horner_hvp), jvp(horner_jvp),
            vjp(horner_vjp);
        horner_with_slope: jacobian(horner_with_slope_jacobian, horner_with_slope_value_and_jacobian),
            jvp(horner_with_slope_jvp), vjp(horner_with_slope_vjp);
        clenshaw: grad(clenshaw_grad, clenshaw_value_and_grad), jvp(clenshaw_jvp), vjp(clenshaw_vjp);
        predator_prey: jacobian(predator_prey_jacobian, predator_prey_value_and_jacobian),
            jvp(predator_prey_jvp), vjp(predator_prey_vjp);
        pendulum: jacobian(pendulum_jacobian, pendulum_value_and_jacobian), jvp(pendulum_jvp),
            vjp(pendulum_vjp);
        simpson: grad(simpson_grad, simpson_value_and_grad),
            hessian(simpson_hessian, simpson_value_grad_and_hessian), hvp(simpson_hvp);
        trapezoids: grad(trapezoids_grad, trapezoids_value_and_grad), jvp(trapezoids_jvp),
            vjp(trapezoids_vjp);
        gauss_legendre: grad(gauss_legendre_grad, gauss_legendre_value_and_grad), jvp(gauss_legendre_jvp),
            vjp(gauss_legendre_vjp);
        laplacian: jacobian(laplacian_jacobian, laplacian_value_and_jacobian), jvp(laplacian_jvp),
            vjp(laplacian_vjp);
        heat: jacobian(heat_jacobian, heat_value_and_jacobian), jvp(heat_jvp), vjp(heat_vjp);
        burgers: jacobian(burgers_jacobian, burgers_value_and_jacobian), jvp(burgers_jvp), vjp(burgers_vjp);
        orbit: jacobian(orbit_jacobian, orbit_value_and_jacobian), jvp(orbit_jvp), vjp(orbit_vjp);
        three_bodies: grad(three_bodies_grad, three_bodies_value_and_grad),
            hessian(three_bodies_hessian, three_bodies_value_grad_and_hessian), hvp(three_bodies_hvp);
        lennard_jones: grad(lennard_jones_grad, lennard_jones_value_and_grad),
            hessian(lennard_jones_hessian, lennard_jones_value_grad_and_hessian), hvp(lennard_jones_hvp),
            jvp(lennard_jones_jvp), vjp(lennard_jones_vjp);
        bezier: jacobian(bezier_jacobian, bezier_value_and_jacobian), jvp(bezier_jvp), vjp(bezier_vjp);
        lagrange: grad(lagrange_grad, lagrange_value_and_grad), jvp(lagrange_jvp), vjp(lagrange_vjp);
        piecewise_linear: grad(piecewise_linear_grad, piecewise_linear_value_and_grad),
            jvp(piecewise_linear_jvp), vjp(piecewise_linear_vjp);
        bilinear: grad(bilinear_grad, bilinear_value_and_grad), jvp(bilinear_jvp), vjp(bilinear_vjp);
        heron: grad(heron_grad, heron_value_and_grad), hessian(heron_hessian, heron_value_grad_and_hessian);
        kepler: grad(kepler_grad, kepler_value_and_grad), jvp(kepler_jvp), vjp(kepler_vjp);
        logistic_map: grad(logistic_map_grad, logistic_map_value_and_grad),
            hessian(logistic_map_hessian, logistic_map_value_grad_and_hessian);
        continued_fraction: grad(continued_fraction_grad, continued_fraction_value_and_grad),
            hessian(continued_fraction_hessian, continued_fraction_value_grad_and_hessian),
            hvp(continued_fraction_hvp);
        kahan: grad(kahan_grad, kahan_value_and_grad), jvp(kahan_jvp), vjp(kahan_vjp);
        moments: jacobian(moments_jacobian, moments_value_and_jacobian), jvp(moments_jvp), vjp(moments_vjp);
        american_put: grad(american_put_grad, american_put_value_and_grad), jvp(american_put_jvp),
            vjp(american_put_vjp);
    ]
}
