use chainrule::grad;

trait Blend {
    fn blend(self, other: f64) -> f64;
    fn blend_value_and_grad(self, other: f64) -> (f64, f64);
}

/// Differentiated by the receiver alone.
impl Blend for f64 {
    fn blend(self, other: f64) -> f64 {
        self * self * other
    }

    fn blend_value_and_grad(self, other: f64) -> (f64, f64) {
        (self.blend(other), 2.0 * self * other)
    }
}

const RATE: f64 = 2.0;

#[grad]
fn f(x: f64) -> f64 {
    RATE.blend(x)
}

fn main() {}
