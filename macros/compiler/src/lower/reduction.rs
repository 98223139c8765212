//! What is made of all items of an iterator that has some: `reduce`, `min_by` and `max_by`.

use std::rc::Rc;

use quote::quote;
use syn::{Expr, ExprMethodCall};

use super::opaque::Template;
use super::option::Optional;
use super::stream::{Function, Stream};
use super::{Lowerer, Val};
use crate::graph::{Precedence, Ty};

/// What is made of two items.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Reduction {
    /// What a function makes of them.
    By(Function),
    /// The lesser one by an order, and the first of equals.
    Least(Function),
    /// The greater one by an order, and the last of equals.
    Greatest(Function),
}

impl Lowerer<'_> {
    /// `reduce`, `min_by` and `max_by`. `None` if it is another method.
    pub(super) fn reducing_method(&mut self, call: &ExprMethodCall, stream: &Stream) -> Option<Val> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let name = call.method.to_string();
        let (make, function): (fn(Function) -> Reduction, &Expr) = match (name.as_str(), arguments.as_slice())
        {
            ("reduce", [function]) => (Reduction::By, function),
            ("min_by", [function]) => (Reduction::Least, function),
            ("max_by", [function]) => (Reduction::Greatest, function),
            _ => return None,
        };
        let Some(function) = self.function(function, &call.receiver) else { return Some(Val::Poison) };
        let reduction = make(function);
        Some(if stream.is_sequential() {
            self.reduced_one_by_one(stream, &reduction)
        } else {
            self.reduced(stream, reduction)
        })
    }

    /// What is made of all items. There is at least one.
    pub(super) fn reduction_of(&mut self, stream: &Stream, reduction: &Reduction) -> Val {
        let (zero, one) = (self.size_node(0), self.size_node(1));
        if !matches!(reduction, Reduction::By(_)) && stream.is_cheap() {
            // Only the position of the winner is handed on.
            let end = self.length_of_stream(stream);
            let positions = Stream::Range { start: one, end, is_closed: false };
            let winner = self.folded(&positions, "winner", Val::Node(zero), &|lowerer, winner, position| {
                let (Val::Node(first), Val::Node(second)) = (&winner, &position) else { return Val::Poison };
                let items = [*first, *second].map(|at| lowerer.item_of(stream, at));
                lowerer.preferred(reduction, &items, [winner, position])
            });
            return match winner {
                Val::Node(winner) => self.item_of(stream, winner),
                _ => Val::Poison,
            };
        }
        let first = self.item_of(stream, zero);
        if !matches!(reduction, Reduction::By(_)) {
            return self.winner_of(stream, reduction, first);
        }
        let rest = Stream::Skip(Rc::new(stream.clone()), one);
        self.folded(&rest, "reduced", first, &|lowerer, before, item| {
            lowerer.reduced_pair(reduction, before, item)
        })
    }

    /// The winner among items that are computed: it is computed once more, so that a derivative depends on its position
    /// alone.
    fn winner_of(&mut self, stream: &Stream, reduction: &Reduction, first: Val) -> Val {
        let (zero, one) = (self.size_node(0), self.size_node(1));
        let numbered = Stream::Skip(Rc::new(Stream::Enumerate(Rc::new(stream.clone()))), one);
        let start = Val::Tuple(vec![Val::Node(zero), first]);
        let winner = self.folded(&numbered, "winner", start, &|lowerer, winner, candidate| match (
            &winner, &candidate,
        ) {
            (Val::Tuple(a), Val::Tuple(b)) if a.len() == 2 && b.len() == 2 => {
                let items = [a[1].clone(), b[1].clone()];
                lowerer.preferred(reduction, &items, [winner, candidate])
            }
            _ => Val::Poison,
        });
        match winner {
            Val::Tuple(parts) => match parts.first() {
                Some(Val::Node(winner)) => self.item_of(stream, *winner),
                _ => Val::Poison,
            },
            _ => Val::Poison,
        }
    }

    /// What is made of items of which it is not known how many there are.
    fn reduced_one_by_one(&mut self, stream: &Stream, reduction: &Reduction) -> Val {
        let no = Val::Node(self.boolean(false));
        let exists = self.scopes.hidden("found", no);
        let reduced = self.scopes.hidden("reduced", Val::Uninitialized);
        self.for_each(stream, None, None, &|lowerer, item| {
            let is_later = lowerer.scopes.get(exists).value.clone();
            let before = lowerer.scopes.get(reduced).value.clone();
            let of_first = item.clone();
            let after = lowerer.if_holds(
                &is_later,
                |lowerer| lowerer.reduced_pair(reduction, before, item),
                |_| of_first,
            );
            let yes = Val::Node(lowerer.boolean(true));
            lowerer.scopes.assign(exists, yes);
            lowerer.scopes.assign(reduced, after);
        });
        let value = self.scopes.get(reduced).value.clone();
        match self.scopes.get(exists).value {
            Val::Node(exists) => Val::Optional(Optional::new(exists, value)),
            _ => Val::Poison,
        }
    }

    fn reduced_pair(&mut self, reduction: &Reduction, before: Val, item: Val) -> Val {
        match reduction {
            Reduction::By(function) => self.apply_function(function, vec![before, item]),
            _ => {
                let pair = [before, item];
                self.preferred(reduction, &pair.clone(), pair)
            }
        }
    }

    /// One of two candidates, as their items compare.
    fn preferred(&mut self, reduction: &Reduction, items: &[Val; 2], candidates: [Val; 2]) -> Val {
        let (Reduction::By(order) | Reduction::Least(order) | Reduction::Greatest(order)) = reduction;
        let ordering = self.apply_function(order, items.to_vec());
        let Val::Node(ordering) = ordering else { return Val::Poison };
        let is_greater = Template::new().hole(ordering, Precedence::Postfix).tokens(quote!(.is_gt()));
        let first_is_greater = self.opaque(is_greater, Precedence::Postfix, Ty::Bool);
        let [first, second] = candidates;
        match reduction {
            Reduction::Greatest(_) => self.if_holds(&first_is_greater, |_| first, |_| second),
            _ => self.if_holds(&first_is_greater, |_| second, |_| first),
        }
    }
}
