use chainrule::grad;

fn scale() -> Option<f64> {
    Some(2.0)
}

#[grad]
fn f(x: f64) -> f64 {
    let scale = scale()?;
    scale * x
}

fn main() {
    let _ = f_grad(1.0);
}
