//! Helper functions: what a program consists of besides the function under examination, how they are called,
//! and which attributes they need for that.

use super::{Block, Expr, Form, Name, Node, Parameter, Program, Ty};
use crate::features::Scalar;

/// A function that others call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Helper {
    pub(crate) name: Name,
    pub(crate) home: Home,
    /// That of the program, or generic.
    pub(crate) scalar: Scalar,
    pub(crate) params: Vec<Parameter>,
    pub(crate) result: Ty,
    pub(crate) body: Block,
}

/// Where a helper is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// In nested modules; beside the function under examination if there are none.
    Module(&'static [Name]),
    /// In an `impl` of a struct.
    Impl(Name),
    /// In an `impl` of a trait for a struct; the trait declares it and its siblings.
    Trait(Name),
}

/// The trait of which there are methods.
pub(crate) const TRAIT: Name = "Model";

/// The name of the parameter that makes a function a method.
pub(crate) const SELF: Name = "self";

impl Home {
    pub(crate) const ROOT: Self = Self::Module(&[]);

    /// The modules around it.
    pub(crate) fn path(self) -> &'static [Name] {
        if let Home::Module(path) = self { path } else { &[] }
    }

    /// The struct that it is a function of.
    pub(crate) fn owner(self) -> Option<Name> {
        match self {
            Home::Module(_) => None,
            Home::Impl(name) | Home::Trait(name) => Some(name),
        }
    }
}

/// A call of a helper or of one of its siblings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invocation {
    pub(crate) name: Name,
    pub(crate) sibling: Sibling,
    /// Whether the scalar of a generic helper is written.
    pub(crate) turbofish: bool,
    pub(crate) args: Vec<Expr>,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sibling {
    /// The helper.
    Itself,
    /// `g_grad`
    Grad,
    /// `g_value_and_grad`
    ValueAndGrad,
    /// `g_jvp`
    Jvp,
}

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Grad,
    Vjp,
    Jvp,
    Jacobian,
    Hvp,
    Hessian,
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Mode::Grad => "grad",
            Mode::Vjp => "vjp",
            Mode::Jvp => "jvp",
            Mode::Jacobian => "jacobian",
            Mode::Hvp => "hvp",
            Mode::Hessian => "hessian",
        }
    }
}

impl Helper {
    /// The parameters that the attributes name: those of a method whose `self` varies.
    pub(crate) fn wrt(&self) -> Vec<Name> {
        let varies = self.params.iter().any(|param| param.name == SELF && param.active);
        self.params.iter().filter(|param| varies && param.active).map(|param| param.name).collect()
    }

    /// Whether it is called on a value.
    pub(crate) fn is_method(&self) -> bool {
        self.params.first().is_some_and(|param| param.name == SELF)
    }

    /// Whether what it is called on has to be constant.
    pub(crate) fn wants_constant_self(&self) -> bool {
        self.params.first().is_some_and(|param| param.name == SELF && !param.active && param.ty.reals() > 0)
    }

    /// Whether the first argument that it is differentiated by is of the type of the receiver, which has to vary then.
    pub(crate) fn takes_its_like(&self) -> bool {
        let mut others = self.params.iter().skip(1).filter(|param| param.active);
        others.next().is_some_and(|other| other.ty.owned() == self.params[0].ty.owned())
    }

    /// Whether what it is called on has to vary.
    pub(crate) fn wants_varying_self(&self) -> bool {
        self.params.first().is_some_and(|param| param.name == SELF && param.active)
    }

    /// How many reals the gradient has.
    pub(crate) fn reals(&self) -> usize {
        self.params.iter().filter(|param| param.active).map(|param| param.ty.reals()).sum()
    }

    /// The type that the sibling returns.
    pub(crate) fn result_of(&self, sibling: Sibling) -> Ty {
        let result = || self.result.clone();
        match sibling {
            Sibling::Itself => result(),
            Sibling::Grad => self.gradient(),
            Sibling::ValueAndGrad => Ty::Tuple(vec![result(), self.gradient()]),
            Sibling::Jvp => Ty::Tuple(vec![result(), result()]),
        }
    }

    /// The types of the sibling's parameters.
    pub(crate) fn params_of(&self, sibling: Sibling) -> Vec<Ty> {
        let mut types: Vec<Ty> = self.params.iter().map(|param| param.ty.clone()).collect();
        if sibling == Sibling::Jvp {
            types.extend(self.params.iter().filter(|param| param.active).map(|param| param.ty.owned()));
        }
        types
    }

    /// The type of the gradient.
    pub(crate) fn gradient(&self) -> Ty {
        let mut parts: Vec<Ty> =
            self.params.iter().filter(|param| param.active).map(|param| param.ty.owned()).collect();
        if parts.len() == 1 { parts.remove(0) } else { Ty::Tuple(parts) }
    }
}

impl Block {
    /// The calls of helpers in it.
    pub(crate) fn invocations(&self) -> Vec<Invocation> {
        let mut found = Vec::new();
        Expr::Block(self.clone()).walk_mut(&mut |node| {
            if let Node::Expr(Expr::Invoke(invocation)) = node {
                found.push(invocation.clone());
            }
        });
        found
    }
}

impl Program {
    pub(crate) fn helper(&self, name: Name) -> Option<&Helper> {
        self.helpers.iter().find(|helper| helper.name == name)
    }

    /// The attributes of the function under examination.
    pub(crate) fn entry_modes(&self) -> Vec<Mode> {
        let is_scalar = self.result == Ty::Real;
        if !self.modes {
            return vec![Mode::Grad];
        }
        let mut modes = vec![Mode::Vjp, Mode::Jvp];
        // Matrices have no shape for structs.
        let shaped = self.params.iter().map(|param| &param.ty).chain([&self.result]);
        let shaped =
            !shaped.into_iter().any(|ty| ty.has_struct(&|_| true)) && (is_scalar || !self.has_runs());
        if shaped {
            modes.push(Mode::Jacobian);
        }
        if is_scalar {
            modes.insert(0, Mode::Grad);
        }
        if is_scalar && self.is_curved(&self.body) {
            modes.push(Mode::Hvp);
            if shaped && self.has_hessian_of_runs() && !self.passes_structs() {
                modes.push(Mode::Hessian);
            }
        }
        modes
    }

    /// Whether there is a Hessian by the slices and arrays of `N` elements that the function is differentiated by: one
    /// slice of reals alone, and arrays whose reals are all reached by indices.
    fn has_hessian_of_runs(&self) -> bool {
        let active = || self.params.iter().filter(|param| param.active);
        active().all(|param| match &param.ty {
            Ty::Run(element, _, Form::Slice) => **element == Ty::Real && active().count() == 1,
            Ty::Run(element, ..) => !matches!(**element, Ty::Tuple(_)),
            _ => true,
        })
    }

    /// Whether the body calls helpers that take structs.
    fn passes_structs(&self) -> bool {
        let calls = self.body.invocations();
        let callees = calls.iter().filter_map(|call| self.helper(call.name));
        let mut types = callees.flat_map(|helper| &helper.params).map(|param| &param.ty);
        types.any(|ty| ty.has_struct(&|_| true))
    }

    /// Whether second derivatives can go through the calls in a body: what they return is one real, and what
    /// they call is the same.
    pub(crate) fn is_curved(&self, body: &Block) -> bool {
        let mut seen = Vec::new();
        let mut open = body.invocations();
        while let Some(call) = open.pop() {
            let Some(helper) = self.helper(call.name) else { continue };
            if call.sibling != Sibling::Itself || helper.result != Ty::Real {
                return false;
            }
            if !seen.contains(&call.name) {
                seen.push(call.name);
                open.extend(helper.body.invocations());
            }
        }
        true
    }

    /// The attributes of each helper: those that its callers need.
    pub(crate) fn helper_modes(&self) -> Vec<Vec<Mode>> {
        let mut all: Vec<Vec<Mode>> = vec![Vec::new(); self.helpers.len()];
        let calls: Vec<Vec<Invocation>> =
            self.helpers.iter().map(|helper| helper.body.invocations()).collect();
        let entry = (self.body.invocations(), self.entry_modes());
        loop {
            let before = all.clone();
            let callers = calls.iter().zip(&before).map(|(calls, modes)| (calls, &modes[..]));
            for (calls, modes) in callers.chain([(&entry.0, &entry.1[..])]) {
                for call in calls {
                    let Some(index) = self.helpers.iter().position(|helper| helper.name == call.name) else {
                        continue;
                    };
                    let several = self.helpers[index].result != Ty::Real;
                    for mode in needed(call.sibling, several, modes) {
                        if !all[index].contains(&mode) {
                            all[index].push(mode);
                        }
                    }
                }
            }
            if all == before {
                return all;
            }
        }
    }
}

/// The attributes that a callee needs for a caller that has some.
fn needed(sibling: Sibling, several: bool, modes: &[Mode]) -> Vec<Mode> {
    let mut needed = Vec::new();
    match sibling {
        Sibling::Itself => {}
        Sibling::Grad | Sibling::ValueAndGrad => needed.extend([Mode::Grad, Mode::Hvp]),
        Sibling::Jvp => needed.extend([Mode::Grad, Mode::Jvp, Mode::Hvp]),
    }
    for mode in modes {
        match mode {
            Mode::Jvp => needed.push(Mode::Jvp),
            Mode::Grad | Mode::Vjp | Mode::Jacobian if several => needed.push(Mode::Vjp),
            Mode::Grad | Mode::Vjp | Mode::Jacobian => needed.push(Mode::Grad),
            Mode::Hvp | Mode::Hessian => needed.extend([Mode::Grad, Mode::Hvp]),
        }
    }
    needed
}
