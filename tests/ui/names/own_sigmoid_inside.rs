use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    fn sigmoid(x: f64) -> f64 {
        x / (1.0 + x.abs())
    }
    sigmoid(x) * x
}

fn main() {
    let _ = f_grad(1.0);
}
