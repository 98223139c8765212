use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct View<'a, 'b> {
    point: &'a [f64; 3],
    #[differentiable(constant)]
    name: &'b str,
}

fn main() {
    let _ = View { point: &[1.0; 3], name: "" }.zero();
}
