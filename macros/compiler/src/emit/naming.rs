//! Names of generated locals.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;

use super::Context;
use crate::graph::{Function, Graph, Op, ValueId};
use crate::names::identifier;

/// The names given out so far. Every local of a generated function has a name of its own.
pub(super) struct Names {
    taken: HashSet<String>,
    /// The last number that each name was given with, so that no number is tried twice.
    numbers: HashMap<String, usize>,
    temporaries: usize,
}

impl Names {
    /// Reserves what the signature and the patterns of arms bind.
    pub(super) fn of(function: &Function, context: &Context<'_>) -> Self {
        let mut taken: HashSet<String> = context.reserved.iter().map(ToString::to_string).collect();
        for parameter in &context.parameters {
            taken.extend(parameter.tokens.clone().into_iter().map(|token| token.to_string()));
        }
        for id in function.graph.ids() {
            let value = function.graph.value(id);
            if let (Op::Binding, Some(name)) = (&value.op, &value.note.name) {
                taken.insert(name.to_string());
            }
        }
        Self { taken, numbers: HashMap::new(), temporaries: 0 }
    }

    /// A new name for a value: the user's, or one that describes the value, or a number.
    pub(super) fn give(
        &mut self,
        graph: &Graph,
        id: ValueId,
        named: &dyn Fn(ValueId) -> Option<String>,
    ) -> Ident {
        let wanted = match &graph.value(id).note.name {
            Some(name) => Some(name.to_string()),
            None => graph
                .value(id)
                .note
                .hint
                .as_deref()
                .map(ToOwned::to_owned)
                .or_else(|| graph.describe(id, named)),
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

    /// A new name like this one.
    pub(super) fn local(&mut self, name: &str) -> Ident {
        identifier(&self.unique(name))
    }

    fn unique(&mut self, name: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        let number = self.numbers.entry(name.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let unique = format!("{name}_{number}");
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}
