use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }
}

#[grad]
fn f(spring: &Spring, x: f64) -> f64 {
    spring.energy(x) + x
}

fn main() {
    let _ = f_grad(&Spring { stiffness: 1.0 }, 1.0);
}
