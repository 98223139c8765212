//! Names of generated locals.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::graph::{Function, Graph, Op, ValueId};
use crate::lower::ParameterTokens;
use crate::names::identifier;
use crate::rules::Primitive;

/// The names given out so far. Every local of a generated function has a name of its own.
pub(super) struct Names {
    taken: HashSet<String>,
    temporaries: usize,
}

/// Longer descriptions are no help to a reader.
const LONGEST: usize = 24;

impl Names {
    /// Reserves what the signature and the patterns of arms bind.
    pub(super) fn of(function: &Function, parameters: &[ParameterTokens]) -> Self {
        let mut taken: HashSet<String> = HashSet::new();
        for parameter in parameters {
            taken.extend(parameter.tokens.clone().into_iter().map(|token| token.to_string()));
        }
        for id in function.graph.ids() {
            let value = function.graph.value(id);
            if let (Op::Binding, Some(name)) = (&value.op, &value.note.name) {
                taken.insert(name.to_string());
            }
        }
        Self { taken, temporaries: 0 }
    }

    /// A new name for a value: the user's, or one that describes the value, or a number.
    pub(super) fn give(&mut self, graph: &Graph, id: ValueId, named: &dyn Fn(ValueId) -> Option<String>) -> Ident {
        let wanted = match &graph.value(id).note.name {
            Some(name) => Some(name.to_string()),
            None => describe(graph, id, named).filter(|name| name.len() <= LONGEST),
        };
        let name = match wanted {
            Some(name) => self.unique(&name),
            None => loop {
                self.temporaries += 1;
                let name = format!("t{}", self.temporaries);
                if self.taken.insert(name.clone()) {
                    break name;
                }
            },
        };
        identifier(&name)
    }

    fn unique(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut number = 1;
        while !self.taken.insert(unique.clone()) {
            number += 1;
            unique = format!("{name}_{number}");
        }
        unique
    }
}

/// A name that says what a value is: `exp_x`, `x_plus_y`, `x_squared`.
fn describe(graph: &Graph, id: ValueId, named: &dyn Fn(ValueId) -> Option<String>) -> Option<String> {
    let value = graph.value(id);
    let Op::Primitive(primitive) = value.op else { return None };
    let operand = |number: usize| {
        let id = *value.operands.get(number)?;
        named(id).or_else(|| match graph.value(id).op {
            Op::Primitive(Primitive::neg) => named(graph.value(id).operands[0]).map(|name| format!("neg_{name}")),
            _ => None,
        })
    };
    let joined = |word: &str| Some(format!("{}_{word}_{}", operand(0)?, operand(1)?));
    match primitive {
        Primitive::add => joined("plus"),
        Primitive::sub => joined("minus"),
        Primitive::mul if value.operands[0] == value.operands[1] => Some(format!("{}_squared", operand(0)?)),
        Primitive::mul => joined("times"),
        Primitive::div => joined("over"),
        Primitive::neg => Some(format!("neg_{}", operand(0)?)),
        Primitive::rem => None,
        primitive => Some(format!("{}_{}", primitive.rule().name, operand(0)?)),
    }
}
