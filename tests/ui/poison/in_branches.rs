use chainrule::grad;

fn total(x: f64) -> f64 {
    x
}

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    if y > total(y) {
        y = total(x);
    } else if y > 0.0 {
        return y;
    }
    let z = y.sin();
    z * y
}

fn main() {
    let _ = f_grad(1.0);
}
