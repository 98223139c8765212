use chainrule::jacobian;

#[jacobian]
fn f<const N: usize>(points: [(f64, f64); N]) -> [f64; N] {
    let mut y = [0.0; N];
    for i in 0..N {
        y[i] = points[i].0 * points[i].1;
    }
    y
}

fn main() {
    f_jacobian([(1.0, 2.0)]);
}
