use chainrule::grad;

#[grad]
fn f(x: f64, n: Option<i32>) -> f64 {
    match n {
        Some(mut k) => {
            k += 1;
            x * f64::from(k)
        }
        None => x,
    }
}

fn main() {
    let _ = f_grad(1.0, None);
}
