use chainrule::grad;

#[grad]
fn f(x: &[f64], y: &[f64], is_first: bool) -> f64 {
    let (part, rest) = if is_first { x.split_at(1) } else { (y, x) };
    part.iter().sum::<f64>() * rest[0]
}

fn main() {
    let (mut x_bar, mut y_bar) = ([0.0], [0.0]);
    f_grad(&[1.0], &[2.0], true, &mut x_bar, &mut y_bar);
}
