use chainrule::grad;

#[grad]
fn f(x: f64, ready: std::future::Ready<f64>) -> f64 {
    x * ready.await
}

fn main() {
    let _ = f_grad(1.0, std::future::ready(1.0));
}
