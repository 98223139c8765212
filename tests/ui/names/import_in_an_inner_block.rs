use chainrule::grad;

fn sigmoid(x: f64) -> f64 {
    x / (1.0 + x.abs())
}

#[grad]
fn f(x: f64) -> f64 {
    let y = {
        use chainrule::math::sigmoid;
        sigmoid(x)
    };
    y * sigmoid(1.0)
}

fn main() {
    let _ = f_grad(1.0);
}
