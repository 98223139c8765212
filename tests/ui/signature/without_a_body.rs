trait Potential {
    #[chainrule::grad]
    fn energy(x: f64) -> f64;
}

fn main() {}
