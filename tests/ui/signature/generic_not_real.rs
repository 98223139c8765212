use chainrule::{Real, grad};

#[grad]
fn f<T: Real>(x: T) -> T {
    x * x
}

fn main() {
    let _ = f_grad(1_i32);
}
