//! Functions whose derivatives are written by hand: siblings are found by their names, whoever has written them.

mod anomaly;
mod atmosphere;
mod plane;

pub use anomaly::{kepler, kepler_hvp, kepler_jvp, kepler_value_and_grad};
pub use atmosphere::{density, density_jvp, density_value_and_grad, Atmosphere};
pub use plane::{polar, polar_jvp, polar_vjp, Polar};
