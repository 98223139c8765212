use chainrule::{Differentiable, grad};

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[grad]
fn f(point: Point) -> f64 {
    let scale = 2.0 * point.y;
    match point.x {
        0.0 => scale,
        x => x * scale,
    }
}

fn main() {
    let _ = f_grad(Point { x: 1.0, y: 2.0 });
}
