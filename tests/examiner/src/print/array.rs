//! How arrays, iterators, closures and loops are written.

use super::{Known, Printer, strength};
use crate::ast::{Access, Block, Closure, Expr, Iter, Name, Pat, Reduction, Stmt};
use crate::features::Scalar;

impl Printer<'_> {
    pub(super) fn aggregate(&mut self, expr: &Expr, known: Known) -> String {
        let expected = std::mem::take(&mut self.expected);
        match expr {
            Expr::Array(elements) => {
                let elements: Vec<String> = elements.iter().map(|e| self.expr(e, known)).collect();
                format!("[{}]", elements.join(", "))
            }
            Expr::Repeat(e, length) => format!("[{}; {length}]", self.expr(e, known)),
            Expr::Index(array, index) => {
                format!("{}[{}]", self.receiver(array), self.expr(index, Known::Yes))
            }
            Expr::Deref(e, _) => format!("*{}", self.operand(e, strength::UNARY, Known::Yes)),
            Expr::Dimension => "N".to_owned(),
            Expr::Whole(e) => format!("[{}; N]", self.expr(e, known)),
            Expr::Least(a, b) => {
                format!("{}.min({})", self.operand(a, strength::POSTFIX, Known::No), self.expr(b, Known::Yes))
            }
            Expr::Len(array) => format!("{}.len()", self.receiver(array)),
            Expr::Slice(array, low, high) => format!("&{}[{low}..{high}]", self.receiver(array)),
            Expr::Cut(array, low, high) => {
                let array = self.receiver(array);
                let mut bound = |e: &Option<Box<Expr>>| {
                    e.as_ref().map_or(String::new(), |e| self.operand(e, strength::OR, Known::Yes))
                };
                let low = bound(low);
                format!("&{array}[{low}..{}]", bound(high))
            }
            Expr::Loop(body) => format!("loop {}", self.block(body, Known::Yes)),
            Expr::MapArray(array, closure) => {
                let array = self.receiver(array);
                format!("{array}.map({})", self.closure(closure))
            }
            Expr::FromFn(length, closure) => {
                let length = if expected { String::new() } else { format!("::<_, {length}, _>") };
                self.expected = expected && matches!(*closure.body, Expr::FromFn(..));
                let closure = self.closure(closure);
                self.expected = false;
                format!("core::array::from_fn{length}({closure})")
            }
            Expr::Reduce(iter, reduction) => {
                let chain = self.chain(iter);
                format!("{chain}.{}", self.reduction(reduction, expected))
            }
            other => unreachable!("{other:?} is printed elsewhere"),
        }
    }

    /// What stands before a dot or a bracket, which dereferences by itself.
    pub(super) fn receiver(&mut self, expr: &Expr) -> String {
        let expr = if let Expr::Deref(inner, _) = expr { inner } else { expr };
        self.operand(expr, strength::POSTFIX, Known::No)
    }

    /// An operand of arithmetic, where a star can be left out.
    pub(super) fn without_star<'e>(&self, expr: &'e Expr) -> &'e Expr {
        match expr {
            Expr::Deref(inner, true) if self.scalar != Scalar::Generic => inner,
            expr => expr,
        }
    }

    fn closure(&mut self, closure: &Closure) -> String {
        let params: Vec<String> = closure.params.iter().map(|pat| self.pattern(pat)).collect();
        format!("|{}| {}", params.join(", "), self.expr(&closure.body, Known::No))
    }

    fn reduction(&mut self, reduction: &Reduction, expected: bool) -> String {
        let (name, real) = (reduction.name(), self.real());
        match reduction {
            Reduction::Sum | Reduction::Product if expected => format!("{name}()"),
            Reduction::Sum | Reduction::Product => format!("{name}::<{real}>()"),
            Reduction::Largest => format!("fold({real}::NEG_INFINITY, {real}::max)"),
            Reduction::Smallest => format!("fold({real}::INFINITY, {real}::min)"),
            Reduction::Fold(initial, closure) => {
                let initial = self.expr(initial, Known::No);
                format!("fold({initial}, {})", self.closure(closure))
            }
            Reduction::All(closure) | Reduction::Any(closure) => format!("{name}({})", self.closure(closure)),
        }
    }

    /// An iterator where anything that can be iterated over will do.
    fn iterable(&mut self, iter: &Iter) -> String {
        match iter {
            Iter::Range(low, high, inclusive) => {
                let dots = if *inclusive { "..=" } else { ".." };
                let low = self.operand(low, strength::OR, Known::Yes);
                format!("{low}{dots}{}", self.operand(high, strength::OR, Known::Yes))
            }
            Iter::Items(array, Access::Value) => self.operand(array, strength::OR, Known::No),
            Iter::Items(array, Access::Ref) => {
                format!("&{}", self.operand(array, strength::UNARY, Known::No))
            }
            Iter::From(low) => format!("{}..", self.operand(low, strength::OR, Known::Yes)),
            iter => self.chain(iter),
        }
    }

    /// An iterator that a method can be called on.
    fn chain(&mut self, iter: &Iter) -> String {
        match iter {
            Iter::Range(..) | Iter::From(_) => format!("({})", self.iterable(iter)),
            Iter::Items(array, access) => {
                let method = match access {
                    Access::Value => "into_iter()",
                    Access::Ref | Access::Iter => "iter()",
                    Access::Copied => "iter().copied()",
                };
                format!("{}.{method}", self.receiver(array))
            }
            Iter::Part(array, low, high) => {
                let (low, high) = (self.expr(low, Known::Yes), self.expr(high, Known::Yes));
                format!("{}[{low}..{high}].iter()", self.receiver(array))
            }
            Iter::Windows(array, size) => format!("{}.windows({size})", self.receiver(array)),
            Iter::Chunks(array, size) => format!("{}.chunks_exact({size})", self.receiver(array)),
            Iter::Mut(name) => format!("{name}.iter_mut()"),
            Iter::Rev(inner) => format!("{}.rev()", self.chain(inner)),
            Iter::Step(inner, step) => format!("{}.step_by({step})", self.chain(inner)),
            Iter::Skip(inner, count) => format!("{}.skip({count})", self.chain(inner)),
            Iter::Take(inner, count) => format!("{}.take({count})", self.chain(inner)),
            Iter::Enumerate(inner) => format!("{}.enumerate()", self.chain(inner)),
            Iter::Zip(a, b) => {
                let a = self.chain(a);
                format!("{a}.zip({})", self.iterable(b))
            }
            Iter::Chain(a, b) => {
                let a = self.chain(a);
                format!("{a}.chain({})", self.iterable(b))
            }
            Iter::Flatten(inner) => format!("{}.flatten()", self.chain(inner)),
            Iter::Map(inner, closure) => {
                let inner = self.chain(inner);
                format!("{inner}.map({})", self.closure(closure))
            }
            Iter::Filter(inner, closure) => {
                let inner = self.chain(inner);
                format!("{inner}.filter({})", self.closure(closure))
            }
        }
    }

    pub(super) fn each(&mut self, label: Option<Name>, pat: &Pat, iter: &Iter, body: &Block) -> String {
        let iter = self.iterable(iter);
        let body = self.block(body, Known::Yes);
        format!("{}for {} in {iter} {body}", labelled(label), self.pattern(pat))
    }

    /// `while` and `loop`.
    pub(super) fn repeated(&mut self, label: Option<Name>, cond: Option<&Expr>, body: &Block) -> String {
        let head = match cond {
            Some(cond) => format!("while {} ", self.expr(cond, Known::No)),
            None => "loop ".to_owned(),
        };
        format!("{}{head}{}", labelled(label), self.block(body, Known::Yes))
    }
}

fn labelled(label: Option<Name>) -> String {
    label.map_or_else(String::new, |label| format!("'{label}: "))
}

pub(super) fn jump(keyword: &str, label: Option<Name>) -> String {
    label.map_or_else(|| format!("{keyword};"), |label| format!("{keyword} '{label};"))
}

/// Whether the statement looks like an expression without a semicolon.
pub(super) fn is_bare(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Do(_) | Stmt::For(..) | Stmt::While(..) | Stmt::Loop(..))
}
