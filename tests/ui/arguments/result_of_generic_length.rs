use chainrule::{grad, vjp};

#[vjp]
fn powers<const N: usize>(x: f64) -> [f64; N] {
    let mut powers = [1.0; N];
    for i in 0..N {
        powers[i] = x.powi(i as i32);
    }
    powers
}

#[grad]
fn f<const N: usize>(x: f64) -> f64 {
    let powers: [f64; N] = powers(x);
    powers.iter().sum()
}

fn main() {
    let _ = f_grad::<3>(1.0);
}
