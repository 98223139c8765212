use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    x << 1
}

fn main() {
    let _ = f_grad(1.0);
}
