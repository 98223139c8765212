//! A table, whose derivative is written by hand, and a formula, whose derivative is generated.

use autodiff::{grad, hvp, jvp, Differentiable};

/// In kilograms per cubic metre, every five kilometres.
const DENSITIES: [f64; 5] = [1.225, 0.7364, 0.4135, 0.1948, 0.0889];

/// The density of the air, on lines between the measurements, in some kilometres.
#[must_use]
pub fn density(height: f64) -> f64 {
    density_value_and_grad(height).0
}

/// The density and its slope, which is that of the line.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the place in the table is small")]
pub fn density_value_and_grad(height: f64) -> (f64, f64) {
    let below = (height / 5.0).floor().clamp(0.0, 3.0);
    let row = below as usize;
    let slope = (DENSITIES[row + 1] - DENSITIES[row]) / 5.0;
    (DENSITIES[row] + slope * (height - 5.0 * below), slope)
}

/// The density and its derivative along a direction.
#[must_use]
pub fn density_jvp(height: f64, height_dot: f64) -> (f64, f64) {
    let (density, slope) = density_value_and_grad(height);
    (density, slope * height_dot)
}

/// Air that gets thinner by the same factor every so many kilometres.
#[derive(Clone, Debug, PartialEq, Differentiable)]
#[differentiable(crate = ::autodiff)]
pub struct Atmosphere {
    /// The pressure on the ground.
    pub ground: f64,
    /// After how many kilometres a fraction of 1 / e is left.
    pub scale: f64,
    /// Whose atmosphere it is.
    #[differentiable(constant)]
    pub planet: &'static str,
}

impl Atmosphere {
    /// The pressure at a height.
    #[grad(wrt(self, height), crate = ::autodiff)]
    #[jvp(wrt(self, height), crate = ::autodiff)]
    #[hvp(wrt(self, height), crate = ::autodiff)]
    #[must_use]
    pub fn pressure(&self, height: f64) -> f64 {
        self.ground * (-height / self.scale).exp()
    }
}
