use chainrule::grad;

struct Settings {
    order: usize,
}

#[grad]
fn power(x: &[f64], order: usize) -> f64 {
    let mut sum = 0.0;
    for i in order..x.len() {
        sum += x[i] * x[i - order];
    }
    sum
}

#[grad(wrt(x))]
fn f(x: &[f64], settings: &Settings) -> f64 {
    power(x, settings.order).sqrt()
}

fn main() {
    f_grad(&[1.0], &Settings { order: 0 }, &mut [0.0]);
}
