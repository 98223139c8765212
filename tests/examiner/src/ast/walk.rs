//! Visiting trees: every expression and every block once, outermost first, in one fixed order, so that a
//! position found in one copy of a program names the same place in another copy.

use super::{Block, Expr, Helper, Home, Iter, Name, Pat, Program, Sibling, Stmt};
use crate::features::Scalar;

/// A place in a tree.
pub(crate) enum Node<'a> {
    Expr(&'a mut Expr),
    Block(&'a mut Block),
}

impl Program {
    /// Visits every node of the bodies.
    pub(crate) fn walk_mut(&mut self, visit: &mut dyn FnMut(Node<'_>)) {
        self.body.walk_mut(visit);
        for helper in &mut self.helpers {
            helper.body.walk_mut(visit);
        }
    }

    /// The number of nodes: the measure that the shrinker makes smaller.
    pub(crate) fn size(&self) -> usize {
        let mutable = self.params.iter().filter(|param| param.mutable).count();
        let leaves: usize = self.params.iter().map(|param| param.ty.leaves().len()).sum();
        let structs =
            self.params.iter().filter(|param| param.active && param.ty.has_struct(&|_| true)).count();
        let mut count = 2 * structs
            + self.consts.len()
            + self.params.len()
            + leaves
            + mutable
            + usize::from(self.wrt)
            + usize::from(self.unroll.is_some())
            + usize::from(self.alloc);
        count += 20 * usize::from(self.modes) + self.result.leaves().len();
        count += self.structs.iter().map(|of| 10 + 2 * of.fields.len()).sum::<usize>();
        count += self.helpers.iter().map(helper_size).sum::<usize>();
        self.clone().walk_mut(&mut |node| {
            count += match node {
                Node::Expr(expr) => 2 + extra(expr),
                // A tuple taken apart weighs more than bindings one by one.
                Node::Block(block) => block
                    .stmts
                    .iter()
                    .map(|stmt| match stmt {
                        Stmt::Let(pat, annotation, _) => {
                            pattern_size(pat) + usize::from(annotation.is_some())
                        }
                        Stmt::For(label, pat, iter, _) => {
                            10 + usize::from(label.is_some()) + pattern_size(pat) + iter_size(iter)
                        }
                        Stmt::While(..) | Stmt::Loop(..) => 10,
                        Stmt::Swap(..) => 3,
                        _ => 1,
                    })
                    .sum(),
            }
        });
        count
    }

    /// Whether some expression of the body satisfies the predicate.
    pub(crate) fn any(&self, predicate: &dyn Fn(&Expr) -> bool) -> bool {
        let mut found = false;
        self.clone().walk_mut(&mut |node| {
            if let Node::Expr(expr) = node {
                found |= predicate(expr);
            }
        });
        found
    }
}

/// What a helper weighs beside its body.
fn helper_size(helper: &Helper) -> usize {
    let leaves: usize = helper.params.iter().map(|param| 1 + param.ty.leaves().len()).sum();
    let mutable = helper.params.iter().filter(|param| param.mutable).count();
    let generic = usize::from(helper.scalar == Scalar::Generic);
    let home = match helper.home {
        Home::Module(path) => path.len(),
        Home::Impl(_) => 1,
        Home::Trait(_) => 3,
    };
    10 + leaves + mutable + generic + home + helper.result.leaves().len()
}

/// A pattern that takes something apart weighs more than bindings one by one.
fn pattern_size(pat: &Pat) -> usize {
    match pat {
        Pat::Tuple(_) | Pat::Array(..) | Pat::Record(_) => 4,
        Pat::BindMut(_) | Pat::Ref(_) => 2,
        _ => 1,
    }
}

/// What an expression weighs beyond its nodes, so that shorter arrays are smaller ones.
fn extra(expr: &Expr) -> usize {
    match expr {
        Expr::Size(n) => usize::from(*n > 0),
        Expr::Repeat(_, n) => *n,
        Expr::FromFn(n, _) => 8 + n,
        Expr::Slice(_, low, high) => high - low + 2,
        Expr::Cut(_, low, high) => 2 + usize::from(low.is_some()) + usize::from(high.is_some()),
        Expr::Loop(_) => 10,
        Expr::MapArray(..) => 8,
        Expr::Reduce(iter, _) => 8 + iter_size(iter),
        Expr::Invoke(call) => {
            2 + usize::from(call.turbofish) + 4 * usize::from(call.sibling != Sibling::Itself)
        }
        _ => 0,
    }
}

fn iter_size(iter: &Iter) -> usize {
    match iter {
        Iter::Range(low, high, inclusive) => match (&**low, &**high) {
            (Expr::Size(low), Expr::Size(high)) => high.saturating_sub(*low) + usize::from(*inclusive) * 2,
            _ => 4,
        },
        Iter::Items(..) => 1,
        Iter::Part(..) | Iter::Windows(..) | Iter::Chunks(..) | Iter::From(_) => 3,
        Iter::Mut(_) => 2,
        Iter::Rev(inner)
        | Iter::Step(inner, _)
        | Iter::Skip(inner, _)
        | Iter::Take(inner, _)
        | Iter::Flatten(inner)
        | Iter::Filter(inner, _)
        | Iter::Enumerate(inner) => 3 + iter_size(inner),
        Iter::Zip(a, b) | Iter::Chain(a, b) => 3 + iter_size(a) + iter_size(b),
        Iter::Map(inner, _) => 2 + iter_size(inner),
    }
}

impl Block {
    fn walk_mut(&mut self, visit: &mut dyn FnMut(Node<'_>)) {
        visit(Node::Block(self));
        for stmt in &mut self.stmts {
            match stmt {
                Stmt::Let(_, _, expr)
                | Stmt::Assign(_, _, expr)
                | Stmt::Do(expr)
                | Stmt::Return(expr)
                | Stmt::BreakWith(expr)
                | Stmt::Fill(_, expr)
                | Stmt::Assert(_, expr) => expr.walk_mut(visit),
                Stmt::Const(..) | Stmt::Table(..) | Stmt::Reverse(_) | Stmt::Break(_) | Stmt::Continue(_) => {
                }
                Stmt::Store(place, _, expr) => {
                    place.walk_mut(visit);
                    expr.walk_mut(visit);
                }
                Stmt::Swap(_, i, j) => {
                    i.walk_mut(visit);
                    j.walk_mut(visit);
                }
                Stmt::For(_, _, iter, body) => {
                    iter.operands_mut().into_iter().for_each(|operand| operand.walk_mut(visit));
                    body.walk_mut(visit);
                }
                Stmt::While(_, cond, body) => {
                    cond.walk_mut(visit);
                    body.walk_mut(visit);
                }
                Stmt::Loop(_, body) => body.walk_mut(visit),
            }
        }
        if let Some(tail) = &mut self.tail {
            tail.walk_mut(visit);
        }
    }
}

impl Expr {
    /// Visits this expression and what is in it.
    pub(crate) fn walk_mut(&mut self, visit: &mut dyn FnMut(Node<'_>)) {
        visit(Node::Expr(self));
        match self {
            Expr::If(cond, then, other) | Expr::IfLet(_, cond, then, other) => {
                cond.walk_mut(visit);
                then.walk_mut(visit);
                other.walk_mut(visit);
            }
            Expr::Match(scrutinee, arms) => {
                scrutinee.walk_mut(visit);
                for arm in arms {
                    if let Some(guard) = &mut arm.guard {
                        guard.walk_mut(visit);
                    }
                    arm.body.walk_mut(visit);
                }
            }
            Expr::Block(block) | Expr::Loop(block) => block.walk_mut(visit),
            other => other.operands_mut().into_iter().for_each(|operand| operand.walk_mut(visit)),
        }
    }

    /// Whether something in the expression assigns to the variable.
    pub(crate) fn assigns_to(&self, name: Name) -> bool {
        let mut found = false;
        self.clone().walk_mut(&mut |node| {
            if let Node::Block(block) = node {
                found |= block.stmts.iter().any(|stmt| match stmt {
                    Stmt::Assign(to, ..) | Stmt::Swap(to, ..) | Stmt::Fill(to, _) | Stmt::Reverse(to) => {
                        *to == name
                    }
                    Stmt::Store(place, ..) => place.root() == Some(name),
                    Stmt::For(_, _, iter, _) => iter.changed().contains(&name),
                    _ => false,
                });
            }
        });
        found
    }

    /// Whether something in the expression assigns to a variable that the place is made of.
    pub(crate) fn assigns_in(&self, place: &Expr) -> bool {
        let mut found = false;
        place.clone().walk_mut(&mut |node| {
            if let Node::Expr(Expr::Var(name)) = node {
                found |= self.assigns_to(name);
            }
        });
        found
    }

    /// The operands of an expression that holds no block.
    fn operands_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Some(a)
            | Expr::Field(a, _)
            | Expr::Member(a, _)
            | Expr::Neg(a)
            | Expr::Not(a)
            | Expr::Cast(_, a)
            | Expr::Repeat(a, _)
            | Expr::Deref(a, _)
            | Expr::Len(a)
            | Expr::Whole(a)
            | Expr::Slice(a, ..)
            | Expr::Borrow(a)
            | Expr::Hold(a) => vec![a],
            Expr::Cut(a, low, high) => {
                [Some(a), low.as_mut(), high.as_mut()].into_iter().flatten().map(Box::as_mut).collect()
            }
            Expr::MapArray(a, closure) => vec![a, &mut closure.body],
            Expr::FromFn(_, closure) => vec![&mut closure.body],
            Expr::Reduce(iter, reduction) => {
                let mut all = iter.operands_mut();
                all.extend(reduction.operands_mut());
                all
            }
            Expr::Bin(_, a, b)
            | Expr::Cmp(_, a, b)
            | Expr::And(a, b)
            | Expr::Or(a, b)
            | Expr::Least(a, b)
            | Expr::Index(a, b) => {
                vec![a, b]
            }
            Expr::Record(record) => {
                let fields = record.fields.iter_mut().map(|(_, e)| e);
                fields.chain(record.base.as_deref_mut()).collect()
            }
            Expr::Invoke(call) => call.args.iter_mut().collect(),
            Expr::Call(_, _, list) | Expr::Tuple(list) | Expr::Array(list) => list.iter_mut().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether something in the expression assigns to the variable that `left` reads in place: a comparison
    /// of a generic type borrows it.
    pub(crate) fn assigns_under(&self, left: &Expr) -> bool {
        match left {
            Expr::Var(name) => self.assigns_to(name),
            Expr::Field(inner, _)
            | Expr::Member(inner, _)
            | Expr::Index(inner, _)
            | Expr::Deref(inner, _) => self.assigns_under(inner),
            _ => false,
        }
    }

    /// Everything inside this expression, of whatever type.
    pub(crate) fn descendants(&self) -> Vec<Expr> {
        let mut found = Vec::new();
        self.clone().walk_mut(&mut |node| {
            if let Node::Expr(expr) = node {
                found.push(expr.clone());
            }
        });
        found.split_off(1)
    }

    /// What could stand in the place of this expression: its parts, of whatever type.
    pub(crate) fn parts(&self) -> Vec<Expr> {
        let tail = |block: &Block| block.tail.as_deref().cloned();
        match self {
            Expr::If(cond, then, other) | Expr::IfLet(_, cond, then, other) => {
                let blocks = [then, other].map(|block| Expr::Block(block.clone()));
                [Some((**cond).clone()), tail(then), tail(other)]
                    .into_iter()
                    .flatten()
                    .chain(blocks)
                    .collect()
            }
            Expr::Match(_, arms) => {
                let blocks = arms.iter().map(|arm| Expr::Block(arm.body.clone()));
                arms.iter().filter_map(|arm| tail(&arm.body)).chain(blocks).collect()
            }
            Expr::Block(block) => tail(block).into_iter().collect(),
            other => other.clone().operands_mut().into_iter().map(|part| part.clone()).collect(),
        }
    }
}
