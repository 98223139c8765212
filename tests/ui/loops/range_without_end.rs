use chainrule::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    let mut y = 0.0;
    for i in 0.. {
        if i == 2 {
            break;
        }
        y += x[i];
    }
    y
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
