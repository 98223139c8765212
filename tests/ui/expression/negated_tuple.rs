use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let pair = -(x, 1.0);
    pair.0
}

fn main() {
    let _ = f_grad(1.0);
}
