//! Matrices of derivatives by arrays that are one value, or of such arrays: the loops over the elements in which one
//! column or row is computed. A function with pullbacks in, the body of a sibling out.

mod hessian;
mod jacobian;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::direction::unique;
use super::lines::local;
use super::places::Place;
use super::sibling::Target;
use crate::emit::{Context, PullbackForm};
use crate::lower::ParameterTokens;
use crate::transform::swept::Obstacle;

/// A matrix that is being written.
pub(super) struct Matrix<'a> {
    target: &'a Target<'a>,
    with_value: bool,
    /// Its name; of a slice, the parameter that takes it.
    name: Ident,
    rows: Vec<Ident>,
    columns: Vec<Ident>,
    slopes: Ident,
    inputs: Vec<Place>,
}

impl<'a> Matrix<'a> {
    /// A matrix whose parameters and locals have names of their own.
    pub(super) fn new(target: &'a Target<'a>, matrix: &str, with_value: bool) -> Self {
        let inputs = target.input_places();
        let most = inputs.iter().chain(&target.output_places()).map(Place::indices).max().unwrap_or_default();
        let mut taken = Vec::new();
        let mut name = |name: &str| {
            let name = unique(target, name, &taken);
            taken.push(name.clone());
            name
        };
        Self {
            target,
            with_value,
            name: name(matrix),
            rows: (0..most).map(|_| name("row")).collect(),
            columns: (0..most).map(|_| name("column")).collect(),
            slopes: name("slopes"),
            inputs,
        }
    }

    /// Whether there is an array along whose elements sweeps go.
    pub(super) fn has_loops(&self) -> bool {
        self.inputs.iter().any(|input| input.indices() > 0)
    }

    /// The component of a tuple of blocks that belongs to the parameter of a value.
    fn member(&self, place: &Place) -> TokenStream {
        if self.target.returned_parameters().count() < 2 {
            return TokenStream::new();
        }
        let index = syn::Index::from(place.parameter);
        quote!(.#index)
    }

    /// The matrix, which is zeros until these statements have run.
    fn filled(&self, zeros: &TokenStream, statements: &TokenStream) -> TokenStream {
        let name = &self.name;
        let mutable = (!statements.is_empty()).then(|| quote!(mut));
        quote!(let #mutable #name = #zeros; #statements)
    }

    /// The derivatives that one sweep yields: a statement that binds them if they are several, and the expressions.
    fn bound(&self, block: Option<&TokenStream>, count: usize) -> (TokenStream, Vec<TokenStream>) {
        let slopes = &self.slopes;
        if count == 1 {
            return (TokenStream::new(), block.cloned().into_iter().collect());
        }
        (quote!(let #slopes = #block;), (0..count).map(|number| part(slopes, number, count)).collect())
    }

    /// The indices of the elements, as parameters of the function: for each array as many as it has.
    fn counters(&self, names: &[Ident]) -> Vec<ParameterTokens> {
        let counters = self.inputs.iter().flat_map(|input| &names[..input.indices()]);
        counters.map(|name| local(name, None, false)).collect()
    }

    /// What writing a body has to know, in which `arrange` makes one value of what a sweep yields.
    fn context<'c>(
        &'c self,
        more: &'c [ParameterTokens],
        arrange: &'c dyn Fn(&[TokenStream]) -> TokenStream,
    ) -> Context<'c> {
        let mut context = self.target.context(more);
        context.pullback = Some(PullbackForm { input: None, checks: TokenStream::new(), arrange });
        let names = [&self.name, &self.slopes].into_iter().chain(&self.rows).chain(&self.columns);
        context.reserved = names.cloned().collect();
        context
    }

    /// What a transform makes, or the message of why it does not.
    fn report<T>(&self, found: Result<T, Obstacle>) -> Option<T> {
        match found {
            Ok(found) => return Some(found),
            Err(Obstacle::Effect) => self.refuse(
                "this matrix takes a loop over the elements of the arrays, in which a function would be called again \
                 that may do more than compute; use `#[vjp]`, `#[jvp]` or `#[hvp]`",
            ),
            Err(Obstacle::Slice) => self.refuse(
                "a Hessian by a slice is supported where its elements are only read one by one, so that their tangents \
                 need no place; use `#[hvp]`",
            ),
        }
        None
    }

    fn refuse(&self, message: &str) {
        self.target.errors.report(&self.target.function.sig.ident, message);
    }
}

/// Loops over the elements of an array of these lengths.
fn nested(counters: &[Ident], lengths: &[TokenStream], body: TokenStream) -> TokenStream {
    let counters = counters.iter().zip(lengths).rev();
    counters.fold(body, |body, (counter, length)| counted(counter, &quote!(0..#length), &body))
}

fn counted(counter: &Ident, range: &TokenStream, body: &TokenStream) -> TokenStream {
    quote!(for #counter in #range { #body })
}

/// What a sweep yields: one value, or several as a tuple.
fn listed(slopes: &[TokenStream]) -> TokenStream {
    match slopes {
        [slope] => slope.clone(),
        slopes => quote!((#(#slopes),*)),
    }
}

/// One of several values that a sweep has yielded.
fn part(slopes: &Ident, number: usize, count: usize) -> TokenStream {
    if count == 1 {
        return slopes.to_token_stream();
    }
    let number = Literal::usize_unsuffixed(number);
    quote!(#slopes.#number)
}
