use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let y = (x, 1.0) as f64;
    y
}

fn main() {
    let _ = f_grad(1.0);
}
