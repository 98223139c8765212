use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[allow(unused_macros)]
    macro_rules! square {
        ($e:expr) => {
            $e * $e
        };
    }
    x
}

fn main() {
    let _ = f_grad(1.0);
}
