use chainrule::grad;

#[grad]
fn f(x: f64, start: Option<f64>) -> f64 {
    let start = if x > 0.0 { Some(x) } else { start };
    start.unwrap_or(1.0) * x
}

fn main() {
    let _ = f_grad(1.0, None);
}
