use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let mut squares = x.to_vec();
    squares.push(x[0]);
    squares.iter().sum()
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
