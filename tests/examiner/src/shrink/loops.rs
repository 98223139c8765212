//! Simpler loops, iterators and arrays.

use crate::ast::{Access, Block, Closure, Expr, Iter, Name, Node, Pat, Program, Reduction, Stmt, Ty};
use crate::points::{Arg, Point};

/// What could stand for an expression of arrays.
pub(super) fn expressions(expr: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    match expr {
        Expr::Size(n) if *n > 0 => found.extend([Expr::Size(0), Expr::Size(n - 1)]),
        Expr::Array(elements) if elements.len() > 1 => {
            for index in 0..elements.len() {
                let mut fewer = elements.clone();
                fewer.remove(index);
                found.push(Expr::Array(fewer));
            }
        }
        Expr::Repeat(e, length) if *length > 1 => found.push(Expr::Repeat(e.clone(), length - 1)),
        Expr::FromFn(length, closure) => {
            if *length > 1 {
                found.push(Expr::FromFn(length - 1, closure.clone()));
            }
            found.extend(opened(closure, vec![Some(Expr::Size(0))]));
            found.extend(
                opened(closure, vec![Some(Expr::Size(0))]).map(|e| Expr::Repeat(Box::new(e), *length)),
            );
        }
        Expr::MapArray(array, closure) => {
            found.extend(opened(closure, vec![Some(element(array, Expr::Size(0)))]));
        }
        Expr::Index(array, index) => match &**array {
            Expr::MapArray(inner, closure) => {
                found.extend(opened(closure, vec![Some(element(inner, (**index).clone()))]));
            }
            Expr::FromFn(_, closure) => found.extend(opened(closure, vec![Some((**index).clone())])),
            _ => {}
        },
        Expr::Cut(array, Some(low), Some(_)) => found.push(Expr::Cut(array.clone(), Some(low.clone()), None)),
        Expr::Whole(e) => found.push((**e).clone()),
        Expr::Least(a, _) => found.push((**a).clone()),
        Expr::Deref(inner, true) => found.push(Expr::Deref(inner.clone(), false)),
        Expr::Reduce(iter, reduction) => {
            for (pat, iter, names) in fewer(&Pat::Wild, iter) {
                if pat == Pat::Wild && names.is_empty() {
                    found.push(Expr::Reduce(Box::new(iter), reduction.clone()));
                }
            }
            found.extend(first(iter));
            match reduction {
                Reduction::Fold(initial, closure) => {
                    found.extend(opened(closure, vec![Some((**initial).clone()), first(iter)]));
                    let pat = &closure.params[1];
                    for (pat, iter, names) in fewer(pat, iter) {
                        let params = vec![closure.params[0].clone(), pat];
                        let body = Box::new(unstarred(&closure.body, &names));
                        let closure = Closure { params, body };
                        found.push(Expr::Reduce(Box::new(iter), Reduction::Fold(initial.clone(), closure)));
                    }
                }
                Reduction::All(closure) | Reduction::Any(closure) => {
                    found.extend(opened(closure, vec![first(iter)]));
                }
                _ => {}
            }
        }
        _ => {}
    }
    found
}

fn element(array: &Expr, index: Expr) -> Expr {
    Expr::Index(Box::new(array.clone()), Box::new(index))
}

/// The body of a closure with its parameters bound before it.
fn opened(closure: &Closure, args: Vec<Option<Expr>>) -> Option<Expr> {
    let mut stmts = Vec::new();
    let mut names = Vec::new();
    for (pat, arg) in closure.params.iter().zip(args) {
        stmts.push(Stmt::Let(unreferenced(pat, &mut names), None, arg?));
    }
    let body = unstarred(&closure.body, &names);
    Some(Expr::Block(Block { stmts, tail: Some(Box::new(body)) }))
}

/// The first item, by value.
fn first(iter: &Iter) -> Option<Expr> {
    Some(match iter {
        Iter::Range(low, ..) | Iter::From(low) => (**low).clone(),
        Iter::Items(array, _) => element(array, Expr::Size(0)),
        Iter::Part(array, low, _) => element(array, (**low).clone()),
        Iter::Windows(array, size) | Iter::Chunks(array, size) => {
            Expr::Array((0..*size).map(|index| element(array, Expr::Size(index))).collect())
        }
        Iter::Mut(_) => return None,
        Iter::Chain(inner, _) | Iter::Filter(inner, _) => first(inner)?,
        Iter::Flatten(inner) => element(&first(inner)?, Expr::Size(0)),
        Iter::Rev(inner) | Iter::Step(inner, _) | Iter::Skip(inner, _) | Iter::Take(inner, _) => {
            first(inner)?
        }
        Iter::Enumerate(inner) => Expr::Tuple(vec![Expr::Size(0), first(inner)?]),
        Iter::Zip(a, b) => Expr::Tuple(vec![first(a)?, first(b)?]),
        Iter::Map(inner, closure) => opened(closure, vec![first(inner)])?,
    })
}

/// A pattern for the value of what it was a pattern for a reference to; the names that are bound in it.
fn unreferenced(pat: &Pat, names: &mut Vec<Name>) -> Pat {
    match pat {
        Pat::Ref(inner) => unreferenced(inner, names),
        Pat::Bind(name) => {
            names.push(name);
            pat.clone()
        }
        Pat::Tuple(pats) => Pat::Tuple(pats.iter().map(|pat| unreferenced(pat, names)).collect()),
        pat => pat.clone(),
    }
}

/// `*v` becomes `v` for these names.
fn unstarred(expr: &Expr, names: &[Name]) -> Expr {
    let mut expr = expr.clone();
    expr.walk_mut(&mut |node| strip(node, names));
    expr
}

fn unstarred_block(block: &Block, names: &[Name]) -> Block {
    let Expr::Block(block) = unstarred(&Expr::Block(block.clone()), names) else {
        unreachable!("it was a block")
    };
    block
}

fn strip(node: Node<'_>, names: &[Name]) {
    if let Node::Expr(expr) = node
        && let Expr::Deref(inner, _) = expr
        && matches!(**inner, Expr::Var(name) if names.contains(&name))
    {
        *expr = (**inner).clone();
    }
}

/// Iterators with less in them, the pattern that their items have, and the names in it that are no longer
/// references.
fn fewer(pat: &Pat, iter: &Iter) -> Vec<(Pat, Iter, Vec<Name>)> {
    let mut found = Vec::new();
    let as_it_was = |iter: Iter| (pat.clone(), iter, Vec::new());
    let rewrapped = |inner: &Iter, wrap: &dyn Fn(Box<Iter>) -> Iter| {
        let mut all = vec![as_it_was(inner.clone())];
        all.extend(
            fewer(pat, inner).into_iter().map(|(pat, inner, names)| (pat, wrap(Box::new(inner)), names)),
        );
        all
    };
    match iter {
        Iter::Range(low, high, true) => {
            if let Expr::Size(n) = **high {
                found.push(as_it_was(Iter::Range(low.clone(), Box::new(Expr::Size(n + 1)), false)));
            }
        }
        Iter::Range(low, high, false) => match (&**low, &**high) {
            (Expr::Size(a), Expr::Size(b)) if a < b => {
                let range = |a, b| Iter::Range(Box::new(Expr::Size(a)), Box::new(Expr::Size(b)), false);
                found.extend([as_it_was(range(*a, b - 1)), as_it_was(range(a + 1, *b))]);
            }
            (Expr::Int(a), Expr::Int(b)) if a < b => {
                let range = |a, b| Iter::Range(Box::new(Expr::Int(a)), Box::new(Expr::Int(b)), false);
                found.extend([as_it_was(range(*a, b - 1)), as_it_was(range(a + 1, *b))]);
            }
            _ => {}
        },
        Iter::Items(array, Access::Iter | Access::Ref | Access::Copied) => {
            let mut names = Vec::new();
            let plain = unreferenced(pat, &mut names);
            found.push((plain, Iter::Items(array.clone(), Access::Value), names));
        }
        Iter::Items(..) | Iter::Windows(..) | Iter::Chunks(..) | Iter::Mut(_) | Iter::From(_) => {}
        Iter::Chain(a, b) => {
            found.extend(rewrapped(a, &|a| Iter::Chain(a, b.clone())));
            found.extend(rewrapped(b, &|b| Iter::Chain(a.clone(), b)));
        }
        Iter::Flatten(inner) => found.push(as_it_was((**inner).clone())),
        Iter::Filter(inner, closure) => {
            found.extend(rewrapped(inner, &|inner| Iter::Filter(inner, closure.clone())));
        }
        Iter::Part(array, ..) => found.push(as_it_was(Iter::Items(array.clone(), Access::Iter))),
        Iter::Rev(inner) => found.extend(rewrapped(inner, &Iter::Rev)),
        Iter::Step(inner, step) => found.extend(rewrapped(inner, &|inner| Iter::Step(inner, *step))),
        Iter::Skip(inner, count) => found.extend(rewrapped(inner, &|inner| Iter::Skip(inner, *count))),
        Iter::Take(inner, count) => found.extend(rewrapped(inner, &|inner| Iter::Take(inner, *count))),
        Iter::Map(inner, closure) => {
            found.push(as_it_was((**inner).clone()));
            for (item, inner, names) in fewer(&closure.params[0], inner) {
                let body = Box::new(unstarred(&closure.body, &names));
                found.push(as_it_was(Iter::Map(Box::new(inner), Closure { params: vec![item], body })));
            }
        }
        Iter::Enumerate(inner) => {
            if let Pat::Tuple(pats) = pat {
                found.push((pats[1].clone(), (**inner).clone(), Vec::new()));
                for (item, inner, names) in fewer(&pats[1], inner) {
                    let pat = Pat::Tuple(vec![pats[0].clone(), item]);
                    found.push((pat, Iter::Enumerate(Box::new(inner)), names));
                }
            }
        }
        Iter::Zip(a, b) => {
            if let Pat::Tuple(pats) = pat {
                found.push((pats[0].clone(), (**a).clone(), Vec::new()));
                found.push((pats[1].clone(), (**b).clone(), Vec::new()));
                for (item, a, names) in fewer(&pats[0], a) {
                    let pat = Pat::Tuple(vec![item, pats[1].clone()]);
                    found.push((pat, Iter::Zip(Box::new(a), b.clone()), names));
                }
                for (item, b, names) in fewer(&pats[1], b) {
                    let pat = Pat::Tuple(vec![pats[0].clone(), item]);
                    found.push((pat, Iter::Zip(a.clone(), Box::new(b)), names));
                }
            }
        }
    }
    found
}

/// What could stand for a loop: its body once, or fewer iterations.
pub(super) fn statements(stmt: &Stmt) -> Vec<Vec<Stmt>> {
    let mut found = Vec::new();
    match stmt {
        Stmt::For(label, pat, iter, body) => {
            if label.is_some() {
                found.push(vec![Stmt::For(None, pat.clone(), iter.clone(), body.clone())]);
            }
            for (pat, iter, names) in fewer(pat, iter) {
                found.push(vec![Stmt::For(*label, pat, iter, unstarred_block(body, &names))]);
            }
            found.push(body.stmts.clone());
            if let Some(first) = first(iter) {
                let mut names = Vec::new();
                let pat = unreferenced(pat, &mut names);
                let mut stmts = vec![Stmt::Let(pat, None, first)];
                stmts.extend(unstarred_block(body, &names).stmts);
                found.push(stmts.clone());
                found.push(vec![Stmt::Do(Expr::Block(Block { stmts, tail: None }))]);
            }
        }
        Stmt::Let(pat, ty, Expr::Loop(body)) => {
            found.push(body.stmts.clone());
            let parts = Expr::Loop(body.clone()).descendants();
            found.extend(parts.into_iter().map(|e| vec![Stmt::Let(pat.clone(), ty.clone(), e)]));
        }
        Stmt::While(_, _, body) | Stmt::Loop(_, body) => found.push(body.stmts.clone()),
        Stmt::Let(pat, Some(_), init) => found.push(vec![Stmt::Let(pat.clone(), None, init.clone())]),
        Stmt::Break(Some(_)) | Stmt::Continue(None) => found.push(vec![Stmt::Break(None)]),
        Stmt::Continue(Some(_)) => found.push(vec![Stmt::Continue(None)]),
        _ => {}
    }
    found
}

/// Programs with shorter array parameters, and points that fit them.
pub(super) fn parameters(program: &Program, points: &[Point]) -> Vec<(Program, Vec<Point>)> {
    let mut found = Vec::new();
    for index in 0..program.params.len() {
        let leaves = program.leaves_of(index);
        for (ty, kept) in shorter(&program.params[index].ty) {
            let (mut program, mut points) = (program.clone(), points.to_vec());
            for point in &mut points {
                let args = kept.iter().map(|&leaf| point.0[leaves.start + leaf]).collect::<Vec<_>>();
                point.0.splice(leaves.clone(), args);
            }
            if let Ty::Run(_, most, _) = ty {
                let lengths = points.iter().map(|point| point.0[leaves.start]);
                if lengths.into_iter().any(|length| matches!(length, Arg::Size(length) if length > most)) {
                    continue;
                }
            }
            program.params[index].ty = ty;
            found.push((program, points));
        }
        if let Ty::Run(..) = program.params[index].ty {
            // All arrays have one length.
            let is_sized = program.params[index].ty.is_sized();
            let others =
                (0..program.params.len()).filter(|other| is_sized && program.params[*other].ty.is_sized());
            let places: Vec<usize> =
                others.chain([index]).map(|param| program.leaves_of(param).start).collect();
            let mut points = points.to_vec();
            for point in &mut points {
                let Arg::Size(length) = point.0[leaves.start] else { continue };
                for &place in &places {
                    point.0[place] = Arg::Size(length.saturating_sub(1));
                }
            }
            found.push((program.clone(), points));
        }
    }
    found
}

/// Smaller types, each with the leaves that are left of the old one.
fn shorter(ty: &Ty) -> Vec<(Ty, Vec<usize>)> {
    let all = (0..ty.leaves().len()).collect::<Vec<usize>>();
    match ty {
        Ty::Array(element, length) => {
            let size = element.leaves().len();
            let mut found = Vec::new();
            if *length > 1 {
                let kept = all[..size * (length - 1)].to_vec();
                found.push((Ty::Array(element.clone(), length - 1), kept));
            }
            for (element, kept) in shorter(element) {
                let rows = (0..*length).flat_map(|row| kept.iter().map(move |leaf| row * size + leaf));
                found.push((Ty::array(element, *length), rows.collect()));
            }
            found
        }
        Ty::Run(element, most, form) if *most > 1 => {
            let kept = all[..all.len() - element.leaves().len()].to_vec();
            vec![(Ty::Run(element.clone(), most - 1, *form), kept)]
        }
        Ty::Ref(inner) => {
            let mut found = vec![((**inner).clone(), all)];
            found.extend(shorter(inner).into_iter().map(|(ty, kept)| (Ty::Ref(Box::new(ty)), kept)));
            found
        }
        _ => Vec::new(),
    }
}

/// Programs that return only a part of what they returned, where that is written as a tuple or an array.
pub(super) fn results(program: &Program) -> Vec<Program> {
    let types = match &program.result {
        Ty::Tuple(types) => types.clone(),
        Ty::Array(element, length) => vec![(**element).clone(); *length],
        _ => Vec::new(),
    };
    let part = |expr: &mut Expr, index: usize| match expr {
        Expr::Tuple(parts) | Expr::Array(parts) => *expr = parts.swap_remove(index),
        _ => {}
    };
    let parts = types.into_iter().enumerate().map(|(index, ty)| {
        let mut smaller = Program { result: ty, ..program.clone() };
        smaller.walk_mut(&mut |node| {
            if let Node::Block(block) = node {
                block.stmts.iter_mut().for_each(|stmt| {
                    if let Stmt::Return(expr) = stmt {
                        part(expr, index);
                    }
                });
            }
        });
        if let Some(tail) = &mut smaller.body.tail {
            part(tail, index);
        }
        smaller
    });
    parts.collect()
}
