use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Pair<T> {
    x: T,
    y: T,
}

fn main() {
    let names = Pair { x: "a", y: "b" };
    let _ = names.zero();
    let _ = Differentiable::zero(&vec![1.0]);
}
