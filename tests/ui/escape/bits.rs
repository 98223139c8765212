use chainrule::grad;

#[grad]
fn f(x: f64, y: f64) -> f64 {
    f64::from_bits(x.to_bits()) * y
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
