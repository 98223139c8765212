//! Layers of networks, their losses, and the landscapes that optimisers are tried on.

use chainrule::{grad, hessian, hvp, jacobian, jvp, math, vjp};

/// The squared norm of `W x`, from Stanford's CS 231n.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn squared_norm(w: &[[f64; 2]; 2], x: &[f64; 2]) -> f64 {
    let mut q = [0.0; 2];
    for i in 0..2 {
        for j in 0..2 {
            q[i] += w[i][j] * x[j];
        }
    }
    q.iter().map(|v| v * v).sum::<f64>()
}

/// The hinge loss of a support vector machine for several classes, with a penalty on the weights.
#[grad(wrt(w))]
#[jvp(wrt(w))]
#[vjp(wrt(w))]
fn hinge(w: &[[f64; 4]; 3], x: &[f64; 4], label: usize, strength: f64) -> f64 {
    let mut scores = [0.0; 3];
    let mut penalty = 0.0;
    for class in 0..3 {
        for j in 0..4 {
            scores[class] += w[class][j] * x[j];
            penalty += w[class][j] * w[class][j];
        }
    }
    let mut loss = 0.0;
    for class in 0..3 {
        if class == label {
            continue;
        }
        loss += (scores[class] - scores[label] + 1.0).max(0.0);
    }
    loss + strength * penalty
}

/// Cross entropy of scores, made safe by the largest.
#[grad]
#[hessian]
#[hvp]
#[jvp]
fn cross_entropy(scores: &[f64; 5], label: usize) -> f64 {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = scores.iter().map(|s| (s - largest).exp()).sum();
    sum.ln() - (scores[label] - largest)
}

/// The probabilities themselves.
#[jacobian]
#[jvp]
#[vjp]
fn softmax(scores: &[f64; 4]) -> [f64; 4] {
    let mut largest = scores[0];
    for &score in &scores[1..] {
        if score > largest {
            largest = score;
        }
    }
    let mut weights = [0.0; 4];
    let mut sum = 0.0;
    for i in 0..4 {
        weights[i] = (scores[i] - largest).exp();
        sum += weights[i];
    }
    weights.map(|w| w / sum)
}

/// A linear classifier: gradients of weights, biases and pixels.
#[grad]
#[jvp]
#[vjp]
fn classifier(w: &[[f64; 3]; 4], b: &[f64; 4], x: &[f64; 3], label: usize) -> f64 {
    let mut scores = *b;
    for (score, row) in scores.iter_mut().zip(w) {
        for (weight, pixel) in row.iter().zip(x) {
            *score += weight * pixel;
        }
    }
    let normaliser: f64 = scores.iter().map(|s| s.exp()).sum();
    -(scores[label].exp() / normaliser).ln()
}

/// `W₂ max(0, W₁ x)`.
#[jacobian]
#[jvp]
#[vjp]
fn two_layers(w1: &[[f64; 3]; 4], w2: &[[f64; 4]; 2], x: &[f64; 3]) -> [f64; 2] {
    let mut hidden = [0.0_f64; 4];
    for i in 0..4 {
        for j in 0..3 {
            hidden[i] += w1[i][j] * x[j];
        }
        hidden[i] = hidden[i].max(0.0);
    }
    let mut out = [0.0; 2];
    for i in 0..2 {
        for j in 0..4 {
            out[i] += w2[i][j] * hidden[j];
        }
    }
    out
}

/// `W₃ max(0, W₂ max(0, W₁ x))` against a target.
#[grad(wrt(w1, w2, w3))]
#[jvp(wrt(w1, w2, w3))]
#[vjp(wrt(w1, w2, w3))]
fn three_layers(w1: &[[f64; 2]; 3], w2: &[[f64; 3]; 3], w3: &[f64; 3], x: [f64; 2], target: f64) -> f64 {
    let first: [f64; 3] = core::array::from_fn(|i| math::relu(w1[i][0] * x[0] + w1[i][1] * x[1]));
    let mut second = [0.0; 3];
    for (h, row) in second.iter_mut().zip(w2) {
        *h = row.iter().zip(&first).map(|(w, v)| w * v).sum::<f64>().max(0.0);
    }
    let output = w3.iter().zip(second).fold(0.0, |sum, (w, h)| sum + w * h);
    0.5 * (output - target).powi(2)
}

/// A network of two inputs, four hidden units and one output, by its seventeen parameters.
#[grad(wrt(p))]
#[hessian(wrt(p))]
#[hvp(wrt(p))]
fn tanh_network(p: &[f64; 17], x: &[f64; 2]) -> f64 {
    let mut output = p[16];
    for unit in 0..4 {
        let at = 3 * unit;
        let hidden = (p[at] * x[0] + p[at + 1] * x[1] + p[at + 2]).tanh();
        output += p[12 + unit] * hidden;
    }
    output.tanh()
}

/// The loss of a network of two inputs, two hidden units and one output on the four cases of exclusive or.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn exclusive_or(p: &[f64; 9]) -> f64 {
    let cases = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)];
    let mut loss = 0.0;
    for (x, target) in cases {
        let mut hidden = [0.0; 2];
        for i in 0..2 {
            hidden[i] = math::sigmoid(p[3 * i] * x[0] + p[3 * i + 1] * x[1] + p[3 * i + 2]);
        }
        let output = 1.0 / (1.0 + (-(p[6] * hidden[0] + p[7] * hidden[1] + p[8])).exp());
        loss += 0.5 * (output - target).powi(2);
    }
    loss
}

/// A layer of exponential linear units.
#[jacobian]
#[jvp]
#[vjp]
fn elu_layer(w: &[[f64; 2]; 3], b: &[f64; 3], x: &[f64; 2]) -> [f64; 3] {
    let mut out = [0.0; 3];
    for i in 0..3 {
        let mut z = b[i];
        for j in 0..2 {
            z += w[i][j] * x[j];
        }
        out[i] = if z > 0.0 { z } else { 1.5 * z.exp_m1() };
    }
    out
}

/// Leaky rectifiers with a slope that is learnt.
#[jacobian]
#[jvp]
#[vjp]
fn leaky(x: &[f64; 5], slope: f64) -> [f64; 5] {
    x.map(|v| if v >= 0.0 { v } else { slope * v })
}

/// A maxout unit over three linear pieces.
#[grad]
#[jvp]
#[vjp]
fn maxout(w: &[[f64; 3]; 3], x: &[f64; 3]) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for row in w {
        let mut z = 0.0;
        for (a, b) in row.iter().zip(x) {
            z += a * b;
        }
        best = best.max(z);
    }
    best
}

/// The logarithm of a sum of sixteen exponentials.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn log_sum_exp(x: &[f64; 16]) -> f64 {
    let largest = x.iter().fold(x[0], |a, b| a.max(*b));
    let mut sum = 0.0;
    for v in x {
        sum += (v - largest).exp();
    }
    largest + sum.ln()
}

/// Ackley's function.
#[grad]
#[hessian]
#[hvp]
fn ackley(x: &[f64; 10]) -> f64 {
    let mut squares = 0.0;
    let mut cosines = 0.0;
    for v in x {
        squares += v * v;
        cosines += (core::f64::consts::TAU * v).cos();
    }
    let n = x.len() as f64;
    -20.0 * (-0.2 * (squares / n).sqrt()).exp() - (cosines / n).exp() + 20.0 + core::f64::consts::E
}

/// Rosenbrock's function with a chain of ten variables.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn rosenbrock_chain(x: &[f64; 10]) -> f64 {
    x.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum()
}

#[grad]
#[hessian]
#[hvp]
fn rastrigin(x: &[f64; 5]) -> f64 {
    use core::f64::consts::PI;
    10.0 * 5.0 + x.iter().map(|v| v * v - 10.0 * (2.0 * PI * v).cos()).sum::<f64>()
}

#[grad]
#[hessian]
#[hvp]
fn griewank(x: &[f64; 5]) -> f64 {
    let mut product = 1.0;
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        sum += v.powi(2) / 4000.0;
        product *= (v / ((i + 1) as f64).sqrt()).cos();
    }
    sum - product + 1.0
}

#[grad]
#[hessian]
#[hvp]
fn styblinski_tang(x: &[f64; 6]) -> f64 {
    let mut sum = 0.0;
    for &v in x.iter() {
        sum += v.powi(4) - 16.0 * v.powi(2) + 5.0 * v;
    }
    sum / 2.0
}

/// One query against three keys: the values, weighted by how well it matches.
#[jacobian]
#[jvp]
#[vjp]
fn attention(query: &[f64; 4], keys: &[[f64; 4]; 3], values: &[[f64; 2]; 3]) -> [f64; 2] {
    let mut weights = [0.0; 3];
    for (weight, key) in weights.iter_mut().zip(keys) {
        let dot: f64 = query.iter().zip(key).map(|(q, k)| q * k).sum();
        *weight = (dot / 2.0).exp();
    }
    let normaliser = weights[0] + weights[1] + weights[2];
    let mut out = [0.0; 2];
    for i in 0..3 {
        for j in 0..2 {
            out[j] += weights[i] / normaliser * values[i][j];
        }
    }
    out
}

/// A filter of three taps over eight samples.
#[jacobian]
#[jvp]
#[vjp]
fn convolution(signal: &[f64; 8], kernel: &[f64; 3]) -> [f64; 6] {
    let mut out = [0.0; 6];
    for (o, window) in out.iter_mut().zip(signal.windows(3)) {
        for (s, k) in window.iter().zip(kernel.iter().rev()) {
            *o += s * k;
        }
    }
    out
}

/// A kernel of two by two over an image of four by four.
#[jacobian]
#[jvp]
#[vjp]
fn image_filter(image: &[[f64; 4]; 4], kernel: &[[f64; 2]; 2]) -> [[f64; 3]; 3] {
    let mut out = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            let mut sum = 0.0;
            for di in 0..2 {
                for dj in 0..2 {
                    sum += image[i + di][j + dj] * kernel[di][dj];
                }
            }
            out[i][j] = sum;
        }
    }
    out
}

/// The largest of each block of two by two.
#[jacobian]
#[jvp]
#[vjp]
fn max_pool(image: &[[f64; 4]; 4]) -> [[f64; 2]; 2] {
    let mut out = [[f64::NEG_INFINITY; 2]; 2];
    for i in 0..4 {
        for j in 0..4 {
            out[i / 2][j / 2] = out[i / 2][j / 2].max(image[i][j]);
        }
    }
    out
}

/// Normalisation of a layer, with scale and shift.
#[jacobian]
#[jvp]
#[vjp]
fn layer_norm(x: &[f64; 6], scale: &[f64; 6], shift: &[f64; 6]) -> [f64; 6] {
    let mean = x.iter().sum::<f64>() / 6.0;
    let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 6.0;
    let mut out = [0.0; 6];
    for i in 0..6 {
        out[i] = scale[i] * (x[i] - mean) / (variance + 1e-5).sqrt() + shift[i];
    }
    out
}

#[jacobian]
#[jvp]
#[vjp]
fn rms_norm(x: [f64; 4]) -> [f64; 4] {
    let mut squares = 0.0;
    for v in x {
        squares += v * v;
    }
    let scale = 1.0 / (squares / 4.0 + 1e-6).sqrt();
    x.map(|v| v * scale)
}

/// The cosine of the angle between two vectors.
#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn cosine_similarity(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let (mut dot, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b.iter()) {
        dot += x * y;
        aa += x * x;
        bb += y * y;
    }
    dot / (aa.sqrt() * bb.sqrt())
}

/// Logistic regression on six points, with a penalty.
#[grad]
#[hessian]
#[hvp]
fn logistic_regression(w: &[f64; 3]) -> f64 {
    const POINTS: [([f64; 2], bool); 6] = [
        ([0.5, 1.2], true),
        ([1.5, -0.3], true),
        ([-0.7, 0.8], false),
        ([-1.1, -1.4], false),
        ([0.2, -0.9], false),
        ([0.9, 0.4], true),
    ];
    let mut loss = 0.0;
    for ([x, y], positive) in POINTS {
        let z = w[0] + w[1] * x + w[2] * y;
        let margin = if positive { z } else { -z };
        loss += (1.0 + (-margin).exp()).ln();
    }
    loss / 6.0 + 0.05 * (w[1] * w[1] + w[2] * w[2])
}

/// Negative log likelihood of a mixture of two normal laws.
#[grad]
#[hessian]
#[hvp]
fn mixture(p: &[f64; 5]) -> f64 {
    let samples = [-1.3, -0.8, 0.2, 1.7, 2.4];
    let [logit, m1, m2, s1, s2] = *p;
    let share = 1.0 / (1.0 + (-logit).exp());
    let mut loss = 0.0;
    for x in samples {
        let first = (-0.5 * ((x - m1) / s1).powi(2)).exp() / s1;
        let second = (-0.5 * ((x - m2) / s2).powi(2)).exp() / s2;
        loss -= (share * first + (1.0 - share) * second).ln();
    }
    loss
}

/// Huber's loss over residuals of a line.
#[grad(wrt(line))]
#[jvp(wrt(line))]
#[vjp(wrt(line))]
fn robust_line(line: (f64, f64), points: &[[f64; 2]; 5], width: f64) -> f64 {
    let mut loss = 0.0;
    for &[x, y] in points {
        let error = (line.0 * x + line.1 - y).abs();
        loss += if error < width { 0.5 * error * error } else { width * (error - 0.5 * width) };
    }
    loss
}

/// A cell of a long short-term memory, three times over the same weights.
#[jacobian]
#[jvp]
#[vjp]
fn lstm(w: &[f64; 12], inputs: &[f64; 3]) -> [f64; 2] {
    let (mut hidden, mut cell) = (0.0, 0.0);
    for x in inputs {
        let gate = |k: usize| w[3 * k] * x + w[3 * k + 1] * hidden + w[3 * k + 2];
        let forget = math::sigmoid(gate(0));
        let update = math::sigmoid(gate(1));
        let output = math::sigmoid(gate(2));
        cell = forget * cell + update * gate(3).tanh();
        hidden = output * cell.tanh();
    }
    [hidden, cell]
}

/// Divergence of Kullback and Leibler between two distributions given by logits.
#[grad]
#[jvp]
#[vjp]
fn divergence(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let sum_a: f64 = a.iter().map(|v| v.exp()).sum();
    let sum_b: f64 = b.iter().map(|v| v.exp()).sum();
    let mut sum = 0.0;
    for i in 0..4 {
        let p = a[i].exp() / sum_a;
        sum += p * ((a[i] - b[i]) - (sum_a / sum_b).ln());
    }
    sum
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        squared_norm: grad(squared_norm_grad, squared_norm_value_and_grad), jvp(squared_norm_jvp),
            vjp(squared_norm_vjp), hvp(squared_norm_hvp);
        hinge: grad(hinge_grad, hinge_value_and_grad), jvp(hinge_jvp), vjp(hinge_vjp);
        cross_entropy: grad(cross_entropy_grad, cross_entropy_value_and_grad),
            hessian(cross_entropy_hessian, cross_entropy_value_grad_and_hessian), hvp(cross_entropy_hvp),
            jvp(cross_entropy_jvp);
        softmax: jacobian(softmax_jacobian, softmax_value_and_jacobian), jvp(softmax_jvp), vjp(softmax_vjp);
        classifier: grad(classifier_grad, classifier_value_and_grad), jvp(classifier_jvp),
            vjp(classifier_vjp);
        two_layers: jacobian(two_layers_jacobian, two_layers_value_and_jacobian), jvp(two_layers_jvp),
            vjp(two_layers_vjp);
        three_layers: grad(three_layers_grad, three_layers_value_and_grad), jvp(three_layers_jvp),
            vjp(three_layers_vjp);
        tanh_network: grad(tanh_network_grad, tanh_network_value_and_grad),
            hessian(tanh_network_hessian, tanh_network_value_grad_and_hessian), hvp(tanh_network_hvp);
        exclusive_or: grad(exclusive_or_grad, exclusive_or_value_and_grad),
            hessian(exclusive_or_hessian, exclusive_or_value_grad_and_hessian), hvp(exclusive_or_hvp),
            jvp(exclusive_or_jvp), vjp(exclusive_or_vjp);
        elu_layer: jacobian(elu_layer_jacobian, elu_layer_value_and_jacobian), jvp(elu_layer_jvp),
            vjp(elu_layer_vjp);
        leaky: jacobian(leaky_jacobian, leaky_value_and_jacobian), jvp(leaky_jvp), vjp(leaky_vjp);
        maxout: grad(maxout_grad, maxout_value_and_grad), jvp(maxout_jvp), vjp(maxout_vjp);
        log_sum_exp: grad(log_sum_exp_grad, log_sum_exp_value_and_grad),
            hessian(log_sum_exp_hessian, log_sum_exp_value_grad_and_hessian), hvp(log_sum_exp_hvp),
            jvp(log_sum_exp_jvp), vjp(log_sum_exp_vjp);
        ackley: grad(ackley_grad, ackley_value_and_grad),
            hessian(ackley_hessian, ackley_value_grad_and_hessian), hvp(ackley_hvp);
        rosenbrock_chain: grad(rosenbrock_chain_grad, rosenbrock_chain_value_and_grad),
            hessian(rosenbrock_chain_hessian, rosenbrock_chain_value_grad_and_hessian),
            hvp(rosenbrock_chain_hvp), jvp(rosenbrock_chain_jvp), vjp(rosenbrock_chain_vjp);
        rastrigin: grad(rastrigin_grad, rastrigin_value_and_grad),
            hessian(rastrigin_hessian, rastrigin_value_grad_and_hessian), hvp(rastrigin_hvp);
        griewank: grad(griewank_grad, griewank_value_and_grad),
            hessian(griewank_hessian, griewank_value_grad_and_hessian), hvp(griewank_hvp);
        styblinski_tang: grad(styblinski_tang_grad, styblinski_tang_value_and_grad),
            hessian(styblinski_tang_hessian, styblinski_tang_value_grad_and_hessian),
            hvp(styblinski_tang_hvp);
        attention: jacobian(attention_jacobian, attention_value_and_jacobian), jvp(attention_jvp),
            vjp(attention_vjp);
        convolution: jacobian(convolution_jacobian, convolution_value_and_jacobian), jvp(convolution_jvp),
            vjp(convolution_vjp);
        image_filter: jacobian(image_filter_jacobian, image_filter_value_and_jacobian), jvp(image_filter_jvp),
            vjp(image_filter_vjp);
        max_pool: jacobian(max_pool_jacobian, max_pool_value_and_jacobian), jvp(max_pool_jvp),
            vjp(max_pool_vjp);
        layer_norm: jacobian(layer_norm_jacobian, layer_norm_value_and_jacobian), jvp(layer_norm_jvp),
            vjp(layer_norm_vjp);
        rms_norm: jacobian(rms_norm_jacobian, rms_norm_value_and_jacobian), jvp(rms_norm_jvp),
            vjp(rms_norm_vjp);
        cosine_similarity: grad(cosine_similarity_grad, cosine_similarity_value_and_grad),
            hessian(cosine_similarity_hessian, cosine_similarity_value_grad_and_hessian),
            hvp(cosine_similarity_hvp), jvp(cosine_similarity_jvp), vjp(cosine_similarity_vjp);
        logistic_regression: grad(logistic_regression_grad, logistic_regression_value_and_grad),
            hessian(logistic_regression_hessian, logistic_regression_value_grad_and_hessian),
            hvp(logistic_regression_hvp);
        mixture: grad(mixture_grad, mixture_value_and_grad),
            hessian(mixture_hessian, mixture_value_grad_and_hessian), hvp(mixture_hvp);
        robust_line: grad(robust_line_grad, robust_line_value_and_grad), jvp(robust_line_jvp),
            vjp(robust_line_vjp);
        lstm: jacobian(lstm_jacobian, lstm_value_and_jacobian), jvp(lstm_jvp), vjp(lstm_vjp);
        divergence: grad(divergence_grad, divergence_value_and_grad), jvp(divergence_jvp),
            vjp(divergence_vjp);
    ]
}
