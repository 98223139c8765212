use chainrule::grad;

static COUNT: f64 = 1.0;

#[grad]
fn f(x: f64) -> f64 {
    COUNT = 2.0;
    x
}

fn main() {
    let _ = f_grad(1.0);
}
