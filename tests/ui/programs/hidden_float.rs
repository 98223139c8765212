use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Table {
    entries: [f64; 3],
}

fn double(x: f64) -> f64 {
    2.0 * x
}

#[grad]
fn f(table: &Table, x: f64) -> f64 {
    double(*table.entries.first().unwrap()) * x
}

#[grad]
fn g(table: &Table, x: f64) -> f64 {
    table.entries.last().unwrap() * x
}

fn main() {
    let table = Table { entries: [1.0; 3] };
    let _ = (f_grad(&table, 1.0), g_grad(&table, 1.0));
}
