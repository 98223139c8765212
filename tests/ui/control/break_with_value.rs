use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let y = loop {
        break x * x;
    };
    y
}

fn main() {
    let _ = f_grad(1.0);
}
