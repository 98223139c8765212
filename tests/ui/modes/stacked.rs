use chainrule::{grad, jvp, vjp};

// One mistake is one message, however many attributes find it.
#[grad]
#[vjp]
#[jvp]
fn f(x: f64) -> f64 {
    x.sine()
}

fn main() {
    let _ = (f_grad(1.0), f_vjp(1.0).1(1.0), f_jvp(1.0, 1.0));
}
