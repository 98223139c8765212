use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    (if x > 0.0 { f64::sin } else { f64::cos })(x)
}

fn main() {
    let _ = f_grad(1.0);
}
