use chainrule::grad;

#[grad]
fn f(x: f64, never: std::convert::Infallible) -> f64 {
    let _ = x * x;
    match never {}
}

fn main() {
    let _ = f;
}
