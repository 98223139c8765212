use chainrule::{Differentiable, grad};

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

impl core::ops::Add for Pair {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { a: self.a + other.a, b: self.b + other.b }
    }
}

#[grad]
fn f(p: Pair, q: Pair) -> f64 {
    let sum = p + q;
    sum.a * sum.b
}

fn main() {
    let _ = f_grad(Pair { a: 1.0, b: 2.0 }, Pair { a: 1.0, b: 2.0 });
}
