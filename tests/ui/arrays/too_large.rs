use chainrule::grad;

#[grad]
fn f(x: [[f64; 100]; 100]) -> f64 {
    x[0][0]
}

fn main() {
    let _ = f_grad([[1.0; 100]; 100]);
}
