use chainrule::grad;

struct Point {
    a: f64,
}

#[grad]
fn f(x: f64) -> f64 {
    let point = Point { a: x };
    point.a
}

fn main() {
    let _ = f_grad(1.0);
}
