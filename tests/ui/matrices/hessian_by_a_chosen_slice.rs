use chainrule::hessian;

#[hessian(wrt(x))]
fn f(x: &[f64], other: &[f64], is_chosen: bool) -> f64 {
    let y = if is_chosen { x } else { other };
    let mut sum = 0.0;
    for i in 0..y.len() {
        sum += y[i] * y[i];
    }
    sum
}

fn main() {
    f_hessian(&[1.0, 2.0], &[3.0], true, &mut [0.0; 4]);
}
