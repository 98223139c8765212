use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Mixed {
    double: f64,
    single: [f32; 2],
    pair: (f64, f32),
}

fn main() {}
