use chainrule::grad;

#[grad]
fn energy<const N: usize>(x: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += x[i] * x[i] * x[i];
    }
    sum
}

#[grad]
fn f<const N: usize>(x: &[f64; N]) -> f64 {
    let force: [f64; N] = energy_grad(x);
    force[0]
}

fn main() {
    let _ = f_grad(&[1.0]);
}
