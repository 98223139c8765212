use chainrule::Differentiable;

#[derive(Clone, Differentiable)]
struct Unit;

#[derive(Clone, Differentiable)]
struct Empty {}

#[derive(Clone, Differentiable)]
struct EmptyTuple();

fn main() {
    let _ = (Unit.zero(), Empty {}.zero(), EmptyTuple().zero());
}
