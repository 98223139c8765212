//! The type checker: decides whether a tree is a program that rustc accepts. The generator is tested with
//! it, and the shrinker throws its proposals at it, which is why the proposals need not be clever.

mod call;
mod iter;
mod record;

pub(crate) use record::reads_field;

use crate::ast::{Arm, Block, Cast, Expr, Name, Op, Param, Parameter, Pat, Program, Stmt, Ty};
use crate::features::Scalar;

/// The error says nothing that anybody would read: a bad proposal is dropped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IllTyped(pub(crate) &'static str);

type Checked<T> = Result<T, IllTyped>;

/// Checks a program: every name bound, every type right, every assignment to something mutable.
pub(crate) fn check(program: &Program) -> Checked<()> {
    let active = program.active();
    if active == 0 || active > crate::oracle::ACTIVE {
        return Err(IllTyped("the number of active parameters"));
    }
    record::structs(program)?;
    call::helpers(program)?;
    Scope::new(program, (program.scalar, &program.result), true).function(&program.params, &program.body)
}

struct Binding {
    name: Name,
    ty: Ty,
    mutable: bool,
    /// Whether it is differentiated with respect to, if it is a parameter that does not change.
    varies: Option<bool>,
    /// How many loops go through it, so that it cannot be assigned to.
    frozen: usize,
    /// How many loops change it, so that it cannot be named.
    hidden: usize,
}

impl Binding {
    fn new(name: Name, ty: Ty, mutable: bool) -> Self {
        Self { name, ty, mutable, varies: None, frozen: 0, hidden: 0 }
    }
}

struct Scope<'a> {
    bindings: Vec<Binding>,
    consts: Vec<Name>,
    /// The bindings below are outside of the current closure.
    barrier: usize,
    /// The loops around this place, by their labels, and whether they have values.
    loops: Vec<(Option<Name>, bool)>,
    in_closure: bool,
    /// The scalar of the current function.
    scalar: Scalar,
    /// What the current function returns.
    result: &'a Ty,
    program: &'a Program,
}

/// The type of a block or expression; `Never` fits everywhere.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Of(Ty),
    Unit,
    Never,
}

fn expect(kind: Kind, ty: &Ty) -> Checked<()> {
    match kind {
        Kind::Of(found) if found == *ty => Ok(()),
        Kind::Never => Ok(()),
        _ => Err(IllTyped("another type was expected")),
    }
}

fn join(a: Kind, b: Kind) -> Checked<Kind> {
    match (a, b) {
        (Kind::Never, other) | (other, Kind::Never) => Ok(other),
        (a, b) if a == b => Ok(a),
        _ => Err(IllTyped("the branches differ")),
    }
}

impl<'a> Scope<'a> {
    /// The scope of a function of a scalar and a result, which may name the program's constants or not.
    fn new(program: &'a Program, (scalar, result): (Scalar, &'a Ty), consts: bool) -> Self {
        let consts = program.consts.iter().filter(|_| consts).map(|(name, _)| *name).collect();
        let (bindings, loops) = (Vec::new(), Vec::new());
        Self { bindings, consts, barrier: 0, loops, in_closure: false, scalar, result, program }
    }

    fn function(&mut self, params: &[Parameter], body: &Block) -> Checked<()> {
        if params.iter().any(|param| !self.writes(&param.ty)) || !self.writes(self.result) {
            return Err(IllTyped("a type that cannot be written here"));
        }
        if !record::are_used(params, body) {
            return Err(IllTyped("a struct that is not used as one"));
        }
        for param in params {
            let binding = Binding::new(param.name, param.ty.clone(), param.mutable);
            let varies = (!param.mutable).then_some(param.active);
            self.bindings.push(Binding { varies, ..binding });
        }
        expect(self.block(body)?, self.result)
    }

    fn block(&mut self, block: &Block) -> Checked<Kind> {
        let (depth, consts) = (self.bindings.len(), self.consts.len());
        let result = self.statements(block);
        self.bindings.truncate(depth);
        self.consts.truncate(consts);
        result
    }

    fn statements(&mut self, block: &Block) -> Checked<Kind> {
        let mut diverges = false;
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let(pat, written, init) => {
                    let ty = match init {
                        Expr::Invoke(call) => self.bound_invocation(call, pat, written.is_some())?,
                        init @ Expr::Member(..) if written.is_some() => self.copied(init)?,
                        init => self.ty(init)?,
                    };
                    if written.as_ref().is_some_and(|written| *written != ty) {
                        return Err(IllTyped("an annotation"));
                    }
                    self.bind(pat, &ty, true)?;
                }
                Stmt::Assign(name, op, value) => {
                    let ty = match value {
                        Expr::Invoke(call) => self.bound_invocation(call, &Pat::Wild, true)?,
                        value => self.ty(value)?,
                    };
                    if self.assignable(name)?.ty != ty {
                        return Err(IllTyped("an assignment"));
                    }
                    self.assignment(&ty, *op, value.assigns_to(name))?;
                }
                Stmt::Store(place, op, value) => {
                    let ty = self.ty(value)?;
                    if self.place(place)? != ty {
                        return Err(IllTyped("an assignment"));
                    }
                    self.assignment(&ty, *op, value.assigns_in(place))?;
                }
                Stmt::Swap(name, i, j) => self.swap(name, i, j)?,
                Stmt::Fill(name, value) => {
                    let ty = self.ty(value)?;
                    match &self.assignable(name)?.ty {
                        Ty::Array(element, _) if **element == ty => {}
                        _ => return Err(IllTyped("something else is filled")),
                    }
                    if value.assigns_to(name) || value.descendants().contains(&Expr::Var(name)) {
                        return Err(IllTyped("a second borrow"));
                    }
                }
                Stmt::Reverse(name) => {
                    if self.assignable(name)?.ty.element().is_none() {
                        return Err(IllTyped("something else is reversed"));
                    }
                }
                Stmt::Table(name, lits) => {
                    if self.scalar == Scalar::Generic {
                        return Err(IllTyped("a generic constant"));
                    }
                    self.bindings.push(Binding::new(name, Ty::array(Ty::Real, lits.len()), false));
                }
                Stmt::For(label, pat, iter, body) => self.each(*label, pat, iter, body)?,
                Stmt::While(label, cond, body) => {
                    expect(self.kind(cond)?, &Ty::Bool)?;
                    self.looped(*label, body)?;
                }
                Stmt::Loop(label, body) => self.looped(*label, body)?,
                Stmt::Break(label) | Stmt::Continue(label) => {
                    self.jump(*label, matches!(stmt, Stmt::Continue(_)))?;
                    diverges = true;
                }
                Stmt::BreakWith(value) => {
                    self.break_with(value)?;
                    diverges = true;
                }
                Stmt::Do(expr) => match self.kind(expr)? {
                    Kind::Of(_) => return Err(IllTyped("a value is dropped")),
                    Kind::Unit => {}
                    Kind::Never => diverges = true,
                },
                Stmt::Return(expr) => {
                    if self.in_closure {
                        return Err(IllTyped("a return in a closure"));
                    }
                    let result = self.result;
                    expect(self.kind(expr)?, result)?;
                    diverges = true;
                }
                Stmt::Assert(_, cond) => expect(self.kind(cond)?, &Ty::Bool)?,
                Stmt::Const(name, _) => self.consts.push(name),
            }
        }
        match &block.tail {
            Some(tail) => {
                let kind = self.kind(tail)?;
                if kind == Kind::Unit { Err(IllTyped("a unit at the end")) } else { Ok(kind) }
            }
            None if diverges => Ok(Kind::Never),
            None => Ok(Kind::Unit),
        }
    }

    fn assignment(&self, ty: &Ty, op: Option<Op>, changes_left: bool) -> Checked<()> {
        let borrows = self.scalar == Scalar::Generic && *ty == Ty::Real;
        if op.is_some() && borrows && changes_left {
            return Err(IllTyped("a borrowed left side"));
        }
        if op.is_some() && !matches!(ty, Ty::Real | Ty::Int | Ty::Size) {
            return Err(IllTyped("an assignment with an operator"));
        }
        Ok(())
    }

    fn find(&self, name: Name) -> Option<&Binding> {
        self.bindings.iter().rev().find(|binding| binding.name == name)
    }

    /// The type of an operand. One that always returns is legal Rust, but nothing anybody writes.
    fn ty(&mut self, expr: &Expr) -> Checked<Ty> {
        match self.kind(expr)? {
            Kind::Of(ty) => Ok(ty),
            _ => Err(IllTyped("an operand without a value")),
        }
    }

    fn both(&mut self, a: &Expr, b: &Expr) -> Checked<Ty> {
        let ty = self.ty(a)?;
        if self.ty(b)? == ty { Ok(ty) } else { Err(IllTyped("operands of two types")) }
    }

    fn kind(&mut self, expr: &Expr) -> Checked<Kind> {
        let real = Ok(Kind::Of(Ty::Real));
        match expr {
            Expr::If(cond, then, other) => {
                expect(self.kind(cond)?, &Ty::Bool)?;
                let then = self.block(then)?;
                return join(then, self.block(other)?);
            }
            Expr::IfLet(pat, scrutinee, then, other) => {
                let ty = self.ty(scrutinee)?;
                let then = self.arm(pat, None, then, &ty)?;
                return join(then, self.block(other)?);
            }
            Expr::Match(scrutinee, arms) => return self.arms(scrutinee, arms),
            Expr::Block(block) => return self.block(block),
            Expr::Lit(_) | Expr::Std(_) => return real,
            Expr::Const(name) if self.consts.contains(name) => return real,
            Expr::Const(_) => return Err(IllTyped("an unknown constant")),
            Expr::Call(crate::ast::Fun::SinCos, _, args) => {
                self.arguments(&[Param::R], args)?;
                return Ok(Kind::Of(Ty::Tuple(vec![Ty::Real, Ty::Real])));
            }
            Expr::Call(fun, _, args) => {
                self.arguments(fun.params(), args)?;
                return real;
            }
            _ => {}
        }
        Ok(Kind::Of(self.simple(expr)?))
    }

    fn simple(&mut self, expr: &Expr) -> Checked<Ty> {
        let number = |ty: Ty| match ty {
            Ty::Real | Ty::Int | Ty::Size => Ok(ty),
            _ => Err(IllTyped("arithmetic on something else")),
        };
        match expr {
            Expr::Int(_) => Ok(Ty::Int),
            Expr::Bool(_) => Ok(Ty::Bool),
            Expr::None => Ok(Ty::Opt),
            Expr::Some(e) => expect(self.kind(e)?, &Ty::Int).map(|()| Ty::Opt),
            Expr::Size(_) => Ok(Ty::Size),
            Expr::Var(_) | Expr::Member(..) => {
                let ty = self.copied(expr)?;
                // Whether a field is an integer or an array cannot be seen without its type.
                let plain = matches!(expr, Expr::Var(_)) || matches!(ty, Ty::Real | Ty::Struct(_));
                if plain { Ok(ty) } else { Err(IllTyped("a field whose type is not seen")) }
            }
            Expr::Record(record) => self.record(record),
            Expr::Field(e, index) => match self.seen(e)? {
                Ty::Tuple(types) if *index < types.len() => Ok(types[*index].clone()),
                _ => Err(IllTyped("no such field")),
            },
            Expr::Tuple(parts) => {
                Ok(Ty::Tuple(parts.iter().map(|part| self.ty(part)).collect::<Checked<_>>()?))
            }
            Expr::Neg(e) => match self.ty(e)? {
                ty @ (Ty::Real | Ty::Int) => Ok(ty),
                _ => Err(IllTyped("a negative something else")),
            },
            Expr::Not(e) => expect(self.kind(e)?, &Ty::Bool).map(|()| Ty::Bool),
            Expr::Bin(op, a, b) => {
                let ty = number(self.both(a, b)?)?;
                // rustc refuses a division by a literal 0, and the generator divides by literals only.
                let by_zero = matches!(op, Op::Div | Op::Rem) && matches!(ty, Ty::Int | Ty::Size);
                let safe = matches!(**b, Expr::Int(n) if n > 0) || matches!(**b, Expr::Size(n) if n > 0);
                let safe = safe || ty == Ty::Size && matches!(**b, Expr::Len(_) | Expr::Dimension);
                if by_zero && !safe { Err(IllTyped("an integer division")) } else { Ok(ty) }
            }
            Expr::Cmp(_, a, b) => {
                let ty = number(self.both(a, b)?)?;
                if self.scalar == Scalar::Generic && ty == Ty::Real && b.assigns_under(a) {
                    return Err(IllTyped("a borrowed left side"));
                }
                Ok(Ty::Bool)
            }
            Expr::And(a, b) | Expr::Or(a, b) => {
                expect(Kind::Of(self.both(a, b)?), &Ty::Bool).map(|()| Ty::Bool)
            }
            Expr::Hold(e) => expect(self.kind(e)?, &Ty::Real).map(|()| Ty::Real),
            Expr::Invoke(call) => expect(Kind::Of(self.invocation(call)?), &Ty::Real).map(|()| Ty::Real),
            Expr::Cast(cast, e) => {
                let generic = self.scalar == Scalar::Generic;
                let (from, to) = match cast {
                    Cast::IntToReal | Cast::IntFrom => (Ty::Int, Ty::Real),
                    Cast::SizeToInt => (Ty::Size, Ty::Int),
                    Cast::SizeToReal => (Ty::Size, Ty::Real),
                    Cast::IntToSize => (Ty::Int, Ty::Size),
                    Cast::ThroughOther if !generic => (Ty::Real, Ty::Real),
                    Cast::RealToInt if !generic => (Ty::Real, Ty::Int),
                    _ => return Err(IllTyped("a cast of a generic type")),
                };
                expect(self.kind(e)?, &from).map(|()| to)
            }
            other => self.aggregate(other),
        }
    }

    fn arguments(&mut self, params: &[Param], args: &[Expr]) -> Checked<()> {
        if params.len() != args.len() {
            return Err(IllTyped("the number of arguments"));
        }
        for (param, arg) in params.iter().zip(args) {
            let ty = if *param == Param::R { Ty::Real } else { Ty::Int };
            expect(Kind::Of(self.ty(arg)?), &ty)?;
        }
        Ok(())
    }

    fn arms(&mut self, scrutinee: &Expr, arms: &[Arm]) -> Checked<Kind> {
        let ty = self.ty(scrutinee)?;
        let exhaustive = arms.last().is_some_and(|arm| {
            arm.guard.is_none() && matches!(arm.pat, Pat::Wild | Pat::Bind(_) | Pat::BindMut(_))
        });
        if !exhaustive {
            return Err(IllTyped("the last arm takes everything"));
        }
        let mut kind = Kind::Never;
        for arm in arms {
            kind = join(kind, self.arm(&arm.pat, arm.guard.as_ref(), &arm.body, &ty)?)?;
        }
        Ok(kind)
    }

    fn arm(&mut self, pat: &Pat, guard: Option<&Expr>, body: &Block, ty: &Ty) -> Checked<Kind> {
        let depth = self.bindings.len();
        self.bind(pat, ty, false)?;
        if let Some(guard) = guard {
            if matches!(guard, Expr::Invoke(_))
                || guard.descendants().iter().any(|e| matches!(e, Expr::Invoke(_)))
            {
                return Err(IllTyped("a call in a guard"));
            }
            expect(self.kind(guard)?, &Ty::Bool)?;
        }
        let kind = self.block(body);
        self.bindings.truncate(depth);
        kind
    }

    fn bind(&mut self, pat: &Pat, ty: &Ty, irrefutable: bool) -> Checked<()> {
        let refutable = !matches!(
            pat,
            Pat::Wild
                | Pat::Bind(_)
                | Pat::BindMut(_)
                | Pat::Tuple(_)
                | Pat::Ref(_)
                | Pat::Array(..)
                | Pat::Record(_)
        );
        if irrefutable && refutable {
            return Err(IllTyped("a refutable pattern in a let"));
        }
        match (pat, ty) {
            (Pat::Wild, _)
            | (Pat::Int(_) | Pat::Range(..), Ty::Int)
            | (Pat::Bool(_), Ty::Bool)
            | (Pat::None, Ty::Opt) => Ok(()),
            (Pat::Bind(name) | Pat::BindMut(name), ty) => {
                let mutable = matches!(pat, Pat::BindMut(_));
                self.bindings.push(Binding::new(name, ty.clone(), mutable));
                Ok(())
            }
            (Pat::At(name, inner), ty) => {
                self.bind(inner, ty, irrefutable)?;
                self.bindings.push(Binding::new(name, ty.clone(), false));
                Ok(())
            }
            // Alternatives that bind would have to bind alike.
            (Pat::Or(pats), ty) => pats.iter().try_for_each(|pat| match pat {
                Pat::Bind(_) | Pat::BindMut(_) | Pat::At(..) | Pat::Some(_) | Pat::Tuple(_) => {
                    Err(IllTyped("an alternative that binds"))
                }
                pat => self.bind(pat, ty, irrefutable),
            }),
            (Pat::Ref(inner), Ty::Ref(ty)) => self.bind(inner, ty, irrefutable),
            (Pat::Array(pats, rest), Ty::Array(element, length)) => {
                let fits = match rest {
                    Some(place) => *place <= pats.len() && pats.len() <= *length,
                    None => pats.len() == *length,
                };
                if !fits {
                    return Err(IllTyped("a pattern of another length"));
                }
                pats.iter().try_for_each(|pat| self.bind(pat, element, irrefutable))
            }
            (Pat::Record(pat), ty) => self.bind_record(pat, ty, irrefutable),
            (Pat::Some(inner), Ty::Opt) => self.bind(inner, &Ty::Int, irrefutable),
            (Pat::Tuple(pats), Ty::Tuple(types)) if pats.len() == types.len() => {
                pats.iter().zip(types).try_for_each(|(pat, ty)| self.bind(pat, ty, irrefutable))
            }
            _ => Err(IllTyped("a pattern of another type")),
        }
    }
}
