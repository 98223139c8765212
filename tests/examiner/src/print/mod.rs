//! The printer: a tree in, the Rust source of a program out.
//!
//! Parentheses are printed only where Rust needs them, so that the parser of the compiler under examination
//! has precedences to get wrong.

mod array;
mod items;
mod record;

use std::fmt::Write as _;

use crate::ast::{Arm, Block, Cast, Expr, Form, Helper, Home, Lit, Param, Pat, Reduction, Stmt, Style, Ty};
use crate::features::Scalar;

pub(crate) use items::program;

/// A type as the caller writes it, who calls generic functions at `f64`.
pub(crate) fn concrete(ty: &Ty, scalar: Scalar) -> String {
    let scalar = if scalar == Scalar::Generic { Scalar::F64 } else { scalar };
    Printer::new(scalar, &[]).ty(ty)
}

/// Binding strengths of Rust's expressions.
mod strength {
    pub(super) const LOWEST: u8 = 0;
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const COMPARISON: u8 = 3;
    pub(super) const SUM: u8 = 4;
    pub(super) const PRODUCT: u8 = 5;
    pub(super) const CAST: u8 = 6;
    pub(super) const UNARY: u8 = 7;
    pub(super) const POSTFIX: u8 = 8;
}

struct Printer<'a> {
    /// That of the current function.
    scalar: Scalar,
    helpers: &'a [Helper],
    /// Where the current function is.
    home: Home,
    out: String,
    indent: usize,
    /// The type that is written on the left tells what the next expression makes.
    expected: bool,
}

impl<'a> Printer<'a> {
    fn new(scalar: Scalar, helpers: &'a [Helper]) -> Self {
        Self { scalar, helpers, home: Home::ROOT, out: String::new(), indent: 0, expected: false }
    }

    fn line(&mut self, text: &str) {
        writeln!(self.out, "{:width$}{text}", "", width = self.indent * 4).expect("a string takes all");
    }

    fn const_type(&self) -> &'static str {
        if self.scalar == Scalar::F32 { "f32" } else { "f64" }
    }

    fn real(&self) -> &'static str {
        match self.scalar {
            Scalar::F64 => "f64",
            Scalar::F32 => "f32",
            Scalar::Generic => "T",
        }
    }

    fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Real => self.real().to_owned(),
            Ty::Int => "i32".to_owned(),
            Ty::Bool => "bool".to_owned(),
            Ty::Opt => "Option<i32>".to_owned(),
            Ty::Tuple(types) => {
                format!("({})", types.iter().map(|ty| self.ty(ty)).collect::<Vec<_>>().join(", "))
            }
            Ty::Size => "usize".to_owned(),
            Ty::Array(element, length) => format!("[{}; {length}]", self.ty(element)),
            Ty::Slice(element, _) | Ty::Run(element, _, Form::Slice) => format!("&[{}]", self.ty(element)),
            Ty::Run(element, _, Form::Owned) => format!("[{}; N]", self.ty(element)),
            Ty::Run(element, _, Form::Borrowed) => format!("&[{}; N]", self.ty(element)),
            Ty::Ref(inner) => format!("&{}", self.ty(inner)),
            Ty::Mut(inner) => format!("&mut {}", self.ty(inner)),
            Ty::Struct(of) if of.is_generic => format!("{}<{}>", self.struct_path(of), self.real()),
            Ty::Struct(of) => self.struct_path(of),
        }
    }

    /// A block with its braces, its lines indented one step more than now.
    fn block(&mut self, block: &Block, known: Known) -> String {
        let outer = std::mem::take(&mut self.out);
        self.indent += 1;
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        // Dead code at the end of a block that must not have the type `()`.
        if let ([before @ .., last], None) = (&block.stmts[..], &block.tail)
            && array::is_bare(last)
            && before.iter().any(Stmt::diverges)
        {
            self.out.truncate(self.out.trim_end().len());
            self.out.push_str(";\n");
        }
        if let Some(tail) = &block.tail {
            let tail = self.expr(tail, known);
            self.line(&tail);
        }
        self.indent -= 1;
        let inner = std::mem::replace(&mut self.out, outer);
        if inner.is_empty() { "{}".to_owned() } else { format!("{{\n{inner}{:1$}}}", "", self.indent * 4) }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let text = match stmt {
            Stmt::Let(pat, None, init) => {
                format!("let {} = {};", self.pattern(pat), self.expr(init, Known::No))
            }
            Stmt::Let(pat, Some(ty), init) => {
                self.expected = matches!(init, Expr::FromFn(..) | Expr::Reduce(..));
                let init = self.expr(init, Known::Yes);
                self.expected = false;
                format!("let {}: {} = {init};", self.pattern(pat), self.ty(ty))
            }
            Stmt::Assign(name, op, value) => {
                let value = if op.is_some() { self.without_star(value) } else { value };
                let op = op.map_or("", crate::ast::Op::sign);
                format!("{name} {op}= {};", self.expr(value, Known::Yes))
            }
            Stmt::Store(place, op, value) => {
                let place = self.expr(place, Known::Yes);
                let value = if op.is_some() { self.without_star(value) } else { value };
                let op = op.map_or("", crate::ast::Op::sign);
                format!("{place} {op}= {};", self.expr(value, Known::Yes))
            }
            Stmt::Swap(name, i, j) => {
                format!("{name}.swap({}, {});", self.expr(i, Known::Yes), self.expr(j, Known::Yes))
            }
            Stmt::Fill(name, value) => format!("{name}.fill({});", self.expr(value, Known::Yes)),
            Stmt::Reverse(name) => format!("{name}.reverse();"),
            Stmt::Table(name, lits) => {
                let texts: Vec<&str> = lits.iter().map(|lit| lit.text.as_str()).collect();
                format!("const {name}: [{}; {}] = [{}];", self.const_type(), lits.len(), texts.join(", "))
            }
            Stmt::For(label, pat, iter, body) => self.each(*label, pat, iter, body),
            Stmt::While(label, cond, body) => self.repeated(*label, Some(cond), body),
            Stmt::Loop(label, body) => self.repeated(*label, None, body),
            Stmt::Break(label) => array::jump("break", *label),
            Stmt::BreakWith(value) => format!("break {};", self.expr(value, Known::No)),
            Stmt::Continue(label) => array::jump("continue", *label),
            Stmt::Do(expr) => self.expr(expr, Known::Yes),
            Stmt::Return(expr) => format!("return {};", self.expr(expr, Known::Yes)),
            Stmt::Assert(debug, cond) => {
                let name = if *debug { "debug_assert" } else { "assert" };
                format!("{name}!({});", self.expr(cond, Known::Yes))
            }
            Stmt::Const(name, lit) => format!("const {name}: {} = {};", self.const_type(), lit.text),
        };
        self.line(&text);
    }

    /// An operand: in parentheses if it binds less than its place asks for.
    fn operand(&mut self, expr: &Expr, place: u8, known: Known) -> String {
        let text = self.expr(expr, known);
        if strength_of(expr) < place { format!("({text})") } else { text }
    }

    fn binary(&mut self, sign: &str, own: u8, (a, b): (&Expr, &Expr), known: Known) -> String {
        // Either side tells the other its type.
        let comparison = own <= strength::COMPARISON;
        let (bare_a, bare_b) = if comparison { (a, b) } else { (self.without_star(a), self.without_star(b)) };
        // A literal beside a reference does not learn its type from it.
        let by_reference = !std::ptr::eq(a, bare_a) || !std::ptr::eq(b, bare_b);
        let known = if by_reference {
            Known::No
        } else if tells_type(a) || tells_type(b) {
            Known::Yes
        } else {
            known
        };
        let (a, b) = (bare_a, bare_b);
        let left_place = if own == strength::COMPARISON { own + 1 } else { own };
        let mut left = self.operand(a, left_place, known);
        // `n as f64 < x` would begin a list of generic arguments.
        if sign == "<"
            && [" as f64", " as f32", " as i32", " as usize"].iter().any(|cast| left.ends_with(cast))
        {
            left = format!("({left})");
        }
        format!("{left} {sign} {}", self.operand(b, own + 1, known))
    }

    fn literal(&self, lit: &Lit, known: Known) -> String {
        if self.scalar == Scalar::Generic {
            return format!("T::from_f64({})", lit.text);
        }
        if known == Known::Yes && !lit.suffix {
            return lit.text.clone();
        }
        // `2.` takes no suffix.
        format!("{}_{}", lit.text.trim_end_matches('.'), self.real())
    }

    fn expr(&mut self, expr: &Expr, known: Known) -> String {
        match expr {
            Expr::Lit(lit) => self.literal(lit, known),
            Expr::Int(n) => n.to_string(),
            Expr::Bool(b) => b.to_string(),
            Expr::None if known == Known::No => "None::<i32>".to_owned(),
            Expr::None => "None".to_owned(),
            Expr::Some(e) => format!("Some({})", self.expr(e, Known::Yes)),
            Expr::Var(name) => (*name).to_owned(),
            Expr::Const(name) => self.lift(name),
            Expr::Std(name) => self.lift(&format!("core::{}::consts::{name}", self.const_type())),
            Expr::Field(e, index) => format!("{}.{index}", self.operand(e, strength::POSTFIX, Known::No)),
            Expr::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.expr(part, known)).collect();
                format!("({})", parts.join(", "))
            }
            Expr::Member(e, name) => format!("{}.{name}", self.receiver(e)),
            Expr::Record(record) => self.record(record),
            Expr::Neg(e) => format!("-{}", self.operand(self.without_star(e), strength::UNARY, known)),
            Expr::Not(e) => format!("!{}", self.operand(e, strength::UNARY, Known::Yes)),
            Expr::Bin(op, a, b) => self.binary(op.sign(), strength_of(expr), (a.as_ref(), b.as_ref()), known),
            Expr::Cmp(rel, a, b) => {
                self.binary(rel.sign(), strength::COMPARISON, (a.as_ref(), b.as_ref()), Known::No)
            }
            Expr::And(a, b) => self.binary("&&", strength::AND, (a.as_ref(), b.as_ref()), Known::Yes),
            Expr::Or(a, b) => self.binary("||", strength::OR, (a.as_ref(), b.as_ref()), Known::Yes),
            Expr::Call(fun, style, args) => self.call(*fun, *style, args),
            Expr::Invoke(call) => self.invocation(call),
            Expr::Borrow(e) => format!("&{}", self.operand(e, strength::UNARY, Known::Yes)),
            Expr::Cast(cast, e) => self.cast(*cast, e),
            Expr::Hold(e) => format!("chainrule::constant({})", self.expr(e, Known::No)),
            Expr::If(cond, then, other) => {
                let cond = self.expr(cond, Known::No);
                self.branches(&format!("if {cond}"), (then, other), known)
            }
            Expr::IfLet(pat, scrutinee, then, other) => {
                let scrutinee = self.expr(scrutinee, Known::No);
                self.branches(&format!("if let {} = {scrutinee}", self.pattern(pat)), (then, other), known)
            }
            Expr::Match(scrutinee, arms) => self.arms(scrutinee, arms, known),
            Expr::Block(block) => self.block(block, known),
            Expr::Size(n) => n.to_string(),
            other => self.aggregate(other, known),
        }
    }

    /// A constant of the concrete type, brought to the scalar.
    fn lift(&self, path: &str) -> String {
        if self.scalar == Scalar::Generic { format!("T::from_f64({path})") } else { path.to_owned() }
    }

    fn call(&mut self, fun: crate::ast::Fun, style: Style, args: &[Expr]) -> String {
        let name = fun.name();
        let head = match style {
            Style::Method => {
                let receiver = self.without_star(&args[0]);
                format!("{}.{name}", self.operand(receiver, strength::POSTFIX, Known::No))
            }
            Style::Path => format!("{}::{name}", self.real()),
            Style::Math => format!("chainrule::math::{name}"),
        };
        // A free function may be generic: its arguments bring their types along.
        let known = if style == Style::Math { Known::No } else { Known::Yes };
        let rest = args.iter().zip(fun.params()).skip(usize::from(style == Style::Method));
        let rest =
            rest.map(|(arg, param)| self.expr(arg, if *param == Param::N { Known::Yes } else { known }));
        format!("{head}({})", rest.collect::<Vec<_>>().join(", "))
    }

    fn cast(&mut self, cast: Cast, e: &Expr) -> String {
        let real = self.real();
        match (cast, self.scalar) {
            (Cast::IntToReal | Cast::IntFrom | Cast::SizeToReal, Scalar::Generic) => {
                format!("T::from_f64({} as f64)", self.operand(e, strength::CAST, Known::Yes))
            }
            (Cast::IntFrom, Scalar::F64) => format!("f64::from({})", self.expr(e, Known::Yes)),
            (Cast::IntToReal | Cast::IntFrom | Cast::SizeToReal, _) => {
                format!("{} as {real}", self.operand(e, strength::CAST, Known::Yes))
            }
            (Cast::ThroughOther, _) => {
                let other = if self.scalar == Scalar::F32 { "f64" } else { "f32" };
                format!("{} as {other} as {real}", self.operand(e, strength::CAST, Known::No))
            }
            (Cast::SizeToInt, _) => format!("{} as i32", self.operand(e, strength::CAST, Known::Yes)),
            (Cast::IntToSize, _) => format!("{} as usize", self.operand(e, strength::CAST, Known::Yes)),
            (Cast::RealToInt, _) => format!("{} as i32", self.operand(e, strength::CAST, Known::No)),
        }
    }

    fn branches(&mut self, head: &str, (then, other): (&Block, &Block), known: Known) -> String {
        let then = self.block(then, known);
        let chain = match (&other.stmts[..], &other.tail) {
            ([], Some(tail)) => Some(tail.as_ref()),
            ([Stmt::Do(only)], None) => Some(only),
            _ => None,
        };
        match chain {
            Some(chained @ (Expr::If(..) | Expr::IfLet(..))) => {
                format!("{head} {then} else {}", self.expr(chained, known))
            }
            _ if other.is_empty() => format!("{head} {then}"),
            _ => format!("{head} {then} else {}", self.block(other, known)),
        }
    }

    fn arms(&mut self, scrutinee: &Expr, arms: &[Arm], known: Known) -> String {
        let mut text = format!("match {} {{\n", self.expr(scrutinee, Known::No));
        self.indent += 1;
        for arm in arms {
            let guard = arm.guard.as_ref().map(|guard| format!(" if {}", self.expr(guard, Known::No)));
            let body = match (&arm.body.stmts[..], &arm.body.tail) {
                ([], Some(tail)) => self.expr(tail, known),
                _ => self.block(&arm.body, known),
            };
            let (width, pat) = (self.indent * 4, self.pattern(&arm.pat));
            writeln!(text, "{:width$}{pat}{} => {body},", "", guard.unwrap_or_default())
                .expect("a string takes all");
        }
        self.indent -= 1;
        write!(text, "{:1$}}}", "", self.indent * 4).expect("a string takes all");
        text
    }

    fn pattern(&self, pat: &Pat) -> String {
        let list = |pats: &[Pat], separator| {
            pats.iter().map(|pat| self.pattern(pat)).collect::<Vec<_>>().join(separator)
        };
        match pat {
            Pat::Wild => "_".to_owned(),
            Pat::Bind(name) => (*name).to_owned(),
            Pat::BindMut(name) => format!("mut {name}"),
            Pat::Int(n) => n.to_string(),
            Pat::Bool(b) => b.to_string(),
            Pat::Range(low, Some(high), true) => format!("{low}..={high}"),
            Pat::Range(low, Some(high), false) => format!("{low}..{high}"),
            Pat::Range(low, None, _) => format!("{low}.."),
            Pat::At(name, inner) if matches!(**inner, Pat::Or(_)) => {
                format!("{name} @ ({})", self.pattern(inner))
            }
            Pat::At(name, inner) => format!("{name} @ {}", self.pattern(inner)),
            Pat::Or(pats) => list(pats, " | "),
            Pat::None => "None".to_owned(),
            Pat::Some(inner) => format!("Some({})", self.pattern(inner)),
            Pat::Tuple(pats) => format!("({})", list(pats, ", ")),
            Pat::Ref(inner) => format!("&{}", self.pattern(inner)),
            Pat::Record(record) => self.record_pattern(record),
            Pat::Array(pats, None) => format!("[{}]", list(pats, ", ")),
            Pat::Array(pats, Some(place)) => {
                let mut parts: Vec<String> = pats.iter().map(|pat| self.pattern(pat)).collect();
                parts.insert(*place, "..".to_owned());
                format!("[{}]", parts.join(", "))
            }
        }
    }
}

/// Whether the place of an expression settles its type. If not, its literals get suffixes: on `2.0.sin()`
/// and on `let a = 2.0; a.sin()` rustc wants to know more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Yes,
    No,
}

/// Whether an expression has a type of its own, whatever is printed around it.
fn tells_type(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(lit) => lit.suffix,
        Expr::Neg(e) => tells_type(e),
        Expr::Bin(_, a, b) => tells_type(a) || tells_type(b),
        Expr::Var(_)
        | Expr::Const(_)
        | Expr::Std(_)
        | Expr::Field(..)
        | Expr::Member(..)
        | Expr::Call(..)
        | Expr::Invoke(..)
        | Expr::Cast(..)
        | Expr::Index(..)
        | Expr::Deref(_, false)
        | Expr::Reduce(_, Reduction::Sum | Reduction::Product) => true,
        // The literals in a block get suffixes, so it does not matter here.
        _ => false,
    }
}

fn strength_of(expr: &Expr) -> u8 {
    use crate::ast::Op;
    match expr {
        Expr::Or(..) => strength::OR,
        Expr::And(..) => strength::AND,
        Expr::Cmp(..) => strength::COMPARISON,
        Expr::Bin(Op::Add | Op::Sub, ..) => strength::SUM,
        Expr::Bin(..) => strength::PRODUCT,
        Expr::Cast(..) => strength::CAST,
        Expr::Neg(_) | Expr::Not(_) | Expr::Deref(..) | Expr::Slice(..) | Expr::Cut(..) | Expr::Borrow(_) => {
            strength::UNARY
        }
        // At the start of a statement these would be statements.
        Expr::If(..) | Expr::IfLet(..) | Expr::Match(..) | Expr::Block(_) | Expr::Loop(_) => strength::LOWEST,
        Expr::Int(n) if *n < 0 => strength::UNARY,
        _ => strength::POSTFIX,
    }
}
