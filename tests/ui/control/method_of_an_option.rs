use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    x.first().zip(x.last()).map_or(0.0, |(a, b)| a * b)
}

fn main() {
    let mut x_bar = [0.0];
    f_grad(&[1.0], &mut x_bar);
}
