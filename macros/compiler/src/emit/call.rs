//! Calls of functions with siblings, and operations on whole values.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::blocks::Statement;
use super::{Emitter, root};
use crate::graph::{
    Call, Callee, Form, Gather, Literal, Map, Member, Op, Precedence, Sibling, Ty, ValueId, WholeOp,
};

impl Emitter<'_> {
    /// `let (value, (a_slope, b_slope)) = g_value_and_grad(a, b);`
    pub(super) fn call_statement(&mut self, id: ValueId) -> Option<Statement> {
        let call = self.graph.call(id)?.clone();
        let mut names: Map<usize, Ident> = Map::default();
        let mut defines = Vec::new();
        let mut parts: Vec<(usize, ValueId)> = self
            .graph
            .results(id)
            .iter()
            .filter(|part| self.plan.uses[part.index()] > 0)
            .filter_map(|&part| match self.graph.value(part).op {
                Op::Part(number) => Some((number, part)),
                _ => None,
            })
            .collect();
        if parts.is_empty() {
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
        Some(Statement { defines, uses, tokens: quote!(#(#kept)* let #pattern = #tokens; #spread) })
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
        let suffix = call.sibling.suffix();
        let tokens = match &call.callee {
            Callee::Path { before, name, after } => {
                let name = with_suffix(name, suffix);
                quote!(#before #name #after(#(#arguments),*))
            }
            Callee::Method { name, after } => {
                let name = with_suffix(name, suffix);
                let receiver = self.receiver(&call.arguments[0], operands[0], uses);
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
        let operands = self.graph.value(id).operands.clone();
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
    fn form(
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
                if let Some(array) = self.parameter_array(&elements) {
                    return array;
                }
                let elements = self.arguments(&elements, uses);
                quote!([#(#elements),*])
            }
            Form::Array(parts) => {
                let parts: Vec<TokenStream> =
                    parts.iter().map(|part| self.form(part, operands, uses)).collect();
                quote!([#(#parts),*])
            }
            Form::Reference(inner) => match (&**inner, &mut *operands) {
                (Form::Leaf(_), operands) => match operands.next() {
                    Some(&id) => self.borrowed(id, uses),
                    None => TokenStream::new(),
                },
                (inner, operands) => {
                    let tokens = self.form(inner, operands, uses);
                    quote!(&#tokens)
                }
            },
        }
    }

    /// A value where something is taken of it: by name if it has one.
    pub(super) fn place(&mut self, id: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let id = root(self.graph, id);
        if let Some(name) = self.bound.get(&id) {
            uses.push(id);
            return name.to_token_stream();
        }
        let value = self.graph.value(id);
        match (&value.op, value.ty) {
            (Op::Parameter(number), Ty::Whole) => self.context.parameters[*number].tokens.clone(),
            (Op::Whole(WholeOp::Member(member)), _) => {
                let member = member.clone();
                self.member(&member, &value.operands.clone(), uses)
            }
            _ => self.operation(id, Precedence::Postfix, uses),
        }
    }

    fn member(&mut self, member: &Member, operands: &[ValueId], uses: &mut Vec<ValueId>) -> TokenStream {
        let whole = self.place(operands[0], uses);
        let member = self.pieces(&member.pieces, &operands[1..], uses);
        quote!(#whole #member)
    }

    /// A reference to a value.
    fn borrowed(&mut self, id: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let id = root(self.graph, id);
        let value = self.graph.value(id);
        if let Op::Parameter(number) = value.op
            && !self.bound.contains_key(&id)
        {
            let parameter = self.context.parameters[number];
            if parameter.is_reference {
                return parameter.tokens.clone();
            }
            let mut tokens = parameter.tokens.clone().into_iter();
            if parameter.precedence == Precedence::Unary
                && tokens.next().is_some_and(|first| first.to_string() == "*")
            {
                return tokens.collect();
            }
        }
        if value.ty == Ty::Whole {
            let place = self.place(id, uses);
            return quote!(&#place);
        }
        let tokens = self.expression(id, Precedence::Unary, uses);
        quote!(&#tokens)
    }

    /// A whole by value. What is used elsewhere as well is cloned.
    pub(super) fn owned(&mut self, id: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let value = self.graph.value(id);
        let is_place = match value.op {
            Op::Parameter(_) | Op::Binding | Op::Whole(WholeOp::Member(_)) => true,
            _ => self.bound.contains_key(&id) && self.plan.uses[id.index()] > 1,
        };
        if is_place {
            let borrowed = self.borrowed(id, uses);
            return quote!(::core::clone::Clone::clone(#borrowed));
        }
        if let Some(name) = self.bound.get(&id) {
            uses.push(id);
            return name.to_token_stream();
        }
        self.operation(id, Precedence::Lowest, uses)
    }

    /// A function of the trait `Differentiable`. Should the type not have it, the error is at the argument.
    fn vector_function(&self, name: &str, argument: &TokenStream) -> TokenStream {
        let runtime = &self.context.runtime;
        let word = |token: TokenTree| match token {
            TokenTree::Ident(ident) => Some(ident.span()),
            _ => None,
        };
        let span = argument.clone().into_iter().find_map(word).unwrap_or_else(Span::call_site);
        let span = Span::call_site().located_at(span);
        let name = Ident::new(name, span);
        quote_spanned!(span=> #runtime::Differentiable::#name)
    }

    /// An operation on whole values, where it is an expression.
    pub(super) fn whole(
        &mut self,
        op: &WholeOp,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        match op {
            WholeOp::Member(member) => self.member(member, operands, uses),
            WholeOp::Literal(literal) => match &literal.path {
                Some(path) => self.literal_of(path, literal, operands, uses),
                None => {
                    let value = quote!(value);
                    let (first, rest) = self.changed(&value, literal, operands, uses);
                    quote!({ let mut #value = #first; #rest #value })
                }
            },
            WholeOp::Gather(gather) if gather.wholes == 0 && gather.members.is_empty() => {
                let like = self.borrowed(operands[0], uses);
                let function = self.vector_function("zero", &like);
                quote!(#function(#like))
            }
            WholeOp::Gather(gather) => {
                let total = quote!(total);
                let (first, rest) = self.gathered(&total, gather, operands, uses);
                quote!({ let mut #total = #first; #rest #total })
            }
            WholeOp::Scaled => {
                let (whole, factor) = (
                    self.borrowed(operands[0], uses),
                    self.expression(operands[1], Precedence::Lowest, uses),
                );
                let function = self.vector_function("scale", &whole);
                quote!(#function(#whole, #factor))
            }
            WholeOp::Dot => {
                let (left, right) = (self.borrowed(operands[0], uses), self.borrowed(operands[1], uses));
                let function = self.vector_function("dot", &left);
                quote!(#function(#left, #right))
            }
            WholeOp::Direction => {
                let whole = self.borrowed(operands[0], uses);
                let function = self.vector_function("as_direction", &whole);
                quote!(#function(#whole))
            }
        }
    }

    /// A whole that is made in several statements.
    pub(super) fn whole_statement(&mut self, id: ValueId) -> Option<Statement> {
        let value = self.graph.value(id);
        let Op::Whole(op) = &value.op else { return None };
        let (op, operands) = (op.clone(), value.operands.clone());
        let is_made_in_steps = match &op {
            WholeOp::Gather(gather) => gather.wholes > 0 || !gather.members.is_empty(),
            WholeOp::Literal(literal) => literal.path.is_none(),
            _ => false,
        };
        if !is_made_in_steps {
            return None;
        }
        let mut uses = Vec::new();
        let name = self.name(id);
        let (first, rest) = match &op {
            WholeOp::Gather(gather) => self.gathered(&name.to_token_stream(), gather, &operands, &mut uses),
            WholeOp::Literal(literal) => self.changed(&name.to_token_stream(), literal, &operands, &mut uses),
            _ => return None,
        };
        self.bound.insert(id, name.clone());
        let mutability = (!rest.is_empty()).then(|| quote!(mut));
        let tokens = quote!(let #mutability #name = #first; #rest);
        Some(Statement { defines: vec![(id, name)], uses, tokens })
    }

    /// The first value of a sum, and the statements that add the rest.
    fn gathered(
        &mut self,
        name: &TokenStream,
        gather: &Gather,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, TokenStream) {
        let runtime = self.context.runtime.clone();
        let (like, wholes) = (operands[0], &operands[1..=gather.wholes]);
        let first = match wholes.first() {
            Some(&whole) => self.expression(whole, Precedence::Lowest, uses),
            None => {
                let like = self.borrowed(like, uses);
                let function = self.vector_function("zero", &like);
                quote!(#function(#like))
            }
        };
        let mut rest = TokenStream::new();
        for &whole in wholes.iter().skip(1) {
            let whole = self.borrowed(whole, uses);
            rest.extend(quote!(#runtime::Differentiable::accumulate(&mut #name, #whole);));
        }
        let mut position = 1 + gather.wholes;
        for (number, member) in gather.members.iter().enumerate() {
            let place = self.pieces(&member.pieces, &operands[position..position + member.indices], uses);
            let part = operands[position + member.indices];
            position += member.indices + 1;
            let is_first = wholes.is_empty() && member.indices == 0 && !overlaps(gather, number);
            let is_whole = self.graph.value(part).ty == Ty::Whole;
            rest.extend(if is_whole && !is_first {
                let part = self.borrowed(part, uses);
                quote!(#runtime::Differentiable::accumulate(&mut #name #place, #part);)
            } else {
                let part = self.expression(part, Precedence::Lowest, uses);
                if is_first { quote!(#name #place = #part;) } else { quote!(#name #place += #part;) }
            });
        }
        if gather.is_gradient {
            let like = self.borrowed(like, uses);
            let constants = self.vector_function("with_constants_of", &like);
            if rest.is_empty() {
                return (quote!(#constants(#first, #like)), rest);
            }
            rest.extend(quote!(let #name = #constants(#name, #like);));
        }
        (first, rest)
    }

    /// The base of a struct that is changed in places, and the statements that change it.
    fn changed(
        &mut self,
        name: &TokenStream,
        literal: &Literal,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, TokenStream) {
        let (base, parts) =
            operands.split_last().map_or((None, operands), |(base, parts)| (Some(*base), parts));
        let first =
            base.map_or_else(TokenStream::new, |base| self.expression(base, Precedence::Lowest, uses));
        let mut leaves = parts.iter();
        let mut rest = TokenStream::new();
        for (field, form) in &literal.fields {
            let value = self.form(form, &mut leaves, uses);
            rest.extend(quote!(#name #field = #value;));
        }
        (first, rest)
    }

    /// `State { x: a, ..base }`.
    fn literal_of(
        &mut self,
        path: &TokenStream,
        literal: &Literal,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let mut leaves = operands.iter();
        let values: Vec<TokenStream> =
            literal.fields.iter().map(|(_, form)| self.form(form, &mut leaves, uses)).collect();
        // Without the dot.
        let names: Vec<TokenStream> =
            literal.fields.iter().map(|(name, _)| name.clone().into_iter().skip(1).collect()).collect();
        let is_numbered =
            names.iter().enumerate().all(|(number, name)| name.to_string() == number.to_string());
        if is_numbered && !literal.has_base && !names.is_empty() {
            return quote!(#path(#(#values),*));
        }
        let base = leaves.next().filter(|_| literal.has_base).map(|&base| {
            let base = self.expression(base, Precedence::Lowest, uses);
            quote!(..#base)
        });
        quote!(#path { #(#names: #values,)* #base })
    }
}

/// Whether the place of a member is in that of another, or around it.
fn overlaps(gather: &Gather, number: usize) -> bool {
    let key = &gather.members[number].key;
    gather.members.iter().enumerate().any(|(other, member)| {
        other != number
            && (member.indices > 0 || member.key.starts_with(&**key) || key.starts_with(&*member.key))
    })
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
        Form::Leaf(_) => {
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
