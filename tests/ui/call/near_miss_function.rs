use chainrule::grad;

mod math {
    pub fn sine(x: f64) -> f64 {
        x.sin()
    }
}

#[grad]
fn f(x: f64) -> f64 {
    math::sine(x)
}

fn main() {
    let _ = f_grad(1.0);
}
