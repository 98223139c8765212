use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let mut values = x.iter().peekable();
    values.peek().map_or(0.0, |v| **v)
}

fn main() {
    let mut x_bar = [0.0];
    f_grad(&[1.0], &mut x_bar);
}
