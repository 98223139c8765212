use chainrule::grad;

#[grad]
fn f(x: Vec<f64>) -> f64 {
    x.iter().sum()
}

fn main() {
    f_grad(vec![1.0]);
}
