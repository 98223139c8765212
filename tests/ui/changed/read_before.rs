use chainrule::grad;

#[grad]
fn f(a: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for v in a.iter() {
        sum += v * v;
    }
    for v in a.iter_mut() {
        *v = sum;
    }
    sum
}

fn main() {
    f_grad(&mut [1.0], &mut [1.0]);
}
