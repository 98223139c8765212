use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let largest = x.iter().copied().reduce(f64::max);
    largest * 2.0
}

fn main() {
    let mut x_bar = [0.0];
    f_grad(&[1.0], &mut x_bar);
}
