//! Calls, structs and methods, whose expansions hold more than arithmetic.

use ::autodiff::{Differentiable, grad, hvp, jvp, vjp};
use ::core::clone::Clone;
use ::core::marker::Copy;

/// Numbers and a count.
#[derive(Clone, Copy, Debug, Differentiable)]
#[differentiable(crate = ::autodiff)]
pub struct Tank {
    /// The level.
    pub level: f64,
    /// Two rates.
    pub rates: [f64; 2],
    /// How many there are.
    #[differentiable(constant)]
    pub count: u8,
}

const LOSS: f64 = 0.5;
const STEPS: i32 = 2;

/// A helper.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn decay(x: f64, loss: f64, steps: i32) -> f64 {
    (x * loss).powi(steps)
}

/// A helper of several results.
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[must_use]
pub fn step(tank: &Tank, dt: f64) -> Tank {
    Tank { level: decay(tank.level, LOSS, STEPS) + tank.rates[0] * dt, ..*tank }
}

impl Tank {
    /// A method by its receiver.
    #[grad(crate = ::autodiff, wrt(self, x))]
    #[jvp(crate = ::autodiff, wrt(self, x))]
    #[must_use]
    pub fn energy(&self, x: f64) -> f64 {
        self.level * x + self.rates[1]
    }

    /// A method of a constant receiver.
    #[grad(crate = ::autodiff)]
    #[must_use]
    pub fn scaled(self, x: f64) -> f64 {
        self.level * x * decay(x, LOSS, STEPS)
    }
}

/// A program: loops, branches, structs, a gradient of a gradient.
#[grad(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[must_use]
pub fn program(start: &Tank, dt: f64) -> f64 {
    let mut tank = *start;
    for _ in 0..2 {
        if tank.level > 1.0 {
            tank = step(&tank, dt);
        } else {
            tank.rates[0] += dt;
        }
    }
    let steps: i32 = STEPS;
    let (slope, _) = decay_grad(dt, tank.level, steps);
    tank.energy(slope)
}

/// A model with data, whose loss is by the parameters that it is given.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// What the level is multiplied by.
    pub scale: f64,
}

impl Model {
    /// A method of a constant receiver by a struct.
    #[grad(crate = ::autodiff)]
    #[jvp(crate = ::autodiff)]
    #[must_use]
    pub fn loss(&self, tank: &Tank) -> f64 {
        self.scale * tank.level * tank.rates[0]
    }
}

/// A method of a constant.
#[grad(crate = ::autodiff, wrt(tank))]
#[jvp(crate = ::autodiff, wrt(tank))]
#[must_use]
pub fn objective(model: &Model, tank: &Tank) -> f64 {
    let copy = model;
    copy.loss(tank) + tank.rates[1]
}
