use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    let z = &mut y;
    *z
}

fn main() {
    let _ = f_grad(1.0);
}
