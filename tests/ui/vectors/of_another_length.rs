use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for i in 0..x.len() {
        v = vec![v[i]; i + 1];
    }
    v[0]
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
