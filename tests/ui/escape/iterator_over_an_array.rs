use chainrule::grad;

#[grad]
fn f(x: f64, y: f64) -> f64 {
    [x, y].iter().sum::<f64>()
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
