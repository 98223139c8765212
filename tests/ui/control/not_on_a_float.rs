use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    if !x { 1.0 } else { x }
}

fn main() {
    let _ = f_grad(1.0);
}
