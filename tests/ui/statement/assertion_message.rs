use chainrule::grad;

const MESSAGE: &str = "positive";

#[grad]
fn f(x: f64) -> f64 {
    assert!(x > 0.0, MESSAGE);
    x
}

fn main() {
    let _ = f_grad(1.0);
}
