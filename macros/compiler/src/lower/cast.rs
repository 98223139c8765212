//! Casts, and the types that `let` gives to values.

use quote::{ToTokens, quote};
use syn::{Expr, ExprCast, Type};

use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{INTEGER_TYPES, Op, Precedence, Scalar, Ty, ValueId};
use crate::signature::Shape;

impl Lowerer<'_> {
    pub(super) fn cast(&mut self, cast: &ExprCast) -> Val {
        let value = self.expression(&cast.expr);
        let Val::Node(id) = value else {
            if !matches!(value, Val::Poison | Val::Never) {
                self.errors.report(&cast.expr, "only numbers can be cast; take one element");
            }
            return Val::Poison;
        };
        let scalar = self.signature.scalar(&cast.ty);
        if scalar.is_some() && matches!(self.builder.graph().value(id).op, Op::Call(_) | Op::Part(_)) {
            self.make_real(id, None);
        }
        if scalar.is_some() && self.is_whole(id) && self.is_varied(id) {
            self.errors.report(
                &cast.expr,
                "the macro cannot see whether this is an integer, and that decides the derivative; bind it with its \
                 type first: `let n: i32 = p.n;`",
            );
            return Val::Poison;
        }
        let is_number = scalar.is_some() || is_integer(&cast.ty);
        if !self.ty(id).is_real()
            && is_number
            && let Some(known) = self.fold_cast(id, scalar, &cast.ty.to_token_stream().to_string())
        {
            return known;
        }
        match (scalar, self.ty(id)) {
            (Some(scalar), Ty::Real(found)) => {
                // As in rustc, a bare literal takes the type that it is cast to.
                if matches!(&*cast.expr, Expr::Lit(_)) && matches!(found, Scalar::Variable(_)) {
                    self.types.unify(found, scalar);
                    return Val::Node(id);
                }
                Val::Node(self.cast_real(id, scalar))
            }
            (Some(scalar), _) => self.cast_opaque(id, &cast.ty, Ty::Real(scalar)),
            (None, Ty::Real(_)) if !is_integer(&cast.ty) => {
                self.errors.report(
                    &cast.ty,
                    "this type cannot be seen through, and whether it is a float decides the derivative; write `f64`, \
                     `f32` or an integer type",
                );
                Val::Poison
            }
            _ => self.cast_opaque(id, &cast.ty, Ty::Other),
        }
    }

    pub(super) fn cast_real(&mut self, id: ValueId, scalar: Scalar) -> ValueId {
        let varied = self.is_varied(id);
        let cast = self.builder.cast(id, Ty::Real(scalar));
        self.set_varied(cast, varied);
        cast
    }

    fn cast_opaque(&mut self, id: ValueId, ty: &Type, result: Ty) -> Val {
        let template = Template::new().hole(id, Precedence::Cast).tokens(quote!(as #ty));
        self.opaque(template, Precedence::Cast, result)
    }

    /// A `let` with a type: floats take it, opaque values keep it as tokens.
    pub(super) fn annotate(&mut self, value: Val, ty: &Type) -> Val {
        match (value, ty) {
            (Val::Tuple(parts), Type::Tuple(types)) if parts.len() == types.elems.len() => Val::Tuple(
                parts.into_iter().zip(&types.elems).map(|(part, ty)| self.annotate(part, ty)).collect(),
            ),
            (Val::Node(id), ty) if self.is_whole(id) => self.annotate_whole(id, ty),
            (Val::Node(id), ty) => match self.signature.scalar(ty) {
                Some(scalar) => {
                    let id = self.real(id);
                    if let Ty::Real(found) = self.ty(id) {
                        self.types.unify(found, scalar);
                    }
                    Val::Node(id)
                }
                None if self.ty(id).is_real() || matches!(ty, Type::Infer(_)) => Val::Node(id),
                None => {
                    let value = self.annotated(id, quote!(#ty));
                    if let (Val::Node(id), Shape::Struct(_)) = (&value, self.signature.shape(ty)) {
                        self.structs.insert(*id);
                    }
                    if let (Val::Node(id), Type::Array(_) | Type::Tuple(_)) = (&value, ty) {
                        let ty = self.with_known_lengths(ty);
                        self.list_types.insert(*id, ty);
                    }
                    value
                }
            },
            (Val::Array(parts), Type::Array(array)) => {
                Val::Array(parts.into_iter().map(|part| self.annotate(part, &array.elem)).collect())
            }
            (Val::Array(parts), Type::Reference(reference)) => {
                self.annotate(Val::Array(parts), &reference.elem)
            }
            (value, _) => value,
        }
    }
}

fn is_integer(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|ident| is_integer_name(&ident.to_string())))
}

/// Whether this is the name of a primitive integer type.
pub(super) fn is_integer_name(name: &str) -> bool {
    INTEGER_TYPES.contains(&name)
}
