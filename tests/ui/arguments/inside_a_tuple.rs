use chainrule::grad;

#[grad]
fn f(x: &[f64], scale: f64) -> f64 {
    weighted((x, scale)) * scale
}

fn weighted(pair: (&[f64], f64)) -> f64 {
    pair.0[0] * pair.1
}

fn main() {
    let _ = f_grad(&[1.0], 2.0, &mut [0.0]);
}
