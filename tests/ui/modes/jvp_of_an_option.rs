use chainrule::jvp;

#[jvp]
fn f(x: f64) -> Option<f64> {
    Some(x)
}

fn main() {
    let _ = f_jvp(1.0, 1.0);
}
