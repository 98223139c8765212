use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let y: f64;
    let z = y * x;
    y = 1.0;
    z * y
}

fn main() {
    let _ = f_grad(1.0);
}
