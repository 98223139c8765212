use chainrule::grad;

fn sigmoid(x: f64) -> f64 {
    x / (1.0 + x.abs())
}

#[grad]
fn f(x: f64) -> f64 {
    sigmoid(x) * x
}

fn main() {
    let _ = f_grad(1.0);
}
