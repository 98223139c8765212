use chainrule::grad;

trait Total {
    fn total(self) -> f64;
}

impl Total for f64 {
    fn total(self) -> f64 {
        self
    }
}

#[grad]
fn f(x: f64) -> f64 {
    let pair = (x.total(), 1.0);
    let same = pair == (1.0, 1.0);
    let mixed = pair.0 + pair.1;
    let chosen = if same { mixed } else { x };
    chosen.max(pair.0).hypot(mixed)
}

fn main() {
    let _ = f_grad(1.0);
}
