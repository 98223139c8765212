struct Spring {
    stiffness: f64,
}

impl Spring {
    #[chainrule::grad]
    fn energy(&self, x: f64) -> f64 {
        0.5 * x * x
    }
}

fn main() {
    let spring = Spring { stiffness: 1.0 };
    let _ = (spring.stiffness, spring.energy_grad(1.0));
}
