//! Iterators, closures and what reduces them to one value.

use super::{Expr, Name, Pat};

/// How the elements of an array are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// `x`, or `x.into_iter()` where a method follows
    Value,
    /// `&x`, or `x.iter()` where a method follows
    Ref,
    /// `x.iter()`
    Iter,
    /// `x.iter().copied()`
    Copied,
}

/// Something that a loop or a reduction goes through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Iter {
    /// `low..high`, or `low..=high` when true
    Range(Box<Expr>, Box<Expr>, bool),
    Items(Box<Expr>, Access),
    /// `x[low..high].iter()`
    Part(Box<Expr>, Box<Expr>, Box<Expr>),
    Windows(Box<Expr>, usize),
    Chunks(Box<Expr>, usize),
    /// `x.iter_mut()`
    Mut(Name),
    Rev(Box<Iter>),
    Step(Box<Iter>, usize),
    Skip(Box<Iter>, usize),
    Take(Box<Iter>, usize),
    Enumerate(Box<Iter>),
    Zip(Box<Iter>, Box<Iter>),
    Map(Box<Iter>, Closure),
    /// `low..`, which only `zip` ends
    From(Box<Expr>),
    Chain(Box<Iter>, Box<Iter>),
    Flatten(Box<Iter>),
    /// Keeps what the compiler knows to hold for counters.
    Filter(Box<Iter>, Closure),
}

/// `|pattern, …| body`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Closure {
    pub(crate) params: Vec<Pat>,
    pub(crate) body: Box<Expr>,
}

/// What ends a chain of iterators.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reduction {
    Sum,
    Product,
    /// `fold(f64::NEG_INFINITY, f64::max)`
    Largest,
    /// `fold(f64::INFINITY, f64::min)`
    Smallest,
    Fold(Box<Expr>, Closure),
    All(Closure),
    Any(Closure),
}

impl Iter {
    /// The expressions in it, in the order of evaluation; the bodies of closures last.
    pub(super) fn operands_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Iter::Range(a, b, _) => vec![a, b],
            Iter::Items(a, _) | Iter::Windows(a, _) | Iter::Chunks(a, _) | Iter::From(a) => vec![a],
            Iter::Part(a, low, high) => vec![a, low, high],
            Iter::Mut(_) => Vec::new(),
            Iter::Rev(inner)
            | Iter::Step(inner, _)
            | Iter::Skip(inner, _)
            | Iter::Take(inner, _)
            | Iter::Flatten(inner)
            | Iter::Enumerate(inner) => inner.operands_mut(),
            Iter::Zip(a, b) | Iter::Chain(a, b) => {
                let mut all = a.operands_mut();
                all.extend(b.operands_mut());
                all
            }
            Iter::Map(inner, closure) | Iter::Filter(inner, closure) => {
                let mut all = inner.operands_mut();
                all.push(&mut closure.body);
                all
            }
        }
    }

    /// Whether something in it assigns to a variable.
    pub(crate) fn assigns_to(&self, name: Name) -> bool {
        self.clone().operands_mut().iter().any(|operand| operand.assigns_to(name))
    }

    /// The variables that are borrowed while the iterator lives.
    pub(crate) fn borrowed(&self) -> Vec<Name> {
        match self {
            Iter::Range(..) | Iter::From(_) | Iter::Items(_, Access::Value) => Vec::new(),
            Iter::Items(array, _)
            | Iter::Part(array, ..)
            | Iter::Windows(array, _)
            | Iter::Chunks(array, _) => array.root().into_iter().collect(),
            Iter::Mut(name) => vec![name],
            Iter::Rev(inner)
            | Iter::Step(inner, _)
            | Iter::Skip(inner, _)
            | Iter::Take(inner, _)
            | Iter::Flatten(inner)
            | Iter::Enumerate(inner) => inner.borrowed(),
            Iter::Zip(a, b) | Iter::Chain(a, b) => [a.borrowed(), b.borrowed()].concat(),
            Iter::Map(inner, closure) | Iter::Filter(inner, closure) => {
                let mut all = inner.borrowed();
                closure.body.clone().walk_mut(&mut |node| {
                    if let super::Node::Expr(Expr::Var(name)) = node {
                        all.push(name);
                    }
                });
                all
            }
        }
    }

    /// The variables whose elements are changed through the iterator: nothing else may touch them.
    pub(crate) fn changed(&self) -> Vec<Name> {
        match self {
            Iter::Mut(name) => vec![name],
            Iter::Rev(inner)
            | Iter::Step(inner, _)
            | Iter::Skip(inner, _)
            | Iter::Take(inner, _)
            | Iter::Enumerate(inner)
            | Iter::Flatten(inner)
            | Iter::Map(inner, _)
            | Iter::Filter(inner, _) => inner.changed(),
            Iter::Zip(a, b) | Iter::Chain(a, b) => [a.changed(), b.changed()].concat(),
            _ => Vec::new(),
        }
    }
}

impl Reduction {
    pub(super) fn operands_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Reduction::Sum | Reduction::Product | Reduction::Largest | Reduction::Smallest => Vec::new(),
            Reduction::Fold(initial, closure) => vec![initial, &mut closure.body],
            Reduction::All(closure) | Reduction::Any(closure) => vec![&mut closure.body],
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Reduction::Sum => "sum",
            Reduction::Product => "product",
            Reduction::Largest | Reduction::Smallest | Reduction::Fold(..) => "fold",
            Reduction::All(_) => "all",
            Reduction::Any(_) => "any",
        }
    }
}
