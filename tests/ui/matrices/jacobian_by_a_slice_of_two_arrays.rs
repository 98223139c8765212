use chainrule::jacobian;

#[jacobian]
fn f<const N: usize>(x: &[f64]) -> ([f64; N], f64) {
    let mut y = [0.0; N];
    for i in 0..N {
        y[i] = x[i] * x[i];
    }
    (y, x[0])
}

fn main() {
    f_jacobian::<2>(&[1.0, 2.0], &mut [0.0; 6]);
}
