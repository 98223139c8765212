use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
enum Shape {
    Circle(f64),
    Square(f64),
}

fn main() {
    let shapes = [Shape::Circle(1.0), Shape::Square(1.0)];
    let _ = shapes.zero();
}
