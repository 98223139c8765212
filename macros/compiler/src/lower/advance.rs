//! Iterators that a variable holds, and that items are taken out of: `next`, and `while let Some(x) = items.next()`.

use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprLet, ExprMethodCall, ExprWhile, Ident, Pat};

use super::refutable::is_always_fitting;
use super::scope::VariableId;
use super::sequence::unwrapped;
use super::stream::Stream;
use super::{Lowerer, Val};

impl Lowerer<'_> {
    /// `next` of an iterator that a variable holds, which holds the rest from then on. `None` if it is something else.
    pub(super) fn taken_item(&mut self, call: &ExprMethodCall) -> Option<Val> {
        if call.method != "next" || !call.args.is_empty() {
            return None;
        }
        let (variable, _) = self.held_iterator(&call.receiver)?;
        match self.scopes.get(variable).value.clone() {
            Val::Sequence(mut items) => {
                let first = (!items.is_empty()).then(|| items.remove(0));
                self.scopes.assign(variable, Val::Sequence(items));
                Some(self.maybe(first))
            }
            Val::Stream(stream) if !stream.is_sequential() => {
                let (first, one) = (self.size_node(0), self.size_node(1));
                let item = self.item_at(&stream, first);
                let rest = Stream::Skip(stream, one);
                self.scopes.assign(variable, Val::Stream(Rc::new(rest)));
                Some(item)
            }
            _ => None,
        }
    }

    /// The variable that holds an iterator, and its name.
    fn held_iterator<'e>(&self, receiver: &'e Expr) -> Option<(VariableId, &'e Ident)> {
        let Expr::Path(path) = unwrapped(receiver) else { return None };
        let name = path.path.get_ident()?;
        let variable = self.scopes.find(name)?;
        let holds = matches!(self.scopes.get(variable).value, Val::Stream(_) | Val::Sequence(_));
        holds.then_some((variable, name))
    }

    /// `while let`.
    pub(super) fn while_let(&mut self, each: &ExprWhile, condition: &ExprLet) -> Val {
        if let Some(end) = self.drained(each, condition) {
            return end;
        }
        let (label, body) = (&each.label, &each.body);
        let (pattern, value) = (&condition.pat, &condition.expr);
        match syn::parse_quote!(#label loop { if let #pattern = #value #body else { break } }) {
            Expr::Loop(endless) => self.endless_loop(&endless),
            _ => Val::Poison,
        }
    }

    /// `while let Some(x) = items.next()`, where only this takes items: a loop over the items.
    fn drained(&mut self, each: &ExprWhile, condition: &ExprLet) -> Option<Val> {
        let Expr::MethodCall(call) = unwrapped(&condition.expr) else { return None };
        let Pat::TupleStruct(some) = &*condition.pat else { return None };
        let pattern = some.elems.first().filter(|pattern| is_always_fitting(pattern))?;
        if call.method != "next" {
            return None;
        }
        let (variable, name) = self.held_iterator(&call.receiver)?;
        let Val::Stream(stream) = self.scopes.get(variable).value.clone() else { return None };
        if let Some(used) = find_name(each.body.to_token_stream(), name) {
            self.errors.report(
                &used,
                format_args!(
                    "the loop over `{name}` uses `{name}` itself, which is not supported where it is not unrolled; loop over \
                     a range and index the slice"
                ),
            );
            return Some(Val::Poison);
        }
        let end = self.for_each(&stream, each.label.as_ref(), Some(pattern), &|lowerer, item| {
            lowerer.scopes.enter();
            lowerer.bind(pattern, item);
            lowerer.block(&each.body);
            lowerer.scopes.leave();
        });
        // How much is left of it where the loop was left early is not followed.
        self.scopes.assign(variable, Val::Uninitialized);
        Some(end)
    }

    /// Refuses what goes on with an iterator that a variable holds, and leaves the rest of it there.
    pub(super) fn is_advanced(&self, call: &ExprMethodCall) -> bool {
        let advances = matches!(
            call.method.to_string().as_str(),
            "all"
                | "any"
                | "by_ref"
                | "find"
                | "find_map"
                | "next"
                | "next_back"
                | "nth"
                | "position"
                | "rposition"
        );
        let is_held = call.method == "by_ref" || self.held_iterator(&call.receiver).is_some();
        if advances && is_held {
            self.errors.report(
                &call.method,
                format_args!(
                    "`{}` takes items out of an iterator that is used again, which is not followed; make an iterator for \
                     each use, with `skip` and `take`, or take parts of the slice",
                    call.method
                ),
            );
        }
        advances && is_held
    }
}

/// Where a name is used.
fn find_name(tokens: TokenStream, name: &Ident) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == *name => Some(ident),
        TokenTree::Group(group) => find_name(group.stream(), name),
        _ => None,
    })
}
