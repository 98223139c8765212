//! Hessians: one sweep for each row, forward over reverse, of which the part up to the diagonal is copied to the
//! columns.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::super::direction::unique;
use super::super::lent::Lent;
use super::super::lines::local;
use super::super::places::Place;
use super::super::sibling::Body;
use super::{Matrix, counted, listed, nested};
use crate::lower::ParameterTokens;
use crate::signature::name_of;
use crate::transform::swept::{self, Swept};

impl Matrix<'_> {
    /// The body that returns the Hessian, after the value and the gradient if these are wanted.
    pub(in super::super) fn hessian(&self) -> Option<Body> {
        let target = self.target;
        let primal = &target.lowered?.function;
        let (active, lent) = (target.active_values(), target.lent_values());
        let request = target.request(&active, &lent, self.with_value);
        let indices: Vec<usize> = self.inputs.iter().map(Place::indices).collect();
        let swept = target.derived(swept::hessian(primal, &request, &indices))?;
        let swept = self.report(swept)?;
        if !lent.is_empty() {
            return self.hessian_by_slice(&swept);
        }
        let parameters = self.counters(&self.rows);
        let context = self.context(&parameters, &listed);
        Some(Body::of(&swept.function, &context, &|yields| {
            let (kept, derivatives) =
                yields.split_at(if self.with_value { 1 + self.inputs.len() } else { 0 });
            if indices.iter().all(|&indices| indices == 0) {
                let value = self.hessian_by_floats(&swept, derivatives);
                return self.after_gradient(kept, &value);
            }
            let statements = self.hessian_by_arrays(&swept, derivatives);
            let matrix = self.filled(&target.zero_hessian(), &statements);
            let value = self.after_gradient(kept, &self.name.to_token_stream());
            quote!(#matrix #value)
        }))
    }

    fn after_gradient(&self, kept: &[TokenStream], hessian: &TokenStream) -> TokenStream {
        match kept.split_first() {
            Some((value, gradient)) => {
                let gradient = self.target.gradient(gradient);
                quote!((#value, #gradient, #hessian))
            }
            None => hessian.clone(),
        }
    }

    /// The Hessian, of which each entry is a value.
    fn hessian_by_floats(&self, swept: &Swept, derivatives: &[TokenStream]) -> TokenStream {
        let sweeps = swept.sweeps.iter().enumerate();
        let places = sweeps.flat_map(|(row, columns)| columns.iter().map(move |&column| (row, column)));
        let places: Vec<(usize, usize)> = places.collect();
        let active = self.target.active_values();
        self.target.hessian(&|row, column| {
            let is_here = |&place: &(usize, usize)| {
                place == (row, column) || (swept.is_triangle && place == (column, row))
            };
            match places.iter().position(is_here) {
                Some(number) => derivatives[number].clone(),
                None => self.target.zero_of(active[column]),
            }
        })
    }

    /// The statements that store the entries which are not zero.
    fn hessian_by_arrays(&self, swept: &Swept, derivatives: &[TokenStream]) -> TokenStream {
        let mut derivatives = derivatives.iter();
        let mut statements = TokenStream::new();
        for (number, input) in self.inputs.iter().enumerate().filter(|(_, input)| input.indices() == 0) {
            for &column in &swept.sweeps[number] {
                let derivative = derivatives.next();
                let place = self.block(input, &self.inputs[column], &[]);
                statements.extend(quote!(#place = #derivative;));
                statements.extend(self.mirrored(swept, number, column, &[]));
            }
        }
        let arrays = self.inputs.iter().enumerate().filter(|(_, input)| input.indices() > 0);
        for (number, input) in arrays.filter(|(number, _)| !swept.sweeps[*number].is_empty()) {
            let columns = &swept.sweeps[number];
            let rows = &self.rows[..input.indices()];
            let (mut body, slopes) = self.bound(derivatives.next(), columns.len());
            for (&column, slope) in columns.iter().zip(slopes) {
                let place = self.block(input, &self.inputs[column], rows);
                body.extend(quote!(#place = #slope;));
                body.extend(self.mirrored(swept, number, column, rows));
            }
            statements.extend(nested(rows, input.lengths(), body));
        }
        statements
    }

    /// Copies one row of a block to its column in the block on the other side of the diagonal.
    fn mirrored(&self, swept: &Swept, row: usize, column: usize, rows: &[Ident]) -> TokenStream {
        let (above, below) = (&self.inputs[row], &self.inputs[column]);
        let columns = &self.columns[..below.indices()];
        let (here, there) = (self.block(above, below, rows), self.block(below, above, columns));
        let copy = quote!(#there #([#rows])* = #here #([#columns])*;);
        if row != column {
            return if swept.is_triangle {
                nested(columns, below.lengths(), copy)
            } else {
                TokenStream::new()
            };
        }
        match (columns, rows) {
            ([column, inner @ ..], [row, ..]) => {
                let copy = nested(inner, below.lengths().get(1..).unwrap_or_default(), copy);
                let range = if inner.is_empty() { quote!(0..#row) } else { quote!(0..#row + 1) };
                counted(column, &range, &copy)
            }
            _ => TokenStream::new(),
        }
    }

    /// Where the derivatives of one value by another stand, up to the indices of the latter.
    fn block(&self, above: &Place, below: &Place, rows: &[Ident]) -> TokenStream {
        let name = &self.name;
        let (row, column) = (self.member(above), self.member(below));
        let (outer, inner) = (&above.inside, &below.inside);
        quote!(#name #row #column #outer #([#rows])* #inner)
    }

    /// The body for the only parameter, a slice, which writes the Hessian to an array that the caller lends.
    fn hessian_by_slice(&self, swept: &Swept) -> Option<Body> {
        let target = self.target;
        let gradients = Lent::of(target, "bar", std::slice::from_ref(&self.name));
        let (row, slice) = (&self.rows[0], self.slice_name()?);
        let line = unique(target, &format!("{slice}_row"), std::slice::from_ref(&self.name));
        let lent_row = gradients.parameters.first().map(|lent| local(&line, lent.array.clone(), true))?;
        let counters = self.counters(&self.rows);
        let parameters: Vec<ParameterTokens> =
            gradients.parameters.into_iter().chain(counters).chain([lent_row]).collect();
        // The row is not returned.
        let mut context = self.context(&parameters, &|_| TokenStream::new());
        context.reserved.push(line.clone());
        let (name, column) = (&self.name, &self.columns[0]);
        let body = Body::of(&swept.function, &context, &|yields| {
            let (sweep, kept) = yields.split_last().unzip();
            let length = quote!(#slice.len());
            let mirror = counted(
                column,
                &quote!(0..#row),
                &quote!(#name[#column * #length + #row] = #name[#row * #length + #column];),
            );
            let rows = counted(
                row,
                &quote!(0..#length),
                &quote!(let #line = &mut #name[#row * #length..][..#length]; #sweep #mirror),
            );
            let value = if self.with_value { kept.and_then(<[_]>::first) } else { None };
            quote!(#rows #value)
        });
        let message =
            format!("`{name}` must hold a row of `{slice}.len()` numbers for each element of `{slice}`");
        let check = quote!(::core::assert!(#name.len() == #slice.len() * #slice.len(), #message););
        let gradient_check = if self.with_value { gradients.checks } else { TokenStream::new() };
        Some(body.after(&quote!(#gradient_check #check)))
    }

    /// What siblings call the slice.
    fn slice_name(&self) -> Option<Ident> {
        let parameter = self.target.active_parameters().next()?;
        Some(self.target.name_in_sibling(name_of(&parameter.pattern)?))
    }
}
