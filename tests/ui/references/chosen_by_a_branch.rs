use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let (mut v, mut w) = (1.0, 2.0);
    let b = if x > 0.0 { &mut v } else { &mut w };
    *b = x * x;
    v * w
}

fn main() {
    let _ = f_grad(1.0);
}
