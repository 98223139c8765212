use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(crate)]
struct Point {
    x: f64,
}

fn main() {}
