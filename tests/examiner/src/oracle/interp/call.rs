//! Calls of helpers: their bodies are interpreted in a scope of their own.

use super::{Eval, Machine, Stop, Value};
use crate::ast::{Helper, Invocation, Sibling};
use crate::oracle::dual::{CURVED, Dual, Flags};
use crate::oracle::float::Float;
use crate::oracle::rules::Partial;

/// How deep calls may nest: a shrunk recursion may have lost what ends it.
const DEEPEST: usize = 40;

impl<F: Float> Machine<'_, F> {
    pub(super) fn invoke(&mut self, call: &Invocation) -> Eval<F> {
        let program = self.program;
        let helper = program.helper(call.name).expect("the checker knows it");
        let mut args = call.args.iter().map(|arg| self.eval(arg)).collect::<Result<Vec<_>, _>>()?;
        let tangents = args.split_off(helper.params.len());
        match call.sibling {
            Sibling::Itself => self.enter(helper, args),
            sibling => self.derivative(helper, sibling, args, tangents),
        }
    }

    fn enter(&mut self, helper: &Helper, args: Vec<Value<F>>) -> Eval<F> {
        if self.depth == DEEPEST {
            return Err(Stop::Panic("a recursion without end"));
        }
        let varies = args.iter().any(|arg| arg.reals().iter().any(|real| real.active));
        let outer = std::mem::take(&mut self.scope);
        self.constants();
        let args = args.into_iter().map(Value::detached);
        self.scope.extend(helper.params.iter().map(|param| param.name).zip(args));
        self.depth += 1;
        let result = self.block(&helper.body);
        self.depth -= 1;
        self.scope = outer;
        let result = match result {
            Err(Stop::Return(value)) => value.detached(),
            result => result?.detached(),
        };
        // The caller does not see that what it gets depends on nothing, nor that it could be computed beforehand.
        Ok(result.map_reals(false, &mut |real| {
            self.arithmetic.flags.foldable |= varies && !real.active;
            Dual { active: real.active || varies, ..real }
        }))
    }

    /// The gradient of a helper, differentiated: the helper is run to second order with respect to its own
    /// arguments, and what comes out are the partials of the gradient.
    fn derivative(
        &mut self,
        helper: &Helper,
        sibling: Sibling,
        args: Vec<Value<F>>,
        tangents: Vec<Value<F>>,
    ) -> Eval<F> {
        let mut outer: Vec<Dual<F>> = Vec::new();
        let mut active = Vec::new();
        let mut own = Vec::new();
        for (param, arg) in helper.params.iter().zip(args) {
            if param.active {
                active.push(arg.clone());
                own.push(arg.map_reals(false, &mut |x| reseeded(x, &mut outer)));
            } else {
                own.push(arg);
            }
        }
        let before = std::mem::take(&mut self.arithmetic.flags);
        let second_order = self.arithmetic.replace_second_order(true);
        let inner = self.enter(helper, own);
        self.arithmetic.replace_second_order(second_order);
        let Value::Real(inner) = inner? else { unreachable!("the checker admits one real only") };
        // The gradient's own arithmetic may round otherwise; and where conventions decide what it is, or where it has
        // no slope, anything will do.
        let own = self.arithmetic.flags;
        let open = own.convention || own.extreme || own.kink || own.ambiguous;
        self.arithmetic.flags = before;
        self.arithmetic.flags.merge(Flags { inexact: true, ambiguous: open, kink: false, ..own });
        let lanes = outer.len();
        let gradient = (0..lanes).map(|i| {
            // A slope of zero may come out with either sign.
            let slope = inner.tangent[i];
            let slope = if slope == 0.0 && self.arithmetic.is_noisy() { -slope } else { slope };
            self.arithmetic.composed(F::from_f64(slope), &outer, &plain(&inner.curvature[i][..lanes]))
        });
        let gradient: Vec<Dual<F>> = gradient.collect();
        let value = self.arithmetic.composed(inner.primal, &outer, &plain(&inner.tangent[..lanes]));
        if sibling == Sibling::Jvp {
            let directions: Vec<Dual<F>> = tangents.iter().flat_map(Value::reals).collect();
            // Whether a slope of zero takes a direction that is no number is left open.
            self.arithmetic.flags.ambiguous |=
                directions.iter().any(|direction| !direction.primal.to_f64().is_finite());
            let terms = gradient.into_iter().zip(directions);
            let tangent = terms.fold(Dual::constant(F::from_f64(0.0)), |sum, (slope, direction)| {
                let term = self.arithmetic.operator(crate::ast::Op::Mul, slope, direction);
                self.arithmetic.operator(crate::ast::Op::Add, sum, term)
            });
            return Ok(Value::Tuple(vec![Value::Real(value), Value::Real(tangent)]));
        }
        // Constant fields come out as they went in.
        let shape = if active.len() == 1 { active.remove(0) } else { Value::Tuple(active) };
        let mut gradient = gradient.into_iter();
        let gradient =
            shape.detached().map_reals(false, &mut |_| gradient.next().expect("one for each real"));
        Ok(if sibling == Sibling::Grad { gradient } else { Value::Tuple(vec![Value::Real(value), gradient]) })
    }
}

/// Gives a real a lane of its own; what it was before goes to `outer`.
fn reseeded<F: Float>(x: Dual<F>, outer: &mut Vec<Dual<F>>) -> Dual<F> {
    let mut dual = Dual::constant(x.primal);
    debug_assert!(outer.len() < CURVED);
    dual.tangent[outer.len()] = 1.0;
    dual.active = true;
    outer.push(x);
    dual
}

fn plain(partials: &[f64]) -> Vec<Partial> {
    partials.iter().map(|&value| Partial { value, scale: value.abs() }).collect()
}
