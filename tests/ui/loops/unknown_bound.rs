use chainrule::grad;

#[grad]
fn f(x: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for _ in 0..n {
        sum += x;
    }
    sum
}

fn main() {
    let _ = f_grad(1.0, 3);
}
