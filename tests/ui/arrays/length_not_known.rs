use chainrule::grad;

#[grad]
fn f<const N: usize>(x: [f64; N]) -> f64 {
    x[0]
}

#[grad]
fn g<const N: usize>(x: f64) -> f64 {
    let y = [x; N];
    y[0]
}

#[grad]
fn k(x: &[f64]) -> f64 {
    x[0]
}

fn main() {
    let _ = (f_grad([1.0]), g_grad::<1>(1.0));
}
