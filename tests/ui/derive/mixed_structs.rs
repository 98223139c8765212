use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Double(f64);

#[derive(Clone, Differentiable)]
struct Single(f32);

#[derive(Clone, Differentiable)]
struct Mixed {
    double: Double,
    single: [Single; 2],
}

#[derive(Clone, Differentiable)]
struct MixedWithFloat {
    double: f64,
    single: Single,
}

fn main() {}
