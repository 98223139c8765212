//! What a slice is of, has to be differentiable.

use chainrule::grad;

struct Body {
    mass: f64,
}

#[grad]
fn f(bodies: &[Body]) -> f64 {
    bodies[0].mass
}

fn main() {}
