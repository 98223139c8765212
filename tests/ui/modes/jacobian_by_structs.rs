//! Rows of a Jacobian by a slice of structs.

use chainrule::{Differentiable, jacobian};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[jacobian]
fn f(bodies: &[Body]) -> [f64; 2] {
    [bodies[0].mass, bodies[1].mass]
}

fn main() {}
