use chainrule::hessian;

#[hessian]
fn f<const N: usize>(points: &[(f64, f64); N]) -> f64 {
    let mut sum = 0.0;
    for (x, y) in points {
        sum += x * y;
    }
    sum
}

fn main() {
    f_hessian(&[(1.0, 2.0)]);
}
