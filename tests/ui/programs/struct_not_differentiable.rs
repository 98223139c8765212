use chainrule::grad;

struct Settings {
    gain: f64,
}

#[grad]
fn f(settings: &Settings, x: f64) -> f64 {
    settings.gain * x
}

fn main() {
    let _ = f_grad(&Settings { gain: 1.0 }, 1.0);
}
