//! Smaller derivative code, applied while it is built.
//!
//! Every rewrite is exact in IEEE arithmetic, with two exceptions. A constant zero here is a structural one,
//! made by the transforms and never by the user, so it is dropped although `0.0 * x` need not be zero. And
//! unless `strict` is asked for, constants are gathered and a product that exists is used in a longer one, which
//! can change the last bit. Values of the primal never pass here.

use super::{Builder, Constant, Graph, Op, Ty, ValueId};
use crate::graph::Scalar;
use crate::rules::Primitive;

impl Graph {
    /// The number behind a constant.
    pub(crate) fn number(&self, id: ValueId) -> Option<f64> {
        match &self.value(id).op {
            Op::Constant(constant) => Some(constant.value),
            _ => None,
        }
    }
}

impl Builder {
    /// Applies a primitive to operands, in simplest form.
    pub(crate) fn simplified(&mut self, primitive: Primitive, operands: Vec<ValueId>) -> ValueId {
        if let Some(folded) = self.fold(primitive, &operands) {
            return folded;
        }
        match (primitive, operands.as_slice()) {
            (Primitive::add, &[a, b]) => self.simplified_add(a, b),
            (Primitive::sub, &[a, b]) => self.simplified_sub(a, b),
            (Primitive::mul, &[a, b]) => self.simplified_mul(a, b),
            (Primitive::div, &[a, b]) => self.simplified_div(a, b),
            (Primitive::neg, &[a]) => self.simplified_neg(a),
            (Primitive::powi_slope, &[x, n]) => self.simplified_powi_slope(x, n),
            (Primitive::powf_slope, &[x, p, y]) => self.simplified_powf_slope(x, p, y),
            _ => self.primitive(primitive, operands),
        }
    }

    /// The number behind a constant.
    pub(crate) fn number(&self, id: ValueId) -> Option<f64> {
        self.graph().number(id)
    }

    /// The operands of a value made by this primitive.
    pub(crate) fn parts(&self, id: ValueId, primitive: Primitive) -> Option<Vec<ValueId>> {
        let value = self.graph().value(id);
        match value.op {
            Op::Primitive(found) if found == primitive => Some(value.operands.clone()),
            _ => None,
        }
    }

    /// As [`Builder::parts`], but nothing of a sealed value.
    fn open_parts(&self, id: ValueId, primitive: Primitive) -> Option<Vec<ValueId>> {
        if self.sealed.contains(&id) { None } else { self.parts(id, primitive) }
    }

    fn simplified_add(&mut self, a: ValueId, b: ValueId) -> ValueId {
        if self.number(a) == Some(0.0) {
            return b;
        }
        if self.number(b) == Some(0.0) {
            return a;
        }
        if let Some(negated) = self.open_parts(b, Primitive::neg) {
            return self.simplified(Primitive::sub, vec![a, negated[0]]);
        }
        if let Some(negated) = self.open_parts(a, Primitive::neg) {
            return self.simplified(Primitive::sub, vec![b, negated[0]]);
        }
        if let Some(opposite) = self.opposite(b) {
            return self.simplified(Primitive::sub, vec![a, opposite]);
        }
        if let Some(opposite) = self.opposite(a) {
            return self.simplified(Primitive::sub, vec![b, opposite]);
        }
        if a == b {
            let two = self.like(a, 2.0);
            return self.simplified(Primitive::mul, vec![two, a]);
        }
        self.primitive(Primitive::add, vec![a, b])
    }

    fn simplified_sub(&mut self, a: ValueId, b: ValueId) -> ValueId {
        if self.number(b) == Some(0.0) {
            return a;
        }
        if self.number(a) == Some(0.0) {
            return self.simplified(Primitive::neg, vec![b]);
        }
        if let Some(negated) = self.open_parts(b, Primitive::neg) {
            return self.simplified(Primitive::add, vec![a, negated[0]]);
        }
        if let Some(opposite) = self.opposite(b) {
            return self.simplified(Primitive::add, vec![a, opposite]);
        }
        self.primitive(Primitive::sub, vec![a, b])
    }

    fn simplified_mul(&mut self, a: ValueId, b: ValueId) -> ValueId {
        // Constants stand first.
        let (a, b) = if self.number(b).is_some() { (b, a) } else { (a, b) };
        match self.number(a) {
            Some(0.0) => return a,
            Some(1.0) => return b,
            Some(-1.0) => return self.simplified(Primitive::neg, vec![b]),
            _ => {}
        }
        for (signed, other) in [(a, b), (b, a)] {
            if let Some(negated) = self.open_parts(signed, Primitive::neg) {
                let product = if signed == a { vec![negated[0], other] } else { vec![other, negated[0]] };
                let product = self.simplified(Primitive::mul, product);
                return self.simplified(Primitive::neg, vec![product]);
            }
        }
        if let Some(outer) = self.number(a) {
            if let Some((inner, rest)) = self.scaled(b)
                && self.may_gather(outer)
                && self.may_gather(inner)
            {
                let inner = self.like(b, inner);
                // Constants of a type parameter cannot always be multiplied here.
                if let Some(factor) = self.fold(Primitive::mul, &[a, inner]) {
                    return self.simplified(Primitive::mul, vec![factor, rest]);
                }
            }
            return self.primitive(Primitive::mul, vec![a, b]);
        }
        for (scaled, other) in [(a, b), (b, a)] {
            if let Some((factor, rest)) = self.scaled(scaled)
                && self.may_gather(factor)
            {
                let factor = self.like(a, factor);
                let product = if scaled == a { vec![rest, other] } else { vec![other, rest] };
                let product = self.simplified(Primitive::mul, product);
                return self.simplified(Primitive::mul, vec![factor, product]);
            }
        }
        self.reused_product(a, b).unwrap_or_else(|| self.primitive(Primitive::mul, vec![a, b]))
    }

    /// `(p * q) * b` as `(p * b) * q` if `p * b` exists.
    fn reused_product(&mut self, a: ValueId, b: ValueId) -> Option<ValueId> {
        if self.strict || self.known_product(a, b).is_some() {
            return None;
        }
        for (product, other) in [(a, b), (b, a)] {
            let Some(parts) = self.open_parts(product, Primitive::mul) else { continue };
            for (kept, left) in [(parts[0], parts[1]), (parts[1], parts[0])] {
                if let Some(known) = self.known_product(kept, other) {
                    return Some(self.primitive(Primitive::mul, vec![known, left]));
                }
            }
        }
        None
    }

    fn simplified_div(&mut self, a: ValueId, b: ValueId) -> ValueId {
        if let Some(divisor) = self.number(b) {
            if divisor == 1.0 {
                return a;
            }
            if is_power_of_two(divisor) {
                let factor = self.like(a, 1.0 / divisor);
                return self.simplified(Primitive::mul, vec![factor, a]);
            }
        }
        if let Some(negated) = self.open_parts(a, Primitive::neg) {
            let quotient = self.simplified(Primitive::div, vec![negated[0], b]);
            return self.simplified(Primitive::neg, vec![quotient]);
        }
        if let Some(negated) = self.open_parts(b, Primitive::neg) {
            let quotient = self.simplified(Primitive::div, vec![a, negated[0]]);
            return self.simplified(Primitive::neg, vec![quotient]);
        }
        self.primitive(Primitive::div, vec![a, b])
    }

    fn simplified_neg(&mut self, a: ValueId) -> ValueId {
        if let Some(negated) = self.open_parts(a, Primitive::neg) {
            return negated[0];
        }
        self.primitive(Primitive::neg, vec![a])
    }

    /// The slope of a power whose exponent is a literal.
    fn simplified_powi_slope(&mut self, x: ValueId, n: ValueId) -> ValueId {
        let Some(exponent) = self.known_integer(n) else {
            return self.primitive(Primitive::powi_slope, vec![x, n]);
        };
        let power = match exponent {
            0 => return self.like(x, 0.0),
            1 => return self.like(x, 1.0),
            2 => x,
            3 => self.simplified(Primitive::mul, vec![x, x]),
            _ => {
                let lower = self.integer(exponent.wrapping_sub(1));
                self.primitive(Primitive::powi, vec![x, lower])
            }
        };
        let factor = self.like(x, f64::from(exponent));
        self.simplified(Primitive::mul, vec![factor, power])
    }

    /// The slope of `y = x^p` in x for literal exponents with a shorter form.
    fn simplified_powf_slope(&mut self, x: ValueId, p: ValueId, y: ValueId) -> ValueId {
        let Some(exponent) = self.number(p) else {
            return self.primitive(Primitive::powf_slope, vec![x, p, y]);
        };
        let (factor, operation) = match exponent {
            0.0 => return self.like(x, 0.0),
            1.0 => return self.like(x, 1.0),
            2.0 => (2.0, x),
            3.0 => (3.0, self.simplified(Primitive::mul, vec![x, x])),
            1.5 => (1.5, self.primitive(Primitive::sqrt, vec![x])),
            0.5 => {
                let half = self.like(x, 0.5);
                return self.simplified(Primitive::div, vec![half, y]);
            }
            -1.0 => (-1.0, self.simplified(Primitive::mul, vec![y, y])),
            _ => return self.primitive(Primitive::powf_slope, vec![x, p, y]),
        };
        let factor = self.like(x, factor);
        self.simplified(Primitive::mul, vec![factor, operation])
    }

    /// What a number multiplies in a product, or the value itself.
    pub(crate) fn without_coefficient(&self, id: ValueId) -> ValueId {
        if let Some(negated) = self.open_parts(id, Primitive::neg) {
            return self.without_coefficient(negated[0]);
        }
        match self.scaled(id) {
            Some((factor, rest)) if factor != 0.0 && factor.is_finite() => rest,
            _ => id,
        }
    }

    /// Splits `2.0 * x` and `-(2.0 * x)` into the factor and the rest.
    pub(crate) fn coefficient(&self, id: ValueId) -> Option<(f64, ValueId)> {
        match self.open_parts(id, Primitive::neg) {
            Some(negated) => self.scaled(negated[0]).map(|(factor, rest)| (-factor, rest)),
            None => self.scaled(id),
        }
    }

    /// Splits `2.0 * x` into its factor and the rest.
    fn scaled(&self, id: ValueId) -> Option<(f64, ValueId)> {
        let product = self.open_parts(id, Primitive::mul)?;
        self.number(product[0]).map(|factor| (factor, product[1]))
    }

    /// The negative of a negative number, or of a product with one.
    fn opposite(&mut self, id: ValueId) -> Option<ValueId> {
        match (self.number(id), self.scaled(id)) {
            (Some(number), _) if number < 0.0 => Some(self.like(id, -number)),
            (_, Some((factor, rest))) if factor < 0.0 => {
                let factor = self.like(id, -factor);
                Some(self.simplified(Primitive::mul, vec![factor, rest]))
            }
            _ => None,
        }
    }

    /// Whether a constant factor may change its place in a product.
    fn may_gather(&self, factor: f64) -> bool {
        !self.strict || is_power_of_two(factor)
    }

    /// A number in the type of a value. Of what is not one float, there are zeros alone.
    pub(crate) fn like(&mut self, id: ValueId, value: f64) -> ValueId {
        let ty = self.graph().value(id).ty;
        if ty.is_array() {
            debug_assert!(value == 0.0, "an array has no {value}");
            return self.zero_array(id);
        }
        if !ty.is_real() {
            debug_assert!(value == 0.0, "a whole value has no {value}");
            return self.zero_like(id);
        }
        self.constant(ty, Constant::new(round_to(ty, value)))
    }

    /// Arithmetic on constants, rounded as the target would round it.
    fn fold(&mut self, primitive: Primitive, operands: &[ValueId]) -> Option<ValueId> {
        let numbers = operands.iter().map(|&id| self.number(id)).collect::<Option<Vec<_>>>()?;
        let ty = self.graph().value(operands[0]).ty;
        let exact = match (primitive, numbers.as_slice()) {
            (Primitive::add, [a, b]) => a + b,
            (Primitive::sub, [a, b]) => a - b,
            (Primitive::mul, [a, b]) => a * b,
            (Primitive::div, [a, b]) if *b != 0.0 => a / b,
            (Primitive::neg, [a]) => -a,
            _ => return None,
        };
        // Double rounding is innocuous here: f64 has more than twice the precision of f32.
        let folded = round_to(ty, exact);
        if matches!(ty, Ty::Real(Scalar::Parameter(_))) {
            // The type is not known, so only what both types hold exactly is computed here.
            let is_short = |number: f64| number == round_to(Ty::Real(Scalar::F32), number);
            let is_exact = primitive != Primitive::div || numbers[1] * folded == numbers[0];
            if !(is_exact && is_short(folded) && numbers.iter().copied().all(is_short)) {
                return None;
            }
        }
        Some(self.constant(ty, Constant::new(folded)))
    }
}

/// Rounds a number to the precision of a type.
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is what is asked for")]
pub(crate) fn round_to(ty: Ty, value: f64) -> f64 {
    match ty {
        Ty::Real(Scalar::F32) => f64::from(value as f32),
        _ => value,
    }
}

/// Whether multiplying by this number is exact.
fn is_power_of_two(value: f64) -> bool {
    value.is_normal() && value.to_bits().trailing_zeros() >= 52
}
