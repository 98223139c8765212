use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[grad]
fn f(bodies: &[(Body, f64)]) -> f64 {
    bodies[0].0.mass * bodies[0].1
}

fn main() {}
