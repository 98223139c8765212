use chainrule::Differentiable;

#[derive(Clone)]
struct Plain {
    x: f64,
}

#[derive(Clone, Differentiable)]
struct Counted {
    value: f64,
    count: u32,
    names: [String; 2],
}

#[derive(Clone, Differentiable)]
struct Nested {
    plain: Plain,
    values: Vec<f64>,
}

fn main() {
    let counted = Counted { value: 1.0, count: 2, names: [String::new(), String::new()] };
    let _ = (counted.value, counted.count, &counted.names);
    let nested = Nested { plain: Plain { x: 1.0 }, values: Vec::new() };
    let _ = (nested.plain.x, &nested.values);
}
