use chainrule::grad;

#[grad]
fn f(x: f64, n: Option<i32>) -> f64 {
    if let Some(k) = n
        && k > 0
    {
        return x;
    }
    x * x
}

fn main() {
    let _ = f_grad(1.0, None);
}
