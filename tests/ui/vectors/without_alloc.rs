use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let mut squares = vec![0.0; x.len()];
    for i in 0..x.len() {
        squares[i] = x[i] * x[i];
    }
    squares.iter().sum()
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
