use chainrule::grad;

fn apply(f: impl Fn(f64) -> f64) -> f64 {
    f(1.0)
}

#[grad]
fn f(x: f64) -> f64 {
    apply(|v| v * x)
}

#[grad]
fn g(x: f64) -> f64 {
    let square = |v: f64| v * v;
    square(x) * apply(square)
}

fn main() {
    let _ = f_grad(1.0);
}
