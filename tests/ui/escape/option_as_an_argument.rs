use chainrule::grad;

fn or_one(x: Option<f64>) -> f64 {
    x.unwrap_or(1.0)
}

#[grad]
fn f(x: f64) -> f64 {
    or_one(Some(x)) * x
}

fn main() {
    let _ = f_grad(1.0);
}
