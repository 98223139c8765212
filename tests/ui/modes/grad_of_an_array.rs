use chainrule::grad;

#[grad]
fn f(x: f64) -> [f64; 2] {
    [x, x]
}

fn main() {
    let _ = f_grad(1.0);
}
