use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let mut squares = Vec::with_capacity(x.len());
    for v in x {
        squares.push(v * v);
    }
    squares.iter().sum()
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
