use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(crate = ::chainrule, crate = ::chainrule)]
struct Point {
    #[differentiable(constant)]
    #[differentiable(constant)]
    name: String,
    x: f64,
}

fn main() {}
