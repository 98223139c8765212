use chainrule::grad;

fn area(radius: f64) -> f64 {
    radius * radius
}

#[grad]
fn f(x: f64) -> f64 {
    area(x)
}

fn main() {
    let _ = f_grad(1.0);
}
