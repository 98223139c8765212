use chainrule::grad;

#[grad]
fn f(x: f64, n: i32) -> f64 {
    match (x, n) {
        (_, 0) => x,
        (a, _) => a * a,
    }
}

fn main() {
    let _ = f_grad(1.0, 2);
}
