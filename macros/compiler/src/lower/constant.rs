//! Integers and conditions whose value is known: literals, counters of unrolled loops, lengths of arrays.
//!
//! They are computed here, so that unrolled code has no branch that is never taken and no index that is not
//! a literal. What could overflow or panic is left to rustc.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use syn::{BinOp, Expr, ExprLit, Lit, Pat, RangeLimits};

use super::{Lowerer, Val};
use crate::graph::{Comparison, Constant, Precedence, Scalar, Ty, ValueId};

/// An integer and the type that its suffix gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    pub(super) value: i64,
    pub(super) suffix: Option<&'static str>,
}

impl Lowerer<'_> {
    pub(super) fn known(&self, value: &Val) -> Option<Known> {
        match value {
            Val::Node(id) => self.builder.known_literal(*id).map(|(value, suffix)| Known { value, suffix }),
            _ => None,
        }
    }

    /// The value as a count or an index.
    pub(super) fn known_size(&self, value: &Val) -> Option<usize> {
        self.known(value).and_then(|known| usize::try_from(known.value).ok())
    }

    pub(super) fn known_condition(&self, value: &Val) -> Option<bool> {
        match value {
            Val::Node(id) => self.builder.known_boolean(*id),
            _ => None,
        }
    }

    /// An integer as a literal.
    pub(super) fn integer(&mut self, known: Known) -> Val {
        let magnitude = Literal::u64_unsuffixed(known.value.unsigned_abs());
        let literal: TokenStream = match known.suffix {
            Some(suffix) => format!("{magnitude}_{suffix}").parse().unwrap_or_default(),
            None => TokenTree::from(magnitude).into(),
        };
        if known.value < 0 {
            self.leaf(quote!(-#literal), Precedence::Unary, Ty::Other)
        } else {
            self.leaf(literal, Precedence::Postfix, Ty::Other)
        }
    }

    pub(super) fn size(&mut self, value: usize) -> Val {
        self.integer(Known { value: i64::try_from(value).unwrap_or(i64::MAX), suffix: None })
    }

    /// Integer arithmetic on known operands.
    pub(super) fn fold_arithmetic(&mut self, operator: &BinOp, left: &Val, right: &Val) -> Option<Val> {
        let (left, right) = (self.known(left)?, self.known(right)?);
        let (a, b) = (left.value, right.value);
        let value = match operator {
            BinOp::Add(_) | BinOp::AddAssign(_) => a.checked_add(b),
            BinOp::Sub(_) | BinOp::SubAssign(_) => a.checked_sub(b),
            BinOp::Mul(_) | BinOp::MulAssign(_) => a.checked_mul(b),
            BinOp::Div(_) | BinOp::DivAssign(_) => a.checked_div(b),
            BinOp::Rem(_) | BinOp::RemAssign(_) => a.checked_rem(b),
            BinOp::BitAnd(_) | BinOp::BitAndAssign(_) => Some(a & b),
            BinOp::BitOr(_) | BinOp::BitOrAssign(_) => Some(a | b),
            BinOp::BitXor(_) | BinOp::BitXorAssign(_) => Some(a ^ b),
            BinOp::Shl(_) | BinOp::ShlAssign(_) => {
                u32::try_from(b).ok().filter(|&b| b < 31).and_then(|b| a.checked_shl(b))
            }
            BinOp::Shr(_) | BinOp::ShrAssign(_) => {
                u32::try_from(b).ok().filter(|&b| b < 31).and_then(|b| a.checked_shr(b))
            }
            _ => None,
        }?;
        let suffix = match operator {
            BinOp::Shl(_) | BinOp::ShlAssign(_) | BinOp::Shr(_) | BinOp::ShrAssign(_) => left.suffix,
            _ => left.suffix.or(right.suffix),
        };
        self.fitting(Known { value, suffix })
    }

    /// The integer, if its type holds it.
    fn fitting(&mut self, known: Known) -> Option<Val> {
        let fits = known.suffix.is_none_or(|suffix| holds(suffix, known.value));
        fits.then(|| self.integer(known))
    }

    pub(super) fn fold_negation(&mut self, operand: ValueId) -> Option<Val> {
        let Known { value, suffix } = self.known(&Val::Node(operand))?;
        self.fitting(Known { value: value.checked_neg()?, suffix })
    }

    pub(super) fn fold_comparison(
        &mut self,
        comparison: Comparison,
        left: ValueId,
        right: ValueId,
    ) -> Option<Val> {
        let (left, right) = (Val::Node(left), Val::Node(right));
        let holds = match (self.known(&left), self.known(&right)) {
            (Some(left), Some(right)) => compare(comparison, &left.value, &right.value),
            _ => compare(comparison, &self.known_condition(&left)?, &self.known_condition(&right)?),
        };
        Some(Val::Node(self.boolean(holds)))
    }

    /// `n as f64`, or to an integer type.
    pub(super) fn fold_cast(&mut self, operand: ValueId, scalar: Option<Scalar>, name: &str) -> Option<Val> {
        let known = self.known(&Val::Node(operand))?;
        match scalar {
            Some(scalar) => self.known_real(known, scalar).map(Val::Node),
            None => {
                holds(name, known.value).then(|| self.integer(Known { value: known.value, suffix: None }))
            }
        }
    }

    /// An integer as a floating-point constant, if the type holds it exactly.
    pub(super) fn known_real(&mut self, known: Known, scalar: Scalar) -> Option<ValueId> {
        let largest = match scalar {
            Scalar::F64 => 1_i64 << 53,
            Scalar::F32 => 1_i64 << 24,
            Scalar::Parameter(_) | Scalar::Variable(_) => return None,
        };
        if known.value.abs() > largest {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "the number is small enough")]
        let value = known.value as f64;
        let id = self.builder.constant(Ty::Real(scalar), Constant::new(value));
        self.set_varied(id, false);
        Some(id)
    }

    /// Methods of integers, on known operands.
    pub(super) fn fold_method(&mut self, name: &str, operands: &[Val]) -> Option<Val> {
        let operands: Vec<Known> =
            operands.iter().map(|operand| self.known(operand)).collect::<Option<_>>()?;
        let suffix = operands.iter().find_map(|known| known.suffix);
        let values: Vec<i64> = operands.iter().map(|known| known.value).collect();
        let value = match (name, values.as_slice()) {
            ("abs", [a]) => a.checked_abs(),
            ("signum", [a]) => Some(a.signum()),
            ("pow", &[a, b]) => a.checked_pow(u32::try_from(b).ok()?),
            ("min", [a, b]) => Some(*a.min(b)),
            ("max", [a, b]) => Some(*a.max(b)),
            ("clamp", &[a, low, high]) if low <= high => Some(a.clamp(low, high)),
            ("abs_diff", [a, b]) => a.checked_sub(*b).and_then(i64::checked_abs),
            ("rem_euclid", &[a, b]) => a.checked_rem_euclid(b),
            ("div_euclid", &[a, b]) => a.checked_div_euclid(b),
            ("div_ceil", &[a, b]) if a >= 0 && b > 0 => Some(a / b + i64::from(a % b != 0)),
            ("wrapping_add" | "saturating_add", &[a, b]) => small(a.checked_add(b)?),
            ("wrapping_mul" | "saturating_mul", &[a, b]) => small(a.checked_mul(b)?),
            ("wrapping_sub", &[a, b]) => small(a.checked_sub(b)?),
            ("saturating_sub", &[a, b]) => match (a.checked_sub(b)?, suffix) {
                (difference @ 0.., _) => small(difference),
                (_, Some(suffix)) if suffix.starts_with('u') => Some(0),
                _ => None,
            },
            ("is_multiple_of", &[a, b]) if a >= 0 && b > 0 => {
                return Some(Val::Node(self.boolean(a % b == 0)));
            }
            ("is_power_of_two", &[a]) => {
                let a = u64::try_from(a).ok()?;
                return Some(Val::Node(self.boolean(a.is_power_of_two())));
            }
            _ => None,
        }?;
        self.fitting(Known { value, suffix })
    }
}

/// A result that no integer type makes wrap or saturate.
fn small(value: i64) -> Option<i64> {
    (0..=127).contains(&value).then_some(value)
}

/// Whether an integer type holds a value.
fn holds(name: &str, value: i64) -> bool {
    let (is_signed, bits) = (name.starts_with('i'), name[1..].parse::<u32>().unwrap_or(32));
    match (is_signed, bits) {
        (true, 64..) => true,
        (true, bits) => (-(1_i64 << (bits - 1))..1_i64 << (bits - 1)).contains(&value),
        (false, 63..) => value >= 0,
        (false, bits) => (0..1_i64 << bits).contains(&value),
    }
}

fn compare<T: PartialOrd>(comparison: Comparison, left: &T, right: &T) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterEqual => left >= right,
    }
}

/// Whether a pattern matches a known integer, if its syntax tells.
pub(super) fn matches(pattern: &Pat, value: i64) -> Option<bool> {
    match pattern {
        Pat::Wild(_) => Some(true),
        Pat::Paren(inner) => matches(&inner.pat, value),
        Pat::Lit(literal) => Some(literal_of(literal)? == value),
        Pat::Or(or) => {
            let cases = or.cases.iter().map(|case| matches(case, value)).collect::<Option<Vec<_>>>()?;
            Some(cases.contains(&true))
        }
        Pat::Range(range) => {
            let bound = |bound: &Option<Box<Expr>>| match bound {
                Some(bound) => integer_of(bound).map(Some),
                None => Some(None),
            };
            let (start, end): (Option<i64>, Option<i64>) = (bound(&range.start)?, bound(&range.end)?);
            let is_below = match (end, &range.limits) {
                (None, _) => true,
                (Some(end), RangeLimits::HalfOpen(_)) => value < end,
                (Some(end), RangeLimits::Closed(_)) => value <= end,
            };
            Some(start.is_none_or(|start| start <= value) && is_below)
        }
        _ => None,
    }
}

/// The integer that an expression of a literal is, sign included.
fn integer_of(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Lit(literal) => literal_of(literal),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => Some(-integer_of(&unary.expr)?),
        Expr::Paren(inner) => integer_of(&inner.expr),
        Expr::Group(inner) => integer_of(&inner.expr),
        _ => None,
    }
}

fn literal_of(literal: &ExprLit) -> Option<i64> {
    match &literal.lit {
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    }
}
