use chainrule::{Differentiable, grad};

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

impl Pair {
    #[grad(wrt(self))]
    fn dot(self, other: Pair) -> f64 {
        self.a * other.a + self.b * other.b
    }
}

const UNIT: Pair = Pair { a: 1.0, b: 0.0 };

#[grad]
fn f(pair: Pair) -> f64 {
    UNIT.dot(pair)
}

fn main() {
    let _ = f_grad(UNIT);
}
