use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    match x {
        0.0 => 1.0,
        x => x.sin() / x,
    }
}

fn main() {
    let _ = f_grad(1.0);
}
