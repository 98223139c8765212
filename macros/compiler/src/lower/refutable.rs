//! Patterns that may not fit, on values through which a derivative passes: options, slices, and tuples of these.
//!
//! Whether a pattern fits becomes a condition, and what it binds are parts of the value, so a `match` becomes a chain of
//! branches.

use proc_macro2::Delimiter;
use quote::quote;
use syn::{Expr, ExprIf, ExprLet, ExprMatch, Pat, RangeLimits};

use super::control::{ArmSource, Goes};
use super::opaque::Template;
use super::statement::{goes, goes_block};
use super::{Lowerer, Val};
use crate::graph::{Comparison, Piece, Precedence, Test, Ty, ValueId};

/// An arm of a `match`: its pattern, its guard, and what it computes.
type ArmOf<'e> = (&'e Pat, Option<&'e Expr>, &'e Expr);

impl Lowerer<'_> {
    /// Whether patterns on this value are conditions on it and its parts.
    pub(super) fn is_taken_apart(&self, value: &Val) -> bool {
        match value {
            Val::Optional(_) | Val::View(_) => true,
            Val::Tuple(parts) | Val::Array(parts) => {
                self.depends_on_parameters(value) || parts.iter().any(|part| self.is_taken_apart(part))
            }
            Val::Node(id) => self.ty(*id).is_real() && self.is_varied(*id),
            _ => false,
        }
    }

    /// `if let` on a value that is taken apart.
    pub(super) fn if_fits(&mut self, branch: &ExprIf, condition: &ExprLet, value: &Val) -> Val {
        let value = self.computed(value.clone());
        let Some(fits) = self.fits(&condition.pat, &value) else { return Val::Poison };
        let (pattern, then) = (&*condition.pat, &branch.then_branch);
        let bound = |lowerer: &mut Self| {
            lowerer.scopes.enter();
            lowerer.bind(pattern, value);
            let value = lowerer.block(then);
            lowerer.scopes.leave();
            value
        };
        let otherwise = branch.else_branch.as_ref().map(|(_, otherwise)| &**otherwise);
        match self.builder.known_boolean(fits) {
            Some(true) => bound(self),
            Some(false) => otherwise.map_or(Val::Unit, |otherwise| self.expression(otherwise)),
            None => {
                let bound = ArmSource { goes: goes_block(then), ..ArmSource::going_on(bound) };
                let otherwise = ArmSource {
                    goes: otherwise.map_or(Goes::On, goes),
                    ..ArmSource::going_on(move |lowerer: &mut Self| {
                        otherwise.map_or(Val::Unit, |otherwise| lowerer.expression(otherwise))
                    })
                };
                self.branch(Test::Bool, fits, vec![bound, otherwise])
            }
        }
    }

    /// `match` on a value that is taken apart.
    pub(super) fn match_by_parts(&mut self, branch: &ExprMatch, value: &Val) -> Val {
        let value = self.computed(value.clone());
        let arms: Vec<ArmOf<'_>> = branch
            .arms
            .iter()
            .map(|arm| match &arm.pat {
                Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard), &*arm.body),
                pattern => (pattern, None, &*arm.body),
            })
            .collect();
        self.first_fitting(&arms, &value)
    }

    fn first_fitting(&mut self, arms: &[ArmOf<'_>], value: &Val) -> Val {
        let Some((&(pattern, guard, body), rest)) = arms.split_first() else { return Val::Never };
        let take = |lowerer: &mut Self| {
            lowerer.scopes.enter();
            lowerer.bind(pattern, value.clone());
            let value = lowerer.expression(body);
            lowerer.scopes.leave();
            value
        };
        // One arm has to fit, so the last does where the others do not.
        if rest.is_empty() {
            return take(self);
        }
        let Some(mut fits) = self.fits(pattern, value) else { return Val::Poison };
        if let Some(guard) = guard {
            let guarded = self.if_holds(
                &Val::Node(fits),
                |lowerer| {
                    lowerer.scopes.enter();
                    lowerer.bind(pattern, value.clone());
                    let holds = lowerer.expression(guard);
                    lowerer.scopes.leave();
                    lowerer.condition(&holds, guard).map_or(Val::Poison, Val::Node)
                },
                |lowerer| Val::Node(lowerer.boolean(false)),
            );
            let Val::Node(guarded) = guarded else { return Val::Poison };
            fits = guarded;
        }
        match self.builder.known_boolean(fits) {
            Some(true) => take(self),
            Some(false) => self.first_fitting(rest, value),
            None => {
                let others = rest.iter().map(|(_, _, body)| goes(body)).reduce(super::statement::both);
                let take = ArmSource { goes: goes(body), ..ArmSource::going_on(take) };
                let otherwise = ArmSource {
                    goes: others.unwrap_or(Goes::On),
                    ..ArmSource::going_on(|lowerer: &mut Self| lowerer.first_fitting(rest, value))
                };
                self.branch(Test::Bool, fits, vec![take, otherwise])
            }
        }
    }

    /// `let … else`.
    pub(super) fn bind_or_leave(&mut self, pattern: &Pat, value: &Val, otherwise: &Expr, at: &Expr) {
        if value.is_poisoned() {
            self.bind(pattern, Val::Poison);
            return;
        }
        if !self.is_taken_apart(value) && self.option_of(value).is_none() {
            return self.bind_opaque_or_leave(pattern, value, otherwise, at);
        }
        let value = self.option_of(value).map_or_else(|| value.clone(), Val::Optional);
        let value = self.computed(value);
        let Some(fits) = self.fits(pattern, &value) else {
            self.bind(pattern, Val::Poison);
            return;
        };
        match self.builder.known_boolean(fits) {
            Some(true) => {}
            Some(false) => {
                self.expression(otherwise);
            }
            None => {
                let stay = ArmSource::going_on(|_: &mut Self| Val::Unit);
                let leave = ArmSource {
                    goes: Goes::Returns,
                    ..ArmSource::going_on(|lowerer: &mut Self| lowerer.expression(otherwise))
                };
                self.branch(Test::Bool, fits, vec![stay, leave]);
            }
        }
        if self.exit.is_none() {
            self.bind(pattern, value);
        }
    }

    /// Whether a pattern fits.
    fn fits(&mut self, pattern: &Pat, value: &Val) -> Option<ValueId> {
        match pattern {
            Pat::Wild(_) | Pat::Rest(_) => Some(self.boolean(true)),
            Pat::Ident(name) if name.ident == "None" => self.is_nothing(value, pattern),
            Pat::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "None") => {
                self.is_nothing(value, pattern)
            }
            Pat::Ident(name) => match &name.subpat {
                Some((_, inner)) => self.fits(inner, value),
                None if name.ident.to_string().starts_with(char::is_uppercase) => self.equals(pattern, value),
                None => Some(self.boolean(true)),
            },
            Pat::Paren(inner) => self.fits(&inner.pat, value),
            Pat::Type(typed) => self.fits(&typed.pat, value),
            Pat::Reference(inner) => {
                let value = self.by_value(value.clone());
                self.fits(&inner.pat, &value)
            }
            Pat::TupleStruct(tuple)
                if tuple.path.segments.last().is_some_and(|last| last.ident == "Some") =>
            {
                let Some(option) = self.option_of(value) else { return self.cannot_fit(pattern) };
                let inner = tuple.elems.first()?;
                if is_always_fitting(inner) {
                    return Some(option.exists);
                }
                self.both(option.exists, |lowerer| {
                    let item = lowerer.existing(&option);
                    lowerer.fits(inner, &item)
                })
            }
            Pat::Slice(slice) => {
                let patterns: Vec<&Pat> = slice.elems.iter().collect();
                self.slice_fits(&patterns, value, pattern)
            }
            Pat::Tuple(tuple) => {
                let patterns: Vec<&Pat> = tuple.elems.iter().collect();
                let Val::Tuple(parts) = value else { return self.cannot_fit(pattern) };
                if patterns.len() != parts.len() {
                    return self.cannot_fit(pattern);
                }
                let yes = self.boolean(true);
                patterns.iter().zip(parts).try_fold(yes, |fits, (pattern, part)| {
                    self.both(fits, |lowerer| lowerer.fits(pattern, part))
                })
            }
            Pat::Or(or) => {
                let no = self.boolean(false);
                or.cases.iter().try_fold(no, |fits, case| {
                    let either = self.if_holds(
                        &Val::Node(fits),
                        |lowerer| Val::Node(lowerer.boolean(true)),
                        |lowerer| lowerer.fits(case, value).map_or(Val::Poison, Val::Node),
                    );
                    match either {
                        Val::Node(either) => Some(either),
                        _ => None,
                    }
                })
            }
            Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) => self.equals(pattern, value),
            Pat::Struct(fields) if matches!(value, Val::Struct(_)) => {
                let is_bound =
                    fields.fields.iter().all(|field| matches!(&*field.pat, Pat::Ident(_) | Pat::Wild(_)));
                if is_bound { Some(self.boolean(true)) } else { self.cannot_fit(pattern) }
            }
            _ => self.cannot_fit(pattern),
        }
    }

    fn cannot_fit(&self, pattern: &Pat) -> Option<ValueId> {
        self.errors.report(
            pattern,
            "this pattern is not supported where a derivative may pass through the value; compare with `if` and `else`",
        );
        None
    }

    fn is_nothing(&mut self, value: &Val, pattern: &Pat) -> Option<ValueId> {
        match self.option_of(value) {
            Some(option) => Some(self.negated(option.exists)),
            None => self.cannot_fit(pattern),
        }
    }

    /// Two conditions, of which the second is looked at only where the first holds.
    fn both(&mut self, first: ValueId, second: impl FnOnce(&mut Self) -> Option<ValueId>) -> Option<ValueId> {
        let both = self.if_holds(
            &Val::Node(first),
            |lowerer| second(lowerer).map_or(Val::Poison, Val::Node),
            |lowerer| Val::Node(lowerer.boolean(false)),
        );
        match both {
            Val::Node(both) => Some(both),
            _ => None,
        }
    }

    fn slice_fits(&mut self, patterns: &[&Pat], value: &Val, at: &Pat) -> Option<ValueId> {
        let length = match value {
            Val::View(view) => self.length_of(view),
            Val::Array(parts) => self.size_node(parts.len()),
            _ => return self.cannot_fit(at),
        };
        let rest = patterns.iter().position(|pattern| super::pattern::is_rest(pattern));
        let fixed = patterns.len() - usize::from(rest.is_some());
        let count = self.size_node(fixed);
        let is_long_enough = match rest {
            Some(_) if fixed == 0 => self.boolean(true),
            Some(_) => self.compared(Comparison::GreaterEqual, length, count),
            None => self.compared(Comparison::Equal, length, count),
        };
        let mut fits = Some(is_long_enough);
        for (position, pattern) in patterns.iter().enumerate().filter(|(position, _)| Some(*position) != rest)
        {
            if is_always_fitting(pattern) {
                continue;
            }
            let from_end = rest.is_some_and(|rest| position > rest).then(|| patterns.len() - position);
            fits = self.both(fits?, |lowerer| {
                let part = lowerer.element_from(value, position, from_end);
                lowerer.fits(pattern, &part)
            });
        }
        fits
    }

    /// An element of a list or slice, counted from its beginning, or else from its end.
    pub(super) fn element_from(&mut self, value: &Val, position: usize, from_end: Option<usize>) -> Val {
        match value {
            Val::Array(parts) => {
                let position = from_end.map_or(Some(position), |from_end| parts.len().checked_sub(from_end));
                position.and_then(|position| parts.get(position).cloned()).unwrap_or(Val::Poison)
            }
            Val::View(view) => {
                let index = match from_end {
                    None => self.size_node(position),
                    Some(from_end) => {
                        let (length, from_end) = (self.length_of(view), self.size_node(from_end));
                        self.integer_difference(length, from_end)
                    }
                };
                self.element_of(view, index)
            }
            _ => Val::Poison,
        }
    }

    /// Whether a value is the one, or one of those, that a pattern names.
    fn equals(&mut self, pattern: &Pat, value: &Val) -> Option<ValueId> {
        let Val::Node(id) = value else { return self.cannot_fit(pattern) };
        if !self.ty(*id).is_real() {
            let mut template = Template::new().tokens(quote!(::core::matches!));
            template.operands.push(*id);
            let inside = vec![Piece::Hole(0, Precedence::Lowest), Piece::Tokens(quote!(, #pattern))];
            template.pieces.push(Piece::Group(Delimiter::Parenthesis, inside));
            return self.whether(template);
        }
        match pattern {
            Pat::Lit(literal) => {
                let number = self.expression(&Expr::Lit(literal.clone()));
                self.compared_with(Comparison::Equal, *id, &number)
            }
            Pat::Range(range) => match (&range.start, &range.end) {
                (Some(_), Some(_)) => {
                    let contains = Template::new().tokens(quote!((#range).contains));
                    self.whether(contains.arguments(&[*id], &[true]))
                }
                (Some(start), None) => {
                    let start = self.expression(start);
                    self.compared_with(Comparison::GreaterEqual, *id, &start)
                }
                (None, Some(end)) => {
                    let comparison = match range.limits {
                        RangeLimits::HalfOpen(_) => Comparison::Less,
                        RangeLimits::Closed(_) => Comparison::LessEqual,
                    };
                    let end = self.expression(end);
                    self.compared_with(comparison, *id, &end)
                }
                (None, None) => Some(self.boolean(true)),
            },
            _ => self.cannot_fit(pattern),
        }
    }

    fn whether(&mut self, template: Template) -> Option<ValueId> {
        match self.opaque(template, Precedence::Postfix, Ty::Bool) {
            Val::Node(fits) => Some(fits),
            _ => None,
        }
    }

    fn compared_with(&mut self, comparison: Comparison, left: ValueId, right: &Val) -> Option<ValueId> {
        let right = self.node(right)?;
        let right = self.real(right);
        self.same_type(&[left, right]);
        Some(self.builder.compare(comparison, left, right))
    }
}

/// Whether a pattern fits whatever the value is.
pub(super) fn is_always_fitting(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(name) => name.subpat.is_none() && !name.ident.to_string().starts_with(char::is_uppercase),
        Pat::Reference(inner) => is_always_fitting(&inner.pat),
        Pat::Paren(inner) => is_always_fitting(&inner.pat),
        _ => false,
    }
}
