use chainrule::grad;

#[grad]
fn f(x: f64, n: Option<i32>) -> f64 {
    let Some(k) = n else { return x };
    f64::from(k) * x
}

fn main() {
    let _ = f_grad(1.0, None);
}
