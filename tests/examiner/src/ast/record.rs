//! Structs.

use std::sync::Arc;

use super::{Expr, Name, Pat, Ty};

/// The definition of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Struct {
    pub(crate) name: Name,
    pub(crate) fields: Vec<Field>,
    /// Its fields are written by position.
    pub(crate) is_tuple: bool,
    pub(crate) is_copy: bool,
    /// `Name<T>`, where the reals are of type `T`.
    pub(crate) is_generic: bool,
}

/// A field; those of tuple structs are named by their positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: Name,
    pub(crate) ty: Ty,
    /// `#[differentiable(constant)]`
    pub(crate) constant: bool,
}

/// A struct literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) of: Arc<Struct>,
    pub(crate) fields: Vec<(Name, Expr)>,
    /// `..base`
    pub(crate) base: Option<Box<Expr>>,
}

/// A pattern that takes a struct apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordPat {
    pub(crate) of: Arc<Struct>,
    pub(crate) fields: Vec<(Name, Pat)>,
    /// Whether `..` stands for the other fields.
    pub(crate) rest: bool,
}

impl Struct {
    pub(crate) fn index(&self, name: Name) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    pub(crate) fn field(&self, name: Name) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Ty {
    /// The struct that it is, or that it is a reference to.
    pub(crate) fn record(&self) -> Option<&Arc<Struct>> {
        match self {
            Ty::Struct(of) => Some(of),
            Ty::Ref(inner) | Ty::Mut(inner) => inner.record(),
            _ => None,
        }
    }

    /// Whether there is a struct in it that satisfies the predicate.
    pub(crate) fn has_struct(&self, predicate: &dyn Fn(&Struct) -> bool) -> bool {
        match self {
            Ty::Struct(of) => predicate(of) || of.fields.iter().any(|field| field.ty.has_struct(predicate)),
            Ty::Tuple(types) => types.iter().any(|ty| ty.has_struct(predicate)),
            Ty::Array(inner, _) | Ty::Slice(inner, _) | Ty::Ref(inner) | Ty::Mut(inner) => {
                inner.has_struct(predicate)
            }
            _ => false,
        }
    }

    /// Whether a value can be used twice.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(self, Ty::Ref(_)) || !self.has_struct(&|of| !of.is_copy)
    }

    /// Whether nothing but reals in arrays is in it.
    pub(crate) fn is_pure(&self) -> bool {
        match self {
            Ty::Real => true,
            Ty::Array(element, _) | Ty::Slice(element, _) => element.is_pure(),
            Ty::Ref(inner) | Ty::Mut(inner) => inner.is_pure(),
            _ => false,
        }
    }
}
