use chainrule::hvp;

#[hvp]
fn f(x: f64) -> (f64, f64) {
    (x, x)
}

fn main() {
    let _ = f_hvp(1.0, 1.0);
}
