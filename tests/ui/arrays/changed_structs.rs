//! Vectors and copies of slices of structs.

use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[grad(alloc)]
fn f(bodies: &[Body]) -> f64 {
    let mut moved = bodies.to_vec();
    moved[0].mass *= 2.0;
    moved[0].mass
}

fn main() {}
