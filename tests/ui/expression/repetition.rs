use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let list = [x; 3];
    list[0]
}

fn main() {
    let _ = f_grad(1.0);
}
