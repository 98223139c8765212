use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let mut values = x.iter();
    let first: f64 = values.by_ref().take(2).sum();
    first * values.sum::<f64>()
}

fn main() {
    let mut x_bar = [0.0];
    f_grad(&[1.0], &mut x_bar);
}
