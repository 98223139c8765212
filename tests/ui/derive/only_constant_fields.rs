use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Settings<T> {
    #[differentiable(constant)]
    steps: usize,
    #[differentiable(constant)]
    rate: T,
}

fn main() {
    let _ = Settings { steps: 1, rate: 0.5 }.zero();
}
