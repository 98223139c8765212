use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(crate = chainrule)]
struct Point {
    #[differentiable]
    x: f64,
    #[differentiable(constant = true)]
    y: f64,
    #[differentiable(constant constant)]
    z: f64,
    #[differentiable = "constant"]
    w: f64,
}

fn main() {}
