use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let pairs = vec![(1.0, x[0]); x.len()];
    pairs[0].0 * pairs[0].1
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
