//! Structs: their literals, their fields, and what is moved out of them.

use std::sync::Arc;

use super::{Checked, IllTyped, Scope};
use crate::ast::{Block, Expr, Name, Parameter, Pat, Program, Record, RecordPat, SELF, Struct, Ty};
use crate::features::Scalar;

/// Checks the definitions.
pub(super) fn structs(program: &Program) -> Checked<()> {
    for of in &program.structs {
        let active = of.fields.iter().filter(|field| !field.constant);
        let own = Ty::Struct(of.clone());
        let moves = of.is_copy && of.fields.iter().any(|field| !field.ty.is_copy());
        if active.map(|field| field.ty.reals()).sum::<usize>() == 0 || own.reals() == 0 || moves {
            return Err(IllTyped("a struct"));
        }
        // All its reals have one type, those of the structs in it included.
        if of.is_generic && of.fields.iter().any(|field| field.ty.has_struct(&|inner| !inner.is_generic)) {
            return Err(IllTyped("a struct in a generic one"));
        }
    }
    Ok(())
}

/// Whether each struct among the parameters has a field read: that is how the macro, which sees no definitions, tells
/// it from an enum.
pub(crate) fn are_used(params: &[Parameter], body: &Block) -> bool {
    // What `self` is, the attributes say, and what is left out by them does not matter.
    let unused = |param: &&Parameter| {
        let told = param.name == SELF || !param.active;
        !told && param.ty.has_struct(&|_| true) && !reads_field(param.name, body)
    };
    !params.iter().any(|param| unused(&param))
}

/// Whether a field of the variable is read.
pub(crate) fn reads_field(name: Name, body: &Block) -> bool {
    Expr::Block(body.clone())
        .descendants()
        .iter()
        .any(|expr| matches!(expr, Expr::Member(inner, _) if inner.root() == Some(name)))
}

impl Scope<'_> {
    /// Whether the type can be written here: only generic structs have reals of a generic type.
    pub(super) fn writes(&self, ty: &Ty) -> bool {
        let known = |of: &Struct| self.program.structs.iter().any(|own| **own == *of);
        let fits = |of: &Struct| known(of) && (of.is_generic || self.scalar != Scalar::Generic);
        !ty.has_struct(&|of| !fits(of))
    }

    /// The type of something that is looked at where it is, not moved from there.
    pub(super) fn seen(&mut self, expr: &Expr) -> Checked<Ty> {
        match expr {
            Expr::Var(name) => match self.find(name) {
                Some(binding) if binding.hidden == 0 => Ok(binding.ty.clone()),
                _ => Err(IllTyped("an unbound name")),
            },
            Expr::Member(inner, name) => {
                let ty = self.seen(inner)?;
                match ty.record().and_then(|of| of.field(name)) {
                    Some(field) => Ok(field.ty.clone()),
                    None => Err(IllTyped("no such field")),
                }
            }
            Expr::Index(array, index) => {
                let array = self.seen(array)?;
                super::expect(self.kind(index)?, &Ty::Size)?;
                match array.item() {
                    Some(element) => Ok(element.clone()),
                    None => Err(IllTyped("an element of something else")),
                }
            }
            other => self.ty(other),
        }
    }

    /// The type of something that is copied from where it is.
    pub(super) fn copied(&mut self, expr: &Expr) -> Checked<Ty> {
        let ty = self.seen(expr)?;
        if ty.is_copy() { Ok(ty) } else { Err(IllTyped("something is moved")) }
    }

    pub(super) fn record(&mut self, record: &Record) -> Checked<Ty> {
        let ty = Ty::Struct(record.of.clone());
        if !self.writes(&ty) || record.of.is_tuple && record.base.is_some() {
            return Err(IllTyped("a struct that cannot be written here"));
        }
        let mut given = Vec::new();
        for (name, e) in &record.fields {
            let Some(field) = record.of.field(name) else { return Err(IllTyped("no such field")) };
            if given.contains(name) || self.ty(e)? != field.ty || field.constant && !self.is_passive(e) {
                return Err(IllTyped("a field"));
            }
            given.push(*name);
        }
        let missing = || record.of.fields.iter().filter(|field| !given.contains(&field.name));
        match &record.base {
            Some(base) => {
                let moves = missing().any(|field| !field.ty.is_copy());
                if self.seen(base)? != ty || moves || missing().count() == 0 {
                    return Err(IllTyped("a base"));
                }
            }
            None if missing().count() > 0 => return Err(IllTyped("a missing field")),
            None => {}
        }
        Ok(ty)
    }

    /// Whether a value surely depends on nothing that is differentiated with respect to.
    fn is_passive(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Lit(_) | Expr::Const(_) | Expr::Std(_) | Expr::Int(_) | Expr::Bool(_) | Expr::Size(_) => {
                true
            }
            Expr::Var(name) => self.find(name).is_some_and(|binding| binding.ty.reals() == 0),
            Expr::Member(inner, name) => {
                let field = |ty: &Ty| ty.record().and_then(|of: &Arc<Struct>| of.field(name).cloned());
                let root = inner.root().and_then(|root| self.find(root));
                matches!(**inner, Expr::Var(_))
                    && root.and_then(|root| field(&root.ty)).is_some_and(|field| field.constant)
            }
            Expr::Cast(_, e) | Expr::Neg(e) => self.is_passive(e),
            Expr::Bin(_, a, b) => self.is_passive(a) && self.is_passive(b),
            Expr::Array(list) => list.iter().all(|e| self.is_passive(e)),
            _ => false,
        }
    }

    pub(super) fn bind_record(&mut self, pat: &RecordPat, ty: &Ty, irrefutable: bool) -> Checked<()> {
        if *ty != Ty::Struct(pat.of.clone()) || !ty.is_copy() {
            return Err(IllTyped("a pattern of another type"));
        }
        let positions = pat.fields.iter().zip(&pat.of.fields).all(|((name, _), field)| *name == field.name);
        let some_left = pat.fields.len() < pat.of.fields.len();
        if pat.of.is_tuple && !positions || some_left && !pat.rest {
            return Err(IllTyped("a pattern of other fields"));
        }
        let mut names = Vec::new();
        for (name, inner) in &pat.fields {
            let Some(field) = pat.of.field(name) else { return Err(IllTyped("no such field")) };
            if let Pat::Bind(own) | Pat::BindMut(own) = inner {
                if !matches!(field.ty, Ty::Real | Ty::Struct(_)) {
                    return Err(IllTyped("a field whose type is not seen"));
                }
                if names.contains(own) {
                    return Err(IllTyped("a name twice"));
                }
                names.push(own);
            }
            self.bind(inner, &field.ty, irrefutable)?;
        }
        Ok(())
    }
}
