use chainrule::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    x.iter().filter(|v| **v > 0.0).map(|v| v * v).sum()
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
