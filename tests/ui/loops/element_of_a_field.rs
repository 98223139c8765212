//! The macro does not see how long an array in a struct is.

use chainrule::{Differentiable, grad};

#[derive(Clone, Copy, Differentiable)]
struct Body {
    place: [f64; 2],
}

#[grad]
fn f(start: Body, x: &[f64]) -> f64 {
    let mut body = start;
    for i in 0..x.len() {
        body.place[i % 2] += x[i];
    }
    body.place[0]
}

fn main() {}
