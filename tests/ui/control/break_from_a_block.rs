use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    if x > 0.0 {
        break;
    }
    x
}

fn main() {
    let _ = f_grad(1.0);
}
