//! Jacobians with arrays as outputs: by columns in forward mode, or by rows in reverse mode.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::super::direction::unique;
use super::super::lines::{Lines, local};
use super::super::places::Place;
use super::super::shape::pair;
use super::super::sibling::Body;
use super::{Matrix, listed, nested, part};
use crate::lower::ParameterTokens;
use crate::transform::swept::{self, Swept};

impl Matrix<'_> {
    /// The body that returns the Jacobian column by column, after the outputs if these are wanted.
    pub(in super::super) fn jacobian_by_columns(&self) -> Option<Body> {
        let target = self.target;
        let primal = &target.lowered?.function;
        let (active, lent) = (target.active_values(), target.lent_values());
        let request = target.request(&active, &lent, self.with_value);
        let indices: Vec<usize> = self.inputs.iter().map(Place::indices).collect();
        let swept = self.report(swept::jacobian(primal, &request, &indices))?;
        let outputs = target.output_places();
        let is_bare = |input: &Place| input.inside.is_empty() && input.indices() == 0;
        let has_all = swept.sweeps.iter().all(|sweep| sweep.len() == outputs.len());
        let parameters = self.counters(&self.columns);
        let context = self.context(&parameters, &listed);
        Some(Body::of(&swept.function, &context, &|yields| {
            let (kept, derivatives) = yields.split_at(if self.with_value { outputs.len() } else { 0 });
            if has_all && self.inputs.iter().all(is_bare) {
                let entry = |row: usize, column: usize| derivatives[column * outputs.len() + row].clone();
                return self.after_result(kept, target.jacobian(&entry));
            }
            let statements = self.jacobian_by_arrays(&swept, &outputs, derivatives);
            let matrix = self.filled(&target.zero_jacobian(), &statements);
            let value = self.after_result(kept, self.name.to_token_stream());
            quote!(#matrix #value)
        }))
    }

    /// The statements that store the entries which are not zero.
    fn jacobian_by_arrays(
        &self,
        swept: &Swept,
        outputs: &[Place],
        derivatives: &[TokenStream],
    ) -> TokenStream {
        let mut derivatives = derivatives.iter();
        let mut statements = TokenStream::new();
        let inputs = || self.inputs.iter().zip(&swept.sweeps);
        for (input, sweep) in inputs().filter(|(input, _)| input.indices() == 0) {
            for (&output, derivative) in sweep.iter().zip(&mut derivatives) {
                statements.extend(self.stored(&outputs[output], input, derivative));
            }
        }
        let arrays = inputs().filter(|(input, _)| input.indices() > 0);
        for (input, sweep) in arrays.filter(|(_, sweep)| !sweep.is_empty()) {
            let columns = &self.columns[..input.indices()];
            let slopes = &self.slopes;
            let block = derivatives.next();
            let mut body = quote!(let #slopes = #block;);
            for (number, &output) in sweep.iter().enumerate() {
                let derivative = part(slopes, number, sweep.len());
                body.extend(self.stored_at(&outputs[output], input, columns, &derivative));
            }
            statements.extend(nested(columns, input.lengths(), body));
        }
        statements
    }

    /// Stores the derivatives of an output by a float.
    fn stored(&self, output: &Place, input: &Place, derivative: &TokenStream) -> TokenStream {
        if output.indices() == 0 {
            return self.stored_at(output, input, &[], derivative);
        }
        let (name, outside, member) = (&self.name, &output.outside, self.member(input));
        if input.inside.is_empty() {
            let outer = &output.inside;
            return quote!(#name #outside #member #outer = #derivative;);
        }
        let slopes = &self.slopes;
        let copy = self.stored_at(output, input, &[], &slopes.to_token_stream());
        quote!(let #slopes = #derivative; #copy)
    }

    /// Stores the derivatives of an output by one element of an input.
    fn stored_at(
        &self,
        output: &Place,
        input: &Place,
        columns: &[Ident],
        derivative: &TokenStream,
    ) -> TokenStream {
        let rows = &self.rows[..output.indices()];
        let place = self.entry(output, input, rows);
        nested(rows, output.lengths(), quote!(#place #([#columns])* = #derivative #([#rows])*;))
    }

    /// Where the derivatives of an output by an input stand, up to the indices of the latter.
    fn entry(&self, output: &Place, input: &Place, rows: &[Ident]) -> TokenStream {
        let (name, outside, member) = (&self.name, &output.outside, self.member(input));
        let (outer, inner) = (&output.inside, &input.inside);
        quote!(#name #outside #member #outer #([#rows])* #inner)
    }

    /// The body that returns the Jacobian of one array row by row, after the array if it is wanted.
    pub(in super::super) fn jacobian_by_rows(&self) -> Option<Body> {
        let target = self.target;
        let primal = &target.lowered?.function;
        let (active, lent) = (target.active_values(), target.lent_values());
        let request = target.request(&active, &lent, self.with_value);
        let function = target.derived(swept::rows(primal, &request))?;
        let function = self.report(function)?;
        let output = target.output_places().into_iter().next()?;
        let array = target.result_arrays().into_iter().flatten().next()?;
        let scalar = primal.graph.value(*active.first()?).ty.scalar()?;
        let rows = &self.rows[..output.indices()];
        let seed = unique(target, "seed", std::slice::from_ref(&self.name));
        let lines = Lines::of(target, 1);
        let parameters: Vec<ParameterTokens> =
            std::iter::once(local(&seed, Some(array.clone()), false)).chain(lines.parameters()).collect();
        let returns_matrix = target.returns_gradient();
        // What is lent is not returned.
        let returned: Vec<usize> =
            (0..active.len()).filter(|&number| !lent.contains(&active[number])).collect();
        let arrange = |slopes: &[TokenStream]| {
            let slopes: Vec<TokenStream> = returned.iter().map(|&number| slopes[number].clone()).collect();
            if slopes.is_empty() { TokenStream::new() } else { listed(&slopes) }
        };
        let mut context = self.context(&parameters, &arrange);
        context.reserved.push(seed.clone());
        context.reserved.extend(lines.names().cloned());
        let body = Body::of(&function, &context, &|yields| {
            let (sweep, kept) = yields.split_last().unzip();
            let (zeros, one, slopes) = (&array.zeros, target.one(scalar), &self.slopes);
            let cut = rows.first().map(|row| lines.cut(row));
            let mut body = quote!(let mut #seed = #zeros; #seed #([#rows])* = #one; #cut);
            body.extend(if returns_matrix { quote!(let #slopes = #sweep;) } else { quote!(#sweep) });
            for (number, &input) in returned.iter().enumerate() {
                let derivative = part(slopes, number, returned.len());
                let place = self.entry(&output, &self.inputs[input], rows);
                body.extend(quote!(#place = #derivative;));
            }
            let looped = nested(rows, output.lengths(), body);
            let kept = kept.unwrap_or_default();
            if returns_matrix {
                let matrix = self.filled(&target.zero_jacobian(), &looped);
                let value = self.after_result(kept, self.name.to_token_stream());
                return quote!(#matrix #value);
            }
            let result = self.with_value.then(|| target.result(kept));
            quote!(#looped #result)
        });
        Some(body.after(&lines.checks(output.lengths().first()?)))
    }

    /// The matrix, after the result if that is wanted.
    fn after_result(&self, kept: &[TokenStream], jacobian: TokenStream) -> TokenStream {
        pair(self.with_value.then(|| self.target.result(kept)), Some(jacobian))
    }
}
