use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let area = core::convert::identity::<f64>;
    area(x)
}

fn main() {
    let _ = f_grad(1.0);
}
