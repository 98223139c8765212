//! A spring: a struct with methods that are differentiated by the struct, too.

use chainrule::{Differentiable, grad, hvp, jvp, math, vjp};

/// A spring that gets stiffer as it is stretched.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Spring {
    /// Of a small stretch.
    pub stiffness: f64,
    /// At which length it is at rest.
    pub length: f64,
    /// By how much stiffer it gets, and with which power of the stretch.
    pub hardening: f64,
    /// No parameter, but a kind of spring.
    #[differentiable(constant)]
    pub power: i32,
}

impl Spring {
    /// The energy in the spring.
    #[grad(wrt(self, length))]
    #[jvp(wrt(self, length))]
    #[hvp(wrt(self, length))]
    #[must_use]
    pub fn energy(&self, length: f64) -> f64 {
        let stretch = length - self.length;
        0.5 * self.stiffness * stretch * stretch + self.hardening * math::powi(stretch, self.power)
    }

    /// The force at its ends, of a given spring.
    #[grad]
    #[jvp]
    #[must_use]
    pub fn force(&self, length: f64) -> f64 {
        let stretch = length - self.length;
        let power: i32 = self.power;
        self.stiffness * stretch + self.hardening * f64::from(power) * math::powi(stretch, power - 1)
    }

    /// How the spring pulls at a place in the plane that it ties to the origin.
    #[vjp(wrt(self, place))]
    #[jvp(wrt(self, place))]
    #[must_use]
    pub fn pull(&self, place: [f64; 2]) -> [f64; 2] {
        let length = math::hypot(place[0], place[1]);
        let tension = self.stiffness * (length - self.length) / length;
        [-tension * place[0], -tension * place[1]]
    }
}
