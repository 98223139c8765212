use chainrule::grad;

#[grad]
fn f(x: f64, n: Option<i32>) -> f64 {
    match n {
        Some(ref k) => x * f64::from(*k),
        None => x,
    }
}

fn main() {
    let _ = f_grad(1.0, None);
}
