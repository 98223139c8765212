use chainrule::grad;

use chainrule::math;

#[grad]
fn f(x: f64) -> f64 {
    math::dot(&[x, 1.0], &[x])
}

fn main() {
    let _ = f_grad(1.0);
}
