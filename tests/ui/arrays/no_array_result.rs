use chainrule::grad;

#[grad]
fn f(x: [f64; 3]) -> [f64; 3] {
    x
}

fn main() {
    let _ = f_grad([1.0, 2.0, 3.0]);
}
