//! Closures and functions that are passed by name: their bodies are written out wherever they are called.

use std::rc::Rc;

use syn::{Expr, ExprClosure, ExprPath, Type};

use super::scope::Snapshot;
use super::sequence::unwrapped;
use super::{Lowerer, Val};

/// What is called for each item.
pub(super) enum Callable<'e> {
    Closure(&'e ExprClosure),
    Function(&'e ExprPath),
    /// A closure that a variable holds.
    Held(usize, &'e ExprPath),
}

impl Lowerer<'_> {
    /// What a function makes of each item; its results may be expected to have a type.
    pub(super) fn mapped(
        &mut self,
        items: Vec<Val>,
        function: &Expr,
        expected: Option<&Type>,
    ) -> Option<Vec<Val>> {
        let callable = self.callable(function)?;
        let start = self.start();
        let mut results = Vec::new();
        let total = Some(items.len());
        for (count, item) in items.into_iter().enumerate() {
            if self.exit.is_some() || self.is_beyond_budget(start, count, total) {
                return None;
            }
            results.push(match callable {
                Callable::Closure(closure) => self.inlined(closure, vec![item], expected),
                _ => self.applied(&callable, vec![item]),
            });
        }
        Some(self.alike(results))
    }

    pub(super) fn callable<'e>(&mut self, function: &'e Expr) -> Option<Callable<'e>> {
        match unwrapped(function) {
            Expr::Closure(closure) => Some(Callable::Closure(closure)),
            Expr::Path(path) => {
                let held = path.path.get_ident().and_then(|ident| self.scopes.find(ident));
                Some(match held.map(|variable| &self.scopes.get(variable).value) {
                    Some(Val::Closure(number)) => Callable::Held(*number, path),
                    _ => Callable::Function(path),
                })
            }
            Expr::Reference(reference) => self.callable(&reference.expr),
            other => {
                self.errors
                    .report(other, "a closure or the name of a function is needed here; write `|x| …`");
                None
            }
        }
    }

    pub(super) fn applied(&mut self, callable: &Callable<'_>, arguments: Vec<Val>) -> Val {
        match callable {
            Callable::Closure(closure) => self.inlined(closure, arguments, None),
            Callable::Held(number, path) => self.call_closure(*number, arguments, path),
            Callable::Function(path) => {
                if arguments.iter().any(Val::is_poisoned) {
                    return Val::Poison;
                }
                let items = self.handed.clone();
                self.call_of(path, &arguments, items.as_deref())
            }
        }
    }

    /// A closure that is bound to a name: its body is written out at each call.
    pub(super) fn closure(&mut self, closure: &ExprClosure) -> Val {
        let snapshot =
            if closure.capture.is_some() { self.scopes.snapshot_by_value() } else { self.scopes.snapshot() };
        self.closures.push((Rc::new(closure.clone()), snapshot));
        Val::Closure(self.closures.len() - 1)
    }

    /// A call of a closure, whose names mean what they meant where it was written.
    pub(super) fn call_closure(&mut self, number: usize, arguments: Vec<Val>, at: &ExprPath) -> Val {
        let (closure, snapshot) = self.closures[number].clone();
        if closure.inputs.len() != arguments.len() {
            self.errors.report(
                at,
                format_args!(
                    "this closure has {} parameters; give it as many arguments",
                    closure.inputs.len()
                ),
            );
            return Val::Poison;
        }
        self.call_in(&closure, &snapshot, arguments)
    }

    /// A call of a closure by its number.
    pub(super) fn call_held(&mut self, number: usize, arguments: Vec<Val>) -> Val {
        let (closure, snapshot) = self.closures[number].clone();
        let Some(items) = self.handed_later.get(&number).cloned() else {
            return self.call_in(&closure, &snapshot, arguments);
        };
        let outer = self.handed.replace(items);
        let value = self.call_in(&closure, &snapshot, arguments);
        self.handed = outer;
        value
    }

    fn call_in(&mut self, closure: &ExprClosure, snapshot: &Snapshot, arguments: Vec<Val>) -> Val {
        let here = self.scopes.go_to(snapshot);
        let value = self.inlined(closure, arguments, None);
        self.scopes.return_to(here);
        value
    }

    /// The body of a closure, with its parameters bound to the arguments, and with the type that its value is expected
    /// to have.
    fn inlined(&mut self, closure: &ExprClosure, arguments: Vec<Val>, expected: Option<&Type>) -> Val {
        if closure.inputs.len() != arguments.len() {
            self.errors.report(
                &closure.inputs,
                format_args!("this closure is called with {} arguments; name each of them", arguments.len()),
            );
            return Val::Poison;
        }
        let outer_loops = std::mem::take(&mut self.loops);
        let outer_returned = self.returned.take();
        let was_in_closure = std::mem::replace(&mut self.in_closure, true);
        self.scopes.enter();
        let handed = self.handed.take();
        for (pattern, argument) in closure.inputs.iter().zip(arguments) {
            self.bind(pattern, argument);
        }
        // Of `fold`, the last is the item.
        if let (Some(items), Some(item)) = (&handed, closure.inputs.last()) {
            self.note_items(item, items);
        }
        let value = self.expecting(&closure.body, expected.cloned());
        self.handed = handed;
        self.scopes.leave();
        self.in_closure = was_in_closure;
        self.returned = outer_returned;
        self.loops = outer_loops;
        value
    }
}
