use chainrule::{Differentiable, hessian};

#[derive(Clone, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

impl State {
    #[hessian(wrt(self))]
    fn energy(&self) -> f64 {
        self.x * self.v
    }
}

#[hessian]
fn f(state: State, x: f64) -> f64 {
    state.x * state.v * x
}

fn main() {
    let _ = f_hessian(State { x: 1.0, v: 2.0 }, 1.0);
    State { x: 1.0, v: 2.0 }.energy_hessian();
}
