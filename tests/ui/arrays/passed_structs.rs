//! A slice of structs as an argument.

use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[grad]
fn total(bodies: &[Body]) -> f64 {
    bodies.iter().map(|body| body.mass).sum()
}

#[grad]
fn f(bodies: &[Body]) -> f64 {
    total(&bodies[1..]).powi(2)
}

fn main() {}
