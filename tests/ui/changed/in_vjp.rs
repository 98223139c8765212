use chainrule::vjp;

#[vjp]
fn f(a: &mut [f64], c: f64) -> f64 {
    a[0] *= c;
    a[0] * c
}

fn main() {
    let _ = f_vjp(&mut [1.0], 1.0);
}
