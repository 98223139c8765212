//! The syntax tree of the generated programs: a typed subset of Rust that the generator builds, the printer
//! writes, the oracle interprets and the shrinker reduces.
//!
//! Trees are scoped by name exactly as Rust is (shadowing included), so that deleting a statement gives a
//! tree that [`check`](crate::check) can judge without renaming anything.

mod fun;
mod helper;
mod iter;
mod record;
mod walk;

pub(crate) use fun::{Fun, Origin, Param};
pub(crate) use helper::{Helper, Home, Invocation, Mode, SELF, Sibling, TRAIT};
pub(crate) use iter::{Access, Closure, Iter, Reduction};
pub(crate) use record::{Field, Record, RecordPat, Struct};
pub(crate) use walk::Node;

use std::sync::Arc;

use crate::features::Scalar;

/// Names are taken from fixed lists.
pub(crate) type Name = &'static str;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// The scalar under differentiation.
    Real,
    /// `i32`
    Int,
    /// `bool`
    Bool,
    /// `Option<i32>`
    Opt,
    /// `usize`, or what rustc infers for a counter
    Size,
    /// A tuple of two or more.
    Tuple(Vec<Ty>),
    /// `[ty; length]`
    Array(Box<Ty>, usize),
    /// `&[ty]`, whose length is known here
    Slice(Box<Ty>, usize),
    /// `&[ty]` or `[ty; N]`, of at most so many elements: how many differs from call to call.
    Run(Box<Ty>, usize, Form),
    /// `&ty`
    Ref(Box<Ty>),
    /// `&mut ty`, as `iter_mut` hands out
    Mut(Box<Ty>),
    Struct(Arc<Struct>),
}

/// What has a number of elements that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `&[ty]`
    Slice,
    /// `[ty; N]`, where `N` is a parameter of the function; it is the same for all arrays
    Owned,
    /// `&[ty; N]`
    Borrowed,
}

impl Ty {
    pub(crate) fn array(element: Ty, length: usize) -> Self {
        Self::Array(Box::new(element), length)
    }

    /// The types of the scalars in it, in order.
    pub(crate) fn leaves(&self) -> Vec<Ty> {
        self.marked_leaves(true).into_iter().map(|(ty, _)| ty).collect()
    }

    /// The same, and whether they are reals to differentiate with respect to.
    pub(crate) fn marked_leaves(&self, active: bool) -> Vec<(Ty, bool)> {
        match self {
            Ty::Tuple(types) => types.iter().flat_map(|ty| ty.marked_leaves(active)).collect(),
            Ty::Array(element, length) | Ty::Slice(element, length) => {
                (0..*length).flat_map(|_| element.marked_leaves(active)).collect()
            }
            Ty::Run(element, most, _) => {
                let elements = (0..*most).flat_map(|_| element.marked_leaves(active));
                [(Ty::Size, false)].into_iter().chain(elements).collect()
            }
            Ty::Ref(inner) | Ty::Mut(inner) => inner.marked_leaves(active),
            Ty::Struct(of) => {
                of.fields.iter().flat_map(|field| field.ty.marked_leaves(active && !field.constant)).collect()
            }
            scalar => vec![(scalar.clone(), active && *scalar == Ty::Real)],
        }
    }

    /// How many reals are in it, those of constant fields not counted.
    pub(crate) fn reals(&self) -> usize {
        self.marked_leaves(true).iter().filter(|(_, active)| *active).count()
    }

    /// Whether it is an array of `N` elements, or a reference to one.
    pub(crate) fn is_sized(&self) -> bool {
        matches!(self, Ty::Run(_, _, Form::Owned | Form::Borrowed))
    }

    /// The type without the reference.
    pub(crate) fn owned(&self) -> Ty {
        if let Ty::Ref(inner) = self { (**inner).clone() } else { self.clone() }
    }

    /// The type of an element, through a reference as well, however many there are.
    pub(crate) fn item(&self) -> Option<&Ty> {
        match self {
            Ty::Run(element, ..) => Some(element),
            ty => ty.element().map(|(element, _)| element),
        }
    }

    /// The type of an element and how many there are, if that is known, through a reference as well.
    pub(crate) fn element(&self) -> Option<(&Ty, usize)> {
        match self {
            Ty::Array(element, length) | Ty::Slice(element, length) => Some((element, *length)),
            Ty::Ref(inner) | Ty::Mut(inner) => inner.element(),
            _ => None,
        }
    }
}

/// A real literal: its digits as written, and whether the type is written behind them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lit {
    pub(crate) text: String,
    pub(crate) suffix: bool,
}

impl Lit {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), suffix: false }
    }

    /// The digits without the underscores that Rust allows between them.
    pub(crate) fn digits(&self) -> String {
        self.text.replace('_', "")
    }
}

/// Arithmetic operators, on reals and on integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

impl Op {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Op::Add => "+",
            Op::Sub => "-",
            Op::Mul => "*",
            Op::Div => "/",
            Op::Rem => "%",
        }
    }
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rel {
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
}

impl Rel {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Rel::Lt => "<",
            Rel::Le => "<=",
            Rel::Gt => ">",
            Rel::Ge => ">=",
            Rel::Eq => "==",
            Rel::Ne => "!=",
        }
    }

    pub(crate) fn holds<T: PartialOrd>(self, a: &T, b: &T) -> bool {
        match self {
            Rel::Lt => a < b,
            Rel::Le => a <= b,
            Rel::Gt => a > b,
            Rel::Ge => a >= b,
            Rel::Eq => a == b,
            Rel::Ne => a != b,
        }
    }
}

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `x.sin()`
    Method,
    /// `f64::sin(x)`
    Path,
    /// `chainrule::math::sin(x)`
    Math,
}

/// A conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cast {
    /// `n as f64`
    IntToReal,
    /// `f64::from(n)`, or `as` where the scalar is `f32`
    IntFrom,
    /// `x as f32 as f64`; the derivative passes
    ThroughOther,
    /// `x as i32`; the derivative ends
    RealToInt,
    /// `i as i32` of a `usize`
    SizeToInt,
    /// `i as f64` of a `usize`
    SizeToReal,
    /// `n as usize` of an `i32` that is not negative
    IntToSize,
}

/// An expression of any type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Lit(Lit),
    Int(i32),
    Bool(bool),
    None,
    Some(Box<Expr>),
    Var(Name),
    /// A `const` item of the program.
    Const(Name),
    /// `core::f64::consts::…`
    Std(Name),
    Field(Box<Expr>, usize),
    Tuple(Vec<Expr>),
    /// A field of a struct.
    Member(Box<Expr>, Name),
    Record(Record),
    Neg(Box<Expr>),
    Not(Box<Expr>),
    Bin(Op, Box<Expr>, Box<Expr>),
    Cmp(Rel, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Call(Fun, Style, Vec<Expr>),
    /// A call of a helper.
    Invoke(Invocation),
    /// `&e`, as an argument of a helper.
    Borrow(Box<Expr>),
    Cast(Cast, Box<Expr>),
    /// `chainrule::constant(e)`
    Hold(Box<Expr>),
    /// As a statement, an empty `else` is not printed.
    If(Box<Expr>, Block, Block),
    IfLet(Pat, Box<Expr>, Block, Block),
    Match(Box<Expr>, Vec<Arm>),
    Block(Block),
    /// A `usize` literal.
    Size(usize),
    Array(Vec<Expr>),
    /// `[e; length]`
    Repeat(Box<Expr>, usize),
    /// `array[index]`
    Index(Box<Expr>, Box<Expr>),
    /// `*e`; when true the star is left out where Rust allows it
    Deref(Box<Expr>, bool),
    /// `array.len()`
    Len(Box<Expr>),
    /// `N`
    Dimension,
    /// `[e; N]`
    Whole(Box<Expr>),
    /// `a.min(b)` of lengths
    Least(Box<Expr>, Box<Expr>),
    /// `&array[low..high]`
    Slice(Box<Expr>, usize, usize),
    /// `&array[low..high]` of a length that is not known, with bounds or without
    Cut(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// `loop` with a value
    Loop(Block),
    /// `array.map(closure)`
    MapArray(Box<Expr>, Closure),
    /// `core::array::from_fn(closure)`
    FromFn(usize, Closure),
    /// `iterator.sum()` and the like
    Reduce(Box<Iter>, Reduction),
}

impl Expr {
    /// The variable that a place is part of.
    pub(crate) fn root(&self) -> Option<Name> {
        match self {
            Expr::Var(name) => Some(name),
            Expr::Field(e, _) | Expr::Member(e, _) | Expr::Index(e, _) | Expr::Deref(e, _) => e.root(),
            _ => None,
        }
    }
}

/// An arm of a `match`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arm {
    pub(crate) pat: Pat,
    pub(crate) guard: Option<Expr>,
    pub(crate) body: Block,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pat {
    Wild,
    Bind(Name),
    BindMut(Name),
    Int(i32),
    Bool(bool),
    /// `low..=high`, `low..high` or `low..`
    Range(i32, Option<i32>, bool),
    /// `name @ pattern`
    At(Name, Box<Pat>),
    Or(Vec<Pat>),
    None,
    Some(Box<Pat>),
    Tuple(Vec<Pat>),
    /// `&pattern`
    Ref(Box<Pat>),
    /// `[a, b]`, with `..` before the given place
    Array(Vec<Pat>, Option<usize>),
    Record(RecordPat),
}

/// A block: statements and perhaps a value.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Block {
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) tail: Option<Box<Expr>>,
}

impl Block {
    /// A block of nothing but a value.
    pub(crate) fn value(expr: Expr) -> Self {
        Self { stmts: Vec::new(), tail: Some(Box::new(expr)) }
    }

    /// Whether control never comes out at the end.
    pub(crate) fn diverges(&self) -> bool {
        self.tail.is_none() && self.stmts.iter().any(Stmt::diverges)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.stmts.is_empty() && self.tail.is_none()
    }
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stmt {
    /// `let pattern = init;`, with the type when it is written.
    Let(Pat, Option<Ty>, Expr),
    /// `name = value;` or `name op= value;`
    Assign(Name, Option<Op>, Expr),
    /// `if`, `match` or a block for its effects.
    Do(Expr),
    Return(Expr),
    /// `assert!`, or `debug_assert!` when true.
    Assert(bool, Expr),
    /// `const NAME: f64 = literal;` in the body.
    Const(Name, Lit),
    /// `place = value;` or `place op= value;` where the place is a part of a variable.
    Store(Expr, Option<Op>, Expr),
    /// `array.swap(i, j);`
    Swap(Name, Expr, Expr),
    /// `array.fill(value);`
    Fill(Name, Expr),
    /// `array.reverse();`
    Reverse(Name),
    /// `const NAME: [f64; length] = [literals];` in the body; read like a variable
    Table(Name, Vec<Lit>),
    For(Option<Name>, Pat, Iter, Block),
    While(Option<Name>, Expr, Block),
    Loop(Option<Name>, Block),
    Break(Option<Name>),
    /// `break value;` out of the innermost loop, which has a value
    BreakWith(Expr),
    Continue(Option<Name>),
}

impl Stmt {
    /// Whether control never comes out behind the statement.
    pub(crate) fn diverges(&self) -> bool {
        match self {
            Stmt::Return(_) | Stmt::Break(_) | Stmt::BreakWith(_) | Stmt::Continue(_) => true,
            Stmt::Do(Expr::If(_, then, other) | Expr::IfLet(_, _, then, other)) => {
                then.diverges() && other.diverges()
            }
            Stmt::Do(Expr::Match(_, arms)) => arms.iter().all(|arm| arm.body.diverges()),
            Stmt::Do(Expr::Block(block)) => block.diverges(),
            _ => false,
        }
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    pub(crate) ty: Ty,
    /// Carries reals and is named by `wrt`, or there is no `wrt`.
    pub(crate) active: bool,
    pub(crate) mutable: bool,
}

/// A function under examination, with the helpers that it calls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub(crate) scalar: Scalar,
    pub(crate) consts: Vec<(Name, Lit)>,
    pub(crate) params: Vec<Parameter>,
    /// Print `wrt(…)` even if it names every real.
    pub(crate) wrt: bool,
    pub(crate) result: Ty,
    /// What the attribute says about unrolling.
    pub(crate) unroll: Option<usize>,
    /// Whether the attribute allows to keep values on the heap.
    pub(crate) alloc: bool,
    /// Differentiate in all modes, not only by `grad`.
    pub(crate) modes: bool,
    pub(crate) body: Block,
    pub(crate) structs: Vec<Arc<Struct>>,
    pub(crate) helpers: Vec<Helper>,
}

impl Program {
    /// The number of active reals: the length of the gradient.
    pub(crate) fn active(&self) -> usize {
        self.params.iter().filter(|param| param.active).map(|param| param.ty.reals()).sum()
    }

    /// Whether it takes slices whose lengths are not known.
    pub(crate) fn has_runs(&self) -> bool {
        self.params.iter().any(|param| matches!(param.ty, Ty::Run(..)))
    }

    /// The first parameter that is an array of `N` elements.
    pub(crate) fn sized(&self) -> Option<usize> {
        self.params.iter().position(|param| param.ty.is_sized())
    }

    /// Which of the leaves of the arguments belong to a parameter.
    pub(crate) fn leaves_of(&self, param: usize) -> std::ops::Range<usize> {
        let start = self.params[..param].iter().map(|param| param.ty.leaves().len()).sum();
        start..start + self.params[param].ty.leaves().len()
    }
}
