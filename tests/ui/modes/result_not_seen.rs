use chainrule::jvp;

fn pair(x: f64) -> (f64, f64) {
    (x, x)
}

#[jvp]
fn f(x: f64) -> (f64, f64) {
    pair(x)
}

fn main() {
    let _ = f_jvp(1.0, 1.0);
}
