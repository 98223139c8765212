use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut values = x.iter();
    while let Some(a) = values.next() {
        sum += a * values.next().copied().unwrap_or(1.0);
    }
    sum
}

fn main() {
    let mut x_bar = [0.0];
    f_grad(&[1.0], &mut x_bar);
}
