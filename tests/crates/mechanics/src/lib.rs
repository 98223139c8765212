//! What a library offers to programs that are differentiated: functions, structs and methods with their siblings.
//!
//! It needs no `std`, and each sibling is as public as the function that it is of.

#![no_std]

pub mod motion;
pub mod spring;

use chainrule::{Real, grad, hvp, jvp};

/// The energy of something that moves, in any precision.
#[grad]
#[jvp]
#[hvp]
#[must_use]
pub fn kinetic<T: Real>(mass: T, speed: T) -> T {
    T::from_f64(0.5) * mass * speed * speed
}
