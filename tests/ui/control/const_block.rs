use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    x * const { 2.0 }
}

fn main() {
    let _ = f_grad(1.0);
}
