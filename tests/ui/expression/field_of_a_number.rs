use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    x.real
}

fn main() {
    let _ = f_grad(1.0);
}
