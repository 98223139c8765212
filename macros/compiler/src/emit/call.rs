//! Calls of functions and of their siblings.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::Emitter;
use super::blocks::Statement;
use crate::graph::{Call, Callee, Form, Leaf, Map, Op, Precedence, Sibling, ValueId, WholeOp};

impl Emitter<'_> {
    /// `let (value, (a_slope, b_slope)) = g_value_and_grad(a, b);`
    pub(super) fn call_statement(&mut self, id: ValueId) -> Option<Statement> {
        let call = self.graph.call(id)?.clone();
        let mut names: Map<usize, Ident> = Map::default();
        let mut defines = Vec::new();
        // What arrays are after the call has no name of its own.
        let are_arrays_used = self
            .graph
            .results(id)
            .iter()
            .any(|part| self.graph.value(*part).ty.is_array() && self.plan.uses[part.index()] > 0);
        let mut parts: Vec<(usize, ValueId)> = self
            .graph
            .results(id)
            .iter()
            .filter(|part| self.plan.uses[part.index()] > 0 && !self.graph.value(**part).ty.is_array())
            .filter_map(|&part| match self.graph.value(part).op {
                Op::Part(number) => Some((number, part)),
                _ => None,
            })
            .collect();
        if parts.is_empty() && !are_arrays_used {
            return None;
        }
        parts.sort_unstable();
        let mut uses = Vec::new();
        self.kept.clear();
        let tokens = self.call(id, &call, &mut uses);
        let kept = std::mem::take(&mut self.kept);
        for (number, part) in parts {
            let name = self.name(part);
            names.insert(number, name.clone());
            defines.push((part, name));
        }
        for (part, name) in &defines {
            self.bound.insert(*part, name.clone());
        }
        let mut number = 0;
        let mut spread = TokenStream::new();
        let gradients = call.components_that_are_gradients();
        let slots = (call.has_unknowns() && gradients.contains(&true))
            .then(|| self.slots(id, &call, None, &mut uses));
        if call.gradients().is_empty() && call.values() == 0 {
            return Some(Statement::new(defines, uses, quote!(#(#kept)* #tokens;)));
        }
        let components: Vec<TokenStream> = call
            .returns()
            .iter()
            .zip(gradients)
            .map(|(form, is_gradient)| match &slots {
                Some(slots) if is_gradient => {
                    let entries = entries_pattern(&call, &mut number, &names);
                    let gradient = self.names.local("gradient");
                    let runtime = &self.context.runtime;
                    spread.extend(quote!(let #entries = #runtime::__private::spread(#gradient, &#slots);));
                    gradient.to_token_stream()
                }
                _ => pattern(form, &mut number, &names),
            })
            .collect();
        let pattern = match components.as_slice() {
            [component] => component.clone(),
            components => quote!((#(#components),*)),
        };
        // Should the function return something else, the error is at the call.
        let span = Span::call_site().located_at(call.callee.name_token().span());
        let pattern = located(pattern, span);
        let borrows = call.sibling == Sibling::Vjp && call.has_references();
        let tokens = quote!(#(#kept)* let #pattern = #tokens; #spread);
        Some(Statement { borrows, ..Statement::new(defines, uses, tokens) })
    }

    /// The call of a function or of its sibling.
    pub(super) fn call(&mut self, id: ValueId, call: &Call, uses: &mut Vec<ValueId>) -> TokenStream {
        let operands = self.graph.value(id).operands.clone();
        if call.sibling == Sibling::Pullback {
            let pullback = self.expression(operands[0], Precedence::Postfix, uses);
            let cotangent = self.form(&call.result, &mut operands[1..].iter(), uses);
            return quote!(#pullback(#cotangent));
        }
        let mut leaves = operands.iter();
        let mut arguments: Vec<TokenStream> =
            call.arguments.iter().map(|form| self.form(form, &mut leaves, uses)).collect();
        if call.sibling == Sibling::Vjp {
            for (form, argument) in call.arguments.iter().zip(&mut arguments) {
                self.keep(form, argument, &call.callee.name());
            }
        }
        if matches!(call.sibling, Sibling::Jvp | Sibling::Hvp)
            && let Callee::Path { before, name, after } = &call.callee
            && call.has_unknowns()
        {
            let name = with_suffix(name, call.sibling.suffix());
            let tangents = operands[call.arity()..].to_vec();
            let slots = self.slots(id, call, Some(&tangents), uses);
            let list = list(&arguments);
            let runtime = &self.context.runtime;
            return quote!(#runtime::__private::call_with_tangents(#before #name #after, #list, #slots));
        }
        if matches!(call.sibling, Sibling::Jvp | Sibling::Hvp) {
            let mut given = operands.iter();
            for form in &call.arguments {
                if let Some(part) = form.as_part() {
                    arguments.push(self.array_tangent(part, &mut given, &mut leaves, uses));
                    continue;
                }
                let first = given.next().copied();
                given.by_ref().take(form.size().saturating_sub(1)).for_each(drop);
                if let (true, Some(operand)) = (form.is_unknown(), first) {
                    let argument = self.borrowed(operand, uses);
                    let zero = self.vector_function("zero", &argument);
                    arguments.push(quote!(#zero(#argument)));
                } else if let Some(gradient) = form.gradient() {
                    arguments.push(self.form(&gradient, &mut leaves, uses));
                }
            }
        }
        if matches!(call.sibling, Sibling::AddGrad | Sibling::AddVjp) {
            arguments.push(self.form(&call.result, &mut leaves, uses));
            let (before, accumulators) = self.accumulators(id, call, uses);
            self.kept.push(before);
            arguments.extend(accumulators);
        }
        let suffix = call.sibling.suffix();
        let tokens = match &call.callee {
            Callee::Path { before, name, after } => {
                let name = with_suffix(name, suffix);
                quote!(#before #name #after(#(#arguments),*))
            }
            Callee::Method { name, after } => {
                let check = self.apart(call, &operands, uses);
                self.kept.extend(check);
                let name = with_suffix(name, suffix);
                let mut receiver = self.receiver(&call.arguments[0], operands[0], uses);
                let is_made_here = matches!(receiver.clone().into_iter().next(), Some(TokenTree::Group(_)));
                if call.sibling == Sibling::Vjp && is_made_here {
                    let name = self.names.local(&format!("{}_argument", call.callee.name()));
                    self.kept.push(quote!(let #name = #receiver;));
                    receiver = name.to_token_stream();
                }
                let arguments = &arguments[1..];
                quote!(#receiver.#name #after(#(#arguments),*))
            }
        };
        if call.sibling == Sibling::VjpAtOnce {
            let cotangent = self.form(&call.result, &mut leaves, uses);
            return quote!(#tokens.1(#cotangent));
        }
        tokens
    }

    /// For each argument that has an entry in the gradient, or may have one, what is known of it: its tangent, or the
    /// argument itself, whose type is asked.
    fn slots(
        &mut self,
        id: ValueId,
        call: &Call,
        tangents: Option<&[ValueId]>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        // A pullback was given its arguments by the call that it is from.
        let made_by = match call.sibling {
            Sibling::Pullback => self.graph.value(self.graph.value(id).operands[0]).operands[0],
            _ => id,
        };
        let operands = self.graph.value(made_by).operands.clone();
        let mut leaves = operands.iter();
        let mut tangents = tangents.map(|tangents| tangents.iter());
        let mut slots = Vec::new();
        for form in &call.arguments {
            let runtime = self.context.runtime.clone();
            if form.is_unknown() {
                if let Some(&operand) = leaves.next() {
                    let argument = self.borrowed(operand, uses);
                    slots.push(quote!(#runtime::__slot!(#argument)));
                }
                continue;
            }
            leaves.by_ref().take(form.size()).for_each(drop);
            if let Some(gradient) = form.gradient() {
                let tangent = match &mut tangents {
                    Some(tangents) => self.form(&gradient, tangents, uses),
                    None => quote!(()),
                };
                slots.push(quote!(#runtime::__private::Given(#tangent)));
            }
        }
        list(&slots)
    }

    /// Gives what is passed by reference a name, so that it lives as long as the pullback that borrows it.
    fn keep(&mut self, form: &Form, argument: &mut TokenStream, function: &str) {
        let mut tokens = argument.clone().into_iter();
        let is_taken = tokens.next().is_some_and(|first| first.to_string() == "&");
        let value: TokenStream = tokens.collect();
        let is_place = value
            .clone()
            .into_iter()
            .next()
            .is_some_and(|first| matches!(first, TokenTree::Ident(_)))
            && !value.clone().into_iter().any(
                |token| matches!(token, TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket),
            );
        if matches!(form, Form::Reference(_)) && is_taken && !is_place {
            let name = self.names.local(&format!("{function}_argument"));
            self.kept.push(quote!(let #name = #value;));
            *argument = quote!(&#name);
        }
    }

    /// What compiles only if the constant receiver of a method is of another type than the first argument that the
    /// gradient is by: otherwise a gradient by the receiver could not be told from it.
    fn apart(&mut self, call: &Call, operands: &[ValueId], uses: &mut Vec<ValueId>) -> Option<TokenStream> {
        if call.sibling == Sibling::Primal || call.arguments[0] != Form::Leaf(Leaf::Constant) {
            return None;
        }
        let argument = call.arguments.iter().find(|argument| argument.gradient().is_some())?;
        let first = call.floats().into_iter().position(|is_float| is_float)?;
        if argument.size() > 1 {
            return None;
        }
        // What has fields is no number.
        if self.graph.value(operands[first]).ty.is_real() && self.has_fields(operands[0]) {
            return None;
        }
        let (receiver, argument) = (self.borrowed(operands[0], uses), self.borrowed(operands[first], uses));
        let runtime = &self.context.runtime;
        let span = Span::call_site().located_at(call.callee.name_token().span());
        let check = quote!(#runtime::__apart!).into_iter().map(|mut token| {
            token.set_span(span);
            token
        });
        let check: TokenStream = check.collect();
        Some(located(quote!(#check(#receiver, #argument);), span))
    }

    /// Whether the function takes fields of a value.
    fn has_fields(&self, id: ValueId) -> bool {
        self.graph.ids().any(|user| {
            let value = self.graph.value(user);
            value.operands.first() == Some(&id)
                && match &value.op {
                    Op::Opaque(opaque) => opaque.is_field(),
                    Op::Whole(op) => matches!(op, WholeOp::Member(_)),
                    _ => false,
                }
        })
    }

    /// What stands before the dot of a method.
    fn receiver(&mut self, form: &Form, operand: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let form = match form {
            Form::Reference(inner) => inner,
            form => form,
        };
        match form {
            Form::Leaf(_) => self.place(operand, uses),
            form => self.form(form, &mut std::iter::once(&operand), uses),
        }
    }

    /// An argument made of operands.
    pub(super) fn form(
        &mut self,
        form: &Form,
        operands: &mut dyn Iterator<Item = &ValueId>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        match form {
            Form::Leaf(_) => match operands.next() {
                Some(&id) => self.expression(id, Precedence::Lowest, uses),
                None => TokenStream::new(),
            },
            Form::Tuple(parts) => {
                let parts: Vec<TokenStream> =
                    parts.iter().map(|part| self.form(part, operands, uses)).collect();
                match parts.as_slice() {
                    [part] => quote!((#part,)),
                    parts => quote!((#(#parts),*)),
                }
            }
            Form::Array(parts) if parts.iter().all(|part| matches!(part, Form::Leaf(_))) => {
                let elements: Vec<ValueId> = operands.take(parts.len()).copied().collect();
                if let Some((array, is_reference)) = self.parameter_array(&elements) {
                    return if is_reference { quote!(*#array) } else { array };
                }
                let elements = self.arguments(&elements, uses);
                quote!([#(#elements),*])
            }
            Form::Array(parts) => {
                let parts: Vec<TokenStream> =
                    parts.iter().map(|part| self.form(part, operands, uses)).collect();
                quote!([#(#parts),*])
            }
            Form::Part(part) => self.array_argument(part, false, operands, uses),
            Form::Reference(inner) => match (&**inner, &mut *operands) {
                (Form::Part(part), operands) => self.array_argument(part, true, operands, uses),
                (Form::Leaf(_), operands) => match operands.next() {
                    Some(&id) => self.borrowed(id, uses),
                    None => TokenStream::new(),
                },
                (inner, operands) => {
                    let tokens = self.form(inner, operands, uses);
                    let mut words = tokens.clone().into_iter();
                    let is_dereferenced = words.next().is_some_and(|first| first.to_string() == "*");
                    if is_dereferenced { words.collect() } else { quote!(&#tokens) }
                }
            },
        }
    }
}

/// The pattern of the entries of a gradient, one for each slot.
fn entries_pattern(call: &Call, number: &mut usize, names: &Map<usize, Ident>) -> TokenStream {
    let entries: Vec<TokenStream> = call
        .arguments
        .iter()
        .filter_map(|form| match form.gradient() {
            Some(gradient) => Some(pattern(&gradient, number, names)),
            None => form.is_unknown().then(|| quote!(_)),
        })
        .collect();
    list(&entries)
}

/// A list of nested pairs.
fn list(items: &[TokenStream]) -> TokenStream {
    items.iter().rev().fold(quote!(()), |rest, item| quote!((#item, #rest)))
}

/// The same tokens, of which groups and punctuation are at this place.
fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let mut moved = Group::new(group.delimiter(), located(group.stream(), span));
                moved.set_span(span);
                return TokenTree::Group(moved);
            }
            if let TokenTree::Punct(_) = token {
                token.set_span(span);
            }
            token
        })
        .collect()
}

fn with_suffix(name: &Ident, suffix: &str) -> Ident {
    if suffix.is_empty() {
        return name.clone();
    }
    let text = name.to_string();
    let plain = text.strip_prefix("r#").unwrap_or(&text);
    // Comes from the macro, so that rustc does not propose other names for what the user has not written.
    let span = Span::call_site().located_at(name.span());
    Ident::new(&format!("{plain}{suffix}"), span)
}

/// The pattern that binds the named parts of what a call returns.
fn pattern(form: &Form, number: &mut usize, names: &Map<usize, Ident>) -> TokenStream {
    let start = *number;
    if !(start..start + form.size()).any(|part| names.contains_key(&part)) {
        *number += form.size();
        return quote!(_);
    }
    match form {
        Form::Leaf(_) | Form::Part(_) => {
            *number += 1;
            names.get(&start).map_or_else(|| quote!(_), ToTokens::to_token_stream)
        }
        Form::Reference(inner) => pattern(inner, number, names),
        Form::Tuple(parts) => {
            let parts: Vec<TokenStream> = parts.iter().map(|part| pattern(part, number, names)).collect();
            match parts.as_slice() {
                [part] => quote!((#part,)),
                parts => quote!((#(#parts),*)),
            }
        }
        Form::Array(parts) => {
            let parts = parts.iter().map(|part| pattern(part, number, names));
            quote!([#(#parts),*])
        }
    }
}
