use chainrule::grad;

#[grad]
fn f([a]: &mut [f64; 1]) -> f64 {
    *a * *a
}

fn main() {
    f_grad(&mut [1.0]);
}
