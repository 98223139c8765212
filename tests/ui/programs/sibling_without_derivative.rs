use chainrule::{grad, vjp};

#[vjp]
fn potential(x: f64) -> f64 {
    x * x * x
}

#[grad]
fn f(x: f64) -> f64 {
    let (value, _) = potential_vjp(x);
    value
}

fn main() {
    let _ = f_grad(1.0);
}
