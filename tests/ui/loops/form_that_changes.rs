//! What a loop hands on is in one form.

use chainrule::grad;

#[grad]
fn f(x: &[f64], y: f64) -> f64 {
    let mut item = y;
    let mut rest = x.iter();
    for i in 0..x.len() {
        item += x[i];
        rest = x[i..].iter();
    }
    rest.sum::<f64>() + item
}

fn main() {}
