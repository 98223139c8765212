use chainrule::grad;

trait Float {
    fn sin(self) -> f64;
}

impl Float for f64 {
    fn sin(self) -> f64 {
        1.0 - self.abs()
    }
}

#[grad]
fn f(x: f64) -> f64 {
    Float::sin(x) * x
}

fn main() {
    let _ = f_grad(1.0);
}
