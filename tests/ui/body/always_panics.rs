use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    panic!("no {x}");
}

fn main() {
    let _ = f_grad(1.0);
}
