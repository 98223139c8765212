use chainrule::vjp;

#[vjp]
fn f(x: f64) -> (f64, i32) {
    (x, 1)
}

fn main() {
    let (_, pullback) = f_vjp(1.0);
    let _ = pullback((1.0, 1));
}
