use chainrule::grad;

type Real = f64;

#[grad]
fn f(x: f64) -> f64 {
    x as Real
}

fn main() {
    let _ = f_grad(1.0);
}
