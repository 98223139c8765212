use chainrule::grad;

trait Wave {
    fn sin(self) -> f64;
}

impl Wave for f64 {
    fn sin(self) -> f64 {
        1.0 - self.abs()
    }
}

#[grad]
fn f(x: f64) -> f64 {
    <f64 as Wave>::sin(x) * x
}

fn main() {
    let _ = f_grad(1.0);
}
