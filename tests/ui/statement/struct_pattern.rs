use chainrule::grad;

struct Point {
    a: f64,
    b: f64,
}

#[grad]
fn f(x: f64, point: Point) -> f64 {
    let Point { a, b } = point;
    a * b * x
}

fn main() {
    let _ = f_grad(1.0, Point { a: 1.0, b: 2.0 });
}
