use chainrule::grad;

#[grad]
fn f(n: i32) -> f64 {
    f64::from(n)
}

fn main() {
    let _ = f_grad(1);
}
