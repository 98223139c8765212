use chainrule::hessian;

fn next(i: usize) -> usize {
    i + 1
}

#[hessian]
fn f<const N: usize>(x: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        let other = next(i) % N;
        sum += x[i] * x[i] * x[other];
    }
    sum
}

fn main() {
    f_hessian(&[1.0, 2.0]);
}
