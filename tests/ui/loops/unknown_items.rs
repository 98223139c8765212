use chainrule::grad;

const WEIGHTS: [f64; 2] = [1.0, 2.0];

#[grad]
fn f(x: f64) -> f64 {
    let mut sum = 0.0;
    for w in WEIGHTS {
        sum += w * x;
    }
    sum
}

fn main() {
    let _ = f_grad(1.0);
}
