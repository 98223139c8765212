//! The shrinker: a failing program in, a smaller one that fails in the same way out.
//!
//! Proposals are made without regard to types and scopes; those that the checker or the oracle does not
//! like are dropped, the others are compiled together in one batch. The smallest that still fails is the
//! next program to shrink.

mod helpers;
mod loops;

use std::io;

use crate::ast::{Block, Expr, Lit, Node, Pat, Program, Stmt, Style, Ty};
use crate::batch::Case;
use crate::check::check;
use crate::oracle;
use crate::points::{Arg, Point};

/// How many proposals are compiled at once.
const WIDTH: usize = 120;

/// How often the program may get smaller.
const ROUNDS: usize = 40;

/// Shrinks a failing case; `fails` says which of several cases fail in the same way.
pub(crate) fn shrink(
    case: Case,
    fails: &mut dyn FnMut(&[Case]) -> io::Result<Vec<bool>>,
) -> io::Result<Case> {
    let mut smallest = case;
    for _ in 0..ROUNDS {
        let found = match smaller(proposals(&smallest, Expr::parts), fails)? {
            None => smaller(proposals(&smallest, Expr::descendants), fails)?,
            found => found,
        };
        match found {
            Some(case) => smallest = case,
            None => break,
        }
    }
    Ok(smallest)
}

/// The smallest of the cases that fails.
fn smaller(
    mut cases: Vec<Case>,
    fails: &mut dyn FnMut(&[Case]) -> io::Result<Vec<bool>>,
) -> io::Result<Option<Case>> {
    cases.sort_by_key(measure);
    for chunk in cases.chunks(WIDTH) {
        if let Some(index) = fails(chunk)?.iter().position(|&fails| fails) {
            return Ok(Some(chunk[index].clone()));
        }
    }
    Ok(None)
}

/// What of an expression is proposed in its place.
type Parts = fn(&Expr) -> Vec<Expr>;

/// What shrinking makes smaller: the tree first, then the digits of the arguments.
fn measure((program, points): &Case) -> (usize, usize) {
    let digits = |arg: &Arg| match arg {
        Arg::Real(x) => format!("{x}").len(),
        Arg::Size(n) => *n,
        _ => 1,
    };
    (program.size(), points.iter().flat_map(|point| point.0.iter().map(digits)).sum())
}

/// All cases that are one step smaller, well-typed, and do not panic.
fn proposals(case: &Case, parts: Parts) -> Vec<Case> {
    let (program, points) = case;
    let size = measure(case);
    let mut cases: Vec<Case> = Vec::new();
    for program in variants(program, parts) {
        cases.push((program, points.clone()));
    }
    cases.extend(loops::parameters(program, points));
    for index in 0..program.params.len() {
        let (mut program, mut points) = case.clone();
        program.params.remove(index);
        for point in &mut points {
            point.0.drain(case.0.leaves_of(index));
        }
        cases.push((program, points));
        for x in [0.0, 1.0, -1.0, 0.5, 2.0] {
            let (program, mut points) = case.clone();
            for point in &mut points {
                for arg in &mut point.0[case.0.leaves_of(index)] {
                    if let Arg::Real(old) = arg {
                        *old = x;
                    }
                }
            }
            cases.push((program, points));
        }
    }
    let runs =
        |(program, points): &Case| points.iter().all(|point: &Point| oracle::value(program, point).is_ok());
    cases.retain(|case| measure(case) < size && check(&case.0) == Ok(()) && runs(case));
    cases.dedup();
    cases
}

/// Programs that differ in one place.
fn variants(program: &Program, parts: Parts) -> Vec<Program> {
    let mut found = Vec::new();
    for index in 0..program.consts.len() {
        let mut smaller = program.clone();
        smaller.consts.remove(index);
        found.push(smaller);
    }
    for index in 0..program.params.len() {
        let mut plain = program.clone();
        plain.params[index].mutable = false;
        found.push(plain);
    }
    for index in 0..program.params.len() {
        // What does not vary need not be used.
        if program.params[index].ty.has_struct(&|_| true) && program.params[index].active {
            let mut passive = Program { wrt: true, ..program.clone() };
            passive.params[index].active = false;
            found.push(passive);
        }
    }
    if program.wrt {
        let mut plain = program.clone();
        plain.wrt = false;
        plain.params.iter_mut().for_each(|param| param.active = param.ty.reals() > 0);
        found.push(plain);
    }
    if program.alloc {
        found.push(Program { alloc: false, ..program.clone() });
    }
    if program.unroll.is_some() {
        found.push(Program { unroll: None, ..program.clone() });
    }
    if program.modes && program.result == Ty::Real {
        found.push(Program { modes: false, ..program.clone() });
    }
    found.extend(helpers::programs(program));
    found.extend(loops::results(program));
    // One pass to see what there is at each node, one per proposal to put it there.
    let mut nodes: Vec<Place> = Vec::new();
    let first =
        program.params.iter().find(|param| param.active && param.ty == Ty::Real).map(|param| param.name);
    program.clone().walk_mut(&mut |node| {
        nodes.push(match node {
            Node::Expr(expr) => Place::Expr(replacements(expr, first, parts)),
            Node::Block(block) => Place::Block(blocks(block, parts)),
        });
    });
    for (place, proposals) in nodes.into_iter().enumerate() {
        match proposals {
            Place::Expr(exprs) => exprs.into_iter().for_each(|expr| {
                found.push(replaced(program, place, &mut |node| {
                    if let Node::Expr(old) = node {
                        *old = expr.clone();
                    }
                }));
            }),
            Place::Block(blocks) => blocks.into_iter().for_each(|block| {
                found.push(replaced(program, place, &mut |node| {
                    if let Node::Block(old) = node {
                        *old = block.clone();
                    }
                }));
            }),
        }
    }
    found
}

enum Place {
    Expr(Vec<Expr>),
    Block(Vec<Block>),
}

fn replaced(program: &Program, place: usize, put: &mut dyn FnMut(Node<'_>)) -> Program {
    let mut copy = program.clone();
    let mut at = 0;
    // The nodes below the replaced one are visited too, under numbers that no longer mean anything.
    copy.walk_mut(&mut |node| {
        if at == place {
            put(node);
        }
        at += 1;
    });
    copy
}

/// What could stand for an expression.
fn replacements(expr: &Expr, param: Option<&'static str>, parts: Parts) -> Vec<Expr> {
    let mut found = parts(expr);
    let one = Expr::Lit(Lit::new("1.0"));
    if !matches!(
        expr,
        Expr::Lit(_) | Expr::Var(_) | Expr::Const(_) | Expr::Std(_) | Expr::Int(_) | Expr::Bool(_)
    ) {
        found.extend(param.map(Expr::Var));
        found.extend([one, Expr::Int(1), Expr::Size(0), Expr::Bool(true), Expr::Bool(false), Expr::None]);
    }
    found.extend(loops::expressions(expr));
    match expr {
        Expr::Call(fun, style, args) if *style != Style::Method => {
            found.push(Expr::Call(*fun, Style::Method, args.clone()));
        }
        Expr::If(cond, then, other) if !other.is_empty() => {
            found.push(Expr::If(cond.clone(), then.clone(), Block::default()));
        }
        Expr::IfLet(pat, scrutinee, then, other) if !other.is_empty() => {
            found.push(Expr::IfLet(pat.clone(), scrutinee.clone(), then.clone(), Block::default()));
        }
        Expr::Match(scrutinee, arms) => {
            for index in 0..arms.len() {
                let mut fewer = arms.clone();
                fewer.remove(index);
                found.push(Expr::Match(scrutinee.clone(), fewer));
                let mut unguarded = arms.clone();
                unguarded[index].guard = None;
                found.push(Expr::Match(scrutinee.clone(), unguarded));
            }
        }
        _ => {}
    }
    found
}

/// What could stand for a block: fewer statements, or simpler ones.
fn blocks(block: &Block, parts: Parts) -> Vec<Block> {
    let mut found = Vec::new();
    for (index, stmt) in block.stmts.iter().enumerate() {
        let mut splice = |stmts: Vec<Stmt>| {
            let mut smaller = block.clone();
            smaller.stmts.splice(index..=index, stmts);
            found.push(smaller);
        };
        splice(Vec::new());
        loops::statements(stmt).into_iter().for_each(&mut splice);
        match stmt {
            Stmt::Do(Expr::Block(inner)) => splice(inner.stmts.clone()),
            Stmt::Do(Expr::If(_, then, other) | Expr::IfLet(_, _, then, other)) => {
                splice(then.stmts.clone());
                splice(other.stmts.clone());
            }
            Stmt::Do(Expr::Match(_, arms)) => arms.iter().for_each(|arm| splice(arm.body.stmts.clone())),
            Stmt::Let(Pat::Tuple(pats), _, Expr::Tuple(parts)) if pats.len() == parts.len() => {
                let lets = pats.iter().zip(parts);
                splice(lets.map(|(pat, part)| Stmt::Let(pat.clone(), None, part.clone())).collect());
            }
            Stmt::Let(Pat::BindMut(name), ty, init) => {
                splice(vec![Stmt::Let(Pat::Bind(name), ty.clone(), init.clone())]);
            }
            _ => {}
        }
        // The value of the statement instead of all that follows.
        if let Stmt::Let(_, _, value)
        | Stmt::Assign(_, _, value)
        | Stmt::Store(_, _, value)
        | Stmt::Do(value)
        | Stmt::Return(value) = stmt
        {
            for tail in parts(value).into_iter().chain([value.clone()]) {
                found.push(Block { stmts: block.stmts[..index].to_vec(), tail: Some(Box::new(tail)) });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::shrink;
    use crate::ast::{Expr, Fun, Node};
    use crate::features::{Feature, Features, Scalar};

    #[test]
    fn a_defect_in_one_function_shrinks_to_a_call_of_it() {
        let mut shrunk = 0;
        for index in 0..300 {
            let features = Features::all().without(Feature::Calls);
            let (program, points) = crate::generate::program(3, index, features, Scalar::F64);
            let has = |expr: &Expr| matches!(expr, Expr::Call(Fun::Tanh, ..));
            if !program.any(&has) || program.size() < 40 {
                continue;
            }
            let case = (program, points[..1].to_vec());
            let (small, _) =
                shrink(case, &mut |cases| Ok(cases.iter().map(|(program, _)| program.any(&has)).collect()))
                    .unwrap();
            let mut nodes = 0;
            small.clone().walk_mut(&mut |node| nodes += usize::from(matches!(node, Node::Expr(_))));
            assert!(nodes <= 5, "{}", crate::print::program(&small, false));
            shrunk += 1;
        }
        assert!(shrunk > 5);
    }
}
