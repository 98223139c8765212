use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let range = 0.0..x;
    range.end
}

fn main() {
    let _ = f_grad(1.0);
}
