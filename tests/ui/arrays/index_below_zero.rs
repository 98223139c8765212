use chainrule::grad;

#[grad]
fn f(x: [f64; 3]) -> f64 {
    let mut y = 0.0;
    for i in 0..3 {
        y += x[i - 1];
    }
    y
}

fn main() {
    let _ = f_grad([1.0, 2.0, 3.0]);
}
