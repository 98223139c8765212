use chainrule::grad;

#[grad(unroll = 4)]
fn f(x: [f64; 40], scale: f64) -> f64 {
    let (mut a, mut b) = (x, x);
    for v in a.iter_mut().chain(b.iter_mut()) {
        *v *= scale;
    }
    a.iter().sum::<f64>() * b[0]
}

fn main() {
    let _ = f_grad([1.0; 40], 2.0);
}
