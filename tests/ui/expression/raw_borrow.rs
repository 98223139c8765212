use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let address = &raw const x;
    drop(address);
    x
}

fn main() {
    let _ = f_grad(1.0);
}
