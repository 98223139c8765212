use chainrule::grad;

#[grad]
struct Neuron {
    weight: f64,
}

fn main() {
    let neuron = Neuron { weight: 1.0 };
    let _ = neuron.weight;
}
