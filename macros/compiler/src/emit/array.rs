//! Arrays whose elements are reached by computed indices: what makes and changes them in, statements out.
//!
//! The plan of storage says where each array is kept, and which changes have to begin with a copy.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;

use super::blocks::Statement;
use super::storage::{Model, model};
use super::{Emitter, root};
use crate::graph::{Constant, Filled, Member, Op, Piece, Precedence, RegionId, Ty, ValueId};
use crate::lower::Zero;
use crate::rules::Primitive;

impl Emitter<'_> {
    /// The value that is printed for this one: for an array, the one whose variable holds it.
    pub(super) fn printed(&self, id: ValueId) -> ValueId {
        self.plan.storage.home(root(self.graph, id))
    }

    /// A parameter that is an array, where an element of it is taken or a method called.
    pub(super) fn array_parameter(&self, number: usize) -> TokenStream {
        let parameter = self.context.parameters[number];
        let mut tokens = parameter.tokens.clone().into_iter();
        let is_dereferenced = parameter.precedence == Precedence::Unary
            && tokens.next().is_some_and(|first| first.to_string() == "*");
        let tokens = if is_dereferenced { tokens.collect() } else { parameter.tokens.clone() };
        if parameter.precedence < Precedence::Unary { quote!((#tokens)) } else { tokens }
    }

    /// What makes or changes an array.
    pub(super) fn array_statement(&mut self, id: ValueId) -> Option<Statement> {
        let value = self.graph.value(id);
        let is_cleared = matches!(value.op, Op::Cleared);
        if self.plan.uses[id.index()] == 0 && !is_cleared {
            return None;
        }
        let (op, operands) = (value.op.clone(), value.operands.clone());
        let mut uses = Vec::new();
        match op {
            Op::Filled(filled) => {
                let tokens = self.filled(id, &filled, Some(operands[0]), &operands, &mut uses);
                Some(self.array_variable(id, &tokens, uses))
            }
            Op::ZeroLike => Some(self.zeros(id, operands[0], uses)),
            Op::Cleared => {
                let place = self.place(id, &mut uses);
                let zero = match self.graph.value(self.printed(id)).op {
                    Op::Parameter(number) => self.context.parameters[number].array.as_ref(),
                    _ => None,
                };
                let zero = zero.map(|array| array.zero.clone());
                self.changes.push(self.printed(id));
                let cleared = match zero {
                    Some(Zero::OfEach(like)) => {
                        let runtime = &self.context.runtime;
                        quote!(#runtime::__private::clear_like(#place, #like);)
                    }
                    Some(Zero::Element(zero)) => quote!(#place.fill(#zero);),
                    None => TokenStream::new(),
                };
                Some(Statement::new(Vec::new(), uses, cleared))
            }
            _ => Some(self.changed_array(id, &op, &operands)),
        }
    }

    /// A store or sum.
    fn changed_array(&mut self, id: ValueId, op: &Op, operands: &[ValueId]) -> Statement {
        let mut uses = Vec::new();
        let mut defines = Vec::new();
        let is_sum_of_arrays = matches!(op, Op::Accumulate(_))
            && operands.last().is_some_and(|&part| self.graph.value(part).ty.is_array());
        let is_sum_of_structs = matches!(op, Op::Accumulate(_))
            && operands.last().is_some_and(|&part| self.graph.value(part).ty == Ty::Whole);
        let value = match (op, operands) {
            (Op::Accumulate(_), [.., part]) if is_sum_of_arrays || is_sum_of_structs => {
                self.borrowed(*part, &mut uses)
            }
            (Op::Store(path), [.., part]) if self.puts_vector(path, operands) => self.place(*part, &mut uses),
            (Op::Store(_), [.., part]) if self.graph.value(*part).ty.is_array() => {
                self.array_by_value(*part, false, &mut uses)
            }
            (Op::Store(_) | Op::Accumulate(_), [_, .., value]) => {
                self.expression(*value, Precedence::Lowest, &mut uses)
            }
            (_, [_, part]) => self.borrowed(*part, &mut uses),
            _ => TokenStream::new(),
        };
        let place_in = match op {
            Op::Store(path) | Op::Accumulate(path) => {
                let indices = &operands[1..operands.len() - 1];
                self.pieces(&path.pieces, indices, &mut uses)
            }
            _ => TokenStream::new(),
        };
        let copy = self.plan.storage.is_copied(id).then(|| {
            let copy = self.array_by_value(operands[0], false, &mut uses);
            let name = self.array_name(id, operands[0]);
            self.bound.insert(id, name.clone());
            defines.push((id, name.clone()));
            quote!(let mut #name = #copy;)
        });
        let home = self.printed(id);
        if copy.is_none() {
            self.changes.push(home);
        }
        let place = self.place(id, &mut uses);
        uses.retain(|used| defines.iter().all(|(defined, _)| defined != used));
        let change = match op {
            Op::Store(path) if path.is_behind_last() => quote!(#place.push(#value);),
            Op::Store(path) => match self.assigning_operator(id, op, operands) {
                Some((symbol, other)) => {
                    let other = self.expression(other, Precedence::Lowest, &mut uses);
                    quote!(#place #place_in #symbol #other;)
                }
                // What is there already has the room for it.
                None if self.puts_vector(path, operands) => quote!(#place #place_in.clone_from(&#value);),
                None => quote!(#place #place_in = #value;),
            },
            Op::Accumulate(path) if self.is_accumulated(home) => {
                let indices = operands[1..operands.len() - 1].to_vec();
                self.accumulated(&place, path, &indices, is_sum_of_arrays, &value, &mut uses)
            }
            Op::Accumulate(_) if is_sum_of_arrays => {
                let runtime = &self.context.runtime;
                quote!(#runtime::__private::join(&mut #place #place_in, #value);)
            }
            Op::Accumulate(_) if is_sum_of_structs => {
                let runtime = &self.context.runtime;
                quote!(#runtime::Differentiable::accumulate(&mut #place #place_in, #value);)
            }
            Op::Accumulate(_) => quote!(#place #place_in += #value;),
            _ if self.is_accumulated(home) => {
                let runtime = &self.context.runtime;
                quote!(#runtime::__private::add(&mut #place, #value);)
            }
            _ => {
                let runtime = &self.context.runtime;
                let total = if self.plan.storage.is_lent(home) { place } else { quote!(&mut #place) };
                quote!(#runtime::__private::join(#total, #value);)
            }
        };
        Statement::new(defines, uses, quote!(#copy #change))
    }

    /// A copy of an array to the parameter that it is to be left in, unless it is there.
    pub(super) fn left(&mut self, id: ValueId) -> Option<Statement> {
        let &[parameter, array] = self.graph.value(id).operands.as_slice() else { return None };
        let home = self.printed(array);
        if home == parameter {
            return None;
        }
        let mut uses = Vec::new();
        let source = self.borrowed(array, &mut uses);
        let place = self.place(parameter, &mut uses);
        self.changes.push(parameter);
        Some(Statement::new(Vec::new(), uses, quote!(#place.copy_from_slice(#source);)))
    }

    /// Whether a store replaces one of several vectors.
    fn puts_vector(&self, path: &Member, operands: &[ValueId]) -> bool {
        let is_vector = |&part: &ValueId| self.graph.value(part).ty.is_array() && !self.is_copy(part);
        !path.is_behind_last() && operands.last().is_some_and(is_vector)
    }

    /// A sum in what can only be added to: the first index is given to a method.
    fn accumulated(
        &mut self,
        place: &TokenStream,
        path: &Member,
        indices: &[ValueId],
        is_sum_of_arrays: bool,
        value: &TokenStream,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let runtime = self.context.runtime.clone();
        let (first, rest) = path.pieces.split_at(1.min(path.pieces.len()));
        let position = self.pieces(first, indices, uses);
        // Without its brackets.
        let position = match position.clone().into_iter().next() {
            Some(TokenTree::Group(group)) => group.stream(),
            _ => position,
        };
        let rest = self.pieces(rest, indices, uses);
        let add = match (is_sum_of_arrays, rest.is_empty()) {
            (true, true) => quote!(#runtime::__private::join(element, #value)),
            (true, false) => quote!(#runtime::__private::join(&mut element #rest, #value)),
            (false, true) => quote!(*element += #value),
            (false, false) => quote!(element #rest += #value),
        };
        quote!(#runtime::Accumulate::add_at(&mut #place, #position, |element| #add);)
    }

    /// How a store is written that changes an element by an operation on it, `+=`, and the other operand of that.
    fn assigning_operator(
        &self,
        id: ValueId,
        op: &Op,
        operands: &[ValueId],
    ) -> Option<(TokenStream, ValueId)> {
        let Op::Store(path) = op else { return None };
        let stored = root(self.graph, *operands.last()?);
        let value = self.graph.value(stored);
        let symbol = match value.op {
            Op::Primitive(Primitive::add) => quote!(+=),
            Op::Primitive(Primitive::sub) => quote!(-=),
            Op::Primitive(Primitive::mul) => quote!(*=),
            Op::Primitive(Primitive::div) => quote!(/=),
            _ => return None,
        };
        let is_element = |operand: ValueId| {
            let element = root(self.graph, operand);
            let load = self.graph.value(element);
            let is_same = matches!(&load.op, Op::Load(other) if other.key == path.key)
                && load.operands == operands[..operands.len() - 1];
            is_same && !self.bound.contains_key(&element)
        };
        // The order of factors and of terms does not matter.
        let is_commutative = matches!(value.op, Op::Primitive(Primitive::add | Primitive::mul));
        let other = match *value.operands.as_slice() {
            [left, right] if is_element(left) => right,
            [left, right] if is_commutative && is_element(right) => left,
            _ => return None,
        };
        let is_in_place = !self.bound.contains_key(&stored) && !self.plan.storage.is_copied(id);
        is_in_place.then_some((symbol, other))
    }

    /// The variable of an array of zeros.
    fn zeros(&mut self, id: ValueId, like: ValueId, mut uses: Vec<ValueId>) -> Statement {
        let like = match model(self.graph, like) {
            Some(Model::Filled(made)) => {
                let value = self.graph.value(made);
                if let Op::Filled(filled) = &value.op {
                    let (filled, operands) = (filled.clone(), value.operands.clone());
                    let tokens = self.filled(id, &filled, None, &operands, &mut uses);
                    return self.array_variable(id, &tokens, uses);
                }
                like
            }
            Some(Model::Parameter(parameter)) => parameter,
            None => like,
        };
        let array = match self.graph.value(like).op {
            Op::Parameter(number) => self.context.parameters[number].array.as_ref(),
            _ => None,
        };
        if let Some(zeros) = array.and_then(|array| array.zeros.as_ref()) {
            return self.array_variable(id, zeros, uses);
        }
        let copy = self.array_by_value(like, false, &mut uses);
        let name = self.name(id);
        self.bound.insert(id, name.clone());
        let clear = match array.map(|array| &array.zero) {
            Some(Zero::Element(zero)) => quote!(#name.fill(#zero);),
            Some(Zero::OfEach(_)) | None => {
                let runtime = &self.context.runtime;
                quote!(#runtime::__private::clear(&mut #name);)
            }
        };
        Statement::new(vec![(id, name.clone())], uses, quote!(let mut #name = #copy; #clear))
    }

    /// A new array of this element, or of zeros like its first one.
    fn filled(
        &mut self,
        id: ValueId,
        filled: &Filled,
        element: Option<ValueId>,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let is_typed = self.plan.storage.first_user(id).is_some_and(|user| {
            let value = self.graph.value(user);
            matches!(value.op, Op::Store(_) | Op::Accumulate(_))
                && value.operands.last().is_some_and(|&stored| !self.is_untyped(stored))
        });
        self.pieces_around(&filled.pieces, &mut |emitter, number, around| {
            if number > 0 {
                return emitter.expression(operands[number], around, uses);
            }
            let like = operands[0];
            match (element, emitter.graph.value(like).ty) {
                (Some(element), Ty::Array(_)) => {
                    let is_moved = emitter.is_used_once_beside(element, id);
                    emitter.array_by_value(element, is_moved, uses)
                }
                (Some(element), _) => match emitter.suffixed(element).filter(|_| !is_typed) {
                    Some(literal) => literal,
                    None => emitter.expression(element, around, uses),
                },
                (None, Ty::Array(_)) => emitter.zeros_like(like, uses).unwrap_or_default(),
                (None, Ty::Whole) => {
                    let like = emitter.borrowed(like, uses);
                    let function = emitter.vector_function("zero", &like);
                    quote!(#function(#like))
                }
                (None, ty) => {
                    let (zero, _) = emitter.constant(&Constant::new(0.0), ty);
                    let suffix = emitter.type_tokens(ty).filter(|_| !is_typed);
                    let literal = zero.to_string();
                    match suffix.filter(|_| literal == "0.0") {
                        Some(ty) => format!("0.0_{ty}").parse().unwrap_or(zero),
                        None => zero,
                    }
                }
            }
        })
    }

    /// Whether an array is of use for one other value only, which stands in the same region.
    fn is_used_once_beside(&self, array: ValueId, user: ValueId) -> bool {
        let region = |id: ValueId| self.graph.value(id).region;
        self.printed(array) == array && self.plan.uses[array.index()] == 1 && region(array) == region(user)
    }

    /// Zeros in the form of an array, as an expression, if what it was made as is known.
    fn zeros_like(&mut self, like: ValueId, uses: &mut Vec<ValueId>) -> Option<TokenStream> {
        match model(self.graph, like)? {
            Model::Filled(made) => {
                let value = self.graph.value(made);
                let Op::Filled(filled) = &value.op else { return None };
                let (filled, operands) = (filled.clone(), value.operands.clone());
                Some(self.filled(made, &filled, None, &operands, uses))
            }
            Model::Parameter(parameter) => match self.graph.value(parameter).op {
                Op::Parameter(number) => self.context.parameters[number].array.as_ref()?.zeros.clone(),
                _ => None,
            },
        }
    }

    /// One of an array of arrays: a copy of it, or a reference to a vector that stays as it is.
    pub(super) fn row_statement(&mut self, id: ValueId) -> Statement {
        let mut uses = Vec::new();
        let row = self.operation(id, Precedence::Postfix, &mut uses);
        let row = if self.is_copy(id) {
            row
        } else if self.is_referenced_row(id) {
            quote!(&#row)
        } else {
            quote!(::core::clone::Clone::clone(&#row))
        };
        self.bind(id, &row, uses)
    }

    /// Whether the variable of an array is a reference to a vector among others.
    fn is_referenced_row(&self, id: ValueId) -> bool {
        let is_row = matches!(self.graph.value(id).op, Op::Load(_));
        is_row && !self.is_copy(id) && !self.plan.storage.changes(id)
    }

    /// `let name = tokens;`, which becomes `let mut` if a later statement changes the array.
    fn array_variable(&mut self, id: ValueId, tokens: &TokenStream, uses: Vec<ValueId>) -> Statement {
        let name = self.name(id);
        self.bound.insert(id, name.clone());
        Statement::new(vec![(id, name.clone())], uses, quote!(let #name = #tokens;))
    }

    /// A name for an array that begins as a copy of another.
    pub(super) fn array_name(&mut self, id: ValueId, old: ValueId) -> Ident {
        let note = &self.graph.value(id).note;
        if note.name.is_some() || note.hint.is_some() {
            return self.name(id);
        }
        let home = self.printed(old);
        let name = match self.bound.get(&home) {
            Some(name) => Some(name.to_string()),
            None => self.graph.value(home).note.name.as_ref().map(ToString::to_string),
        };
        match name {
            Some(name) => self.names.local(&name),
            None => self.name(id),
        }
    }

    /// An array as a value of its own: it is copied unless it `is_moved`.
    pub(super) fn array_by_value(
        &mut self,
        id: ValueId,
        is_moved: bool,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let home = self.printed(id);
        let is_copy = self.is_copy(home);
        let place = self.place(home, uses);
        if let Op::Parameter(number) = self.graph.value(home).op {
            uses.push(home);
            let parameter = self.context.parameters[number];
            let is_behind_reference = parameter.is_reference || parameter.precedence == Precedence::Unary;
            return match (is_copy, is_behind_reference) {
                (true, true) => quote!(*#place),
                (true, false) => place,
                (false, _) => {
                    self.copied_slices.insert(number);
                    quote!(#place.to_vec())
                }
            };
        }
        if self.is_referenced_row(home) {
            return quote!(::core::clone::Clone::clone(#place));
        }
        if is_moved || is_copy { place } else { quote!(::core::clone::Clone::clone(&#place)) }
    }

    /// Whether what holds an array ends with a region, which yields it once.
    pub(super) fn is_moved_out(&self, id: ValueId, region: RegionId, yields: &[ValueId]) -> bool {
        let home = self.printed(id);
        self.plan.storage.is_declared_in(home, region) && self.is_yielded_once(home, yields)
    }

    pub(super) fn is_yielded_once(&self, home: ValueId, yields: &[ValueId]) -> bool {
        yields.iter().filter(|&&other| self.printed(other) == home).count() == 1
    }

    /// Whether an array is of constant length, so that it is copied where it is used as a value.
    fn is_copy(&self, id: ValueId) -> bool {
        let id = self.printed(id);
        let value = self.graph.value(id);
        match &value.op {
            Op::Parameter(number) => {
                self.context.parameters[*number].array.as_ref().is_some_and(|array| array.is_copy)
            }
            Op::Filled(filled) => match filled.pieces.first() {
                Some(Piece::Group(Delimiter::Bracket, _)) => true,
                Some(Piece::Tokens(tokens)) => {
                    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Group(_)))
                }
                _ => false,
            },
            // What is in an array is of constant length, unless vectors are kept in it.
            Op::Load(_) => match model(self.graph, id) {
                Some(Model::Filled(row)) => self.is_copy(row),
                _ => true,
            },
            Op::ZeroLike => self.is_copy(value.operands[0]),
            Op::Argument(_) | Op::Result(_) => {
                let origins = self.graph.origins(id);
                let mut origins = origins.into_iter().filter(|&origin| self.printed(origin) != id);
                match self.graph.carrier(id) {
                    // What is carried has one type from the beginning on.
                    Some(_) => origins.next().is_some_and(|initial| self.is_copy(initial)),
                    None => origins.all(|origin| self.is_copy(origin)),
                }
            }
            _ => self.graph.array_before(id).is_some_and(|before| self.is_copy(before)),
        }
    }
}
