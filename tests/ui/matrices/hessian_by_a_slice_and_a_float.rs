use chainrule::hessian;

#[hessian]
fn f(x: &[f64], scale: f64) -> f64 {
    let mut sum = 0.0;
    for x in x {
        sum += scale * x * x;
    }
    sum
}

fn main() {
    f_hessian(&[1.0, 2.0], 3.0, &mut [0.0; 4]);
}
