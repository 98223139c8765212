//! Least-squares problems of Moré, Garbow and Hillstrom, mostly one term of the sum, and fits of peaks.

use chainrule::grad;

/// Problem 7, the helical valley, whose angle has two branches.
#[grad]
fn helical_valley(x: f64, y: f64, z: f64) -> f64 {
    const TURN: f64 = std::f64::consts::TAU;
    let mut angle = (y / x).atan() / TURN;
    if x < 0.0 {
        angle += 0.5;
    }
    let axial = 10.0 * (z - 10.0 * angle);
    let radial = 10.0 * (x.hypot(y) - 1.0);
    axial * axial + radial * radial + z * z
}

/// Problem 2, nested as Horner's scheme.
#[grad]
fn freudenstein_roth(x: f64, y: f64) -> f64 {
    let first = -13.0 + x + ((5.0 - y) * y - 2.0) * y;
    let second = -29.0 + x + ((y + 1.0) * y - 14.0) * y;
    first.powi(2) + second.powi(2)
}

/// Problem 6, term `i`.
#[grad]
fn jennrich_sampson(x: f64, y: f64, i: i32) -> f64 {
    let t = f64::from(i);
    2.0 + 2.0 * t - ((t * x).exp() + (t * y).exp())
}

/// Problem 8, term `i` of fifteen.
#[grad]
fn bard(x1: f64, x2: f64, x3: f64, i: i32, y: f64) -> f64 {
    let u = i as f64;
    let v = 16.0 - u;
    let w = u.min(v);
    y - (x1 + u / (v * x2 + w * x3))
}

/// Problem 15, one term.
#[grad]
fn kowalik(x1: f64, x2: f64, x3: f64, x4: f64, u: f64, y: f64) -> f64 {
    y - x1 * (u * u + u * x2) / (u * u + u * x3 + x4)
}

/// Problem 10, term `i`: a badly scaled exponential.
#[grad]
fn meyer(x1: f64, x2: f64, x3: f64, i: i32) -> f64 {
    let t = 45.0 + 5.0 * f64::from(i);
    x1 * (x2 / (t + x3)).exp()
}

/// Problem 12, term `i`.
#[grad]
fn box_three(x: f64, y: f64, z: f64, i: i32) -> f64 {
    let t = 0.1 * i as f64;
    (-t * x).exp() - (-t * y).exp() - z * ((-t).exp() - (-10.0 * t).exp())
}

/// Problem 9, one residual.
#[grad]
fn gaussian(x1: f64, x2: f64, x3: f64, t: f64) -> f64 {
    x1 * (-x2 * (t - x3).powi(2) / 2.0).exp()
}

/// Two overlapping peaks over a sloping background.
#[grad]
fn two_peaks(x: f64, a1: f64, m1: f64, s1: f64, a2: f64, m2: f64, s2: f64, slope: f64, level: f64) -> f64 {
    let first = a1 * (-0.5 * ((x - m1) / s1).powi(2)).exp();
    let second = a2 * (-0.5 * ((x - m2) / s2).powi(2)).exp();
    first + second + slope * x + level
}

/// The peak of spectroscopy: a Lorentzian and a Gaussian mixed.
#[grad]
fn pseudo_voigt(x: f64, centre: f64, width: f64, mix: f64) -> f64 {
    let u = (x - centre) / width;
    let gaussian = chainrule::math::gaussian(u);
    let lorentzian = 1.0 / (1.0 + u * u);
    mix * lorentzian + (1.0 - mix) * gaussian
}

/// Problem 11, term `i`: an exponential of a real power.
#[grad]
fn gulf(x1: f64, x2: f64, x3: f64, i: i32) -> f64 {
    let t = f64::from(i) / 100.0;
    let y = 25.0 + (-50.0 * t.ln()).powf(2.0 / 3.0);
    f64::exp(-f64::powf(f64::abs(y - x2), x3) / x1) - t
}

/// Problem 17, one residual.
#[grad]
fn osborne(x1: f64, x2: f64, x3: f64, x4: f64, x5: f64, i: i32) -> f64 {
    let t = 10.0 * (i - 1) as f64;
    x1 + x2 * f64::exp(-t * x4) + x3 * f64::exp(-t * x5)
}

/// Growth of the chemostat: the Hill equation with an integer or a real exponent.
#[grad]
fn hill(concentration: f64, half: f64, exponent: f64, whole: bool) -> f64 {
    let ratio = concentration / half;
    let power = if whole { ratio.powi(exponent as i32) } else { ratio.powf(exponent) };
    power / (1.0 + power)
}

pub(crate) fn rows() -> Vec<crate::harness::Formula> {
    rows![
        (helical_valley, helical_valley_grad, helical_valley_value_and_grad),
        (freudenstein_roth, freudenstein_roth_grad, freudenstein_roth_value_and_grad),
        (jennrich_sampson, jennrich_sampson_grad, jennrich_sampson_value_and_grad),
        (bard, bard_grad, bard_value_and_grad),
        (kowalik, kowalik_grad, kowalik_value_and_grad),
        (meyer, meyer_grad, meyer_value_and_grad),
        (box_three, box_three_grad, box_three_value_and_grad),
        (gaussian, gaussian_grad, gaussian_value_and_grad),
        (two_peaks, two_peaks_grad, two_peaks_value_and_grad),
        (pseudo_voigt, pseudo_voigt_grad, pseudo_voigt_value_and_grad),
        (gulf, gulf_grad, gulf_value_and_grad),
        (osborne, osborne_grad, osborne_value_and_grad),
        (hill, hill_grad, hill_value_and_grad),
    ]
}
