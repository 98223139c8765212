use chainrule::grad;

trait Activation {
    fn sigmoid(self, steepness: f64) -> f64;
    fn polygamma(self, order: f64) -> f64;
}

impl Activation for f64 {
    fn sigmoid(self, steepness: f64) -> f64 {
        steepness * self
    }

    fn polygamma(self, order: f64) -> f64 {
        order * self
    }
}

#[grad]
fn f(x: f64) -> f64 {
    x.polygamma(2.0)
}

fn main() {
    let _ = f_grad(1.0);
}
