//! The staged function of Stanford's CS 231n, `f(x, y) = (x + σ(y)) / (σ(x) + (x + y)²)`, at (3, −4).
//!
//! The course derives its gradient by hand, one stage at a time: values forward, gradients backward. The table
//! prints those stages; the lines after it are what `#[grad]` derives from the function as it is written.

use std::io::{self, Write};

use chainrule::grad;

#[grad]
fn f(x: f64, y: f64) -> f64 {
    let sig_y = 1.0 / (1.0 + (-y).exp());
    let num = x + sig_y;
    let sig_x = 1.0 / (1.0 + (-x).exp());
    let den = sig_x + (x + y).powi(2);
    num / den
}

/// A line of the table: a stage, its value, and the gradient of `f` with respect to it.
type Stage = (&'static str, f64, f64);

/// Backpropagation as on the blackboard: the stages in order, then the gradients of `x` and `y`.
fn by_hand(x: f64, y: f64) -> ([Stage; 5], (f64, f64)) {
    // Forward, in the order of the function.
    let sig_y = 1.0 / (1.0 + (-y).exp());
    let num = x + sig_y;
    let sig_x = 1.0 / (1.0 + (-x).exp());
    let den = sig_x + (x + y).powi(2);
    let f = num / den;

    // Backward, from the result to the inputs. An input that was used several times collects several terms.
    let f_bar = 1.0;
    let num_bar = f_bar / den;
    let den_bar = -f_bar * num / den.powi(2);
    let sig_x_bar = den_bar;
    let sig_y_bar = num_bar;
    let square_bar = 2.0 * (x + y) * den_bar;
    let x_bar = num_bar + sig_x * (1.0 - sig_x) * sig_x_bar + square_bar;
    let y_bar = sig_y * (1.0 - sig_y) * sig_y_bar + square_bar;

    let stages = [
        ("sig_y = σ(y)", sig_y, sig_y_bar),
        ("num = x + sig_y", num, num_bar),
        ("sig_x = σ(x)", sig_x, sig_x_bar),
        ("den = sig_x + (x + y)²", den, den_bar),
        ("f = num / den", f, f_bar),
    ];
    (stages, (x_bar, y_bar))
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let (x, y) = (3.0, -4.0);

    writeln!(out, "{:<24} {:>12} {:>12}", "stage, by hand", "value", "gradient")?;
    let (stages, (x_bar, y_bar)) = by_hand(x, y);
    for (stage, value, gradient) in [("x", x, x_bar), ("y", y, y_bar)].into_iter().chain(stages) {
        writeln!(out, "{stage:<24} {value:>12.8} {gradient:>12.8}")?;
    }

    let (df_dx, df_dy) = f_grad(x, y);
    writeln!(out, "\nderived by #[grad]")?;
    writeln!(out, "f({x}, {y}) = {:.14}", f(x, y))?;
    writeln!(out, "∂f/∂x    = {df_dx:.14}")?;
    writeln!(out, "∂f/∂y    = {df_dy:.14}")
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/staged.rs"]
mod tests;
