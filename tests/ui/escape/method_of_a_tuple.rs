use chainrule::grad;

#[grad]
fn f(x: f64, y: f64) -> f64 {
    let pair = (x, y).clone();
    pair.0 * pair.1
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
