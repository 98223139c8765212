use chainrule::grad;

macro_rules! square {
    ($e:expr) => {
        $e * $e
    };
}

#[grad]
fn f(x: f64) -> f64 {
    square!(x)
}

fn main() {
    let _ = f_grad(1.0);
}
