use chainrule::grad;

#[grad(alloc)]
fn f(x: &[f64]) -> f64 {
    let positive: Vec<f64> = x.iter().copied().filter(|v| *v > 0.0).collect();
    positive.iter().sum()
}

fn main() {
    f_grad(&[1.0], &mut [0.0]);
}
