use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let table = vec![vec![0.0; x.len()]; x.len()];
    table[0][0] + x[0]
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
