//! Where the derivatives by each value stand in a matrix of them: paths into the types that [`super::shape`] writes.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::sibling::Target;
use crate::graph::Scalar;
use crate::lower::Leaf;
use crate::signature::Shape;

/// One value that the graph knows of a parameter or of the result: a float, or an array.
#[derive(Clone)]
pub(super) struct Place {
    /// The number of its parameter among those whose gradients are returned.
    pub(super) parameter: usize,
    /// The components of nested tuples that lead to it in a result.
    pub(super) outside: TokenStream,
    /// How it is reached in its parameter, or in the component of the result.
    pub(super) inside: TokenStream,
    /// The lengths of an array, outermost first. `None` if its elements are not all reached by indices alone.
    pub(super) lengths: Option<Vec<TokenStream>>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            parameter: 0,
            outside: TokenStream::new(),
            inside: TokenStream::new(),
            lengths: Some(Vec::new()),
        }
    }
}

impl Place {
    /// The lengths of an array, as far as there are any.
    pub(super) fn lengths(&self) -> &[TokenStream] {
        self.lengths.as_deref().unwrap_or_default()
    }

    /// By how many indices its floats are reached.
    pub(super) fn indices(&self) -> usize {
        self.lengths().len()
    }
}

impl Target<'_> {
    /// The places of the values by which a function is differentiated, in their order.
    pub(super) fn input_places(&self) -> Vec<Place> {
        self.places_by_parameter().into_iter().flatten().collect()
    }

    /// The same for each active parameter.
    pub(super) fn places_by_parameter(&self) -> Vec<Vec<Place>> {
        let leaves = self.lowered.map_or(&[][..], |lowered| &lowered.leaves);
        let parameters = self.signature.parameters.iter().zip(leaves);
        let active = parameters.filter(|(parameter, _)| parameter.is_active);
        let mut returned = 0;
        let places = active.map(|(parameter, leaf)| {
            let start = Place { parameter: returned, ..Place::default() };
            returned += usize::from(parameter.shape.as_slice().is_none());
            let mut places = Vec::new();
            collect(leaf, &parameter.shape, &start, &mut places);
            places
        });
        places.collect()
    }

    /// The places of what a function yields.
    pub(super) fn output_places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        if let (Some(lowered), Some(shape)) = (self.lowered, &self.signature.result) {
            collect_outside(&lowered.result, shape, &Place::default(), &mut places);
        }
        places
    }

    /// Zeros in the type of the Jacobian.
    pub(super) fn zero_jacobian(&self) -> TokenStream {
        let columns = self.zeros_of_parameters();
        self.signature.result.as_ref().map_or_else(|| quote!(()), |result| zero_blocks(result, &columns))
    }

    /// Zeros in the type of the Hessian.
    pub(super) fn zero_hessian(&self) -> TokenStream {
        let columns = self.zeros_of_parameters();
        let rows: Vec<TokenStream> =
            self.returned_parameters().map(|row| zero_blocks_of(&row.shape, &columns)).collect();
        super::shape::tuple(&rows)
    }

    fn zeros_of_parameters(&self) -> Vec<TokenStream> {
        self.returned_parameters()
            .map(|parameter| zeros(&parameter.shape, &|scalar| self.zero(scalar)))
            .collect()
    }
}

fn zero_blocks(output: &Shape, columns: &[TokenStream]) -> TokenStream {
    if let Shape::Tuple(parts) = output {
        let parts = parts.iter().map(|part| zero_blocks(part, columns));
        return quote!((#(#parts,)*));
    }
    zero_blocks_of(output, columns)
}

fn zero_blocks_of(row: &Shape, columns: &[TokenStream]) -> TokenStream {
    let blocks: Vec<TokenStream> = columns.iter().map(|column| zeros(row, &|_| column.clone())).collect();
    super::shape::tuple(&blocks)
}

/// Zeros in the shape of a gradient, which leaves out what carries no reals.
fn zeros(shape: &Shape, zero: &dyn Fn(Scalar) -> TokenStream) -> TokenStream {
    match shape {
        Shape::Tuple(parts) => {
            let parts = parts.iter().filter(|part| !matches!(part, Shape::Constant));
            let parts = parts.map(|part| zeros(part, zero));
            quote!((#(#parts,)*))
        }
        Shape::Array(element, length) => {
            let (element, length) = (zeros(element, zero), length.tokens());
            quote!([#element; #length])
        }
        Shape::Reference(inner) => zeros(inner, zero),
        shape => shape.zeros(zero).unwrap_or_default(),
    }
}

/// The parts of nested tuples have blocks of their own.
fn collect_outside(leaf: &Leaf, shape: &Shape, around: &Place, places: &mut Vec<Place>) {
    match (leaf, shape) {
        (Leaf::Tuple(leaves), Shape::Tuple(shapes)) => {
            for (number, (leaf, shape)) in leaves.iter().zip(shapes).enumerate() {
                let index = syn::Index::from(number);
                let outside = &around.outside;
                let part = Place { outside: quote!(#outside.#index), ..around.clone() };
                collect_outside(leaf, shape, &part, places);
            }
        }
        _ => collect(leaf, shape, around, places),
    }
}

fn collect(leaf: &Leaf, shape: &Shape, around: &Place, places: &mut Vec<Place>) {
    let inside = &around.inside;
    match (leaf, shape) {
        (_, Shape::Reference(inner)) => collect(leaf, inner, around, places),
        (Leaf::Tuple(leaves), Shape::Tuple(shapes)) => {
            let parts = leaves.iter().zip(shapes).filter(|(_, shape)| !matches!(shape, Shape::Constant));
            for (number, (leaf, shape)) in parts.enumerate() {
                let index = syn::Index::from(number);
                let part = Place { inside: quote!(#inside.#index), ..around.clone() };
                collect(leaf, shape, &part, places);
            }
        }
        (Leaf::Array(leaves), Shape::Array(element, _)) => {
            for (number, leaf) in leaves.iter().enumerate() {
                let index = Literal::usize_unsuffixed(number);
                let part = Place { inside: quote!(#inside[#index]), ..around.clone() };
                collect(leaf, element, &part, places);
            }
        }
        (Leaf::Value(_), shape) => places.push(Place { lengths: lengths(shape), ..around.clone() }),
        _ => {}
    }
}

/// The lengths of an array of arrays of floats. Those of a slice are told by the caller.
fn lengths(shape: &Shape) -> Option<Vec<TokenStream>> {
    match shape {
        Shape::Array(element, length) => {
            let inner = lengths(element)?;
            Some(std::iter::once(length.tokens().to_token_stream()).chain(inner).collect())
        }
        Shape::Reference(inner) => lengths(inner),
        Shape::Slice(element) => matches!(**element, Shape::Scalar(_)).then(|| vec![TokenStream::new()]),
        Shape::Scalar(_) | Shape::Struct(_) => Some(Vec::new()),
        Shape::Tuple(_) | Shape::Constant | Shape::Unsupported(_) => None,
    }
}
