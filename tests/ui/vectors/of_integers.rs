use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let order: Vec<usize> = (0..x.len()).rev().collect();
    x[order[0]]
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
