use chainrule::grad;

#[grad]
fn f(x: f64, n: usize) -> f64 {
    let list = [x, 1.0];
    list[n]
}

fn main() {
    let _ = f_grad(1.0, 0);
}
