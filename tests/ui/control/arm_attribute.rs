use chainrule::grad;

#[grad]
fn f(x: f64, n: i32) -> f64 {
    match n {
        #[cfg(all())]
        0 => x,
        _ => x * x,
    }
}

fn main() {
    let _ = f_grad(1.0, 2);
}
