use chainrule::grad;

trait Logistic {
    fn sigmoid(self) -> f64;
}

impl Logistic for f64 {
    fn sigmoid(self) -> f64 {
        self / (1.0 + self.abs())
    }
}

#[grad]
fn f(x: f64) -> f64 {
    x.sigmoid() * x
}

fn main() {
    let _ = f_grad(1.0);
}
