use chainrule::grad;

struct Point {
    a: f64,
}

#[grad]
fn f(x: f64, mut point: Point) -> f64 {
    point.a = x;
    point.a
}

fn main() {
    let _ = f_grad(1.0, Point { a: 1.0 });
}
