use chainrule::jvp;

#[jvp]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[jvp(wrt(x))]
fn f(x: &[f64], weights: &[f64]) -> f64 {
    dot(x, weights).sin()
}

fn main() {
    let _ = f_jvp(&[1.0], &[2.0], &[1.0]);
}
