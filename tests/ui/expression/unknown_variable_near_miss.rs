use chainrule::grad;

#[grad]
fn f(x: f64, radius: f64) -> f64 {
    x * radus
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
