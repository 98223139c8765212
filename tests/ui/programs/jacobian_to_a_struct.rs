use chainrule::{Differentiable, jacobian};

#[derive(Clone, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

#[jacobian]
fn f(x: f64) -> State {
    State { x, v: x * x }
}

fn main() {
    let _ = f_jacobian(1.0);
}
