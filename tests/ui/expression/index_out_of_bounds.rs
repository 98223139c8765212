use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let list = [x, 1.0];
    list[2]
}

fn main() {
    let _ = f_grad(1.0);
}
