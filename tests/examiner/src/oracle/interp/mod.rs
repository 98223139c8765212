//! The interpreter: a program and its arguments in, a dual number out, statement by statement in Rust's
//! order of evaluation.

mod array;
mod call;
mod record;

use std::cmp::Ordering;
use std::sync::Arc;

use super::dual::{ACTIVE, Arithmetic, Dual};
use super::float::Float;
use crate::ast::{Block, Cast, Expr, Fun, Lit, Name, Op, Pat, Program, Stmt, Struct, Ty};
use crate::points::Arg;

/// A run-time value.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "most values are reals")]
pub(super) enum Value<F> {
    Real(Dual<F>),
    Int(i32),
    Bool(bool),
    Opt(Option<i32>),
    Size(usize),
    Tuple(Vec<Value<F>>),
    /// A struct, or a shared reference to one.
    Record(Arc<Struct>, Vec<Value<F>>),
    /// An array, or a shared reference to one or to a part of one.
    Array(Vec<Value<F>>),
    /// A mutable reference: the number of the variable in the scope, and the indices that lead to the part.
    Place(usize, Vec<usize>),
    Unit,
}

impl<F: Copy> Value<F> {
    /// The reals in it, in order, but for those of constant fields.
    pub(super) fn reals(&self) -> Vec<Dual<F>> {
        match self {
            Value::Real(x) => vec![*x],
            Value::Tuple(parts) | Value::Array(parts) => parts.iter().flat_map(Value::reals).collect(),
            Value::Record(of, parts) => {
                let fields = of.fields.iter().zip(parts).filter(|(field, _)| !field.constant);
                fields.flat_map(|(_, part)| part.reals()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The value with each real replaced that is not in a constant field; in these, if `constants` says so.
    pub(super) fn map_reals(self, constants: bool, change: &mut dyn FnMut(Dual<F>) -> Dual<F>) -> Self {
        let all = |parts: Vec<Self>, change: &mut dyn FnMut(Dual<F>) -> Dual<F>| {
            parts.into_iter().map(|part| part.map_reals(constants, change)).collect()
        };
        match self {
            Value::Real(x) if !constants => Value::Real(change(x)),
            Value::Tuple(parts) => Value::Tuple(all(parts, change)),
            Value::Array(parts) => Value::Array(all(parts, change)),
            Value::Record(of, parts) => {
                let fields =
                    of.fields.iter().zip(parts).map(|(field, part)| match (field.constant, constants) {
                        (true, true) => part.map_reals(false, change),
                        (true, false) => part,
                        (false, _) => part.map_reals(constants, change),
                    });
                let fields = fields.collect();
                Value::Record(of, fields)
            }
            other => other,
        }
    }

    /// A whole value as it comes through a call: constant fields carry no derivative.
    pub(super) fn detached(self) -> Self {
        self.map_reals(true, &mut |x| Dual::constant(x.primal))
    }
}

/// Why the evaluation of an expression ended without a value.
pub(super) enum Stop<F> {
    Return(Box<Value<F>>),
    Break(Option<Name>),
    /// Out of the innermost loop, with its value.
    BreakWith(Box<Value<F>>),
    Continue(Option<Name>),
    /// The compiled program would panic (or do something that Rust does not define closely enough).
    Panic(&'static str),
}

type Eval<F> = Result<Value<F>, Stop<F>>;

/// Runs the program; its result's reals.
pub(super) fn run<F: Float>(
    program: &Program,
    args: &[Arg],
    arithmetic: &mut Arithmetic,
) -> Result<Vec<Dual<F>>, &'static str> {
    let dimension = program.sized().map(|param| args[program.leaves_of(param).start]);
    let dimension = if let Some(Arg::Size(length)) = dimension { length } else { 0 };
    let mut machine = Machine { program, scope: Vec::new(), arithmetic, dimension, iterations: 0, depth: 0 };
    machine.constants();
    let (mut lane, mut args) = (0, args.iter());
    for param in &program.params {
        let value = argument(&param.ty, &mut args, param.active.then_some(&mut lane));
        machine.scope.push((param.name, value));
    }
    match machine.block(&program.body) {
        Ok(result) => Ok(result.reals()),
        Err(Stop::Return(result)) => Ok(result.reals()),
        Err(Stop::Panic(reason)) => Err(reason),
        Err(Stop::Break(_) | Stop::BreakWith(_) | Stop::Continue(_)) => {
            unreachable!("the checker admits no such jump")
        }
    }
}

/// The argument of a parameter, from its scalars; the reals of an active one get a lane each.
fn argument<'a, F: Float>(
    ty: &Ty,
    args: &mut impl Iterator<Item = &'a Arg>,
    mut lane: Option<&mut usize>,
) -> Value<F> {
    match ty {
        Ty::Tuple(types) => {
            Value::Tuple(types.iter().map(|ty| argument(ty, args, lane.as_deref_mut())).collect())
        }
        Ty::Array(element, length) => {
            Value::Array((0..*length).map(|_| argument(element, args, lane.as_deref_mut())).collect())
        }
        Ty::Run(element, most, _) => {
            let Some(Arg::Size(length)) = args.next() else { unreachable!("its length comes first") };
            let all = (0..*most).map(|_| argument(element, args, lane.as_deref_mut()));
            let mut elements: Vec<Value<F>> = all.collect();
            elements.truncate(*length);
            Value::Array(elements)
        }
        Ty::Ref(inner) => argument(inner, args, lane),
        Ty::Struct(of) => {
            let fields = of.fields.iter().map(|field| {
                let lane = if field.constant { None } else { lane.as_deref_mut() };
                argument(&field.ty, args, lane)
            });
            Value::Record(of.clone(), fields.collect())
        }
        _ => match *args.next().expect("an argument for each scalar") {
            Arg::Real(x) => {
                let mut dual = Dual::constant(F::from_f64(x));
                if let Some(lane) = lane {
                    debug_assert!(*lane < ACTIVE);
                    dual.tangent[*lane] = 1.0;
                    dual.active = true;
                    *lane += 1;
                }
                Value::Real(dual)
            }
            Arg::Int(n) => Value::Int(n),
            Arg::Bool(b) => Value::Bool(b),
            Arg::Opt(o) => Value::Opt(o),
            Arg::Size(n) => Value::Size(n),
        },
    }
}

struct Machine<'a, F> {
    program: &'a Program,
    scope: Vec<(Name, Value<F>)>,
    arithmetic: &'a mut Arithmetic,
    /// The value of `N`.
    dimension: usize,
    iterations: usize,
    /// How many calls of helpers are under way.
    depth: usize,
}

impl<F: Float> Machine<'_, F> {
    fn block(&mut self, block: &Block) -> Eval<F> {
        let depth = self.scope.len();
        let result = self.statements(block);
        self.scope.truncate(depth);
        result
    }

    fn statements(&mut self, block: &Block) -> Eval<F> {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let(pat, _, init) => {
                    let value = self.eval(init)?;
                    self.bind(pat, &value);
                }
                Stmt::Assign(name, op, value) => {
                    // The right side first: `a += { a = 2.0; a }` reads the new `a` twice.
                    let value = self.eval(value)?;
                    let value = match op {
                        Some(op) => self.binary(*op, self.variable(name).clone(), value)?,
                        None => value,
                    };
                    *self.variable_mut(name) = value;
                }
                Stmt::Do(expr) => {
                    self.eval(expr)?;
                }
                Stmt::Return(expr) => {
                    let value = self.eval(expr)?;
                    return Err(Stop::Return(Box::new(value)));
                }
                Stmt::Store(place, op, value) => {
                    let value = self.eval(value)?;
                    self.store(place, *op, value)?;
                }
                Stmt::Swap(name, i, j) => self.swap(name, i, j)?,
                Stmt::Fill(name, value) => {
                    let value = self.eval(value)?;
                    if let Value::Array(elements) = self.variable_mut(name) {
                        elements.fill(value);
                    }
                }
                Stmt::Reverse(name) => {
                    if let Value::Array(elements) = self.variable_mut(name) {
                        elements.reverse();
                    }
                }
                Stmt::Table(name, lits) => {
                    let elements = lits.iter().map(|lit| Value::Real(Dual::constant(F::literal(lit))));
                    let table = Value::Array(elements.collect());
                    self.scope.push((name, table));
                }
                Stmt::For(label, pat, iter, body) => self.each(*label, pat, iter, body)?,
                Stmt::While(label, cond, body) => while self.truth(cond)? && self.iteration(*label, body)? {},
                Stmt::Loop(label, body) => while self.iteration(*label, body)? {},
                Stmt::Break(label) => return Err(Stop::Break(*label)),
                Stmt::BreakWith(expr) => {
                    let value = self.eval(expr)?;
                    return Err(Stop::BreakWith(Box::new(value)));
                }
                Stmt::Continue(label) => return Err(Stop::Continue(*label)),
                Stmt::Assert(_, cond) => {
                    if !self.truth(cond)? {
                        return Err(Stop::Panic("an assertion fails"));
                    }
                }
                Stmt::Const(name, lit) => self.define(name, lit),
            }
        }
        block.tail.as_ref().map_or(Ok(Value::Unit), |tail| self.eval(tail))
    }

    fn eval(&mut self, expr: &Expr) -> Eval<F> {
        Ok(match expr {
            Expr::Lit(lit) => Value::Real(Dual::constant(F::literal(lit))),
            Expr::Std(name) => Value::Real(Dual::constant(F::constant(name))),
            Expr::Var(name) | Expr::Const(name) => self.variable(name).clone(),
            Expr::Int(n) => Value::Int(*n),
            Expr::Size(n) => Value::Size(*n),
            Expr::Bool(b) => Value::Bool(*b),
            Expr::None => Value::Opt(None),
            Expr::Some(e) => Value::Opt(Some(self.int(e)?)),
            Expr::Field(e, index) => match self.eval(e)? {
                Value::Tuple(fields) => fields[*index].clone(),
                other => unreachable!("the checker admits no field of {other:?}"),
            },
            Expr::Tuple(parts) => {
                Value::Tuple(parts.iter().map(|part| self.eval(part)).collect::<Result<_, _>>()?)
            }
            Expr::Member(e, name) => {
                let value = self.eval(e)?;
                self.loaded(value).member(name)
            }
            Expr::Record(record) => self.record(record)?,
            Expr::Neg(e) => match self.eval(e)? {
                Value::Real(x) => Value::Real(Arithmetic::negate(x)),
                Value::Int(n) => Value::Int(n.checked_neg().ok_or(Stop::Panic("overflow"))?),
                other => unreachable!("the checker admits no negative {other:?}"),
            },
            Expr::Not(e) => Value::Bool(!self.truth(e)?),
            Expr::Bin(op, a, b) => {
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                self.binary(*op, a, b)?
            }
            Expr::Cmp(rel, a, b) => Value::Bool(match (self.eval(a)?, self.eval(b)?) {
                (Value::Real(a), Value::Real(b)) => self.arithmetic.truth(rel.holds(&a.primal, &b.primal)),
                (Value::Int(a), Value::Int(b)) => rel.holds(&a, &b),
                (Value::Size(a), Value::Size(b)) => rel.holds(&a, &b),
                other => unreachable!("the checker admits no comparison of {other:?}"),
            }),
            Expr::And(a, b) => Value::Bool(self.truth(a)? && self.truth(b)?),
            Expr::Or(a, b) => Value::Bool(self.truth(a)? || self.truth(b)?),
            Expr::Call(fun, _, args) => self.call(*fun, args)?,
            Expr::Invoke(call) => self.invoke(call)?,
            Expr::Borrow(e) => {
                let value = self.eval(e)?;
                self.loaded(value)
            }
            Expr::Cast(cast, e) => self.cast(*cast, e)?,
            Expr::Hold(e) => Value::Real(Dual::constant(self.real(e)?.primal)),
            Expr::If(cond, then, other) => {
                let branch = if self.truth(cond)? { then } else { other };
                self.block(branch)?
            }
            Expr::IfLet(pat, scrutinee, then, other) => {
                let value = self.eval(scrutinee)?;
                if matches(pat, &value) { self.arm(pat, &value, then)? } else { self.block(other)? }
            }
            Expr::Match(scrutinee, arms) => {
                let value = self.eval(scrutinee)?;
                for arm in arms.iter().filter(|arm| matches(&arm.pat, &value)) {
                    if let Some(guard) = &arm.guard {
                        let depth = self.scope.len();
                        self.bind(&arm.pat, &value);
                        let holds = self.truth(guard);
                        self.scope.truncate(depth);
                        if !holds? {
                            continue;
                        }
                    }
                    return self.arm(&arm.pat, &value, &arm.body);
                }
                unreachable!("the last arm of a match takes everything")
            }
            Expr::Block(block) => self.block(block)?,
            other => self.aggregate(other)?,
        })
    }

    fn arm(&mut self, pat: &Pat, value: &Value<F>, body: &Block) -> Eval<F> {
        let depth = self.scope.len();
        self.bind(pat, value);
        let result = self.block(body);
        self.scope.truncate(depth);
        result
    }

    fn binary(&mut self, op: Op, a: Value<F>, b: Value<F>) -> Eval<F> {
        match (a, b) {
            (Value::Real(a), Value::Real(b)) => Ok(Value::Real(self.arithmetic.operator(op, a, b))),
            (Value::Int(a), Value::Int(b)) => {
                let result = match op {
                    Op::Add => a.checked_add(b),
                    Op::Sub => a.checked_sub(b),
                    Op::Mul => a.checked_mul(b),
                    Op::Div => a.checked_div(b),
                    Op::Rem => a.checked_rem(b),
                };
                result.map(Value::Int).ok_or(Stop::Panic("integer overflow or division by zero"))
            }
            (Value::Size(a), Value::Size(b)) => {
                let result = match op {
                    Op::Add => a.checked_add(b),
                    Op::Sub => a.checked_sub(b),
                    Op::Mul => a.checked_mul(b),
                    Op::Div => a.checked_div(b),
                    Op::Rem => a.checked_rem(b),
                };
                result.map(Value::Size).ok_or(Stop::Panic("integer overflow or division by zero"))
            }
            other => unreachable!("the checker admits no arithmetic on {other:?}"),
        }
    }

    fn call(&mut self, fun: Fun, args: &[Expr]) -> Eval<F> {
        let mut reals = Vec::with_capacity(args.len());
        let mut exponent = 0;
        for arg in args {
            reals.push(match self.eval(arg)? {
                Value::Real(x) => x,
                Value::Int(n) => {
                    exponent = n;
                    Dual::constant(F::from_i32(n))
                }
                other => unreachable!("the checker admits no argument {other:?}"),
            });
        }
        if fun == Fun::SinCos {
            let both = [Fun::Sin, Fun::Cos].map(|fun| Value::Real(self.arithmetic.call(fun, &reals, 0)));
            return Ok(Value::Tuple(both.into()));
        }
        if fun == Fun::Clamp {
            // Equal bounds leave open which one answers; unordered ones panic.
            let [low, high] = [reals[1].primal, reals[2].primal];
            if low.partial_cmp(&high) != Some(Ordering::Less) {
                return Err(Stop::Panic("the bounds of a clamp are not in order"));
            }
        }
        if matches!(fun, Fun::LnGamma | Fun::Digamma) && reals[0].primal.to_f64() <= 0.0 {
            return Err(Stop::Panic("the oracle knows the gamma function for positive arguments only"));
        }
        Ok(Value::Real(self.arithmetic.call(fun, &reals, exponent)))
    }

    fn cast(&mut self, cast: Cast, e: &Expr) -> Eval<F> {
        Ok(match cast {
            Cast::IntToReal | Cast::IntFrom => Value::Real(Dual::constant(F::from_i32(self.int(e)?))),
            Cast::SizeToInt | Cast::SizeToReal => {
                let Value::Size(n) = self.eval(e)? else { unreachable!("the checker admits sizes here") };
                let n = i32::try_from(n).map_err(|_| Stop::Panic("a large size"))?;
                if cast == Cast::SizeToInt {
                    Value::Int(n)
                } else {
                    Value::Real(Dual::constant(F::from_i32(n)))
                }
            }
            Cast::IntToSize => {
                Value::Size(usize::try_from(self.int(e)?).map_err(|_| Stop::Panic("a negative size"))?)
            }
            Cast::ThroughOther => {
                let x = self.real(e)?;
                Value::Real(self.arithmetic.through_other(x))
            }
            Cast::RealToInt => {
                let x = self.real(e)?;
                Value::Int(self.arithmetic.integer(x.primal.to_i32()))
            }
        })
    }

    fn real(&mut self, expr: &Expr) -> Result<Dual<F>, Stop<F>> {
        match self.eval(expr)? {
            Value::Real(x) => Ok(x),
            other => unreachable!("the checker admits no {other:?} for a real"),
        }
    }

    fn int(&mut self, expr: &Expr) -> Result<i32, Stop<F>> {
        match self.eval(expr)? {
            Value::Int(n) => Ok(n),
            other => unreachable!("the checker admits no {other:?} for an integer"),
        }
    }

    fn truth(&mut self, expr: &Expr) -> Result<bool, Stop<F>> {
        match self.eval(expr)? {
            Value::Bool(b) => Ok(b),
            other => unreachable!("the checker admits no {other:?} for a condition"),
        }
    }

    fn constants(&mut self) {
        for (name, lit) in &self.program.consts {
            self.define(name, lit);
        }
    }

    fn define(&mut self, name: Name, lit: &Lit) {
        self.scope.push((name, Value::Real(Dual::constant(F::literal(lit)))));
    }

    /// The number of a variable in the scope.
    fn slot(&self, name: Name) -> usize {
        self.scope.iter().rposition(|(bound, _)| *bound == name).expect("the checker knows the variable")
    }

    fn variable(&self, name: Name) -> &Value<F> {
        &self.scope[self.slot(name)].1
    }

    fn variable_mut(&mut self, name: Name) -> &mut Value<F> {
        let slot = self.slot(name);
        &mut self.scope[slot].1
    }

    fn bind(&mut self, pat: &Pat, value: &Value<F>) {
        match (pat, value) {
            (Pat::Bind(name) | Pat::BindMut(name), value) => self.scope.push((name, value.clone())),
            (Pat::At(name, inner), value) => {
                self.scope.push((name, value.clone()));
                self.bind(inner, value);
            }
            (Pat::Tuple(pats), Value::Tuple(values)) => {
                pats.iter().zip(values).for_each(|(pat, value)| self.bind(pat, value));
            }
            (Pat::Record(pat), Value::Record(of, fields)) => {
                for (name, pat) in &pat.fields {
                    let index = of.index(name).expect("the checker knows the field");
                    self.bind(pat, &fields[index]);
                }
            }
            (Pat::Some(inner), Value::Opt(Some(n))) => self.bind(inner, &Value::Int(*n)),
            (Pat::Ref(inner), value) => self.bind(inner, value),
            (Pat::Array(pats, rest), Value::Array(values)) => {
                let front = rest.unwrap_or(pats.len());
                let back = values.len() - (pats.len() - front);
                let taken = values[..front].iter().chain(&values[back..]);
                pats.iter().zip(taken).for_each(|(pat, value)| self.bind(pat, value));
            }
            _ => {}
        }
    }
}

fn matches<F: Float>(pat: &Pat, value: &Value<F>) -> bool {
    match (pat, value) {
        (Pat::Wild | Pat::Bind(_) | Pat::BindMut(_) | Pat::Ref(_) | Pat::Array(..), _)
        | (Pat::None, Value::Opt(None)) => true,
        (Pat::At(_, inner), value) => matches(inner, value),
        (Pat::Or(pats), value) => pats.iter().any(|pat| matches(pat, value)),
        (Pat::Int(n), Value::Int(m)) => n == m,
        (Pat::Range(low, high, inclusive), Value::Int(m)) => {
            low <= m && high.is_none_or(|high| *m < high || *inclusive && *m == high)
        }
        (Pat::Bool(a), Value::Bool(b)) => a == b,
        (Pat::Some(inner), Value::Opt(Some(n))) => matches(inner, &Value::<F>::Int(*n)),
        (Pat::Tuple(pats), Value::Tuple(values)) => pats.iter().zip(values).all(|(p, v)| matches(p, v)),
        _ => false,
    }
}
