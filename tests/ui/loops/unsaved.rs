use chainrule::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let mut product = 1.0;
    for pair in x.windows(2) {
        product *= pair[0] + pair[1];
    }
    product
}

fn main() {
    let mut x_bar = [0.0; 2];
    f_grad(&[1.0, 2.0], &mut x_bar);
}
