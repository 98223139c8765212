use chainrule::grad;

use chainrule::math;

#[grad(wrt(x))]
fn f(x: f64, list: [f64; 2]) -> f64 {
    x * math::norm(&list)
}

fn main() {
    let _ = f_grad(1.0, [2.0, 3.0]);
}
