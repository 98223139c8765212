use chainrule::grad;

#[grad]
fn f(x: f64, y: f64) -> f64 {
    if let Some(z) = Some(x) { z * y } else { y }
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
