//! `f(x, y, z) = (x + y) · z` at (−2, 5, −4), drawn as a circuit: values above the wires, gradients in brackets below.
//!
//! An addition hands its gradient on to both inputs; a multiplication hands each input the value of the other.

use std::io::{self, Write};

use chainrule::grad;

#[grad]
fn f(x: f64, y: f64, z: f64) -> f64 {
    let q = x + y;
    q * z
}

/// The last gate alone: its gradient is what flows into the wire `q`.
#[grad]
fn product(q: f64, z: f64) -> f64 {
    q * z
}

fn draw(out: &mut impl Write, x: f64, y: f64, z: f64) -> io::Result<()> {
    let (df_dx, df_dy, df_dz) = f_grad(x, y, z);
    let q = x + y;
    let (df_dq, _) = product_grad(q, z);
    let bracket = |gradient: f64| format!("({gradient})");

    writeln!(out, "f({x}, {y}, {z}) = {}\n", f(x, y, z))?;
    writeln!(out, "x {x:>4} ──┐")?;
    writeln!(out, "  {:>5}  ├─ + ── q {q:>4} ──┐", bracket(df_dx))?;
    writeln!(out, "y {y:>4} ──┘         {:>5}  │", bracket(df_dq))?;
    writeln!(out, "  {:>5}                   ├─ × ── f {:>4}", bracket(df_dy), product(q, z))?;
    writeln!(out, "z {z:>4} ───────────────────┘         {:>5}", bracket(1.0))?;
    writeln!(out, "  {:>5}", bracket(df_dz))
}

fn run(out: &mut impl Write) -> io::Result<()> {
    draw(out, -2.0, 5.0, -4.0)
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/circuit.rs"]
mod tests;
