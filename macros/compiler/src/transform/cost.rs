//! How much work a function is, roughly: the number by which orders of elimination are compared.

use crate::graph::{Function, Graph, Op, RegionId, ValueId};
use crate::rules::{Primitive, is_call};

/// What a division or a square root counts, an addition counting 1.
const DIVISION: usize = 5;

/// What a call of a transcendental function counts.
const CALL: usize = 18;

/// How often a loop is taken to go round.
const ITERATIONS: usize = 10;

/// The operations of a function without dead values; of a branch, those of its longest arm.
pub(super) fn operations(function: &Function) -> usize {
    of_region(&function.graph, function.body)
}

fn of_region(graph: &Graph, region: RegionId) -> usize {
    graph.region(region).values.iter().map(|&id| of_value(graph, id)).sum()
}

fn of_value(graph: &Graph, id: ValueId) -> usize {
    match &graph.value(id).op {
        Op::Primitive(primitive) => of_primitive(graph, *primitive, &graph.value(id).operands),
        Op::Branch(branch) => {
            1 + branch.bodies().map(|region| of_region(graph, region)).max().unwrap_or_default()
        }
        Op::Loop(repeat) => {
            ITERATIONS * repeat.regions().map(|region| of_region(graph, region)).sum::<usize>()
        }
        Op::Compare(_) | Op::Select | Op::Cast | Op::Not | Op::Accumulate(_) => 1,
        _ => 0,
    }
}

fn of_primitive(graph: &Graph, primitive: Primitive, operands: &[ValueId]) -> usize {
    match primitive {
        Primitive::div | Primitive::recip | Primitive::sqrt => DIVISION,
        Primitive::rem => CALL,
        Primitive::powi => match graph.known_integer(operands[1]) {
            Some(exponent) => {
                let size = exponent.unsigned_abs().max(1);
                let multiplications = (size.ilog2() + size.count_ones() - 1) as usize;
                multiplications + if exponent < 0 { DIVISION } else { 0 }
            }
            None => CALL,
        },
        primitive if is_call(primitive) => CALL,
        _ => 1,
    }
}
