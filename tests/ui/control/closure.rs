use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let square = |a: f64| a * a;
    square(x)
}

fn main() {
    let _ = f_grad(1.0);
}
