use chainrule::grad;

#[derive(Clone, Copy)]
enum Kind {
    Power(i32),
    Sine,
}

#[grad]
fn f(x: f64, kind: Kind) -> f64 {
    match (x, kind) {
        (x, Kind::Power(n)) => x.powi(n),
        (x, Kind::Sine) => x.sin(),
    }
}

fn main() {
    let _ = (f_grad(1.0, Kind::Power(2)), f_grad(1.0, Kind::Sine));
}
