use chainrule::grad;

#[grad]
fn f(x: f64, n: i32) -> f64 {
    if matches!(n, k if k > 0) { x } else { -x }
}

fn main() {
    let _ = f_grad(1.0, 2);
}
