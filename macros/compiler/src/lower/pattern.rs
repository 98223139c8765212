//! Patterns: of parameters, of `let`, and of match arms.

use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Pat;

use super::view::View;
use super::{Leaf, Lowerer, Val};
use crate::graph::{Form, Precedence, Ty, ValueId};
use crate::names::identifier;
use crate::signature::Shape;

impl Lowerer<'_> {
    /// Binds a `let` pattern to a value.
    pub(super) fn bind(&mut self, pattern: &Pat, value: Val) {
        match pattern {
            Pat::Ident(name) if name.ident == "None" => {}
            Pat::Ident(pattern) => {
                if let Some((at, inner)) = &pattern.subpat {
                    self.poison_bindings(inner);
                    self.errors.report(
                        at,
                        "`@` patterns are not supported here; bind the name in a `let` of its own",
                    );
                }
                if let Some(by_ref) = &pattern.by_ref {
                    self.errors
                        .report(by_ref, "`ref` bindings are not supported; floats are `Copy`, bind by value");
                }
                let value = self.computed(value);
                // What may be assigned in part has to stand in parts.
                let value = match value {
                    Val::View(view) if pattern.mutability.is_some() => Val::View(self.separate(&view)),
                    value if pattern.mutability.is_some() => self.expanded_deeply(value),
                    value => value,
                };
                self.name_parts(&value, &plain(&pattern.ident));
                match pattern.mutability {
                    Some(_) => self.scopes.declare(&pattern.ident, value),
                    None => self.scopes.declare_fixed(&pattern.ident, value),
                }
            }
            Pat::Paren(inner) => self.bind(&inner.pat, value),
            Pat::Type(typed) => {
                let value = self.annotate(value, &typed.ty);
                self.bind(&typed.pat, value);
            }
            Pat::Reference(inner) => {
                let value = self.by_value(value);
                self.bind(&inner.pat, value);
            }
            Pat::Wild(_) | Pat::Path(_) | Pat::Lit(_) | Pat::Range(_) => {}
            Pat::Or(or) if bindings(pattern).is_empty() && !or.cases.is_empty() => {}
            Pat::TupleStruct(tuple) if matches!(value, Val::Optional(_)) => {
                if let (Some(option), Some(inner)) = (self.option_of(&value), tuple.elems.first()) {
                    let item = self.existing(&option);
                    self.bind(inner, item);
                }
            }
            Pat::Struct(pattern) if !value.is_poisoned() => self.bind_struct(pattern, &value),
            Pat::TupleStruct(pattern) if !value.is_poisoned() => self.bind_tuple_struct(pattern, &value),
            Pat::Tuple(tuple) => self.bind_parts(&tuple.elems.iter().collect::<Vec<_>>(), value, pattern),
            Pat::Slice(slice) => self.bind_parts(&slice.elems.iter().collect::<Vec<_>>(), value, pattern),
            _ => {
                if !matches!(value, Val::Poison) {
                    self.errors.report(
                        pattern,
                        "this pattern is not supported in a `let`; bind names, or tuples of names, and take values \
                         apart with `match`",
                    );
                }
                self.poison_bindings(pattern);
            }
        }
    }

    fn bind_parts(&mut self, patterns: &[&Pat], value: Val, at: &Pat) {
        let value = match value {
            Val::Place(place) => match self.places_within(&place) {
                Some(places) => Val::Array(places),
                None => self.read(&place),
            },
            Val::View(_) => self.listed_items(value),
            value if patterns.iter().any(|pattern| is_rest(pattern)) => self.expanded(value),
            value => value,
        };
        let parts = match value {
            Val::Tuple(parts) | Val::Array(parts) => parts,
            Val::Poison | Val::Never => return self.poison_bindings(at),
            Val::Uninitialized => vec![Val::Uninitialized; patterns.len()],
            Val::View(view) => return self.bind_elements(patterns, &view),
            Val::Node(id) if self.is_whole(id) && !patterns.iter().any(|pattern| is_rest(pattern)) => {
                let forms = vec![Form::FLOAT; patterns.len()];
                let is_slice = matches!(at, Pat::Slice(_));
                let form = if is_slice { Form::Array(forms) } else { Form::Tuple(forms) };
                self.taken_apart(id, form)
                    .unwrap_or_else(|| self.members_of(&Val::Node(id), patterns.len(), !is_slice))
            }
            Val::Node(id) if !self.ty(id).is_real() && !patterns.iter().any(|pattern| is_rest(pattern)) => {
                self.parts_of(&value, patterns.len(), !matches!(at, Pat::Slice(_)))
            }
            _ => {
                self.errors
                    .report(at, "the value is no tuple that could be taken apart; bind it to one name");
                return self.poison_bindings(at);
            }
        };
        let rest = patterns.iter().position(|pattern| is_rest(pattern));
        let fixed = patterns.len() - usize::from(rest.is_some());
        if parts.len() < fixed || (rest.is_none() && parts.len() > fixed) {
            self.errors.report(
                at,
                format_args!(
                    "this pattern has {fixed} parts and the value has {}; name each of them",
                    parts.len()
                ),
            );
            return self.poison_bindings(at);
        }
        let skipped = parts.len() - fixed;
        for (position, pattern) in patterns.iter().enumerate() {
            match rest {
                Some(rest) if position == rest => {
                    if let Pat::Ident(named) = pattern {
                        let rest = parts[position..position + skipped].to_vec();
                        self.scopes.declare(&named.ident, Val::Array(rest));
                    }
                }
                Some(rest) if position > rest => self.bind(pattern, parts[position - 1 + skipped].clone()),
                _ => self.bind(pattern, parts[position].clone()),
            }
        }
    }

    /// Binds the elements of a slice that has been found to be long enough.
    fn bind_elements(&mut self, patterns: &[&Pat], view: &View) {
        let rest = patterns.iter().position(|pattern| is_rest(pattern));
        let value = Val::View(view.clone());
        for (position, pattern) in patterns.iter().enumerate() {
            if rest != Some(position) {
                let is_behind = rest.is_some_and(|rest| position > rest);
                let part = self.element_from(&value, position, is_behind.then(|| patterns.len() - position));
                self.bind(pattern, part);
            } else if let Pat::Ident(named) = pattern {
                let (length, behind) = (self.length_of(view), self.size_node(patterns.len() - 1 - position));
                let (start, end) = (self.size_node(position), self.integer_difference(length, behind));
                let rest = self.narrowed(view, start, end);
                self.scopes.declare(&named.ident, Val::View(rest));
            }
        }
    }

    /// A part of an opaque tuple or array.
    pub(super) fn component(&mut self, id: ValueId, index: usize, is_slice: bool) -> Val {
        let template = super::opaque::Template::new().hole(id, Precedence::Postfix);
        let element = match self.list_types.get(&id) {
            Some(syn::Type::Array(array)) if is_slice => Some((*array.elem).clone()),
            Some(syn::Type::Tuple(tuple)) if !is_slice => tuple.elems.get(index).cloned(),
            _ => None,
        };
        let template = if is_slice {
            let number = proc_macro2::Literal::usize_unsuffixed(index);
            template.tokens(quote!([#number]))
        } else {
            let number = syn::Index::from(index);
            template.tokens(quote!(.#number))
        };
        self.typed_part(template, element)
    }

    pub(super) fn poison_bindings(&mut self, pattern: &Pat) {
        for ident in bindings(pattern) {
            self.scopes.declare(&ident, Val::Poison);
        }
    }

    /// Names the nodes of a value after the variable that holds it.
    pub(super) fn name_parts(&mut self, value: &Val, name: &str) {
        match value {
            Val::Node(id) => self.builder.name(*id, name),
            Val::Tuple(parts) | Val::Array(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    self.name_parts(part, &format!("{name}_{index}"));
                }
            }
            Val::View(view) if view.is_whole() => self.name_array(view.array, name),
            Val::Optional(option) => {
                if let Some(value) = option.value() {
                    self.name_parts(&value.clone(), name);
                }
            }
            Val::Struct(record) => {
                for (part, value) in &record.fields {
                    self.name_parts(value, &format!("{name}_{}", part.trim_matches(['.', '[', ']'])));
                }
            }
            _ => {}
        }
    }

    /// Makes the names that an arm's pattern binds arguments of the current region, and declares them.
    pub(super) fn bind_arm(&mut self, names: &ArmNames) {
        for (ident, unique) in names {
            let id = self.builder.binding(Ty::Other, Rc::clone(unique));
            self.set_varied(id, false);
            self.scopes.declare(ident, Val::Node(id));
        }
    }

    /// Gives the names of an arm's pattern new, unique ones, because values that were computed before may be
    /// printed inside the arm. Returns the pattern with these names, and what they stand for.
    pub(super) fn rename_arm(&mut self, pattern: &Pat) -> (TokenStream, ArmNames) {
        let names: ArmNames = bindings(pattern)
            .into_iter()
            .map(|ident| {
                let unique = self.unique_binding(&plain(&ident));
                (ident, unique)
            })
            .collect();
        let mut renamed = pattern.clone();
        rename(&mut renamed, &names);
        (renamed.to_token_stream(), names)
    }

    pub(super) fn unique_binding(&mut self, name: &str) -> Rc<str> {
        let mut number = 1;
        let mut unique = name.to_owned();
        while !self.bindings.insert(unique.clone()) {
            number += 1;
            unique = format!("{name}_{number}");
        }
        Rc::from(unique)
    }

    /// Refuses arm patterns that take references or bind what cannot be matched twice.
    pub(super) fn check_arm(&self, pattern: &Pat) {
        if let Pat::Ident(ident) = pattern {
            if let Some(by_ref) = &ident.by_ref {
                self.errors.report(by_ref, "`ref` bindings are not supported; match a reference instead");
            }
            if let Some(mutability) = &ident.mutability {
                self.errors
                    .report(mutability, "`mut` in an arm's pattern is not supported; assign to a `let mut`");
            }
        }
        for child in children(pattern) {
            self.check_arm(child);
        }
    }
}

/// Names bound by an arm's pattern, and the unique names that stand for them.
pub(super) type ArmNames = Vec<(Ident, Rc<str>)>;

fn rename(pattern: &mut Pat, names: &ArmNames) {
    match pattern {
        Pat::Ident(ident) => {
            if let Some((_, unique)) = names.iter().find(|(name, _)| *name == ident.ident) {
                ident.ident = identifier(unique);
            }
            if let Some((_, inner)) = &mut ident.subpat {
                rename(inner, names);
            }
        }
        Pat::Or(or) => or.cases.iter_mut().for_each(|case| rename(case, names)),
        Pat::Paren(inner) => rename(&mut inner.pat, names),
        Pat::Reference(inner) => rename(&mut inner.pat, names),
        Pat::Slice(slice) => slice.elems.iter_mut().for_each(|element| rename(element, names)),
        Pat::Struct(fields) => {
            for field in &mut fields.fields {
                // A shorthand `Point { x }` has to keep the name of the field.
                field.colon_token.get_or_insert_default();
                rename(&mut field.pat, names);
            }
        }
        Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(|element| rename(element, names)),
        Pat::TupleStruct(tuple) => tuple.elems.iter_mut().for_each(|element| rename(element, names)),
        Pat::Type(typed) => rename(&mut typed.pat, names),
        _ => {}
    }
}

/// Gives the bindings of a parameter's pattern new names, in the order of [`bindings`], and takes `mut` away.
pub(crate) fn rename_parameter(pattern: &mut Pat, names: &mut impl Iterator<Item = Ident>) {
    match pattern {
        Pat::Ident(ident) => {
            ident.mutability = None;
            if !is_constant_name(&ident.ident, ident.subpat.is_some())
                && let Some(name) = names.next()
            {
                ident.ident = name;
            }
            if let Some((_, inner)) = &mut ident.subpat {
                rename_parameter(inner, names);
            }
        }
        Pat::Paren(inner) => rename_parameter(&mut inner.pat, names),
        Pat::Reference(inner) => rename_parameter(&mut inner.pat, names),
        Pat::Slice(slice) => slice.elems.iter_mut().for_each(|element| rename_parameter(element, names)),
        Pat::Struct(fields) => {
            for field in &mut fields.fields {
                field.colon_token.get_or_insert_default();
                rename_parameter(&mut field.pat, names);
            }
        }
        Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(|element| rename_parameter(element, names)),
        Pat::TupleStruct(tuple) => {
            tuple.elems.iter_mut().for_each(|element| rename_parameter(element, names));
        }
        _ => {}
    }
}

/// `..`, or `name @ ..`.
pub(super) fn is_rest(pattern: &Pat) -> bool {
    match pattern {
        Pat::Rest(_) => true,
        Pat::Ident(named) => {
            named.by_ref.is_none()
                && named.subpat.as_ref().is_some_and(|(_, inner)| matches!(&**inner, Pat::Rest(_)))
        }
        _ => false,
    }
}

pub(super) fn unbound(shape: &Shape) -> Leaf {
    match shape {
        Shape::Scalar(scalar) => Leaf::Unbound(*scalar),
        Shape::Reference(inner) => unbound(inner),
        Shape::Tuple(parts) => Leaf::Tuple(parts.iter().map(unbound).collect()),
        Shape::Array(element, length) if element.carries_reals() => {
            Leaf::Array(vec![unbound(element); length.known().unwrap_or(0)])
        }
        Shape::Array(..) | Shape::Slice(_) | Shape::Struct(_) | Shape::Constant | Shape::Unsupported(_) => {
            Leaf::Constant
        }
    }
}

/// An identifier without `r#`.
pub(super) fn plain(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), ToOwned::to_owned)
}

/// The patterns directly inside a pattern.
fn children(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Ident(ident) => ident.subpat.iter().map(|(_, pattern)| &**pattern).collect(),
        Pat::Or(or) => or.cases.iter().collect(),
        Pat::Paren(inner) => vec![&inner.pat],
        Pat::Reference(inner) => vec![&inner.pat],
        Pat::Slice(slice) => slice.elems.iter().collect(),
        Pat::Struct(fields) => fields.fields.iter().map(|field| &*field.pat).collect(),
        Pat::Tuple(tuple) => tuple.elems.iter().collect(),
        Pat::TupleStruct(tuple) => tuple.elems.iter().collect(),
        Pat::Type(typed) => vec![&typed.pat],
        Pat::Guard(guarded) => vec![&guarded.pat],
        _ => Vec::new(),
    }
}

/// The type of what a tuple pattern takes apart, as far as the pattern tells.
pub(super) fn tuple_type(pattern: &Pat) -> Option<syn::Type> {
    let Pat::Tuple(tuple) = pattern else { return None };
    if tuple.elems.iter().any(is_rest) {
        return None;
    }
    let parts = tuple.elems.iter().map(|part| match part {
        Pat::Type(typed) => (*typed.ty).clone(),
        part => tuple_type(part).unwrap_or_else(|| syn::parse_quote!(_)),
    });
    Some(syn::parse_quote!((#(#parts,)*)))
}

/// The names that a pattern binds, each once. A lone capitalised name is a constant or a variant, as rustc's
/// naming lints have it.
pub(super) fn bindings(pattern: &Pat) -> Vec<Ident> {
    let mut found: Vec<Ident> = Vec::new();
    let mut pending = vec![pattern];
    while let Some(pattern) = pending.pop() {
        if let Pat::Ident(ident) = pattern
            && !is_constant_name(&ident.ident, ident.subpat.is_some())
            && !found.contains(&ident.ident)
        {
            found.push(ident.ident.clone());
        }
        pending.extend(children(pattern).into_iter().rev());
    }
    found
}

fn is_constant_name(ident: &Ident, binds: bool) -> bool {
    !binds && ident.to_string().chars().next().is_some_and(char::is_uppercase)
}
