use chainrule::jacobian;

#[jacobian(wrt(scale))]
fn f<const N: usize>(points: [(f64, f64); N], scale: f64) -> [(f64, f64); N] {
    let mut y = points;
    for i in 0..N {
        y[i].0 *= scale;
    }
    y
}

fn main() {
    f_jacobian([(1.0, 2.0)], 3.0);
}
