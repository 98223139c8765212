use chainrule::{hvp, jvp, vjp};

#[vjp]
#[jvp]
fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

#[hvp]
fn f(x: f64, y: f64) -> f64 {
    let (r, angle) = polar(x, y);
    r * angle
}

fn main() {
    let _ = f_hvp(1.0, 1.0, 1.0, 0.0);
}
