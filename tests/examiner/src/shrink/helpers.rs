//! Fewer and simpler helpers and structs.

use crate::ast::{Expr, Home, Invocation, Node, Program, Sibling};

/// Programs with a helper or a struct less, or with a simpler one; those in which it is missed are dropped by others.
pub(super) fn programs(program: &Program) -> Vec<Program> {
    let mut found = Vec::new();
    for index in 0..program.structs.len() {
        let mut smaller = program.clone();
        smaller.structs.remove(index);
        found.push(smaller);
    }
    for index in 0..program.helpers.len() {
        let mut smaller = program.clone();
        smaller.helpers.remove(index);
        found.push(smaller);
        let mut near = program.clone();
        near.helpers[index].home = Home::ROOT;
        found.push(near);
        let mut plain = program.clone();
        plain.helpers[index].scalar = program.scalar;
        without_turbofish(&mut plain, index);
        found.push(plain);
        for param in 0..program.helpers[index].params.len() {
            let mut fixed = program.clone();
            fixed.helpers[index].params[param].mutable = false;
            found.push(fixed);
            found.extend(without_param(program, index, param));
        }
    }
    found
}

fn each_call(program: &mut Program, helper: usize, visit: &mut dyn FnMut(&mut Invocation)) {
    let name = program.helpers[helper].name;
    program.walk_mut(&mut |node| {
        if let Node::Expr(Expr::Invoke(call)) = node
            && call.name == name
        {
            visit(call);
        }
    });
}

fn without_turbofish(program: &mut Program, helper: usize) {
    each_call(program, helper, &mut |call| call.turbofish = false);
}

/// The helper with a parameter less, and calls with an argument less; siblings have more than one for it.
fn without_param(program: &Program, helper: usize, param: usize) -> Option<Program> {
    let mut smaller = program.clone();
    let mut plain = true;
    each_call(&mut smaller, helper, &mut |call| plain &= call.sibling == Sibling::Itself);
    if !plain {
        return None;
    }
    each_call(&mut smaller, helper, &mut |call| {
        if param < call.args.len() {
            call.args.remove(param);
        }
    });
    smaller.helpers[helper].params.remove(param);
    Some(smaller)
}
