struct Counter {
    calls: f64,
}

impl Counter {
    #[chainrule::grad]
    fn next(&mut self, x: f64) -> f64 {
        self.calls += 1.0;
        x * self.calls
    }
}

fn main() {
    let _ = Counter { calls: 0.0 }.next_grad(1.0);
}
