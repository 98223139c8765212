use chainrule::grad;

#[grad(wrt(x))]
fn scaled(x: f64, rate: f64) -> f64 {
    x * rate
}

#[grad]
fn f(x: f64) -> f64 {
    scaled(x, 2.0)
}

fn main() {
    let _ = f_grad(1.0);
}
