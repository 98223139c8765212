//! Calls of helpers.

use super::{Binding, Checked, IllTyped, Scope};
use crate::ast::{Expr, Helper, Home, Invocation, Pat, Program, Sibling, Ty};
use crate::features::Scalar;
use crate::oracle::CURVED;

/// Checks the helpers: those of one name, parameters without reals, and cycles of types that rustc would refuse.
pub(super) fn helpers(program: &Program) -> Checked<()> {
    for (index, helper) in program.helpers.iter().enumerate() {
        if program.helpers[..index].iter().any(|other| other.name == helper.name) {
            return Err(IllTyped("two helpers of one name"));
        }
        let active = helper.params.iter().filter(|param| param.active).map(|param| param.ty.reals());
        if active.sum::<usize>() == 0 || helper.result.reals() == 0 {
            return Err(IllTyped("a helper without reals"));
        }
        if helper.scalar != program.scalar && helper.scalar != Scalar::Generic {
            return Err(IllTyped("a helper of another scalar"));
        }
        home(program, helper)?;
        Scope::of_helper(program, helper).function(&helper.params, &helper.body)?;
    }
    Ok(())
}

/// Methods have to suit the struct that they are methods of.
fn home(program: &Program, helper: &Helper) -> Checked<()> {
    let Some(owner) = helper.home.owner() else {
        return if helper.is_method() { Err(IllTyped("a method of nothing")) } else { Ok(()) };
    };
    let Some(of) = program.structs.iter().find(|of| of.name == owner) else {
        return Err(IllTyped("a method of an unknown struct"));
    };
    if helper.is_method() && helper.params[0].ty.record() != Some(of) {
        return Err(IllTyped("self of another type"));
    }
    if (helper.scalar == Scalar::Generic) != of.is_generic {
        return Err(IllTyped("a method of another scalar"));
    }
    let declared = matches!(helper.home, Home::Trait(_));
    let plain = helper.result == Ty::Real && !of.is_generic && helper.is_method();
    let mutable = helper.params.iter().any(|param| param.mutable);
    let others = program.helpers.iter().any(|other| match other.home {
        Home::Trait(other) => other != owner,
        _ => false,
    });
    if declared && (!plain || others || mutable) {
        return Err(IllTyped("a method that the trait cannot declare"));
    }
    Ok(())
}

impl<'a> Scope<'a> {
    fn of_helper(program: &'a Program, helper: &'a Helper) -> Self {
        // Constants are named without a path, and generic functions bring them over from `f64`.
        let consts = helper.home.path().is_empty()
            && !(helper.scalar == Scalar::Generic && program.scalar == Scalar::F32);
        Scope::new(program, (helper.scalar, &helper.result), consts)
    }

    /// The variable that a method is called on, or on a part of.
    fn receiver(&self, receiver: &Expr) -> Option<&Binding> {
        let receiver = if let Expr::Borrow(inner) = receiver { inner } else { receiver };
        receiver.root().and_then(|name| self.find(name))
    }

    /// What a call returns that is bound at once: its type has to be seen.
    pub(super) fn bound_invocation(&mut self, call: &Invocation, pat: &Pat, written: bool) -> Checked<Ty> {
        let ty = self.invocation(call)?;
        let seen = match &ty {
            Ty::Real | Ty::Struct(_) => true,
            Ty::Tuple(types) => matches!(pat, Pat::Tuple(_)) && types.iter().all(|ty| *ty == Ty::Real),
            _ => false,
        };
        if seen || written { Ok(ty) } else { Err(IllTyped("a result whose type is not seen")) }
    }

    pub(super) fn invocation(&mut self, call: &Invocation) -> Checked<Ty> {
        let program = self.program;
        let Some(helper) = program.helper(call.name) else { return Err(IllTyped("an unknown helper")) };
        if helper.scalar != self.scalar && helper.scalar != Scalar::Generic {
            return Err(IllTyped("a helper of another scalar"));
        }
        if call.turbofish && (helper.scalar != Scalar::Generic || helper.home.owner().is_some()) {
            return Err(IllTyped("generic arguments of a plain helper"));
        }
        let curved =
            || helper.result == Ty::Real && helper.reals() <= CURVED && program.is_curved(&helper.body);
        if call.sibling != Sibling::Itself && !curved() {
            return Err(IllTyped("a nested gradient without second derivatives"));
        }
        let types = helper.params_of(call.sibling);
        if types.len() != call.args.len() {
            return Err(IllTyped("the number of arguments"));
        }
        // The macro knows a method's attributes by whether what it is called on varies.
        let receiver = call.args.first().and_then(|receiver| self.receiver(receiver));
        let varies = receiver.and_then(|binding| binding.varies);
        let constant = helper.wants_constant_self() && (varies != Some(false) || helper.takes_its_like());
        if constant || helper.wants_varying_self() && varies != Some(true) {
            return Err(IllTyped("a receiver"));
        }
        let mut borrowed = Vec::new();
        for (arg, ty) in call.args.iter().zip(&types) {
            if borrowed.iter().any(|&name| arg.assigns_to(name)) {
                return Err(IllTyped("an assignment to what is borrowed"));
            }
            let found = match arg {
                Expr::Borrow(inner) => {
                    borrowed.extend(inner.root());
                    Ty::Ref(Box::new(self.seen(inner)?))
                }
                arg => self.ty(arg)?,
            };
            if found != *ty {
                return Err(IllTyped("an argument of another type"));
            }
        }
        Ok(helper.result_of(call.sibling))
    }
}
