//! Which float type a literal has: unification, as rustc does it, of the types of real values.

use crate::graph::{Scalar, Ty};

/// Type variables and what is known of them.
#[derive(Default)]
pub(crate) struct Unifier {
    /// What each variable stands for: another variable, or a type.
    bound: Vec<Option<Scalar>>,
}

impl Unifier {
    pub(crate) fn fresh(&mut self) -> Ty {
        self.bound.push(None);
        Ty::Real(Scalar::Variable(self.bound.len() - 1))
    }

    /// Makes two scalars one type. `false` if they are different types, which rustc reports in the primal.
    pub(crate) fn unify(&mut self, a: Scalar, b: Scalar) -> bool {
        match (self.resolve(a), self.resolve(b)) {
            (Scalar::Variable(x), Scalar::Variable(y)) if x == y => true,
            (Scalar::Variable(x), other) | (other, Scalar::Variable(x)) => {
                self.bound[x] = Some(other);
                true
            }
            (x, y) => x == y,
        }
    }

    pub(crate) fn resolve(&self, mut scalar: Scalar) -> Scalar {
        while let Scalar::Variable(variable) = scalar {
            match self.bound[variable] {
                Some(next) => scalar = next,
                None => break,
            }
        }
        scalar
    }

    /// The final type: like rustc, an unconstrained float literal is an `f64`.
    pub(crate) fn settle(&self, ty: Ty) -> Ty {
        match ty {
            Ty::Real(scalar) => Ty::Real(self.settle_scalar(scalar)),
            Ty::Array(scalar) => Ty::Array(self.settle_scalar(scalar)),
            other => other,
        }
    }

    fn settle_scalar(&self, scalar: Scalar) -> Scalar {
        match self.resolve(scalar) {
            Scalar::Variable(_) => Scalar::F64,
            known => known,
        }
    }
}
