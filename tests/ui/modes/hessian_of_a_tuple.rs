use chainrule::hessian;

#[hessian]
fn f(x: f64) -> (f64, f64) {
    (x, x)
}

fn main() {
    let _ = f_hessian(1.0);
}
