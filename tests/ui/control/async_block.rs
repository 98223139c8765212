use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let later = async { 1.0 };
    drop(later);
    x
}

fn main() {
    let _ = f_grad(1.0);
}
