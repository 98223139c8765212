//! Structs.

use super::{Eval, Machine, Value};
use crate::ast::{Name, Record};
use crate::oracle::float::Float;

impl<F: Float> Value<F> {
    pub(super) fn member(self, name: Name) -> Self {
        match self {
            Value::Record(of, mut fields) => {
                fields.swap_remove(of.index(name).expect("the checker knows the field"))
            }
            other => unreachable!("the checker admits no field of {other:?}"),
        }
    }

    /// A part by its index, as paths to places have them.
    pub(super) fn part(&self, index: usize) -> Option<&Self> {
        match self {
            Value::Array(parts) | Value::Record(_, parts) => parts.get(index),
            other => unreachable!("no part of {other:?}"),
        }
    }

    pub(super) fn part_mut(&mut self, index: usize) -> &mut Self {
        match self {
            Value::Array(parts) | Value::Record(_, parts) => &mut parts[index],
            other => unreachable!("no part of {other:?}"),
        }
    }
}

impl<F: Float> Machine<'_, F> {
    pub(super) fn record(&mut self, record: &Record) -> Eval<F> {
        let mut given = Vec::new();
        for (name, e) in &record.fields {
            given.push((*name, self.eval(e)?));
        }
        let base = match &record.base {
            Some(base) => {
                let base = self.eval(base)?;
                Some(self.loaded(base))
            }
            None => None,
        };
        let fields = record.of.fields.iter().map(|field| {
            let own = given.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
            own.or_else(|| base.clone().map(|base| base.member(field.name))).expect("the checker wants all")
        });
        let fields = fields.collect();
        Ok(Value::Record(record.of.clone(), fields))
    }
}
