//! Small networks written with scalars, and the losses that train them; some in `f32`, some generic.

use chainrule::{Real, grad, math};

/// A neuron of two inputs.
#[grad]
fn neuron(x1: f64, x2: f64, w1: f64, w2: f64, bias: f64) -> f64 {
    let z = w1 * x1 + w2 * x2 + bias;
    1.0 / (1.0 + (-z).exp())
}

/// The function of the first lecture on backpropagation.
#[grad]
fn lecture(x: f64, y: f64) -> f64 {
    let sig_y = 1.0 / (1.0 + (-y).exp());
    let num = x + sig_y;
    let sig_x = 1.0 / (1.0 + (-x).exp());
    let den = sig_x + (x + y).powi(2);
    num / den
}

/// Two inputs, four hidden units, one output: nineteen partials.
#[grad]
#[rustfmt::skip]
fn network(
    x: f64, y: f64,
    a1: f64, b1: f64, c1: f64, a2: f64, b2: f64, c2: f64,
    a3: f64, b3: f64, c3: f64, a4: f64, b4: f64, c4: f64,
    v1: f64, v2: f64, v3: f64, v4: f64, out: f64,
) -> f64 {
    let h1 = (a1 * x + b1 * y + c1).tanh();
    let h2 = (a2 * x + b2 * y + c2).tanh();
    let h3 = (a3 * x + b3 * y + c3).tanh();
    let h4 = (a4 * x + b4 * y + c4).tanh();
    (v1 * h1 + v2 * h2 + v3 * h3 + v4 * h4 + out).tanh()
}

/// A hidden layer whose activation is chosen at run time.
#[grad]
fn activation(x: f64, w: f64, kind: i32) -> f64 {
    let z = w * x;
    match kind {
        0 => math::relu(z),
        1 => math::leaky_relu(z, 0.01),
        2 => math::elu(z, 1.5),
        3 => math::gelu(z),
        4 => math::silu(z),
        5 => math::softplus(z),
        6 => math::sigmoid(z),
        7 | 8 => z.tanh(),
        _ => z,
    }
}

/// Cross entropy of a label in {0, 1}, from the logit.
#[grad]
fn logistic_loss(score: f64, label: bool) -> f64 {
    let margin = if label { score } else { -score };
    math::softplus(-margin)
}

/// The same as it is often written.
#[grad]
fn cross_entropy(score: f64, label: f64) -> f64 {
    let p = math::sigmoid(score);
    -(label * p.ln() + (1.0 - label) * (1.0 - p).ln())
}

#[grad]
fn huber(prediction: f64, target: f64, delta: f64) -> f64 {
    let error = (prediction - target).abs();
    if error <= delta { 0.5 * error * error } else { delta * (error - 0.5 * delta) }
}

/// Smooth absolute error, with early returns.
#[grad]
fn smooth_l1(error: f64, beta: f64) -> f64 {
    if error > beta {
        return error - 0.5 * beta;
    }
    if error < -beta {
        return -error - 0.5 * beta;
    }
    0.5 * error.powi(2) / beta
}

/// Loss of quantile regression.
#[grad]
fn quantile_loss(prediction: f64, target: f64, quantile: f64) -> f64 {
    let error = target - prediction;
    (quantile * error).max((quantile - 1.0) * error)
}

/// Negative log likelihood of a normal law, whose deviation the network predicts as a logarithm.
#[grad]
fn gaussian_nll(mean: f64, log_deviation: f64, target: f64) -> f64 {
    let scaled = (target - mean) * (-log_deviation).exp();
    log_deviation + 0.5 * scaled.powi(2)
}

/// Focal loss of a positive example.
#[grad]
fn focal_loss(probability: f64, gamma: f64) -> f64 {
    -(1.0 - probability).powf(gamma) * probability.ln()
}

/// Contrastive pair loss: a hinge inside a square.
#[grad]
fn contrastive(x: f64, y: f64, same: bool, margin: f64) -> f64 {
    let distance = x.hypot(y);
    match same {
        true => distance.powi(2),
        false => (margin - distance).max(0.0).powi(2),
    }
}

/// Cell of a gated recurrent unit.
#[grad]
fn gated_unit(state: f32, input: f32, w_update: f32, w_reset: f32, w_new: f32) -> f32 {
    let update = math::sigmoid(w_update * (state + input));
    let reset = math::sigmoid(w_reset * (state - input));
    let candidate = (w_new * (reset * state + input)).tanh();
    (1.0 - update) * state + update * candidate
}

/// Swish in single precision, with its slope as a parameter.
#[grad]
fn swish(x: f32, beta: f32) -> f32 {
    x / (1.0_f32 + (-beta * x).exp())
}

/// Squared error of a generic linear model.
#[grad]
fn squared_error<T: Real>(weight: T, bias: T, input: T, target: T) -> T {
    let error = weight * input + bias - target;
    error * error
}

/// A generic residual block.
#[grad]
fn residual_block<T: Real>(x: T, w: T, v: T) -> T {
    let hidden = (w * x).tanh();
    x + v * hidden.sin() + hidden.exp()
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (neuron, neuron_grad, neuron_value_and_grad),
        (lecture, lecture_grad, lecture_value_and_grad),
        (network, network_grad, network_value_and_grad),
        (activation, activation_grad, activation_value_and_grad),
        (logistic_loss, logistic_loss_grad, logistic_loss_value_and_grad),
        (cross_entropy, cross_entropy_grad, cross_entropy_value_and_grad),
        (huber, huber_grad, huber_value_and_grad),
        (smooth_l1, smooth_l1_grad, smooth_l1_value_and_grad),
        (quantile_loss, quantile_loss_grad, quantile_loss_value_and_grad),
        (gaussian_nll, gaussian_nll_grad, gaussian_nll_value_and_grad),
        (focal_loss, focal_loss_grad, focal_loss_value_and_grad),
        (contrastive, contrastive_grad, contrastive_value_and_grad),
        (gated_unit, gated_unit_grad, gated_unit_value_and_grad),
        (swish, swish_grad, swish_value_and_grad),
        (squared_error::<f64>, squared_error_grad::<f64>, squared_error_value_and_grad::<f64>),
        (squared_error::<f32>, squared_error_grad::<f32>, squared_error_value_and_grad::<f32>),
        (residual_block::<f64>, residual_block_grad::<f64>, residual_block_value_and_grad::<f64>),
        (residual_block::<f32>, residual_block_grad::<f32>, residual_block_value_and_grad::<f32>),
    ]
}
