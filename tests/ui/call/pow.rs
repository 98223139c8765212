use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    x.pow(2)
}

fn main() {
    let _ = f_grad(1.0);
}
