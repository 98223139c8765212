use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Body {
    mass: f64,
}

#[grad]
fn f(bodies: &[Body]) -> f64 {
    bodies[0].mass
}

fn main() {
    let _ = f_grad(&[Body { mass: 1.0 }]);
}
