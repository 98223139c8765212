use chainrule::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    x.map(if true { f64::abs } else { f64::sqrt })[0]
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
