use chainrule::grad;

#[grad]
fn f(x: f64, #[cfg(all())] y: f64) -> f64 {
    x * y
}

fn main() {
    let _ = f_grad(1.0, 2.0);
}
