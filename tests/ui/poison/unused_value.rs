use chainrule::grad;

fn total(x: f64) -> f64 {
    x
}

#[grad]
fn f(x: f64) -> f64 {
    let _ = total(x);
    x
}

fn main() {
    let _ = f_grad(1.0);
}
