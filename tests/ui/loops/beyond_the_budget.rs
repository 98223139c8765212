use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    for _ in 0..5000 {
        y = y.sin();
    }
    y
}

#[grad(unroll = 10)]
fn g(x: [f64; 8]) -> f64 {
    x.iter().map(|v| v.sin() * v).sum()
}

fn main() {
    let _ = (f_grad(1.0), g_grad([0.0; 8]));
}
