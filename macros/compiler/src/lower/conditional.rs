//! `if`, `if let` and `match`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, ExprIf, ExprMatch};

use super::constant::matches;
use super::control::{ArmSource, Goes, LowerGuard};
use super::statement::{goes, goes_block};
use super::{Lowerer, Val};
use crate::graph::{Op, Terminator, Test, ValueId};

impl<'l> Lowerer<'l> {
    pub(super) fn if_expression(&mut self, branch: &ExprIf) -> Val {
        if let Expr::Let(condition) = &*branch.cond {
            let scrutinee = self.expression(&condition.expr);
            if self.is_taken_apart(&scrutinee) && !scrutinee.is_poisoned() {
                return self.if_fits(branch, condition, &scrutinee);
            }
            let Some(operand) = self.scrutinee(&scrutinee, &condition.expr, names_variants(&condition.pat))
            else {
                return self.poisoned_if(branch);
            };
            let then = &branch.then_branch;
            let bound =
                self.pattern_arm(&condition.pat, None, goes_block(then), move |lowerer| lowerer.block(then));
            let otherwise = Self::else_arm(branch);
            let otherwise = ArmSource { pattern: Some(quote!(_)), ..otherwise };
            return self.branch(Test::Pattern, operand, vec![bound, otherwise]);
        }
        let condition = self.expression(&branch.cond);
        match (self.known_condition(&condition), &branch.else_branch) {
            (Some(true), _) => return self.block(&branch.then_branch),
            (Some(false), Some((_, otherwise))) => return self.expression(otherwise),
            (Some(false), None) => return Val::Unit,
            (None, _) => {}
        }
        let Some(condition) = self.condition(&condition, &branch.cond) else {
            return self.poisoned_if(branch);
        };
        let block = &branch.then_branch;
        let then = ArmSource {
            goes: goes_block(block),
            lower: Box::new(move |lowerer: &mut Lowerer<'l>| lowerer.block(block)),
            pattern: None,
            guard: None,
        };
        let otherwise = Self::else_arm(branch);
        self.branch(Test::Bool, condition, vec![then, otherwise])
    }

    fn else_arm<'s>(branch: &'s ExprIf) -> ArmSource<'s, 'l>
    where
        'l: 's,
    {
        match &branch.else_branch {
            Some((_, expression)) => ArmSource {
                goes: goes(expression),
                lower: Box::new(move |lowerer: &mut Lowerer<'l>| lowerer.expression(expression)),
                pattern: None,
                guard: None,
            },
            None => ArmSource::going_on(|_: &mut Lowerer<'l>| Val::Unit),
        }
    }

    /// After a bad condition the blocks are still looked at, for their errors.
    fn poisoned_if(&mut self, branch: &ExprIf) -> Val {
        if self.exit.is_some() {
            return Val::Never;
        }
        if !matches!(&*branch.cond, Expr::Let(_)) {
            self.block(&branch.then_branch);
        }
        if let Some((_, otherwise)) = &branch.else_branch {
            self.expression(otherwise);
        }
        self.exit = None;
        Val::Poison
    }

    pub(super) fn match_expression(&mut self, branch: &ExprMatch) -> Val {
        let scrutinee = self.expression(&branch.expr);
        if let Some(body) = self.known_arm(&scrutinee, branch) {
            return self.expression(body);
        }
        if self.is_taken_apart(&scrutinee) && !scrutinee.is_poisoned() {
            return self.match_by_parts(branch, &scrutinee);
        }
        let is_plain = branch.arms.iter().all(|arm| names_variants(&arm.pat));
        let Some(operand) = self.scrutinee(&scrutinee, &branch.expr, is_plain) else { return Val::Poison };
        let mut arms = Vec::new();
        for arm in &branch.arms {
            for attribute in &arm.attrs {
                self.errors.report(
                    attribute,
                    "attributes on match arms are not supported; put them on the function",
                );
            }
            let (pattern, guard) = match &arm.pat {
                syn::Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
                pattern => (pattern, None),
            };
            let body = &*arm.body;
            arms.push(self.pattern_arm(pattern, guard, goes(body), move |lowerer| lowerer.expression(body)));
        }
        if arms.is_empty() {
            self.errors.report(branch.match_token, "a `match` without arms has no value; remove it");
            return Val::Poison;
        }
        self.branch(Test::Pattern, operand, arms)
    }

    /// The arm that a known integer takes, if the patterns tell.
    fn known_arm<'e>(&self, scrutinee: &Val, branch: &'e ExprMatch) -> Option<&'e Expr> {
        let value = self.known(scrutinee)?.value;
        for arm in &branch.arms {
            if matches(&arm.pat, value)? {
                return Some(&arm.body);
            }
        }
        None
    }

    /// A value to be matched on: not one that is differentiated. A part of a struct that patterns compare with variants
    /// of an enum is constant.
    fn scrutinee(&mut self, value: &Val, at: &Expr, is_plain: bool) -> Option<ValueId> {
        if value.is_poisoned() {
            return None;
        }
        let is_part = matches!(value, Val::Node(id) if self.is_whole(*id));
        if self.depends_on_parameters(value) && !(is_plain && is_part) {
            self.errors.report(
                at,
                "matching on a value that is differentiated is not supported; compare it with `if` and `else`",
            );
            return None;
        }
        self.node(value)
    }

    /// `let … else` with a value that is not differentiated.
    pub(super) fn bind_opaque_or_leave(
        &mut self,
        pattern: &syn::Pat,
        value: &Val,
        otherwise: &Expr,
        at: &Expr,
    ) {
        let Some(operand) = self.scrutinee(value, at, names_variants(pattern)) else {
            self.bind(pattern, Val::Poison);
            return;
        };
        self.check_arm(pattern);
        let (renamed, names) = self.rename_arm(pattern);
        let bound = ArmSource {
            pattern: Some(renamed),
            ..ArmSource::going_on(move |lowerer: &mut Self| {
                lowerer.bind_arm(&names);
                Val::Unit
            })
        };
        let leave = ArmSource {
            goes: Goes::Returns,
            pattern: Some(quote!(_)),
            ..ArmSource::going_on(|lowerer: &mut Self| lowerer.expression(otherwise))
        };
        self.branch(Test::Pattern, operand, vec![bound, leave]);
    }

    fn pattern_arm<'s>(
        &mut self,
        pattern: &'s syn::Pat,
        guard: Option<&'s Expr>,
        goes: Goes,
        body: impl FnOnce(&mut Lowerer<'l>) -> Val + 's,
    ) -> ArmSource<'s, 'l>
    where
        'l: 's,
    {
        self.check_arm(pattern);
        let guard = guard.filter(|guard| {
            let returned = find_return(guard.to_token_stream());
            if let Some(token) = &returned {
                self.errors.report(token, "`return` in a guard is not supported; return in the arm's body");
            }
            returned.is_none()
        });
        let (renamed, names) = self.rename_arm(pattern);
        let guard_names = names.clone();
        let guard = guard.map(|guard| -> LowerGuard<'s, 'l> {
            Box::new(move |lowerer: &mut Lowerer<'l>| {
                let mark = lowerer.scopes.mark();
                lowerer.scopes.enter();
                lowerer.builder.enter();
                lowerer.bind_arm(&guard_names);
                let value = lowerer.expression(guard);
                let condition = lowerer.condition(&value, guard);
                lowerer.scopes.leave();
                if !lowerer.scopes.roll_back(mark).is_empty() {
                    lowerer.errors.report(
                        guard,
                        "assignments in a guard are not supported; assign before the `match` or in the arm's body",
                    );
                }
                let region = lowerer.builder.leave(Terminator::Yield(condition.into_iter().collect()));
                let graph = lowerer.builder.graph();
                let is_call = |id: &ValueId| {
                    matches!(graph.value(*id).op, Op::Opaque(_)) && graph.has_effect(*id)
                };
                if graph.region(region).values.iter().any(is_call) {
                    lowerer.errors.report(
                        guard,
                        "calls in guards are not supported, because the derivative evaluates guards again; bind the \
                         call's value with `let` before the `match`",
                    );
                }
                region
            })
        });
        let lower = Box::new(move |lowerer: &mut Lowerer<'l>| {
            let depth = lowerer.scopes.depth();
            lowerer.scopes.enter();
            lowerer.bind_arm(&names);
            let value = body(lowerer);
            lowerer.scopes.leave_to(depth);
            value
        });
        ArmSource { goes, lower, pattern: Some(renamed), guard }
    }
}

impl<'s, 'l> ArmSource<'s, 'l> {
    pub(super) fn going_on(lower: impl FnOnce(&mut Lowerer<'l>) -> Val + 's) -> Self {
        Self { goes: Goes::On, lower: Box::new(lower), pattern: None, guard: None }
    }
}

/// Whether a pattern compares with variants and literals: whatever it binds is inside of a variant.
fn names_variants(pattern: &syn::Pat) -> bool {
    let is_variant = |path: &syn::Path| {
        path.segments.len() > 1
            || path
                .segments
                .last()
                .is_some_and(|last| ["Some", "None", "Ok", "Err"].iter().any(|variant| last.ident == variant))
    };
    match pattern {
        syn::Pat::Wild(_) | syn::Pat::Lit(_) | syn::Pat::Range(_) => true,
        syn::Pat::Path(path) => is_variant(&path.path),
        syn::Pat::TupleStruct(tuple) => is_variant(&tuple.path),
        syn::Pat::Struct(fields) => is_variant(&fields.path),
        syn::Pat::Ident(ident) => {
            ident.subpat.is_none() && ident.ident.to_string().starts_with(char::is_uppercase)
        }
        syn::Pat::Or(or) => or.cases.iter().all(names_variants),
        syn::Pat::Paren(inner) => names_variants(&inner.pat),
        syn::Pat::Reference(inner) => names_variants(&inner.pat),
        syn::Pat::Guard(guarded) => names_variants(&guarded.pat),
        _ => false,
    }
}

/// The first `return` in some tokens.
fn find_return(tokens: TokenStream) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ref ident) if ident == "return" => Some(token),
        TokenTree::Group(group) => find_return(group.stream()),
        _ => None,
    })
}
