use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(crat = ::chainrule, krate = ::chainrule)]
struct Point {
    #[differentiable(constnat)]
    name: String,
    #[differentiable(skip)]
    count: u32,
    #[differentiable(inactive, constant)]
    other: u32,
    x: f64,
}

fn main() {
    let _ = Point { name: String::new(), count: 1, other: 2, x: 1.0 }.zero();
}
