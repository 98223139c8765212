use chainrule::grad;

fn pair(c: i32) -> [f64; 2] {
    [f64::from(c); 2]
}

#[grad]
fn f(c: f64, a: &mut [f64; 2]) -> f64 {
    *a = pair(1);
    a[0] * c
}

fn main() {
    let _ = f_grad(1.0, &mut [1.0; 2], &mut [0.0; 2]);
}
