//! A sigmoid neuron with two inputs, `σ(w₀x₀ + w₁x₁ + w₂)`, and its gradient with respect to weights and inputs.
//!
//! Parameters may be tuples; the gradient has their shape. A few steps along the gradient of the weights then
//! show what it is for: the output rises.

use std::io::{self, Write};

use chainrule::grad;

#[grad]
fn neuron(w: (f64, f64, f64), x: (f64, f64)) -> f64 {
    let dot = w.0 * x.0 + w.1 * x.1 + w.2;
    1.0 / (1.0 + (-dot).exp())
}

/// The weights after a step of the given length along `gradient`.
fn step(w: (f64, f64, f64), gradient: (f64, f64, f64), length: f64) -> (f64, f64, f64) {
    (w.0 + length * gradient.0, w.1 + length * gradient.1, w.2 + length * gradient.2)
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let mut w = (2.0, -3.0, -3.0);
    let x = (-1.0, -2.0);

    let (value, (w_bar, x_bar)) = neuron_value_and_grad(w, x);
    writeln!(out, "output {value:.2}\n")?;
    writeln!(out, "   value  gradient")?;
    let inputs = [("w0", w.0, w_bar.0), ("w1", w.1, w_bar.1), ("w2", w.2, w_bar.2)];
    for (name, value, gradient) in inputs.into_iter().chain([("x0", x.0, x_bar.0), ("x1", x.1, x_bar.1)]) {
        writeln!(out, "{name} {value:>5} {gradient:>9.2}")?;
    }

    writeln!(out, "\nfive steps of 0.1 along the gradient of w")?;
    for _ in 0..5 {
        let (w_bar, _) = neuron_grad(w, x);
        w = step(w, w_bar, 0.1);
        writeln!(out, "w = ({:.3}, {:.3}, {:.3})  output {:.3}", w.0, w.1, w.2, neuron(w, x))?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/neuron.rs"]
mod tests;
