//! Values with parts: their members, struct literals, and sums.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::Emitter;
use super::blocks::Statement;
use crate::graph::{Gather, Literal, Member, Op, Precedence, Ty, ValueId, WholeOp};

impl Emitter<'_> {
    /// A value where something is taken of it: by name if it has one.
    pub(super) fn place(&mut self, id: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let id = self.printed(id);
        if let Some(name) = self.bound.get(&id) {
            uses.push(id);
            return name.to_token_stream();
        }
        let value = self.graph.value(id);
        match (&value.op, value.ty) {
            (Op::Parameter(number), Ty::Array(_) | Ty::List(_)) => self.array_parameter(*number),
            (Op::Parameter(number), Ty::Whole) => self.context.parameters[*number].tokens.clone(),
            (Op::Whole(WholeOp::Member(member)), _) | (Op::Load(member), Ty::Whole) => {
                let member = member.clone();
                self.member(&member, &value.operands.clone(), uses)
            }
            // In a condition, braces would be read as its block.
            (Op::Whole(WholeOp::Literal(_)), _) => {
                let literal = self.operation(id, Precedence::Postfix, uses);
                quote!((#literal))
            }
            _ => self.operation(id, Precedence::Postfix, uses),
        }
    }

    pub(super) fn member(
        &mut self,
        member: &Member,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let whole = self.place(operands[0], uses);
        let member = self.pieces(&member.pieces, &operands[1..], uses);
        quote!(#whole #member)
    }

    /// A reference to a value.
    pub(super) fn borrowed(&mut self, id: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let id = self.printed(id);
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
            Op::Parameter(_) | Op::Binding | Op::Whole(WholeOp::Member(_)) | Op::Load(_) => true,
            // A condition is asked before its loop goes on with the value.
            Op::Argument(_) if self.is_in_condition(id) => true,
            _ => {
                self.bound.contains_key(&id)
                    && (self.plan.uses[id.index()] > 1 || self.plan.is_used_in_a_loop(id))
            }
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
    pub(super) fn vector_function(&self, name: &str, argument: &TokenStream) -> TokenStream {
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
            WholeOp::Vanished => {
                let constant = self.expression(operands[0], Precedence::Lowest, uses);
                let (name, runtime) = (crate::names::identifier("constant"), &self.context.runtime);
                quote!({
                    let mut #name = #constant;
                    #runtime::__private::Held::new(&mut #name).chainrule_clear();
                    #name
                })
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
        Some(Statement::new(vec![(id, name)], uses, tokens))
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
