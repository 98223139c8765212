use chainrule::grad;

mod libm {
    pub fn exp(x: f64) -> f64 {
        x
    }
}

#[grad]
fn f(x: f64) -> f64 {
    libm::exp(x) * x
}

fn main() {
    let _ = f_grad(1.0);
}
