//! Programs as they are written in the fields that differentiate: numerics, statistics, finance, physics and control.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    clenshaw clenshaw_value_and_grad clenshaw_grad clenshaw_jvp clenshaw_vjp clenshaw_hvp:
        (c: [f64]; x: f64;) at [[2], [3], [6]] in -0.9..0.9
    gauss_legendre gauss_legendre_value_and_grad gauss_legendre_grad gauss_legendre_jvp gauss_legendre_vjp gauss_legendre_hvp:
        (; a: f64, b: f64;) at [[]] in 0.2..2.0
    kalman kalman_value_and_grad kalman_grad kalman_jvp kalman_vjp kalman_hvp:
        (z: [f64]; q: f64, r: f64;) at [[0], [1], [9]] in 0.3..1.5
    network_with_buffers network_with_buffers_value_and_grad network_with_buffers_grad network_with_buffers_jvp network_with_buffers_vjp network_with_buffers_hvp:
        (w: [f64];;) at [[23]] in -1.0..1.5
    convolution_2d convolution_2d_value_and_grad convolution_2d_grad convolution_2d_jvp convolution_2d_vjp convolution_2d_hvp:
        (x: [[f64; 6]]; k: [[f64; 3]; 3];) at [[3], [5]] in -1.0..1.5
    k_means_by_min_by k_means_by_min_by_value_and_grad k_means_by_min_by_grad k_means_by_min_by_jvp k_means_by_min_by_vjp k_means_by_min_by_hvp:
        (x: [f64], centres: [f64];;) at [[0, 1], [1, 2], [6, 3]] in -2.0..3.0
    gaussian_mixture_by_buffer gaussian_mixture_by_buffer_value_and_grad gaussian_mixture_by_buffer_grad gaussian_mixture_by_buffer_jvp gaussian_mixture_by_buffer_vjp gaussian_mixture_by_buffer_hvp:
        (x: [f64]; mean: [f64; 3], weight: [f64; 3];) at [[0], [5]] in -1.0..1.5
    hidden_markov hidden_markov_value_and_grad hidden_markov_grad hidden_markov_jvp hidden_markov_vjp hidden_markov_hvp:
        (x: [f64]; stay: f64, mean: [f64; 2];) at [[0], [1], [6]] in 0.2..0.9
    binomial_tree binomial_tree_value_and_grad binomial_tree_grad binomial_tree_jvp binomial_tree_vjp binomial_tree_hvp:
        (; spot: f64, vol: f64, rate: f64;) at [[]] in 0.2..0.6
    gauss_with_pivots gauss_with_pivots_value_and_grad gauss_with_pivots_grad gauss_with_pivots_jvp gauss_with_pivots_vjp gauss_with_pivots_hvp:
        (a: [[f64; 3]]; b: [f64; 3];) at [[3]] in -1.0..1.5
    n_body_energy n_body_energy_value_and_grad n_body_energy_grad n_body_energy_jvp n_body_energy_vjp n_body_energy_hvp:
        (position: [[f64; 3]], velocity: [[f64; 3]];;) at [[1, 1], [4, 4]] in -2.0..3.0
    time_warping time_warping_value_and_grad time_warping_grad time_warping_jvp time_warping_vjp time_warping_hvp:
        (a: [f64], b: [f64];;) at [[1, 1], [4, 3], [5, 5]] in -2.0..3.0
    garch garch_value_and_grad garch_grad garch_jvp garch_vjp garch_hvp:
        (r: [f64]; omega: f64, alpha: f64, beta: f64;) at [[1], [8]] in 0.1..0.5
    pid pid_value_and_grad pid_grad pid_jvp pid_vjp pid_hvp:
        (target: [f64]; kp: f64, ki: f64, kd: f64;) at [[0], [1], [9]] in 0.1..0.8
    reprojection reprojection_value_and_grad reprojection_grad reprojection_jvp reprojection_vjp reprojection_hvp:
        (points: [[f64; 3]], seen: [[f64; 2]]; camera: [f64; 6], focal: f64;) at [[0, 0], [4, 4]] in 0.2..1.2
    quaternion_integration quaternion_integration_value_and_grad quaternion_integration_grad quaternion_integration_jvp quaternion_integration_vjp quaternion_integration_hvp:
        (omega: [[f64; 3]]; q: [f64; 4];) at [[0], [1], [5]] in 0.1..1.0
    spline_energy spline_energy_value_and_grad spline_energy_grad spline_energy_jvp spline_energy_vjp spline_energy_hvp:
        (y: [f64];;) at [[4], [8]] in -1.0..1.5
    haar_wavelet haar_wavelet_value_and_grad haar_wavelet_grad haar_wavelet_jvp haar_wavelet_vjp haar_wavelet_hvp:
        (x: [[f64; 8]];;) at [[1]] in -1.0..1.5
    polygon_moment polygon_moment_value_and_grad polygon_moment_grad polygon_moment_jvp polygon_moment_vjp polygon_moment_hvp:
        (p: [(f64, f64)];;) at [[3], [6]] in -1.0..1.5
    simulated_queue simulated_queue_value_and_grad simulated_queue_grad simulated_queue_jvp simulated_queue_vjp simulated_queue_hvp:
        (arrivals: [f64], service: [f64];;) at [[0, 0], [1, 1], [7, 7]] in 0.2..1.5
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn clenshaw(c: &[f64], x: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for k in (1..c.len()).rev() {
        let b0 = 2.0 * x * b1 - b2 + c[k];
        b2 = b1;
        b1 = b0;
    }
    x * b1 - b2 + c[0]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn gauss_legendre(a: f64, b: f64) -> f64 {
    const NODES: [(f64, f64); 5] = [
        (0.0, 0.568_888_888_888_888_9),
        (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
        (0.906_179_845_938_664, 0.236_926_885_056_189_08),
    ];
    let (mid, half) = (0.5 * (a + b), 0.5 * (b - a));
    half * NODES.iter().map(|&(x, w)| w * (mid + half * x).exp().ln_1p()).sum::<f64>()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn kalman(z: &[f64], q: f64, r: f64) -> f64 {
    let mut x = 0.0;
    let mut p = 1.0;
    let mut nll = 0.0;
    for &z in z {
        p += q;
        let s = p + r;
        let innovation = z - x;
        nll += 0.5 * (innovation * innovation / s + s.ln());
        let k = p / s;
        x += k * innovation;
        p *= 1.0 - k;
    }
    nll
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn network_with_buffers(w: &[f64]) -> f64 {
    const H: usize = 5;
    let (w1, rest) = w.split_at(2 * H);
    let (b1, rest) = rest.split_at(H);
    let (w2, b2) = rest.split_at(H);
    let mut loss = 0.0;
    for k in 0..4 {
        let x = [k as f64 * 0.3, 1.0 - k as f64 * 0.2];
        let mut h = [0.0; H];
        for j in 0..H {
            h[j] = (w1[2 * j] * x[0] + w1[2 * j + 1] * x[1] + b1[j]).tanh();
        }
        let mut out = b2[0];
        for (w, h) in w2.iter().zip(&h) {
            out += w * h;
        }
        loss += (out - x[0] * x[1]).powi(2);
    }
    loss + w2[0] * b2[1] * b2[2]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn convolution_2d(x: &[[f64; 6]], k: [[f64; 3]; 3]) -> f64 {
    let mut energy = 0.0;
    for r in 0..x.len() - 2 {
        for c in 0..4 {
            let mut sum = 0.0;
            for i in 0..3 {
                for j in 0..3 {
                    sum += k[i][j] * x[r + i][c + j];
                }
            }
            energy += sum * sum;
        }
    }
    energy
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn k_means_by_min_by(x: &[f64], centres: &[f64]) -> f64 {
    let mut cost = 0.0;
    for x in x {
        let nearest =
            centres.iter().min_by(|a, b| (*a - x).abs().partial_cmp(&(*b - x).abs()).unwrap()).unwrap();
        cost += (x - nearest).powi(2);
    }
    cost
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn gaussian_mixture_by_buffer(x: &[f64], mean: [f64; 3], weight: [f64; 3]) -> f64 {
    let normaliser = chainrule::math::log_sum_exp(&weight);
    x.iter()
        .map(|x| {
            let mut terms = [0.0; 3];
            for k in 0..3 {
                terms[k] = weight[k] - normaliser - 0.5 * (x - mean[k]).powi(2);
            }
            chainrule::math::log_sum_exp(&terms)
        })
        .sum()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn hidden_markov(x: &[f64], stay: f64, mean: [f64; 2]) -> f64 {
    let emission = |x: f64, s: usize| (-0.5 * (x - mean[s]).powi(2)).exp();
    let mut alpha = [0.5, 0.5];
    let mut log_likelihood = 0.0;
    for &x in x {
        let mut next = [0.0; 2];
        for s in 0..2 {
            let arrive = stay * alpha[s] + (1.0 - stay) * alpha[1 - s];
            next[s] = arrive * emission(x, s);
        }
        let total: f64 = next.iter().sum();
        log_likelihood += total.ln();
        alpha = [next[0] / total, next[1] / total];
    }
    log_likelihood
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn binomial_tree(spot: f64, vol: f64, rate: f64) -> f64 {
    const N: usize = 16;
    let dt = 1.0 / N as f64;
    let u = (vol * dt.sqrt()).exp();
    let d = 1.0 / u;
    let p = ((rate * dt).exp() - d) / (u - d);
    let discount = (-rate * dt).exp();
    let mut value = [0.0; N + 1];
    for i in 0..=N {
        let s = spot * u.powi(2 * i as i32 - N as i32);
        value[i] = (0.4 - s).max(0.0);
    }
    for step in (0..N).rev() {
        for i in 0..=step {
            let held = discount * (p * value[i + 1] + (1.0 - p) * value[i]);
            let s = spot * u.powi(2 * i as i32 - step as i32);
            value[i] = held.max(0.4 - s);
        }
    }
    value[0]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn gauss_with_pivots(a: &[[f64; 3]], b: [f64; 3]) -> f64 {
    let mut a = [a[0], a[1], a[2]];
    let mut b = b;
    for k in 0..3 {
        let mut pivot = k;
        for i in k + 1..3 {
            if a[i][k].abs() > a[pivot][k].abs() {
                pivot = i;
            }
        }
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..3 {
            let f = a[i][k] / a[k][k];
            for j in k..3 {
                a[i][j] -= f * a[k][j];
            }
            b[i] -= f * b[k];
        }
    }
    for k in (0..3).rev() {
        for j in k + 1..3 {
            b[k] -= a[k][j] * b[j];
        }
        b[k] /= a[k][k];
    }
    b[0] * b[1] + b[2]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn n_body_energy(position: &[[f64; 3]], velocity: &[[f64; 3]]) -> f64 {
    let mut energy = 0.0;
    for (i, (p, v)) in position.iter().zip(velocity).enumerate() {
        energy += 0.5 * v.iter().map(|c| c * c).sum::<f64>();
        for q in &position[i + 1..] {
            let d2: f64 = p.iter().zip(q).map(|(a, b)| (a - b) * (a - b)).sum();
            energy -= 1.0 / (d2 + 0.01).sqrt();
        }
    }
    energy
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn time_warping(a: &[f64], b: &[f64]) -> f64 {
    const M: usize = 6;
    let mut cost = [[f64::INFINITY; M]; M];
    cost[0][0] = 0.0;
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let d = (a[i - 1] - b[j - 1]).powi(2);
            cost[i][j] = d + cost[i - 1][j].min(cost[i][j - 1]).min(cost[i - 1][j - 1]);
        }
    }
    cost[a.len()][b.len()]
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn garch(r: &[f64], omega: f64, alpha: f64, beta: f64) -> f64 {
    let mut h = omega / (1.1 - alpha - beta).abs();
    r.iter()
        .map(|r| {
            let nll = 0.5 * (h.ln() + r * r / h);
            h = omega + alpha * r * r + beta * h;
            nll
        })
        .sum()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn pid(target: &[f64], kp: f64, ki: f64, kd: f64) -> f64 {
    let dt = 0.1;
    let (mut x, mut v) = (0.0, 0.0);
    let (mut integral, mut before) = (0.0, 0.0);
    let mut cost = 0.0;
    for goal in target.iter() {
        let error = goal - x;
        integral += error * dt;
        let u = (kp * error + ki * integral + kd * (error - before) / dt).clamp(-2.0, 2.0);
        before = error;
        v += (u - 0.2 * v) * dt;
        x += v * dt;
        cost += error * error * dt + 0.01 * u * u;
    }
    cost
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn reprojection(points: &[[f64; 3]], seen: &[[f64; 2]], camera: [f64; 6], focal: f64) -> f64 {
    let [rx, ry, rz, tx, ty, tz] = camera;
    let theta = (rx * rx + ry * ry + rz * rz).sqrt();
    let (sin, cos) = theta.sin_cos();
    let axis = [rx / theta, ry / theta, rz / theta];
    let mut error = 0.0;
    for (p, s) in points.iter().zip(seen) {
        let dot = axis[0] * p[0] + axis[1] * p[1] + axis[2] * p[2];
        let cross = [
            axis[1] * p[2] - axis[2] * p[1],
            axis[2] * p[0] - axis[0] * p[2],
            axis[0] * p[1] - axis[1] * p[0],
        ];
        let mut q = [0.0; 3];
        for i in 0..3 {
            q[i] = p[i] * cos + cross[i] * sin + axis[i] * dot * (1.0 - cos);
        }
        let (x, y, z) = (q[0] + tx, q[1] + ty, q[2] + tz + 3.0);
        let (u, v) = (focal * x / z, focal * y / z);
        error += (u - s[0]).powi(2) + (v - s[1]).powi(2);
    }
    error
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn quaternion_integration(omega: &[[f64; 3]], q: [f64; 4]) -> f64 {
    let mut q = q;
    for &[wx, wy, wz] in omega {
        let [w, x, y, z] = q;
        let rate = [
            0.5 * (-x * wx - y * wy - z * wz),
            0.5 * (w * wx + y * wz - z * wy),
            0.5 * (w * wy - x * wz + z * wx),
            0.5 * (w * wz + x * wy - y * wx),
        ];
        for (q, r) in q.iter_mut().zip(rate) {
            *q += 0.1 * r;
        }
        let norm = q.iter().map(|c| c * c).sum::<f64>().sqrt();
        for c in &mut q {
            *c /= norm;
        }
    }
    2.0 * (q[0] * q[1] + q[2] * q[3])
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn spline_energy(y: &[f64]) -> f64 {
    const MOST: usize = 10;
    let n = y.len();
    let mut m = [0.0; MOST];
    let mut c = [0.0; MOST];
    for i in 1..n - 1 {
        let rhs = 6.0 * (y[i - 1] - 2.0 * y[i] + y[i + 1]);
        let denominator = 4.0 - c[i - 1];
        c[i] = 1.0 / denominator;
        m[i] = (rhs - m[i - 1]) / denominator;
    }
    for i in (1..n - 1).rev() {
        m[i] -= c[i] * m[i + 1];
    }
    m.windows(2).map(|w| w[0] * w[0] + w[0] * w[1] + w[1] * w[1]).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn haar_wavelet(x: &[[f64; 8]]) -> f64 {
    let mut data = x[0];
    let mut n = 8;
    while n > 1 {
        let half = n / 2;
        let mut next = data;
        for i in 0..half {
            next[i] = (data[2 * i] + data[2 * i + 1]) / 2.0_f64.sqrt();
            next[half + i] = (data[2 * i] - data[2 * i + 1]) / 2.0_f64.sqrt();
        }
        data = next;
        n = half;
    }
    data.iter().map(|v| v.abs()).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn polygon_moment(p: &[(f64, f64)]) -> f64 {
    p.iter()
        .zip(p.iter().cycle().skip(1))
        .map(|(&(x0, y0), &(x1, y1))| (x0 * y1 - x1 * y0) * (y0 * y0 + y0 * y1 + y1 * y1))
        .sum::<f64>()
        / 12.0
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn simulated_queue(arrivals: &[f64], service: &[f64]) -> f64 {
    let mut clock = 0.0;
    let mut free_at = 0.0_f64;
    let mut waited = 0.0;
    for (gap, work) in arrivals.iter().zip(service) {
        clock += gap;
        let start = free_at.max(clock);
        waited += start - clock;
        free_at = start + work;
    }
    waited
}
