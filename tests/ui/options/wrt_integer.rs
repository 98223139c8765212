use chainrule::grad;

#[grad(wrt(n))]
fn f(x: f64, radius: f64, n: i32) -> f64 {
    x * radius * f64::from(n)
}

fn main() {
    let _ = f_grad(1.0, 2.0, 3);
}
