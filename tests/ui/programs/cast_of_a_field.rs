use chainrule::{Differentiable, grad};

#[derive(Clone, Differentiable)]
struct Grid {
    size: f64,
    #[differentiable(constant)]
    count: usize,
}

#[grad]
fn spacing(grid: &Grid) -> f64 {
    grid.size / grid.count as f64
}

fn main() {
    let _ = spacing_grad(&Grid { size: 1.0, count: 4 });
}
