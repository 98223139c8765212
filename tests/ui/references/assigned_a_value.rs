use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut v = 1.0;
    let mut b = &mut v;
    b = x * x;
    v
}

fn main() {
    let _ = f_grad(1.0);
}
