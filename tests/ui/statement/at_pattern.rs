use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let y @ z = x * x;
    y * z
}

fn main() {
    let _ = f_grad(1.0);
}
