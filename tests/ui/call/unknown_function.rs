use chainrule::grad;

mod math {
    pub fn quaternion(x: f64) -> f64 {
        x
    }
}

#[grad]
fn f(x: f64) -> f64 {
    math::quaternion(x)
}

fn main() {
    let _ = f_grad(1.0);
}
