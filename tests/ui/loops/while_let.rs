use chainrule::grad;

#[grad]
fn f(x: f64, mut steps: Option<u8>) -> f64 {
    let mut y = x;
    while let Some(_) = steps {
        y *= 0.5;
        steps = None;
    }
    y
}

fn main() {
    let _ = f_grad(1.0, None);
}
