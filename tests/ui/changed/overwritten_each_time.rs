use chainrule::grad;

#[grad]
fn f(a: &mut [f64]) -> f64 {
    for i in 0..a.len() {
        a[i] *= a[i];
    }
    a[0] * a[0]
}

fn main() {
    f_grad(&mut [1.0], &mut [0.0]);
}
