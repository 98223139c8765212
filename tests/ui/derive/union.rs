use chainrule::Differentiable;

#[derive(Clone, Copy, Differentiable)]
union Number {
    float: f64,
    integer: u64,
}

fn main() {
    let number = Number { integer: 0 };
    let _ = number.zero();
}
