use chainrule::grad;

#[grad]
fn f(x: f64) {
    let _ = x;
}

fn main() {
    let _ = f_grad(1.0);
}
