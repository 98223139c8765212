//! Arrays as arguments of calls, and what calls add the gradients by them to.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{Emitter, root};
use crate::graph::{ArrayPart, Call, Op, Precedence, ValueId};

/// The operands of an argument that is a part of an array.
struct Operands {
    array: ValueId,
    /// The indices in the path.
    indices: Vec<ValueId>,
    /// The first index of a range of elements, and the one behind the last.
    range: Option<(ValueId, ValueId)>,
}

impl Operands {
    fn of(part: &ArrayPart, operands: &mut dyn Iterator<Item = &ValueId>) -> Option<Self> {
        let array = *operands.next()?;
        let indices = (0..part.path.indices).map_while(|_| operands.next().copied()).collect();
        let range = if part.is_range { Some((*operands.next()?, *operands.next()?)) } else { None };
        Some(Self { array, indices, range })
    }
}

/// How an array that a call adds to is written where the call takes it.
enum Taken {
    /// Once, with this before it: `&mut x_bar[..]`.
    Place(TokenStream),
    /// Once, as what gradients are added to by a trait.
    Accumulated(TokenStream),
    /// Several times, as cells with this name; by the trait again if that is asked for.
    Shared(Ident, bool),
}

impl Emitter<'_> {
    /// An argument that is a part of an array.
    pub(super) fn array_argument(
        &mut self,
        part: &ArrayPart,
        is_reference: bool,
        operands: &mut dyn Iterator<Item = &ValueId>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let Some(operands) = Operands::of(part, operands) else { return TokenStream::new() };
        if part.is_whole() {
            return if is_reference {
                self.borrowed(operands.array, uses)
            } else {
                self.array_by_value(operands.array, false, uses)
            };
        }
        let place = self.place(operands.array, uses);
        let path = self.pieces(&part.path.pieces, &operands.indices, uses);
        let range = self.range(operands.range, uses).map(|range| quote!([#range]));
        if is_reference { quote!(&#place #path #range) } else { quote!(#place #path #range) }
    }

    /// The tangent of an argument that is a part of an array: the same part of the array's tangents.
    pub(super) fn array_tangent(
        &mut self,
        part: &ArrayPart,
        arguments: &mut dyn Iterator<Item = &ValueId>,
        tangents: &mut dyn Iterator<Item = &ValueId>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let (Some(operands), Some(&tangent)) = (Operands::of(part, arguments), tangents.next()) else {
            return TokenStream::new();
        };
        let range = operands.range.into_iter().flat_map(|(start, end)| [start, end]);
        let operands: Vec<ValueId> = std::iter::once(tangent).chain(operands.indices).chain(range).collect();
        let tokens = self.array_argument(part, true, &mut operands.iter(), uses);
        // A tangent is taken by reference if it is a slice, and by value if it is an array.
        if part.is_range || (part.is_whole() && self.is_slice_parameter(tangent)) {
            return tokens;
        }
        let runtime = &self.context.runtime;
        quote!(#runtime::__private::tangent(#tokens))
    }

    /// What a call of an accumulating sibling takes for each argument that is a part of an array, after what has to be
    /// done before the call.
    pub(super) fn accumulators(
        &mut self,
        id: ValueId,
        call: &Call,
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, Vec<TokenStream>) {
        let operands = self.graph.value(id).operands.clone();
        let arrays = operands[call.arrays_added_to()].to_vec();
        let mut before = TokenStream::new();
        let mut taken = Vec::new();
        for (number, &array) in arrays.iter().enumerate() {
            let count = call.added.iter().flatten().filter(|added| added.array == number).count();
            let (statements, how) = self.taken(id, call, number, array, count > 1, uses);
            before.extend(statements);
            taken.push(how);
        }
        let mut leaves = operands.iter();
        let mut added = call.added.iter();
        let mut accumulators = Vec::new();
        for form in &call.arguments {
            let Some(part) = form.as_part() else {
                leaves.by_ref().take(form.size()).for_each(drop);
                continue;
            };
            let Some(argument) = Operands::of(part, &mut leaves) else { continue };
            accumulators.push(match added.next() {
                Some(Some(added)) => {
                    let path = if added.is_behind_path {
                        TokenStream::new()
                    } else {
                        self.pieces(&part.path.pieces, &argument.indices, uses)
                    };
                    self.accumulator(&taken[added.array], &path, &argument, uses)
                }
                _ => quote!(()),
            });
        }
        (before, accumulators)
    }

    /// How an array is taken by a call that adds to it, and what has to be done before.
    fn taken(
        &mut self,
        id: ValueId,
        call: &Call,
        number: usize,
        array: ValueId,
        is_shared: bool,
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, Taken) {
        let part = self.part_after(id, call.part_of_array(number));
        let is_copied = part.is_none_or(|part| self.plan.storage.is_copied(part));
        if is_copied {
            let copy = self.array_by_value(array, false, uses);
            let name = self.array_name(part.unwrap_or(array), array);
            if let Some(part) = part {
                self.bound.insert(part, name.clone());
            }
            let cells = is_shared.then(|| self.cells(&name.to_token_stream(), &quote!(&mut #name[..])));
            let cells_before = cells.as_ref().map(|(before, _)| before);
            let before = quote!(let mut #name = #copy; #cells_before);
            return match cells {
                Some((_, cells)) => (before, Taken::Shared(cells, false)),
                None => (before, Taken::Place(name.to_token_stream())),
            };
        }
        let home = self.printed(array);
        self.changes.push(home);
        let place = self.place(array, uses);
        let is_accumulated = self.is_accumulated(home);
        match (is_shared, is_accumulated) {
            (false, true) => (TokenStream::new(), Taken::Accumulated(place)),
            (false, false) => {
                let place = if self.plan.storage.is_lent(home) { quote!(*#place) } else { place };
                (TokenStream::new(), Taken::Place(place))
            }
            (true, true) => {
                let name = self.names.local(&format!("{}_shared", word(&place)));
                let runtime = &self.context.runtime;
                let before = quote!(let #name = #runtime::Accumulate::shared(&mut #place););
                (before, Taken::Shared(name, true))
            }
            (true, false) => {
                let slice = if self.plan.storage.is_lent(home) {
                    quote!(&mut *#place)
                } else {
                    quote!(&mut #place[..])
                };
                let (before, cells) = self.cells(&place, &slice);
                (before, Taken::Shared(cells, false))
            }
        }
    }

    /// A slice as cells.
    fn cells(&mut self, place: &TokenStream, slice: &TokenStream) -> (TokenStream, Ident) {
        let name = self.names.local(&format!("{}_shared", word(place)));
        (quote!(let #name = ::core::cell::Cell::from_mut(#slice).as_slice_of_cells();), name)
    }

    /// What a call takes for one argument: the part of the taken array that the argument is of its array.
    fn accumulator(
        &mut self,
        taken: &Taken,
        path: &TokenStream,
        argument: &Operands,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let runtime = self.context.runtime.clone();
        let range = self.range(argument.range, uses);
        match (taken, range) {
            (Taken::Place(place), Some(range)) => {
                let mut words = place.clone().into_iter();
                let is_dereferenced = words.next().is_some_and(|first| first.to_string() == "*");
                let place = if is_dereferenced { words.collect() } else { place.clone() };
                quote!(&mut #place #path [#range])
            }
            (Taken::Place(place), None) => {
                let mut words = place.clone().into_iter();
                let is_dereferenced = words.next().is_some_and(|first| first.to_string() == "*");
                let place = if is_dereferenced && !path.is_empty() { words.collect() } else { place.clone() };
                quote!(&mut #place #path)
            }
            (Taken::Accumulated(place), range) => {
                let range = range.unwrap_or_else(|| {
                    let array = self.place(argument.array, uses);
                    quote!(0..#array.len())
                });
                quote!(#runtime::Accumulate::part(&mut #place, #range))
            }
            (Taken::Shared(name, _), None) => name.to_token_stream(),
            (Taken::Shared(name, false), Some(range)) => quote!(&#name[#range]),
            (Taken::Shared(name, true), Some(range)) => {
                quote!(#runtime::Accumulate::part(&mut { #name }, #range))
            }
        }
    }

    fn range(&mut self, range: Option<(ValueId, ValueId)>, uses: &mut Vec<ValueId>) -> Option<TokenStream> {
        let (start, end) = range?;
        let start = self.expression(start, Precedence::Or, uses);
        let end = self.expression(end, Precedence::Or, uses);
        Some(quote!(#start..#end))
    }

    /// The part of a call with this number, if anything uses it.
    fn part_after(&self, call: ValueId, number: usize) -> Option<ValueId> {
        let is_it =
            |part: &&ValueId| matches!(self.graph.value(**part).op, Op::Part(found) if found == number);
        self.graph.results(call).iter().find(is_it).copied()
    }

    /// Whether an array is a slice that is a parameter.
    fn is_slice_parameter(&self, array: ValueId) -> bool {
        match self.graph.value(root(self.graph, array)).op {
            Op::Parameter(number) => {
                self.context.parameters[number].array.as_ref().is_some_and(|array| !array.is_copy)
            }
            _ => false,
        }
    }

    /// Whether what is in an array is behind the trait for what gradients are added to.
    pub(super) fn is_accumulated(&self, home: ValueId) -> bool {
        match self.graph.value(root(self.graph, home)).op {
            Op::Parameter(number) => {
                self.context.parameters[number].array.as_ref().is_some_and(|array| array.is_accumulated)
            }
            _ => false,
        }
    }
}

/// The first word of an expression.
fn word(tokens: &TokenStream) -> String {
    let words = tokens.clone().into_iter().map(|token| token.to_string());
    words
        .into_iter()
        .find(|word| word.starts_with(|c: char| c.is_alphabetic()))
        .unwrap_or_else(|| "x_bar".to_owned())
}
