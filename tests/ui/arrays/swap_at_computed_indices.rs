use chainrule::grad;

#[grad]
fn f(x: [f64; 3], k: usize) -> f64 {
    let mut y = x;
    y.swap(0, k);
    y[0]
}

fn main() {
    let _ = f_grad([1.0, 2.0, 3.0], 1);
}
