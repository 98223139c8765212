//! The functions that are measured.

mod ackley;
mod arm;
mod ba;
mod bs;
mod cs;
mod lse;
mod mlp;
mod neuron;
mod rosen10;
mod rosen100;
mod split;
mod transform;

use crate::workload::Measured;

/// All of them, in the order of the table.
#[must_use]
pub fn all() -> Vec<Box<dyn Measured>> {
    vec![
        Box::new(cs::workload()),
        Box::new(split::workload()),
        Box::new(neuron::workload()),
        Box::new(bs::workload()),
        Box::new(mlp::workload()),
        Box::new(rosen10::workload()),
        Box::new(rosen100::workload()),
        Box::new(ackley::workload()),
        Box::new(lse::workload()),
        Box::new(ba::workload()),
        Box::new(arm::workload()),
        Box::new(transform::workload()),
    ]
}
