use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let squares = x.iter().map(|v| v * v).collect::<Box<[f64]>>();
    squares[0]
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
