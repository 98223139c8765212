use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    unsafe { x.to_int_unchecked::<i32>() as f64 * x }
}

fn main() {
    let _ = f_grad(1.0);
}
