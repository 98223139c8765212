use chainrule::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    let positive = x.iter().skip(2).next();
    x[0] * positive.unwrap()
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
