use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut list = [x, 1.0];
    list[0] = 2.0;
    list[0] * x
}

fn main() {
    let _ = f_grad(1.0);
}
