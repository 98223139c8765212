use chainrule::grad;

fn square_root(x: f64) -> f64 {
    x.sqrt()
}

fn twice(f: fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[grad]
fn f(x: f64) -> f64 {
    twice(square_root, x)
}

fn main() {
    let _ = f_grad(1.0);
}
