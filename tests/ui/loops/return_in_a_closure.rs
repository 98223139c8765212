use chainrule::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    x.map(|v| {
        if v > 1.0 {
            return v;
        }
        v * v
    })[0]
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
