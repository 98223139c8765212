use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let (a, b) = x;
    a * b
}

fn main() {
    let _ = f_grad(1.0);
}
