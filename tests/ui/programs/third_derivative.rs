use chainrule::{grad, hvp};

#[grad]
#[hvp]
fn potential(x: f64) -> f64 {
    x * x * x
}

#[hvp]
fn f(x: f64) -> f64 {
    potential_grad(x) * potential(x)
}

fn main() {
    let _ = f_hvp(1.0, 1.0);
}
