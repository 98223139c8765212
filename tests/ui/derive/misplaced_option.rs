use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(constant)]
struct Point {
    #[differentiable(crate = ::chainrule)]
    x: f64,
    y: f64,
}

fn main() {}
