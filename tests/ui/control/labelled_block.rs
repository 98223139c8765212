use chainrule::grad;

#[grad]
fn f(x: f64) -> f64 {
    let y = 'a: {
        if x > 0.0 {
            break 'a x;
        }
        -x
    };
    y
}

fn main() {
    let _ = f_grad(1.0);
}
