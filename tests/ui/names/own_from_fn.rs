use chainrule::grad;

fn from_fn<T: Copy, const N: usize, F: Fn(usize) -> T>(f: F) -> [T; N] {
    [f(7); N]
}

#[grad]
fn f(x: f64) -> f64 {
    let y: [f64; 2] = from_fn(|i| x * i as f64);
    y[1]
}

fn main() {
    let _ = f_grad(1.0);
}
