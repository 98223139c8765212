use chainrule::grad;

#[grad]
fn f(x: f64) -> Option<f64> {
    Some(x)
}

fn main() {
    let _ = f_grad(1.0);
}
