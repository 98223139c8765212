use chainrule::{grad, hvp};

#[grad]
#[hvp]
fn squares(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

#[hvp]
fn f(x: &[f64], scale: f64) -> f64 {
    squares(x) * scale
}

fn main() {
    f_hvp(&[1.0], 2.0, &[1.0], 1.0, &mut [0.0], &mut [0.0]);
}
