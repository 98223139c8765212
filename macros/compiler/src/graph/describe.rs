//! Names for values that the user did not name.

use super::{Graph, Op, ValueId};
use crate::rules::Primitive;

/// Longer descriptions are no help to a reader.
const LONGEST: usize = 24;

impl Graph {
    /// A name that says what a value is: `exp_x`, `x_plus_y`, `x_squared`.
    pub(crate) fn describe(&self, id: ValueId, named: &dyn Fn(ValueId) -> Option<String>) -> Option<String> {
        let value = self.value(id);
        let Op::Primitive(primitive) = value.op else { return None };
        let operand = |number: usize| {
            let id = *value.operands.get(number)?;
            named(id).or_else(|| match self.value(id).op {
                Op::Primitive(Primitive::neg) => {
                    named(self.value(id).operands[0]).map(|name| format!("neg_{name}"))
                }
                _ => None,
            })
        };
        let joined = |word: &str| Some(format!("{}_{word}_{}", operand(0)?, operand(1)?));
        let name = match primitive {
            Primitive::add => joined("plus"),
            Primitive::sub => joined("minus"),
            Primitive::mul if value.operands[0] == value.operands[1] => {
                Some(format!("{}_squared", operand(0)?))
            }
            Primitive::mul => joined("times"),
            Primitive::div => joined("over"),
            Primitive::neg => Some(format!("neg_{}", operand(0)?)),
            Primitive::rem => None,
            primitive => Some(format!("{}_{}", primitive.rule().name, operand(0)?)),
        };
        name.filter(|name| name.len() <= LONGEST)
    }
}
