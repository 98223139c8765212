use std::ops::Mul;

use chainrule::grad;

#[grad]
fn f<T: Copy + Mul<Output = T>>(x: T) -> T {
    x * x
}

fn main() {
    let _ = f_grad(1.0);
}
