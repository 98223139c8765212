use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    chainrule::constant({
        let _ = x;
    });
    x
}

fn main() {
    let _ = f_grad(1.0);
}
