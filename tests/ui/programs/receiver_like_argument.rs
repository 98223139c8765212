use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Body {
    place: f64,
}

impl Body {
    #[grad]
    fn distance(&self, other: &Body) -> f64 {
        (self.place - other.place).abs()
    }
}

#[grad(wrt(b))]
fn squared(a: &Body, b: &Body) -> f64 {
    a.distance(b).powi(2)
}

fn main() {}
