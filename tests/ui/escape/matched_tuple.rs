use chainrule::grad;

#[grad]
fn f(x: f64, y: f64) -> f64 {
    match (x, 2.0) {
        (a, b) => a * b * y,
    }
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
