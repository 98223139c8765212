use chainrule::grad;

#[grad]
fn f(c: f64, a: &mut [f64; 1], b: &mut [f64; 1]) -> f64 {
    core::mem::swap(a, b);
    a[0] * b[0] * c
}

fn main() {
    let _ = f_grad(1.0, &mut [1.0], &mut [2.0], &mut [0.0], &mut [0.0]);
}
