//! What is in scope while a program grows, and the names for what comes next.

use super::Generator;
use super::helper::DEPTHS;
use crate::ast::{Expr, Name, SELF, Ty};
use crate::features::Feature;

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) name: Name,
    pub(super) ty: Ty,
    pub(super) mutable: bool,
    /// The least and the largest value of a counter.
    pub(super) range: Option<(usize, usize)>,
    /// Whether a counter's value is known at each point of the unrolled program.
    pub(super) known: bool,
    /// Whether it is differentiated with respect to, if it is a parameter that does not change.
    pub(super) varies: Option<bool>,
    /// How many loops go through it, so that it cannot be assigned to.
    pub(super) frozen: usize,
    /// How many loops change it, so that it cannot be named.
    pub(super) hidden: usize,
    /// How many loops carry it that had better not read it, so that no value of it has to be kept.
    pub(super) carried: usize,
    /// The slices, by their places in the scope, that have an element with this counter's number.
    pub(super) below: Vec<usize>,
}

/// Names that people use.
const PLAIN: &[Name] = &[
    "a", "b", "c", "d", "e", "g", "h", "p", "q", "r", "s", "t", "u", "v", "alpha", "beta", "delta", "sum",
    "scale", "shift", "acc", "rate", "mass", "step", "area", "load", "gain", "bias", "left", "right",
    "inner", "outer", "r2", "t1", "total", "ratio", "half", "depth", "level", "index", "count", "kind",
    "mode", "on",
];

/// Names that a compiler is likely to make up, too, or to use for something else.
const HOSTILE: &[Name] = &[
    "x_bar",
    "y_bar",
    "a_bar",
    "x_dot",
    "value",
    "result",
    "out",
    "gradient",
    "grad",
    "f_grad",
    "seed",
    "cotangent",
    "primal",
    "f",
    "tmp",
    "t0",
    "v0",
    "x_bar_2",
    "a_2",
    "cond",
    "branch",
    "returned",
    "sin",
    "core",
    "chainrule",
    "b_1",
    "_t",
    "self_",
    "exp",
    "max",
];

/// Names of `const` items.
pub(super) const CONSTS: &[Name] = &["RATE", "K", "SCALE", "OFFSET", "G0"];

/// Names of `const` items that are arrays.
pub(super) const TABLES: &[Name] = &["WEIGHTS", "TABLE"];

impl Generator {
    /// The variables that can be named: those that no later one hides.
    pub(super) fn visible(&self) -> Vec<&Binding> {
        let mut seen: Vec<Name> = Vec::new();
        let mut found = Vec::new();
        for binding in self.scope.iter().rev() {
            if !seen.contains(&binding.name) {
                seen.push(binding.name);
                found.push(binding);
            }
        }
        found.retain(|binding| binding.hidden == 0);
        found
    }

    /// Everything of a type that can be read: variables, fields of tuples and structs.
    pub(super) fn readable(&self, ty: &Ty) -> Vec<Expr> {
        if ty.is_copy() { self.places(ty) } else { Vec::new() }
    }

    /// Everything of a type that can be looked at, if not moved.
    pub(super) fn places(&self, ty: &Ty) -> Vec<Expr> {
        let mut found = Vec::new();
        for binding in self.visible().into_iter().filter(|binding| binding.carried == 0) {
            collect(&Expr::Var(binding.name), &binding.ty, ty, &mut found);
            if let Ty::Ref(inner) | Ty::Mut(inner) = &binding.ty
                && **inner == *ty
            {
                let implicit = matches!(binding.ty, Ty::Ref(_)) && self.fuel.is_multiple_of(2);
                found.push(Expr::Deref(Box::new(Expr::Var(binding.name)), implicit));
            }
        }
        found
    }

    /// Variables of a type that can be assigned to.
    pub(super) fn assignable(&self, ty: &Ty) -> Vec<Name> {
        if self.in_guard {
            return Vec::new();
        }
        let free = |binding: &&Binding| binding.mutable && binding.ty == *ty && self.is_free(binding);
        self.visible().into_iter().filter(free).map(|binding| binding.name).collect()
    }

    /// Whether nothing prevents assignments to a variable.
    pub(super) fn is_free(&self, binding: &Binding) -> bool {
        let inside = self.scope[self.barrier..].iter().any(|other| std::ptr::eq(other, binding));
        binding.frozen == 0 && inside
    }

    /// A name for a new variable: mostly an unused one.
    pub(super) fn name(&mut self) -> Name {
        if self.has(Feature::Shadowing) && self.rng.chance(20) {
            let mut names: Vec<Name> = self.visible().iter().map(|binding| binding.name).collect();
            // A pattern with the name of a constant is another pattern, and a recursion has to end.
            names.retain(|name| !TABLES.contains(name) && !DEPTHS.contains(name) && *name != SELF);
            if !names.is_empty() {
                return self.rng.pick(&names);
            }
        }
        let hostile = self.has(Feature::HostileNames) && self.rng.chance(20);
        let pool = if hostile { HOSTILE } else { PLAIN };
        let used = |name: &Name| self.scope.iter().any(|binding| binding.name == *name);
        let free: Vec<Name> = pool.iter().filter(|name| !used(name)).copied().collect();
        if free.is_empty() { self.rng.pick(PLAIN) } else { self.rng.pick(&free) }
    }

    pub(super) fn bind(&mut self, name: Name, ty: Ty, mutable: bool) {
        let (range, known, varies) = (None, false, None);
        let below = Vec::new();
        self.scope.push(Binding {
            name,
            ty,
            mutable,
            range,
            known,
            varies,
            frozen: 0,
            hidden: 0,
            carried: 0,
            below,
        });
    }

    /// Binds something that counts.
    pub(super) fn bind_counter(&mut self, name: Name, ty: Ty, range: (usize, usize), known: bool) {
        let (range, mutable, varies) = (Some(range), false, None);
        let below = Vec::new();
        self.scope.push(Binding {
            name,
            ty,
            mutable,
            range,
            known,
            varies,
            frozen: 0,
            hidden: 0,
            carried: 0,
            below,
        });
    }
}

/// Adds `place` and the fields in it that have the wanted type.
fn collect(place: &Expr, has: &Ty, wanted: &Ty, found: &mut Vec<Expr>) {
    if has == wanted {
        found.push(place.clone());
    }
    match has {
        Ty::Tuple(types) => {
            for (index, ty) in types.iter().enumerate() {
                collect(&Expr::Field(Box::new(place.clone()), index), ty, wanted, found);
            }
        }
        Ty::Array(element, length) if matches!(**element, Ty::Struct(_)) => {
            for index in 0..*length {
                let element_place = Expr::Index(Box::new(place.clone()), Box::new(Expr::Size(index)));
                collect(&element_place, element, wanted, found);
            }
        }
        _ => {
            for field in has.record().iter().flat_map(|of| &of.fields) {
                let member = Expr::Member(Box::new(place.clone()), field.name);
                match &field.ty {
                    Ty::Real | Ty::Struct(_) => collect(&member, &field.ty, wanted, found),
                    Ty::Array(element, length) if **element == *wanted => {
                        let index =
                            |index| Expr::Index(Box::new(member.clone()), Box::new(Expr::Size(index)));
                        found.extend((0..*length).map(index));
                    }
                    // The macro has to be told what they are.
                    _ => {}
                }
            }
        }
    }
}
