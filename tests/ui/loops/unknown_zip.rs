use chainrule::grad;

#[grad]
fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).zip(y.iter().filter(|v| **v > 0.0)).map(|(a, b)| a * b).sum()
}

fn main() {
    let (mut x_bar, mut y_bar) = ([0.0], [0.0]);
    f_grad(&[1.0], &[2.0], &mut x_bar, &mut y_bar);
}
