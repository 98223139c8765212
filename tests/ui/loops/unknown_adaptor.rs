use chainrule::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    x.iter().scan(0.0, |s, v| { *s += v; Some(*s) }).sum()
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
