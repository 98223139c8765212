//! All mistakes of a function in one go, and none that only follows from another.

use chainrule::grad;

#[grad(wrt(x, z), stricter)]
pub fn f(x: f64, y: f64) -> f64 {
    let a = x.sine();
    let b = a * a + a.sqrt();
    let c = if b > radius { x.pow(2) } else { b };
    for _ in 0..3 {}
    let d = c.max(y) * area(x);
    match x {
        _ => d,
    }
}

fn area(radius: f64) -> f64 {
    radius * radius
}

fn main() {
    let slope = f_grad(1.0, 2.0);
    let (value, _) = f_value_and_grad(1.0, 2.0);
    let _ = (slope, value);
}
