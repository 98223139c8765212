use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut v = [1.0; 3];
    let b = &mut v;
    let first = { b };
    first[0] = x * x;
    v[0]
}

fn main() {
    let _ = f_grad(1.0);
}
