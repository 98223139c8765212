use chainrule::grad;

#[grad]
fn f(x: &mut f64) -> f64 {
    *x * *x
}

fn main() {
    let _ = f_grad(&mut 1.0);
}
