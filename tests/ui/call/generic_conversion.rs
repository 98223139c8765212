use chainrule::{Real, grad};

#[grad]
fn f<T: Real>(x: f64, k: T) -> T {
    T::from_f64(x) * k
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
